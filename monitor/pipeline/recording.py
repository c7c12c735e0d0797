"""Polls are stored together: what is answered while one transaction is under way shares the next.

A commit waits for the disk, and most polls bring nothing but a new plan; one for each of them would be most
of the work of polling.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from monitor.core.model import Polled, PollPlan
from monitor.ports import ArticleStore

Run = Callable[..., Awaitable[Any]]
Record = tuple[Polled, PollPlan, frozenset[str]]


class Recorder:
    """Stores polls in the order in which they come. `run(fn, *args)` calls the store off the event loop."""

    def __init__(self, store: ArticleStore, run: Run):
        self._store, self._run = store, run
        self._waiting: list[tuple[Record, asyncio.Future[int]]] = []
        self._storing: asyncio.Task[None] | None = None

    async def record(self, polled: Polled, plan: PollPlan, learn_only: frozenset[str]) -> int:
        """How many of its entries were new. Raises what the store raises for this poll."""
        done: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._waiting.append(((polled, plan, learn_only), done))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store_all())
        return await done

    async def _store_all(self) -> None:
        batch: list[tuple[Record, asyncio.Future[int]]] = []
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._together(batch)
        finally:
            self._storing = None
            for _, done in (*batch, *self._waiting):  # none is left but when this was cancelled
                done.cancel()
            self._waiting.clear()

    async def _together(self, batch: list[tuple[Record, asyncio.Future[int]]]) -> None:
        """In one transaction; where that fails, each in its own, so that a poisoned one harms no other."""
        try:
            news = await self._run(self._store.record_polls, [record for record, _ in batch])
        except Exception:
            for record, done in batch:
                await self._alone(record, done)
            return
        for (_, done), new in zip(batch, news, strict=True):
            if not done.done():
                done.set_result(new)

    async def _alone(self, record: Record, done: asyncio.Future[int]) -> None:
        try:
            new: int = await self._run(self._store.record_poll, *record)
        except Exception as error:
            if not done.done():
                done.set_exception(error)
            return
        if not done.done():
            done.set_result(new)
