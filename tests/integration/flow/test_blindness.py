"""Operators hear once that a rule went blind and once that it sees again, whatever happens in between."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.app import App
from monitor.core.coverage import OWN_RULE
from tests import desk as words
from tests.desk import WORDS, story
from tests.integration.flow.test_app import CONSOLE, make
from tests.servers import Answer, Outlets


class Clock:
    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.now


async def tick(app: App, clock: Clock, hours: float) -> list[str]:
    """Time passes, every source is asked; what was printed of ourselves."""
    clock.now += timedelta(hours=hours)
    app.force_due()
    done = await app.tick()
    return [outcome.delivery.alert_key for outcome in done.delivered.sent if OWN_RULE in outcome.delivery.alert_key]


async def test_a_rule_that_goes_blind_is_told_once_also_across_a_restart_and_once_when_it_sees(
    folder: Path, outlets: Outlets, url: str
):
    outlets.publish("harbour", *story(WORDS[0]))
    words.write(folder, *WORDS[:1], sources={"harbour": outlets.feed_url("harbour")}, channels=CONSOLE)
    clock, console = Clock(), io.StringIO()
    app = make(folder, console, url, now=clock)
    try:
        assert await tick(app, clock, 0) == []
        outlets.answer("/harbour/feed", Answer(b"down", 403))
        assert [await tick(app, clock, 1) for _ in range(5)] == [[]] * 5, "it answered less than six hours ago"
        (blind,) = await tick(app, clock, 2)
        assert await tick(app, clock, 1) == []
    finally:
        await app.close()
    assert blind.startswith(f"{OWN_RULE}:blind:")
    assert f"[MONITOR] Blind: about-{WORDS[0]}" in console.getvalue()
    assert "403" in console.getvalue()
    app = make(folder, console, url, now=clock)
    try:
        assert await tick(app, clock, 1) == []
        outlets.answers.clear()
        (seeing,) = await tick(app, clock, 1)
        assert await tick(app, clock, 1) == []
        listed = app.views.alerts(rule=OWN_RULE)
    finally:
        await app.close()
    assert seeing.startswith(f"{OWN_RULE}:seeing:")
    assert [row.alert.key for row in listed] == [seeing, blind]


async def test_a_start_after_a_long_stop_tells_nothing_before_the_first_polls_had_their_chance(
    folder: Path, outlets: Outlets, url: str
):
    outlets.publish("harbour", *story(WORDS[0]))
    words.write(folder, *WORDS[:1], sources={"harbour": outlets.feed_url("harbour")}, channels=CONSOLE)
    clock, console = Clock(), io.StringIO()
    app = make(folder, console, url, now=clock)
    await tick(app, clock, 0)
    await app.close()
    clock.now += timedelta(hours=12)
    outlets.answer("/harbour/feed", Answer(b"not yet", 503))
    app = make(folder, console, url, now=clock)
    try:
        assert await app.tell_coverage() == []
        assert await tick(app, clock, 0.01) == [], "one failure says little"
        outlets.answers.clear()
        assert await tick(app, clock, 0.5) == []
    finally:
        await app.close()
