"""`monitor sources test`: what an address answers with, what it would yield, and the lines for sources.yaml."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Annotated

import typer

from monitor.app.fetching import http_client, web_fetcher
from monitor.cli.context import FAILED, OK, Misuse, Setup, Watchlists, setup
from monitor.cli.output import at, say, show
from monitor.cli.reading import is_url, utc_now
from monitor.core.model import Entry, Outcome, Polled, PollState, Source, SourceKind
from monitor.core.polling import status
from monitor.core.render import cut, plain
from monitor.errors import ConfigurationError, FetchError, UnreadableError
from monitor.fetch.client import WebFetcher
from monitor.fetch.discovery import Discovery, Found
from monitor.fetch.workers import Workers
from monitor.pipeline.texts import is_whole
from monitor.watchlists.listing import as_line, objections, sources_in, suggested
from monitor.watchlists.sources import canonical_address
from monitor.watchlists.wording import nearest

_SHOWN = 10  # entries
_BEGINNING = 300  # characters of a page's text
_KEYS = ("id", "url", "name", "kind", "select", "language", "country")
_OWN_TEXT = 200  # characters from which an entry's own text can be judged by itself


def try_(
    subject: Annotated[
        str, typer.Argument(metavar="URL|ID", help="An address of any kind of source, or the id of one.")
    ],
    language: Annotated[
        str | None, typer.Option(metavar="CODE", help="Language of the source, instead of what it says itself.")
    ] = None,
    select: Annotated[
        str | None, typer.Option(metavar="SELECTOR", help="Read a web page by the CSS selector of its links.")
    ] = None,
    watchlists: Watchlists = None,
) -> int:
    """Tell what an address is, which feeds a web page offers, and what each yields. Nothing is stored."""
    given = setup(watchlists_dir=watchlists)
    if is_url(subject):
        return asyncio.run(_discover(given, subject, language or "", select or ""))
    return asyncio.run(_try(given, _configured(given, subject)))


def _configured(given: Setup, source_id: str) -> Source:
    sources = {source.id: source for source in given.watchlists().sources}
    if source_id not in sources:
        raise Misuse(f"there is no source {source_id} ({nearest(source_id, sources) or 'give a URL or an id'})")
    return sources[source_id]


async def _try(given: Setup, source: Source) -> int:
    now = utc_now()
    async with _readers(given) as (_, fetcher):
        polled = await fetcher.poll(source, PollState(), now)
        if _failed(polled):
            return FAILED
        _show_entries(polled, now)
        return await _try_page(fetcher, source, polled, now)


async def _discover(given: Setup, url: str, language: str, select: str) -> int:
    now = utc_now()
    if select and (why := objections({"id": "x", "url": url, "kind": "page", "select": select})):
        raise Misuse(f"--select: {why[0]}")
    async with _readers(given) as (discovery, fetcher):
        found = await discovery.examine(url, language, now, select)
        if found.is_page:
            return await _show_offers(given, discovery, found, language, now)
        if _failed(found.polled):
            return FAILED
        _show_entries(found.polled, now)
        if not found.polled.entries:
            return FAILED
        show(_nature(found))
        code = await _try_page(fetcher, found.source, found.polled, now)
        show("for sources.yaml:")
        _Lines(given).show(found)
        return code


@asynccontextmanager
async def _readers(given: Setup) -> AsyncIterator[tuple[Discovery, WebFetcher]]:
    settings = given.settings
    async with http_client(settings) as http, Workers(1) as workers:
        limit = int(settings.feed_limit_mb * 1_000_000)
        discovery = Discovery(http, workers, timeout=settings.fetch_timeout_seconds, limit=limit)
        yield discovery, web_fetcher(settings, http, workers)


def _failed(polled: Polled) -> bool:
    if polled.outcome is not Outcome.FRESH:
        say(f"{status(polled)}: {plain(polled.message)}")
    return polled.outcome is not Outcome.FRESH


async def _show_offers(given: Setup, discovery: Discovery, page: Found, language: str, now: datetime) -> int:
    offers: list[Found] = []
    async for offer in discovery.offers(page, language, now):
        if not offers:
            show(f"a web page{f' in {page.language}' if page.language else ''}; it offers:")
        offers.append(offer)
        dates = [entry.published for entry in offer.polled.entries if entry.published]
        newest = f", newest {at(max(dates))} UTC" if dates else ", no date that can be read"
        show(f"  {plain(offer.source.url)}")
        show(f"    {_count(offer.polled)}{newest}; {_nature(offer)}")
        if offer.polled.message:
            show(f"    warning: {plain(offer.polled.message)}")
    if not offers:
        _failed(page.polled)
        return FAILED
    show("for sources.yaml:")
    lines = _Lines(given)
    for offer in offers:
        lines.show(offer if offer.title else replace(offer, title=page.title))
    return OK


class _Lines:
    """Prints sources as sources.yaml has them, with ids that are free there."""

    def __init__(self, given: Setup):
        self._known: tuple[Source, ...] = ()
        with suppress(ConfigurationError):
            self._known = sources_in(given.settings.watchlists_dir / "sources.yaml")
        self._ids = {source.id for source in self._known}

    def show(self, found: Found) -> None:
        source = found.source
        address = canonical_address(source.url)
        twin = next((known.id for known in self._known if canonical_address(known.url) == address), "")
        values = suggested(source.url, plain(found.title), self._ids)
        self._ids.add(values["id"])
        kind = "" if source.kind is SourceKind.FEED else source.kind.value
        given = {"kind": kind, "select": source.select, "language": source.language}
        values = {key: ({**values, **given}).get(key, "") for key in _KEYS}
        show(as_line({key: value for key, value in values.items() if value}))
        if twin:
            say(f"{plain(source.url)} is listed already, as {twin}")


def _count(polled: Polled) -> str:
    return f"{len(polled.entries)} {'entry' if len(polled.entries) == 1 else 'entries'}"


def _nature(found: Found) -> str:
    """What it is and sends, in one line."""
    own = sum(len(entry.content or entry.summary) >= _OWN_TEXT for entry in found.polled.entries)
    if found.validators:
        names = " and ".join(found.validators)
        validators = f"{names}, {'answered with 304' if found.answers_304 else 'but no 304 for them'}"
    else:
        validators = "neither ETag nor Last-Modified: sent whole each time"
    kinds = {SourceKind.PAGE: "page with a selector", SourceKind.TELEGRAM: "channel preview"}
    parts = (
        kinds.get(found.source.kind, found.form),
        found.encoding,
        f"language {found.language or 'not told'}",
        f"{own} of {len(found.polled.entries)} with text of their own",
        validators,
    )
    return ", ".join(plain(part) for part in parts if part)


def _show_entries(polled: Polled, now: datetime) -> None:
    entries = polled.entries
    dates = [entry.published for entry in entries if entry.published]
    dated = f", {len(dates)} with a date that can be read" if entries else ""
    show(f"HTTP {polled.status}, {_count(polled)}{dated}")
    if dates:
        hours = (now - max(dates)).total_seconds() / 3600
        show(f"newest {at(max(dates))} UTC ({hours:.1f} h ago), oldest {at(min(dates))} UTC")
    if polled.message:
        show(f"warning: {plain(polled.message)}")
    for entry in entries[:_SHOWN]:
        undated = f"no date ({plain(entry.published_raw)})" if entry.published_raw else "no date"
        show(f"  {at(entry.published) if entry.published else undated}  {cut(plain(entry.title), 100)}")
        show(f"    {entry.url or 'no link'}")
    if len(entries) > _SHOWN:
        show(f"  and {len(entries) - _SHOWN} more")


async def _try_page(fetcher: WebFetcher, source: Source, polled: Polled, now: datetime) -> int:
    """Read the page of the first entry that has one."""
    if not polled.entries:
        return FAILED
    first = next((entry for entry in polled.entries if entry.url and not is_whole(entry)), None)
    if first is None:
        say("no entry leads to a page: its own text is all there is")
        return OK
    return await _read_page(fetcher, first, source, now)


async def _read_page(fetcher: WebFetcher, entry: Entry, source: Source, now: datetime) -> int:
    try:
        page = await fetcher.page(entry.url or "", entry.language or source.language, now, source)
    except (FetchError, UnreadableError) as error:
        say(f"the page of the first entry cannot be read: {plain(str(error))}; the feed's own text would stand in")
        return FAILED
    show(f"first page: {plain(page.title)}")
    show(f"  published {at(page.published)}, {len(page.text)} characters: {cut(plain(page.text), _BEGINNING)}")
    return OK
