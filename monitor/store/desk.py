"""What people change at the desk beside their answers. Each method is one transaction and raises StoreError."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from monitor.core.model import Fact
from monitor.store import corrections, edits, polling
from monitor.store.corrections import Added, Retracted
from monitor.store.dialect import LOCK_JUDGE, LOCK_POLL, serialise
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

    # --- the baseline ------------------------------------------------------------------------

    def retract_fact(self, key: str, by: Retracted) -> bool:
        """See `corrections.retract`."""
        with self._store.writing() as connection:
            serialise(connection, LOCK_JUDGE)
            return corrections.retract(connection, key, by)

    def restore_fact(self, key: str) -> bool:
        """See `corrections.restore`."""
        with self._store.writing() as connection:
            serialise(connection, LOCK_JUDGE)
            return corrections.restore(connection, key)

    def add_fact(self, item: Fact, by: Added) -> str | None:
        """The key of the new fact; in place of `by.corrects`, which is retracted. None where that has no say anyway."""
        with self._store.writing() as connection:
            serialise(connection, LOCK_JUDGE)
            wrong = Retracted(by.author, by.at, by.reason)
            if by.corrects and not corrections.retract(connection, by.corrects, wrong):
                return None
            return corrections.add(connection, item, by)

    def withdraw_fact(self, key: str, now: datetime) -> bool:
        """See `corrections.withdraw`."""
        with self._store.writing() as connection:
            serialise(connection, LOCK_JUDGE)
            return corrections.withdraw(connection, key, now)

    # --- sources -----------------------------------------------------------------------------

    def poll_now(self, source_id: str, now: datetime, reason: str) -> bool:
        """Let a source be asked next; its host is left alone as ever. False where it is not polled, or due already."""
        with self._store.writing() as connection:
            serialise(connection, LOCK_POLL)
            return polling.make_due(connection, source_id, now, reason)
