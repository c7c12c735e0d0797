"""What was done to look after the database, and how large it was each day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from monitor.errors import StoreError
from monitor.store.dialect import insert
from monitor.store.engine import reading, transaction
from monitor.store.tables import article, upkeep

BACKUP, PRUNED, SIZE = "backup", "pruned", "size"
KEPT = timedelta(days=400)  # of these notes, but for the last of each kind


@dataclass(frozen=True, slots=True)
class Noted:
    at: datetime
    details: Mapping[str, Any]


def note(connection: Connection, what: str, at: datetime, **details: Any) -> None:
    """Note that it was done, and forget what was noted of its kind long ago."""
    values = {"what": what, "at": at, "details": details}
    connection.execute(insert(connection, upkeep).values(values).on_conflict_do_nothing())
    connection.execute(sa.delete(upkeep).where(upkeep.c.what == what, upkeep.c.at < at - KEPT))


def last(connection: Connection, what: str) -> Noted | None:
    found = since(connection, what, None, limit=1)
    return found[0] if found else None


def since(connection: Connection, what: str, begin: datetime | None, limit: int = 500) -> list[Noted]:
    """The latest first."""
    query = sa.select(upkeep.c.at, upkeep.c.details).where(upkeep.c.what == what)
    if begin is not None:
        query = query.where(upkeep.c.at >= begin)
    return [Noted(*row) for row in connection.execute(query.order_by(upkeep.c.at.desc()).limit(limit))]


def size(connection: Connection) -> int:
    """Bytes that are in use. On PostgreSQL the whole of its files: rows that were deleted leave room in them."""
    query = (
        "SELECT pg_database_size(current_database())"
        if connection.dialect.name == "postgresql"
        else "SELECT (page_count - freelist_count) * page_size "
        "FROM pragma_page_count(), pragma_freelist_count(), pragma_page_size()"
    )
    return int(connection.exec_driver_sql(query).scalar_one())


def articles(connection: Connection) -> int:
    """How many there are. Goes through an index of all of them."""
    return int(connection.execute(sa.select(sa.func.count()).select_from(article)).scalar_one())


def damage(engine: Engine) -> list[str]:
    """What is wrong with a SQLite file in itself; reads all of it."""
    found: list[str] = []
    if engine.dialect.name == "sqlite":
        try:
            with transaction(reading(engine)) as connection:
                told = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
                found = [one for one in told if one != "ok"]
        except StoreError as error:  # where there is much, the check itself breaks off, or its end
            found = found or [str(error)]
    return found
