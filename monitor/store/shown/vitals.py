"""What those ask who watch the monitor from outside: does the database answer, and since when does work wait?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.store import migrate, upkeep
from monitor.store.engine import transaction
from monitor.store.tables import article, delivery, entry

_LOOKED_AT = 1_000  # articles that wait, the first published

_head = cache(migrate.head)


@dataclass(frozen=True, slots=True)
class Oldest:
    """Since when what has waited longest is due: pages to be read, articles to be judged, messages to be sent; None
    where nothing is. What is not due yet lies ahead."""

    read: datetime | None
    judge: datetime | None
    send: datetime | None


class VitalsShown:
    def __init__(self, engine: Engine):
        self._engine = engine

    def has_our_schema(self) -> bool:
        return migrate.current(self._engine) == _head()

    def last_backup(self) -> datetime | None:
        with transaction(self._engine) as connection:
            noted = upkeep.last(connection, upkeep.BACKUP)
        return noted.at if noted else None

    def oldest(self) -> Oldest:
        """One step into an index each."""
        waiting = sa.select(article.c.first_seen).where(article.c.judged_at.is_(None))
        some = waiting.order_by(article.c.published, article.c.id).limit(_LOOKED_AT).subquery()
        unread = sa.select(entry.c.next_try_at).where(entry.c.article_id.is_(None)).order_by(entry.c.next_try_at)
        unsent = sa.select(delivery.c.next_at).where(delivery.c.next_at.is_not(None)).order_by(delivery.c.next_at)
        queries: tuple[sa.Select[Any], ...] = (
            unread.limit(1),
            sa.select(sa.func.min(some.c.first_seen)),
            unsent.limit(1),
        )
        with transaction(self._engine) as connection:
            return Oldest(*(connection.execute(query).scalar() for query in queries))
