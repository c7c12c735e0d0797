"""Polls share a transaction, and a poisoned one harms no other; places are filled whatever waits for its host."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from monitor.core.model import Outcome, Polled, PollPlan, Source
from monitor.errors import StoreError
from monitor.pipeline.recording import Recorder
from monitor.pipeline.slots import Job, Slots
from tests.integration.flow.conftest import NOW

PLAN = PollPlan(NOW + timedelta(hours=1), "every hour")


class Slow:
    """Store calls off the event loop that wait until they are let go; how large each was."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.sizes: list[int] = []

    async def __call__(self, method, *args):
        if method.__name__ == "record_polls":
            self.sizes.append(len(args[0]))
        await self.go.wait()
        return method(*args)


@pytest.fixture
def sources(store) -> list[str]:
    names = [f"s{number}" for number in range(5)]
    store.sync_sources([Source(name, f"https://{name}.example/", name) for name in names], NOW)
    return names


async def test_polls_that_end_while_one_is_stored_share_the_next_transaction(store, views, sources):
    run = Slow()
    recorder = Recorder(store, run)
    polls = [Polled(name, NOW, Outcome.UNCHANGED, status=304) for name in sources]
    first = asyncio.create_task(recorder.record(polls[0], PLAN, frozenset()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    others = [asyncio.create_task(recorder.record(polled, PLAN, frozenset())) for polled in polls[1:]]
    run.go.set()
    assert await asyncio.gather(first, *others) == [()] * 5
    assert run.sizes == [1, 4]
    assert all(row.state.next_poll_at == PLAN.next_poll_at for row in views.sources())


async def test_a_poll_that_the_store_refuses_fails_alone(store, views, sources):
    run = Slow()
    run.go.set()
    recorder = Recorder(store, run)
    polls = [Polled(name, NOW, Outcome.UNCHANGED, status=304) for name in (*sources[:2], "unknown", *sources[2:])]
    done = await asyncio.gather(*(recorder.record(item, PLAN, frozenset()) for item in polls), return_exceptions=True)
    assert [isinstance(item, StoreError) for item in done] == [False, False, True, False, False, False]
    assert all(row.state.last_success_at == NOW for row in views.sources())


async def test_who_no_longer_waits_for_his_poll_keeps_nobody_from_his(store, views, sources):
    run = Slow()
    recorder = Recorder(store, run)
    left, right = (
        asyncio.create_task(recorder.record(Polled(name, NOW, Outcome.UNCHANGED), PLAN, frozenset()))
        for name in sources[:2]
    )
    await asyncio.sleep(0)
    left.cancel()
    run.go.set()
    assert await right == ()


def test_of_polls_in_one_transaction_all_are_stored_or_none(store, views, sources):
    polls = [(Polled(name, NOW, Outcome.UNCHANGED), PLAN, frozenset[str]()) for name in (*sources, "unknown")]
    with pytest.raises(StoreError, match="unknown"):
        store.record_polls(polls)
    assert all(row.state.last_poll_at is None for row in views.sources())


async def test_a_group_that_is_full_neither_keeps_others_waiting_nor_makes_the_offers_be_read_for_each_job():
    """100 jobs of one slow group and one of another: that one runs beside them, and offers are asked for rarely."""
    under_way: Counter[str] = Counter()
    most: Counter[str] = Counter()
    done: list[int] = []
    asked = 0

    async def work(number: int, group: str) -> int:
        under_way[group] += 1
        most[group] = max(most[group], under_way[group])
        await asyncio.sleep(0)
        under_way[group] -= 1
        done.append(number)
        return number

    async def offers():
        nonlocal asked
        asked += 1
        jobs = [(number, "busy" if number else "other") for number in range(100, -1, -1) if number not in done]
        return [Job(number, group, lambda n=number, g=group: work(n, g)) for number, group in jobs]

    ended = await Slots[int](20, 2).run(offers, None)
    assert sorted(ended) == list(range(101))
    assert most == {"busy": 2, "other": 1}
    assert done.index(0) <= 2
    assert asked < 40
