"""`monitor sources …`: what is polled, and how it goes."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from monitor.cli import opml, trying
from monitor.cli.context import OK, AsJson, Setup, Watchlists, group, setup
from monitor.cli.output import at, say, show_json, show_table
from monitor.cli.reading import utc_now
from monitor.core.coverage import Life, carrier
from monitor.core.model import PollState
from monitor.core.render import plain
from monitor.store.views import SourceRow, Views
from monitor.watchlists.fields import format_duration

app = group("Look at the sources, try one, exchange lists of them.")


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
        complaint = ("ID", "STATUS", "FAILED", "LAST SUCCESS", "NEXT POLL", "CAUSE")
        show_table(complaint, (_complaint(row, now) for row in rows))
    else:
        columns = ("ID", "LANG", "TIER", "EVERY", "STATUS", "FAILED", "LAST NEW", "NEXT POLL", "ENTRIES", "URL")
        show_table(columns, (_cells(row) for row in rows))
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
        "kind": source.kind.value,
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


app.command("test")(trying.try_)
app.command("import")(opml.import_)
app.command("export")(opml.export)
