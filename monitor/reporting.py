"""What delivery tells the outbox: together where it can be, later where the store refuses.

A commit waits for the disk. What the lanes have to tell while one transaction is under way shares the next; one for
each would be most of the work of sending.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from monitor.errors import StoreError
from monitor.ports import Call, Outbox

log = structlog.get_logger(__name__)

Run = Callable[..., Awaitable[Any]]


class Reporting:
    """Calls to the outbox in the order in which they come. `run(fn, *args)` calls the store off the event loop."""

    def __init__(self, outbox: Outbox, run: Run):
        self._outbox, self._run = outbox, run
        self._waiting: list[tuple[Call, asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None
        self._late: deque[Call] = deque()
        self._catching_up = asyncio.Lock()

    @property
    def behind(self) -> bool:
        """Does the store not know yet what has happened?"""
        return bool(self._late)

    async def tell(self, method: str, *args: Any) -> None:
        """Raises what the store raises for this call."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(((method, args), done))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store_all())
        await done

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

    async def _store_all(self) -> None:
        batch: list[tuple[Call, asyncio.Future[None]]] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._together(batch)
        finally:
            self._storing = None
            for _, done in (*batch, *self._waiting):  # none is left but when this was cancelled
                done.cancel()
            self._waiting.clear()

    async def _together(self, batch: list[tuple[Call, asyncio.Future[None]]]) -> None:
        """In one transaction; where that fails, each in its own, so that a poisoned one harms no other."""
        try:
            await self._run(self._outbox.together, [call for call, _ in batch])
        except Exception as error:
            if len(batch) > 1:
                for one in batch:
                    await self._together([one])
            elif not batch[0][1].done():
                batch[0][1].set_exception(error)
            return
        for _, done in batch:
            if not done.done():
                done.set_result(None)
