"""`monitor alerts acknowledge` and its like: what people say to alerts; and how well the rules did by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from monitor.cli.context import OK, AsJson, Misuse, Setup, setup
from monitor.cli.given import Author, For, Until, author, duration, end
from monitor.cli.output import say, show, show_json, show_table
from monitor.cli.reading import utc_now
from monitor.core.lifecycle import Proposal, Step, interval, propose
from monitor.core.render import plain
from monitor.core.responses import Answer, Fault, Response, Standing, speaks_of, standing
from monitor.core.rules import Stage
from monitor.errors import ConfigurationError
from monitor.store.answered import PrecisionRow
from monitor.store.sql import SqlStore
from monitor.store.views import Views

Keys = Annotated[list[str], typer.Argument(metavar="KEY…", help="Keys or numbers of alerts.")]
Reason = Annotated[str, typer.Option(metavar="WORDS", help="Why, for those who read it later.")]


@dataclass(frozen=True, slots=True)
class Answered:
    """`changed` is False where it had been said before."""

    alert: str
    thread: str
    changed: bool
    standing: Standing


def acknowledge(keys: Keys, reason: Reason = "", author: Author = None, as_json: AsJson = False) -> int:
    """Say that somebody looks after it: no more reminders, no escalation of these events."""
    return _answer(keys, Answer.ACKNOWLEDGE, author, reason, as_json)


def snooze(
    keys: Keys,
    for_: For = None,
    until: Until = None,
    reason: Reason = "",
    author: Author = None,
    as_json: AsJson = False,
) -> int:
    """Hear nothing more of these events until a time; what comes meanwhile is held, and told then."""
    return _answer(keys, Answer.SNOOZE, author, reason, as_json, until=end(for_, until, utc_now()))


def reject(
    keys: Keys,
    fault: Annotated[Fault, typer.Option(help="What is wrong with it.")],
    reason: Reason = "",
    author: Author = None,
    as_json: AsJson = False,
) -> int:
    """Say that these were no alerts. The baseline is corrected, and the rule's precision counts it. Of an update: that
    it was none; what else was told of its event stays as it was."""
    return _answer(keys, Answer.REJECT, author, reason, as_json, fault=fault)


def resolve(keys: Keys, reason: Reason = "", author: Author = None, as_json: AsJson = False) -> int:
    """Say that these events are over."""
    return _answer(keys, Answer.RESOLVE, author, reason, as_json)


def reopen(keys: Keys, reason: Reason = "", author: Author = None, as_json: AsJson = False) -> int:
    """Take back whatever was said to these events; what a rejection took out of the baseline comes back. Of an update
    that was rejected alone: that rejection."""
    return _answer(keys, Answer.REOPEN, author, reason, as_json)


def _answer(
    keys: Sequence[str],
    answer: Answer,
    by: str | None,
    reason: str,
    as_json: bool,
    until: datetime | None = None,
    fault: Fault | None = None,
) -> int:
    name, now = author(by), utc_now()
    done: list[Answered] = []
    with setup().store() as engine:
        store, views = SqlStore(engine), Views(engine)
        alerts = [views.find_alert(key) for key in keys]
        for key, alert in zip(keys, alerts, strict=True):
            if alert is None:  # before anything is answered
                raise Misuse(f"there is no alert {key} (see `monitor alerts list`)")
        for alert in filter(None, alerts):
            before = views.told(alert.thread)
            update = speaks_of(answer, alert.update, before.responses if before else ())
            said = Response(alert.thread, answer, name, now, plain(reason), until, fault, "cli", update)
            changed = store.respond(said, now)
            told = views.told(alert.thread)
            done.append(Answered(alert.key, alert.thread, changed, standing(told.responses if told else (), alert.key)))
            if not as_json:
                say(f"{alert.key}: {said.words if changed else f'nothing to do, {said.words} already'}")
    if as_json:
        show_json(done)
    return OK


def stats(
    since: Annotated[str, typer.Option(metavar="DURATION", help="How far back, such as 12h or 30d.")] = "30d",
    as_json: AsJson = False,
) -> int:
    """Show for each rule how people answered what it told: its measured precision, the worst rule first."""
    back, now, given = duration("--since", since), utc_now(), setup()
    with given.store() as engine:
        rows = Views(engine).precision(now - back)
    stages = _stages(given)
    proposals = {row.rule: propose(row.record(now)) for row in rows if stages.get(row.rule) is row.stage}
    if as_json:
        show_json([_data(row, stages, proposals) for row in rows])
        return OK
    header = ("RULE", "STAGE", "EVENTS", "ANSWERED", "RIGHT", *(_FAULTS[fault] for fault in Fault), "PRECISION")
    show_table(header, (_cells(row) for row in rows))
    for rule, proposal in proposals.items():
        if proposal.step is not Step.KEEP:
            show(f"{rule}: {proposal.step.value}. {proposal.reason}")
    if rows and not any(row.answered for row in rows):
        say("nobody has answered any of them (see `monitor alerts acknowledge --help`)")
    return OK


_FAULTS = {fault: fault.value.upper().replace("-", " ") for fault in Fault}


def _stages(given: Setup) -> Mapping[str, Stage]:
    """Of the rules as they are now; of none where the watchlists have mistakes, which is no reason to tell nothing."""
    try:
        return {rule.id: rule.stage for rule in given.watchlists().ruleset.rules}
    except ConfigurationError:
        return {}


def _data(row: PrecisionRow, stages: Mapping[str, Stage], proposals: Mapping[str, Proposal]) -> dict[str, object]:
    faults = {fault.value: number for fault, number in row.faults.items()}
    counts = {"rule": row.rule, "stage": row.stage, "events": row.events, "answered": row.answered, "right": row.right}
    low, high = interval(row.right, row.answered)
    proposal = proposals.get(row.rule) if stages.get(row.rule) is row.stage else None
    return {
        **counts,
        "rejected": faults,
        "precision": row.precision,
        "interval": [round(low, 3), round(high, 3)],
        "proposal": proposal,
    }


def _cells(row: PrecisionRow) -> list[str]:
    share = "-"
    if row.precision is not None:
        low, high = interval(row.right, row.answered)
        share = f"{row.precision:.2f} ({low:.2f}–{high:.2f})"
    stage = "on trial" if row.stage is Stage.SHADOW else "live"
    return [row.rule, stage, *map(str, (row.events, row.answered, row.right, *row.faults.values())), share]
