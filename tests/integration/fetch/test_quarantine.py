"""What cost a worker process, or was made to, is not parsed again: with real processes and a real database."""

from __future__ import annotations

import os
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.core.model import Outcome, PollState, Source
from monitor.errors import HostileError, StoreError, UnreadableError
from monitor.fetch.client import WebFetcher
from monitor.fetch.quarantine import Quarantine
from monitor.fetch.workers import Workers
from monitor.store import migrate, quarantine
from monitor.store.engine import create_engine, transaction
from monitor.store.sql import SqlStore

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
URL = "https://wire.example/feed"
BOMB = b'<!DOCTYPE r [<!ENTITY a "xx"><!ENTITY b "&a;&a;">]><rss><channel><title>&b;</title></channel></rss>'


async def here(function, *arguments):
    return function(*arguments)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def engine(tmp_path: Path):
    engine = create_engine(f"sqlite:///{tmp_path}/monitor.db")
    migrate.upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def shelf(engine) -> Quarantine:
    return Quarantine(SqlStore(engine), here, Clock())


@pytest.fixture
async def workers(engine, clock) -> AsyncIterator[Workers]:
    async with Workers(1, preload=(), quarantine=Quarantine(SqlStore(engine), here, clock)) as pool:
        yield pool


def sleep(body: bytes, url: str, seconds: float) -> str:
    time.sleep(seconds)
    return "done"


def crash(body: bytes, url: str) -> None:
    os._exit(3)


def devour(body: bytes, url: str) -> int:
    return len(bytearray(2 << 30))


def rows(engine):
    with transaction(engine) as connection:
        return quarantine.listed(connection)


@pytest.mark.parametrize("reader", [crash, devour])
async def test_a_document_that_crashed_a_worker_reaches_no_other(engine, workers, reader):
    with pytest.raises(HostileError):
        await workers.run(reader, b"one", URL)
    with pytest.raises(UnreadableError, match="in quarantine and were not read again: "):
        await workers.run(sleep, b"one", URL, 0.0)
    assert await workers.run(sleep, b"two", URL, 0.0) == "done"
    (row,) = rows(engine)
    assert (row.url, row.times, row.held, row.first_at) == (URL, 1, True, NOW)


async def test_a_document_that_only_took_long_is_tried_once_more(engine, workers, clock):
    for times in (1, 2):
        with pytest.raises(HostileError, match="took longer"):
            await workers.run(sleep, b"one", URL, 60.0, timeout=0.1)
        (row,) = rows(engine)
        assert (row.times, row.held) == (times, times == 2)
    with pytest.raises(UnreadableError, match="in quarantine"):
        await workers.run(sleep, b"one", URL, 0.0)


async def test_what_an_operator_clears_is_read_again_within_a_minute(engine, workers, clock):
    with pytest.raises(HostileError):
        await workers.run(crash, b"one", URL)
    with pytest.raises(UnreadableError, match="in quarantine"):
        await workers.run(sleep, b"one", URL, 0.0)
    with transaction(engine) as connection:
        assert quarantine.clear(connection, [row.digest for row in quarantine.listed(connection)]) == 1
    clock.now += timedelta(minutes=1)
    assert await workers.run(sleep, b"one", URL, 0.0) == "done"


async def test_a_restart_forgets_nothing(engine, workers):
    with pytest.raises(HostileError):
        await workers.run(crash, b"one", URL)
    async with Workers(1, preload=(), quarantine=Quarantine(SqlStore(engine), here, Clock())) as others:
        with pytest.raises(UnreadableError, match="in quarantine"):
            await others.run(sleep, b"one", URL, 0.0)


async def test_a_page_that_is_merely_no_article_is_not_held(engine, workers):
    with pytest.raises(UnreadableError):
        await workers.run(int, "x")
    with pytest.raises(UnreadableError):
        await workers.run(int, b"x")
    assert rows(engine) == []


async def test_a_store_that_refuses_costs_the_note_and_not_the_reading():
    class Refusing:
        def quarantined(self):
            raise StoreError("no")

        def quarantine(self, *arguments):
            raise StoreError("no")

    async with Workers(1, preload=(), quarantine=Quarantine(Refusing(), here, Clock())) as pool:
        with pytest.raises(HostileError, match="crashed"):
            await pool.run(crash, b"one", URL)
        assert await pool.run(sleep, b"one", URL, 0.0) == "done"


async def test_a_hostile_feed_is_shown_and_its_next_version_is_read(newsroom, http, engine, workers):
    fetcher = WebFetcher(http, workers)
    source = Source("wire", newsroom.says("/feed", BOMB), "Wire")
    first = await fetcher.poll(source, PollState(), NOW)
    again = await fetcher.poll(source, PollState(), NOW)
    assert (first.outcome, again.outcome) == (Outcome.SOFT, Outcome.SOFT)
    assert "hostile XML" in first.message
    assert "quarantine" in again.message
    (row,) = rows(engine)
    assert (row.url, row.held) == (source.url, True)
    assert row.reason.startswith("hostile XML")
    newsroom.says("/feed", "<rss version='2.0'><channel><item><title>One</title></item></channel></rss>")
    assert (await fetcher.poll(source, PollState(), NOW)).outcome is Outcome.FRESH
