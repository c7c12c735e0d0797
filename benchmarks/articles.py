"""The way of an article, page in → verdict stored, against the extractor alone.

Ours: pages from memory → extraction in worker processes → the text stored → judged with the
shipped rules and seeds → verdicts, facts and outbox stored, in SQLite on the disk with the
shipped durability. The floor: the same pages through the same extractor in the same number of
worker processes, the results thrown away. Network and polling are no part of it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks._measure import emit, options, progress, seconds, turn_about
from benchmarks._pages import ROOT, WebPage, web_pages
from monitor.core.judge import Judge
from monitor.core.model import Article, Entry, Outcome, Page, Polled, PollPlan, Source
from monitor.errors import UnreadableError
from monitor.fetch.pages import extract
from monitor.fetch.workers import Workers
from monitor.judging import Desk, judge_article
from monitor.store import migrate
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from monitor.watchlists import Seed, load, load_seeds

NOW = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)
PROCESSES = 2


class Bench:
    """Pages, rules and two worker processes. `close` when done."""

    def __init__(self, pages: Sequence[WebPage], folder: Path):
        self.pages, self._folder, self._stores = pages, folder, 0
        loaded = load(ROOT / "watchlists")
        self.desk = Desk(Judge(loaded.ruleset), loaded.channels, loaded.default_channels)
        self.seeds: tuple[Seed, ...] = load_seeds(ROOT / "seeds", loaded.ruleset)
        self._loop = asyncio.new_event_loop()
        self._workers = Workers(PROCESSES)

    def close(self) -> None:
        self._loop.run_until_complete(self._workers.close())
        self._loop.close()

    # --- the floor ---------------------------------------------------------------------------

    async def extracted(self, page: WebPage) -> Page | None:
        try:
            return await self._workers.run(extract, page.body, page.url, "text/html", page.language, NOW, timeout=60.0)
        except UnreadableError:
            return None

    def extract_all(self) -> list[Page | None]:
        async def work() -> list[Page | None]:
            return await asyncio.gather(*map(self.extracted, self.pages))

        return self._loop.run_until_complete(work())

    # --- ours --------------------------------------------------------------------------------

    def store(self) -> SqlStore:
        """A new database with the seeds and one unread entry for each page, whose ids count from 1."""
        self._stores += 1
        engine = create_engine(f"sqlite:///{self._folder / f'{self._stores}.db'}")
        migrate.upgrade(engine)
        store = SqlStore(engine)
        source = Source("bench", "https://news.example/feed", "Bench")
        store.sync_sources([source], NOW)
        entries = tuple(Entry(page.url, (page.url,), page.url, "") for page in self.pages)
        answer = Polled(source.id, NOW, Outcome.FRESH, entries)
        store.record_poll(answer, PollPlan(NOW + timedelta(minutes=10), ""), frozenset())
        for seed in self.seeds:
            store.replace_seed(seed.id, seed.facts, None, NOW)
        return store

    def whole_way(self, store: SqlStore) -> int:
        """Every page from bytes to verdict; how many were judged."""

        def keep(number: int, page: Page) -> None:
            store.save_article(number, _article(number, page))

        def judge() -> int:
            waiting = store.unjudged(50)
            self.judge_all(store, waiting)
            return len(waiting)

        async def read(number: int, page: WebPage) -> None:
            if found := await self.extracted(page):
                await self._loop.run_in_executor(None, keep, number, found)

        async def work() -> int:
            reading = asyncio.gather(*(read(number, page) for number, page in enumerate(self.pages, start=1)))
            judged = 0
            while True:
                all_read = reading.done()
                just_now = await self._loop.run_in_executor(None, judge)
                judged += just_now
                if all_read and not just_now:
                    return judged
                if not just_now:
                    await asyncio.sleep(0.01)

        return self._loop.run_until_complete(work())

    def judge_all(self, store: SqlStore, articles: Sequence[Article]) -> None:
        for article in articles:
            store.judging(partial(judge_article, article, self.desk, now=NOW))


def _article(number: int, page: Page) -> Article:
    return Article(
        id=f"bench-{number}",
        title=page.title,
        text=page.text,
        published=NOW,
        first_seen=NOW,
        language=page.language,
        outlet="Bench",
        publisher=f"publisher-{number % 12}",
        url=page.url,
        source_id="bench",
    )


def whole_way(bench: Bench, kind: str, turns: int) -> float:
    """Prints the figure; the floor in pages a second."""
    stores = iter([bench.store() for _ in range(turns)])
    rates = turn_about(lambda: bench.whole_way(next(stores)), bench.extract_all, len(bench.pages), turns)
    against = f"the extractor alone in {PROCESSES} processes, {kind}"
    emit("articles_vs_extractor", rates.ours, "pages/s", against, rates.theirs)
    return rates.theirs


def judging(bench: Bench, kind: str, texts: Sequence[Page], floor: float, turns: int) -> None:
    """From stored text to stored verdict, in one process."""

    def once() -> float:
        store = bench.store()
        for number, page in enumerate(texts, start=1):
            store.save_article(number, _article(number, page))
        articles = store.unjudged(len(texts))
        return seconds(lambda: bench.judge_all(store, articles))

    took = sorted(once() for _ in range(turns))[turns // 2]
    against = f"the extractor alone in {PROCESSES} processes, {kind}"
    emit("judging_articles_per_second", len(texts) / took, "articles/s", against, floor)


def main() -> None:
    chosen = options(__doc__).parse_args()
    count, turns = (15, 1) if chosen.quick else (205, 5)
    pages, kind = web_pages(count)
    progress(f"articles: {count} {kind}, {sum(len(page.body) for page in pages) / count / 1000:.0f} kB each")
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        bench = Bench(pages, Path(folder))
        try:
            # Starts the workers, loads the dictionaries, fills the caches as in any running service.
            texts = [page for page in bench.extract_all() if page]
            bench.whole_way(bench.store())
            progress(f"  {len(texts)} of {count} have an article of {_words(texts):.0f} words on average")
            floor = whole_way(bench, kind, turns)
            judging(bench, kind, texts, floor, turns)
        finally:
            bench.close()


def _words(texts: Sequence[Page]) -> float:
    return sum(len(page.text.split()) for page in texts) / max(len(texts), 1)


if __name__ == "__main__":
    main()
