"""The daemon as `monitor run` starts it, in a process of its own, but for its clock: that goes on where the store ends.

`python -m benchmarks._desk_daemon AT FOLDER URL` prints the address of the desk, then works until it is told to stop.
"""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path

from pydantic import SecretStr

from benchmarks._pages import ROOT
from monitor import dictionaries, logs
from monitor.app import build
from monitor.config import Settings
from monitor.daemon import Daemon


@dataclass(frozen=True, slots=True)
class Working:
    """A daemon at work: where its desk is, and its process."""

    address: str
    process: subprocess.Popen[str]

    def processor(self) -> float:
        """Seconds of processor time that it has taken, its database aside unless that is SQLite."""
        words = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(words[11]) + int(words[12])) / 100


@contextmanager
def working(folder: Path, url: str, at: datetime) -> Iterator[Working]:
    """The daemon on the watchlists and seeds of a folder, its clock at `at`, until the block ends."""
    command = [sys.executable, "-m", "benchmarks._desk_daemon", at.isoformat(), str(folder), url]
    with (folder / "daemon.log").open("w") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True)
        assert process.stdout is not None
        try:
            told = process.stdout.readline()
            if not told:
                raise RuntimeError(f"the daemon did not start:\n{(folder / 'daemon.log').read_text()[-3000:]}")
            yield Working(json.loads(told), process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
            process.stdout.close()


async def _work(at: datetime, folder: Path, url: str) -> None:
    settings = Settings(
        database_url=SecretStr(url),
        watchlists_dir=folder / "watchlists",
        seeds_dir=folder / "seeds",
        allow_networks=(ip_network("127.0.0.0/8"),),
        per_host_gap_seconds=0,
        per_host_concurrency=8,
        web_port=0,
        link_key=SecretStr("k" * 40),
        log_level="WARNING",
        keep_days=36_500,  # nothing is to go: its pages are asked for
        keep_touched_days=36_500,
        keep_attempts_days=36_500,
    )
    dictionaries.keep()
    shift = at - datetime.now(UTC)
    app = build(settings, now=lambda: datetime.now(UTC) + shift, console=sys.stderr, secrets={})
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    daemon = Daemon(app, settings.tick_seconds, stopping, asyncio.Event())
    serving = asyncio.create_task(daemon.serve())
    assert app.web is not None
    while not ((pulse := app.pulse()) and any(job.succeeded_at for job in pulse.jobs)):
        await asyncio.wait({serving}, timeout=0.2)
        if serving.done():
            raise RuntimeError(f"it ended at once: {serving.result()}")
    print(json.dumps(app.web.address), flush=True)
    try:
        await serving
    finally:
        await app.close()


if __name__ == "__main__":
    logs.configure("console", "WARNING")
    asyncio.run(_work(datetime.fromisoformat(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]))
