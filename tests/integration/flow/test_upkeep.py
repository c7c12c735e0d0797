"""The monitor looks after its database by itself: on both databases, with the whole of it running."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from monitor.app import App
from monitor.app import upkeep as looking
from monitor.core import keeping
from monitor.store import backup, rows, upkeep
from monitor.store.archive import Archive
from monitor.store.engine import create_engine, reading, transaction
from monitor.store.restore import restore
from monitor.store.tables import article
from tests import desk as words
from tests.contracts.ledger import make_article
from tests.desk import QUIET, WORDS, story
from tests.integration.flow.conftest import DAY, HOUR, NOW, Clock
from tests.integration.flow.test_app import CONSOLE, make
from tests.servers import Outlets

MINUTE = timedelta(minutes=1)


@pytest.fixture
def room(folder: Path, outlets: Outlets) -> Path:
    words.write(folder, WORDS[0], sources={"harbour": outlets.feed_url("harbour")}, channels=CONSOLE)
    outlets.publish("harbour", *story(WORDS[0]), NOW - HOUR)
    outlets.publish("harbour", *QUIET, NOW - HOUR)
    return folder


def always() -> bool:
    return True


async def test_once_a_day_what_is_past_its_time_goes_and_no_alert_comes_twice(room: Path, url: str, clock: Clock):
    """The feed still lists all of it 401 days later."""
    app = make(room, io.StringIO(), url, now=clock)
    try:
        assert len((await app.tick()).alerts) == 1
        assert await app.upkeep.work(always) == 0
        clock.advance(401 * DAY)
        with capture_logs() as logs:
            assert await app.upkeep.work(always) == 1
        assert await app.upkeep.work(always) == 0
        clock.advance(HOUR)
        app.force_due()
        done = await app.tick()
    finally:
        await app.close()
    assert [line["reasons"] for line in logs if line["event"] == "dropped what is past its time"] == [
        {"older than 400 days and touched no rule": 1}
    ]
    assert (len(done.polls), done.articles, done.alerts) == (1, [], [])


async def test_what_is_left_is_done_at_the_next_turn(
    room: Path, url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    """Whoever else needs the store has it in between."""
    monkeypatch.setattr(looking, "AT_ONCE", 2)
    app = make(room, io.StringIO(), url, now=clock)
    try:
        filled(app, 3)
        clock.advance(401 * DAY)
        turns = iter([True, False])
        assert await app.upkeep.work(lambda: next(turns)) == 2
        assert await app.run(app.upkeep._keeper.last, upkeep.PRUNED) is None, "it has not come to its end"
        assert await app.upkeep.work(always) == 1
        noted = await app.run(app.upkeep._keeper.last, upkeep.PRUNED)
    finally:
        await app.close()
    assert noted == upkeep.Noted(clock(), {"articles": 3, "attempts": 0, "documents": 0})


async def test_operators_hear_once_that_the_database_nears_its_limit(
    room: Path, url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    app = make(room, io.StringIO(), url, now=clock)
    found = keeping.Room(85 * 10**9, 100 * 10**9)
    monkeypatch.setattr(looking, "room", lambda *_: found)
    try:
        await app.tick()
        (row,) = await app.run(app.views.alerts, None, keeping.OWN_RULE, 10)
        assert row.alert.headline.startswith("The database takes 85.00 GB, 85 % of the 100 GB")
        clock.advance(MINUTE)
        assert await app.tell_operators() == []
        found = keeping.Room(10 * 10**9, 100 * 10**9)
        clock.advance(MINUTE)
        (over,) = await app.tell_operators()
        clock.advance(MINUTE)
        assert await app.tell_operators() == []
    finally:
        await app.close()
    assert over.headline == "The database has room again"


def filled(app: App, number: int) -> None:
    """So many large articles that touched nothing, from a day each."""
    with app.store.writing() as connection:
        many = [
            make_article(f"a{at:04}", published=NOW - at * DAY, first_seen=NOW - at * DAY, text=f"{at} fog. " * 3000)
            for at in range(number)
        ]
        values = [rows.article_to(item) | {"judged_at": item.first_seen, "indexed_at": NOW} for item in many]
        connection.execute(sa.insert(article), values)


async def test_under_a_limit_the_oldest_go_sooner_until_there_is_room(room: Path, url: str, clock: Clock):
    app = make(room, io.StringIO(), url, now=clock)
    try:
        await app.upkeep.work(always)
        filled(app, 300)
        size = await app.run(app.upkeep._keeper.size)
        app.upkeep._settings = app.upkeep._settings.model_copy(update={"max_database_gb": size / 1e9 / 0.95})
        went = await app.upkeep.work(always)
        with transaction(reading(app.views._engine)) as connection:
            left = set(connection.execute(sa.select(article.c.id).where(article.c.id.startswith("a0"))).scalars())
        assert await app.upkeep.work(always) == 0, "it is looked at again an hour later"
        clock.advance(2 * HOUR)
        assert await app.upkeep.work(always) == 0, "there is room"
    finally:
        await app.close()
    assert 20 <= went <= 60
    assert left == {f"a{at:04}" for at in range(300 - went)}


async def test_where_nothing_more_may_go_the_log_says_so(room: Path, clock: Clock):
    app = make(room, io.StringIO(), now=clock)
    try:
        await app.tick()
        await app.upkeep.work(always)
        app.upkeep._settings = app.upkeep._settings.model_copy(update={"max_database_gb": 1e-6})
        with capture_logs() as logs:
            assert await app.upkeep.work(always) == 0
    finally:
        await app.close()
    assert "the database takes too much, and nothing more may be dropped" in [line["event"] for line in logs]


async def test_a_monitor_that_was_restored_goes_on_as_if_nothing_had_been(
    room: Path, url: str, clock: Clock, outlets: Outlets, tmp_path: Path
):
    """A backup is made while it works. What was told is not told again, and what is known stays known."""
    console = io.StringIO()
    app = make(room, console, url, now=clock)
    try:
        await app.tick()
        path, _ = await asyncio.to_thread(backup.write, app.views._engine, tmp_path / "b.zip", clock())
    finally:
        await app.close()
    assert console.getvalue().count("Explosion: the zorbium affair") == 1
    elsewhere = f"sqlite:///{tmp_path}/elsewhere/monitor.db"
    engine = create_engine(elsewhere)
    with Archive(path) as archive:
        restore(engine, archive)
    engine.dispose()
    title, text = story(WORDS[0])
    outlets.publish("harbour", f"Again: {title}", text, NOW)
    clock.advance(HOUR)
    console = io.StringIO()
    app = make(room, console, elsewhere, now=clock)
    try:
        app.force_due()
        done = await app.tick()
        found = await app.run(app.views.article, done.articles[0].id)
    finally:
        await app.close()
    assert [item.title for item in done.articles] == [f"Again: {title}"]
    assert (done.alerts, done.delivered.sent, console.getvalue()) == ([], [], "")
    assert found is not None
