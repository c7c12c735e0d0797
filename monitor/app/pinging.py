"""A dead-man's switch: whoever listens for our ping gives alarm when it stays away."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import structlog

from monitor.core.pulse import Job, ailment
from monitor.errors import FetchError, StoreError
from monitor.fetch.ping import Pinger
from monitor.settings import Settings
from monitor.store.accounts import Accounts
from monitor.together import Run

log = structlog.get_logger(__name__)

STORE_SECONDS = 30.0  # for the store to answer
_LATELY = timedelta(days=1)


class Ping:
    """Pings while the daemon is well; `every` in seconds. What is wrong is logged once, and that it is over."""

    def __init__(
        self,
        ping: Callable[[], Awaitable[None]],
        every: float,
        *,
        accounts: Accounts,
        run: Run,
        now: Callable[[], datetime],
    ):
        self.every = every
        self._ping, self._accounts, self._run, self._now = ping, accounts, run, now
        self._trouble = ""

    async def beat(self, jobs: Sequence[Job]) -> bool:
        """Ping unless something is wrong; whether the ping arrived."""
        if why := await self._ailment(jobs):
            self._tell(f"not sent: {why}")
            return False
        try:
            await self._ping()
        except FetchError as error:
            self._tell(f"did not arrive: {error}")
            return False
        self._tell("")
        return True

    async def _ailment(self, jobs: Sequence[Job]) -> str:
        now = self._now()
        try:
            async with asyncio.timeout(STORE_SECONDS):
                reach = await self._run(self._accounts.reach, now - _LATELY)
        except TimeoutError:
            return f"the store has not answered within {STORE_SECONDS:g} s"
        except StoreError as error:
            return f"the database refuses: {error}"
        return ailment(jobs, reach, now)

    def _tell(self, trouble: str) -> None:
        """A trouble that lasts is one line, also where its words change with time."""
        if trouble and not self._trouble:
            log.warning("ping", problem=trouble)
        elif self._trouble and not trouble:
            log.info("ping arrives again")
        self._trouble = trouble


def make_ping(settings: Settings, accounts: Accounts, run: Run, now: Callable[[], datetime]) -> Ping | None:
    """As the settings want it; None where they name no address."""
    url = settings.ping_url.get_secret_value()
    pinger = Pinger(url, settings.user_agent)
    return Ping(pinger, settings.ping_every, accounts=accounts, run=run, now=now) if url else None
