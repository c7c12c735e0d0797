"""The little SQL in which both databases agree but SQLAlchemy keeps two names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cache, partial
from hashlib import blake2b
from itertools import chain, islice
from operator import itemgetter
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection

from monitor.store.columns import Key, UTCDateTime, Words

T = TypeVar("T")

# Arbitrary, but never to be changed: two versions running side by side must take the same lock.
LOCK_MIGRATE = 0x6D6F6E01
LOCK_JUDGE = 0x6D6F6E02
LOCK_POLL = 0x6D6F6E03
LOCK_RULES = 0x6D6F6E04  # with the key of a rule
LOCK_HOST = 0x6D6F6E05  # with the name of a host


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


def among(dialect: str, column: sa.Column[str], name: str) -> sa.ColumnElement[bool]:
    """Whether the column has one of many values, which all come in one parameter: a list of strings."""
    if dialect == "postgresql":
        return column == sa.any_(sa.bindparam(name, type_=postgresql.ARRAY(sa.Text)))
    values = sa.func.json_each(sa.bindparam(name, type_=sa.JSON)).table_valued("value")
    return column.in_(sa.select(values.c.value))


def insert_new(
    connection: Connection, table: sa.Table, rows: Sequence[dict[str, Any]], *, missing: bool = False
) -> None:
    """INSERT of rows that have the same columns; with `missing` only of those that no unique key forbids."""
    if not rows:
        return
    if connection.dialect.name != "sqlite":
        statement = insert(connection, table)
        connection.execute(statement.on_conflict_do_nothing() if missing else statement, rows)
        return
    names = ", ".join(f'"{name}"' for name in rows[0])
    ending = " ON CONFLICT DO NOTHING" if missing else ""
    _at_once(connection, table, rows, f'INSERT INTO "{table.name}" ({names}) VALUES {{}}{ending}')  # noqa: S608 - names are ours


def update_each(connection: Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> int:
    """UPDATE of as many rows, each by its `id`; all have the same columns. How many there were."""
    if not rows:
        return 0
    if connection.dialect.name != "sqlite":
        of_one = sa.update(table).where(table.c.id == sa.bindparam("this", type_=table.c.id.type))
        named = [{"this" if name == "id" else name: row[name] for name in row} for row in rows]
        return connection.execute(of_one, named).rowcount
    names = tuple(rows[0])
    key = names.index("id") + 1
    changes = ", ".join(f'"{name}" = new.column{at}' for at, name in enumerate(names, 1) if at != key)
    by_id = f"WHERE id = new.column{key}"
    return _at_once(connection, table, rows, f'UPDATE "{table.name}" SET {changes} FROM (VALUES {{}}) AS new {by_id}')  # noqa: S608


def _at_once(connection: Connection, table: sa.Table, rows: Sequence[dict[str, Any]], statement: str) -> int:
    """Many rows in one statement of SQLite, in the place of its braces; how many were written.

    For each single one its driver would give the interpreter's lock away and wait for its turn again, which beside
    a busy event loop takes longer than to write the row. Values are made storable column by column, most of which
    need nothing done to them.
    """
    names = tuple(rows[0])
    columns = zip(*map(itemgetter(*names), rows), strict=True)
    try:
        stored = [how(values) for how, values in zip(_storing(table, names, connection.dialect), columns, strict=True)]
    except (TypeError, ValueError) as error:
        raise exc.StatementError(str(error), None, None, error) from error
    row = f"({', '.join('?' * len(names))})"
    written = 0
    for piece in chunks(list(zip(*stored, strict=True)), 100):
        values = tuple(chain.from_iterable(piece))
        written += connection.exec_driver_sql(statement.format(", ".join([row] * len(piece))), values).rowcount
    return written


@cache
def _storing(
    table: sa.Table, names: tuple[str, ...], dialect: sa.Dialect
) -> tuple[Callable[[Sequence[Any]], Sequence[Any]], ...]:
    """For each column how SQLite stores its values."""
    kinds = [table.c[name].type for name in names]
    return tuple(
        kind.all_stored
        if isinstance(kind, Key | UTCDateTime | Words)
        else partial(_each, kind.dialect_impl(dialect).bind_processor(dialect))
        for kind in kinds
    )


def _each(how: Callable[[Any], Any] | None, values: Sequence[Any]) -> Sequence[Any]:
    return list(map(how, values)) if how else values


def serialise(connection: Connection, lock: int) -> None:
    """Wait until no other transaction holds `lock`; held to the end of this one.

    SQLite has a single writer anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock)))


def serialise_rules(connection: Connection, rules: Collection[str]) -> None:
    """Wait until no other transaction has one of these rules, nor all of them (`LOCK_JUDGE`); held to the end of this
    one. To be the first that a transaction does, and once only: all take them in one order, and nothing is read before.
    """
    if connection.dialect.name != "postgresql":
        return
    connection.execute(_ALL_SHARED, {"lock": LOCK_JUDGE})
    if rules:
        connection.execute(_EACH_RULE, {"lock": LOCK_RULES, "keys": sorted({lock_of(rule) for rule in rules})})


def lock_of(rule: str) -> int:
    """The key of a rule's lock, a signed number of 32 bits. Two rules that share one only wait for one another."""
    return int.from_bytes(blake2b(rule.encode(), digest_size=4).digest(), "big", signed=True)


_ALL_SHARED = sa.select(sa.func.pg_advisory_xact_lock_shared(sa.bindparam("lock")))
# The function is called row by row, as the rows come; and they come as they stand in the list.
_KEY = sa.func.unnest(sa.bindparam("keys", type_=postgresql.ARRAY(sa.Integer))).column_valued("key")
_EACH_RULE = sa.select(sa.func.pg_advisory_xact_lock(sa.bindparam("lock", type_=sa.Integer), _KEY))


def serialise_name(connection: Connection, lock: int, name: str) -> None:
    """The same for one name among many; now and then two of them share a lock."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(lock, sa.func.hashtext(name))))


def chunks(items: Sequence[T], size: int = 500) -> Iterator[Sequence[T]]:
    """Pieces that stay below the databases' limits on parameters."""
    iterator = iter(items)
    while piece := list(islice(iterator, size)):
        yield piece
