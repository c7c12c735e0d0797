"""Whether a host's robots.txt lets us read a page of it, and how fast (RFC 9309).

Only pages that a source leads to are asked about. A feed is published to be polled, and it was named by a
person, as is the page that a command is given; the rules are for what a program finds on its way.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from protego import Protego
from yarl import URL

from monitor.errors import FetchError
from monitor.fetch.http import Http, Permit, show

KEPT = timedelta(hours=24)  # rules that were read, and the knowledge that there are none
GRACE = timedelta(hours=24)  # for so long a robots.txt that cannot be read forbids everything
LIMIT = 500_000  # bytes; what comes after them does not count
_TIMEOUT = 10.0  # seconds
_FIRST_RETRY = timedelta(minutes=1)  # before the first retry at a page; doubled up to …
_LONGEST_RETRY = timedelta(hours=1)
# Parsed rules take up to sixty times their length: this bounds them at 90 MB whatever comes, and holds the
# rules of some two thousand outlets in a third of that.
_MOST_CHARACTERS = 1_500_000
_MOST_SITES = 5_000
_QUICK = 20_000  # characters of rules that are looked through in a millisecond

_AGENT = re.compile(r"\s*user[ -]?agent\s*[:\s]\s*(\*|[^\s/*#]*)", re.IGNORECASE)
_RULE = re.compile(r"\s*(?:d\w{4,8}w|allow|crawl[ -]delay|request[ -]rate|visit[ -]time)\b", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z_-]+")
_COMPATIBLE = re.compile(r"^Mozilla/[^(]*\(compatible;\s*([A-Za-z_-]+)", re.IGNORECASE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def product_token(user_agent: str) -> str:
    """The name by which robots.txt may address us: `news-reader/1.2 (+contact)` → `news-reader`."""
    found = _COMPATIBLE.search(user_agent)
    if found:
        return found[1].lower()
    return token[0].lower() if (token := _TOKEN.search(user_agent)) else "*"


@dataclass(slots=True)
class _Site:
    """What is known of one origin. Where it was `read` and has no `rules`, everything is allowed."""

    rules: Protego | None = None
    read: bool = False
    weight: int = 0  # characters
    until: datetime = _EPOCH  # when it is asked again
    failures: int = 0  # in a row
    failing_since: datetime | None = None
    why: str = ""  # it cannot be read, in words
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


class Robots:
    """Reads, keeps and obeys the robots.txt of every host whose pages are read, for one user agent."""

    def __init__(self, http: Http) -> None:
        self._http = http
        self._token = product_token(http.user_agent)
        self._sites: OrderedDict[str, _Site] = OrderedDict()  # by origin, the longest unused first

    async def admit(self, url: URL, now: datetime, permit: Permit | None = None) -> None:
        """Returns when the page may be fetched; sets the pace that the host asks for.

        Raises FetchError: permanent where the rules forbid it, otherwise when they cannot be read.
        """
        origin = url.origin()
        site = self._sites.setdefault(str(origin), _Site())
        self._sites.move_to_end(str(origin))
        async with site.asking:  # many pages of one host make one question
            if now >= site.until:
                await self._ask(origin, site, now, permit)
        self._forget()
        if not site.read and site.failing_since and now - site.failing_since < GRACE:
            raise FetchError(f"{show(url)}: left alone while the robots.txt cannot be read ({site.why})")
        delay = site.rules.crawl_delay(self._token) if site.rules else None
        self._http.pace(url, delay or 0.0)
        if site.rules and not await self._allowed(site.rules, site.weight, str(url.with_user(None))):
            raise FetchError(
                f"{show(url)}: robots.txt of {url.host} does not allow {self._token} to read it", permanent=True
            )

    async def _allowed(self, rules: Protego, weight: int, url: str) -> bool:
        if weight < _QUICK:
            return rules.can_fetch(url, self._token)
        return await asyncio.to_thread(rules.can_fetch, url, self._token)

    async def _ask(self, origin: URL, site: _Site, now: datetime, permit: Permit | None) -> None:
        try:
            answer = await self._http.get(
                str(origin / "robots.txt"),
                headers={"Accept": "text/plain, */*;q=0.1"},
                limit_bytes=LIMIT,
                timeout=_TIMEOUT,
                cut=True,
                permit=permit,
            )
        except FetchError as error:
            if not _unavailable(error):
                site.failures += 1
                site.failing_since = site.failing_since or now
                site.why = str(error)  # what was read before stays in force
                site.until = now + min(_FIRST_RETRY * 2 ** min(site.failures - 1, 10), _LONGEST_RETRY)
                return
            body = b""  # what keeps us from it keeps us from the page as well, or there is none
        else:
            body = answer.body
        # In a thread: half a megabyte takes a second, in which others go on.
        site.rules, site.weight = await asyncio.to_thread(_parsed, body, self._token)
        site.read, site.until = True, now + KEPT
        site.failures, site.failing_since, site.why = 0, None, ""

    def _forget(self) -> None:
        weight = sum(site.weight for site in self._sites.values()) if len(self._sites) > 1 else 0
        while len(self._sites) > 1 and (weight > _MOST_CHARACTERS or len(self._sites) > _MOST_SITES):
            if next(iter(self._sites.values())).asking.locked():
                break
            weight -= self._sites.popitem(last=False)[1].weight


def _parsed(body: bytes, token: str) -> tuple[Protego | None, int]:
    """The rules for us, and how many characters they were."""
    if len(body) == LIMIT:  # cut off: half a “Disallow: /a” would forbid everything
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r")) + 1]
    text = concerning(body.decode("utf-8-sig", "replace"), token)
    return (Protego.parse(text), len(text)) if text else (None, 0)


def concerning(text: str, token: str) -> str:
    """The groups of a robots.txt that are for `token` or for everybody, with nothing but agents and rules.

    A file with thousands of agents would otherwise cost agents × rules, in time and memory.
    """
    kept: list[str] = []
    ours = between = False
    for line in text.splitlines():
        agent = _AGENT.match(line)
        if agent:
            mine = agent[1].lower() in (token, "*")
            ours = mine or (ours and between)
            between = True
            if mine:
                kept.append(f"User-agent: {agent[1].lower()}")
        elif _RULE.match(line):
            between = False
            if ours:
                kept.append(line)
    return "\n".join(kept)


def _unavailable(error: FetchError) -> bool:
    """There are no rules to be had (RFC 9309, 2.3.1.3), as opposed to: not for the moment (2.3.1.4)."""
    return error.permanent or (error.status is not None and 400 <= error.status < 500 and error.status != 429)
