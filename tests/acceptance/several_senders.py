"""Several senders on one PostgreSQL database: `python -m tests.acceptance.delivery_faults --only senders`.

Processes of their own empty one outbox into a receiver on loopback, which notes who sent what when. Senders are killed,
or stopped for longer than their lease and continued. Then the books are balanced: every alert has arrived at every
target; in order; never more at one target within a minute of the senders' clock than it takes, over all senders;
what was at once was told together; what came twice was in flight when its sender was killed or stopped, and says so.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from random import Random
from typing import Any

import sqlalchemy as sa

from monitor.core.alerts import Target
from monitor.core.channels import ChannelPolicy, Grouping
from monitor.core.model import Article, Severity
from monitor.core.render import REPEAT
from monitor.notify import format_for
from monitor.store import judging, rows, tables
from monitor.store.dialect import add_missing
from monitor.store.engine import create_engine, reading
from monitor.store.sql import SqlStore
from tests.acceptance.sending import FastClock, Order, work
from tests.making import ALERT
from tests.receivers.webhook import SECRET
from tests.servers import Server, eventually

SPEED = 30.0
LEASE = 4.0  # seconds of real time, where senders are killed or stopped; a busy machine needs some of it
MINUTE = 60.0 / SPEED
ALONE = 10_000  # a storm so high that each alert is sent alone


@dataclass(frozen=True)
class Arrival:
    sender: str
    target: str
    taken: float
    keys: tuple[int, ...]
    marked: bool


class Hooks(Server):
    """Takes web hooks at `/SENDER/TARGET`, each after a moment of up to `hold` seconds."""

    def __init__(self, hold: float = 0.0):
        super().__init__()
        self.arrivals: list[Arrival] = []
        self._random, self._hold, self._lock = Random(3), hold, threading.Lock()

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        _, sender, target = request.path.partition("?")[0].split("/")
        text = json.dumps(json.loads(body), ensure_ascii=False)
        data = json.loads(body)["data"]
        keys = tuple(int(alert["key"][-4:]) for alert in data.get("alerts", [data]))
        with self._lock:
            self.arrivals.append(Arrival(sender, target, time.time(), keys, REPEAT in text))
            hold = self._random.uniform(0.0, self._hold)
        time.sleep(hold)
        with suppress(OSError):
            request.send_response(200)
            request.send_header("Content-Length", "0")
            request.end_headers()


@dataclass
class Balance:
    """What came of a run; `shares`: how many messages each sender sent."""

    alerts: int
    targets: int
    messages: int
    again: int
    faults: int
    shares: dict[str, int]
    seconds: float

    def __str__(self) -> str:
        return (
            f"{self.alerts} alerts × {self.targets} targets, {self.faults} faults in {self.seconds:.0f} s: "
            f"{self.messages} messages, none lost, in order; {self.again} came again, each marked and in flight at a "
            f"fault; by sender {self.shares}"
        )


class Senders:
    """`count` sending processes on the PostgreSQL database `url`. `per_minute`: the pace of each target, 0 = none;
    `storm`: so many at once are told together. What they have is theirs for `lease` seconds of real time."""

    def __init__(
        self,
        url: str,
        *,
        count: int,
        targets: int = 4,
        per_minute: int = 0,
        storm: int = ALONE,
        hold: float = 0.01,
        lease: float = 60.0,
        seed: int = 1,
    ):
        self._url, self._count, self._per_minute, self._lease = url, count, per_minute, lease
        self._group = Grouping(storm=storm, interval=timedelta(seconds=1))
        self._names = [f"t{number}" for number in range(targets)]
        self._clock, self._random = FastClock(time.time(), SPEED), Random(seed)
        self._engine = create_engine(url)
        self._store = SqlStore(self._engine)
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.acceptance.sending"])
        self._living: dict[str, Any] = {}
        self._started = self._added = 0
        self.faults: list[tuple[str, float, float]] = []  # sender, from when until when it did nothing
        self.hooks = Hooks(hold)

    def __enter__(self) -> Senders:
        self._began = time.time()
        self.hooks.__enter__()
        for _ in range(self._count):
            self._start()
        return self

    def __exit__(self, *_: object) -> None:
        for process in self._living.values():
            process.kill()
            process.join(10)
        self.hooks.__exit__()
        self._engine.dispose()

    def _start(self) -> None:
        self._started += 1
        name = f"s{self._started}"
        policy = ChannelPolicy(per_minute=self._per_minute, group=self._group)
        targets: dict[str, Sequence[Target]] = {}
        for target in self._names:
            url = f"webhook://127.0.0.1:{self.hooks.port}/{name}/{target}?secret={SECRET}"
            targets[target] = [Target(target, "main", url, *format_for(url), policy=policy)]
        lease = timedelta(seconds=self._lease * SPEED)
        order = Order(
            self._url, targets, self._clock, self.hooks.url, read=30.0, owner=name, lease=lease, margin=lease / 8
        )
        ready, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(target=work, args=(order, theirs), daemon=True)
        process.start()
        theirs.close()
        assert ready.poll(60.0)
        self._living[name] = process

    # --- what is done to them ------------------------------------------------------------------

    def add(self, count: int) -> list[int]:
        """So many alerts at once, in one transaction; their numbers."""
        numbers, now = range(self._added, self._added + count), self._clock()
        with self._store.writing() as connection:
            for number in numbers:
                alert = replace(
                    ALERT,
                    key=f"flood:e{number:04}",
                    rule="flood",
                    event=f"e{number:04}",
                    severity=Severity.HIGH,
                    headline=f"Flood {number}",
                    created_at=now,
                )
                stand_in = Article(alert.article_id, "", "", alert.published, alert.first_seen, "en", alert.outlet)
                add_missing(connection, tables.article, [rows.article_to(stand_in)])
                judging.add_alert(connection, alert, [(name, "main") for name in self._names], now)
        self._added += count
        return list(numbers)

    def kill(self) -> None:
        """One of them, as a power failure would; another is started in its place."""
        name = self._random.choice(sorted(self._living))
        process = self._living.pop(name)
        process.kill()
        process.join(10)
        self.faults.append((name, time.time(), float("inf")))
        self._start()

    def stop(self) -> None:
        """One of them, which goes on afterwards as if nothing had been."""
        name = self._random.choice(sorted(self._living))
        os.kill(self._living[name].pid, signal.SIGSTOP)
        began = time.time()
        time.sleep(1.5 * self._lease)
        self.faults.append((name, began, time.time()))
        os.kill(self._living[name].pid, signal.SIGCONT)

    def settle(self, patience: float = 240.0) -> None:
        eventually(self._settled, patience, "everything is sent")

    def _settled(self) -> bool:
        with reading(self._engine).connect() as connection:
            states = set(connection.execute(sa.select(tables.delivery.c.state).distinct()).scalars())
        assert states <= {"pending", "sending", "held", "sent"}, states
        return states == {"sent"}

    # --- what came of it -----------------------------------------------------------------------

    def _tried_again(self) -> bool:
        query = sa.select(tables.attempt.c.delivery_id).where(tables.attempt.c.outcome == "retry").limit(1)
        with reading(self._engine).connect() as connection:
            return connection.execute(query).first() is not None

    def balance(self) -> Balance:
        """Raises AssertionError with what was lost, came twice without a reason or a word, out of order or too fast."""
        again = 0
        assert not self._tried_again(), "the machine is so busy that a receiver on loopback did not answer in time"
        for target in self._names:
            came = [item for item in self.hooks.arrivals if item.target == target]
            told = Counter(key for item in came for key in item.keys)
            assert told.keys() == set(range(self._added)), f"lost at {target}"
            twice = {key for key, times in told.items() if times > 1}
            again += len(twice)
            self._check_twice(target, came, twice)
            firsts = [key for item in came for key in sorted(item.keys)]
            seen = list(dict.fromkeys(firsts))
            # At the moment in which those that were held for the pace are due again, another may pass them.
            in_order = self._per_minute or self._overtaken(came) or seen == sorted(seen)
            assert in_order, f"out of order at {target}: {seen}"
            self._check_pace(target, came)
        shares = Counter(item.sender for item in self.hooks.arrivals)
        return Balance(
            self._added,
            len(self._names),
            len(self.hooks.arrivals),
            again,
            len(self.faults),
            dict(sorted(shares.items())),
            time.time() - self._began,
        )

    def _check_twice(self, target: str, came: list[Arrival], twice: set[int]) -> None:
        """Each was in flight when its sender was killed or stopped: the last before it, or what it was about to do."""
        for key in twice:
            copies = [item for item in came if key in item.keys]
            assert any(item.marked for item in copies), f"twice at {target} without a word: {copies}"
            assert any(self._in_flight(item, came) for item in copies), f"twice at {target} without a fault: {copies}"
        at_fault = Counter(
            fault
            for key in twice
            for fault in {self._in_flight(item, came) for item in came if key in item.keys}
            if fault is not None
        )
        if self._group.storm == ALONE:
            assert not at_fault or max(at_fault.values()) == 1, f"more than one of a fault at {target}: {at_fault}"

    def _in_flight(self, item: Arrival, came: list[Arrival]) -> tuple[str, float, float] | None:
        """The fault at which the message was on its way."""
        for fault in self.faults:
            name, began, ended = fault
            theirs = [each for each in came if each.sender == name]
            before = [each for each in theirs if each.taken < began]
            after = [each for each in theirs if each.taken > (began if ended == float("inf") else ended)]
            if item in (*before[-1:], *after[:1]):
                return fault
        return None

    def _overtaken(self, came: list[Arrival]) -> bool:
        """Whether somebody was stopped, or killed, while his message was on its way: nobody knows when it comes."""
        return any(self._in_flight(item, came) for item in came) and any(end != float("inf") for *_, end in self.faults)

    def _check_pace(self, target: str, came: list[Arrival]) -> None:
        if not self._per_minute:
            return
        times = [item.taken for item in came]
        for first, last in zip(times, times[self._per_minute :], strict=False):
            assert last - first > MINUTE * (0.9 if self.faults else 0.999), (
                f"too fast at {target}: {last - first:.2f} s"
            )

    def check_together(self, burst: Sequence[int]) -> None:
        """Every target was told these in one message, and nothing else with them."""
        for target in self._names:
            of = [item for item in self.hooks.arrivals if item.target == target and set(item.keys) & set(burst)]
            assert [item.keys for item in of] == [tuple(burst)], f"not told together at {target}: {of}"


def spread_over(senders: Senders, alerts: int, seconds: float) -> None:
    """Bring alerts at a random rhythm."""
    random, end = Random(5), time.time() + seconds
    rest = alerts
    while rest:
        count = min(rest, random.randint(1, 6))
        senders.add(count)
        rest -= count
        time.sleep(max(0.0, end - time.time()) * count / (rest + count) * random.uniform(0.3, 1.5))


def faults_among(senders: Senders, *, kills: int, stops: int, alerts: int) -> Balance:
    """Kill and stop senders at random while alerts come in; the balance once all is sent."""
    random = Random(9)
    ways = [senders.kill] * kills + [senders.stop] * stops
    random.shuffle(ways)
    lasting = kills * 0.8 + stops * 1.5 * LEASE + 1.0
    feeding = threading.Thread(target=spread_over, args=(senders, alerts, lasting), daemon=True)
    feeding.start()
    for way in ways:
        time.sleep(random.uniform(0.1, 0.9))
        way()
    feeding.join(lasting + 60)
    senders.settle()
    return senders.balance()
