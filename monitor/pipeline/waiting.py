"""Store calls that wait while the database is full, locked or away: what was fetched is not fetched again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

import structlog

from monitor.errors import StoreError
from monitor.together import Run

log = structlog.get_logger(__name__)

T = TypeVar("T")

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 10.0  # seconds between two tries


class Waiting:
    """Calls the store by `run`, one call at a time: while one waits, the others queue behind it."""

    def __init__(self, run: Run):
        self._run, self._turn, self._ended = run, asyncio.Lock(), asyncio.Event()
        self._patient = True
        self._refusal: StoreError | None = None  # the last one, since the store takes nothing

    def begin(self, patient: bool) -> None:
        """Before something is fetched. Raises StoreError while the store takes nothing and a call waits for it.

        Without `patient` none does: a refusal is raised at once.
        """
        self._patient = patient
        if not patient:
            self._refusal = None
        self.check()

    def check(self) -> None:
        """Raises StoreError if the store took nothing the last time."""
        if self._refusal is not None:
            raise self._refusal

    async def __call__(self, function: Callable[..., T], *args: Any) -> T:
        """Raises what the store raises; what passes by itself only without patience, or at the end."""
        async with self._turn:
            pause = FIRST_PAUSE
            while True:
                try:
                    answer: T = await self._run(function, *args)
                except StoreError as error:
                    if not error.unavailable:
                        self._refusal = None
                        raise
                    self._refused(error)
                    if not self._patient or self._ended.is_set():
                        raise
                else:
                    self._accepted()
                    return answer
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._ended.wait(), pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    def end(self) -> None:
        """What waits fails now."""
        self._ended.set()

    def _refused(self, error: StoreError) -> None:
        if self._refusal is None:
            log.error("the store takes nothing: nothing is polled or read until it does", problem=str(error))
        self._refusal = error

    def _accepted(self) -> None:
        if self._refusal is not None:
            log.info("the store takes what it is told again")
        self._refusal = None
