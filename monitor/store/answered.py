"""What people were told and what they answered, as they are shown it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.alerts import event_key, event_of
from monitor.core.responses import Fault, Response, standing
from monitor.ports import Told
from monitor.store import rows
from monitor.store.responses import all_said, responses
from monitor.store.tables import alert, journal


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
    """How people answered the events that a rule told: acknowledged or resolved is right, rejected is wrong in one
    of three ways; an update that was rejected alone is one more. `precision` is the share of the right ones among the
    answered; None where nobody answered."""

    rule: str
    events: int
    right: int
    faults: Mapping[Fault, int]

    @property
    def answered(self) -> int:
        return self.right + sum(self.faults.values())

    @property
    def precision(self) -> float | None:
        return self.right / self.answered if self.answered else None


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
    query = sa.select(alert.c.rule, alert.c.event, alert.c.key).where(alert.c.created_at >= since)
    said = all_said(connection)
    rules: dict[str, dict[str, list[str]]] = {}  # rule → event → keys of its alerts
    for rule, event, key in connection.execute(query):
        rules.setdefault(rule, {}).setdefault(event_key(rule, event), []).append(key)
    found = [_precision(rule, events, said) for rule, events in rules.items()]
    return sorted(found, key=lambda row: (row.precision is None, row.precision or 0.0, row.rule))


def _precision(rule: str, events: Mapping[str, Sequence[str]], said: Mapping[str, Sequence[Response]]) -> PrecisionRow:
    known = [standing(said[thread]) for thread in events if thread in said]
    alone = (standing(said[thread], key).rejected for thread, keys in events.items() if thread in said for key in keys)
    rejected = [stands.rejected for stands in known if stands.rejected] + [one for one in alone if one and one.alert]
    wrong = [one.fault or Fault.WRONG for one in rejected]
    right = sum(1 for stands in known if stands.answered and not stands.rejected)
    return PrecisionRow(rule, len(events), right, {fault: wrong.count(fault) for fault in Fault})
