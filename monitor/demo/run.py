"""The demo itself: let the newsroom publish, let the real monitor work, and tell what happened."""

from __future__ import annotations

import asyncio
import io
import signal
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TextIO

from monitor.core.model import Source
from monitor.demo.account import Account
from monitor.demo.newsroom import NETWORK, Newsroom
from monitor.demo.tally import Pass, Tally


class DemoDesk(Protocol):
    """The server of the pages."""

    @property
    def address(self) -> str: ...
    async def start(self) -> None: ...


class DemoApp(Protocol):
    """The monitor, as far as the demo drives it."""

    @property
    def web(self) -> DemoDesk | None: ...

    async def tick(self) -> Pass:
        """Poll what is due, read, judge, deliver; all of it, to the end."""
        ...

    def force_due(self) -> None:
        """Make every source due at once, so that nobody has to wait for the next poll."""
        ...

    async def close(self) -> None: ...


class BuildApp(Protocol):
    """Makes the monitor. `console` takes what the console channel sends; it is the only channel."""

    async def __call__(
        self,
        *,
        sources: Sequence[Source],
        watchlists_dir: Path,
        seeds_dir: Path,
        database_url: str,
        allow_networks: Sequence[str],
        console: TextIO,
        desk_port: int | None,
    ) -> DemoApp: ...


async def run_demo(
    build_app: BuildApp,
    stream_out: TextIO,
    *,
    watchlists_dir: Path = Path("watchlists"),
    seeds_dir: Path = Path("seeds"),
    desk_port: int | None = None,
) -> Tally:
    """Run all editions through the monitor and tell on `stream_out` what was read, judged and alerted. With
    `desk_port` the desk is served afterwards, for people to look around, until they stop it."""
    began = time.monotonic()
    account, tally = Account(stream_out), Tally()
    newsroom, phone = Newsroom(), io.StringIO()
    await newsroom.start()
    try:
        with tempfile.TemporaryDirectory(prefix="monitor-demo-") as folder:
            account.opening(newsroom.outlets)
            app = await build_app(
                sources=newsroom.sources(),
                watchlists_dir=watchlists_dir,
                seeds_dir=seeds_dir,
                database_url=f"sqlite:///{folder}/demo.db",
                allow_networks=[NETWORK],
                console=phone,
                desk_port=desk_port,
            )
            try:
                await _editions(app, newsroom, phone, account, tally)
                tally.finish(newsroom.stories, time.monotonic() - began)
                account.closing(tally, [status for *_, status in newsroom.requests])
                if app.web is not None:
                    await _serve(app.web, account)
            finally:
                await app.close()
    finally:
        await newsroom.stop()
    return tally


async def _serve(desk: DemoDesk, account: Account) -> None:
    """Until Ctrl-C. Raises ConfigurationError where the port is taken."""
    await desk.start()
    account.desk(desk.address)
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    try:
        await stopped.wait()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


async def _editions(app: DemoApp, newsroom: Newsroom, phone: io.StringIO, account: Account, tally: Tally) -> None:
    while True:
        done = await app.tick()
        account.edition(newsroom.edition, newsroom.last_edition, newsroom.outlets, done)
        account.phone(phone.getvalue())
        phone.seek(0)
        phone.truncate()
        tally.add(done, newsroom)
        if newsroom.edition == newsroom.last_edition:
            return
        newsroom.advance()
        app.force_due()
