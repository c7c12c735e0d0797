"""An index of sitemaps is followed one level down: to the newest, within limits."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.errors import FetchError, UnreadableError
from monitor.fetch.http import Response
from monitor.fetch.sitemap import bundle, children
from monitor.fetch.workers import Workers

MOST_SITEMAPS = 3  # of one index, at each poll
_MARGIN = timedelta(days=1)  # many dates of last change are days without a time
_VALIDATORS = ("etag", "last-modified")


async def with_children(
    answer: Response,
    ask: Callable[[str, int], Awaitable[Response]],
    workers: Workers,
    since: datetime | None,
    now: datetime,
    *,
    limit: int,
    timeout: float,
) -> Response:
    """The answer with its body replaced by a bundle of the sitemaps that it lists, if it is an index.

    `ask` fetches a URL within a number of bytes, `limit` is for all together; `since` is the last success. The
    validators stay only where an unchanged index means that nothing in it has changed, and everything was read.
    Raises FetchError when none of the sitemaps can be fetched.
    """
    content_type = answer.headers.get("content-type", "")
    after = since - _MARGIN if since else None
    try:
        listed = await workers.run(
            children, answer.body, content_type, answer.url, after, now, MOST_SITEMAPS, timeout=timeout
        )
    except UnreadableError:
        return answer  # its reader will say so
    if listed is None:
        return answer
    addresses, dated = listed
    bodies: list[bytes] = []
    failed: list[FetchError] = []
    for address in addresses:
        try:
            child = await ask(address, limit - sum(map(len, bodies)))
        except FetchError as error:
            failed.append(error)
        else:
            bodies.append(child.body)
    if not bodies:
        raise failed[0]
    headers = dict(answer.headers)
    if failed or not dated:
        headers = {name: value for name, value in headers.items() if name not in _VALIDATORS}
    return replace(answer, headers=headers, body=bundle(bodies, map(str, failed)))
