"""Editions: the files as they came into force, counted."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.editions import Edition, Inventory, Saved, changes
from monitor.store.rows import Row
from monitor.store.tables import edit, edition


def count(connection: Connection, stamp: str, contents: Inventory, now: datetime) -> Edition | None:
    """The next edition, told from the last; None where the files are the same."""
    row = connection.execute(_LATEST.limit(1)).mappings().first()
    if row is not None and row["stamp"] == stamp:
        return None
    changed = changes(row["contents"] if row is not None else None, contents)
    number = row["number"] + 1 if row is not None else 1
    connection.execute(sa.update(edition).where(edition.c.contents.is_not(None)).values(contents=sa.null()))
    values = {"number": number, "at": now, "stamp": stamp, "words": changed.words}
    connection.execute(
        sa.insert(edition), {**values, "details": "\n".join(changed.details), "contents": _plain(contents)}
    )
    return Edition(number, now, changed.words, changed.details)


def latest(connection: Connection, limit: int, before: int | None = None) -> list[Edition]:
    """Newest first; those older than the number `before`."""
    query = _TOLD.limit(limit) if before is None else _TOLD.where(edition.c.number < before).limit(limit)
    return [_edition(row) for row in connection.execute(query).mappings()]


def saved_for(connection: Connection, made: Edition) -> list[Saved]:
    """What people saved at the desk since the edition before, the first first; of many the latest. Nothing of the
    first edition."""
    former = next(iter(latest(connection, 1, made.number)), None)
    if former is None:
        return []
    columns = edit.c.file, edit.c.author, edit.c.reason
    since = edit.c.at > former.at, edit.c.at <= made.at
    query = sa.select(*columns).where(*since).order_by(edit.c.id.desc()).limit(_MOST_SAVED)
    return [Saved(*row) for row in reversed(connection.execute(query).all())]


_MOST_SAVED = 10
_LATEST = sa.select(edition).order_by(edition.c.number.desc())
_TOLD = _LATEST.with_only_columns(*(column for column in edition.c if column.name != "contents"))  # may be megabytes


def _plain(contents: Inventory) -> dict[str, dict[str, list[str]]]:
    return {section: {name: list(told) for name, told in found.items()} for section, found in contents.items()}


def _edition(row: Row) -> Edition:
    return Edition(row["number"], row["at"], row["words"], tuple(row["details"].splitlines()))
