"""Articles and facts for programs, a page at a time; and what is known, to be asked without recording anything."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.core.model import Fact
from monitor.ports import Ledger
from monitor.store import rows
from monitor.store.columns import Key, UTCDateTime
from monitor.store.engine import transaction
from monitor.store.judging import SqlUnit
from monitor.store.tables import article, fact

T = TypeVar("T")

_BRIEF = ("id", "title", "language", "outlet", "publisher", "url", "source_id", "tier", "published", "first_seen")


@dataclass(frozen=True, slots=True)
class Brief:
    """An article without its text. `judged_at` is None while it waits; `error` says why it could not be judged."""

    id: str
    title: str
    language: str
    outlet: str
    publisher: str
    url: str
    source_id: str
    tier: int
    published: datetime
    first_seen: datetime
    judged_at: datetime | None
    error: str


class ListedShown:
    def __init__(self, engine: Engine):
        self._engine = engine

    def articles(self, limit: int, before: tuple[datetime, str] | None = None) -> list[Brief]:
        """The latest published first; those before (published, id)."""
        columns = (article.c[name] for name in (*_BRIEF, "judged_at", "error"))
        query = sa.select(*columns).order_by(article.c.published.desc(), article.c.id.desc()).limit(limit)
        if before is not None:
            place = sa.tuple_(*before, types=[UTCDateTime(), Key()])
            query = query.where(sa.tuple_(article.c.published, article.c.id) < place)
        with transaction(self._engine) as connection:
            return [Brief(**row) for row in connection.execute(query).mappings()]

    def facts(self, rule: str, limit: int, after: tuple[str, datetime, str] | None = None) -> list[Fact]:
        """Of a rule, by event, the first recorded first; those after (event, recorded, key)."""
        order = fact.c.event, fact.c.recorded, fact.c.key
        query = sa.select(fact).where(fact.c.rule == rule).order_by(*order).limit(limit)
        if after is not None:
            query = query.where(sa.tuple_(*order) > sa.tuple_(*after, types=[Key(), UTCDateTime(), Key()]))
        with transaction(self._engine) as connection:
            return [rows.fact_from(row) for row in connection.execute(query).mappings()]

    def asking(self, work: Callable[[Ledger], T]) -> T:
        """What `work` finds out about what is known, in one transaction that writes nothing."""
        with transaction(self._engine) as connection:
            return work(SqlUnit(connection))
