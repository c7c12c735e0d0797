"""Quiet hours while the clock jumps, also over a change to or from summer time: nothing is lost or rings early."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from monitor.core.alerts import DeliveryState, Message, Target
from monitor.core.channels import ChannelPolicy, Digest, Grouping, QuietHours, Schedule
from monitor.core.model import Severity
from monitor.delivery import Delivering
from monitor.messages import Messages
from tests.making import ALERT

CHANGES = [
    ("Europe/Kyiv", datetime(2026, 3, 28, 12, tzinfo=UTC)),  # 03:00 becomes 04:00
    ("Europe/Kyiv", datetime(2026, 10, 24, 12, tzinfo=UTC)),  # 04:00 becomes 03:00
    ("America/New_York", datetime(2026, 3, 7, 18, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 10, 31, 18, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 0, tzinfo=UTC)),  # by half an hour
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 0, tzinfo=UTC)),
]
ALONE = Grouping(storm=1_000)


class Notes:
    """A `Sender` that notes what came, and when by the clock in force."""

    def __init__(self, clock: Any):
        self.clock, self.came = clock, list[tuple[datetime, str]]()

    async def send(self, target: Target, message: Message) -> str:
        self.came.append((self.clock(), f"{message.title} {message.body}"))
        return ""


async def live(box: Any, clock: Any, begin: datetime, policy: ChannelPolicy, seed: int) -> tuple[Notes, set[str]]:
    """Two days with an alert every now and then, and jumps of the clock in between; then three days of peace."""
    random, notes = Random(seed), Notes(clock)
    clock.at = begin
    target = Target("desk", "main", "json://a", policy=policy)
    delivering = Delivering(box.outbox, notes, Messages(), {"desk": [target]}, now=clock, patience=None)
    words = set()
    while clock() < begin + timedelta(days=2):
        clock.advance(minutes=random.choice([7, 20, 45, 90]))
        if random.random() < 0.25:
            clock.advance(minutes=random.choice([-60, -30, -5, 60, 180]))
        if random.random() < 0.5:
            word = f"key-{len(words)}"
            severity = random.choice([Severity.CRITICAL, Severity.MEDIUM])
            words.add(word)
            named = replace(ALERT, key=f"rule:{word}", event=word, severity=severity, created_at=clock())
            box.add(replace(named, headline=f"{word} {severity.value}"), [("desk", "main")])
        await delivering.deliver_due()
    for _ in range(36):
        clock.advance(hours=2)
        await delivering.deliver_due()
    return notes, words


def told(notes: Notes) -> list[str]:
    return [word for _, text in notes.came for word in sorted(set(text.split())) if word.startswith("key-")]


@pytest.mark.parametrize(("zone", "begin"), CHANGES)
async def test_quiet_hours_hold_whatever_the_clock_does_and_everything_held_is_told_once(
    box: Any, clock: Any, zone: str, begin: datetime
) -> None:
    place = ZoneInfo(zone)
    quiet = QuietHours(time(22), time(7), through=frozenset({Severity.CRITICAL}))
    notes, words = await live(box, clock, begin, ChannelPolicy(place, quiet=quiet, group=ALONE), seed=3)
    assert sorted(told(notes)) == sorted(words)
    assert {row.state for row in box.found().values()} == {DeliveryState.SENT}
    night = [text for at, text in notes.came if not time(7) <= at.astimezone(place).time() < time(22)]
    assert night, "what is let through came at night"
    assert all("critical" in text for text in night)
    assert not any("medium" in text for text in night)


@pytest.mark.parametrize(("zone", "begin"), CHANGES)
async def test_a_digest_comes_at_its_time_on_the_wall_or_later_and_leaves_nothing_out(
    box: Any, clock: Any, zone: str, begin: datetime
) -> None:
    place = ZoneInfo(zone)
    policy = ChannelPolicy(place, digest=Digest(Schedule(time(8), zone=place)))
    notes, words = await live(box, clock, begin, policy, seed=5)
    assert sorted(told(notes)) == sorted(words)
    assert {row.state for row in box.found().values()} == {DeliveryState.SENT}
    # A look comes every two hours at the latest, and a jump may skip three hours.
    assert all(time(8) <= at.astimezone(place).time() < time(13) for at, _ in notes.came)
