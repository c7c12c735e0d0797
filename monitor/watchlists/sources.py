"""`watchlists/sources.yaml`: what is polled."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

import lxml.html
from cssselect import SelectorError
from lxml.cssselect import CSSSelector
from pydantic import AfterValidator, Field

from monitor.core.model import Source, SourceKind
from monitor.watchlists.checking import check
from monitor.watchlists.fields import (
    CountryCode,
    Duration,
    Identifier,
    LanguageCode,
    Strict,
    Text,
    Version,
    member_of,
    objection,
)
from monitor.watchlists.models import given
from monitor.watchlists.wording import shown
from monitor.watchlists.yamlfile import Document

MIN_INTERVAL_SECONDS = 60
_PREVIEW = re.compile(r"https://t\.me/s/[A-Za-z]\w{3,31}/?", re.ASCII)
_CHANNEL = re.compile(r"(?:https?://)?(?:t|telegram)\.me/(?:s/)?([A-Za-z]\w{3,31})\b", re.ASCII)
# A page whose links nothing tells from one another: a selector that takes them takes every link of a page.
_ANY_PAGE = (
    "<html><body><a href='/1'>a</a><div><a href='/2'>a</a></div><ul><li><a href='/3'>a</a></li></ul></body></html>"
)
MIN_PREFIX = {4: 8, 6: 16}  # by version: a wider network is a slip


class Robots(StrEnum):
    HEED = "heed"
    IGNORE = "ignore"


_LIVELIER, _LEAST = 5, timedelta(minutes=2)


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        host, user = parts.hostname, parts.username
        _ = parts.port  # raises ValueError where it is no number
    except ValueError:
        host, user = None, None
    if user is not None:
        raise objection("an address with a user name or password", "sources must be public")
    if not host or parts.scheme not in ("http", "https") or any(character.isspace() for character in value):
        raise objection("expected an address that begins with http:// or https://")
    return value


def _interval(value: object) -> object:
    seconds = value.total_seconds() if hasattr(value, "total_seconds") else 0
    if seconds < MIN_INTERVAL_SECONDS:
        raise objection("an interval is at least 1m", "ask publishers no more often than they publish")
    return value


def _selector(value: str) -> str:
    try:
        found = CSSSelector(value, translator="html")(lxml.html.document_fromstring(_ANY_PAGE))
    except SelectorError as error:
        raise objection(
            f"not a CSS selector: {error}"[:200], "write what the browser's inspector shows: .news h2 a"
        ) from None
    if found:
        hint = "name the list that holds the articles: .news h2 a"
        raise objection(f"the selector {shown(value)} takes every link of a page, menus too", hint)
    return value


def _network(value: str) -> str:
    try:
        network = ip_network(value)
    except ValueError:
        raise objection("expected a network such as 10.1.2.0/24 or fd00:1::/32", "its address ends in zeros") from None
    if network.prefixlen < MIN_PREFIX[network.version]:
        widest = f"/{MIN_PREFIX[network.version]}"
        raise objection(f"{value} is too wide", f"take {widest} or narrower, best the outlet's own network")
    return str(network)


class SourceModel(Strict):
    id: Identifier
    url: Annotated[str, AfterValidator(_web_address)]
    name: Text | None = None
    kind: Annotated[SourceKind, member_of(SourceKind)] = SourceKind.FEED
    select: Annotated[Text, AfterValidator(_selector)] | None = None
    language: LanguageCode | None = None
    country: CountryCode | None = None
    publisher: Identifier | None = None
    tier: int = Field(default=3, ge=1, le=4)
    interval: Annotated[Duration, AfterValidator(_interval)] | None = None
    min_interval: Annotated[Duration, AfterValidator(_interval)] | None = None
    enabled: bool = True
    robots: Annotated[Robots, member_of(Robots)] = Robots.HEED
    allow: list[Annotated[str, AfterValidator(_network)]] = Field(default_factory=list)


class SourcesFile(Strict):
    """`watchlists/sources.yaml`."""

    version: Version
    sources: list[SourceModel]


def read_sources(document: Document) -> tuple[Source, ...]:
    """The sources; what is wrong goes to `document.problems`."""
    file = check(SourcesFile, document)
    if file is None:
        return ()
    _find_twins(file.sources, document)
    _hold_against_kind(file.sources, document)
    return tuple(_source(model) for model in file.sources)


def _source(model: SourceModel) -> Source:
    return Source(
        **given(
            id=model.id,
            url=model.url,
            name=model.name or model.id,
            kind=model.kind,
            select=model.select,
            language=model.language,
            country=model.country,
            publisher=model.publisher or model.id,  # on its own unless somebody says otherwise
            tier=model.tier,
            interval=model.interval,
            min_interval=_min_interval(model),
            max_interval=model.interval,
            enabled=model.enabled,
            robots=model.robots is Robots.HEED,
            allow=tuple(model.allow),
        )
    )


def _min_interval(model: SourceModel) -> timedelta | None:
    """Who names an interval has said how patient to be: a lively source may be asked so much more often, no more."""
    if model.min_interval is not None or model.interval is None:
        return model.min_interval
    return least_interval(model.interval)


def least_interval(interval: timedelta) -> timedelta:
    """How much more often than every `interval` a source may be asked where nobody says."""
    return max(interval / _LIVELIER, _LEAST)


def _find_twins(sources: list[SourceModel], document: Document) -> None:
    ids: dict[str, int] = {}
    addresses: dict[str, int] = {}
    for index, source in enumerate(sources):
        for key, name, known in (("id", source.id, ids), ("url", canonical_address(source.url), addresses)):
            first = known.setdefault(name, index)
            if first != index:
                line = document.find("sources", first, key).line
                what = f"the source id {shown(name)} is used" if key == "id" else "this address is listed"
                hint = f"first at line {line}, by source {shown(sources[first].id)}"
                document.problems.append(document.problem(("sources", index, key), f"{what} twice", hint))


def _hold_against_kind(sources: list[SourceModel], document: Document) -> None:
    """What one kind of source needs and another has no use for."""
    for index, source in enumerate(sources):
        path = ("sources", index)
        if document.find(*path).partial:
            continue
        is_page = source.kind is SourceKind.PAGE
        if is_page and source.select is None:
            hint = "select: the CSS selector of its links to articles, such as .news h2 a"
            document.problems.append(document.problem((*path, "kind"), "a source of kind page needs “select”", hint))
        if not is_page and source.select is not None:
            message = f"a source of kind {source.kind.value} has no use for “select”"
            document.problems.append(document.problem((*path, "select"), message, "write kind: page", key=True))
        if source.kind is SourceKind.TELEGRAM and not _PREVIEW.fullmatch(source.url):
            channel = _CHANNEL.match(source.url)
            hint = f"write https://t.me/s/{channel[1] if channel else 'CHANNEL'}"
            message = "not the public preview of a Telegram channel"
            document.problems.append(document.problem((*path, "url"), message, hint))


def canonical_address(url: str) -> str:
    """What two spellings of one address have in common."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}:{parts.port or ''}{parts.path.rstrip('/')}?{parts.query}"
