"""What delivery tells the outbox: together where it can be, later where the store refuses."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from typing import Any

import structlog

from monitor.errors import StoreError
from monitor.ports import Call, Outbox, Owner
from monitor.together import Run, Together

log = structlog.get_logger(__name__)


class Reporting:
    """Calls to the outbox in the order in which they come. `run(fn, *args)` calls the store off the event loop;
    `owner`: who tells it, among several senders."""

    def __init__(self, outbox: Outbox, run: Run, owner: Owner | None = None):
        self._outbox, self._owner = outbox, owner
        self._calls: Together[Call, None] = Together(self._tell_all, run)
        self._late: deque[Call] = deque()
        self._catching_up = asyncio.Lock()

    @property
    def behind(self) -> bool:
        """Does the store not know yet what has happened?"""
        return bool(self._late)

    async def tell(self, method: str, *args: Any) -> None:
        """Raises what the store raises for this call."""
        await self._calls.store((method, args))

    def _tell_all(self, calls: Sequence[Call]) -> list[None]:
        self._outbox.together(calls, self._owner)
        return [None] * len(calls)

    async def report(self, method: str, *args: Any) -> None:
        """The same of what has happened: what the store does not take now it is told by `catch_up`."""
        try:
            await self.tell(method, *args)
        except Exception as error:  # its lane goes on
            if isinstance(error, StoreError) and not error.permanent:
                self._late.append((method, args))
                log.warning("the store refuses, to be recorded later", what=method, problem=str(error))
            else:
                log.error("not recorded, it may be repeated", what=method, error=repr(error))

    async def catch_up(self) -> None:
        """Raises StoreError while the store still refuses."""
        async with self._catching_up:
            while self._late:
                method, args = self._late[0]
                try:
                    await self.tell(method, *args)
                except StoreError as error:
                    if not error.permanent:
                        raise
                    log.error("not recorded, it may be repeated", what=method, error=str(error))
                self._late.popleft()
