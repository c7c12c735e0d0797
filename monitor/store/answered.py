"""What people were told and what they answered, as they are shown it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.alerts import event_key, event_of
from monitor.core.lifecycle import Record
from monitor.core.responses import Fault, Response, standing
from monitor.core.rules import Stage
from monitor.ports import Told
from monitor.store import rows
from monitor.store.responses import all_said, responses
from monitor.store.tables import alert, journal

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class JournalRow:
    """What was decided on an alert or one of its deliveries, and why. `author` is "" for the monitor itself."""

    at: datetime
    what: str
    words: str
    author: str
    delivery: int | None


@dataclass(frozen=True, slots=True)
class PrecisionRow:
    """How people answered the events that a rule told live, or on trial: acknowledged or resolved is right, rejected is
    wrong in one of three ways; an update that was rejected alone is one more. `precision` is the share of the right
    ones among the answered; None where nobody answered. `alerts` since `first`."""

    rule: str
    stage: Stage
    events: int
    right: int
    faults: Mapping[Fault, int]
    alerts: int
    first: datetime

    @property
    def answered(self) -> int:
        return self.right + sum(self.faults.values())

    @property
    def precision(self) -> float | None:
        return self.right / self.answered if self.answered else None

    def record(self, now: datetime) -> Record:
        """As a proposal is made from it."""
        return record(self.stage, self.right, self.faults, self.alerts, self.first, now)


def record(
    stage: Stage, right: int, faults: Mapping[Fault, int], alerts: int, first: datetime | None, now: datetime
) -> Record:
    days = max((now - first) / _DAY, 0.0) if first else 0.0
    return Record(stage, right, faults, days, alerts / max(days, 1.0))


@dataclass(frozen=True, slots=True)
class Judged:
    """What people said to an event that a rule told in a stage, first at `at`: whether that was right, and of each
    rejection the fault. Nobody answered where both say nothing."""

    rule: str
    stage: Stage
    at: datetime
    alerts: int
    right: bool
    faults: tuple[Fault, ...]


def told(connection: Connection, thread: str) -> Told | None:
    rule, event = event_of(thread)
    query = sa.select(alert).where(alert.c.rule == rule, alert.c.event == event).order_by(alert.c.id)
    alerts = tuple(rows.alert_from(row) for row in connection.execute(query).mappings())
    said = tuple(responses(connection, thread))
    return Told(alerts, standing(said), said) if alerts else None


def entries(connection: Connection, alert_id: int) -> tuple[JournalRow, ...]:
    """The journal of an alert, oldest first."""
    query = sa.select(journal).where(journal.c.alert_id == alert_id).order_by(journal.c.at, journal.c.id)
    return tuple(
        JournalRow(row["at"], row["what"], row["words"], row["author"], row["delivery_id"])
        for row in connection.execute(query).mappings()
    )


def precision(connection: Connection, since: datetime) -> list[PrecisionRow]:
    """Of each rule that told anything since then, the worst first; those that nobody answered last."""
    query = sa.select(*TOLD).where(alert.c.created_at >= since)
    rules: dict[tuple[str, Stage], list[Judged]] = {}
    for judged in judged_events(connection.execute(query).all(), all_said(connection)):
        rules.setdefault((judged.rule, judged.stage), []).append(judged)
    found = [_precision(rule, stage, events) for (rule, stage), events in rules.items()]
    return sorted(found, key=lambda row: (row.precision is None, row.precision or 0.0, row.rule, row.stage.value))


TOLD = (alert.c.rule, alert.c.event, alert.c.key, alert.c.shadow, alert.c.created_at)


def judged_events(found: Iterable[Any], said: Mapping[str, Sequence[Response]]) -> Iterator[Judged]:
    """Each event of the alerts that were `found` (columns `TOLD`). One that was told live once counts as live."""
    events: dict[tuple[str, str], list[Any]] = {}
    for row in found:
        events.setdefault((row.rule, row.event), []).append(row)
    for (rule, event), alerts in events.items():
        answers = said.get(event_key(rule, event), ())
        stands = standing(answers)
        alone = (standing(answers, row.key).rejected for row in alerts) if answers else ()
        rejected = [stands.rejected] if stands.rejected else []
        rejected += [one for one in alone if one and one.alert]
        yield Judged(
            rule,
            Stage.SHADOW if all(row.shadow for row in alerts) else Stage.LIVE,
            min(row.created_at for row in alerts),
            len(alerts),
            stands.answered is not None and not stands.rejected,
            tuple(one.fault or Fault.WRONG for one in rejected),
        )


def _precision(rule: str, stage: Stage, events: Sequence[Judged]) -> PrecisionRow:
    wrong = [fault for event in events for fault in event.faults]
    return PrecisionRow(
        rule,
        stage,
        len(events),
        sum(event.right for event in events),
        {fault: wrong.count(fault) for fault in Fault},
        sum(event.alerts for event in events),
        min(event.at for event in events),
    )
