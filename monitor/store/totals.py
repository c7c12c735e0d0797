"""How much there is, and how much of it waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store.tables import UNJUDGEABLE, UNSENT, alert, article, delivery, entry, fact, seed, source, verdict


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is of everything. `failing` counts enabled sources whose last poll failed."""

    sources: int
    failing: int
    entries: int
    entries_pending: int
    articles: int
    unjudged: int
    unjudgeable: int
    facts: int
    seeds: int
    alerts: int
    verdicts: Mapping[str, int]  # by kind
    deliveries: Mapping[str, int]  # by state


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits, and what went wrong. `failing` counts enabled sources whose last poll failed, `deliveries` by
    state those that were not sent."""

    sources: int
    failing: int
    entries_pending: int
    unjudged: int
    deliveries: Mapping[str, int]


def _count(table: sa.Table, *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(*where).scalar_subquery()


_WAITING = (
    _count(source, source.c.enabled).label("sources"),
    _count(source, source.c.enabled, source.c.failures > 0).label("failing"),
    _count(entry, entry.c.article_id.is_(None)).label("entries_pending"),
    _count(article, article.c.judged_at.is_(None)).label("unjudged"),
)


def _tally(connection: Connection, column: sa.Column[Any], *where: sa.ColumnElement[bool]) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).where(*where).group_by(column).order_by(column)
    return {value: int(count) for value, count in connection.execute(query)}


def backlog(connection: Connection) -> Backlog:
    waiting = connection.execute(sa.select(*_WAITING)).mappings().one()
    return Backlog(**waiting, deliveries=_tally(connection, delivery.c.state, UNSENT))


def counts(connection: Connection) -> Counts:
    query = sa.select(
        *_WAITING,
        _count(entry).label("entries"),
        _count(article).label("articles"),
        _count(article, article.c.judged_at.is_not(None), UNJUDGEABLE).label("unjudgeable"),
        _count(fact).label("facts"),
        _count(seed).label("seeds"),
        _count(alert).label("alerts"),
    )
    return Counts(
        **connection.execute(query).mappings().one(),
        verdicts=_tally(connection, verdict.c.kind),
        deliveries=_tally(connection, delivery.c.state),
    )
