"""A database without room: nothing is fetched in vain, nothing put aside, and all goes on by itself when there is room.

`max_page_count` lets SQLite refuse as on a full disk, on every machine.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from monitor.errors import StoreError
from monitor.pipeline import STRIKES, Pipeline, waiting
from monitor.store.engine import create_engine
from monitor.store.views import Views
from tests.desk import WORDS
from tests.integration.flow.conftest import HOUR, Publisher, entry, news

LONG = "The committee met in the town hall and spoke of drains. " * 2_000
MOST = 2**32 - 2  # pages, SQLite's own limit


class Room:
    """How much of it a database has, for every connection of an engine."""

    def __init__(self, engine: sa.Engine):
        self.pages = MOST
        sa.event.listen(engine, "checkout", self._limit)

    def end(self) -> None:
        self.pages = 1  # SQLite takes what is there for the least

    def come_back(self) -> None:
        self.pages = MOST

    def _limit(self, dbapi, *_) -> None:
        dbapi.execute(f"PRAGMA max_page_count={self.pages}")


@pytest.fixture
def engine(tmp_path, sqlite_template) -> Iterator[sa.Engine]:
    (tmp_path / "monitor.db").write_bytes(sqlite_template.read_bytes())
    engine = create_engine(f"sqlite:///{tmp_path}/monitor.db")
    yield engine
    engine.dispose()


@pytest.fixture
def room(engine: sa.Engine) -> Room:
    return Room(engine)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "FIRST_PAUSE", 0.01)


async def until(work, what) -> None:
    async with asyncio.timeout(60):
        while not what():
            try:
                await work(0.01)
            except StoreError:
                await asyncio.sleep(0.01)


async def until_refused(work) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                await work(0.01)
            except StoreError as error:
                if "full" in str(error):
                    return
                raise


async def test_a_poll_that_cannot_be_stored_waits_and_its_source_is_not_asked_again(
    flow, publisher: Publisher, room: Room, views: Views
):
    """Nor is any other source, until there is room; the log says so once, and when it is over."""
    publisher.lists("harbour", entry("one", content=LONG))
    pipeline: Pipeline = flow("harbour", "market")
    room.end()
    with capture_logs() as logs:
        await until_refused(pipeline.poll_due)
        for _ in range(5):
            with pytest.raises(StoreError, match="full"):
                await pipeline.poll_due(0.01)
        assert publisher.asked == {"harbour": 1, "market": 1}
        assert views.counts().entries == 0
        room.come_back()
        await until(pipeline.poll_due, lambda: any(line["event"].endswith("told again") for line in logs))
    assert views.counts().entries == 1
    assert publisher.asked == {"harbour": 1, "market": 1}
    told = [(line["log_level"], line["event"]) for line in logs if line["event"].startswith("the store takes")]
    assert told == [
        ("error", "the store takes nothing: nothing is polled or read until it does"),
        ("info", "the store takes what it is told again"),
    ]
    assert pipeline.broken == 0


async def test_a_text_that_cannot_be_stored_waits_and_its_page_is_not_asked_for_again(
    flow, publisher: Publisher, room: Room, views: Views
):
    publisher.lists("harbour", entry("one"), entry("two"))
    for name in ("one", "two"):
        publisher.shows(f"https://host.example/{name}", LONG)
    pipeline: Pipeline = flow("harbour")
    await pipeline.poll_due()
    room.end()
    await until_refused(pipeline.read_pending)
    room.come_back()
    await until(pipeline.read_pending, lambda: views.counts().articles == 2)
    assert [publisher.asked[f"https://host.example/{name}"] for name in ("one", "two")] == [1, 1]


async def test_no_article_is_put_aside_while_there_is_no_room_to_judge_it(
    flow, publisher: Publisher, room: Room, views: Views
):
    """However often it is tried, and though the mark that puts it aside would still find room."""
    listed = [news(word, f"{word}-{number}") for number in range(6) for word in WORDS[:2]]
    publisher.lists("harbour", *listed)
    pipeline: Pipeline = flow("harbour")
    await pipeline.poll_due()
    await pipeline.read_pending()
    room.end()
    for _ in range(3 * STRIKES):
        with pytest.raises(StoreError, match="full"):
            await pipeline.judge_pending()
    assert (views.counts().unjudged, views.counts().unjudgeable) == (len(listed), 0)
    room.come_back()
    outcomes = (await pipeline.judge_pending()).outcomes
    assert len(outcomes) == len(listed)
    assert {alert.rule for item in outcomes for alert in item.alerts} == {f"about-{word}" for word in WORDS[:2]}


async def test_a_single_pass_waits_for_no_room_and_the_next_one_does_it_all(
    flow, publisher: Publisher, room: Room, views: Views
):
    publisher.lists("harbour", entry("one", content=LONG))
    pipeline: Pipeline = flow("harbour")
    room.end()
    with capture_logs(), pytest.raises(StoreError, match="full"):
        await pipeline.poll_due()
    room.come_back()
    await pipeline.poll_due()
    assert views.counts().entries == 1


async def test_what_waits_for_room_does_not_keep_the_pipeline_from_stopping(
    flow, publisher: Publisher, room: Room, views: Views, monkeypatch: pytest.MonkeyPatch
):
    """It is fetched anew after the next start."""
    monkeypatch.setattr(waiting, "FIRST_PAUSE", HOUR.total_seconds())
    publisher.lists("harbour", entry("one", content=LONG))
    pipeline: Pipeline = flow("harbour")
    room.end()
    await until_refused(pipeline.poll_due)
    async with asyncio.timeout(60):
        await pipeline.stop()
    room.come_back()
    await flow("harbour").poll_due()
    assert views.counts().entries == 1
