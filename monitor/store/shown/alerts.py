"""The inbox: alerts by what people look for, a page at a time; and what belongs to one of them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from monitor.core.alerts import Alert, DeliveryState
from monitor.core.judge import A_COPY
from monitor.core.model import VerdictKind
from monitor.core.responses import Standing, standing
from monitor.store import rows
from monitor.store.engine import transaction
from monitor.store.outbox import of_threads, publishers
from monitor.store.responses import said_to
from monitor.store.tables import alert, article, delivery, verdict
from monitor.store.threads import told_first

PAGE = 30  # alerts
WINDOW = 5_000  # alerts that are looked through for one page, whatever few of them fit
_MOST_NEW = 100  # … that are counted
_MOST_TOLD = 100  # articles and updates of one event
_MOST_TELLERS = 60  # … that are counted: each is a row of its own to be looked up, for thirty events on a page


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; what is "" or None does not matter. Of `rule` one that ends in a colon is the beginning of
    many ids; `words` have to stand in the headline, in any order and case. `shadow`: of rules on trial alone, or none
    of them."""

    answered: bool | None = None
    severity: str = ""
    rule: str = ""
    watchlist: str = ""
    country: str = ""
    language: str = ""
    since: datetime | None = None
    words: str = ""
    shadow: bool | None = False


@dataclass(frozen=True, slots=True)
class InboxRow:
    """`deliveries` counts them by state; `publishers` are those that told the event by texts of their own."""

    id: int
    alert: Alert
    deliveries: Mapping[DeliveryState, int]
    standing: Standing
    publishers: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """Newest first. `older` is the number after which to go on, None at the end. `searched` is how far was looked
    where few were found and there may be more."""

    rows: tuple[InboxRow, ...]
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

    def inbox(self, wanted: Wanted, before: int | None = None, limit: int = PAGE) -> Inbox:
        """Those that fit, older than the alert with the number `before`."""
        with transaction(self._engine) as connection:
            place = _place(connection, before)
            looked_up = [*_looked_up(wanted), *(_older(*place) if place else ())]
            floor = connection.execute(
                _newest_first(sa.select(alert.c.created_at, alert.c.id).where(*looked_up)).offset(WINDOW - 1).limit(1)
            ).first()
            within = _newer(floor.created_at, floor.id - 1) if floor else ()
            query = _newest_first(sa.select(alert.c.id, alert.c.headline).where(*looked_up, *within, *_rest(wanted)))
            found = list(_fitting(connection, query, wanted.words, limit + 1))
            shown = _rows(connection, found[:limit])
        if len(found) > limit:
            return Inbox(shown, found[limit - 1])
        return Inbox(shown, floor.id, floor.created_at) if floor else Inbox(shown)

    def newest(self) -> int:
        """The number of the latest alert; 0 without any."""
        with transaction(self._engine) as connection:
            return connection.execute(_newest_first(sa.select(alert.c.id)).limit(1)).scalar() or 0

    def newer(self, wanted: Wanted, after: int) -> int:
        """How many of those that fit came after the alert with that number; at most a hundred are counted."""
        with transaction(self._engine) as connection:
            place = _place(connection, after)
            looked_up = [*_looked_up(wanted), *(_newer(*place) if place else ())]
            latest = _newest_first(sa.select(alert.c.id).where(*looked_up)).limit(WINDOW // 5)
            query = sa.select(alert.c.id, alert.c.headline).where(alert.c.id.in_(latest), *_rest(wanted))
            return len(list(_fitting(connection, query, wanted.words, _MOST_NEW)))

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


# --- what is looked for ----------------------------------------------------------------------


def _looked_up(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    """What an index finds in order of time: one rule, or all that are not answered, or any."""
    if wanted.rule and not wanted.rule.endswith(":"):
        yield alert.c.rule == wanted.rule
    elif wanted.answered is False:
        yield alert.c.answered_at.is_(None)
    if wanted.since is not None:
        yield alert.c.created_at >= wanted.since


def _rest(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    """What is looked at row by row."""
    if wanted.answered is not None:
        yield alert.c.answered_at.is_not(None) if wanted.answered else alert.c.answered_at.is_(None)
    for name in ("severity", "watchlist", "country"):
        if value := getattr(wanted, name):
            yield alert.c[name] == value
    if wanted.rule.endswith(":"):
        yield alert.c.rule.startswith(wanted.rule, autoescape=True)
    if wanted.language:
        dialects = alert.c.language.startswith(f"{wanted.language}-", autoescape=True)
        yield sa.or_(alert.c.language == wanted.language, dialects)
    if wanted.shadow is not None:
        yield alert.c.shadow if wanted.shadow else sa.not_(alert.c.shadow)


def _place(connection: Connection, number: int | None) -> tuple[datetime, int] | None:
    if number is None:
        return None
    row = connection.execute(sa.select(alert.c.created_at, alert.c.id).where(alert.c.id == number)).first()
    return (row.created_at, row.id) if row else None


def _older(at: datetime, number: int) -> tuple[sa.ColumnElement[bool], ...]:
    return alert.c.created_at <= at, sa.or_(alert.c.created_at < at, alert.c.id < number)


def _newer(at: datetime, number: int) -> tuple[sa.ColumnElement[bool], ...]:
    return alert.c.created_at >= at, sa.or_(alert.c.created_at > at, alert.c.id > number)


def _newest_first(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.order_by(alert.c.created_at.desc(), alert.c.id.desc())


def _fitting(connection: Connection, query: sa.Select[Any], words: str, limit: int) -> Iterator[int]:
    """The numbers of at most `limit` rows with these words. The databases do not agree on what upper case is, beyond
    ASCII: the words are looked for here."""
    wanted = _folded(words).split()
    if not wanted:
        yield from connection.execute(query.limit(limit).with_only_columns(alert.c.id)).scalars()
        return
    for number, headline in connection.execute(query.limit(WINDOW)):
        folded = _folded(headline)
        if all(word in folded for word in wanted):
            yield number
            limit -= 1
            if not limit:
                return


def _folded(text: str) -> str:
    """As it is compared: also İ, I and ı are one letter."""
    return unicodedata.normalize("NFKC", text).casefold().replace("ı", "i").replace("\u0307", "")


# --- rows ------------------------------------------------------------------------------------


def _rows(connection: Connection, numbers: Sequence[int]) -> tuple[InboxRow, ...]:
    if not numbers:
        return ()
    found = connection.execute(sa.select(alert).where(alert.c.id.in_(numbers))).mappings()
    alerts = {row["id"]: rows.alert_from(row) for row in found}
    counted = (
        sa.select(delivery.c.alert_id, delivery.c.state, sa.func.count())
        .where(delivery.c.alert_id.in_(numbers))
        .group_by(delivery.c.alert_id, delivery.c.state)
        .order_by(delivery.c.alert_id, delivery.c.state)
    )
    states: dict[int, dict[DeliveryState, int]] = {number: {} for number in numbers}
    for number, state, count in connection.execute(counted):
        states[number][DeliveryState(state)] = count
    said = said_to(connection, {item.thread for item in alerts.values()})
    told = _publishers(connection, list(alerts.values()))
    return tuple(
        InboxRow(number, item, states[number], standing(said[item.thread], item.key), told.get(item.thread, 1))
        for number in numbers
        if (item := alerts.get(number))
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
