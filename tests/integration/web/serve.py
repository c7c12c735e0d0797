"""Serves the filled desk until stopped, for looking at it and for pictures: python -m tests.integration.web.serve

It prints its address; each start begins anew, in a folder that is deleted at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from monitor import dictionaries
from monitor.store.engine import create_engine
from monitor.store.migrate import upgrade
from monitor.store.sql import SqlStore
from monitor.web.app import build_app
from monitor.web.links import SignedLinks
from monitor.web.serving import WebServer
from tests.integration.web.conftest import WEEK, InForce, make_site
from tests.integration.web.filling import fill, write_files


async def serve(folder: Path, port: int, url: str, now: datetime | None) -> None:
    """With `now`, an aware time, the clock stands still."""
    dictionaries.keep()
    engine = create_engine(url or f"sqlite:///{folder}/monitor.db")
    upgrade(engine)
    store = SqlStore(engine)
    began = now or datetime.now(UTC)
    configuration = write_files(folder)
    await asyncio.to_thread(fill, store, configuration, began)
    site = make_site(engine, store, SignedLinks("", "k" * 32, WEEK), lambda: now or datetime.now(UTC), InForce(folder))
    server = WebServer(build_app(site), "127.0.0.1", port)
    await server.start()
    print(server.address, flush=True)
    stopping = asyncio.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, stopping.set)
    await stopping.wait()
    await server.stop()
    engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="any that is free, if not given")
    parser.add_argument("--database", default="", help="URL of an empty database; a SQLite file if not given")
    parser.add_argument("--now", type=datetime.fromisoformat, help="a time at which the clock stands still")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="monitor-desk-") as folder:
        asyncio.run(serve(Path(folder), given.port, given.database, given.now))


if __name__ == "__main__":
    main()
