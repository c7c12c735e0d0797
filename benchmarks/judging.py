"""Judging beside others: how long a transaction holds up everybody else, and what more processes bring.

First on SQLite: articles judged in a second of the write lock, with the text read before it is taken, against the same
with the text read inside. Then on PostgreSQL, a private one that flushes to the disk: 1, 2 and 4 processes judge what
is stored, so many articles in a transaction, with rules that seldom meet (40) and with rules that always meet (2).
Against it stands one process that judges ten at a time with the text read inside and the lock of all rules. Every
article touches a rule, which no real stream does, and has 300 words.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import sqlalchemy as sa

from benchmarks._measure import emit, options, progress, turn_about
from benchmarks._prose import Prose
from benchmarks.ledger import Side, supply
from benchmarks.matching import generated
from monitor import dictionaries
from monitor.core.judge import Judge
from monitor.core.model import Article
from monitor.errors import StoreError
from monitor.judging import Desk, Outcome, Ready, judge_article, judge_waiting, prepare, touched
from monitor.pipeline import TOGETHER
from monitor.ports import JudgingUnit
from monitor.store import migrate, rows
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from monitor.store.tables import article
from monitor.watchlists import load

ROOT = Path(__file__).resolve().parent.parent
NOW = Prose(0).article(100_000).published
OVERLAP = {"seldom": 40, "always": 2}  # how often two articles touch the same rule: by how many rules there are
WORDS = 300


# --- the lock of SQLite ----------------------------------------------------------------------


def lock_held(size: int, turns: int) -> None:
    desk = Desk(Judge(load(ROOT / "watchlists").ruleset), {})
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        ours, theirs = (Side(f"sqlite:///{Path(folder) / name}.db", desk) for name in ("ours", "theirs"))

        def batches() -> Iterator[list[tuple[Ready, Article]]]:
            for batch, _ in zip(supply(desk.judge.ruleset, 2 * size), range(turns + 1), strict=False):
                mine, others = batch[:size], batch[size:]
                ours.save(mine)
                theirs.save(others)
                yield list(zip((prepare(item, desk) for item in mine), others, strict=True))

        def judge(pairs: Sequence[tuple[Ready, Article]]) -> None:
            for begin in range(0, len(pairs), TOGETHER):
                ready = [one for one, _ in pairs[begin : begin + TOGETHER]]
                ours.store.judging(partial(_waiting, ready, desk), touched(ready))

        rates = turn_about(judge, lambda pairs: theirs.judge([other for _, other in pairs]), batches())
        against = "the text read inside the transaction"
        emit("judging_under_sqlites_lock", rates.ours, "articles per second of the lock", against, rates.theirs)
        for side in (ours, theirs):
            side.engine.dispose()


def _waiting(ready: Sequence[Ready], desk: Desk, unit: JudgingUnit) -> list[Outcome]:
    return judge_waiting(ready, desk, unit, NOW)


# --- processes on PostgreSQL -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Way:
    """How a stream is judged; `before`: with the text read inside, under the lock of all rules."""

    processes: int
    together: int
    overlap: str
    before: bool = False

    @property
    def name(self) -> str:
        how = "before" if self.before else f"{self.together}_together"
        return f"judging_{self.processes}_processes_{how}_{self.overlap}"


@cache
def _desk(count: int) -> Desk:
    return Desk(Judge(generated(count)), {})


@cache
def _store(url: str) -> SqlStore:
    return SqlStore(create_engine(url))


def share(url: str, way: Way, articles: Sequence[Article]) -> int:
    """What one of the processes does; how many it judged."""
    store, desk = _store(url), _desk(OVERLAP[way.overlap])
    done = 0
    for begin in range(0, len(articles), way.together):
        some = articles[begin : begin + way.together]
        if way.before:
            done += len(_patiently(partial(store.judging, partial(_each, some, desk))))
        else:
            ready = [prepare(item, desk) for item in some]
            done += len(_patiently(partial(store.judging, partial(_waiting, ready, desk), touched(ready))))
    return done


def _patiently(judge: Callable[[], list[Outcome]]) -> list[Outcome]:
    """As the daemon, which asks again where it did not get a lock in time."""
    while True:
        try:
            return judge()
        except StoreError as error:
            if not error.unavailable:
                raise


def _each(articles: Sequence[Article], desk: Desk, unit: JudgingUnit) -> list[Outcome]:
    return [judge_article(item, desk, unit, NOW) for item in articles]


class Bench:
    """A database for each overlap, and processes that are warm."""

    def __init__(self, urls: dict[str, str], pool: ProcessPoolExecutor, size: int):
        self._urls, self._pool, self._size, self._told = urls, pool, size, 0
        self._prose = {
            overlap: Prose(5, _desk(count).judge.ruleset, touching=1.0) for overlap, count in OVERLAP.items()
        }
        self._engines = {overlap: create_engine(url) for overlap, url in urls.items()}
        for engine in self._engines.values():
            migrate.upgrade(engine)

    def run(self, way: Way) -> float:
        """Articles per second, from the first to the last of all processes."""
        told = [self._article(way.overlap) for _ in range(self._size)]
        with self._engines[way.overlap].begin() as connection:
            connection.execute(sa.insert(article), [rows.article_to(item) for item in told])
        shares = [told[at :: way.processes] for at in range(way.processes)]
        began = time.perf_counter()
        done = [self._pool.submit(share, self._urls[way.overlap], way, mine) for mine in shares]
        assert sum(one.result() for one in done) == len(told)
        return len(told) / (time.perf_counter() - began)

    def close(self) -> None:
        for engine in self._engines.values():
            engine.dispose()

    def _article(self, overlap: str) -> Article:
        self._told += 1
        return replace(self._prose[overlap].article(self._told, WORDS), url=f"https://news.example/{self._told}")


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    import psycopg

    from tests.postgres import database, private

    with private() as own:
        with psycopg.connect(own.url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET fsync = on")
            connection.execute("SELECT pg_reload_conf()")
        with database(own.url) as seldom, database(own.url) as always:
            yield {"seldom": seldom, "always": always}


def _processes() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(4, mp_context=get_context("spawn"), initializer=dictionaries.keep)


def side_by_side(size: int, turns: int) -> None:
    ways = [
        Way(processes, together, overlap, before)
        for overlap in OVERLAP
        for processes in (1, 2, 4)
        for together, before in ((TOGETHER, True), (1, False), (3, False), (TOGETHER, False))
    ]
    rates: dict[Way, list[float]] = defaultdict(list)
    with databases() as urls, _processes() as pool:
        bench = Bench(urls, pool, size)
        for turn in range(turns + 1):
            progress(
                f"turn {turn or '0, to warm up'}: {len(ways)} ways to judge {size} articles on {os.cpu_count()} cores"
            )
            for way in ways:
                rate = bench.run(way)
                if turn:
                    rates[way].append(rate)
        bench.close()
    for way, found in rates.items():
        former = median(rates[Way(1, TOGETHER, way.overlap, True)])
        emit(way.name, median(found), "articles/s", "one process, the text read inside", former)


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--articles", type=int, default=160, help="in each turn of each way on PostgreSQL")
    parser.add_argument("--turns", type=int, default=5, help="on PostgreSQL")
    chosen = parser.parse_args()
    progress("judging_under_sqlites_lock")
    lock_held(*((20, 1) if chosen.quick else (100, 9)))
    side_by_side(*((8, 1) if chosen.quick else (chosen.articles, chosen.turns)))


if __name__ == "__main__":
    main()
