"""What every `HostGate` promises, whether it counts by itself or shares its turns with other processes.

class TestMine(GateContract):
    @pytest.fixture
    def make(self): return lambda **how: HostGate(**how)
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from itertools import pairwise

import pytest

from monitor.fetch.gate import HostGate

Make = Callable[..., HostGate]


class GateContract:
    async def test_no_more_than_so_many_are_inside_at_a_time_and_all_get_in(self, make: Make) -> None:
        gate = make(at_once=2, gap=0.0)
        inside = most = done = 0

        async def visit() -> None:
            nonlocal inside, most, done
            visit = await gate.enter("a")
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.02)
            inside -= 1
            done += 1
            gate.leave("a", visit)

        await asyncio.gather(*(visit() for _ in range(7)))
        assert (most, done) == (2, 7)

    async def test_starts_are_a_gap_apart_and_other_hosts_do_not_wait(self, make: Make) -> None:
        gate = make(at_once=3, gap=0.3)
        loop = asyncio.get_running_loop()
        starts: list[tuple[str, float]] = []

        async def visit(host: str) -> None:
            visit = await gate.enter(host)
            starts.append((host, loop.time()))
            gate.leave(host, visit)

        await asyncio.gather(*(visit(host) for host in ("a", "a", "a", "b")))
        times = [time for host, time in starts if host == "a"]
        assert {host for host, _ in starts[:2]} == {"a", "b"}
        assert all(later - earlier >= 0.15 for earlier, later in pairwise(times))
        assert times[-1] - times[0] >= 0.45

    async def test_who_has_no_turn_in_time_gives_up_and_leaves_no_trace(self, make: Make) -> None:
        gate = make(at_once=1, gap=0.0)
        first = await gate.enter("a")
        for _ in range(2):
            with pytest.raises(TimeoutError):
                await gate.enter("a", patience=0.05)
        gate.leave("a", first)
        async with asyncio.timeout(30):
            gate.leave("a", await gate.enter("a"))

    async def test_who_is_cancelled_while_waiting_leaves_no_trace(self, make: Make) -> None:
        gate = make(at_once=1, gap=0.0)
        first = await gate.enter("a")
        waiting = [asyncio.create_task(gate.enter("a")) for _ in range(3)]
        await asyncio.sleep(0.05)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        gate.leave("a", first)
        async with asyncio.timeout(30):
            gate.leave("a", await gate.enter("a"))

    async def test_the_gap_is_as_long_as_the_host_wishes(self, make: Make) -> None:
        gate = make(at_once=3, gap=0.0, longest=30.0)
        gate.pace("a", 20.0)
        gate.leave("a", await gate.enter("a"))
        with pytest.raises(TimeoutError):
            await gate.enter("a", patience=1.0)

    async def test_a_host_that_asked_for_it_is_silent_for_who_comes_next(self, make: Make) -> None:
        gate = make()
        visit = await gate.enter("a")
        gate.silence("a", 60.0)
        gate.leave("a", visit)
        assert 50.0 < gate.silent_for("a") <= 60.0
        assert gate.silent_for("b") == 0.0
