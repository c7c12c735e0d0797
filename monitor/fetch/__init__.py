"""Everything that talks to publishers' servers: one guarded HTTP client, feeds, pages, and the
killable worker processes that read what came back. `WebFetcher` in `client` puts them together.
"""
