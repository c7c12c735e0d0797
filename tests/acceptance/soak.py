"""The daemon on a hostile internet, killed at random moments: `python -m tests.acceptance.soak --minutes 20`.

The monitor's clock runs fast (by default one second is ten minutes), so that rhythms and back-offs
come round; everything else is real: the process, its database on the disk, sockets, kills.
At the end the internet behaves and all that was published has to be there, once.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from tests import desk
from tests.acceptance.hostile import RETRY_AFTER, HostileInternet
from tests.servers import eventually

ROOT = Path(__file__).resolve().parents[2]
SPEED = 600.0
FLOOR = 120.0  # seconds of the monitor's clock: no source is asked more often, however it learns
MOST_ITEMS = 80  # of an outlet: none may leave the feed before it was seen
RUN = """
import os, sys, time
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from monitor import app, daemon
from monitor.config import load_settings
epoch, began, speed = (float(os.environ["SOAK_" + name]) for name in ("EPOCH", "BEGAN", "SPEED"))
daemon.build = partial(app.build, now=lambda: datetime.fromtimestamp(epoch + (time.time() - began) * speed, UTC))
settings, _ = load_settings({n: v for n, v in os.environ.items() if n[:5] != "SOAK_"}, None, Path("/nonexistent"))
sys.exit(daemon.run(settings))
"""


class Soak:
    """One run in a folder. `kill_every`: seconds between kills, on average."""

    def __init__(self, folder: Path, *, speed: float = SPEED, kill_every: float = 60.0, seed: int = 1):
        self.kills, self.peak, self.lives = 0, 0.0, list[tuple[float, float]]()  # MB soon after the start, at the end
        self._folder, self._speed, self._kill_every = folder, speed, kill_every
        self._random = Random(seed)
        self._began = self._epoch = time.time()
        self._process: subprocess.Popen[bytes] | None = None
        self._killed_at: list[float] = []
        self.internet = HostileInternet(self._now, seed)

    def run(self, minutes: float, patience: float = 60.0) -> None:
        """Raises AssertionError with what was lost, doubled, asked too often, or grew."""
        # The fast clock ends before the real one, for the scheduler of the daemon's jobs goes by the real one.
        self._epoch = self._began - (minutes * 60 + 2 * patience + 120) * self._speed
        with self.internet as internet:
            sources = {outlet.name: f"{outlet.base}/feed" for outlet in internet.outlets}
            channels = {"screen": "console://"}
            desk.write(self._folder, *desk.WORDS, sources=sources, channels=channels, interval="10m")
            internet.publish()
            try:
                self._start()
                eventually(lambda: self._listens, 60, "the first start")
                self._hostilities(minutes * 60)
                internet.calm()
                self._kill()
                self._start()
                self._wait_for_all(patience)
            finally:
                self._end()
        self._check()

    def _hostilities(self, seconds: float) -> None:
        until = time.time() + seconds
        publish_every = max(1.5, seconds / MOST_ITEMS)
        next_item, next_kill = time.time() + publish_every, self._soon()
        while (now := time.time()) < until:
            assert self._process is not None
            assert self._process.poll() is None, f"the daemon ended by itself:\n{self._log()}"
            if now >= next_item:
                self.internet.publish()
                next_item = now + publish_every
            if not self._listens and not self._hasty:
                next_kill = self._soon()
            if now >= next_kill:
                self._kill()
                self._start()
                next_kill = time.time() + self._random.uniform(0.0, 3.0)
            self._weigh()
            time.sleep(0.2)

    def _soon(self) -> float:
        """From when the daemon listens: one that is killed while it starts is rare enough."""
        return time.time() + self._kill_every * self._random.uniform(0.4, 1.6)

    # --- the process -------------------------------------------------------------------------

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._epoch + (time.time() - self._began) * self._speed, UTC)

    @property
    def _listens(self) -> bool:
        """Seen once, it is so until the next start: the log grows."""
        self._listened = self._listened or "listening" in (self._folder / "log").read_bytes()[self._log_began :].decode(
            errors="replace"
        )
        return self._listened

    def _start(self) -> None:
        self._hasty = self._random.random() < 0.2  # this one is killed while it starts
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
        environment |= {
            "MONITOR_DATABASE_URL": f"sqlite:///{self._folder}/monitor.db",
            "MONITOR_WATCHLISTS_DIR": str(self._folder / "watchlists"),
            "MONITOR_SEEDS_DIR": str(self._folder / "seeds"),
            "MONITOR_ALLOW_NETWORKS": "127.0.0.0/8",
            "MONITOR_PER_HOST_GAP_SECONDS": "0",
            "MONITOR_TICK_SECONDS": "0.2",
            "MONITOR_WEB_PORT": "0",
            "MONITOR_FETCH_TIMEOUT_SECONDS": "4",
            "SOAK_EPOCH": str(self._epoch),
            "SOAK_BEGAN": str(self._began),
            "SOAK_SPEED": str(self._speed),
            "PYTHONPATH": str(ROOT),
        }
        self._listened = False
        with (self._folder / "log").open("ab") as log:
            self._log_began = log.tell()
            self._process = subprocess.Popen(
                [sys.executable, "-c", RUN], cwd=self._folder, env=environment, stdout=log, stderr=log
            )
        self._life: list[tuple[float, float]] = []

    def _kill(self) -> None:
        assert self._process is not None
        self._process.kill()
        self._process.wait(30)
        self._killed_at.append(time.time())
        self.kills += 1
        self._remember_life()

    def _end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(30)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(30)
            self._remember_life()

    def _weigh(self) -> None:
        """The daemon's own resident size; its workers are limited by themselves."""
        assert self._process is not None
        try:
            status = Path(f"/proc/{self._process.pid}/status").read_text()
        except OSError:
            return
        size = next((float(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0.0)
        self.peak = max(self.peak, size)
        self._life.append((time.time(), size))

    def _remember_life(self) -> None:
        """Of a life of a minute at least: what it weighed after its first half minute, and at the end."""
        if self._life and self._life[-1][0] - self._life[0][0] >= 55:
            settled = next(size for at, size in self._life if at >= self._life[0][0] + 30)
            self.lives.append((settled, self._life[-1][1]))

    def _log(self, most: int = 4000) -> str:
        return (self._folder / "log").read_text(errors="replace")[-most:]

    # --- what came of it ---------------------------------------------------------------------

    def _published(self) -> set[str]:
        return {item.title for outlet in self.internet.outlets for item in outlet.items}

    def _stored(self) -> Counter[str]:
        with sqlite3.connect(f"file:{self._folder}/monitor.db?mode=ro", uri=True, timeout=10) as connection:
            return Counter(title for (title,) in connection.execute("SELECT title FROM article WHERE source_id != ''"))

    def _wait_for_all(self, patience: float) -> None:
        deadline = time.time() + patience
        while missing := self._published() - self._stored().keys():
            assert time.time() < deadline, f"lost: {sorted(missing)[:10]} ({len(missing)} in all)\n{self._log()}"
            self._weigh()
            time.sleep(0.5)

    def _check(self) -> None:
        doubled = {title: times for title, times in self._stored().items() if times > 1}
        assert not doubled, f"doubled: {doubled}"
        for outlet in self.internet.outlets:
            for (before, status), (after, _) in zip(outlet.asked, outlet.asked[1:], strict=False):
                if any(before <= killed <= after for killed in self._killed_at):
                    continue  # a poll that was under way is made again
                floor = RETRY_AFTER if status == 429 else FLOOR
                apart = (after - before) * self._speed
                assert apart >= floor, f"{outlet.name} was asked again after {apart:.0f} s, not {floor:.0f}"
        for settled, end in self.lives:
            assert end < settled * 1.2 + 30, f"a life of a minute began at {settled:.0f} MB and ended at {end:.0f}"
        assert self.peak < 400, f"{self.peak:.0f} MB"

    def summary(self) -> str:
        asked = {outlet.name: len(outlet.asked) for outlet in self.internet.outlets}
        simulated = (time.time() - self._began) * self._speed / 3600
        return (
            f"{simulated:.0f} simulated hours, {self.kills} kills, {sum(self._stored().values())} articles, none lost, "
            f"none doubled; polls: {asked}; at most {self.peak:.0f} MB"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=20.0, help="of hostilities")
    parser.add_argument("--kill-every", type=float, default=60.0, help="seconds between kills, on average")
    parser.add_argument("--speed", type=float, default=SPEED, help="how fast the monitor's clock runs")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="monitor-soak-") as folder:
        soak = Soak(Path(folder), speed=chosen.speed, kill_every=chosen.kill_every, seed=chosen.seed)
        soak.run(min(chosen.minutes, 24 * 60), patience=180)
        print(soak.summary())


if __name__ == "__main__":
    main()
