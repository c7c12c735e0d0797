"""What people changed, and which editions of the files were in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.core.editions import Edition
from monitor.store import editions, edits
from monitor.store.edits import Edit, Edited
from monitor.store.engine import transaction
from monitor.store.tables import audit


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody did (`alert.acknowledge`) to which thing (`alert:12`); `via` says how we knew who it was."""

    id: int
    at: datetime
    author: str
    via: str
    what: str
    about: str
    words: str


class ChangesShown:
    def __init__(self, engine: Engine):
        self._engine = engine

    def latest(self, limit: int = 100, before: int | None = None, about: str | None = None) -> list[Change]:
        """Newest first; those older than the change with the number `before`."""
        query = sa.select(audit).order_by(audit.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(audit.c.id < before)
        if about is not None:
            query = query.where(audit.c.about == about)
        with transaction(self._engine) as connection:
            return [Change(**row) for row in connection.execute(query).mappings()]

    def editions(self, limit: int = 20, before: int | None = None) -> list[Edition]:
        """The files as they came into force, newest first; those older than the number `before`."""
        with transaction(self._engine) as connection:
            return editions.latest(connection, limit, before)

    def edits(self, file: str, limit: int = 50, before: int | None = None) -> list[Edited]:
        """Of a file, newest first; those older than the edit `before`."""
        with transaction(self._engine) as connection:
            return edits.of_file(connection, file, limit, before)

    def last_edits(self) -> dict[str, Edited]:
        """The last edit of every file, by file."""
        with transaction(self._engine) as connection:
            return edits.last_of_each(connection)

    def edit(self, number: int) -> Edit | None:
        with transaction(self._engine) as connection:
            return edits.one(connection, number)
