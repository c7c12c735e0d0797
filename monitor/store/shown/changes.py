"""What people changed, and which editions of the files were in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

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
