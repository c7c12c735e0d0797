"""The flow on both real databases, fed by a publisher of the tests' own."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.configuration import read_configuration
from monitor.core.model import Entry, Outcome, Page, Polled, PollState, Source
from monitor.errors import FetchError
from monitor.judging import Desk
from monitor.pipeline import Pipeline
from monitor.store.sql import SqlStore
from tests import desk as words
from tests.servers import Outlets

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, by: timedelta) -> None:
        self.now += by


class Publisher:
    """A `Fetcher` that is told what sources list and pages show. Pages not told of are gone."""

    def __init__(self) -> None:
        self.entries: dict[str, tuple[Entry, ...]] = {}
        self.pages: dict[str, Page | Exception] = {}
        self.polls: dict[str, Exception] = {}
        self.held: dict[str, asyncio.Event] = defaultdict(asyncio.Event)
        self.holding: set[str] = set()
        self.asked: Counter[str] = Counter()
        self.reading: set[str] = set()

    def lists(self, source: str, *entries: Entry) -> None:
        self.entries[source] = entries

    def shows(self, url: str, text: str, published: datetime | None = None) -> None:
        self.pages[url] = Page(url, "a title", text, published)

    def fails(self, url: str, error: Exception) -> None:
        self.pages[url] = error

    def breaks(self, source: str, error: Exception) -> None:
        self.polls[source] = error

    def hold(self, url: str) -> None:
        self.holding.add(url)

    def release(self, url: str) -> None:
        self.held[url].set()

    async def poll(self, source: Source, state: PollState, now: datetime) -> Polled:
        self.asked[source.id] += 1
        if error := self.polls.get(source.id):
            raise error
        return Polled(source.id, now, Outcome.FRESH, self.entries.get(source.id, ()), status=200)

    async def page(self, url: str, language: str, now: datetime, source: Source | None = None) -> Page:
        self.asked[url] += 1
        self.reading.add(url)
        try:
            if url in self.holding:
                await self.held[url].wait()
            page = self.pages.get(url) or FetchError("the server answered 404", permanent=True, status=404)
        finally:
            self.reading.discard(url)
        if isinstance(page, Exception):
            raise page
        return page


def entry(name: str, url: str | None = "", published: datetime | None = NOW - HOUR, **more: Any) -> Entry:
    """An entry `guid:NAME`, linked to its page on host.example unless told otherwise."""
    if url == "":
        url = f"https://host.example/{name}"
    keys = (f"guid:{name}", f"url:{url}") if url else (f"guid:{name}",)
    title = more.pop("title", f"Title of {name}")
    return Entry(f"guid:{name}", keys, url, title, published=published, language="en", **more)


def news(word: str, name: str = "", published: datetime | None = NOW - HOUR, url: str | None = "") -> Entry:
    """An entry that is news for the rule of the word; its feed has the whole text."""
    title, text = words.story(word)
    return replace(entry(name or word, url, published), title=title, content=text)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def publisher() -> Publisher:
    return Publisher()


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Rules about the invented words; alerts go to one target."""
    folder = tmp_path_factory.mktemp("desk")
    directories = words.write(folder, *words.WORDS, sources={}, channels={"console": "console://"})
    return read_configuration(*directories, {}).desk


@pytest.fixture
def flow(store: SqlStore, publisher: Publisher, desk: Desk, clock: Clock) -> Callable[..., Pipeline]:
    """Makes the pipeline as a start of the process would: sources by name, everything else as stored."""

    def make(*sources: str, store: Any = store, desk: Desk = desk, **more: Any) -> Pipeline:
        listed = [Source(name, f"https://{name}.example/feed", name.title(), publisher=name) for name in sources]
        store.sync_sources(listed, clock())
        given = {"now": clock, "run": asyncio.to_thread, "fresh": 2 * DAY} | more
        return Pipeline(store, publisher, desk, listed, **given)

    return make


@pytest.fixture
def outlets() -> Iterator[Outlets]:
    with Outlets() as outlets:
        yield outlets


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
