"""Many sources at once: what politeness puts off, from a real server to both databases, and whose turn it is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from monitor.core.health import health
from monitor.core.model import Outcome, PollState, Source
from monitor.fetch.client import WebFetcher
from monitor.fetch.http import Http
from monitor.fetch.workers import Workers
from monitor.pipeline import Pipeline
from monitor.store.sql import SqlStore
from tests.integration.flow.conftest import MINUTE
from tests.servers import Answer, Outlets

SOURCES = ("busy", "calm", "third")


@pytest.fixture
async def pipeline(store, desk, clock, outlets: Outlets) -> AsyncIterator[Pipeline]:
    """Three sources on one host, asked one after the other; the first is refused for half an hour."""
    for name in SOURCES:
        outlets.publish(name, "Ferry", "The ferry came in.", clock())
    outlets.answer("/busy/feed", Answer(status=429, headers={"Retry-After": "1800"}))
    listed = [Source(name, outlets.feed_url(name), name) for name in SOURCES]
    store.sync_sources(listed, clock())
    async with (
        Http(user_agent="t", allow_networks=["127.0.0.0/8"], min_gap=0.0) as http,
        Workers(1, preload=("monitor.fetch.feeds",)) as workers,
    ):
        yield Pipeline(
            store,
            WebFetcher(http, workers),
            desk,
            listed,
            now=clock,
            run=asyncio.to_thread,
            fresh=timedelta(days=2),
            per_host=1,
        )


async def test_sources_of_a_host_that_asked_for_silence_wait_without_failing(pipeline, outlets, views, clock):
    with capture_logs() as logs:
        polls = await pipeline.poll_due(everything=True)
    assert [poll.polled.outcome for poll in polls] == [Outcome.TEMPORARY, Outcome.POSTPONED, Outcome.POSTPONED]
    assert [poll.asked for poll in polls] == [True, False, False]
    assert outlets.asked == ["/busy/feed"]
    assert [line["source"] for line in logs if line["log_level"] == "warning"] == ["busy"]
    for row in views.sources():
        assert row.state.failures == (row.source.id == "busy")
        assert row.state.next_poll_at >= clock() + 29 * MINUTE
        if row.source.id != "busy":
            assert (row.state.status, row.state.error, row.state.last_poll_at) == ("new", "", None)
            assert row.plan.startswith("waiting: 127.0.0.1 asked to be left alone until 2026-11-02 12:")
            told = health(row.state, row.source, clock(), row.plan)
            assert (told.word, told.cause) == ("new", f"not asked yet; {row.plan}")


async def test_being_put_off_again_and_again_adds_nothing_up(pipeline, views, clock):
    for _ in range(3):
        await pipeline.poll_due(everything=True)
        row = next(row for row in views.sources() if row.source.id == "third")
        assert row.state.failures == 0
        assert row.state.next_poll_at - clock() < 36 * MINUTE, "half an hour, and its place in the minutes after it"
        clock.advance(MINUTE)


class Looks:
    """A store that remembers how many sources each look at it found due."""

    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self.found: list[int] = []

    def due_sources(self, *asked: Any) -> list[tuple[str, PollState]]:
        due = self._store.due_sources(*asked)
        self.found.append(len(due))
        return due

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.fixture
def crowded(store, publisher, desk, clock) -> tuple[Pipeline, Looks]:
    """Ninety sources of one host, due before ten of others; there are two places, one for each host."""
    crowd = [Source(f"crowd-{number}", f"https://crowd.example/{number}", "Crowd") for number in range(90)]
    others = [Source(f"other-{number}", f"https://other-{number}.example/feed", "Other") for number in range(10)]
    store.sync_sources([*crowd, *others], clock())
    looks = Looks(store)
    listed = [*crowd, *others]
    fresh = timedelta(days=2)
    return Pipeline(
        looks, publisher, desk, listed, now=clock, run=asyncio.to_thread, fresh=fresh, places=2, per_host=1
    ), looks


async def test_a_look_takes_what_can_soon_begin_and_all_are_asked_in_the_end(crowded, publisher):
    pipeline, looks = crowded
    polls = await pipeline.poll_due()
    assert len(polls) == len({poll.polled.source_id for poll in polls}) == 100
    assert max(looks.found) <= 20
    assert set(publisher.asked.values()) == {1}


async def test_a_crowd_of_one_host_keeps_no_other_host_waiting(crowded, publisher):
    pipeline, _ = crowded
    await pipeline.poll_due()
    order = list(publisher.asked)
    assert max(order.index(f"other-{number}") for number in range(10)) < 40


async def test_everything_is_everything_also_where_nothing_is_due(crowded, clock):
    pipeline, looks = crowded
    await pipeline.poll_due()
    assert await pipeline.poll_due() == []
    looks.found.clear()
    assert len(await pipeline.poll_due(everything=True)) == 100
    assert looks.found == [100]
