"""How deliveries fare: what went out, what is stuck, what is dead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from monitor.core.alerts import OURSELVES, DeliveryState
from monitor.core.deadletters import OVERDUE, STATES, DeadLetter
from monitor.core.heartbeat import Activity
from monitor.core.model import Severity
from monitor.core.pulse import Reach
from monitor.store.deliveries import TOLD
from monitor.store.engine import reading, transaction
from monitor.store.outbox import AttemptOutcome
from monitor.store.tables import UNSENT, alert, article, attempt, delivery, journal

_MOST = 1_000  # dead letters in one alert
_LOOKED_AT = 100_000  # deliveries, the latest, among which the last success of a target is looked for
_OLDEST = timedelta(days=7)  # published before, an article read of late does not count: it was a feed's backlog
# A delivery that is dead; the first condition is that of an index.
_DEAD = (UNSENT, delivery.c.state.in_([state.value for state in STATES]))
# Neither sent nor, by a person's word, settled.
_OPEN = [state.value for state in DeliveryState if state not in (DeliveryState.SENT, DeliveryState.SKIPPED)]
_NEWS = (alert.c.rule.not_like(f"{OURSELVES}%"), sa.not_(alert.c.shadow))  # that somebody was to be told of
_FAILING = [
    outcome.value
    for outcome in (AttemptOutcome.RETRY, AttemptOutcome.FAILED, AttemptOutcome.UNKNOWN, AttemptOutcome.LOST)
]


@dataclass(frozen=True, slots=True)
class Troubles:
    """`dead`: deliveries that were given up, or whose end is not known, since a time; `overdue`: those that should have
    been made a quarter of an hour ago."""

    dead: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Failing:
    """A target and when the first attempt ended that failed and that no success came after."""

    channel: str
    target: str
    since: datetime


class Accounts:
    """Each method is one short read transaction, and raises StoreError."""

    def __init__(self, engine: Engine):
        self._engine = reading(engine)

    def troubles(self, since: datetime, now: datetime) -> Troubles:
        """Costs as much as there is of them: it may be asked every minute."""
        with transaction(self._engine) as connection:
            return _troubles(connection, since, now)

    def activity(self, since: datetime, now: datetime) -> Activity:
        """Looks at every delivery, and at all articles published since then or shortly before."""
        with transaction(self._engine) as connection:
            return _activity(connection, since, now)

    def reach(self, since: datetime) -> list[Reach]:
        """The targets to which something was sent since then, and how it went: may be asked every minute."""
        with transaction(self._engine) as connection:
            return _reach(connection, since)

    def failing(self, since: datetime) -> list[Failing]:
        """The targets that last did not take what was sent to them, and failed since then; those that fail longest
        first. Costs as much as was not sent, and for each such target what was sent since its last success."""
        with transaction(self._engine) as connection:
            return _failing(connection, since)

    def untold(self, since: datetime) -> list[DeadLetter]:
        """Dead letters since then of which no alert of ours has told, the first come first."""
        with transaction(self._engine) as connection:
            return _untold(connection, since)


def _troubles(connection: Connection, since: datetime, now: datetime) -> Troubles:
    dead = sa.select(sa.func.count(delivery.c.id.distinct())).join_from(delivery, attempt).where(*_gave_up(since))
    overdue = (
        sa.select(sa.func.count())
        .select_from(delivery)
        .where(delivery.c.next_at.is_not(None), delivery.c.next_at < now - OVERDUE)
    )
    return Troubles(connection.execute(dead).scalar_one(), connection.execute(overdue).scalar_one())


def _activity(connection: Connection, since: datetime, now: datetime) -> Activity:
    def number(table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
        return int(connection.execute(sa.select(sa.func.count()).select_from(table).where(*where)).scalar_one())

    stuck = _troubles(connection, since, now)
    waiting = (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.SENDING)
    return Activity(
        articles=number(
            article,
            article.c.published > since - _OLDEST,
            article.c.judged_at > since,
            article.c.id.not_like(f"{OURSELVES}%"),
        ),
        alerts=number(alert, *_NEWS, alert.c.created_at > since),
        sent=number(delivery, delivery.c.sent_at > since),
        waiting=number(delivery, UNSENT, delivery.c.state.in_([state.value for state in waiting])),
        dead=stuck.dead,
        overdue=stuck.overdue,
    )


def _reach(connection: Connection, since: datetime) -> list[Reach]:
    taken = (
        sa.select(delivery.c.channel, delivery.c.target, sa.func.max(delivery.c.sent_at))
        .where(delivery.c.alert_id.in_(sa.select(alert.c.id).where(alert.c.created_at > since)))
        .where(delivery.c.sent_at.is_not(None))
    )
    refused = (
        sa.select(delivery.c.channel, delivery.c.target, sa.func.max(attempt.c.ended_at))
        .join_from(delivery, attempt)
        .where(UNSENT, delivery.c.state.in_(_OPEN))
        .where(attempt.c.ended_at > since, attempt.c.outcome.in_(_FAILING))
    )
    sent, failed = (
        {(channel, target): at for channel, target, at in connection.execute(_by_place(query))}
        for query in (taken, refused)
    )
    return [Reach(*place, sent.get(place), failed.get(place)) for place in sorted(sent.keys() | failed.keys())]


def _failing(connection: Connection, since: datetime) -> list[Failing]:
    found = []
    for place in _reach(connection, since):
        if place.reached:
            continue
        its = (delivery.c.channel == place.channel, delivery.c.target == place.target)
        latest = sa.select(sa.func.max(delivery.c.id) - _LOOKED_AT).scalar_subquery()
        taken = sa.select(delivery.c.sent_at).where(*its, delivery.c.sent_at.is_not(None), delivery.c.id > latest)
        success = connection.execute(taken.order_by(delivery.c.id.desc()).limit(1)).scalar()
        first = sa.select(sa.func.min(attempt.c.ended_at)).join_from(delivery, attempt)
        first = first.where(*its, UNSENT, delivery.c.state.in_(_OPEN), attempt.c.outcome.in_(_FAILING))
        if success is not None:
            first = first.where(attempt.c.ended_at > success)
        if (at := connection.execute(first).scalar()) is not None:
            found.append(Failing(place.channel, place.target, at))
    return sorted(found, key=lambda one: (one.since, one.channel, one.target))


def _by_place(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.group_by(delivery.c.channel, delivery.c.target)


def _gave_up(since: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    ends = [AttemptOutcome.FAILED.value, AttemptOutcome.UNKNOWN.value]
    return (*_DEAD, attempt.c.outcome.in_(ends), attempt.c.ended_at > since)


def _untold(connection: Connection, since: datetime) -> list[DeadLetter]:
    heard = sa.exists().where(
        journal.c.alert_id == delivery.c.alert_id,
        journal.c.delivery_id == delivery.c.id,
        journal.c.what == TOLD,
        journal.c.at >= attempt.c.ended_at,
    )
    ended = sa.func.max(attempt.c.ended_at).label("ended_at")
    query = (
        sa.select(
            delivery.c.id.label("delivery"),
            *(delivery.c[name] for name in ("channel", "target", "state", "error")),
            *(alert.c[name] for name in ("rule", "severity", "headline")),
            ended,
        )
        .join_from(delivery, attempt)
        .join(alert, alert.c.id == delivery.c.alert_id)
        .where(*_gave_up(since), ~heard)
        .group_by(delivery.c.id, alert.c.id)
        .order_by(ended, delivery.c.id)
        .limit(_MOST)
    )
    return [
        DeadLetter(**{**row, "state": DeliveryState(row["state"]), "severity": Severity(row["severity"])})
        for row in connection.execute(query).mappings()
    ]
