"""Alerts to five channels, the sender killed at random moments: `python -m tests.acceptance.delivery_faults`.

Real are the process and its end by SIGKILL, the database, Apprise, and the receivers on loopback: two web hooks, one of
them signed, what Slack and Telegram look like to Apprise, and a mail server. The sender's clock runs fast, so that
back-offs come round. At the end the books are balanced: every alert has arrived at every channel; what arrived again
was in flight when the sender was killed, or the receiver never said that it had it, and says that it may be a repeat.

In one variant the sender lives and PostgreSQL is stopped and started again instead: then nothing may come twice. In
another several senders share the work (`several_senders`).
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
import resource
import sqlite3
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from random import Random
from smtplib import SMTP
from typing import Any

import sqlalchemy as sa
from aiosmtpd.controller import Controller
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from monitor.core.alerts import DeliveryState, Target
from monitor.core.channels import ChannelPolicy, Grouping
from monitor.core.model import Article
from monitor.core.render import REPEAT
from monitor.notify import format_for
from monitor.store import judging, rows, tables
from monitor.store.dialect import add_missing
from monitor.store.engine import create_engine, reading
from monitor.store.migrate import upgrade
from monitor.store.sql import SqlStore
from tests import postgres
from tests.acceptance.sending import READ, FastClock, Order, work
from tests.acceptance.several_senders import LEASE, Balance, Senders, faults_among
from tests.disk import Disk, NoMountError, small_disk
from tests.making import ALERT
from tests.receivers.webhook import SECRET
from tests.servers import Server, eventually

CHANNELS = ("desk", "wire", "slack", "telegram", "mail")
SPEED = 60.0
BURST = 25  # alerts at once that make a storm
ALONE = 10_000  # a storm so high that each alert is sent alone
_KEY = re.compile(r"flood:e(\d{4})")
_NUMBER = re.compile(r"Storm: (\d+) alerts")

TROUBLES = ("500", "429", "late", "never", "hangup", "miss", "locked", "full", "disk")


@dataclass(frozen=True)
class Arrival:
    """A message that a receiver took. `vouched`: it then said so, at `answered`."""

    channel: str
    taken: float
    answered: float
    vouched: bool
    text: str

    @property
    def keys(self) -> list[int]:
        return sorted({int(number) for number in _KEY.findall(self.text)})

    @property
    def count(self) -> int:
        """How many alerts it says that it tells."""
        found = _NUMBER.search(self.text)
        return int(found[1]) if found else 1

    @property
    def marked(self) -> bool:
        return REPEAT in self.text


class Receivers(Server):
    """All five. `troubles` is what they do beside taking messages, each now and then, until `calm`."""

    def __init__(self, seed: int, troubles: frozenset[str], hold: float):
        super().__init__()
        self.arrivals: list[Arrival] = []
        self.notices = self.forged = 0
        self.came = threading.Event()  # a message is in flight
        self.troubled = Counter[str]()
        self._random, self._troubles, self._hold = Random(seed), tuple(sorted(troubles)), hold
        self._lock = threading.Lock()
        self._mail = Controller(self, hostname="127.0.0.1", port=_free_port())
        self._unread = set[Any]()  # connections of which nothing was taken yet
        accept, end = self._server.process_request, self._server.shutdown_request

        def accepted(connection: Any, address: Any) -> None:
            self._unread.add(connection)
            accept(connection, address)

        def ended(connection: Any) -> None:
            self._unread.discard(connection)
            end(connection)

        self._server.process_request, self._server.shutdown_request = accepted, ended

    def catch_up(self) -> None:
        """Wait until all that a sender sent before its end is taken: on a busy machine that is long after it."""
        asked = HTTPConnection("127.0.0.1", self.port, timeout=60)
        asked.request("POST", "/asked", "{}")
        asked.getresponse().close()  # whoever came before is let in by now
        with SMTP("127.0.0.1", self._mail.port, timeout=60) as mail:
            mail.noop()
        eventually(lambda: not self._unread, 60, "all is taken that was sent")

    def calm(self) -> None:
        self._troubles = ()

    @property
    def targets(self) -> dict[str, str]:
        host = f"127.0.0.1:{self.port}"
        return {
            "desk": f"webhook://{host}/desk?secret={SECRET}",
            "wire": f"json://{host}/wire",
            "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
            "telegram": "tgram://123456789:ABCdefghijkLMNOPqrstuvwxyz123456789/-1001/",
            "mail": f"mailto://127.0.0.1:{self._mail.port}?from=m@desk.example&to=n@desk.example&mode=insecure",
        }

    def __enter__(self) -> Receivers:
        self._mail.start()
        super().__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        super().__exit__()
        self._mail.stop()

    def _choose(self) -> tuple[str, float]:
        """What to do with a message, and for how long to hold it."""
        with self._lock:
            trouble = self._random.choice(self._troubles) if self._troubles and self._random.random() < 0.25 else ""
            self.troubled[trouble] += 1
            return trouble, self._random.uniform(0.0, self._hold)

    def _take(self, channel: str, taken: float, text: str, vouched: bool) -> None:
        with self._lock:
            if "does not take alerts" in text:
                self.notices += 1
            else:
                self.arrivals.append(Arrival(channel, taken, time.time(), vouched, text))

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        text = json.dumps(json.loads(body), ensure_ascii=False)
        channel = request.path.split("/")[1].partition("?")[0]
        if channel == "asked":
            request.send_response(204)
            request.end_headers()
            return
        taken = time.time()
        self._unread.discard(request.connection)
        trouble, hold = self._choose()
        self.came.set()
        self.forged += channel == "desk" and not _verified(body, dict(request.headers))
        if trouble == "never":
            time.sleep(2 * READ)
            return
        if trouble not in ("500", "429"):
            # As services do: first it is taken, then that is said.
            self._take(channel, taken, text, vouched=trouble == "")
        time.sleep(2 * READ if trouble == "late" else hold)
        if trouble == "hangup":
            return
        status = {"500": 500, "429": 429}.get(trouble, 200)
        wait = b'{"ok": false, "error_code": 429, "description": "Too Many Requests: retry after 3"}'
        answer = wait if status == 429 else b"ok" if channel == "slack" else b'{"ok": true}'
        with suppress(OSError):
            request.send_response(status)
            request.send_header("Retry-After", "3")
            request.send_header("Content-Length", str(len(answer)))
            request.end_headers()
            request.wfile.write(answer)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        import asyncio

        taken = time.time()
        trouble, hold = self._choose()
        self.came.set()
        if trouble in ("500", "429", "never"):
            return "451 not now"
        letter = message_from_bytes(envelope.content, policy=policy.default)
        body = letter.get_body(("plain",))
        text = f"{letter['subject']}\n{body.get_content() if body else ''}"
        self._take("mail", taken, text, vouched=trouble == "")
        await asyncio.sleep(2 * READ if trouble in ("late", "hangup") else hold)
        return "250 OK"


@dataclass
class Books:
    """What came of a run. With `restarts` the kills are those of the database."""

    kills: int
    alerts: int
    messages: int
    again: int  # messages or alerts that arrived once more
    at_kills: int  # of them those in flight at a kill
    most_at_a_kill: int
    marked_for_nothing: int  # arrived once, and say that they may be a repeat
    unknown: int
    seconds: float
    troubled: Mapping[str, int] = field(default_factory=dict)
    restarts: bool = False

    def __str__(self) -> str:
        if self.restarts:
            return (
                f"{self.alerts} alerts × {len(CHANNELS)} channels, {self.kills} restarts of the database in "
                f"{self.seconds:.0f} s: {self.messages} messages, none lost and none twice; "
                f"{self.marked_for_nothing} marked that had not arrived before"
            )
        return (
            f"{self.alerts} alerts × {len(CHANNELS)} channels, {self.kills} kills in {self.seconds:.0f} s: "
            f"{self.messages} messages, none lost; {self.again} came again, each marked, {self.at_kills} of them in "
            f"flight at a kill, at most {self.most_at_a_kill} at one, of one channel never more than one; "
            f"{self.marked_for_nothing} marked that had not arrived before, {self.unknown} not sent again by preference"
            + (f"; receivers: {dict(self.troubled)}" if len(self.troubled) > 1 else "")
        )


class Faults:
    """One run on the database `url`. `storms`: channels group as they do by default; else each alert is sent alone.
    `server`: where the database is, to be stopped in place of the sender."""

    def __init__(
        self,
        url: str,
        *,
        kills: int,
        alerts: int,
        troubles: frozenset[str] = frozenset(),
        storms: bool = False,
        seed: int = 1,
        speed: float = SPEED,
        life: float = 0.9,
        hold: float = 0.02,
        aimed: float = 0.1,
        server: postgres.Private | None = None,
    ):
        """`life` is the longest of a sender's lives in seconds, `hold` for how long receivers let wait, `aimed` the
        share of the kills that wait for a message in flight."""
        self._url, self._kills, self._alerts, self._storms = url, kills, alerts, storms
        self._troubles, self._life, self._hold, self._aimed = troubles, life, hold, aimed
        self._random, self._server = Random(seed), server
        self.receivers = Receivers(seed, troubles & {"500", "429", "late", "never", "hangup"}, hold)
        self._clock = FastClock(time.time(), speed)
        self._engine = create_engine(url)
        self._store = SqlStore(self._engine)
        self._killed: list[float] = []
        self._added = 0
        # "spawn" would import everything for each; a plain fork would take threads of ours along.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["tests.acceptance.sending"])
        self._process: Any = None

    def run(self, patience: float = 60.0) -> Books:
        """Raises AssertionError with what was lost, or came again without a reason or without a word."""
        began = time.time()
        try:
            with self.receivers, self._hindering():
                order = self._order()
                while len(self._killed) < self._kills:
                    self._start(order)
                    self._add()
                    self._wait()
                    self._strike()
                self._add(everything=True)
                self.receivers.calm()
                self._start(order)
                self._calm = True
                eventually(self._settled, patience, "everything is settled")
                self._process.kill()
                self._process.join(10)
        finally:
            if self._process is not None and self._process.is_alive():
                self._process.kill()
            states = self._states()
            self._engine.dispose()
        return self._balance(states, time.time() - began)

    # --- the run -----------------------------------------------------------------------------

    def _order(self) -> Order:
        quiet_storm = ChannelPolicy() if self._storms else ChannelPolicy(group=Grouping(storm=ALONE))
        targets = {
            name: [
                Target(name, "main", url, *format_for(url), doubles=self._doubles(name), policy=quiet_storm),
            ]
            for name, url in self.receivers.targets.items()
        }
        busy_timeout = 200 if "locked" in self._troubles else 0
        # A busy machine must not let an answer come too late where none of the troubles is one that does.
        read = READ if {"late", "never", "hangup"} & self._troubles else 30.0
        return Order(self._url, targets, self._clock, self.receivers.url, busy_timeout, read)

    def _doubles(self, channel: str) -> bool:
        return not ("miss" in self._troubles and channel == "wire")

    def _start(self, order: Order) -> None:
        if self._server and self._process:
            return  # it has to go on by itself
        self._ready, theirs = self._context.Pipe(duplex=False)
        self._process = self._context.Process(target=work, args=(order, theirs), daemon=True)
        self._process.start()
        theirs.close()

    def _strike(self) -> None:
        assert self._process.is_alive(), "the sender ended by itself"
        if self._server:
            self._server.stop(self._random.choice(("fast", "immediate")))
            time.sleep(self._random.choice((0.0, self._random.uniform(0.0, self._life))))
            self._server.start()
        else:
            self._process.kill()
            self._process.join(10)
            self.receivers.catch_up()
        self._killed.append(time.time())

    def _wait(self) -> None:
        """A random moment; or one soon after a message came in, with those of other channels in flight, too.

        Mostly of its work: on a busy machine the start would else take up all of a short life.
        """
        if self._random.random() < 0.9:
            self._ready.poll(10.0)
        if self._random.random() < self._aimed:
            self.receivers.came.clear()
            self.receivers.came.wait(1.0)
            time.sleep(self._random.uniform(0.0, self._hold))
        else:
            time.sleep(self._random.uniform(0.02, self._life))

    def _add(self, *, everything: bool = False) -> None:
        """So many that the last come shortly before the last kill."""
        share = 1.0 if everything else (len(self._killed) + 1) / (self._kills * 0.95)
        wanted = min(self._alerts, round(self._alerts * share))
        if self._storms and not everything:
            wanted -= wanted % BURST
        while self._added < wanted:
            number = self._added
            alert = replace(
                ALERT,
                key=f"flood:e{number:04}",
                rule="flood",
                event=f"e{number:04}",
                headline=f"Flood {number}: flood:e{number:04}",
                created_at=self._clock(),
            )
            stand_in = Article(alert.article_id, "", "", alert.published, alert.first_seen, "en", alert.outlet)
            while True:
                try:
                    with self._store.writing() as connection:
                        add_missing(connection, tables.article, [rows.article_to(stand_in)])
                        judging.add_alert(connection, alert, [(name, "main") for name in CHANNELS], self._clock())
                    break
                except Exception:
                    assert {"locked", "full", "disk"} & self._troubles
            self._added += 1

    @contextmanager
    def _hindering(self) -> Iterator[None]:
        """Another process that holds the database, or a disk without room, for moments at a time."""
        self._calm = False
        ways: list[Callable[[], None]] = []
        if "locked" in self._troubles:
            ways.append(self._lock)
        if "full" in self._troubles:
            ways.append(self._fill)
        if "disk" in self._troubles:
            ways.append(self._fill_disk)

        def hinder() -> None:
            random = Random(7)
            while not self._calm:
                time.sleep(random.uniform(0.1, 0.8))
                random.choice(ways)()

        thread = threading.Thread(target=hinder, daemon=True)
        if ways:
            thread.start()
        try:
            yield
        finally:
            self._calm = True
            if ways:
                thread.join(30)

    def _lock(self) -> None:
        connection = sqlite3.connect(self._url.removeprefix("sqlite:///"), timeout=5, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(1.0)
            connection.execute("ROLLBACK")
        except sqlite3.OperationalError:
            pass  # it was taken
        finally:
            connection.close()

    def _fill(self) -> None:
        """No file of the sender may grow, as on a full disk."""
        process = self._process
        if process is None or not process.pid:
            return
        with suppress(ProcessLookupError):
            _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, hard))
            time.sleep(0.7)
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (hard, hard))

    def _fill_disk(self) -> None:
        """The file system itself has no room, for anybody."""
        disk = Disk(Path(self._url.removeprefix("sqlite:///")).parent)
        disk.fill()
        time.sleep(1.0)
        disk.free()

    # --- what came of it ---------------------------------------------------------------------

    def _states(self) -> dict[tuple[int, str], str]:
        query = sa.select(tables.alert.c.key, tables.delivery.c.channel, tables.delivery.c.state).join(tables.alert)
        with reading(self._engine).connect() as connection:
            return {(int(key[-4:]), channel): state for key, channel, state in connection.execute(query)}

    def _settled(self) -> bool:
        return {"sent", "unknown", "failed"} >= set(self._states().values())

    def _balance(self, states: Mapping[tuple[int, str], str], seconds: float) -> Books:
        assert len(states) == self._alerts * len(CHANNELS)
        self._check_states(states)
        again: list[Arrival] = []
        at_kills = Counter[int]()
        marked = 0
        for channel in CHANNELS:
            told = sorted((item for item in self.receivers.arrivals if item.channel == channel), key=lambda a: a.taken)
            self._check_told(channel, told, states)
            seen: dict[int, Arrival] = {}
            doubled = dict[int, Arrival]()  # kill → the message that was in flight
            for place, item in enumerate(told):
                former = {id(seen[key]): seen[key] for key in item.keys if key in seen}
                if former:
                    again.append(item)
                    assert item.marked, f"came again to {channel} without a word: {item.text}"
                for before in former.values():
                    kill = self._reason(channel, told[:place], before)
                    if kill is not None:
                        one = doubled.setdefault(kill, before)
                        assert one is before, f"two sends to {channel} came again after one kill: {one} {before}"
                marked += item.marked and not former
                seen |= dict.fromkeys(item.keys, item)
            at_kills.update(doubled.keys())
        total = sum(at_kills.values())
        assert not self.receivers.forged
        assert not (self._server and again), f"came again although the sender lived: {again}"
        return Books(
            kills=len(self._killed),
            alerts=self._alerts,
            messages=len(self.receivers.arrivals),
            again=len(again),
            at_kills=total,
            most_at_a_kill=max(at_kills.values(), default=0),
            marked_for_nothing=marked,
            unknown=sum(state == "unknown" for state in states.values()),
            seconds=seconds,
            troubled=self.receivers.troubled,
            restarts=self._server is not None,
        )

    def _check_states(self, states: Mapping[tuple[int, str], str]) -> None:
        wrong = {place: state for place, state in states.items() if state != DeliveryState.SENT}
        if "miss" in self._troubles:
            wrong = {(n, name): s for (n, name), s in wrong.items() if s != "unknown" or self._doubles(name)}
        assert not wrong, f"not sent: {wrong}"

    def _check_told(self, channel: str, told: list[Arrival], states: Mapping[tuple[int, str], str]) -> None:
        """Nothing is lost; and nothing comes twice where a miss is preferred."""
        sent = {number for (number, name), state in states.items() if name == channel and state == "sent"}
        keys = Counter(key for item in told for key in item.keys)
        if not any(_NUMBER.search(item.text) and len(item.keys) < item.count for item in told):
            assert not (lost := sent - keys.keys()), f"lost at {channel}: {sorted(lost)}"
        assert sum(item.count for item in told) >= len(sent), f"lost at {channel}, by number"
        if channel == "desk":
            ids = {(one["id"], one["key"]) for item in told for one in _alerts(item)}
            assert len({key for _, key in ids}) == len(ids), f"an alert with two ids, alone or with others: {ids}"
        if not self._doubles(channel):
            assert not (twice := {key for key, times in keys.items() if times > 1}), f"twice at {channel}: {twice}"

    def _reason(self, channel: str, before_it: list[Arrival], former: Arrival) -> int | None:
        """The kill at which what came again was in flight; None if its receiver had not vouched for it."""
        if not former.vouched:
            return None
        kill = next((at for at, killed in enumerate(self._killed) if killed >= former.taken), None)
        assert kill is not None, f"came again to {channel} without a kill: {former.text}"
        later = [item for item in before_it if former.taken < item.taken <= self._killed[kill]]
        assert not later, f"came again to {channel} although it was not in flight at the kill: {former.text}"
        return kill


def _verified(body: bytes, headers: dict[str, str]) -> bool:
    with suppress(WebhookVerificationError):
        Webhook(SECRET).verify(body, headers)
        return True
    return False


def _alerts(item: Arrival) -> list[dict[str, Any]]:
    data = json.loads(item.text)["data"]
    return data.get("alerts", [data])


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def sqlite_url(folder: Path) -> str:
    """A new database with the schema in place."""
    return with_schema(f"sqlite:///{folder}/monitor.db")


def with_schema(url: str) -> str:
    engine = create_engine(url)
    upgrade(engine)
    engine.dispose()
    return url


@contextmanager
def place(troubles: frozenset[str]) -> Iterator[Path]:
    """Where a database may lie: a disk of its own where that has to be full. Raises NoMountError."""
    with tempfile.TemporaryDirectory(prefix="monitor-faults-") as folder:
        if "disk" not in troubles:
            yield Path(folder)
            return
        with small_disk(Path(folder) / "disk") as disk:
            yield disk.folder


def restarts(**how: Any) -> Books:
    """A run in which the database is stopped and started again."""
    with postgres.private() as server, postgres.database(server.url) as url:
        # A lease of nine seconds outlasts a restart; many messages are in flight at one.
        how = {"speed": 20.0, "hold": 0.1, "aimed": 0.5} | how
        return Faults(with_schema(url), server=server, **how).run(patience=600)


def several(kills: int, alerts: int, seed: int) -> Iterator[Balance]:
    """Runs with two and with four senders: without faults, and with one of them killed or stopped again and again."""
    with postgres.server() as server:
        for number in (2, 4):
            for faults, pace, lease in ((0, 60, 60.0), (kills // 2, 0, LEASE)):
                with (
                    postgres.database(server) as url,
                    Senders(with_schema(url), count=number, per_minute=pace, seed=seed, lease=lease) as senders,
                ):
                    stops = faults // 5
                    yield faults_among(senders, kills=faults - stops, stops=stops, alerts=alerts)


RESTARTS, SENDERS = "restarts", "senders"
VARIANTS: dict[str, tuple[frozenset[str], bool]] = {
    "alone": (frozenset(), False),
    "storms": (frozenset(), True),
    "errors": (frozenset({"500", "429"}), False),
    "silence": (frozenset({"late", "never", "hangup"}), False),
    "miss": (frozenset({"late", "never", "hangup", "miss"}), False),
    "database": (frozenset({"locked", "full"}), False),
    "disk": (frozenset({"disk"}), False),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--alerts", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--only", choices=[*VARIANTS, RESTARTS, SENDERS], action="append", help="a variant; may be repeated"
    )
    chosen = parser.parse_args()
    for name in chosen.only or (*VARIANTS, RESTARTS, SENDERS):
        if name == SENDERS:
            for balance in several(chosen.kills, chosen.alerts, chosen.seed):
                print(f"{name}: {balance}", flush=True)
            continue
        if name == RESTARTS:
            print(f"{name}: {restarts(kills=chosen.kills, alerts=chosen.alerts, seed=chosen.seed)}", flush=True)
            continue
        troubles, storms = VARIANTS[name]
        try:
            with place(troubles) as folder:
                faults = Faults(
                    sqlite_url(folder),
                    kills=chosen.kills,
                    alerts=chosen.alerts,
                    troubles=troubles,
                    storms=storms,
                    seed=chosen.seed,
                )
                print(f"{name}: {faults.run(patience=600)}", flush=True)
        except NoMountError as error:
            print(f"{name}: left out, {error} (as a user: unshare -rm python -m …)", flush=True)


if __name__ == "__main__":
    main()
