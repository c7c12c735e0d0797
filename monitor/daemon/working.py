"""The work that a scheduler hands out: batches taken from the queue, and those of dead workers given back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from monitor.app.app import App
from monitor.daemon.counting import Tally
from monitor.errors import StoreError
from monitor.queueing import Batch, Queue
from monitor.store.dispatching import JUDGE, POLL, READ, SharedWork

log = structlog.get_logger(__name__)

AT_ONCE = 8  # batches that one process has under way
_PAUSES = (0.5, 1.0, 2.0, *[5.0] * 30)  # seconds between two tries to give a batch back


class Working:
    """Does what batches name with the functions of the embedded jobs. `alerted` is called after a batch that brought
    alerts."""

    def __init__(
        self, app: App, shared: SharedWork, queue: Queue, tally: Tally, alerted: Callable[[], Awaitable[None]]
    ):
        self._app, self._shared, self._queue, self._tally, self._alerted = app, shared, queue, tally, alerted

    async def work(self, stopping: asyncio.Event) -> None:
        handlers = {POLL: self._poll, READ: self._read, JUDGE: self._judge}
        taking = {kind: self._taking(work) for kind, work in handlers.items()}
        await self._queue.work(taking, AT_ONCE, stopping)

    async def recover(self) -> int:
        """Have handed out again what dead workers had; how many batches. Raises StoreError."""
        lost = await self._queue.lost(self._give_back)
        if lost:
            log.warning("work of a process that is gone is handed out again", batches=lost)
        return lost

    def _taking(self, work: Callable[[Sequence[str]], Awaitable[None]]) -> Callable[[Batch], Awaitable[None]]:
        async def take(batch: Batch) -> None:
            try:
                if ids := await self._app.run(self._shared.take_up, batch):
                    await work(ids)
            finally:
                await self._give_back_in_the_end(batch)

        return take

    async def _give_back_in_the_end(self, batch: Batch) -> None:
        """Where the database is away, when it is back: else what is still due would wait for the end of its lease."""
        for pause in _PAUSES:
            try:
                return await self._give_back(batch)
            except StoreError as error:
                if not error.unavailable:
                    raise
            await asyncio.sleep(pause)
        return await self._give_back(batch)

    async def _give_back(self, batch: Batch) -> None:
        await self._app.run(self._shared.give_back, batch)

    async def _poll(self, ids: Sequence[str]) -> None:
        self._tally.polled(await self._app.pipeline.poll_these(ids))

    async def _read(self, ids: Sequence[str]) -> None:
        self._tally.read(await self._app.pipeline.read_these([int(id_) for id_ in ids]))

    async def _judge(self, ids: Sequence[str]) -> None:
        if self._tally.judged(await self._app.judge_these(ids)):
            await self._alerted()
