"""The daemon as a process of its own, and what stands around it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from monitor.store.engine import create_engine
from monitor.store.views import Views
from tests import desk
from tests.servers import Outlets, Receiver, eventually

ROOT = Path(__file__).resolve().parents[2]
RUN = (
    "import os, sys; from pathlib import Path; from monitor.config import load_settings;"
    "from monitor import daemon, dictionaries; dictionaries.keep();"
    "settings, _ = load_settings(os.environ, None, Path('/nonexistent'));"
    "sys.exit(daemon.run(settings, once='--once' in sys.argv))"
)


class Monitor:
    """Starts the daemon on a folder with its watchlists, seeds and database, and looks into what it stored."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.database = folder / "monitor.db"
        self.log = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None
        self.settings: dict[str, str] = {}

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
        environment |= {
            "MONITOR_DATABASE_URL": f"sqlite:///{self.database}",
            "MONITOR_WATCHLISTS_DIR": str(self.folder / "watchlists"),
            "MONITOR_SEEDS_DIR": str(self.folder / "seeds"),
            "MONITOR_ALLOW_NETWORKS": "127.0.0.0/8",
            "MONITOR_PER_HOST_GAP_SECONDS": "0",
            "MONITOR_PER_HOST_CONCURRENCY": "8",
            "MONITOR_TICK_SECONDS": "0.2",
            "MONITOR_WEB_PORT": "0",
            "MONITOR_FETCH_TIMEOUT_SECONDS": "5",
            "MONITOR_LOG_FORMAT": "json",
            "PYTHONPATH": str(ROOT),
            **self.settings,
            **settings,
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", RUN, *arguments], cwd=self.folder, env=environment, stdout=log, stderr=log
            )
        return self.process

    def kill(self) -> None:
        """As the kernel or a power cut would end it."""
        assert self.process is not None
        self.process.kill()
        self.process.wait(30)

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)

    def write(self, *words: str, sources: Mapping[str, str], channels: Mapping[str, str]) -> None:
        desk.write(self.folder, *words, sources=sources, channels=channels)

    @property
    def logged(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def views(self) -> Views:
        return Views(create_engine(f"sqlite:///{self.database}"))

    def stored(self, what: str) -> int:
        """A count of `Views.counts`; 0 while there is no database."""
        return getattr(self.views().counts(), what) if self.database.exists() and self._ready() else 0

    def _ready(self) -> bool:
        return '"listening"' in self.logged or '"pass done"' in self.logged

    def until(self, true, what: str = "") -> None:
        try:
            eventually(true, 60, what)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.logged[-6000:]}") from None


@pytest.fixture
def monitor(tmp_path: Path) -> Iterator[Monitor]:
    monitor = Monitor(tmp_path)
    yield monitor
    if monitor.process is not None and monitor.process.poll() is None:
        monitor.kill()


@pytest.fixture
def outlets() -> Iterator[Outlets]:
    with Outlets() as outlets:
        yield outlets


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver
        if receiver.hold is not None:
            receiver.hold.set()
