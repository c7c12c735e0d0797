"""Judging with a full ledger against judging articles of the same make with an empty one.

Full means 100,000 facts of two years on the shipped rules, and a million articles remembered with
their fingerprints, of which every tenth is a bulletin of one template; beside them the verdicts,
alerts and a million deliveries. Empty is a database with the shipped seeds. Both are on the disk
with the shipped durability, and ten articles are a transaction, as in the daemon. New articles
have 600 words in five languages; a third touches a rule, some are copies, some bulletins.
"""

from __future__ import annotations

import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import median
from typing import TypeVar

from sqlalchemy.engine import Engine

from benchmarks._filling import add_articles, add_facts, add_fingerprints, bulletin
from benchmarks._measure import emit, options, progress, turn_about
from benchmarks._prose import Prose
from monitor.core.judge import Judge, judge
from monitor.core.model import Article, DateSpan, Entry, Fact, Outcome, Polled, PollPlan, RuleKind, Source
from monitor.core.relevant import Coverage, Near, Question, Sum, Window
from monitor.core.rules import RuleSet
from monitor.judging import Desk, fingerprint_of, judge_article
from monitor.pipeline import TOGETHER
from monitor.ports import JudgingUnit
from monitor.store import migrate
from monitor.store.engine import create_engine, transaction
from monitor.store.sql import SqlStore
from monitor.store.views import Views
from monitor.watchlists import load, load_seeds

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent
SOURCE = Source("bench", "https://news.example/feed", "Bench")
ASKED = 200  # verdicts a second with a full ledger
MEMORY = 600  # MB


class Side:
    """One database, and a store on it."""

    def __init__(self, url: str, desk: Desk):
        self.engine = create_engine(url)
        migrate.upgrade(self.engine)
        self.store, self.views, self.desk = SqlStore(self.engine), Views(self.engine), desk
        now = Prose(0).article(0).published
        self.store.sync_sources([SOURCE], now)
        for seed in load_seeds(ROOT / "seeds", desk.judge.ruleset):
            self.store.replace_seed(seed.id, seed.baseline, None, now)

    def save(self, articles: Sequence[Article]) -> None:
        """Make them ready to be judged: that is no part of what is measured."""
        at = articles[-1].published
        entries = tuple(Entry(article.id, (article.id,), article.url, "") for article in articles)
        plan = PollPlan(at + timedelta(minutes=10), "")
        self.store.record_polls([(Polled(SOURCE.id, at, Outcome.FRESH, entries), plan, frozenset())])
        by_id = {article.id: article for article in articles}
        for pending in self.store.pending_entries(at, len(articles)):
            self.store.save_article(pending.id, by_id[pending.entry.identity])

    def judge(self, articles: Sequence[Article]) -> None:
        for begin in range(0, len(articles), TOGETHER):
            self.store.judging(partial(self._judge, articles[begin : begin + TOGETHER]))

    def _judge(self, articles: Sequence[Article], unit: JudgingUnit) -> None:
        for article in articles:
            judge_article(article, self.desk, unit, article.published)


def fill(url: str, facts: int, articles: int) -> tuple[float, float]:
    """How many bytes the database takes for each fact and for what is remembered of each article."""
    engine, ruleset = create_engine(url), load(ROOT / "watchlists").ruleset
    views = Views(engine)

    def taken(words: str, work: Callable[[], None]) -> int:
        before, began = views.database().size, time.perf_counter()
        work()
        more = views.database().size - before
        progress(f"  {words}: {time.perf_counter() - began:.0f} s, {more / 1e6:,.0f} MB")
        return more

    with _in_haste(engine):
        per_fact = taken(f"{facts:,} facts", lambda: add_facts(engine, ruleset, facts)) / facts
        taken(f"{articles:,} articles, their verdicts and deliveries", lambda: add_articles(engine, articles))
        words = f"{articles:,} fingerprints"
        per_article = taken(words, lambda: add_fingerprints(engine, articles)) / articles
    engine.dispose()
    return per_fact, per_article


def apart(work: Callable[..., T], *arguments: object) -> T:
    """In a process of its own: what it takes of memory is not ours."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


@contextmanager
def _in_haste(engine: Engine) -> Iterator[None]:
    """SQLite without a log of what is filled in, and with room to sort it."""
    if engine.dialect.name != "sqlite":
        yield
        with transaction(engine) as connection:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql("ANALYZE")
        return
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-200000"):
            raw.execute(f"PRAGMA {pragma}")
    yield


def supply(ruleset: RuleSet, size: int) -> Iterator[list[Article]]:
    """New articles; of ten one is a bulletin, and one a copy of an earlier one."""
    prose, random = Prose(11, ruleset), Random(3)
    number, told = 0, list[Article]()
    while True:
        batch: list[Article] = []
        for _ in range(size):
            article = prose.article(number)
            article = replace(article, url=f"https://news.example/{article.id}", source_id=SOURCE.id)
            if number % 10 == 3:
                article = replace(article, title="Exchange rates", text=bulletin(random), language="en")
            elif number % 10 == 7 and told:
                article = replace(article, text=random.choice(told).text)
            batch.append(article)
            number += 1
        told = batch
        yield batch


# --- single queries --------------------------------------------------------------------------


class _Asked:
    """A unit that remembers what it was asked."""

    def __init__(self, unit: JudgingUnit):
        self.questions: list[Question] = []
        self._unit = unit

    def facts(self, question: Question, now: object) -> Sequence[Fact]:
        self.questions.append(question)
        return ()

    def coverage(self, window: Window, now: object) -> Coverage:
        return Coverage()


def queries(side: Side, articles: Sequence[Article]) -> dict[str, float]:
    """Milliseconds of each query that the daemon makes over and over, by the median."""
    now = articles[-1].published
    prepared = [side.desk.judge.prepare(article) for article in articles]
    asked: list[Question] = []

    def ask(unit: JudgingUnit) -> None:
        listening = _Asked(unit)
        for one in prepared:
            judge(one, listening, now)
        asked.extend(listening.questions)

    side.store.judging(ask)
    busiest = next(rule for rule in side.desk.judge.ruleset.rules if rule.kind is RuleKind.EVENT)  # see `add_facts`
    day = DateSpan(now.date(), now.date())
    busy = Question(
        busiest.id,
        tuple(Near(step.id, day, 14, now.date()) for step in busiest.steps),
        sums=(Sum("USD", False, 0.98e6, 1.02e6),),
        events=(side.views.facts(busiest.id, limit=1)[0].event,),
    )
    prints = [fingerprint_of(f"article:{one.article.id}", one.document) for one in prepared]
    found: dict[str, float] = {}

    def inside(name: str, works: Sequence[Callable[[JudgingUnit], object]]) -> None:
        found[name] = side.store.judging(lambda unit: _each([partial(work, unit) for work in works]))

    inside("facts", [lambda unit, q=question: unit.facts(q, now) for question in asked])  # type: ignore[misc]
    inside("facts_of_the_busiest_rule", [lambda unit: unit.facts(busy, now)] * 20)
    inside("near_copies", [lambda unit, p=print_: unit.near_copies(p) for print_ in prints])  # type: ignore[misc]
    bulletins = [p for p, article in zip(prints, articles, strict=True) if article.title == "Exchange rates"]
    inside("near_copies_of_a_bulletin", [lambda unit, p=print_: unit.near_copies(p) for print_ in bulletins])  # type: ignore[misc]
    inside("article_verdicts", [lambda unit, a=a: unit.article_verdicts(f"article:{a.id}") for a in articles])  # type: ignore[misc]
    store = side.store
    found["unjudged"] = _each([lambda: store.unjudged(50)] * 20)
    found["pending_entries"] = _each([lambda: store.pending_entries(now, 50)] * 20)
    found["claim"] = _each([lambda: store.claim(now, now, 50)] * 20)
    found["backlog"] = _each([side.views.backlog] * 20)
    return found


def _each(works: Sequence[Callable[[], object]]) -> float:
    times = []
    for work in works:
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return median(times)


# --- the whole -------------------------------------------------------------------------------


@contextmanager
def databases(postgres: bool, folder: Path) -> Iterator[tuple[str, str]]:
    """URLs of two new ones."""
    if not postgres:
        yield f"sqlite:///{folder / 'full.db'}", f"sqlite:///{folder / 'empty.db'}"
        return
    from tests.postgres import database, server

    with server() as url, database(url) as full, database(url) as empty:
        yield full, empty


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, a private one without fsync")
    parser.add_argument("--facts", type=int, help="how many the full ledger knows")
    parser.add_argument("--articles", type=int, help="how many it remembers")
    chosen = parser.parse_args()
    facts = chosen.facts or (2_000 if chosen.quick else 100_000)
    articles = chosen.articles or (3_000 if chosen.quick else 1_000_000)
    size, turns = (12, 1) if chosen.quick else (60, 10)
    ruleset = load(ROOT / "watchlists").ruleset
    desk = Desk(Judge(ruleset), {})
    with (
        tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder,
        databases(chosen.postgres, Path(folder)) as (full_url, empty_url),
    ):
        full, empty = Side(full_url, desk), Side(empty_url, desk)
        progress("filling the ledger")
        full.engine.dispose()  # whoever fills it wants it for himself
        per_fact, per_article = apart(fill, full_url, facts, articles)
        batches = supply(ruleset, size)
        progress(f"judging: {turns} turns of {size} articles")
        rates = turn_about(
            lambda pairs: full.judge([mine for mine, _ in pairs]),
            lambda pairs: empty.judge([other for _, other in pairs]),
            _saved(batches, full, empty, turns + 1),
        )
        emit("ledger_full_vs_empty", rates.ours, "articles/s", "such articles on an empty ledger", rates.theirs)
        emit("ledger_full_verdicts", rates.ours, "articles/s", "what is asked for", ASKED)
        fresh = next(batches)
        alone = queries(empty, fresh)
        for name, milliseconds in queries(full, fresh).items():
            emit(f"ledger_query_{name}", milliseconds, "ms", "the same on an empty ledger", alone[name])
        text = median(len(article.text.encode()) for article in fresh)
        emit("ledger_bytes_per_article", per_article, "bytes", "the text of an article of 600 words", text)
        emit("ledger_bytes_per_fact", per_fact, "bytes", "the text of an article of 600 words", text)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        emit("ledger_peak_memory", memory, "MB", "what is allowed with all languages", MEMORY)
        for side in (full, empty):
            side.engine.dispose()


def _saved(
    batches: Iterator[list[Article]], full: Side, empty: Side, turns: int
) -> Iterator[list[tuple[Article, Article]]]:
    """Each side gets articles of its own: whoever came second would find the words of the same ones in the caches."""
    for _ in range(turns):
        mine, others = next(batches), next(batches)
        full.save(mine)
        empty.save(others)
        yield list(zip(mine, others, strict=True))


if __name__ == "__main__":
    main()
