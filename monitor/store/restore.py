"""A backup becomes a database again: all of it or nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Engine

from monitor.core.alerts import OURSELVES, DeliveryState
from monitor.errors import ArchiveError, StoreError
from monitor.store import copies, leases, migrate, rows
from monitor.store.archive import Archive, Manifest, Part, values_of
from monitor.store.columns import UTCDateTime
from monitor.store.engine import describe
from monitor.store.lock import only_daemon
from monitor.store.tables import article, delivery, fingerprint, lease, metadata
from monitor.store.tables.search import WORDS

_TOGETHER = 500  # rows
_NO_DATA = ("lease", "upkeep", "edition")  # what an empty database may have
_OPEN = [state.value for state in (DeliveryState.PENDING, DeliveryState.HELD, DeliveryState.SENDING)]


def restore(engine: Engine, backup: Archive, replace: bool = False) -> Manifest:
    """Make the database what the backup holds, with the schema of this program; what it told last.

    In one transaction: where anything is wrong, the database stays as it was. What waited to be sent may have been
    sent since the backup, so its message says that it may be a repeat. Raises ArchiveError for a backup that is damaged
    or of a newer program, and StoreError, also where somebody works on the database or (unless `replace`) it holds
    data.
    """
    manifest = backup.manifest
    if not migrate.is_known(manifest.schema):
        raise ArchiveError(
            f"the backup has the schema {manifest.schema}, made by monitor {manifest.program}; this program only knows "
            f"those up to {migrate.head()}: restore it with that version or a later one"
        )
    backup.check()
    with only_daemon(engine.url.render_as_string(hide_password=False)), migrate.migrating(engine) as connection:
        migrate.refuse_strange(connection)
        _refuse(connection, replace)
        _drop(connection)
        migrate.upgrade_to(connection, manifest.schema)
        for part in manifest.parts:
            _fill(connection, part, backup)
        _number_on(connection, manifest.parts)
        migrate.upgrade_to(connection, "head")
        _make_anew(connection)
        _verify(connection, manifest)
    return manifest


def _refuse(connection: Connection, replace: bool) -> None:
    where, tables = describe(connection.engine.url), set(sa.inspect(connection).get_table_names())
    if lease.name in tables and leases.held(connection, ""):
        raise StoreError(f"somebody works on {where}: stop every monitor first", permanent=True)
    held = [name for name in metadata.tables if name in tables and name not in _NO_DATA and _any(connection, name)]
    if held and not replace:
        raise StoreError(
            f"{where} holds data ({', '.join(held[:3])} …): name an empty one, or say --replace", permanent=True
        )


def _any(connection: Connection, table: str) -> bool:
    return connection.execute(sa.select(sa.literal(1)).select_from(sa.table(table)).limit(1)).first() is not None


def _drop(connection: Connection) -> None:
    there = set(sa.inspect(connection).get_table_names())
    cascade = " CASCADE" if connection.dialect.name == "postgresql" else ""
    for name in (*metadata.tables, WORDS, "alembic_version"):
        if name in there:
            connection.exec_driver_sql(f'DROP TABLE "{name}"{cascade}')


_TYPES: dict[str, type[Any]] = {"time": UTCDateTime, "date": sa.Date, "bytes": sa.LargeBinary}


def _fill(connection: Connection, part: Part, backup: Archive) -> None:
    table = sa.table(part.table, *(sa.column(name, _TYPES.get(kind)) for name, kind in part.columns))
    values = {
        name: sa.cast(sa.bindparam(name, type_=sa.Text()), postgresql.JSONB())
        if kind == "json" and connection.dialect.name == "postgresql"
        else sa.bindparam(name, type_=_TYPES.get(kind))
        for name, kind in part.columns
    }
    statement = sa.insert(table).values(values)
    for lines in _pieces(backup.lines(part)):
        connection.execute(statement, [values_of(line, part.columns) for line in lines])


def _pieces(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    while piece := list(islice(lines, _TOGETHER)):
        yield piece


def _number_on(connection: Connection, parts: Sequence[Part]) -> None:
    """PostgreSQL counts in sequences, which know nothing of the rows that brought their numbers."""
    if connection.dialect.name != "postgresql":
        return
    counted = sa.text(
        "SELECT table_name, column_name FROM information_schema.columns "
        "WHERE table_schema = current_schema() AND (is_identity = 'YES' OR column_default LIKE 'nextval(%')"
    )
    written = {part.table for part in parts}
    for table, column in connection.execute(counted).all():
        if table in written:
            quoted = f'"{table}"', f'"{column}"'
            connection.exec_driver_sql(
                f"SELECT setval(pg_get_serial_sequence('{quoted[0]}', '{column}'), max({quoted[1]})) FROM {quoted[0]} "  # noqa: S608
                f"HAVING max({quoted[1]}) IS NOT NULL"
            )


def _make_anew(connection: Connection) -> None:
    """What no backup holds. The daemon fills the index of words."""
    after = 0
    while found := connection.execute(
        sa.select(fingerprint.c.id, fingerprint.c.bands)
        .where(fingerprint.c.id > after)
        .order_by(fingerprint.c.id)
        .limit(_TOGETHER)
    ).all():
        copies.put_bands(connection, [(band, id_) for id_, packed in found for band in rows.bands_from(bytes(packed))])
        after = found[-1].id
    ours = article.c.id.startswith(OURSELVES, autoescape=True)
    connection.execute(sa.update(article).where(ours).values(indexed_at=article.c.judged_at))
    connection.execute(sa.update(delivery).where(delivery.c.state.in_(_OPEN)).values(doubtful=True))


def _verify(connection: Connection, manifest: Manifest) -> None:
    for part in manifest.parts:
        query = sa.select(sa.func.count()).select_from(sa.table(part.table))
        if (found := connection.execute(query).scalar_one()) != part.rows:
            raise ArchiveError(f"{part.table} has {found} rows instead of {part.rows}: nothing was restored")
