"""`monitor silences …`: what is held for a time, by whom and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

import typer

from monitor.cli.context import OK, AsJson, Misuse, Watchlists, group, setup
from monitor.cli.given import Author, For, Until, author, end
from monitor.cli.output import at, count, say, show_json, show_table
from monitor.cli.reading import utc_now
from monitor.core.render import plain
from monitor.core.silences import LOOK_BACK, Silence, fault_of
from monitor.store.shown.silences import SilencesShown
from monitor.store.sql import SqlStore
from monitor.store.views import Views
from monitor.watchlists.conditions import read_match

app = group("Hold alerts for a time.")

_OPTIONS = {"reason": "--reason: {}", "ends": "--until: {}", "long": "{}, or add --long"}  # of what may be wrong


@app.command("list")
def list_(
    ended: Annotated[bool, typer.Option("--ended", help="Also those that are over.")] = False,
    as_json: AsJson = False,
) -> int:
    """List the silences, the first to end first."""
    now = utc_now()
    with setup().store() as engine:
        found = Views(engine).silences(now, ended)
    if as_json:
        show_json([_data(silence) for silence in found])
    else:
        header = ("ID", "ENDS", "LEFT", "AUTHOR", "HOLDS", "REASON")
        show_table(header, ([*_cells(silence, silence.ends_at - now)] for silence in found))
    return OK


def _data(silence: Silence) -> dict[str, object]:
    match = {trait: list(values) for trait, values in silence.match}
    times = {name: getattr(silence, name) for name in ("created_at", "starts_at", "ends_at")}
    return {"id": silence.id, "match": match, "author": silence.author, "reason": silence.reason, **times}


def _cells(silence: Silence, left: timedelta) -> Iterator[str]:
    minutes = left // timedelta(minutes=1)
    still = f"{minutes // 60}h {minutes % 60:02}m" if left > timedelta() else "over"
    yield from (str(silence.id), at(silence.ends_at), still, silence.author, silence.words, silence.reason)


@app.command("add")
def add(
    match: Annotated[str, typer.Option(metavar="CONDITIONS", help='What to hold: "rule=gas-* severity=low|medium".')],
    reason: Annotated[str, typer.Option(metavar="WORDS", help="Why, for those who wonder at the quiet.")],
    for_: For = None,
    until: Until = None,
    long: Annotated[bool, typer.Option("--long", help="For more than 30 days.")] = False,
    author_: Author = None,
    as_json: AsJson = False,
    watchlists: Watchlists = None,
) -> int:
    """Hold the alerts that fit, from now on until a time. What is held is told at the end."""
    given = setup(watchlists_dir=watchlists)
    rules = {rule.id: rule.watchlist for rule in given.watchlists().ruleset.rules}
    conditions, name, now = read_match(match, rules, "--match"), author(author_), utc_now()
    words, ends_at = plain(reason), end(for_, until, now)
    if fault := fault_of(words, now, ends_at, now, long):
        raise Misuse(_OPTIONS[fault.field].format(fault.words))
    with given.store() as engine:
        silence = SqlStore(engine).add_silence(conditions, name, words, now, ends_at)
        held, alerts = SilencesShown(engine).would_hold(conditions, now - LOOK_BACK)
    if as_json:
        show_json({**_data(silence), "would_have_held": held, "of": alerts})
    else:
        say(f"silence {silence.id} holds {silence.words} until {at(silence.ends_at)} UTC")
        say(f"of the last {LOOK_BACK.days} days it would have held {held} of {count(alerts, 'alert')}")
    return OK


@app.command("end")
def end_(
    number: Annotated[int, typer.Argument(metavar="ID", help="The silence's number.")], as_json: AsJson = False
) -> int:
    """End a silence now; what it holds is told."""
    now = utc_now()
    with setup().store() as engine:
        silence = SqlStore(engine).end_silence(number, now)
    if silence is None:
        raise Misuse(f"there is no silence {number} (see `monitor silences list`)")
    if as_json:
        show_json(_data(silence))
    else:
        say(f"silence {silence.id} {'ended' if silence.ends_at == now else f'was over at {at(silence.ends_at)} UTC'}")
    return OK
