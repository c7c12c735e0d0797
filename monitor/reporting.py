"""What delivery tells the outbox: together where it can be, later where the store refuses."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from monitor import tracing
from monitor.core.alerts import Purpose, Waiting
from monitor.errors import StoreError
from monitor.ports import Call, Outbox, Owner
from monitor.together import Run, Together

log = structlog.get_logger(__name__)
_deliveries = structlog.get_logger("monitor.delivery")


def told(item: Waiting) -> Any:
    """The log of deliveries, for a line on this one."""
    delivery = item.delivery
    names = {"channel": delivery.channel, "target": delivery.target}
    return _deliveries.bind(article=item.alert.article_id, alert=delivery.alert_key, **names)


def took(item: Waiting, now: datetime) -> timedelta | None:
    """From the alert to its acceptance now; None of what people wanted to wait, and of what they asked for later."""
    plain = item.delivery.purpose is Purpose.ALERT and not item.delivery.hold
    return now - item.alert.created_at if plain else None


def traced(message: Sequence[Waiting], began: datetime, ended: datetime, problem: str) -> None:
    """One attempt, for each article that its message tells."""
    for item in message:
        delivery = item.delivery
        about = {"channel": delivery.channel, "target": delivery.target, "alert": delivery.alert_key}
        article = item.alert.article_id
        tracing.step("deliver", article, began, ended, problem, attempt=delivery.attempts, **about)


class Reporting:
    """Calls to the outbox in the order in which they come. `run(fn, *args)` calls the store off the event loop;
    `owner`: who tells it, among several senders."""

    def __init__(self, outbox: Outbox, run: Run, owner: Owner | None = None):
        self._outbox, self._owner = outbox, owner
        self._calls: Together[Call, None] = Together(self._tell_all, run)
        self._late: deque[Call] = deque()
        self._catching_up = asyncio.Lock()

    @property
    def behind(self) -> bool:
        """Does the store not know yet what has happened?"""
        return bool(self._late)

    async def tell(self, method: str, *args: Any) -> None:
        """Raises what the store raises for this call."""
        await self._calls.store((method, args))

    def _tell_all(self, calls: Sequence[Call]) -> list[None]:
        self._outbox.together(calls, self._owner)
        return [None] * len(calls)

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
