"""`watchlists/sources.yaml`: what is polled."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

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


class SourceModel(Strict):
    id: Identifier
    url: Annotated[str, AfterValidator(_web_address)]
    name: Text | None = None
    kind: Annotated[SourceKind, member_of(SourceKind)] = SourceKind.FEED
    language: LanguageCode | None = None
    country: CountryCode | None = None
    publisher: Identifier | None = None
    tier: int = Field(default=3, ge=1, le=4)
    interval: Annotated[Duration, AfterValidator(_interval)] | None = None
    min_interval: Annotated[Duration, AfterValidator(_interval)] | None = None
    enabled: bool = True


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
    return tuple(_source(model) for model in file.sources)


def _source(model: SourceModel) -> Source:
    return Source(
        **given(
            id=model.id,
            url=model.url,
            name=model.name or model.id,
            kind=model.kind,
            language=model.language,
            country=model.country,
            publisher=model.publisher or model.id,  # on its own unless somebody says otherwise
            tier=model.tier,
            interval=model.interval,
            min_interval=_min_interval(model),
            max_interval=model.interval,
            enabled=model.enabled,
        )
    )


def _min_interval(model: SourceModel) -> timedelta | None:
    """Who names an interval has said how patient to be: a lively source may be asked so much more often, no more."""
    if model.min_interval is not None or model.interval is None:
        return model.min_interval
    return max(model.interval / _LIVELIER, _LEAST)


def _find_twins(sources: list[SourceModel], document: Document) -> None:
    ids: dict[str, int] = {}
    addresses: dict[str, int] = {}
    for index, source in enumerate(sources):
        for key, name, known in (("id", source.id, ids), ("url", _canonical(source.url), addresses)):
            first = known.setdefault(name, index)
            if first != index:
                line = document.find("sources", first, key).line
                what = f"the source id {shown(name)} is used" if key == "id" else "this address is listed"
                hint = f"first at line {line}, by source {shown(sources[first].id)}"
                document.problems.append(document.problem(("sources", index, key), f"{what} twice", hint))


def _canonical(url: str) -> str:
    """What two spellings of one address have in common."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}:{parts.port or ''}{parts.path.rstrip('/')}?{parts.query}"
