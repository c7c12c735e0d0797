"""`monitor sources …`: what is polled, and how it goes."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated

import typer

from monitor.cli.context import FAILED, OK, AsJson, Misuse, Setup, Watchlists, group, setup
from monitor.cli.output import at, say, show, show_json, show_table
from monitor.cli.reading import fetching, is_url, utc_now
from monitor.core.coverage import Life, carrier
from monitor.core.model import Entry, Outcome, Polled, PollState, Source
from monitor.core.polling import status
from monitor.core.render import cut, plain
from monitor.errors import FetchError, UnreadableError
from monitor.fetch.client import WebFetcher
from monitor.store.views import SourceRow, Views
from monitor.watchlists.fields import format_duration
from monitor.watchlists.wording import nearest

app = group("Look at the sources, and try one.")

_SHOWN = 10  # entries
_BEGINNING = 300  # characters of a page's text


@app.command("list")
def list_(
    unhealthy: Annotated[
        bool, typer.Option("--unhealthy", help="Only enabled sources that fail or are not heard, with the cause.")
    ] = False,
    as_json: AsJson = False,
    watchlists: Watchlists = None,
) -> int:
    """List the sources with their health, as the database knows it."""
    rows = _rows(setup(watchlists_dir=watchlists), need_health=unhealthy)
    now = utc_now()
    if unhealthy:
        rows = [row for row in rows if row.source.enabled and _ails(row, now)]
    if as_json:
        show_json([_data(row) | {"cause": _cause(row, now)} for row in rows])
    elif unhealthy:
        header = ("ID", "STATUS", "FAILED", "LAST SUCCESS", "NEXT POLL", "CAUSE")
        show_table(header, (_complaint(row, now) for row in rows))
    else:
        header = ("ID", "LANG", "TIER", "EVERY", "STATUS", "FAILED", "LAST NEW", "NEXT POLL", "ENTRIES", "URL")
        show_table(header, (_cells(row) for row in rows))
        for row in rows:
            if row.state.error and row.source.enabled:
                say(f"{row.source.id}: {plain(row.state.error)}")
    return OK


def _rows(given: Setup, *, need_health: bool) -> list[SourceRow]:
    """From the database; before there is one, from sources.yaml."""
    file = given.database_file
    if need_health or file is None or file.exists():
        with given.store() as engine:
            return Views(engine).sources()
    say("there is no database yet: the sources as sources.yaml has them")
    return [SourceRow(source, PollState(), "", 0, 0) for source in given.watchlists().sources]


def _data(row: SourceRow) -> dict[str, object]:
    source, state = row.source, row.state
    return {
        "id": source.id,
        "name": source.name,
        "url": source.url,
        "language": source.language,
        "country": source.country,
        "publisher": source.publisher,
        "tier": source.tier,
        "interval_seconds": source.interval.total_seconds(),
        "enabled": source.enabled,
        "status": state.status,
        "error": state.error,
        "failures": state.failures,
        "last_poll_at": state.last_poll_at,
        "last_success_at": state.last_success_at,
        "last_new_at": state.last_new_at,
        "next_poll_at": state.next_poll_at,
        "plan": row.plan,
        "entries": row.entries,
        "pending": row.pending,
    }


def _ails(row: SourceRow, now: datetime) -> bool:
    return bool(row.state.failures) or carrier(row.source, row.state, now).life is Life.DEAD


def _cause(row: SourceRow, now: datetime) -> str:
    """What is wrong with a source, in words; empty where nothing is."""
    return carrier(row.source, row.state, now).why if _ails(row, now) else ""


def _complaint(row: SourceRow, now: datetime) -> list[str]:
    state = row.state
    last, following = at(state.last_success_at), at(state.next_poll_at)
    return [row.source.id, state.status, str(state.failures), last, following, _cause(row, now)]


def _cells(row: SourceRow) -> list[str]:
    source, state = row.source, row.state
    return [
        source.id,
        source.language,
        str(source.tier),
        format_duration(source.interval),
        state.status if source.enabled else "off",
        str(state.failures),
        at(state.last_new_at),
        at(state.next_poll_at) if source.enabled else "-",
        str(row.entries),
        source.url,
    ]


@app.command("test")
def try_(
    subject: Annotated[str, typer.Argument(metavar="URL|ID", help="A feed's address, or the id of a source.")],
    language: Annotated[str, typer.Option(metavar="CODE", help="Language of the feed.")] = "en",
    watchlists: Watchlists = None,
) -> int:
    """Poll a source once, read its first page, and tell what was found. Nothing is stored."""
    given = setup(watchlists_dir=watchlists)
    source = Source("test", subject, subject, language=language) if is_url(subject) else _configured(given, subject)
    return asyncio.run(_try(given, source))


def _configured(given: Setup, source_id: str) -> Source:
    sources = {source.id: source for source in given.watchlists().sources}
    if source_id not in sources:
        raise Misuse(f"there is no source {source_id} ({nearest(source_id, sources) or 'give a URL or an id'})")
    return sources[source_id]


async def _try(given: Setup, source: Source) -> int:
    now = utc_now()
    async with fetching(given.settings) as fetcher:
        polled = await fetcher.poll(source, PollState(), now)
        if polled.outcome is not Outcome.FRESH:
            say(f"{status(polled)}: {plain(polled.message)}")
            return FAILED
        _show_feed(polled, now)
        if not polled.entries:
            return FAILED
        first = next((entry for entry in polled.entries if entry.url), None)
        if first is None:
            say("no entry has a link: the feed's own text is all there is")
            return OK
        return await _try_page(fetcher, first, source, now)


def _show_feed(polled: Polled, now: datetime) -> None:
    entries = polled.entries
    dates = [entry.published for entry in entries if entry.published]
    dated = f", {len(dates)} with a date that can be read" if entries else ""
    show(f"HTTP {polled.status}, {len(entries)} {'entry' if len(entries) == 1 else 'entries'}{dated}")
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


async def _try_page(fetcher: WebFetcher, entry: Entry, source: Source, now: datetime) -> int:
    assert entry.url is not None
    try:
        page = await fetcher.page(entry.url, source.language, now)
    except (FetchError, UnreadableError) as error:
        say(f"the page of the first entry cannot be read: {plain(str(error))}; the feed's own text would stand in")
        return FAILED
    show(f"first page: {plain(page.title)}")
    show(f"  published {at(page.published)}, {len(page.text)} characters: {cut(plain(page.text), _BEGINNING)}")
    return OK
