"""Which of several schedulers is at work: the one that has the lease."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from monitor.errors import StoreError
from monitor.store.dispatching import SharedWork
from monitor.together import Run

log = structlog.get_logger(__name__)

TERM = 15.0  # seconds that the lease is for: so long nobody schedules after one that died
LOOK = 4.0  # seconds between two tries to have it, or to prolong it
MARGIN = 3.0  # seconds before its end in which nothing is begun any more


class Leadership:
    """Holds the lease while it can be had. `began` is called each time that it was gained, before we lead; it may take
    long. `owner` names this process, for people too."""

    def __init__(self, shared: SharedWork, run: Run, owner: str, began: Callable[[], Awaitable[None]]):
        self._shared, self._run, self._owner, self._began = shared, run, owner, began
        self._until = float("-inf")  # by the loop's clock
        self._beginning: asyncio.Task[None] | None = None

    @property
    def held(self) -> bool:
        """Whether the lease is ours."""
        return asyncio.get_running_loop().time() < self._until

    @property
    def leads(self) -> bool:
        """Whether it is, and what comes first is done."""
        begun = self._beginning is not None and self._beginning.done() and self._beginning.exception() is None
        return self.held and begun

    async def hold(self, stopping: asyncio.Event) -> None:
        """Until `stopping`; then the next one may take over at once."""
        try:
            while not stopping.is_set():
                await self._look()
                with suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), LOOK)
        finally:
            await self._end()

    async def _look(self) -> None:
        asked_at, held = asyncio.get_running_loop().time(), self.held
        try:
            got = await self._run(self._shared.lead, self._owner, TERM)
        except StoreError as error:
            if held:
                log.warning("whether we schedule is not known", problem=str(error))
            return
        self._until = asked_at + TERM - MARGIN if got else float("-inf")
        if not got:
            if self._beginning is not None:
                log.warning("another one schedules now")
            await self._forget()
        elif not held or self._failed():
            await self._forget()
            log.info("this one schedules")
            self._beginning = asyncio.create_task(self._begin())

    async def _begin(self) -> None:
        try:
            await self._began()
        except StoreError as error:
            log.warning("taking over failed, trying again", problem=str(error))
            raise
        except Exception as error:
            log.error("taking over broke", exc_info=error)
            raise

    def _failed(self) -> bool:
        task = self._beginning
        return task is not None and task.done() and (task.cancelled() or task.exception() is not None)

    async def _forget(self) -> None:
        """Of a time that we led before: what it began must not go on."""
        if (task := self._beginning) is not None:
            task.cancel()
            await asyncio.wait({task})
        self._beginning = None

    async def _end(self) -> None:
        had, self._until = self.held, float("-inf")
        await self._forget()
        if had:
            with suppress(StoreError):
                await self._run(self._shared.resign, self._owner)
