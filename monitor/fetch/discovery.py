"""What an address answers with, what it yields as a source, and which feeds and sitemaps a web page offers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from urllib.parse import urljoin

from monitor.core.model import Outcome, Polled, Source, SourceKind
from monitor.errors import FetchError, UnreadableError
from monitor.fetch.client import grade
from monitor.fetch.feeds import parse_source
from monitor.fetch.following import with_children
from monitor.fetch.http import Http, Response, parse_url, show
from monitor.fetch.links import absolute
from monitor.fetch.looking import look
from monitor.fetch.workers import Workers

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, text/html;q=0.8, */*;q=0.5"
MOST_REQUESTS = 14  # of one discovery, validators included
_MOST_FEEDS, _MOST_SITEMAPS = 4, 3
_USUAL_FEEDS = ("/rss", "/feed", "/rss.xml", "/atom.xml")
_USUAL_SITEMAPS = ("/sitemap_news.xml", "/news-sitemap.xml")
_SITEMAP_LINE = re.compile(r"^[ \t]*sitemap[ \t]*:[ \t]*(\S{1,2000})", re.IGNORECASE | re.MULTILINE)
_TELEGRAM = re.compile(r"https?://(?:t|telegram)\.me/(?:s/)?([A-Za-z]\w{3,31})/?(?:[?#].*)?", re.ASCII)
_PARSE_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Found:
    """One address: what it is, and what one poll of it yields.

    `form` is the format in words, `encoding` that of the text, `title` and `language` what it says of itself.
    `validators` names what it sends for conditional requests, `answers_304` whether it heeds them. `feeds` are
    those that a web page names.
    """

    source: Source
    polled: Polled
    form: str = ""
    encoding: str = ""
    language: str = ""
    title: str = ""
    validators: tuple[str, ...] = ()
    answers_304: bool = False
    feeds: tuple[str, ...] = ()

    @property
    def is_page(self) -> bool:
        """A web page that nobody gave a selector for."""
        return self.source.kind is SourceKind.PAGE and not self.source.select


class Discovery:
    """Asks few questions, one after the other. Owns neither `http` nor `workers`. Times in seconds, sizes in bytes."""

    def __init__(self, http: Http, workers: Workers, *, timeout: float = 30.0, limit: int = 8_000_000) -> None:
        self._http = http
        self._workers = workers
        self._timeout = timeout
        self._limit = limit
        self._left = MOST_REQUESTS

    async def examine(self, url: str, language: str, now: datetime, select: str = "") -> Found:
        """What stands at the address; failures are in `polled`. Without `language` its own word counts, or English."""
        channel = _TELEGRAM.fullmatch(url)
        source = Source("test", url, url, language=language or "en", select=select)
        if channel:
            source = replace(source, url=f"https://t.me/s/{channel[1]}", kind=SourceKind.TELEGRAM)
        elif select:
            source = replace(source, kind=SourceKind.PAGE)
        try:
            answer = await self._ask(source.url)
            return await self._found(source, answer, language, now)
        except FetchError as error:
            why = str(error)
            polled = Polled(
                source.id, now, grade(error), status=error.status, retry_after=error.retry_after, message=why
            )
            return Found(source, polled)
        except UnreadableError as error:
            return Found(source, _unreadable(source, 200, error, now))

    async def offers(self, page: Found, language: str, now: datetime) -> AsyncIterator[Found]:
        """Feeds and sitemaps of a web page that yield something: those it names, or at the usual addresses;
        sitemaps that robots.txt names, or at the usual addresses."""
        root = page.source.url
        seen: set[str] = set()
        named = [feed for feed in page.feeds if feed != root][:_MOST_FEEDS]
        usual = [urljoin(root, path) for path in _USUAL_FEEDS]
        sitemaps = await self._sitemaps(root)
        usual_sitemaps = [urljoin(root, path) for path in _USUAL_SITEMAPS]
        for addresses, guessed in ((named, False), ([] if named else usual, True), (sitemaps or usual_sitemaps, True)):
            for address in addresses:
                found = await self.examine(address, language, now) if self._left > 0 and address not in seen else None
                seen.add(address)
                if found and found.polled.entries and not found.is_page:
                    yield found
                    if guessed:
                        break  # others are likely to be the same under another name

    async def _sitemaps(self, root: str) -> list[str]:
        """Those of robots.txt, of news first."""
        try:
            answer = await self._ask(urljoin(root, "/robots.txt"), limit=500_000)
        except FetchError:
            return []
        lines = _SITEMAP_LINE.findall(answer.body.decode("utf-8", "replace"))
        named = filter(None, (absolute(link, root) for link in lines))
        return sorted(dict.fromkeys(named), key=lambda link: "news" not in link.lower())[:_MOST_SITEMAPS]

    async def _found(self, source: Source, answer: Response, language: str, now: datetime) -> Found:
        content_type = answer.headers.get("content-type", "")
        kind, form, encoding, spoken, title, feeds = await self._workers.run(
            look, answer.body, content_type, answer.url, source.language, timeout=_PARSE_SECONDS
        )
        if source.kind is SourceKind.FEED:
            source = replace(source, kind=SourceKind(kind or SourceKind.FEED))
            source = replace(source, url=answer.url if answer.moved else source.url)
        source = replace(source, language=language or spoken or "en")
        found = Found(source, Polled(source.id, now, Outcome.SOFT), form, encoding, spoken, title, feeds=feeds)
        if found.is_page:
            why = "a web page (HTML) instead of a feed; it points to "
            why += ", ".join(feeds[:5]) if feeds else "no feed"
            return replace(found, polled=_unreadable(source, answer.status, UnreadableError(why), now))
        found = replace(found, polled=await self._parsed(source, answer, now))
        if found.polled.entries and not spoken:
            common = Counter(entry.language for entry in found.polled.entries).most_common(1)[0][0]
            found = replace(found, language=common if source.kind is SourceKind.SITEMAP else "")
        return await self._validated(found, answer.headers)

    async def _parsed(self, source: Source, answer: Response, now: datetime) -> Polled:
        status, content_type = answer.status, answer.headers.get("content-type", "")
        if source.kind is SourceKind.SITEMAP:
            answer = await with_children(
                answer, self._ask, self._workers, None, now, limit=self._limit, timeout=_PARSE_SECONDS
            )
        try:
            entries, warning = await self._workers.run(
                parse_source,
                *(source.kind, source.select, answer.body, content_type, answer.url, source.id, source.language, now),
                timeout=_PARSE_SECONDS,
            )
        except UnreadableError as error:
            return _unreadable(source, status, error, now)
        digest = sha256(answer.body).hexdigest()
        return Polled(source.id, now, Outcome.FRESH, entries, status=status, body_hash=digest, message=warning)

    async def _validated(self, found: Found, headers: Mapping[str, str]) -> Found:
        """With a second, conditional request, where there is something to ask with."""
        sent = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
        asked = {header: headers[name] for name, header in sent.items() if headers.get(name)}
        if not asked or not found.polled.entries or self._left <= 0:
            return found
        try:
            again = await self._ask(found.source.url, headers=asked)
        except FetchError:
            return found
        names = tuple(name for name in ("ETag", "Last-Modified") if headers.get(name.lower()))
        return replace(found, validators=names, answers_304=again.status == 304)

    async def _ask(self, url: str, limit: int = 0, headers: Mapping[str, str] | None = None) -> Response:
        self._left -= 1
        return await self._http.get(
            url,
            headers={"Accept": ACCEPT, **(headers or {})},
            limit_bytes=limit or self._limit,
            timeout=self._timeout,
        )


def _unreadable(source: Source, status: int, error: UnreadableError, now: datetime) -> Polled:
    return Polled(source.id, now, Outcome.SOFT, status=status, message=f"{show(parse_url(source.url))}: {error}")
