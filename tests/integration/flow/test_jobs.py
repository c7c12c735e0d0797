"""The daemon's jobs: one that hangs or breaks is told and counted, and stops no other."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor import daemon
from monitor.app import App, build
from monitor.core import lags
from monitor.daemon import Daemon
from monitor.errors import StoreError
from tests import desk as words
from tests.integration.flow.test_app import settings
from tests.servers import Outlets


@pytest.fixture
async def app(folder: Path, outlets: Outlets):
    words.write(folder, *words.WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels={"c": "console://"})
    outlets.publish("harbour", *words.story("zorbium"))
    app = build(settings(folder), console=io.StringIO(), secrets={})
    yield app
    await app.close()


def make(app: App) -> tuple[Daemon, asyncio.Event]:
    stopping = asyncio.Event()
    return Daemon(app, 0.1, stopping, asyncio.Event()), stopping


async def test_a_job_that_breaks_is_counted_and_the_others_go_on(app: App, monkeypatch):
    """Reloading fails all the time; the alert is sent all the same, and the daemon ends in order."""

    async def broken() -> bool:
        raise ValueError("boom")

    monkeypatch.setattr(app, "reload_if_changed", broken)
    serving, stopping = make(app)
    task = asyncio.create_task(serving.serve())
    while not serving.counts["sent"]:
        await asyncio.sleep(0.05)
    stopping.set()
    assert await task == daemon.OK
    assert serving.counts["reload_broke"] >= 1
    assert serving.counts["alerts"] == 1


async def test_it_counts_how_polls_ended_and_how_long_news_took(app: App):
    """The first alert's two lags are those of the article and of the delivery."""
    serving, stopping = make(app)
    task = asyncio.create_task(serving.serve())
    while not serving.counts["sent"]:
        await asyncio.sleep(0.05)
    stopping.set()
    await task
    pulse = serving.pulse()
    assert (pulse.counts["polled_fresh"], pulse.counts["polls"]) == (1, 1)
    assert [sum(pulse.lags[name].counts) for name in (lags.ALERTED, lags.ACCEPTED)] == [1, 1]
    assert 0 <= pulse.lags[lags.ACCEPTED].total < 60


async def test_what_judgement_tells_is_on_its_way_before_the_job_that_delivers_has_its_turn(app: App):
    """No job runs here but those called: only judgement itself can have woken delivery."""
    serving, _ = make(app)
    await app.pipeline.poll_due()
    await app.pipeline.read_pending()
    await serving._judge()
    assert serving.counts["alerts"] == 1
    assert len((await app.delivering.drain()).sent) == 1


async def test_what_is_overdue_at_the_start_is_asked_one_after_the_other(app: App, monkeypatch):
    polled = await app.pipeline.poll_due()
    later = polled[0].plan.next_poll_at + timedelta(hours=3)
    monkeypatch.setattr(app, "now", lambda: later)
    with capture_logs() as logs:
        await app.take_over()  # with which the daemon begins
    assert [line["sources"] for line in logs if "overdue" in line["event"]] == [1]
    ((_, state),) = app.store.due_sources(later, 10)
    assert state.next_poll_at == later


async def test_a_job_that_hangs_is_ended(app: App):
    serving, _ = make(app)

    async def hang() -> None:
        await asyncio.Event().wait()

    await serving._guarded("hang", hang, 0.05)
    assert serving.counts == {"hang_timed_out": 1}


async def test_a_database_that_refuses_is_tried_again(app: App):
    serving, _ = make(app)

    async def refuse() -> None:
        raise StoreError("locked")

    for _ in range(3):
        await serving._guarded("judge", refuse, 5.0)
    assert serving.counts == {"judge_failed": 3}


async def test_it_gives_up_when_the_store_does_not_answer_any_more(app: App, monkeypatch):
    """So that whoever watches the process starts a new one."""

    async def silent(function, *args):
        await asyncio.Event().wait()

    monkeypatch.setattr("monitor.daemon.jobs.SILENCE_SECONDS", 0.05)
    serving, stopping = make(app)
    monkeypatch.setattr(app, "run", silent)
    await serving._heartbeat()
    assert stopping.is_set()
    monkeypatch.undo()
    assert await serving.serve() == daemon.FAILED


async def test_after_the_stop_no_job_begins(app: App):
    serving, stopping = make(app)
    stopping.set()
    begun = []

    async def work() -> None:
        begun.append(1)

    await serving._guarded("work", work, 5.0)
    assert begun == []


async def test_a_pattern_that_takes_too_long_is_logged_and_the_article_judged(folder: Path, outlets: Outlets):
    """The alert comes all the same; the log names rule, term, pattern and file."""
    slow = r"/(?:\p{Greek}{2}|\p{Greek}| )+$/"
    words.write(folder, "zorbium", sources={"harbour": outlets.feed_url("harbour")}, channels={"c": "console://"})
    watchlist = folder / "watchlists" / "words.yaml"
    listed = watchlist.read_text().replace("{any: [zorbium]}", f"{{any: [zorbium, '{slow}']}}")
    watchlist.write_text(listed)
    title, text = words.story("zorbium")
    outlets.publish("harbour", title, f"{text}\n\n{'αβγδ ' * 200}!")
    app = build(settings(folder), console=io.StringIO(), secrets={})
    try:
        with capture_logs() as logs:
            done = await app.tick()
    finally:
        await app.close()
    assert len(done.alerts) == 1
    (line,) = (line for line in logs if line["event"] == "left out of a judgement")
    assert (line["log_level"], line["rules"]) == ("warning", ("about-zorbium",))
    assert f"the pattern {slow} of zorbium ({watchlist.as_posix()}:4) took too long" in line["problem"]
