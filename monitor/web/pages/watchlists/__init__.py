"""Watchlists: the files, and a place to edit them without fear."""

from __future__ import annotations

from starlette.routing import BaseRoute

from monitor.web.pages.watchlists import editor, history, listing, trying
from monitor.web.site import Site


def routes(site: Site) -> list[BaseRoute]:
    """The names of files end in .yaml, so that none is the name of a page."""
    return [route for part in (listing, trying, history, editor) for route in part.routes(site)]
