"""Edits: what people made of a file, with what it was before."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store.tables import edit


@dataclass(frozen=True, slots=True)
class Edit:
    """`file` is its name with that of its folder (`seeds/talks.yaml`). No text before: it was made then; none after:
    it was deleted."""

    id: int
    file: str
    at: datetime
    author: str
    reason: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Edited:
    """Who edited a file when, and why; `made` and `deleted` say whether it was there before and after."""

    id: int
    file: str
    at: datetime
    author: str
    reason: str
    made: bool
    deleted: bool


_WITHOUT_TEXTS = (
    edit.c.id,
    edit.c.file,
    edit.c.at,
    edit.c.author,
    edit.c.reason,
    edit.c.before.is_(None).label("made"),
    edit.c.after.is_(None).label("deleted"),
)


def keep(connection: Connection, made: Edit) -> int:
    values = {key: value for key, value in asdict(made).items() if key != "id"}
    number: int = connection.execute(sa.insert(edit).returning(edit.c.id), values).scalar_one()
    return number


def of_file(connection: Connection, file: str, limit: int, before: int | None = None) -> list[Edited]:
    """Newest first; those older than the edit `before`."""
    query = sa.select(*_WITHOUT_TEXTS).where(edit.c.file == file).order_by(edit.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(edit.c.id < before)
    return [Edited(**row) for row in connection.execute(query).mappings()]


def last_of_each(connection: Connection) -> dict[str, Edited]:
    """The last edit of every file that was ever edited, by file."""
    last = sa.select(sa.func.max(edit.c.id)).group_by(edit.c.file)
    query = sa.select(*_WITHOUT_TEXTS).where(edit.c.id.in_(last))
    return {row["file"]: Edited(**row) for row in connection.execute(query).mappings()}


def one(connection: Connection, number: int) -> Edit | None:
    row = connection.execute(sa.select(edit).where(edit.c.id == number)).mappings().first()
    return Edit(**row) if row is not None else None
