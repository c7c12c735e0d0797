"""The inbox: alerts by what people look for, a page at a time; and what belongs to one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from monitor.core.alerts import Alert, DeliveryState
from monitor.core.judge import A_COPY
from monitor.core.model import VerdictKind
from monitor.core.responses import Standing, standing
from monitor.store import deliveries, rows
from monitor.store.engine import transaction
from monitor.store.outbox import of_threads, publishers
from monitor.store.responses import said_to
from monitor.store.shown import wanted
from monitor.store.shown.wanted import Wanted, newest_first
from monitor.store.tables import alert, article, verdict
from monitor.store.threads import told_first

R = TypeVar("R")

PAGE = 30  # alerts
_MOST_TOLD = 100  # articles and updates of one event
_MOST_TELLERS = 60  # … that are counted: each is a row of its own to be looked up, for thirty events on a page


@dataclass(frozen=True, slots=True)
class ToldRow:
    """`updated_at`: when it was made, or when somebody said the last thing to its event."""

    id: int
    alert: Alert
    standing: Standing
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class InboxRow(ToldRow):
    """`deliveries` counts them by state; `publishers` are those that told the event by texts of their own."""

    deliveries: Mapping[DeliveryState, int]
    publishers: int


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Newest first; `older` and `searched` as in `wanted.Found`."""

    rows: tuple[R, ...]
    older: int | None = None
    searched: datetime | None = None


@dataclass(frozen=True, slots=True)
class Teller:
    """An article that told an event, and what it was to the rule; `copies` says that it has its text from another."""

    article_id: str
    title: str
    outlet: str
    publisher: str
    language: str
    tier: int
    url: str
    published: datetime
    kind: VerdictKind
    reason: str
    decision: str
    copies: bool


@dataclass(frozen=True, slots=True)
class Thread:
    """All that was told of an event: its articles in the order in which they were judged, and its alerts, (number,
    alert), in the order in which they were made; the first ones of many."""

    tellers: tuple[Teller, ...]
    alerts: tuple[tuple[int, Alert], ...]
    publishers: int


class AlertsShown:
    def __init__(self, engine: Engine):
        self._engine = engine

    def told(self, asked: Wanted, before: int | None = None, limit: int = PAGE) -> Page[ToldRow]:
        """Those that fit, older than the alert with the number `before`, for programs."""
        with transaction(self._engine) as connection:
            found = wanted.find(connection, asked, before, limit)
            return Page(_told(connection, found.numbers), found.older, found.searched)

    def inbox(self, asked: Wanted, before: int | None = None, limit: int = PAGE) -> Page[InboxRow]:
        """The same with what people want to see at once."""
        with transaction(self._engine) as connection:
            found = wanted.find(connection, asked, before, limit)
            return Page(_rows(connection, found.numbers), found.older, found.searched)

    def newest(self) -> int:
        """The number of the latest alert; 0 without any."""
        with transaction(self._engine) as connection:
            return connection.execute(newest_first(sa.select(alert.c.id)).limit(1)).scalar() or 0

    def newer(self, asked: Wanted, after: int) -> int:
        """See `wanted.newer`."""
        with transaction(self._engine) as connection:
            return wanted.newer(connection, asked, after)

    def find(self, numbers: Sequence[int]) -> dict[int, Alert]:
        """Alerts by their numbers; those that are not there are left out."""
        with transaction(self._engine) as connection:
            found = connection.execute(sa.select(alert).where(alert.c.id.in_(numbers))).mappings()
            return {row["id"]: rows.alert_from(row) for row in found}

    def thread(self, item: Alert) -> Thread:
        """All that was told of an alert's event."""
        first = told_first(item.rule, item.event, _MOST_TOLD)
        columns = ("title", "outlet", "publisher", "language", "tier", "url", "published")
        told = (
            sa.select(
                *(first.c.article_id, *(article.c[name] for name in columns)),
                *(first.c.kind, first.c.reason, first.c.decision_reason.label("decision")),
            )
            .join(article, article.c.id == first.c.article_id)
            .order_by(first.c.judged_at, first.c.article_id)
        )
        alerts = (
            sa.select(alert)
            .where(alert.c.rule == item.rule, alert.c.event == item.event)
            .order_by(alert.c.id)
            .limit(_MOST_TOLD)
        )
        with transaction(self._engine) as connection:
            return Thread(
                tuple(_teller(row) for row in connection.execute(told).mappings()),
                tuple((row["id"], rows.alert_from(row)) for row in connection.execute(alerts).mappings()),
                _publishers(connection, [item]).get(item.thread, 1),
            )


# --- rows ------------------------------------------------------------------------------------


def _told(connection: Connection, numbers: Sequence[int]) -> tuple[ToldRow, ...]:
    if not numbers:
        return ()
    found = connection.execute(sa.select(alert).where(alert.c.id.in_(numbers))).mappings()
    alerts = {row["id"]: rows.alert_from(row) for row in found}
    said = said_to(connection, {item.thread for item in alerts.values()})
    return tuple(
        ToldRow(
            number,
            item,
            standing(said[item.thread], item.key),
            max([item.created_at, *(one.at for one in said[item.thread])]),
        )
        for number in numbers
        if (item := alerts.get(number))
    )


def _rows(connection: Connection, numbers: Sequence[int]) -> tuple[InboxRow, ...]:
    told = _told(connection, numbers)
    if not told:
        return ()
    states = deliveries.counted(connection, numbers)
    by = _publishers(connection, [row.alert for row in told])
    return tuple(
        InboxRow(row.id, row.alert, row.standing, row.updated_at, states[row.id], by.get(row.alert.thread, 1))
        for row in told
    )


def _publishers(connection: Connection, alerts: Sequence[Alert]) -> dict[str, int]:
    """How many told, by texts of their own, the events of each of these alerts that are about news, by thread. Of an
    event the first `_MOST_TELLERS` articles are looked at: beyond that it is told everywhere."""
    news = {(item.rule, item.event): item.thread for item in alerts if not item.of_ourselves}
    if not news:
        return {}
    each = (verdict.c.rule, verdict.c.event)
    sizes = sa.select(*each, sa.func.count()).where(*of_threads(verdict, news)).group_by(*each)
    told = {(rule, event): count for rule, event, count in connection.execute(sizes) if (rule, event) in news}
    few = [key for key, count in told.items() if count <= _MOST_TELLERS]
    found = publishers(connection, few) if few else {}
    for key in told.keys() - set(few):
        first = told_first(*key, _MOST_TELLERS)
        own = sa.not_(first.c.reason.startswith(A_COPY, autoescape=True))
        query = sa.select(sa.func.count(sa.distinct(article.c.publisher)))
        found[key] = connection.execute(query.join(first, first.c.article_id == article.c.id).where(own)).scalar_one()
    return {thread: max(found.get(key, 0), 1) for key, thread in news.items()}


def _teller(row: sa.RowMapping) -> Teller:
    copies = row["reason"].startswith(A_COPY)
    return Teller(**{**row, "kind": VerdictKind(row["kind"]), "copies": copies})
