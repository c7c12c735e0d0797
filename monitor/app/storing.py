"""Where store calls run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

T = TypeVar("T")


class StoreThread:
    """Runs store calls one after the other on a thread of their own: SQLite has one writer anyway, and
    the event loop must not wait for it."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="store")

    async def __call__(self, function: Callable[..., T], *args: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, partial(function, *args))

    async def close(self, patience: float) -> bool:
        """Let the call under way end, take no more; False if it did not end in `patience` seconds."""
        last = self._pool.submit(lambda: None)
        self._pool.shutdown(wait=False)
        done, _ = await asyncio.wait([asyncio.wrap_future(last)], timeout=patience)
        return bool(done)
