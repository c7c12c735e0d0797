"""Several processes that share the work, a newsroom that they listen to, and what can befall them.

`python -m tests.acceptance.sharing --minutes 15` works and breaks for so long and prints the books; a short form is a
test. Everything is on loopback and ends by itself.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from monitor.errors import StoreError
from monitor.store.desk import DeskStore
from monitor.store.dispatching import SharedWork
from monitor.store.engine import create_engine, transaction
from monitor.store.sql import SqlStore
from monitor.store.tables import alert, article, delivery
from tests import desk, postgres
from tests.acceptance.delivery_faults import with_schema
from tests.servers import Outlets, Receiver

ROOT = Path(__file__).resolve().parents[2]
OUTLETS, REPORTS = 10, 3
_SYLLABLES = re.findall("..", "badefigokulameniporusatevizodra")


# --- what is told ----------------------------------------------------------------------------


def invented(random: Random, number: int) -> list[str]:
    """Words that nobody has."""
    found: set[str] = set()
    while len(found) < number:
        found.add("".join(random.choices(_SYLLABLES, k=5)) + "ium")
    return sorted(found)


def report(random: Random, word: str) -> tuple[str, str]:
    """Title and text of a report of the word's event, in words of its own."""
    filling = [" ".join(invented(random, 12)) for _ in range(6)]
    told = f"An explosion of {word} shook the quarter this morning, the fire service said."
    text = f"{told} {filling[0]}.\n\n" + ". ".join(filling[1:]) + "."
    return f"Explosion: {word} {random.choice(filling).split()[0]}", text


# --- the way to the database, which can be cut -----------------------------------------------


class Cable:
    """A second door to a server's socket. While it is cut nothing gets through and nobody is told; when it is mended
    the connections of before are gone."""

    def __init__(self, folder: Path, behind: Path):
        self._behind, self._open = behind, threading.Event()
        self._open.set()
        self._times = 0
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(str(folder / behind.name))
        self._listening.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        self._times += 1
        self._open.clear()

    def mend(self) -> None:
        self._open.set()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                inside, _ = self._listening.accept()
                threading.Thread(target=self._join, args=(inside,), daemon=True).start()

    def _join(self, inside: socket.socket) -> None:
        self._open.wait()
        outside, times = socket.socket(socket.AF_UNIX), self._times
        try:
            outside.connect(str(self._behind))
        except OSError:
            inside.close()
            return
        for one, other in ((inside, outside), (outside, inside)):
            threading.Thread(target=self._pump, args=(one, other, times), daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket, times: int) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                self._open.wait()
                if times != self._times:
                    break
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


# --- the processes ---------------------------------------------------------------------------


@dataclass
class Process:
    role: str
    url: str
    process: subprocess.Popen[bytes]
    kills: int = 0

    @property
    def pid(self) -> int:
        return self.process.pid


@dataclass
class Sharing:
    """Processes of all roles at work on one database. `log` of them all, in JSON."""

    folder: Path
    server: postgres.Private
    url: str
    outlets: Outlets
    receiver: Receiver
    processes: list[Process] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def start(self, role: str, url: str = "") -> Process:
        found = Process(role, url or self.url, self._run(role, url or self.url))
        self.processes.append(found)
        return found

    def again(self, process: Process) -> None:
        process.process = self._run(process.role, process.url)

    def kill(self, process: Process) -> None:
        process.process.kill()
        process.process.wait(30)
        process.kills += 1

    def _run(self, role: str, url: str) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
        environment |= {
            "MONITOR_DATABASE_URL": url,
            "MONITOR_WATCHLISTS_DIR": str(self.folder / "watchlists"),
            "MONITOR_SEEDS_DIR": str(self.folder / "seeds"),
            "MONITOR_ALLOW_NETWORKS": "127.0.0.0/8",
            "MONITOR_PER_HOST_GAP_SECONDS": "0",
            "MONITOR_PER_HOST_CONCURRENCY": "8",
            "MONITOR_WORKERS": "1",
            "MONITOR_WEB_PORT": "0",
            "MONITOR_LOG_FORMAT": "json",
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, "-m", "monitor", "run", "--role", role]
        with self.log.open("ab") as log:
            return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)

    def of(self, role: str) -> list[Process]:
        return [process for process in self.processes if process.role == role]

    def leader(self) -> Process | None:
        """The process that has the lease; its owner names the id."""
        try:
            found = SharedWork(create_engine(self.url)).leader()
        except StoreError:
            return None
        pid = int(found.owner.split("/")[1]) if found else 0
        return next((process for process in self.of("scheduler") if process.pid == pid), None)

    def events(self, name: str) -> list[dict[str, object]]:
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return [found for line in lines if f'"{name}"' in line and (found := json.loads(line)).get("event") == name]

    def end(self) -> dict[str, int | None]:
        """Ask all of them to end; their exit codes by role and number."""
        for process in self.processes:
            process.process.send_signal(signal.SIGCONT)
            process.process.terminate()
        codes: dict[str, int | None] = {}
        for number, process in enumerate(self.processes):
            try:
                codes[f"{process.role}{number}"] = process.process.wait(40)
            except subprocess.TimeoutExpired:
                process.process.kill()
                process.process.wait(10)
                codes[f"{process.role}{number}"] = None
        return codes


@contextmanager
def sharing(folder: Path, words: list[str]) -> Iterator[Sharing]:
    """A database, outlets and a receiver; no process yet. Those that are started are ended."""
    with ExitStack() as stack:
        outlets, receiver = stack.enter_context(Outlets()), stack.enter_context(Receiver())
        server = stack.enter_context(postgres.private())
        url = with_schema(stack.enter_context(postgres.database(server.url)))
        sources = {f"outlet{number}": outlets.feed_url(f"outlet{number}") for number in range(OUTLETS)}
        for name in sources:
            outlets.publish(name, *desk.QUIET)
        desk.write(folder, *words, sources=sources, channels={"hook": receiver.apprise_url}, interval="10m")
        found = Sharing(folder, server, url, outlets, receiver)
        try:
            yield found
        finally:
            found.end()


# --- what befalls them -----------------------------------------------------------------------


class Fate:
    """Breaks one thing after the other, and mends it. `done` counts what it did."""

    def __init__(self, at: Sharing, cables: list[Cable], random: Random):
        self._at, self._cables, self._random = at, cables, random
        self.done: Counter[str] = Counter()

    def strike(self) -> None:
        blows = (self.worker, self.worker, self.scheduler, self.database, self.network, self.pause)
        self._random.choice(blows)()

    def worker(self) -> None:
        process = self._random.choice(self._at.of("worker"))
        self._at.kill(process)
        self.done["workers killed"] += 1
        time.sleep(self._random.uniform(0, 2))
        self._at.again(process)

    def scheduler(self) -> None:
        if (process := self._at.leader()) is not None:
            self._at.kill(process)
            self.done["active schedulers killed"] += 1
            self._at.again(process)

    def database(self) -> None:
        self._at.server.stop(self._random.choice(("fast", "immediate")))
        time.sleep(self._random.uniform(0.5, 4))
        self._at.server.start()
        self.done["restarts of PostgreSQL"] += 1

    def network(self) -> None:
        cable = self._random.choice(self._cables)
        cable.cut()
        time.sleep(self._random.uniform(2, 10))
        cable.mend()
        self.done["cuts of a worker's network"] += 1

    def pause(self) -> None:
        process = self._random.choice(self._at.of("worker"))
        process.process.send_signal(signal.SIGSTOP)
        time.sleep(self._random.uniform(1, 8))
        process.process.send_signal(signal.SIGCONT)
        self.done["workers stopped for a while"] += 1


# --- the books -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Books:
    published: int
    events: int
    stored: int
    unjudged: int
    alerts: Counter[str]
    received: Counter[str]
    unsent: int

    @property
    def missing(self) -> int:
        return self.published - self.stored

    @property
    def untold(self) -> int:
        return self.events - len(self.alerts)

    @property
    def twice(self) -> list[str]:
        return [event for event, times in self.alerts.items() if times > 1]

    @property
    def repeats(self) -> int:
        return sum(self.received.values()) - len(self.received)


def books(at: Sharing, words: list[str], published: int) -> Books:
    engine = create_engine(at.url)
    try:
        with transaction(engine) as connection:
            stored = connection.execute(sa.select(sa.func.count()).select_from(article)).scalar_one()
            waiting = sa.select(sa.func.count()).select_from(article).where(article.c.judged_at.is_(None))
            unsent = sa.select(sa.func.count()).select_from(delivery).where(delivery.c.state != "sent")
            rules = connection.execute(sa.select(alert.c.rule)).scalars().all()
            return Books(
                published,
                len(words),
                stored,
                connection.execute(waiting).scalar_one(),
                Counter(rule.removeprefix("about-") for rule in rules if rule.startswith("about-")),
                Counter(word for text in at.receiver.texts for word in words if word in text),
                connection.execute(unsent).scalar_one(),
            )
    finally:
        engine.dispose()


def run(folder: Path, seconds: float, events: int, seed: int, say: Callable[[str], None] = print) -> tuple[Books, Fate]:
    """Publish `events` with their reports in so many seconds while things break; then wait until all is told."""
    random = Random(seed)
    words = invented(random, events)
    told = [word for word in words for _ in range(REPORTS)]
    random.shuffle(told)
    with sharing(folder, words) as at, ExitStack() as stack:
        behind = Path(str(make_url(at.url).query["host"])) / ".s.PGSQL.5432"
        cables, doors = [], []
        for _ in range(2):
            door = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="monitor-door-")))
            cables.append(Cable(door, behind))
            stack.callback(cables[-1].close)
            doors.append(at.url.replace(str(behind.parent), str(door)).replace("%2F", "/"))
        for role, url in (("scheduler", ""), ("scheduler", ""), *(("worker", door) for door in doors), ("sender", "")):
            at.start(role, url)
        fate, sent = Fate(at, cables, random), 0
        store = DeskStore(SqlStore(create_engine(at.url)))
        _until(lambda: len(at.events("listening")) >= 5, 180, at)
        deadline = time.monotonic() + seconds
        breaking = threading.Thread(target=_break, args=(fate, deadline, random), daemon=True)
        breaking.start()
        for word in told:
            outlet = f"outlet{random.randrange(OUTLETS)}"
            at.outlets.publish(outlet, *report(random, word))
            sent += 1
            with suppress(StoreError):  # it is asked a little later then
                store.poll_now(outlet, datetime.now(UTC), "there is news")
            time.sleep(max(0.0, (deadline - time.monotonic()) / max(1, len(told) - sent + 1)))
        breaking.join()
        published = sent + OUTLETS
        ending = time.monotonic()
        while True:
            for number in range(OUTLETS):
                store.poll_now(f"outlet{number}", datetime.now(UTC), "the last look")
            found = books(at, words, published)
            if not (found.missing or found.unjudged or found.unsent or found.untold):
                break
            if time.monotonic() - ending > 240:
                say(at.log.read_text(errors="replace")[-6000:])
                break
            time.sleep(1.0)
        codes = at.end()
        say(f"exit codes {codes}")
    return found, fate


def _break(fate: Fate, deadline: float, random: Random) -> None:
    while time.monotonic() < deadline - 12:
        time.sleep(random.uniform(1, 5))
        fate.strike()


def _until(true: Callable[[], object], seconds: float, at: Sharing) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(at.log.read_text(errors="replace")[-6000:])
        time.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--events", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="monitor-sharing-") as folder:
        found, fate = run(Path(folder), 60 * chosen.minutes, chosen.events, chosen.seed)
    print(", ".join(f"{times} {what}" for what, times in sorted(fate.done.items())))
    print(f"{found.published} articles: {found.missing} lost, {found.unjudged} unjudged")
    print(
        f"{found.events} events: {found.untold} not told, {len(found.twice)} alerted twice, {found.repeats} came again"
    )


if __name__ == "__main__":
    main()
