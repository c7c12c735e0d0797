"""The little SQL in which both databases agree but SQLAlchemy keeps two names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

T = TypeVar("T")

# Arbitrary, but never to be changed: two versions running side by side must take the same lock.
LOCK_MIGRATE = 0x6D6F6E01
LOCK_JUDGE = 0x6D6F6E02
LOCK_POLL = 0x6D6F6E03


def insert(connection: Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """INSERT that knows ON CONFLICT."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)


def add_missing(connection: Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert those rows that no unique key forbids."""
    if rows:
        connection.execute(missing(connection.dialect.name, table), rows)


@cache
def missing(dialect: str, table: sa.Table, returning: str = "") -> Any:
    """INSERT of a row that no unique key forbids, returning a column. Kept: to make one takes longer than to run it."""
    kind = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = kind(table).on_conflict_do_nothing()
    return statement.returning(table.c[returning]) if returning else statement


def serialise(connection: Connection, lock: int) -> None:
    """Wait until no other transaction holds `lock`; held to the end of this one.

    SQLite has a single writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))


def chunks(items: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Pieces that stay below the databases' limits on parameters."""
    iterator = iter(items)
    while piece := list(islice(iterator, size)):
        yield piece
