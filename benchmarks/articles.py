"""The way of an article, page in → verdict stored, against the extractor alone.

Ours: pages from memory → the pipeline as the daemon runs it: extraction in worker processes →
the text stored → judged with the shipped rules and seeds → verdicts, facts and outbox stored, in
SQLite on the disk with the shipped durability. The floor: the same pages through the same
extractor in the same number of worker processes, the results thrown away. The network is no part
of it.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks._measure import emit, options, progress, turn_about
from benchmarks._pages import ROOT, Pages, WebPage
from monitor import logs
from monitor.app.storing import StoreThread
from monitor.core.judge import Judge
from monitor.core.model import Article, Entry, Outcome, Page, Polled, PollPlan, PollState, Source
from monitor.errors import UnreadableError
from monitor.fetch.pages import extract
from monitor.fetch.workers import Workers
from monitor.judging import Desk, judge_article
from monitor.pipeline import TOGETHER, Pipeline
from monitor.ports import JudgingUnit
from monitor.store import migrate
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from monitor.watchlists import load, load_seeds

NOW = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)
PROCESSES = 2
TICK = 0.2  # seconds between two looks for texts to judge; the daemon looks once a second
SOURCE = Source("bench", "https://news.example/feed", "Bench")


class Shelf:
    """The port `Fetcher` with the pages at hand: what remains of fetching is the extraction."""

    def __init__(self, workers: Workers):
        self._workers = workers
        self.pages: dict[str, WebPage] = {}

    async def poll(self, source: Source, state: PollState, now: datetime) -> Polled:
        raise NotImplementedError("the entries are stored before: only pages are read here")

    async def page(self, url: str, language: str, now: datetime, source: Source | None = None) -> Page:
        page = self.pages[url]
        return await self._workers.run(extract, page.body, url, "text/html", page.language, now, timeout=60.0)


class Bench:
    """A pipeline on a new database, and two worker processes. `close` when done."""

    def __init__(self, folder: Path):
        loaded = load(ROOT / "watchlists")
        self.desk = Desk(Judge(loaded.ruleset), loaded.channels, loaded.routes)
        engine = create_engine(f"sqlite:///{folder / 'bench.db'}")
        migrate.upgrade(engine)
        self.store = SqlStore(engine)
        self.store.sync_sources([SOURCE], NOW)
        for seed in load_seeds(ROOT / "seeds", loaded.ruleset):
            self.store.replace_seed(seed.id, seed.baseline, None, NOW)
        self._loop = asyncio.new_event_loop()
        self._workers, self._thread = Workers(PROCESSES), StoreThread()
        self._shelf = Shelf(self._workers)
        self._pipeline = Pipeline(
            self.store, self._shelf, self.desk, [SOURCE], now=lambda: NOW, run=self._thread, fresh=timedelta(days=1)
        )

    def close(self) -> None:
        self._run(self._workers.close())
        self._run(self._thread.close(10.0))
        self._loop.close()

    def extract(self, pages: Sequence[WebPage]) -> list[Page]:
        """The floor: every page through the extractor, and no more."""
        self._shelf.pages = {page.url: page for page in pages}

        async def one(url: str) -> Page | None:
            try:
                return await self._shelf.page(url, "", NOW)
            except UnreadableError:
                return None

        async def work() -> list[Page | None]:
            return await asyncio.gather(*map(one, self._shelf.pages))

        return [page for page in self._run(work()) if page]

    def _list(self, urls: Sequence[str]) -> None:
        """A poll of a feed that lists these."""
        entries = tuple(Entry(url, (url,), url, "") for url in urls)
        plan = PollPlan(NOW + timedelta(minutes=10), "")
        self.store.record_polls([(Polled(SOURCE.id, NOW, Outcome.FRESH, entries), plan, frozenset())])

    def whole_way(self, pages: Sequence[WebPage]) -> int:
        """Ours: every page from bytes to verdict; how many were judged."""
        self._shelf.pages = {page.url: page for page in pages}
        self._list(list(self._shelf.pages))

        async def work() -> int:
            reading = asyncio.ensure_future(self._pipeline.read_pending())
            judged = 0
            while True:
                all_read = reading.done()
                done = await self._pipeline.judge_pending()
                judged += len(done.outcomes)
                if all_read and not done:
                    return judged
                if not done:
                    await asyncio.wait([reading], timeout=TICK)

        judged: int = self._run(work())
        return judged

    def read(self, pages: Sequence[WebPage]) -> list[tuple[WebPage, Article]]:
        """Pages with their stored articles, ready to be judged."""
        made = [(page, _article(found[0])) for page in pages if (found := self.extract([page]))]
        self._list([article.url for _, article in made])
        by_url: dict[str | None, Article] = {article.url: article for _, article in made}
        for pending in self.store.pending_entries(NOW, len(made)):
            self.store.save_article(pending.id, by_url[pending.entry.url])
        return made

    def judge(self, articles: Sequence[Article]) -> None:
        for begin in range(0, len(articles), TOGETHER):
            self.store.judging(partial(self._judge, articles[begin : begin + TOGETHER]))

    def _judge(self, articles: Sequence[Article], unit: JudgingUnit) -> None:
        for article in articles:
            judge_article(article, self.desk, unit, NOW)

    def _run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run_until_complete(work)


def _article(page: Page) -> Article:
    return Article(page.url, page.title, page.text, NOW, NOW, page.language, "Bench", "bench", page.url, SOURCE.id)


def main() -> None:
    chosen = options(__doc__).parse_args()
    size, turns = (8, 1) if chosen.quick else (41, 15)
    logs.configure(level="ERROR")
    supply = Pages()
    against = f"the extractor alone in {PROCESSES} processes, {supply.kind}"
    with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
        bench = Bench(Path(folder))
        try:
            progress(f"articles_vs_extractor: {turns} turns of {size} {supply.kind}")
            rates = turn_about(bench.whole_way, bench.extract, (supply.batch(size) for _ in range(turns + 1)))
            emit("articles_vs_extractor", rates.ours, "pages/s", against, rates.theirs)
            progress("judging_articles_per_second: from stored text to stored verdict, in one process")
            rates = turn_about(
                lambda pairs: bench.judge([article for _, article in pairs]),
                lambda pairs: bench.extract([page for page, _ in pairs]),
                (bench.read(supply.batch(size)) for _ in range(turns // 3 + 2)),
            )
            emit("judging_articles_per_second", rates.ours, "articles/s", against, rates.theirs)
        finally:
            bench.close()


if __name__ == "__main__":
    main()
