"""A process that empties an outbox as the daemon does: stored outbox, `Delivering`, Apprise.

It is forked from a process that has imported everything once (`multiprocessing`'s fork server), so that one starts
in a few hundredths of a second; the daemon itself takes more than one, which three hundred kills cannot wait for.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection

import sqlalchemy as sa
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram

from monitor import logs
from monitor.app.storing import StoreThread
from monitor.core.alerts import Target
from monitor.delivery import Delivering
from monitor.errors import StoreError
from monitor.messages import Messages
from monitor.notify import AppriseSender, check_url
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore

READ = 0.4  # seconds that the sender waits for an answer, unless told otherwise

check_url("json://127.0.0.1/")  # Apprise loads its plug-ins once, for all processes that are forked from here


@dataclass(frozen=True)
class FastClock:
    """From `began` on (seconds since the epoch) it runs `speed` times as fast as the real one."""

    began: float
    speed: float

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.began + (time.time() - self.began) * self.speed, UTC)


@dataclass(frozen=True)
class Order:
    """What a sending process needs to know. `web`: where Slack and Telegram are, as a URL. With an `owner` it is one of
    several: what it takes is its own for `lease`, by its own clock, and for so much of real time."""

    url: str
    targets: Mapping[str, Sequence[Target]]
    clock: FastClock
    web: str
    busy_timeout: int = 0  # ms to wait for another writer, in place of the shipped; 0 = as shipped
    read: float = READ
    owner: str | None = None
    lease: timedelta = timedelta(minutes=3)
    margin: timedelta = timedelta(minutes=1)


def work(order: Order, ready: Connection) -> None:
    """Deliver until killed; something is sent to `ready` when that begins."""
    logs.configure(level="CRITICAL")
    NotifySlack.webhook_url = f"{order.web}/slack"
    NotifyTelegram.notify_url = f"{order.web}/telegram/"
    asyncio.run(_deliver(order, ready))


async def _deliver(order: Order, ready: Connection) -> None:
    engine = create_engine(order.url)
    if order.busy_timeout:
        sa.event.listen(engine, "connect", lambda dbapi, _: dbapi.execute(f"PRAGMA busy_timeout={order.busy_timeout}"))
    store, run = SqlStore(engine), StoreThread()
    connect = 1.0 if order.owner is None else order.read  # among several nothing is to fail but what is made to
    sender = AppriseSender(connect=connect, read=order.read, overall=order.read + 5, pace=0)
    delivering = Delivering(
        store,
        sender,
        Messages(),
        order.targets,
        now=order.clock,
        run=run,
        patience=0.2,
        lease=order.lease,
        margin=order.margin,
        owner=order.owner,
        target_lease=order.lease / order.clock.speed,
    )
    alone = engine.dialect.name == "sqlite"
    ready.send_bytes(b"!")
    while True:
        try:
            if alone:  # as the daemon does at its start
                await run(store.release, order.clock())
                alone = False
            await delivering.deliver_due()
        except StoreError:
            pass  # the daemon tells of it, and its next run tries again
        await asyncio.sleep(0.01)
