"""Engines and transactions: how we speak to SQLite and to PostgreSQL, and what a failure becomes."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.engine import URL, Connection, Engine, make_url

from monitor.errors import StoreError

BUSY_TIMEOUT = 10_000  # ms to wait for another writer
STATEMENT_TIMEOUT = 30_000  # ms
IDLE_TIMEOUT = 120_000  # ms a transaction may stand open between two statements

# FULL: a commit is on the disk when it returns, also when the power fails. NORMAL would be consistent
# but may forget the last commits, and a feed no longer shows what it listed then. We commit a
# few times per article, so the price is some milliseconds beside the fetching of a page.
_SQLITE_PRAGMAS = (
    f"busy_timeout={BUSY_TIMEOUT}",
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-32768",
    "wal_autocheckpoint=4000",
)

# How long a connection may be dead before we notice, in seconds but for the last, in ms: a cut network tells nobody.
# And texts as UTF-8 whatever the database's own default is.
CONNECTION: dict[str, str | int] = {
    "client_encoding": "utf8",
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
_POSTGRES_SETTINGS = (
    f"SET statement_timeout = {STATEMENT_TIMEOUT}",
    f"SET lock_timeout = {BUSY_TIMEOUT}",
    f"SET idle_in_transaction_session_timeout = {IDLE_TIMEOUT}",
    # what comes after a lock has to see what its last holder wrote, however the server is set
    "SET default_transaction_isolation = 'read committed'",
)


# readable in the database, and a third of the size for letters beyond ASCII
_JSON = {"json_serializer": partial(json.dumps, ensure_ascii=False)}


def create_engine(url: str) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`; nothing is connected yet.

    Creates the folder of a SQLite file. Raises a permanent StoreError for a URL that cannot work.
    """
    parsed = _normal(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    return _postgres(parsed)


def describe(url: URL) -> str:
    """The database in words fit for logs: never the password, nor the URL's query."""
    if url.get_backend_name() == "sqlite":
        return f"SQLite database {url.database}"
    host = url.host or url.query.get("host") or "the local socket"
    return f"PostgreSQL database {url.database} at {host}" + (f":{url.port}" if url.port else "")


def reading(engine: Engine) -> Engine:
    """The same engine for transactions that only read: on SQLite they take no write lock."""
    return engine.execution_options(sqlite_begin="BEGIN")


@contextmanager
def translating(url: URL | None = None) -> Iterator[None]:
    """Turn the library's exceptions into StoreError. `url` names the database in the message."""
    try:
        yield
    except exc.SQLAlchemyError as error:
        where = f"{describe(url)}: " if url is not None else ""
        unavailable = _unavailable(error)
        permanent = not unavailable and _permanent(error)
        raise StoreError(where + _message(error), permanent=permanent, unavailable=unavailable) from error


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """One transaction: committed at the end, rolled back on any exception. Raises StoreError."""
    with translating(engine.url), engine.begin() as connection:
        yield connection


_MISSING = re.compile(r"no such (table|column)|has no column|(relation|column) .* does not exist")


# Of SQLite's result codes: busy, locked, out of memory, read-only, I/O error, full, cannot open.
_SQLITE_UNAVAILABLE = frozenset({5, 6, 7, 8, 10, 13, 14})
# Of PostgreSQL's: connection, lack of resources (a full disk is one), starting up, a lock not had, read-only.
_POSTGRES_UNAVAILABLE = ("08", "53", "57P03", "55P03", "25006")


def _unavailable(error: exc.SQLAlchemyError) -> bool:
    """Not of a connection that was lost on the way: what was asked may have been the reason."""
    if not isinstance(error, exc.DBAPIError) or error.connection_invalidated:
        return isinstance(error, exc.TimeoutError)  # no connection was free
    if isinstance(error.orig, sqlite3.Error):
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE_UNAVAILABLE
    state = getattr(error.orig, "sqlstate", None)
    if state is None:  # no word of the server: it could not be reached
        return isinstance(error, exc.OperationalError)
    return bool(state.startswith(_POSTGRES_UNAVAILABLE))


def _permanent(error: exc.SQLAlchemyError) -> bool:
    if isinstance(error, exc.DBAPIError) and error.connection_invalidated:
        return False
    if isinstance(error, (exc.OperationalError, exc.InterfaceError, exc.TimeoutError)):
        return bool(_MISSING.search(_message(error)))
    return not isinstance(error, exc.PendingRollbackError)  # a statement after the connection was lost


def _message(error: exc.SQLAlchemyError) -> str:
    """The first line only: the rest would quote the statement and its values."""
    cause = error.orig if isinstance(error, exc.StatementError) and error.orig is not None else error
    line = next(iter(str(cause).strip().splitlines()), type(cause).__name__)
    return f"{line} (run `monitor db upgrade`)" if _MISSING.search(line) else line


_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def _normal(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (exc.ArgumentError, ValueError):
        # without the cause: its text may quote the URL, and so the password
        raise StoreError(
            "the database URL cannot be read: expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST:PORT/NAME",
            permanent=True,
        ) from None
    if parsed.drivername not in _DRIVERS:
        raise StoreError(
            f"the database URL begins with {parsed.drivername}: expected sqlite or postgresql", permanent=True
        )
    return parsed.set(drivername=_DRIVERS[parsed.drivername])


def _sqlite(url: URL) -> Engine:
    if not url.database or url.database == ":memory:":
        raise StoreError("the database URL names no file: expected sqlite:///FILE", permanent=True)
    try:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{describe(url)}: cannot make its folder: {error.strerror}", permanent=True) from error
    engine = sa.create_engine(url, hide_parameters=True, **_JSON)

    @event.listens_for(engine, "connect")
    def connect(dbapi: Any, record: Any) -> None:
        dbapi.isolation_level = None  # or the driver would begin by itself, too late and without a lock
        cursor = dbapi.cursor()
        for pragma in _SQLITE_PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        _write_ahead(cursor)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # a plain BEGIN loses the race between reading and writing: two writers fail at once
        connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN IMMEDIATE"))

    return engine


def _write_ahead(cursor: Any) -> None:
    """Put the file into WAL mode, once for good. SQLite does not wait for a lock here, whatever its time-out."""
    deadline = time.monotonic() + BUSY_TIMEOUT / 1000
    while cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def _postgres(url: URL) -> Engine:
    given = {name: value for name, value in CONNECTION.items() if name not in url.query}
    try:
        engine = sa.create_engine(url, hide_parameters=True, **_JSON, pool_pre_ping=True, connect_args=given)
    except ImportError as error:
        raise StoreError(
            f"{describe(url)}: the driver is not installed ({error.name}): pip install 'newswatch-monitor[postgres]'",
            permanent=True,
        ) from error

    @event.listens_for(engine, "connect")
    def connect(dbapi: Any, record: Any) -> None:
        # by statement and not by start-up option, which connection poolers refuse
        autocommit, dbapi.autocommit = dbapi.autocommit, True
        with dbapi.cursor() as cursor:
            for setting in _POSTGRES_SETTINGS:
                cursor.execute(setting)
        dbapi.autocommit = autocommit

    return engine
