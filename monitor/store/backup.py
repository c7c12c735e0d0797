"""A backup while the daemon works: all tables as they are at one moment, in one file that is there whole or not."""

from __future__ import annotations

import fcntl
import hashlib
import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from sqlalchemy.engine import Connection, Engine

from monitor import __version__
from monitor.errors import ArchiveError
from monitor.store import archive, migrate, upkeep
from monitor.store.archive import Archive, Manifest, Part
from monitor.store.columns import Json
from monitor.store.engine import describe, reading, transaction, translating

_TOGETHER = 500  # rows
_ENDING = ".part"


def write(engine: Engine, target: Path, now: datetime) -> tuple[Path, Manifest]:
    """Write a backup to a file, or to a new file in a folder; a file that was there stays until the new one is whole.

    It is read again before it counts, and noted in the database. Raises StoreError and ArchiveError.
    """
    migrate.check(engine)
    path = target / f"monitor-{now:%Y%m%dT%H%M%SZ}.zip" if target.is_dir() else target
    part = path.with_name(path.name + _ENDING)
    try:
        with _only_one(part) as file:
            manifest = _fill(engine, file, now)
            file.flush()
            os.fsync(file.fileno())
            with Archive(part) as written:
                written.check()
            part.replace(path)
            _flush_folder(path.parent)
    except OSError as error:
        raise ArchiveError(f"no backup was made: {path} cannot be written: {error.strerror}") from error
    with transaction(engine) as connection:
        upkeep.note(connection, upkeep.BACKUP, now, file=str(path.absolute()), bytes=path.stat().st_size)
    return path, manifest


@contextmanager
def _only_one(part: Path) -> Iterator[IO[bytes]]:
    """The file that becomes the backup, readable by its owner only; it goes where the backup does not come about."""
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveError(f"another backup is being written to {part}") from None
        try:
            os.fchmod(file.fileno(), 0o600)
            file.truncate()
            yield file
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _fill(engine: Engine, file: IO[bytes], now: datetime) -> Manifest:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as packed:
        with _one_moment(engine) as connection:
            schema = MigrationContext.configure(connection).get_current_revision() or ""
            parts = tuple(_table(connection, table, packed) for table in archive.TABLES)
        manifest = Manifest(archive.FORMAT, __version__, schema, now, describe(engine.url), parts)
        packed.writestr(archive.MANIFEST, manifest.encoded())
    return manifest


@contextmanager
def _one_moment(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees everything as it was at its beginning, and keeps nobody from writing."""
    if engine.dialect.name == "sqlite":
        with transaction(reading(engine)) as connection:
            yield connection
        return
    still = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with translating(engine.url), still.begin() as connection:
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        yield connection


def _table(connection: Connection, table: sa.Table, packed: zipfile.ZipFile) -> Part:
    columns = archive.columns_of(table)
    kinds = [archive.kind_of(column) for column in columns]
    query = sa.select(*map(_as_written, columns)).order_by(*table.primary_key)
    found = connection.execution_options(stream_results=True, yield_per=_TOGETHER).execute(query)
    seen, rows = hashlib.sha256(), 0
    with packed.open(archive.member(table.name), "w", force_zip64=True) as out:
        for piece in found.partitions():
            lines = b"".join(archive.line_of(row, kinds) for row in piece)
            seen.update(lines)
            out.write(lines)
            rows += len(piece)
    named = tuple((column.name, kind) for column, kind in zip(columns, kinds, strict=True))
    return Part(table.name, named, rows, seen.hexdigest())


def _as_written(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """JSON as its text: so NULL stays another thing than `null`."""
    return sa.cast(column, sa.Text()).label(column.name) if isinstance(column.type, Json) else column
