"""The schema: which one the database has, which one this program needs, and the way between them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.engine import Connection, Engine

import monitor
from alembic import command
from monitor import queueing
from monitor.errors import StoreError
from monitor.store.columns import Json, Key, UTCDateTime, Words
from monitor.store.dialect import LOCK_MIGRATE, serialise
from monitor.store.engine import describe, reading, transaction, translating
from monitor.store.tables import metadata
from monitor.store.tables.search import include_name

# What autogenerate has to be told, both when comparing and when writing a new migration.
# Batch mode is how SQLite, which can hardly ALTER, changes a table: by copying it.
OPTIONS: dict[str, Any] = {"compare_type": True, "compare_server_default": True, "render_as_batch": True}
OPTIONS["include_name"] = include_name

_RENDERED = {
    UTCDateTime: "sa.DateTime(timezone=True)",
    Words: "sa.Text()",
    Key: 'sa.Text().with_variant(sa.Text(collation="C"), "postgresql")',
    Json: 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")',
}


def render_item(kind: str, item: Any, context: Any) -> str | bool:
    """Write our column types into migrations as plain ones: a migration must outlive our classes."""
    text = _RENDERED.get(type(item)) if kind == "type" else None
    if text is None:
        return False
    if "postgresql." in text:
        context.imports.add("from sqlalchemy.dialects import postgresql")
    return text


def scripts() -> Path:
    """Where the migrations are: inside an installed package, beside it in a source checkout."""
    package = Path(monitor.__file__).resolve().parent
    found = next(
        (path for path in (package / "_alembic", package.parent / "alembic") if (path / "env.py").is_file()), None
    )
    if found is None:
        raise StoreError(f"the migrations are missing from {package}: install the package again", permanent=True)
    return found


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts()).replace("%", "%%"))
    return config


def head() -> str:
    """The revision that this program needs."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    if revision is None:
        raise StoreError("the package has no migrations: install it again", permanent=True)
    return revision


def current(engine: Engine) -> str | None:
    """The revision that the database has; None when it has none. Raises StoreError."""
    with transaction(reading(engine)) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def check(engine: Engine) -> None:
    """Raise a permanent StoreError that says what to do unless the schema is the one we need."""
    needed, found = head(), current(engine)
    if found == needed:
        _check_queue(engine)
        return
    where = describe(engine.url)
    if found is not None:
        if is_known(found):
            raise StoreError(
                f"{where} has the older schema {found}, this program needs {needed}: run `monitor db upgrade`",
                permanent=True,
            )
        raise StoreError(
            f"{where} has the schema {found}, which this program does not know (it needs {needed}): "
            "update the program, or name another database",
            permanent=True,
        )
    with transaction(reading(engine)) as connection:
        refuse_strange(connection)
    raise StoreError(f"{where} is empty: run `monitor db upgrade`", permanent=True)


def _check_queue(engine: Engine) -> None:
    """The queue brings tables of its own, which are no migration of ours."""
    if engine.dialect.name != "postgresql":
        return
    with transaction(reading(engine)) as connection:
        found = queueing.installed(connection.connection.driver_connection)
    if found != queueing.wanted():
        has = f"the queue's tables of procrastinate {found}" if found else "no tables of the queue"
        raise StoreError(
            f"{describe(engine.url)} has {has}, this program needs those of {queueing.wanted()}: "
            "run `monitor db upgrade`",
            permanent=True,
        )


def refuse_strange(connection: Connection) -> None:
    """Tables without a revision are somebody else's, or the remains of an accident."""
    found = sa.inspect(connection).get_table_names()
    tables = sorted(name for name in found if name != "alembic_version" and not name.startswith(queueing.TABLES))
    if tables and MigrationContext.configure(connection).get_current_revision() is None:
        raise StoreError(
            f"{describe(connection.engine.url)} holds tables but no schema of ours ({', '.join(tables[:3])} …): "
            "name an empty database",
            permanent=True,
        )


def _refuse_encoding(connection: Connection) -> None:
    """One that has no idea of letters would store our texts, and find none of their words."""
    if connection.dialect.name != "postgresql":
        return
    encoding = connection.execute(sa.text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        raise StoreError(
            f"{describe(connection.engine.url)} has the encoding {encoding}, texts need UTF8: "
            "make it anew (`createdb --encoding UTF8 --locale C.UTF-8 --template template0 NAME`)",
            permanent=True,
        )


def upgrade(engine: Engine) -> None:
    """Bring the database to `head()`, all or nothing. Two at once: the second finds nothing to do.

    Raises StoreError; permanent when the schema is newer than ours or not ours.
    """
    with migrating(engine) as connection:
        refuse_strange(connection)
        _refuse_encoding(connection)
        upgrade_to(connection, "head")


def upgrade_to(connection: Connection, revision: str) -> None:
    """Inside the transaction of `migrating`. Raises a permanent StoreError."""
    config = _config()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise StoreError(
            f"{describe(connection.engine.url)} cannot be upgraded: {error}: "
            "update the program, or name another database",
            permanent=True,
        ) from error
    if connection.dialect.name == "postgresql":
        queueing.prepare(connection.connection.driver_connection)


def is_known(revision: str) -> bool:
    """Whether it is one that this program can bring to `head()`."""
    return any(script.revision == revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """A connection inside the one transaction of a migration.

    On SQLite foreign keys are off meanwhile (a pragma that only works outside of a transaction):
    batch mode drops the old table, and ON DELETE CASCADE would empty its children. They are
    checked before the commit instead.
    """
    with translating(engine.url), engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            with connection.begin():
                serialise(connection, LOCK_MIGRATE)
                connection.execute(sa.text("SET LOCAL statement_timeout = 0"))
                yield connection
            return
        raw: Any = connection.connection.dbapi_connection
        raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise StoreError(f"the migration would break references in {broken[0][0]}", permanent=True)
        finally:
            raw.execute("PRAGMA foreign_keys=ON")


def drift(engine: Engine) -> list[str]:
    """How the database differs from the tables in the code; empty when migrations equal models."""
    with transaction(reading(engine)) as connection:
        context = MigrationContext.configure(connection, opts=OPTIONS)
        return [str(difference) for difference in compare_metadata(context, metadata)]
