"""The port `Fetcher`, made of the HTTP client, the worker processes and the two readers."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial
from hashlib import sha256

from monitor.core.model import Outcome, Page, Polled, PollState, Source, SourceKind
from monitor.core.polling import address, silence, trusts_304
from monitor.errors import FetchError, NotAskedError, UnreadableError
from monitor.fetch.feeds import parse_source
from monitor.fetch.following import with_children
from monitor.fetch.freshness import max_age, ttl
from monitor.fetch.http import Http, Permit, Response, host_of, parse_url, show
from monitor.fetch.pages import extract
from monitor.fetch.robots import Robots
from monitor.fetch.workers import Workers
from monitor.fetch.xmlfeed import BREAKS_OFF

_FEED_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json;q=0.9, application/xml;q=0.8, text/xml;q=0.8, "
    "application/json;q=0.7, */*;q=0.1"
)
_PAGE_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"


class WebFetcher:
    """Polls sources and reads pages. Owns neither `http` nor `workers`: who made them closes them.

    Times in seconds, sizes in bytes after decompression.
    """

    def __init__(
        self,
        http: Http,
        workers: Workers,
        *,
        timeout: float = 30.0,
        feed_limit: int = 8_000_000,
        page_limit: int = 5_000_000,
        parse_timeout: float = 10.0,
        extract_timeout: float = 15.0,
    ) -> None:
        self._http = http
        self._robots = Robots(http)
        self._workers = workers
        self._timeout = timeout
        self._feed_limit = feed_limit
        self._page_limit = page_limit
        self._parse_timeout = parse_timeout
        self._extract_timeout = extract_timeout

    async def poll(self, source: Source, state: PollState, now: datetime) -> Polled:
        """Ask the source once. Whatever the server does is in the answer, never an exception."""
        try:
            response = await self._http.get(
                address(source, state),
                headers=_conditional(state, now),
                limit_bytes=self._feed_limit,
                timeout=self._timeout,
                permit=permit(source),
            )
            if source.kind is SourceKind.SITEMAP and response.status != 304:
                response = await self._with_children(response, source, state, now)
        except NotAskedError as error:
            why = str(error) if error.retry_after is None else silence(error.host)
            return Polled(source.id, now, Outcome.POSTPONED, retry_after=error.retry_after, message=why)
        except FetchError as error:
            return Polled(
                source.id, now, grade(error), status=error.status, retry_after=error.retry_after, message=str(error)
            )
        answer = Polled(
            source.id,
            now,
            Outcome.UNCHANGED,
            status=response.status,
            etag=response.headers.get("etag"),
            modified=response.headers.get("last-modified"),
            body_hash=sha256(response.body).hexdigest() if response.status != 304 else None,
            max_age=max_age(response.headers, now),
            moved_to=response.url if response.moved else None,
        )
        if response.status == 304 or answer.body_hash == state.body_hash:
            return answer
        return await self._parsed(source, response, answer, now)

    async def page(self, url: str, language: str, now: datetime, source: Source | None = None) -> Page:
        """Fetch and extract one article page. Raises FetchError, also where robots.txt forbids it, UnreadableError."""
        leave = permit(source) if source else None
        heed = source is not None and source.robots  # a page that a person named is read for him
        response = await self._http.get(
            url,
            headers={"Accept": _PAGE_ACCEPT},
            limit_bytes=self._page_limit,
            timeout=self._timeout,
            permit=leave,
            admit=partial(self._robots.admit, now=now, permit=leave) if heed else None,
        )
        content_type = response.headers.get("content-type", "")
        return await self._workers.run(
            extract, response.body, response.url, content_type, language, now, timeout=self._extract_timeout
        )

    async def _with_children(self, response: Response, source: Source, state: PollState, now: datetime) -> Response:
        async def ask(url: str, limit: int) -> Response:
            headers, allowed = {"Accept": _FEED_ACCEPT}, permit(source)
            return await self._http.get(url, headers=headers, limit_bytes=limit, timeout=self._timeout, permit=allowed)

        return await with_children(
            response,
            ask,
            self._workers,
            state.last_success_at,
            now,
            limit=self._feed_limit,
            timeout=self._parse_timeout,
        )

    async def _parsed(self, source: Source, response: Response, answer: Polled, now: datetime) -> Polled:
        content_type = response.headers.get("content-type", "")
        try:
            entries, warning = await self._workers.run(
                parse_source,
                source.kind,
                source.select,
                response.body,
                content_type,
                response.url,
                source.id,
                source.language,
                now,
                timeout=self._parse_timeout,
            )
        except UnreadableError as error:
            # Without validators: the same bytes must not pass for a success at the next poll.
            return Polled(
                source.id, now, Outcome.SOFT, status=response.status, message=f"{show(parse_url(source.url))}: {error}"
            )
        if BREAKS_OFF in warning:  # with its validators the rest would never be sent
            answer = replace(answer, etag=None, modified=None, body_hash=None)
        moved = f"the feed has moved for good to {response.url}" if response.moved else ""
        message = "; ".join(filter(None, (warning, moved)))
        return replace(answer, outcome=Outcome.FRESH, entries=entries, ttl=ttl(response.body), message=message)


def permit(source: Source) -> Permit | None:
    """What the source's own host may be dialled at besides public addresses."""
    if not source.allow:
        return None
    try:
        url = parse_url(source.url)
    except FetchError:  # told when it is polled
        return None
    return Permit(host_of(url), url.port or 0, source.allow)


def grade(error: FetchError) -> Outcome:
    """How far to back off: hard where somebody has to act, soft where the server answered with no feed."""
    if not error.permanent:
        return Outcome.TEMPORARY
    return Outcome.SOFT if error.status is not None and error.status < 400 else Outcome.HARD


def _conditional(state: PollState, now: datetime) -> dict[str, str]:
    """Validators go back exactly as they came, but for now and then: some 304s lie."""
    headers = {"Accept": _FEED_ACCEPT}
    if state.body_hash and trusts_304(state, now):  # without a body that was read there is nothing to be unchanged
        if state.etag:
            headers["If-None-Match"] = state.etag
        if state.modified:
            headers["If-Modified-Since"] = state.modified
    return headers
