"""Store calls that share a transaction: what comes while one is under way shares the next.

A commit waits for the disk; one for each call would be most of the work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar

Run = Callable[..., Awaitable[Any]]
T = TypeVar("T")
R = TypeVar("R")


class Together(Generic[T, R]):
    """Stores items in the order in which they come.

    `store_all` stores some in one transaction, all of them or none, with an answer for each. `run(fn, *args)` calls it
    off the event loop.
    """

    def __init__(self, store_all: Callable[[Sequence[T]], Sequence[R]], run: Run):
        self._store_all, self._run = store_all, run
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def store(self, item: T) -> R:
        """Raises what the store raises for this one."""
        done: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._storing is None:
            self._storing = asyncio.create_task(self._go_on())
        return await done

    async def _go_on(self) -> None:
        batch: list[tuple[T, asyncio.Future[R]]] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._at_once(batch)
        finally:
            self._storing = None
            for _, done in (*batch, *self._waiting):  # none is left but when this was cancelled
                done.cancel()
            self._waiting.clear()

    async def _at_once(self, batch: list[tuple[T, asyncio.Future[R]]]) -> None:
        """In one transaction; where that fails, each in its own, so that a poisoned one harms no other."""
        try:
            answers = await self._run(self._store_all, [item for item, _ in batch])
        except Exception as error:
            if len(batch) > 1:
                for one in batch:
                    await self._at_once([one])
            elif not batch[0][1].done():
                batch[0][1].set_exception(error)
            return
        for (_, done), answer in zip(batch, answers, strict=True):
            if not done.done():
                done.set_result(answer)
