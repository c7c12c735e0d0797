"""What people change at the desk beside their answers. Each method is one transaction and raises StoreError."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from monitor.store import edits
from monitor.store.sql import SqlStore
from monitor.store.tables import audit


class DeskStore:
    """Writes in turn with the daemon's own."""

    def __init__(self, store: SqlStore):
        self._store = store

    def note(self, now: datetime, author: str, via: str, what: str, about: str, words: str) -> None:
        """Keep that somebody changed something."""
        entry = {"at": now, "author": author, "via": via, "what": what, "about": about, "words": words}
        with self._store.writing() as connection:
            connection.execute(sa.insert(audit), entry)

    def keep_edit(
        self, file: str, now: datetime, author: str, reason: str, before: str | None, after: str | None
    ) -> int:
        """Keep what somebody made of a file; the number of the edit. None: there was no such file, or is none."""
        with self._store.writing() as connection:
            return edits.keep(connection, file, now, author, reason, before, after)
