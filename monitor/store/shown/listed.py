"""Articles and facts for programs, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.core.model import Fact
from monitor.core.searching import Query
from monitor.store import rows, searching
from monitor.store.columns import Key, UTCDateTime
from monitor.store.engine import transaction
from monitor.store.ourselves import OF_OTHERS
from monitor.store.searching import Filters
from monitor.store.tables import article, fact


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


_COLUMNS = tuple(article.c[field.name] for field in fields(Brief))


class ListedShown:
    def __init__(self, engine: Engine):
        self._engine = engine

    def articles(self, limit: int, before: tuple[datetime, str] | None = None) -> list[Brief]:
        """The latest published first; those before (published, id)."""
        query = sa.select(*_COLUMNS).where(OF_OTHERS).order_by(article.c.published.desc(), article.c.id.desc())
        query = query.limit(limit)
        if before is not None:
            place = sa.tuple_(*before, types=[UTCDateTime(), Key()])
            query = query.where(sa.tuple_(article.c.published, article.c.id) < place)
        with transaction(self._engine) as connection:
            return [Brief(**row) for row in connection.execute(query).mappings()]

    def search(
        self, query: Query | None, filters: Filters, limit: int, before: int | None = None
    ) -> tuple[list[Brief], int | None]:
        """The latest that have what is asked for, and where to go on, None at the end; see `searching.find`."""
        with transaction(self._engine) as connection:
            found = searching.find(connection, query, filters, limit, before)
            ids = searching.ids(connection, found.numbers)
            some = connection.execute(sa.select(*_COLUMNS).where(article.c.id.in_(ids.values()))).mappings()
            by_id = {row["id"]: Brief(**row) for row in some}
        return [by_id[ids[number]] for number in found.numbers if ids.get(number) in by_id], found.before

    def facts(self, rule: str, limit: int, after: tuple[str, datetime, str] | None = None) -> list[Fact]:
        """Of a rule, by event, the first recorded first; those after (event, recorded, key)."""
        order = fact.c.event, fact.c.recorded, fact.c.key
        query = sa.select(fact).where(fact.c.rule == rule).order_by(*order).limit(limit)
        if after is not None:
            query = query.where(sa.tuple_(*order) > sa.tuple_(*after, types=[Key(), UTCDateTime(), Key()]))
        with transaction(self._engine) as connection:
            return [rows.fact_from(row) for row in connection.execute(query).mappings()]
