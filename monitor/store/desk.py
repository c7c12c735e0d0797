"""What people change at the desk beside their answers. Each method is one transaction and raises StoreError."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from monitor.store import edits
from monitor.store.edits import Edit
from monitor.store.people import People
from monitor.store.sql import SqlStore
from monitor.store.tables import audit


class DeskStore:
    """Writes in turn with the daemon's own."""

    def __init__(self, store: SqlStore):
        self._store = store
        self.people = People(store)

    def note(self, now: datetime, author: str, via: str, what: str, about: str, words: str) -> None:
        """Keep that somebody changed something."""
        entry = {"at": now, "author": author, "via": via, "what": what, "about": about, "words": words}
        with self._store.writing() as connection:
            connection.execute(sa.insert(audit), entry)

    def keep_edit(self, edit: Edit, via: str, write: Callable[[], None]) -> int:
        """Keep what somebody makes of a file, with a note in the log of changes; the number of the edit.

        `write` makes the change: what it raises leaves nothing kept. `edit.id` is passed over.
        """
        what = "file.delete" if edit.after is None else "file.make" if edit.before is None else "file.save"
        entry = {"at": edit.at, "author": edit.author, "via": via, "what": what, "words": edit.reason}
        with self._store.writing() as connection:
            number = edits.keep(connection, edit)
            connection.execute(sa.insert(audit), {**entry, "about": f"file:{edit.file}"})
            write()
        return number
