"""Politeness per host: few at a time, a gap between them, silence when the host asked for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_KEEP = 1000  # hosts remembered before idle ones are forgotten


@dataclass(slots=True)
class _Host:
    slots: asyncio.Semaphore
    users: int = 0
    next_start: float = 0.0  # loop time before which nobody starts
    silent_until: float = 0.0
    pacing: asyncio.Lock = field(default_factory=asyncio.Lock)


class HostGate:
    """Lets at most `at_once` requests into one host, their starts `gap` seconds apart."""

    def __init__(self, at_once: int = 2, gap: float = 1.0) -> None:
        self._at_once = at_once
        self._gap = gap
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Hold one of the host's places; waits for a free one and for the gap."""
        host = self._host(name)
        host.users += 1
        try:
            async with host.slots:
                async with host.pacing:
                    loop = asyncio.get_running_loop()
                    await asyncio.sleep(max(0.0, host.next_start - loop.time()))
                    host.next_start = loop.time() + self._gap
                yield
        finally:
            host.users -= 1

    def silence(self, name: str, seconds: float) -> None:
        """The host asked to be left alone for so long."""
        host = self._host(name)
        host.silent_until = max(host.silent_until, asyncio.get_running_loop().time() + seconds)

    def silent_for(self, name: str) -> float:
        """Seconds that the host still wants to be left alone; 0 when it may be asked."""
        host = self._hosts.get(name)
        return max(0.0, host.silent_until - asyncio.get_running_loop().time()) if host else 0.0

    def _host(self, name: str) -> _Host:
        if name not in self._hosts and len(self._hosts) >= _KEEP:
            now = asyncio.get_running_loop().time()
            self._hosts = {
                key: host
                for key, host in self._hosts.items()
                if host.users or host.next_start > now or host.silent_until > now
            }
        return self._hosts.setdefault(name, _Host(asyncio.Semaphore(self._at_once)))
