"""The little SQL in which both databases agree but SQLAlchemy keeps two names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import exc
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


def insert_new(
    connection: Connection, table: sa.Table, rows: Sequence[dict[str, Any]], *, missing: bool = False
) -> None:
    """INSERT of rows that have the same columns; with `missing` only of those that no unique key forbids.

    On SQLite many go in one statement: for each single one its driver gives the interpreter's lock away and
    waits for its turn again, which beside a busy event loop takes longer than to write the row.
    """
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        statement = insert(connection, table)
        connection.execute(statement.on_conflict_do_nothing() if missing else statement, rows)
        return
    stored = _stored(table, tuple(rows[0]), connection.dialect)
    for piece in chunks(rows, 100):
        try:
            values = tuple([how(row[name]) if how else row[name] for row in piece for name, how in stored])
        except (TypeError, ValueError) as error:
            raise exc.StatementError(str(error), None, None, error) from error
        connection.exec_driver_sql(_statement(table, tuple(rows[0]), len(piece), missing), values)


@cache
def _stored(table: sa.Table, names: tuple[str, ...], dialect: sa.Dialect) -> tuple[tuple[str, Any], ...]:
    """For each column how its values are stored; None = as they are."""
    return tuple((name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in names)


@cache
def _statement(table: sa.Table, names: tuple[str, ...], rows: int, missing: bool) -> str:
    columns, row = ", ".join(f'"{name}"' for name in names), f"({', '.join('?' * len(names))})"
    ending = " ON CONFLICT DO NOTHING" if missing else ""
    return f'INSERT INTO "{table.name}" ({columns}) VALUES {", ".join([row] * rows)}{ending}'  # noqa: S608 - names are ours


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
