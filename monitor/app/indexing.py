"""The words of articles are put into the index after judgement, a few articles at a time: no alert waits for it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any

import structlog

from monitor.core import language
from monitor.core.judge import DETECT_ON
from monitor.core.searching import Kept, kept
from monitor.store.searching import Indexed, Unindexed, marks_of
from monitor.store.sql import SqlStore

log = structlog.get_logger(__name__)

TOGETHER = 25  # articles that are one transaction: the store is free again after some hundredths of a second
IN_ONE_PASS = 2_000  # articles that one pass by hand puts in at most; the daemon takes up the rest


class Indexing:
    """Fills the index from the store, the latest articles first: those of years before it was there as well."""

    def __init__(self, store: SqlStore, run: Callable[..., Awaitable[Any]], now: Callable[[], datetime]):
        self._store, self._run, self._now = store, run, now

    async def work(self, patience: float, most: int = IN_ONE_PASS) -> int:
        """Index what waits for about `patience` seconds at most; how many articles. Raises StoreError."""
        done, until = 0, time.monotonic() + patience
        while done < most and time.monotonic() < until:
            waiting = await self._run(self._store.unindexed, TOGETHER)
            if not waiting:
                break
            made = await asyncio.to_thread(indexed, waiting)
            stored = await self._run(self._store.index, made, self._now())
            if not stored:
                break
            done += stored
        return done


def indexed(articles: Sequence[Unindexed]) -> list[Indexed]:
    """What the index keeps of each."""
    return [_indexed(item) for item in articles]


def _indexed(item: Unindexed) -> Indexed:
    found = language.detect(f"{item.title}\n{item.text[:DETECT_ON]}", item.language or "en")
    try:
        words = kept(item.title, item.text, found)
    except Exception as error:  # one text must not keep all others out
        log.error("the words of an article cannot be indexed", article=item.id, exc_info=error)
        words = Kept((), frozenset())
    return Indexed(item.id, item.version, item.published, words, marks_of(item, found))
