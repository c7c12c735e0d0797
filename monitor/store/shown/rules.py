"""What became of each rule. What is counted is counted in indexes, and of answers the latest are looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from monitor.core.alerts import event_key, event_of
from monitor.core.responses import Response
from monitor.core.rules import Stage
from monitor.store import rows
from monitor.store.answered import TOLD, Judged, judged_events
from monitor.store.dialect import chunks
from monitor.store.engine import transaction
from monitor.store.shown.misses import Miss, misses
from monitor.store.shown.overview import last_told, touched
from monitor.store.tables import alert, response

MOST_ANSWERS = 3_000  # the latest


@dataclass(frozen=True, slots=True)
class Told:
    """How many alerts a rule made in one stage, and when the first and the last."""

    alerts: int
    first: datetime
    last: datetime


class RulesShown:
    def __init__(self, engine: Engine):
        self._engine = engine

    def told(self, since: datetime) -> dict[tuple[str, Stage], Told]:
        rule = alert.c.rule.concat("")  # as an expression, or SQLite would walk through all alerts by an index on it
        created = alert.c.created_at
        query = (
            sa.select(rule, alert.c.shadow, sa.func.count(), sa.func.min(created), sa.func.max(created))
            .where(created > since)
            .group_by(rule, alert.c.shadow)
        )
        with transaction(self._engine) as connection:
            found = connection.execute(query).all()
        return {(rule, Stage.SHADOW if shadow else Stage.LIVE): Told(*figures) for rule, shadow, *figures in found}

    def last(self, rules: Sequence[str]) -> dict[str, datetime]:
        """When each rule alerted last, however long ago."""
        with transaction(self._engine) as connection:
            return last_told(connection, rules)

    def touched(self, rules: Iterable[str], since: datetime) -> dict[str, dict[date, int]]:
        """Articles on the subject of each rule by day in UTC."""
        with transaction(self._engine) as connection:
            return {rule: dict(touched(connection, rule, since)) for rule in rules}

    def misses(self, rule: str, since: datetime, limit: int) -> list[Miss]:
        """See `misses.misses`."""
        with transaction(self._engine) as connection:
            return misses(connection, rule, since, limit)

    def answered(self, since: datetime) -> list[Judged]:
        """What people said to events told since then, as far as it is among their latest answers."""
        with transaction(self._engine) as connection:
            said = _latest(connection)
            return [one for one in judged_events(_alerts(connection, said, since), said) if one.right or one.faults]


def _latest(connection: Connection) -> Mapping[str, Sequence[Response]]:
    """By event, in order. Of the oldest event the answers may not be whole; it does not matter among so many."""
    query = sa.select(response).order_by(response.c.id.desc()).limit(MOST_ANSWERS)
    found: dict[str, list[Response]] = {}
    for row in reversed(connection.execute(query).mappings().all()):
        found.setdefault(event_key(row["rule"], row["event"]), []).append(rows.response_from(row))
    return found


def _alerts(connection: Connection, said: Mapping[str, Sequence[Response]], since: datetime) -> list[Any]:
    """Those of the events to which something was said."""
    by_rule: dict[str, set[str]] = {}
    for answers in said.values():
        rule, event = event_of(answers[0].thread)
        by_rule.setdefault(rule, set()).add(event)
    found: list[Any] = []
    for rule, events in by_rule.items():
        for chunk in chunks(sorted(events)):
            query = sa.select(*TOLD).where(alert.c.rule == rule, alert.c.event.in_(chunk), alert.c.created_at >= since)
            found += connection.execute(query).all()
    return found
