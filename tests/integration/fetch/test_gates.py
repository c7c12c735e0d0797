"""Turns at hosts: counted by one process alone, and shared by several on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import pytest
import sqlalchemy as sa

from monitor.app.storing import StoreThread
from monitor.app.turns import StoredTurns
from monitor.errors import NotAskedError, StoreError
from monitor.fetch.gate import HostGate
from monitor.fetch.http import Http
from monitor.store import leases
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from monitor.store.tables import lease
from tests.contracts.gates import GateContract


class TestAlone(GateContract):
    @pytest.fixture
    def make(self):
        return HostGate


@pytest.fixture
async def shared(store) -> AsyncIterator[StoredTurns]:
    run = StoreThread()
    yield StoredTurns(store, run)
    await run.close(30)


@pytest.fixture
async def gates(shared) -> AsyncIterator:
    made = []

    def make(**how):
        made.append(HostGate(turns=shared, **how))
        return made[-1]

    yield make
    for gate in made:
        await gate.close()


class TestShared(GateContract):
    @pytest.fixture
    def make(self, gates):
        return gates


async def entered(gate, name="a", patience=0.1):
    """The visit; None where there was no turn in time."""
    with suppress(TimeoutError):
        return await gate.enter(name, patience)
    return None


async def test_places_are_counted_over_all_that_share_them(gates):
    one, two = gates(at_once=2, gap=0.0), gates(at_once=2, gap=0.0)
    first = await one.enter("a")
    await two.enter("a")
    assert await entered(one) is None
    assert await entered(two) is None
    assert await entered(two, "b") is not None
    one.leave("a", first)
    assert await entered(two, patience=30) is not None


async def test_the_gap_is_kept_over_all_that_share_it(gates):
    one, two = gates(at_once=5, gap=20.0), gates(at_once=5, gap=20.0)
    await one.enter("a")
    assert await entered(two, patience=1.0) is None


async def test_what_a_host_asked_one_for_counts_for_all(gates):
    one, two = gates(gap=0.0, longest=30.0), gates(gap=0.0, longest=30.0)
    one.leave("silent", await one.enter("silent"))
    visit = await one.enter("silent")
    one.silence("silent", 120.0)
    one.leave("silent", visit)
    await one.close()
    two.leave("silent", await two.enter("silent"))
    assert 100.0 < two.silent_for("silent") <= 120.0
    one.pace("slow", 20.0)
    one.leave("slow", await one.enter("slow"))
    assert await entered(two, "slow", patience=1.0) is None


async def test_nobody_starves_beside_one_who_always_has_the_next_request_ready(gates):
    greedy, modest = gates(at_once=1, gap=0.0), gates(at_once=1, gap=0.0)
    order = []

    async def visit(gate, who):
        visit = await gate.enter("a")
        order.append(who)
        await asyncio.sleep(0.01)
        gate.leave("a", visit)

    crowd = [asyncio.create_task(visit(greedy, "greedy")) for _ in range(12)]
    while not order:
        await asyncio.sleep(0.01)
    await visit(modest, "modest")
    await asyncio.gather(*crowd)
    assert order.index("modest") <= 3


async def test_the_place_of_a_killed_process_comes_back_when_its_time_is_over(gates, store):
    killed, living = gates(at_once=1, gap=0.0), gates(at_once=1, gap=0.0)
    await killed.enter("a", lasting=30.0)
    assert await entered(living) is None
    with store.writing() as connection:
        [mark] = [item for item in leases.held(connection, "host:a/") if item.name.startswith("host:a/place")]
        assert 20.0 < (mark.until - leases.clock(connection)).total_seconds() <= 30.0
        connection.execute(
            sa.update(lease).where(lease.c.name == mark.name).values(until=leases.clock(connection)),
        )
    assert await entered(living, patience=30) is not None


async def test_one_host_is_not_taken_for_another_whose_name_begins_alike(gates):
    gate = gates(at_once=1, gap=0.0)
    await gate.enter("news.example")
    assert await entered(gate, "news.example.org") is not None
    assert await entered(gate, "news.exampl") is not None
    long = "x" * 300
    await gate.enter(long + "a")
    assert await entered(gate, long + "b") is not None
    assert await entered(gate, long + "a") is None


async def test_nothing_is_left_when_all_have_left_and_times_are_over(gates, store):
    gate = gates(at_once=1, gap=0.0)
    await asyncio.gather(*[visiting(gate) for _ in range(4)])
    await gate.close()
    with store.writing() as connection:
        leases.sweep(connection)
        assert leases.held(connection, "host:") == []


async def visiting(gate):
    gate.leave("a", await gate.enter("a"))


@pytest.fixture
def away(closed_port) -> Iterator[SqlStore]:
    engine = create_engine(f"postgresql://monitor:none@127.0.0.1:{closed_port}/monitor")
    yield SqlStore(engine)
    engine.dispose()


@pytest.fixture
def closed_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


async def test_while_the_database_is_away_no_host_is_asked_and_none_is_blamed(away, newsroom):
    turns = StoredTurns(away, asyncio.to_thread)
    async with Http(user_agent="t", allow_networks=["127.0.0.0/8"], turns=turns) as http:
        with pytest.raises(NotAskedError) as caught:
            await http.get(newsroom.says("/feed", "x"))
        assert isinstance(caught.value.__cause__, StoreError)
        assert "whose turn at 127.0.0.1 it is cannot be known" in str(caught.value)
    assert newsroom.requests == []


async def test_a_request_frees_its_place_also_when_it_fails(shared, newsroom, store):
    async with Http(user_agent="t", allow_networks=["127.0.0.0/8"], min_gap=0.0, turns=shared) as http:
        await http.get(newsroom.says("/feed", "x"))
        with pytest.raises(Exception, match="404"):
            await http.get(newsroom.root + "/nothing")
    with store.writing() as connection:
        assert [item.name for item in leases.held(connection, "host:127.0.0.1/place")] == []


async def test_a_host_that_answers_429_is_left_alone_by_the_other_client_too(shared, newsroom):
    def client():
        return Http(user_agent="t", allow_networks=["127.0.0.0/8"], min_gap=0.0, turns=shared)

    async with client() as one, client() as two:
        with pytest.raises(Exception, match="429"):
            await one.get(newsroom.says("/feed", "x", 429, Retry_After="600"))
        await one.close()
        with pytest.raises(NotAskedError, match="asked to be left alone for"):
            await two.get(newsroom.says("/page", "x"))
    assert [request.path for request in newsroom.requests] == ["/feed"]
