"""What operators hear of the monitor itself, on both databases: the heartbeat, and deliveries that were given up."""

from __future__ import annotations

import asyncio
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.app import App
from monitor.configuration import ON_CONSOLE, read_configuration
from monitor.core import deadletters, heartbeat
from monitor.core.alerts import Alert
from monitor.core.model import Severity
from monitor.daemon import Daemon
from tests import desk as words
from tests.desk import WORDS, story
from tests.integration.flow.test_app import make
from tests.servers import Answer, Outlets, Receiver

NINE = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CHANNELS = """\
version: 1
default: [oncall]
channels:
  oncall:
    targets: [{name: phone, url: "PHONE"}]
  desk:
    targets: [{name: screen, url: "console://"}]
heartbeat: {at: 09:00, to: [desk]}
"""


class Clock:
    def __init__(self, at: datetime) -> None:
        self.now = at

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock(NINE - HOUR)


@pytest.fixture
def room(folder: Path, outlets: Outlets) -> Path:
    words.write(folder, WORDS[0], sources={"harbour": outlets.feed_url("harbour")}, channels={"c": "console://"})
    (folder / "watchlists/channels.yaml").write_text(CHANNELS.replace("PHONE", "console://"))
    outlets.publish("harbour", *words.QUIET, NINE - 2 * HOUR)
    return folder


def keys(alerts: list[Alert]) -> list[str]:
    return [alert.key.removeprefix("monitor:") for alert in alerts]


async def later(app: App, clock: Clock, by: timedelta, polled: bool = True) -> list[Alert]:
    clock.now += by
    return await app.tell_operators(polled)


async def test_the_heartbeat_is_told_once_at_its_time_whatever_restarts_happen(room: Path, url: str, clock: Clock):
    """What happened since the one before is told by the next one."""
    console = io.StringIO()
    app = make(room, console, url, now=clock)
    try:
        await app.tick()
        assert await later(app, clock, HOUR - MINUTE) == []
        clock.now = NINE
        app.force_due()
        done = await app.tick()
        assert await later(app, clock, MINUTE) == []
    finally:
        await app.close()
    assert [outcome.delivery.channel for outcome in done.delivered.sent] == ["desk"]
    assert "All quiet: 1 article read, 1 of 1 source healthy, the one rule covered" in console.getvalue()
    app = make(room, console, url, now=clock)
    try:
        assert await later(app, clock, MINUTE) == []
        (second,) = await later(app, clock, DAY)
        (row,) = app.views.alerts(rule=heartbeat.OWN_RULE, limit=1)
    finally:
        await app.close()
    assert row.alert == second
    assert second.key == "monitor:heartbeat:2026-11-24T09:00Z"
    assert "Since 2026-11-23 09:00 UTC: 0 articles read, 0 alerts, " in second.reason


async def test_one_that_was_missed_is_told_after_the_start_when_sources_had_their_chance(
    room: Path, url: str, clock: Clock
):
    app = make(room, io.StringIO(), url, now=clock)
    await app.tick()
    clock.now = NINE
    assert len(await app.tell_operators(polled=True)) == 1
    await app.close()
    clock.now = NINE + DAY + 2 * HOUR
    app = make(room, io.StringIO(), url, now=clock)
    try:
        assert await later(app, clock, MINUTE, polled=False) == []
        (late,) = await later(app, clock, heartbeat.SETTLED, polled=False)
        assert keys([late]) == ["heartbeat:2026-11-24T09:00Z"]
        assert "It was due at 09:00 UTC." in late.reason
    finally:
        await app.close()
    clock.now = NINE + 2 * DAY + heartbeat.LATE
    app = make(room, io.StringIO(), url, now=clock)
    try:
        assert await later(app, clock, HOUR) == [], "that long after it is let be"
    finally:
        await app.close()


async def test_the_heartbeat_says_first_what_is_wrong(room: Path, url: str, clock: Clock, outlets: Outlets):
    """Nobody hears the rule, and the files on disk have a mistake."""
    app = make(room, io.StringIO(), url, now=clock)
    try:
        await app.tick()
        outlets.answer("/harbour/feed", Answer(b"down", 403))
        for _ in range(4):
            clock.now += 6 * HOUR
            app.force_due()
            await app.tick()
        (room / "watchlists/words.yaml").write_text("version: 2\n")
        assert await app.reload() is False
        clock.now = NINE + DAY
        (alert,) = await app.tell_operators()
    finally:
        await app.close()
    assert alert.headline.startswith("1 rule is blind (about-zorbium); watchlists on disk not in force; ")
    assert alert.severity is Severity.MEDIUM
    assert alert.channels == ("desk",)


async def test_without_a_heartbeat_in_the_file_none_is_told(room: Path, url: str, clock: Clock):
    (room / "watchlists/channels.yaml").write_text(CHANNELS.partition("heartbeat")[0].replace("PHONE", "console://"))
    app = make(room, io.StringIO(), url, now=clock)
    try:
        clock.now = NINE
        assert await app.tell_operators(polled=True) == []
    finally:
        await app.close()


async def test_what_was_given_up_is_told_on_another_channel_by_an_alert_that_survives_a_crash(
    room: Path, url: str, clock: Clock, outlets: Outlets
):
    """At once after a restart, for the notice may have been lost; later once an hour at most, and each only once."""
    outlets.publish("harbour", *story(WORDS[0]), NINE - 2 * HOUR)
    with Receiver() as receiver:
        receiver.status = 404
        (room / "watchlists/channels.yaml").write_text(CHANNELS.replace("PHONE", receiver.apprise_url))
        app = make(room, io.StringIO(), url, now=clock)
        try:
            done = await app.tick()
            assert len(done.delivered.failed) == 1
            assert await later(app, clock, MINUTE) == [], "it was told of just now"
        finally:
            await app.close()
        console = io.StringIO()
        app = make(room, console, url, now=clock)
        try:
            (told,) = await later(app, clock, MINUTE)
            assert await later(app, clock, MINUTE) == []
            await app.tick()
        finally:
            await app.close()
    assert (told.rule, told.channels, told.severity) == (deadletters.OWN_RULE, ("desk",), Severity.HIGH)
    assert "[MONITOR] 1 delivery was given up on channel oncall" in console.getvalue()
    assert "[HIGH] Explosion of zorbium: explosion" in console.getvalue()


async def test_in_one_run_it_comes_an_hour_after_the_notice(room: Path, url: str, clock: Clock, outlets: Outlets):
    outlets.publish("harbour", *story(WORDS[0]), NINE - 2 * HOUR)
    with Receiver() as receiver:
        receiver.status = 404
        (room / "watchlists/channels.yaml").write_text(CHANNELS.replace("PHONE", receiver.apprise_url))
        console = io.StringIO()
        app = make(room, console, url, now=clock)
        try:
            await app.tick()
            assert console.getvalue().count("Channel oncall does not take alerts") == 1
            assert await later(app, clock, HOUR - MINUTE, polled=False) == []
            rules = [alert.rule for alert in await later(app, clock, 2 * MINUTE, polled=False)]
        finally:
            await app.close()
    assert deadletters.OWN_RULE in rules


async def test_the_log_line_of_each_minute_counts_what_was_given_up_and_what_is_overdue(
    room: Path, url: str, clock: Clock, outlets: Outlets
):
    outlets.publish("harbour", *story(WORDS[0]), NINE - 2 * HOUR)
    with Receiver() as receiver:
        receiver.status = 404
        (room / "watchlists/channels.yaml").write_text(CHANNELS.replace("PHONE", receiver.apprise_url))
        app = make(room, io.StringIO(), url, now=clock)
        try:
            await app.tick()
            with capture_logs() as told:
                await Daemon(app, 1.0, asyncio.Event(), asyncio.Event())._heartbeat()
        finally:
            await app.close()
    (line,) = (line for line in told if line["event"] == "heartbeat")
    assert (line["dead_letters"], line["overdue"]) == (1, 0)


async def test_a_heartbeat_that_would_reach_nobody_is_a_warning(room: Path):
    (room / "watchlists/channels.yaml").write_text(
        CHANNELS.replace("PHONE", "console://").replace('"console://"}]\nheartbeat', '"slack://${NONE}"}]\nheartbeat')
    )
    found = read_configuration(room / "watchlists", room / "seeds", {})
    assert found.heartbeat is not None
    assert any("channel desk has no target that can be used" in str(warning) for warning in found.warnings)
    alone = read_configuration(room / "watchlists", room / "seeds", {}, channels=ON_CONSOLE)
    assert alone.heartbeat is None, "its channels are not there"
