"""How much of everything, over time. What is counted is counted in indexes, however much is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from monitor.core.alerts import OURSELVES, Purpose
from monitor.core.model import PollState
from monitor.store.accounts import Accounts
from monitor.store.dialect import chunks
from monitor.store.engine import transaction
from monitor.store.tables import UNSENT, alert, article, delivery, entry, response, source, verdict

_SAMPLE = 500  # articles and alerts, the latest, from which it is told how long steps take
_STATE = (
    *("next_poll_at", "last_poll_at", "last_success_at", "last_new_at", "failures", "status", "error"),
    *("gap", "pause", "lied_at"),
)
_NEWS = (alert.c.rule.not_like(f"{OURSELVES}%"), sa.not_(alert.c.shadow))


@dataclass(frozen=True, slots=True)
class Work:
    """What waits now. `late`: entries that should have been read some minutes ago, and `unasked` sources that should
    have been polled then; `unsent` counts deliveries by state."""

    unread: int
    late: int
    unjudged: int
    unasked: int
    unsent: Mapping[str, int]
    judged_at: datetime | None  # when the last article was


@dataclass(frozen=True, slots=True)
class Totals:
    """What happened: alerts by (hour in UTC, severity) and by country; articles on the subject of a rule by (rule, day
    in UTC); the latest alert of each rule. And, of the last part of it, alerts and articles on its subject by rule,
    and articles that were judged by source."""

    by_hour: Mapping[tuple[datetime, str], int]
    by_country: Mapping[str, int]
    touched: Mapping[tuple[str, date], int]
    last: Mapping[str, datetime]
    alerts_lately: Mapping[str, int]
    touched_lately: Mapping[str, int]
    read_lately: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Steps:
    """How long each step took of late: from being published to being seen, from there to being judged, from there to
    being sent, and all of it for alerts. Unsorted; what waited because people wanted it to is left out."""

    seen: Sequence[timedelta]
    judged: Sequence[timedelta]
    sent: Sequence[timedelta]
    told: Sequence[timedelta]


class OverviewShown:
    def __init__(self, engine: Engine):
        self._engine = engine
        self.stuck, self.failing = Accounts(engine).troubles, Accounts(engine).failing

    def newest(self) -> tuple[int, int]:
        """The numbers of the latest alert and of the latest answer: while they stay, so do the alerts."""
        query = sa.select(_latest(alert.c.id), _latest(response.c.id))
        with transaction(self._engine) as connection:
            told, said = connection.execute(query).one()
        return told or 0, said or 0

    def work(self, now: datetime, patience: timedelta) -> Work:
        """Costs as much as there is of it. Late is what is overdue by more than `patience`."""
        with transaction(self._engine) as connection:
            states = sa.select(delivery.c.state, sa.func.count()).where(UNSENT).group_by(delivery.c.state)
            unread = entry.c.article_id.is_(None)
            return Work(
                unread=_number(connection, entry, unread),
                late=_number(connection, entry, unread, entry.c.next_try_at < now - patience),
                unjudged=_number(connection, article, article.c.judged_at.is_(None)),
                unasked=_number(connection, source, source.c.next_poll_at < now - patience, source.c.enabled),
                unsent=_counts(connection, states),
                judged_at=connection.execute(sa.select(sa.func.max(article.c.judged_at))).scalar(),
            )

    def polled(self, among: Sequence[str] | None = None) -> dict[str, PollState]:
        """What is known of each source, or of those with these ids, without what only its next poll needs."""
        query = sa.select(source.c.id, *(source.c[name] for name in _STATE)).where(source.c.enabled)
        few = [query] if among is None else [query.where(source.c.id.in_(chunk)) for chunk in chunks(among)]
        with transaction(self._engine) as connection:
            found = [row for one in few for row in connection.execute(one)]
        return {row[0]: PollState(**dict(zip(_STATE, row[1:], strict=True))) for row in found}

    def totals(self, since: datetime, lately: datetime) -> Totals:
        with transaction(self._engine) as connection:
            rules = _rules(connection)
            return Totals(
                by_hour=_by_hour(connection, since),
                by_country=_alerts(connection, alert.c.country, since),
                touched={(rule, day): count for rule in rules for day, count in touched(connection, rule, since)},
                last=last_told(connection, rules),
                alerts_lately=_alerts(connection, alert.c.rule, lately),
                touched_lately={rule: _number(connection, verdict, *_of(rule, lately)) for rule in rules},
                read_lately=_read(connection, lately),
            )

    def steps(self, since: datetime) -> Steps:
        with transaction(self._engine) as connection:
            seen, judged = _reading(connection, since)
            sent, told = _telling(connection, since)
        return Steps(seen, judged, sent, told)


def _latest(column: sa.Column[int]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.max(column)).scalar_subquery()


def _number(connection: Connection, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table).where(*where)).scalar_one())


def _counts(connection: Connection, query: sa.Select[str, int]) -> dict[str, int]:
    return dict(connection.execute(query).all())


def _part(connection: Connection, column: sa.Column[Any], characters: int) -> sa.ColumnElement[str]:
    """The beginning of a time in UTC as SQLite has it: ten characters are the day, thirteen the hour."""
    if connection.dialect.name == "postgresql":
        return sa.func.left(sa.func.to_char(sa.func.timezone("UTC", column), "YYYY-MM-DD HH24"), characters)
    return sa.func.substr(sa.type_coerce(column, sa.String), 1, characters)


def _by_hour(connection: Connection, since: datetime) -> dict[tuple[datetime, str], int]:
    hour = _part(connection, alert.c.created_at, 13).label("hour")
    query = sa.select(hour, alert.c.severity, sa.func.count()).where(alert.c.created_at > since, *_NEWS)
    found = connection.execute(query.group_by(hour, alert.c.severity))
    return {(datetime.fromisoformat(f"{hour}:00+00:00"), severity): count for hour, severity, count in found}


def _alerts(connection: Connection, column: sa.ColumnElement[str], since: datetime) -> dict[str, int]:
    value = column.concat("")  # as an expression, or SQLite would walk through all alerts by an index on the column
    query = sa.select(value, sa.func.count()).where(alert.c.created_at > since, *_NEWS).group_by(value)
    return _counts(connection, query)


def _of(rule: str, since: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return verdict.c.rule == rule, verdict.c.judged_at > since


def touched(connection: Connection, rule: str, since: datetime) -> list[tuple[date, int]]:
    """Of one rule, or the index on rules and times would not be used."""
    day = _part(connection, verdict.c.judged_at, 10).label("day")
    query = sa.select(day, sa.func.count()).where(*_of(rule, since)).group_by(day)
    return [(date.fromisoformat(when), count) for when, count in connection.execute(query)]


def _rules(connection: Connection) -> list[str]:
    """Those that anything was judged by, each found by a step in the index."""
    found: list[str] = []
    query = sa.select(sa.func.min(verdict.c.rule))
    rule = connection.execute(query).scalar()
    while rule is not None:
        found.append(rule)
        rule = connection.execute(query.where(verdict.c.rule > rule)).scalar()
    return found


def _read(connection: Connection, since: datetime) -> dict[str, int]:
    query = sa.select(article.c.source_id, sa.func.count()).where(article.c.judged_at > since)
    query = query.where(article.c.source_id != "")  # the monitor's own
    return _counts(connection, query.group_by(article.c.source_id))


def last_told(connection: Connection, rules: Sequence[str]) -> dict[str, datetime]:
    latest = {rule: sa.select(sa.func.max(alert.c.created_at)).where(alert.c.rule == rule) for rule in rules}
    found = {rule: connection.execute(query).scalar() for rule, query in latest.items()}
    return {rule: at for rule, at in found.items() if at is not None}


def _reading(connection: Connection, since: datetime) -> tuple[list[timedelta], list[timedelta]]:
    columns = (article.c.published, article.c.first_seen, article.c.judged_at, article.c.learn_only, article.c.version)
    latest = sa.select(*columns, article.c.id).where(article.c.judged_at > since)
    found = connection.execute(latest.order_by(article.c.judged_at.desc()).limit(_SAMPLE)).all()
    # What was there before we listened says nothing of us, and an edit is judged long after it was first seen.
    news = [row for row in found if not row.learn_only and row.version == 1 and not row.id.startswith(OURSELVES)]
    return [row.first_seen - row.published for row in news], [row.judged_at - row.first_seen for row in news]


def _telling(connection: Connection, since: datetime) -> tuple[list[timedelta], list[timedelta]]:
    latest = (
        sa.select(alert.c.id, alert.c.published, alert.c.created_at)
        .where(alert.c.created_at > since, *_NEWS)
        .order_by(alert.c.created_at.desc())
        .limit(_SAMPLE)
        .subquery()
    )
    first = (
        sa.select(latest.c.published, latest.c.created_at, sa.func.min(delivery.c.sent_at).label("sent_at"))
        .join(delivery, delivery.c.alert_id == latest.c.id)
        .where(delivery.c.sent_at.is_not(None), delivery.c.hold == "", delivery.c.purpose == Purpose.ALERT.value)
        .group_by(latest.c.id, latest.c.published, latest.c.created_at)
    )
    found = connection.execute(first).all()
    return [row.sent_at - row.created_at for row in found], [row.sent_at - row.published for row in found]
