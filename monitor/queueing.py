"""Batches of work on their way from the scheduler to the workers: procrastinate on PostgreSQL, as far as we need it.

The tables stay the truth: a batch names what is due there, and whoever takes it up looks there again. So a batch that
is lost or comes twice does no harm. It is put in the transaction that leases what it names; what a dead worker had is
found by its heartbeat (`lost`), for nothing does that by itself. Neither locks nor retries of the queue are used.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog

from monitor.errors import StoreError

try:
    import procrastinate
    import psycopg
    from procrastinate.exceptions import ConnectorException
    from procrastinate.schema import SchemaManager
except ImportError:  # the extra `postgres` is not installed: there is no queue then
    procrastinate = None  # type: ignore[assignment]

log = structlog.get_logger(__name__)

QUEUE = "news"
TABLES = "procrastinate_"  # how its tables begin
HEARTBEAT = 10.0  # seconds between two signs of life of a worker
DEAD_AFTER = 40.0  # seconds without one
LOOK = 1.0  # seconds between two looks for work, where no word of new work comes through
_PAUSES = (1.0, 2.0, 5.0, 10.0)  # seconds before a worker that lost the database begins again

Handle = Callable[["Batch"], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Work of one `kind` for one worker: the `ids` of what is due, leased to `token`."""

    kind: str
    token: str
    ids: tuple[str, ...]


# --- its schema ------------------------------------------------------------------------------


def prepare(connection: Any) -> None:
    """Make its tables, or bring them to the version that is installed. `connection` of psycopg; the caller commits."""
    there = installed(connection)
    if there == wanted():
        return
    for script in [SchemaManager.get_schema()] if there is None else _steps(there, wanted()):
        connection.execute(script)
    connection.execute(f"COMMENT ON TABLE {TABLES}jobs IS 'procrastinate {wanted()}'")


def wanted() -> str:
    """The version that this program works with."""
    return version("procrastinate")


def installed(connection: Any) -> str | None:
    """The version whose tables the database has; None where it has none."""
    row = connection.execute(f"SELECT obj_description(to_regclass('{TABLES}jobs'), 'pg_class')").fetchone()
    return str(row[0]).removeprefix("procrastinate ") if row and row[0] else None


def _steps(there: str, wanted: str) -> list[str]:
    """What its migrations do between the two versions, in order. They are named after the version that they make."""
    steps = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    return [step.read_text() for step in steps if _numbers(there) < _numbers(step.name) <= _numbers(wanted)]


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.split(r"[._]", name)[:3])


# --- the scheduler's side --------------------------------------------------------------------


def put(connection: Any, batches: Sequence[Batch]) -> None:
    """In the transaction of `connection`, which is psycopg's."""
    app = procrastinate.App(connector=procrastinate.SyncPsycopgConnector())  # never opened: it speaks by `connection`
    kinds: dict[str, list[dict[str, Any]]] = {}
    for batch in batches:
        kinds.setdefault(batch.kind, []).append({"token": batch.token, "ids": list(batch.ids)})
    for kind, arguments in kinds.items():
        app.configure_task(kind, queue=QUEUE, connection=connection).batch_defer(*arguments)


def waiting(connection: Any) -> Mapping[str, int]:
    """How many batches of each kind nobody has taken up."""
    counted = f"SELECT task_name, count(*) FROM {TABLES}jobs WHERE status = 'todo' GROUP BY task_name"  # noqa: S608
    return dict(connection.execute(counted).fetchall())


# --- the worker's side -----------------------------------------------------------------------


class Queue:
    """Takes batches up, and finds those whose worker is gone. `url` of the database, as the settings have it;
    `parameters` are libpq's for each connection."""

    def __init__(self, url: str, parameters: Mapping[str, str | int], connections: int = 4):
        self._url, self._connections = _conninfo(url), connections
        self._parameters = dict(parameters)
        self.connected: bool | None = None  # whether batches are taken up; None before that begins

    async def work(self, handlers: Mapping[str, Handle], at_once: int, stopping: asyncio.Event) -> None:
        """Hand batches to the handler of their kind, so many at once, until `stopping`; those under way are ended.

        Where the database goes away it begins again. A handler's mistakes are its own: they are logged, and nothing
        is tried again from here.
        """
        failures = 0
        while not stopping.is_set():
            try:
                await self._work(handlers, at_once, stopping)
                failures = 0
            except (ConnectorException, psycopg.Error, OSError) as error:
                pause = _PAUSES[min(failures, len(_PAUSES) - 1)]
                failures += 1
                log.warning("the queue is out of reach, trying again", problem=_words(error), seconds=pause)
                with suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), pause)

    async def _work(self, handlers: Mapping[str, Handle], at_once: int, stopping: asyncio.Event) -> None:
        async with self._open() as app:
            for kind, handle in handlers.items():
                app.task(name=kind, queue=QUEUE)(_task(kind, handle))
            working = asyncio.create_task(
                app.run_worker_async(
                    queues=[QUEUE],
                    concurrency=at_once,
                    install_signal_handlers=False,
                    fetch_job_polling_interval=LOOK,
                    delete_jobs="always",
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=DEAD_AFTER,
                )
            )
            ending = asyncio.create_task(stopping.wait())
            self.connected = True
            try:
                await asyncio.wait({working, ending}, return_when=asyncio.FIRST_COMPLETED)
            finally:
                self.connected = False
                ending.cancel()
                working.cancel()
                with suppress(asyncio.CancelledError):
                    await working

    async def lost(self, give_back: Callable[[Batch], Awaitable[None]]) -> int:
        """Take away the batches whose workers gave no sign of life; `give_back` is told of each before. How many."""
        try:
            async with self._open() as app:
                stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER))
                for job in stalled:
                    await give_back(Batch(job.task_name, str(job.task_kwargs["token"]), _ids(job.task_kwargs["ids"])))
                    assert job.id is not None
                    await app.job_manager.finish_job_by_id_async(job.id, procrastinate.jobs.Status.FAILED, True)
                return len(stalled)
        except (ConnectorException, psycopg.Error, OSError) as error:
            raise StoreError(f"the queue is out of reach: {_words(error)}", unavailable=True) from error

    def _open(self) -> Any:
        connector = procrastinate.PsycopgConnector(
            conninfo=self._url, kwargs=self._parameters, min_size=1, max_size=self._connections
        )
        return procrastinate.App(connector=connector).open_async()


def quiet() -> None:
    """Its own lines tell of every batch; ours tell what came of it."""
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)


def _task(kind: str, handle: Handle) -> Callable[..., Awaitable[None]]:
    async def work(token: str, ids: list[str]) -> None:
        try:
            await handle(Batch(kind, token, _ids(ids)))
        except StoreError as error:
            log.warning("work left for later", kind=kind, problem=str(error))
        except Exception as error:
            log.error("work broke", kind=kind, ids=ids, exc_info=error)

    return work


def _ids(given: Sequence[object]) -> tuple[str, ...]:
    return tuple(map(str, given))


def _conninfo(url: str) -> str:
    """As libpq reads it: SQLAlchemy's form names the driver, too."""
    scheme = urlsplit(url).scheme
    return url.replace(scheme, "postgresql", 1)


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:300]
