"""Looks up what stands at an address that a person entered, by the guarded client of the daemon."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from monitor.fetch.discovery import Discovery, Found
from monitor.fetch.http import Http
from monitor.fetch.workers import Workers

ENDS_WITHIN = 45.0  # seconds; what was found until then is the answer
_AT_ONCE = 2


class Finder:
    """Owns neither `http` nor `workers`. `timeout` in seconds for one request, `limit` in bytes for one answer."""

    def __init__(self, http: Http, workers: Workers, now: Callable[[], datetime], *, timeout: float, limit: int):
        self._http, self._workers, self._now = http, workers, now
        self._timeout, self._limit = min(timeout, ENDS_WITHIN), limit
        self._under_way = 0

    async def find(self, url: str, language: str, select: str) -> list[Found] | None:
        """What stands there, and after it, where that is a web page, what it offers. None while others are looking."""
        if self._under_way >= _AT_ONCE:
            return None
        self._under_way += 1
        try:
            return await self._find(url, language, select)
        finally:
            self._under_way -= 1

    async def _find(self, url: str, language: str, select: str) -> list[Found]:
        discovery = Discovery(self._http, self._workers, timeout=self._timeout, limit=self._limit)
        now = self._now()
        found = [await discovery.examine(url, language, now, select)]
        if found[0].is_page:
            try:
                async with asyncio.timeout(ENDS_WITHIN):
                    async for offer in discovery.offers(found[0], language, now):
                        found.append(offer if offer.title else replace(offer, title=found[0].title))
            except TimeoutError:
                pass
        return found
