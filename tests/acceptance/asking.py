"""A process that asks one host for pages through the guarded client, its turns shared with others by the database."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

from monitor import logs
from monitor.app.storing import StoreThread
from monitor.app.turns import StoredTurns
from monitor.fetch.http import Http
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore


@dataclass(frozen=True)
class Errand:
    """The database, the pages, and how politely: at once, and seconds between two starts."""

    url: str
    pages: Sequence[str]
    per_host: int
    gap: float
    timeout: float = 30.0


def ask(errand: Errand, done: Connection) -> None:
    """Ask for all pages at once; tells `done` that it begins, and how many were had."""
    logs.configure(level="CRITICAL")
    asyncio.run(_ask(errand, done))


async def _ask(errand: Errand, done: Connection) -> None:
    engine = create_engine(errand.url)
    run = StoreThread()
    turns = StoredTurns(SqlStore(engine), run)
    async with Http(
        user_agent="t", allow_networks=["127.0.0.0/8"], per_host=errand.per_host, min_gap=errand.gap, turns=turns
    ) as http:
        done.send(0)
        answers = await asyncio.gather(*(http.get(page, timeout=errand.timeout) for page in errand.pages))
    done.send(len(answers))
    await run.close(10)
    engine.dispose()
