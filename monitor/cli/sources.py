"""`monitor sources …`: what is polled, and how it goes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Annotated

import typer

from monitor.cli import opml, trying
from monitor.cli.context import OK, AsJson, Setup, Watchlists, group, setup
from monitor.cli.output import at, say, show, show_json, show_table
from monitor.cli.reading import utc_now
from monitor.core.health import Health, health, moved_hint
from monitor.core.model import PollState
from monitor.core.render import plain
from monitor.core.rhythm import words
from monitor.store.views import SourceRow, Views
from monitor.watchlists.fields import format_duration

app = group("Look at the sources, try one, exchange lists of them.")

_GAP = "\n"  # between a table and what is said of it


@app.command("list")
def list_(
    unhealthy: Annotated[
        bool, typer.Option("--unhealthy", help="Only sources that are quiet, failing, blocked or gone, with the cause.")
    ] = False,
    as_json: AsJson = False,
    watchlists: Watchlists = None,
) -> int:
    """List the sources with their health, as the database knows it."""
    now = utc_now()
    told = [
        (row, health(row.state, row.source, now, row.plan))
        for row in _rows(setup(watchlists_dir=watchlists), unhealthy)
    ]
    if unhealthy:
        told = [(row, found) for row, found in told if found.unhealthy]
    if as_json:
        show_json([_data(row, found) for row, found in told])
        return OK
    if unhealthy:
        complaint = ("ID", "HEALTH", "FAILED", "LAST SUCCESS", "NEXT POLL", "CAUSE")
        show_table(complaint, (_complaint(row, found) for row, found in told))
    else:
        columns = ("ID", "LANG", "HEALTH", "EVERY", "RHYTHM", "LAST NEW", "EXPECTED", "NEXT POLL", "ENTRIES")
        show_table(columns, (_cells(row, found, now) for row, found in told))
    for number, line in enumerate(line for row, found in told for line in _remarks(row, found, listed=unhealthy)):
        show(f"{'' if number else _GAP}{plain(line)}")
    return OK


def _rows(given: Setup, need_health: bool) -> list[SourceRow]:
    """From the database; before there is one, from sources.yaml."""
    file = given.database_file
    if need_health or file is None or file.exists():
        with given.store() as engine:
            return Views(engine).sources()
    say("there is no database yet: the sources as sources.yaml has them")
    return [SourceRow(source, PollState(), "", 0, 0) for source in given.watchlists().sources]


def _data(row: SourceRow, found: Health) -> dict[str, object]:
    source, state = row.source, row.state
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind.value,
        "url": source.url,
        "language": source.language,
        "country": source.country,
        "publisher": source.publisher,
        "tier": source.tier,
        "interval_seconds": source.interval.total_seconds(),
        "enabled": source.enabled,
        "health": found.word,
        "cause": found.cause if found.unhealthy else "",
        "moved_hint": moved_hint(state, source),
        "rhythm_seconds": state.rhythm,
        "expected_at": found.expected,
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


def _remarks(row: SourceRow, found: Health, *, listed: bool) -> Iterator[str]:
    """What stands below the table of a source; `listed`: its cause stands there already."""
    hint = moved_hint(row.state, row.source) if row.source.enabled else ""
    if not listed and (found.unhealthy or (found.noted and not hint)):
        yield f"{row.source.id}: {found.word}, {found.cause}"
    if hint:
        yield f"{row.source.id}: {hint}"


def _complaint(row: SourceRow, found: Health) -> Sequence[str]:
    state = row.state
    last, following = at(state.last_success_at), at(state.next_poll_at)
    return row.source.id, found.word, str(state.failures), last, following, found.cause


def _cells(row: SourceRow, found: Health, now: datetime) -> Sequence[str]:
    source, state = row.source, row.state
    return (
        source.id,
        source.language,
        found.word,
        format_duration(source.interval),
        words(timedelta(seconds=state.rhythm)) if state.rhythm is not None else "-",
        at(state.last_new_at),
        _expected(found.expected, now),
        at(state.next_poll_at) if source.enabled else "-",
        str(row.entries),
    )


def _expected(moment: datetime | None, now: datetime) -> str:
    return f"overdue {words(now - moment)}" if moment and moment < now else at(moment)


app.command("test")(trying.try_)
app.command("import")(opml.import_)
app.command("export")(opml.export)
