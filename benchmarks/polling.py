"""Polling as a daemon does it, database included, beside other pollers and beside a bare loop.

500 feeds of 20 entries each on loopback, gzip and ETag, from a server in a process of its own. Ours is
the daemon's own poll: guarded client, host gate, parsing in worker processes, plan, entries and state in
SQLite on the disk with the shipped durability. Politeness is set aside by its settings: no gap, and as many
places for a host as there are in all.

    first_update_vs_reader      a new database: every feed is fetched, parsed, stored
    first_update_vs_newsboat    the same
    unchanged_vs_reader         every feed answers 304
    unchanged_vs_bare_loop      the floor: an aiohttp loop that asks for the same 304s and stores nothing
    first_update_without_parser what is left of the first update when parsing costs nothing
    tick_of_10000_sources       nothing due among 10,000 sources, against the 50 ms a tick may take
    memory_of_10000_sources     1 / MB of the process that holds them, against 400 MB
"""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from statistics import median

import aiohttp
from pydantic import SecretStr

from benchmarks._internet import Internet, ready_made, serving
from benchmarks._measure import emit, options, progress
from benchmarks._pages import ROOT
from benchmarks._peers import newsboat, reader
from benchmarks.memory import PEAK
from monitor import logs
from monitor.app import build
from monitor.configuration import ON_CONSOLE
from monitor.core.model import Outcome, Polled, PollPlan, Source
from monitor.fetch import client
from monitor.settings import Settings

PLACES = 50  # of the pipeline
WATCHLIST = """\
version: 1
terms: {storm: {en: [storm]}}
rules: [{id: storms, kind: event, title: Storms, match: {all: [storm]}}]
"""
MANY, TICK, MEMORY = 10_000, 0.050, 400.0
WARM = 8  # feeds whose only purpose is that worker processes run and connections are known
AGAIN = 3  # unchanged updates after each first one


class Polling:
    """The monitor with a new database, its worker processes at work. Only within `asyncio.run`; `close` when done."""

    def __init__(self, folder: Path, urls: Sequence[str], watchlists: str | None = WATCHLIST):
        """`watchlists`: a file, in place of those that are shipped."""
        home = ROOT
        if watchlists is not None:
            home = folder
            for name in ("watchlists", "seeds"):
                (home / name).mkdir()
            (home / "watchlists" / "only.yaml").write_text(watchlists)
        settings = Settings(
            database_url=SecretStr(f"sqlite:///{folder}/bench.db"),
            watchlists_dir=home / "watchlists",
            seeds_dir=home / "seeds",
            allow_networks=(ip_network("127.0.0.0/8"),),
            per_host_gap_seconds=0,
            per_host_concurrency=16,
        )
        sources = [
            Source(f"outlet-{number}", url, f"Outlet {number}", interval=timedelta(minutes=10))
            for number, url in enumerate(urls)
        ]
        self._app = build(settings, sources=sources, channels=ON_CONSOLE, secrets={})
        self._sources = {source.id: source for source in sources}

    async def warm_up(self) -> None:
        """Poll the first few, and have no more to do with them."""
        every = list(self._sources.values())
        self._app.pipeline.sources = {source.id: source for source in every[:WARM]}
        await self.update()
        self._app.pipeline.sources = {source.id: source for source in every[WARM:]}
        self._app.store.sync_sources(every[WARM:], self._app.now())

    async def update(self) -> float:
        """Seconds of polling every source."""
        gc.collect()
        began = time.perf_counter()
        polls = await self._app.pipeline.poll_due(everything=True)
        took = time.perf_counter() - began
        failed = [poll.polled.message for poll in polls if not poll.succeeded]
        if failed or len(polls) != len(self._app.pipeline.sources):
            raise RuntimeError(f"{len(polls)} polls, {len(failed)} of them failed: {failed[:3]}")
        return took

    async def idle_ticks(self, number: int) -> list[float]:
        """Seconds of so many looks for due sources, when none is: all had their turn just before."""
        app = self._app
        later = app.now() + timedelta(hours=1)
        for source in self._sources:
            polled = Polled(source, app.now(), Outcome.UNCHANGED, status=304)
            app.store.record_polls([(polled, PollPlan(later, ""), frozenset())])
        times = []
        for _ in range(number):
            began = time.perf_counter()
            await app.pipeline.poll_due()
            times.append(time.perf_counter() - began)
        return times

    def entries(self) -> int:
        return self._app.views.backlog().entries_pending

    async def close(self) -> None:
        await self._app.close()


async def ours(urls: Sequence[str]) -> tuple[float, float, int]:
    """Seconds of the first update and of one where all is unchanged; entries stored."""
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        polling = Polling(Path(folder), urls)
        try:
            await polling.warm_up()
            before = polling.entries()
            first = await polling.update()
            stored = polling.entries() - before
            return first, median([await polling.update() for _ in range(AGAIN)]), stored
        finally:
            await polling.close()


async def bare_loop(urls: Sequence[str]) -> float:
    """Seconds in which aiohttp alone gets a 304 for every feed, with as many requests at a time as we have places."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=PLACES)) as session:

        async def ask(url: str, etag: str = "") -> str:
            async with session.get(url, headers={"If-None-Match": etag} if etag else {}) as got:
                await got.read()
                return got.headers["ETag"]

        tags = [await ask(url) for url in urls]
        took = []
        for _ in range(AGAIN):
            gc.collect()
            began = time.perf_counter()
            await asyncio.gather(*map(ask, urls, tags))
            took.append(time.perf_counter() - began)
        return median(took)


class Figures:
    """Feeds per second of each contestant, turn by turn."""

    def __init__(self, feeds: int):
        self._feeds = feeds
        self._rates: dict[str, list[float]] = {}

    def add(self, name: str, seconds: float) -> None:
        self._rates.setdefault(name, []).append(self._feeds / seconds)
        progress(f"  {name}: {self._feeds / seconds:.0f} feeds/s")

    def of(self, name: str) -> float:
        return median(self._rates[name])

    def emit(self, figure: str, mine: str, against: str, theirs: str) -> None:
        if theirs in self._rates:
            emit(figure, self.of(mine), "feeds/s", against, self.of(theirs))


def race(internet: Internet, turns: int, *, make: bool) -> None:
    """All contestants, turn about."""
    urls, wanted = internet.urls, len(internet.urls) - WARM
    library, console = reader(make=make), newsboat(make=make)
    figures = Figures(wanted)
    for turn in range(turns):
        progress(f"turn {turn + 1} of {turns}")
        first, again, stored = asyncio.run(ours(urls))
        figures.add("ours, first", first)
        figures.add("ours, unchanged", again)
        if internet.answers() != {"200": wanted + WARM, "304": AGAIN * wanted}:
            raise RuntimeError("an update of ours was not what it is said to be")
        figures.add("bare loop, unchanged", asyncio.run(bare_loop(urls[WARM:])))
        internet.answers()
        if library:
            first, again, theirs = library.updates(urls[WARM:])
            figures.add("reader, first", first)
            figures.add("reader, unchanged", again)
            if theirs != stored or internet.answers() != {"200": wanted, "304": wanted}:
                raise RuntimeError(f"reader stored {theirs} entries and we {stored}")
        if console:
            figures.add("newsboat, first", console.first_update(urls[WARM:]))
        with parsing_for_nothing():
            figures.add("ours without parser, first", asyncio.run(ours(urls))[0])
        internet.answers()
    for peer, name in ((library, "reader"), (console, "newsboat")):
        if peer:
            figures.emit(f"first_update_vs_{name}", "ours, first", peer.name, f"{name}, first")
        else:
            progress(f"{name} is not here: its figures are left out")
    if library:
        figures.emit("unchanged_vs_reader", "ours, unchanged", library.name, "reader, unchanged")
    loop = f"an aiohttp loop, {PLACES} at a time"
    figures.emit("unchanged_vs_bare_loop", "ours, unchanged", loop, "bare loop, unchanged")
    whole = "the same with the parser"
    figures.emit("first_update_without_parser", "ours without parser, first", whole, "ours, first")


@contextmanager
def parsing_for_nothing() -> Iterator[None]:
    whole = client.parse_source
    client.parse_source = ready_made  # type: ignore[assignment]
    try:
        yield
    finally:
        client.parse_source = whole


async def ticks(sources: int) -> list[float]:
    """Seconds of looks for due sources, none of which is due, among so many; in a database of its own."""
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        urls = [f"http://127.0.2.{number % 250 + 1}:9/{number}" for number in range(sources)]
        polling = Polling(Path(folder), urls, watchlists=None)
        try:
            return await polling.idle_ticks(20)
        finally:
            await polling.close()


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--ticks", type=int, help="be the process that holds so many sources")
    chosen = parser.parse_args()
    logs.configure(level="ERROR")
    if chosen.ticks:
        print(json.dumps(asyncio.run(ticks(chosen.ticks))))
        exec(PEAK)
        return
    feeds, turns, many = (24, 1, 200) if chosen.quick else (500, 5, MANY)
    with serving(feeds + WARM, 20) as internet:
        race(internet, turns, make=not chosen.quick)
    command = [sys.executable, "-m", "benchmarks.polling", "--ticks", str(many)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    times, peak = done.stdout.splitlines()
    emit("tick_of_10000_sources", 1 / median(json.loads(times)), "ticks/s", f"{TICK * 1000:g} ms a tick", 1 / TICK)
    emit("memory_of_10000_sources", 1024 / int(peak), "1/MB", f"{MEMORY:g} MB", 1 / MEMORY)


if __name__ == "__main__":
    main()
