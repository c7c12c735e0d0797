"""Documents that cost a worker process, or were made to, are known again by their bytes and not parsed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from monitor.errors import HostileError, StoreError, UnreadableError
from monitor.ports import QuarantineStore

_AGE = timedelta(minutes=1)  # of what we know of the store: what an operator clears is tried again after that


class Quarantine:
    """Owns nothing. `run` calls store functions off the event loop."""

    def __init__(self, store: QuarantineStore, run: Callable[..., Awaitable[Any]], now: Callable[[], datetime]) -> None:
        self._store, self._run, self._now = store, run, now
        self._held: Mapping[str, str] = {}
        self._as_of: datetime | None = None
        self._turn = asyncio.Lock()

    async def check(self, body: bytes) -> None:
        """Raises UnreadableError for bytes that are held."""
        await self._refresh()
        why = self._held.get(_digest(body)) if self._held else None
        if why is not None:
            raise UnreadableError(f"these bytes are in quarantine and were not read again: {why}")

    async def caught(self, body: bytes, url: str, error: HostileError) -> None:
        """Note a document that `error` was raised for. A store that refuses only costs the note."""
        try:
            await self._run(self._store.quarantine, _digest(body), url, str(error), error.certain, self._now())
        except StoreError:
            return
        self._as_of = None

    async def _refresh(self) -> None:
        async with self._turn:
            now = self._now()
            if self._as_of is not None and timedelta() <= now - self._as_of < _AGE:
                return
            self._as_of = now
            try:
                self._held = await self._run(self._store.quarantined)
            except StoreError:
                return  # what we knew has to do


def _digest(body: bytes) -> str:
    return sha256(body).hexdigest()
