"""From the commit of a verdict to its acceptance by a receiver, by the daemon's own jobs; and how many in a second.

Fifty alerts come in each second, and each goes to one of five web hooks on loopback in turn. They are stored as
judgement stores them, in its job; outbox and commits are those of SQLite on the disk with the shipped durability. The
channels are told each alert alone, however many come at once.

    latency_p50, _p95, _p99     1 / seconds, against the one second that p95 may take
    latency_p95_beside_dead     the same p95 while all fifty go also to a channel that takes connections and never
                                answers
    latency_p95_to_all          1 / seconds when every alert goes to all five: 250 messages a second
    saturation                  messages a second when all are there at once, against a bare aiohttp loop that posts
                                the same bodies, to five hooks side by side, and keeps no record
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import aiohttp
from pydantic import SecretStr

from benchmarks._measure import emit, options, progress
from benchmarks._receivers import Receivers, receiving
from monitor import logs
from monitor.app import build
from monitor.core.alerts import Alert, Delivery, DeliveryState, Target, Waiting
from monitor.core.channels import ChannelPolicy, Grouping
from monitor.core.model import Article, Assertion, Attribution, Evidence, Severity, Zone
from monitor.daemon import Daemon
from monitor.judging import Outcome
from monitor.messages import Messages
from monitor.pipeline import JudgedRound
from monitor.settings import Settings

HOOKS = tuple(f"hook{number}" for number in range(5))
RATE = 50  # alerts a second
ALLOWED = 1.0  # seconds
WATCHLIST = """\
version: 1
terms: {storm: {en: [storm]}}
rules: [{id: storms, kind: event, title: Storms, match: {all: [storm]}}]
"""


def article(number: int, now: datetime) -> Article:
    return Article(
        f"article-{number}",
        f"Storm {number}",
        "A storm broke out.",
        now,
        now,
        "en",
        "Harbour Post",
        publisher="harbour",
    )


def alert(number: int, now: datetime) -> Alert:
    sentence = f"A storm of the strength {number} broke out over the harbour this morning, the port authority said."
    return Alert(
        key=f"storms:e{number}",
        rule="storms",
        rule_title="Storms",
        severity=Severity.HIGH,
        event=f"e{number}",
        headline=f"Storm {number} over the harbour",
        reason="Nothing is known on this rule yet.",
        created_at=now,
        article_id=f"article-{number}",
        article_title=f"Storm {number}",
        article_url=f"https://harbour.example/storms/{number}",
        outlet="Harbour Post",
        language="en",
        published=now,
        first_seen=now,
        tier=2,
        assertion=Assertion.ASSERTED,
        attribution=Attribution.OUTLET,
        evidence=(Evidence(sentence, 0, len(sentence), Zone.LEAD),),
    )


class Newsroom:
    """The daemon with a new database; alerts come as told. Only within `asyncio.run`."""

    def __init__(self, folder: Path, receivers: Receivers, *, to_all: bool, dead: bool = False):
        for name in ("watchlists", "seeds"):
            (folder / name).mkdir()
        (folder / "watchlists" / "only.yaml").write_text(WATCHLIST)
        settings = Settings(
            web=False,
            database_url=SecretStr(f"sqlite:///{folder}/bench.db"),
            watchlists_dir=folder / "watchlists",
            seeds_dir=folder / "seeds",
            workers=1,
        )
        alone = ChannelPolicy(group=Grouping(storm=1_000_000))
        names = (*HOOKS, "dead") if dead else HOOKS
        channels = {
            name: (Target(name, "main", f"json://127.0.0.1:{receivers.port}/{name}", policy=alone),) for name in names
        }
        self.committed: dict[str, float] = {}
        self._to_all, self._dead = to_all, [("dead", "main")] if dead else []
        self._coming: deque[tuple[float, int]] = deque()  # when on the loop's clock, and which
        self._app = build(settings, sources=[], channels=channels, secrets={})
        self._app.judge = self._judge  # type: ignore[method-assign]
        self._stopping = asyncio.Event()

    async def run(self, coming: Sequence[float], receivers: Receivers, patience: float) -> list[tuple[str, float]]:
        """Alerts come so many seconds after the start; (key, seconds since the epoch) of all that was accepted."""
        serving = asyncio.create_task(Daemon(self._app, 5.0, self._stopping, asyncio.Event()).serve())
        receivers.times()
        begin = time.time() + 1.5  # the jobs' first runs are over
        self._coming.extend((begin + after, number) for number, after in enumerate(coming))
        wanted, accepted = len(coming) * (len(HOOKS) if self._to_all else 1), list[tuple[str, float]]()
        deadline = begin + (coming[-1] if coming else 0) + patience
        while len(accepted) < wanted and time.time() < deadline:
            await asyncio.sleep(0.25)
            accepted += [(key, at) for _, key, at in await asyncio.to_thread(receivers.times)]
        self._stopping.set()
        await serving
        await self._app.close(patience=0.1)
        if len(accepted) < wanted:
            raise RuntimeError(f"{wanted - len(accepted)} of {wanted} messages did not arrive")
        return accepted

    async def _judge(self, limit: int = 50) -> JudgedRound:
        """In the place of judgement: stores alerts whose time has come as it does."""
        now, due = datetime.now(UTC), list[int]()
        while self._coming and len(due) < limit and self._coming[0][0] <= time.time():
            due.append(self._coming.popleft()[1])
        if not due:
            return JudgedRound()
        alerts = [alert(number, now) for number in due]
        articles = [article(number, now) for number in due]
        await self._app.run(self._app.store.judging, lambda unit: self._record(unit, articles, alerts, now))
        self.committed |= dict.fromkeys((each.key for each in alerts), time.time())
        return JudgedRound([Outcome(a, None, (), (b,)) for a, b in zip(articles, alerts, strict=True)])  # type: ignore[arg-type]

    def _record(self, unit: Any, articles: Sequence[Article], alerts: Sequence[Alert], now: datetime) -> None:
        for item, each in zip(articles, alerts, strict=True):
            add_article(unit, item)
            hooks = HOOKS if self._to_all else [HOOKS[int(each.event[1:]) % len(HOOKS)]]
            unit.record(item, [], [], [(each, [*((name, "main") for name in hooks), *self._dead])], None, now)


def add_article(unit: Any, item: Article) -> None:
    """Judgement finds it stored; here it is stored in the same transaction."""
    from monitor.store import rows, tables
    from monitor.store.dialect import add_missing

    add_missing(unit._connection, tables.article, [rows.article_to(item)])


def latencies(receivers: Receivers, seconds: float, *, to_all: bool = False, dead: bool = False) -> list[float]:
    """Seconds from commit to acceptance, of every message, while alerts come in evenly."""
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:

        async def measured() -> list[float]:
            newsroom = Newsroom(Path(folder), receivers, to_all=to_all, dead=dead)
            coming = [number / RATE for number in range(int(RATE * seconds))]
            accepted = await newsroom.run(coming, receivers, patience=60.0)
            return [at - newsroom.committed[key] for key, at in accepted]

        return asyncio.run(measured())


def cuts(seconds: list[float]) -> list[float]:
    """The hundredths: at 94 is p95."""
    return quantiles(seconds, n=100)


def saturated(receivers: Receivers, alerts: int) -> float:
    """Messages a second when so many alerts are there at once."""
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:

        async def measured() -> float:
            newsroom = Newsroom(Path(folder), receivers, to_all=True)
            accepted = await newsroom.run([0.0] * alerts, receivers, patience=180.0)
            times = sorted(at for _, at in accepted)
            return (len(times) - 1) / (times[-1] - times[0])

        return asyncio.run(measured())


def waiting(item: Alert) -> Waiting:
    return Waiting(Delivery(1, item.key, "hook", "main", DeliveryState.SENDING), item)


async def bare_loop(receivers: Receivers, alerts: int) -> float:
    """Messages a second of somebody who only posts."""
    now, writer, hook = datetime.now(UTC), Messages(), Target("hook", "main", "json://")
    messages = [writer.write(waiting(alert(number, now)), hook, now) for number in range(alerts)]
    bodies = [
        {"version": "1.0", "title": message.title, "message": message.body, "attachments": [], "type": "info"}
        for message in messages
    ]

    async def lane(session: aiohttp.ClientSession, name: str) -> None:
        for body in bodies:
            async with session.post(f"http://127.0.0.1:{receivers.port}/{name}", json=body) as response:
                await response.read()

    async with aiohttp.ClientSession() as session:
        began = time.perf_counter()
        await asyncio.gather(*(lane(session, name) for name in HOOKS))
        took = time.perf_counter() - began
    receivers.times()
    return alerts * len(HOOKS) / took


def main() -> None:
    chosen = options(__doc__).parse_args()
    logs.configure(level="CRITICAL")
    seconds, alerts, turns = (2.0, 20, 1) if chosen.quick else (10.0, 300, 3)
    with receiving() as receivers:
        alive, beside, to_all = list[list[float]](), list[list[float]](), list[list[float]]()
        ours, theirs = list[float](), list[float]()
        for turn in range(turns):
            progress(f"turn {turn + 1} of {turns}")
            alive.append(cuts(latencies(receivers, seconds)))
            beside.append(cuts(latencies(receivers, seconds, dead=True)))
            to_all.append(cuts(latencies(receivers, seconds, to_all=True)))
            ours.append(saturated(receivers, alerts))
            theirs.append(asyncio.run(bare_loop(receivers, alerts)))
    p50, p95, p99 = (median(turn[at] for turn in alive) for at in (49, 94, 98))
    p95_beside, p95_to_all = (median(turn[94] for turn in turns_) for turns_ in (beside, to_all))
    progress(f"p50 {p50:.3f} s, p95 {p95:.3f} s, p99 {p99:.3f} s")
    progress(f"p95 beside a dead channel {p95_beside:.3f} s, p95 of 250 messages a second {p95_to_all:.3f} s")
    for name, value in (("p50", p50), ("p95", p95), ("p99", p99)):
        emit(f"latency_{name}", 1 / value, "1/s", f"{ALLOWED:g} s", 1 / ALLOWED)
    emit("latency_p95_beside_dead", 1 / p95_beside, "1/s", "no dead channel", 1 / p95)
    emit("latency_p95_to_all", 1 / p95_to_all, "1/s", f"{ALLOWED:g} s", 1 / ALLOWED)
    emit("saturation", median(ours), "messages/s", "a bare aiohttp loop", median(theirs))


if __name__ == "__main__":
    main()
