"""Searching a full store: how long a page of results takes, for ten readers at once.

The store is filled with articles of 150 words in four languages over two years; words are drawn by
Zipf's law from 10,000 of each language, of which the commonest are those of real sentences; 10,000
texts are told over and over. Each reader asks one query after the other without a pause, as the
page does: the latest 25 that match, with what became of them and a snippet of each. Against: the
same list without a query.
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path
from random import Random
from statistics import quantiles

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from benchmarks._measure import emit, options, progress
from benchmarks._prose import PHRASES, START, Prose
from benchmarks.ledger import databases
from monitor.core.searching import Kept, kept, marked, parse, snippet
from monitor.core.text import words_of
from monitor.store import migrate, searching
from monitor.store.dialect import insert_new
from monitor.store.engine import create_engine, reading, transaction
from monitor.store.searching import Filters, Indexed, Unindexed, marks_of
from monitor.store.shown.articles import ArticlesShown
from monitor.store.tables import article

LANGUAGES = ("en", "ru", "az", "tr")
VOCABULARY, WORDS, TITLE, YEARS = 10_000, 150, 8, 2
READERS, TOGETHER = 10, 500
TEXTS = 10_000  # that differ; the articles tell them over and over
ASKED = 0.3  # seconds, p95


Text = tuple[str, str, str, Kept]  # language, title, text, what the index keeps of it


class Supply:
    """Articles by Zipf's law; `word(lang, rank)` is the word of a rank."""

    def __init__(self, seed: int):
        self._random, prose = Random(seed), Prose(seed)
        self.words: dict[str, list[str]] = {}
        for lang in LANGUAGES:
            phrases = " ".join(phrase for part in PHRASES[lang].values() for phrase in part)
            real = dict.fromkeys(word for word in words_of(phrases) if word not in ("name", "number"))
            while len(real) < VOCABULARY:
                real[prose.name(lang)] = None
            self.words[lang] = list(real)
        self._weights = list(accumulate(1 / (rank + 2) for rank in range(VOCABULARY)))

    def text(self, lang: str) -> tuple[str, str]:
        words = self._random.choices(self.words[lang], cum_weights=self._weights, k=WORDS + TITLE)
        body = " ".join(word + ("." if place % 15 == 14 else "") for place, word in enumerate(words[TITLE:]))
        return " ".join(words[:TITLE]), body


def fill(engine: Engine, number: int) -> None:
    supply = Supply(1)
    told = [_text(supply, at) for at in range(min(number, TEXTS))]
    progress(f"    {len(told):,} texts")
    step = timedelta(days=365 * YEARS) / number
    if engine.dialect.name == "postgresql":  # made at the end it takes a tenth of the time
        _alone(engine, "DROP INDEX ix_article_words")
    items = (_article(told[at % len(told)], at, START - (number - at) * step) for at in range(number))
    for done, batch in enumerate(iter(lambda: list(islice(items, TOGETHER)), []), 1):
        with transaction(engine) as connection:
            insert_new(connection, article, [row for row, _ in batch])
            searching.put(connection, [made for _, made in batch], START)
        if done % 100 == 0:
            progress(f"    {done * TOGETHER:,} articles")
    if engine.dialect.name == "postgresql":
        _alone(engine, "CREATE INDEX ix_article_words ON article_words USING gin (words)", "VACUUM ANALYZE")


def _alone(engine: Engine, *statements: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in ("SET statement_timeout = 0", "SET maintenance_work_mem = '512MB'", *statements):
            connection.execute(sa.text(statement))


def _text(supply: Supply, at: int) -> Text:
    lang = LANGUAGES[at % len(LANGUAGES)]
    title, text = supply.text(lang)
    return lang, title, text, kept(title, text, lang)


def _article(told: Text, at: int, published: datetime) -> tuple[dict[str, object], Indexed]:
    lang, title, text, words = told
    outlet = f"outlet-{at % 997}"
    item = Unindexed(f"a{at}", 1, title, text, published, lang, outlet, outlet, outlet, "AZ", ())
    same = ("id", "title", "text", "published", "language", "outlet", "publisher")
    row = {
        **{name: getattr(item, name) for name in same},
        "first_seen": published,
        "source_id": outlet,
        "url": f"https://news.example/{at}",
        "tier": 3,
        "note": "",
        "url_key": f"https://news.example/{at}",
        "summary_only": False,
        "learn_only": False,
        "error": "",
        "judged_at": published,
        "version": 1,
    }
    return row, Indexed(item.id, 1, item.published, words, marks_of(item, lang))


def questions(number: int) -> dict[str, Callable[[Random], tuple[str, Filters]]]:
    words = Supply(1).words

    def word(random: Random, first: int, last: int) -> str:
        return words[random.choice(LANGUAGES)][random.randrange(first, last)]

    def two(random: Random, first: int, last: int) -> str:
        lang = random.choice(LANGUAGES)
        return " ".join(words[lang][random.randrange(first, last)] for _ in range(2))

    def crossed(random: Random) -> str:
        return f"{words['en'][random.randrange(20)]} {words['ru'][random.randrange(20)]}"

    none = Filters()
    return {
        "common": lambda random: (word(random, 0, 20), none),
        "middling": lambda random: (word(random, 300, 1_000), none),
        "rare": lambda random: (word(random, VOCABULARY - 3_000, VOCABULARY), none),
        "two_common": lambda random: (two(random, 0, 20), none),
        "common_apart": lambda random: (crossed(random), none),  # two languages: no article has both
        "phrase_common": lambda random: (f'"{two(random, 0, 20)}"', none),
        "phrase_middling": lambda random: (f'"{two(random, 100, 400)}"', none),
        "miss": lambda random: (f"zzq{random.randrange(10**6)}", none),
        "common_of_outlet": lambda random: (word(random, 0, 20), Filters(outlet=f"outlet-{random.randrange(997)}")),
        "without": lambda random: (f"{word(random, 0, 20)} -{word(random, 0, 20)}", none),
        "old": lambda random: (word(random, 300, 1_000), Filters(until=START - timedelta(days=300))),
    }


def ask(shown: ArticlesShown, written: str, filters: Filters) -> int:
    query = parse(written)
    all_of_them = query is None and not filters
    listed = shown.latest(25) if all_of_them else shown.search(query, filters, 25).articles
    for item in listed:
        marked(query, item.title, item.language)
        snippet(query, item.text, item.language)
    return len(listed)


def measure(shown: ArticlesShown, question: Callable[[Random], tuple[str, Filters]], each: int) -> tuple[float, float]:
    """The median and the 95th percentile, in seconds, of ten readers at once."""
    together = threading.Barrier(READERS)

    def read(reader: int) -> list[float]:
        random, took = Random(reader), []
        together.wait()
        for _ in range(each):
            written, filters = question(random)
            began = time.perf_counter()
            ask(shown, written, filters)
            took.append(time.perf_counter() - began)
        return took

    with ThreadPoolExecutor(READERS) as pool:
        taken = [took for tooks in pool.map(read, range(READERS)) for took in tooks]
    cuts = quantiles(taken, n=20)
    return cuts[9], cuts[18]


def run(backend: str, url: str, number: int, each: int) -> None:
    engine = create_engine(url)
    migrate.upgrade(engine)
    began = time.perf_counter()
    fill(engine, number)
    progress(f"  {backend}: {number:,} articles in {time.perf_counter() - began:.0f} s, {_size(engine)}")
    shown = ArticlesShown(reading(engine))
    measure(shown, lambda random: ("", Filters()), 3)  # connections, caches
    _, against = measure(shown, lambda random: ("", Filters()), each)
    for name, question in questions(number).items():
        work = time.process_time()
        middle, p95 = measure(shown, question, each)
        work = (time.process_time() - work) / (READERS * each)  # ours, and SQLite's: tells also on a busy machine
        progress(
            f"    {name:16} p50 {middle * 1000:6.1f} ms, p95 {p95 * 1000:6.1f} ms, processor {work * 1000:5.1f} ms each"
        )
        emit(f"search_{name}_{backend}_p95", p95 * 1000, "ms", "the latest without a query", against * 1000)
    engine.dispose()


def _size(engine: Engine) -> str:
    if engine.dialect.name == "sqlite":
        asked = {
            "all": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
            "index": "SELECT sum(length(block)) FROM article_words_data",
        }
    else:
        asked = {name: f"SELECT pg_total_relation_size('{name}')" for name in ("article", "article_words")}
    with transaction(engine) as connection:
        sizes = {name: connection.exec_driver_sql(statement).scalar_one() for name, statement in asked.items()}
    return ", ".join(f"{name} {size / 2**20:,.0f} MB" for name, size in sizes.items())


def main() -> None:
    parser = options(__doc__)
    parser.add_argument("--articles", type=int, default=100_000, metavar="N", help="how many (default: 100000)")
    parser.add_argument("--only", choices=("sqlite", "postgresql"), help="one database instead of both")
    chosen = parser.parse_args()
    number, each = (2_000, 3) if chosen.quick else (chosen.articles, 20)
    for backend in ("sqlite", "postgresql"):
        if chosen.only in (None, backend):
            progress(f"{backend}: {number:,} articles")
            with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
                for url in _urls(backend, Path(folder)):
                    run(backend, url, number, each)


def _urls(backend: str, folder: Path) -> Iterator[str]:
    with databases(backend == "postgresql", folder) as (url, _):
        yield url


if __name__ == "__main__":
    main()
