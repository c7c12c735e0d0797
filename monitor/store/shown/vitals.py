"""What those ask who watch the monitor from outside: does the database answer, and since when does work wait?"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.errors import StoreError
from monitor.store import migrate, upkeep
from monitor.store.engine import transaction
from monitor.store.tables import article, delivery, entry, source

_SIZE = sa.text("SELECT pg_database_size(current_database())")
_LOOKED_AT = 1_000  # articles that wait, the first published

_head = cache(migrate.head)


@dataclass(frozen=True, slots=True)
class Oldest:
    """Since when what has waited longest is due: sources to be polled, pages to be read, articles to be judged,
    messages to be sent; None where nothing is. What is not due yet lies ahead."""

    poll: datetime | None
    read: datetime | None
    judge: datetime | None
    send: datetime | None


@dataclass(frozen=True, slots=True)
class Room:
    """In bytes: the database, and where it is a file of ours its log of changes (WAL) and what its disk has left and in
    all; None where that is a server's affair."""

    database: int
    wal: int | None = None
    free: int | None = None
    disk: int | None = None


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
        unasked = sa.select(source.c.next_poll_at).where(source.c.enabled).order_by(source.c.next_poll_at)
        queries: tuple[sa.Select[Any], ...] = (
            unasked.where(source.c.next_poll_at.is_not(None)).limit(1),
            unread.limit(1),
            sa.select(sa.func.min(some.c.first_seen)),
            unsent.limit(1),
        )
        with transaction(self._engine) as connection:
            return Oldest(*(connection.execute(query).scalar() for query in queries))

    def room(self) -> Room:
        """Raises StoreError, also where the file cannot be looked at."""
        if self._engine.dialect.name == "postgresql":
            with transaction(self._engine) as connection:
                return Room(connection.execute(_SIZE).scalar_one())
        file = Path(self._engine.url.database or "")
        try:
            disk = shutil.disk_usage(file.parent)
            return Room(
                file.stat().st_size, _size_or_nothing(file.with_name(f"{file.name}-wal")), disk.free, disk.total
            )
        except OSError as error:
            raise StoreError(f"the database's file cannot be looked at: {error.strerror}") from error


def _size_or_nothing(file: Path) -> int:
    """A log of changes is gone when the last who had the database open has closed it."""
    try:
        return file.stat().st_size
    except FileNotFoundError:
        return 0
