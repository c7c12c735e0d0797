"""Politeness per host: few at a time, a gap between them, silence when the host asked for it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from statistics import median
from uuid import uuid4

from monitor.core.turns import Asking
from monitor.errors import StoreError
from monitor.ports import HostTurns

FIRST_SILENCE = 60.0  # seconds, after a refusal that named no time; twice as long after each one more in a row
LONGEST_SILENCE = 900.0
_OF_OUR_TIME = 2.0  # the gap as a multiple of what an answer takes: we keep a host busy for half of the time at most
_REMEMBERED = 5  # answers whose time counts: a host that recovers is trusted again after three
_CLOSING = 5.0  # seconds
_KEEP = 5000  # hosts remembered, at about a kilobyte, before idle ones are forgotten


@dataclass(slots=True)
class _Host:
    slots: asyncio.Semaphore
    users: int = 0
    started: float = float("-inf")  # loop time at which the last one began
    silent_until: float = 0.0
    refusals: int = 0  # in a row
    wished: float = 0.0  # the gap that the host itself asks for
    took: list[float] = field(default_factory=list)
    pacing: asyncio.Lock = field(default_factory=asyncio.Lock)


class HostGate:
    """Lets at most `at_once` requests into one host, their starts `gap` seconds apart.

    A host that is slow to answer, or asks for it (`pace`), has a longer gap: up to `longest` seconds.
    With a `gap` of 0 nothing but its own wish slows a host down. With `turns` all of this holds over all processes
    that share them: whoever is first in here asks there.
    """

    def __init__(
        self, at_once: int = 2, gap: float = 1.0, longest: float = 30.0, turns: HostTurns | None = None
    ) -> None:
        self._at_once = at_once
        self._gap = gap
        self._longest = longest
        self._hosts: dict[str, _Host] = {}
        self._turns = turns
        self._us, self._numbers = uuid4().hex, count(1)
        self._leaving: set[asyncio.Task[None]] = set()

    async def enter(self, name: str, patience: float | None = None, lasting: float = 60.0) -> str:
        """Take one of the host's places until `leave`, which is given what this returns. Waits for a free one and for
        the gap; raises TimeoutError after `patience` seconds, and StoreError where nobody can tell whose turn it is.

        A request takes `lasting` seconds at most: then the place is somebody else's. The host may turn out to be
        silent (`silent_for`).
        """
        host = self._host(name)
        host.users += 1
        try:
            if self._turns or host.slots.locked() or host.pacing.locked() or self._wait(host) > 0:
                async with asyncio.timeout(patience):
                    return await self._take(name, host, lasting)
            return await self._take(name, host, lasting)
        except BaseException:
            host.users -= 1
            raise

    def leave(self, name: str, visit: str = "") -> None:
        host = self._hosts[name]
        host.users -= 1
        host.slots.release()
        if visit:
            self._give_back(name, visit, self.silent_for(name))

    async def close(self) -> None:
        """Wait until all is given back, but for a database that hangs not long: it runs out by itself."""
        if self._leaving:
            await asyncio.wait(self._leaving, timeout=_CLOSING)

    async def _take(self, name: str, host: _Host, lasting: float) -> str:
        await host.slots.acquire()
        try:
            async with host.pacing:
                visit = ""
                if self._turns is not None:
                    visit = await self._turn(self._turns, name, host, lasting)
                elif (wait := self._wait(host)) > 0:
                    await asyncio.sleep(wait)
                host.started = asyncio.get_running_loop().time()
                return visit
        except BaseException:
            host.slots.release()
            raise

    async def _turn(self, turns: HostTurns, name: str, host: _Host, lasting: float) -> str:
        """Our name there, once the turn has come; "" where the host is silent."""
        gap = self._gap_of(host)
        asking = Asking(f"{self._us}#{next(self._numbers)}", self._at_once, gap, gap > self._gap, lasting)
        try:
            while True:
                turn = await turns.ask(name, asking)
                if turn.silent > 0:
                    self.silence(name, turn.silent)
                    return ""
                await asyncio.sleep(turn.after)
                if turn.place:
                    return asking.owner
        except BaseException as error:
            if not isinstance(error, StoreError):
                self._give_back(name, asking.owner)
            raise

    def _give_back(self, name: str, visit: str, silence: float = 0.0) -> None:
        """Beside what comes next; what cannot be given back runs out by itself."""
        turns = self._turns
        assert turns is not None

        async def leave() -> None:
            with suppress(StoreError):
                await turns.leave(name, visit, silence)

        task = asyncio.create_task(leave())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    def _wait(self, host: _Host) -> float:
        """Seconds until the next one may begin."""
        return host.started + self._gap_of(host) - asyncio.get_running_loop().time()

    def gap(self, name: str) -> float:
        """Seconds between the starts of two requests to this host, as things are."""
        host = self._hosts.get(name)
        return self._gap_of(host) if host else self._gap

    def pace(self, name: str, seconds: float) -> None:
        """The host asks for so long a gap; 0 when it asks for none any more."""
        self._host(name).wished = seconds

    def answered(self, name: str, seconds: float, *, refused: bool = False) -> None:
        """The host took so long to begin its answer, or to give none; `refused`: it has too much to do."""
        host = self._host(name)
        host.took = [*host.took, seconds][-_REMEMBERED:]
        host.refusals = host.refusals + 1 if refused else 0

    def silence(self, name: str, seconds: float | None = None) -> None:
        """The host asked to be left alone for so long; None: it did not say for how long."""
        host = self._host(name)
        if seconds is None:
            seconds = min(FIRST_SILENCE * 2 ** min(max(host.refusals - 1, 0), 10), LONGEST_SILENCE)
        host.silent_until = max(host.silent_until, asyncio.get_running_loop().time() + seconds)

    def silent_for(self, name: str) -> float:
        """Seconds that the host still wants to be left alone; 0 when it may be asked."""
        host = self._hosts.get(name)
        return max(0.0, host.silent_until - asyncio.get_running_loop().time()) if host else 0.0

    def _gap_of(self, host: _Host) -> float:
        slow = _OF_OUR_TIME * median(host.took) if host.took and self._gap > 0 else 0.0
        return max(self._gap, min(max(slow, host.wished), self._longest))

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is not None:
            return host
        if len(self._hosts) >= _KEEP:
            now = asyncio.get_running_loop().time()
            self._hosts = {
                key: host
                for key, host in self._hosts.items()
                if host.users or host.started + self._gap_of(host) > now or host.silent_until > now
            }
        host = self._hosts[name] = _Host(asyncio.Semaphore(self._at_once))
        return host
