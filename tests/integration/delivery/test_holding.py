"""Held, told together, reminded of, escalated: nothing is lost on the way, and every decision is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from monitor.core.alerts import Alert, DeliveryState, Message, Purpose, Target
from monitor.core.channels import (
    ChannelPolicy,
    Digest,
    Escalating,
    Grouping,
    QuietHours,
    Reminding,
    Schedule,
)
from monitor.core.model import Severity
from monitor.core.responses import Answer
from monitor.delivery import Delivering
from monitor.errors import SendError
from monitor.messages import Messages
from monitor.store import tables
from tests.integration.delivery.conftest import START, Box, Clock

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NIGHT = ChannelPolicy(quiet=QuietHours(time(21), time(7), through=frozenset({Severity.CRITICAL})))
MORNING = datetime(2026, 11, 21, 7, tzinfo=UTC)
DUTY = ChannelPolicy(remind=Reminding(30 * MINUTE), escalate=Escalating(15 * MINUTE, ("boss",)))


class Killed(BaseException):
    """The process is gone, and what it knew."""


class Desk:
    """Channels with one target each, a sender that keeps what it is given, and the daemon's rounds by hand."""

    def __init__(self, box: Box, clock: Clock, alert: Alert, policies: dict[str, ChannelPolicy]):
        self.box, self.clock, self._alert = box, clock, alert
        self.sent: list[tuple[str, Message]] = []
        self.refusing: set[str] = set()
        self.arrived: list[datetime] = []
        self.killed_at = 0  # by the message of this number, which arrives
        targets = {name: [Target(name, "main", f"json://{name}", policy=policy)] for name, policy in policies.items()}
        self.delivering = Delivering(box.outbox, self, Messages(), targets, now=clock, patience=None)

    async def send(self, target: Target, message: Message) -> str:
        if target.channel in self.refusing:
            raise SendError("gone", permanent=True)
        self.sent.append((target.channel, message))
        self.arrived.append(self.clock())
        if len(self.sent) == self.killed_at:
            raise Killed
        return f"m{len(self.sent)}"

    def alert(self, number: int = 1, severity: Severity = Severity.HIGH, channel: str = "oncall") -> Alert:
        made = replace(
            self._alert, key=f"k{number}", event=f"e{number}", headline=f"headline {number}", severity=severity
        )
        made = replace(made, created_at=self.clock())
        self.box.add(made, [(channel, "main")])
        return made

    async def deliver(self, after: timedelta = timedelta()) -> list[tuple[str, str]]:
        """What was sent in one round: (channel, title)."""
        self.clock.at += after
        before = len(self.sent)
        await self.delivering.deliver_due()
        return [(channel, message.title) for channel, message in self.sent[before:]]

    def say(self, answer: Answer, number: int = 1, **changes: Any) -> None:
        values = {
            "rule": self._alert.rule,
            "event": f"e{number}",
            "answer": answer.value,
            "author": "leyla",
            "at": self.clock(),
            "reason": "",
            "via": "cli",
        }
        self._insert(tables.response, values | changes)

    def silence(self, ends_at: datetime) -> None:
        values = {"author": "leyla", "reason": "exercise", "created_at": self.clock(), "starts_at": self.clock()}
        self._insert(tables.silence, {"match": [["rule", ["arms-*"]]], "ends_at": ends_at} | values)

    def _insert(self, table: sa.Table, values: dict[str, Any]) -> None:
        with self.box.engine.begin() as connection:
            connection.execute(sa.insert(table).values(values))

    def journal(self) -> list[tuple[str, str]]:
        query = sa.select(tables.journal.c.what, tables.journal.c.words).order_by(tables.journal.c.id)
        with self.box.engine.connect() as connection:
            return [(what, words) for what, words in connection.execute(query)]

    def states(self, purpose: Purpose = Purpose.ALERT) -> dict[str, DeliveryState]:
        return {f"{key} {channel}": row.state for (key, channel, _), row in self.box.found(purpose).items()}


@pytest.fixture
def make(box: Box, clock: Clock, alert: Alert) -> Any:
    return lambda **policies: Desk(box, clock, alert, policies)


async def test_what_quiet_hours_hold_is_told_in_one_message_when_they_end(make: Any) -> None:
    desk = make(oncall=NIGHT)
    for number in (1, 2, 3):
        desk.alert(number)
    desk.alert(4, Severity.CRITICAL)
    assert await desk.deliver() == [("oncall", "[CRITICAL] headline 4")]
    assert list(desk.states().values()).count(DeliveryState.HELD) == 3
    assert desk.journal() == [("held", "quiet hours until 2026-11-21 07:00 UTC")] * 3
    assert await desk.deliver(HOUR) == []
    [(_, title)] = await desk.deliver(MORNING - START - HOUR)
    assert "3 alerts" in title
    assert set(desk.states().values()) == {DeliveryState.SENT}
    assert desk.journal()[3:] == [("sent", "told in one message with 2 others: quiet hours are over")] * 3


async def test_a_hold_costs_no_attempt_and_outlives_a_restart(make: Any, box: Box) -> None:
    held = make(oncall=NIGHT)
    held.alert()
    await held.deliver()
    row = box.found()["k1", "oncall", "main"]
    assert (row.attempts, row.state, row.next_at, row.hold) == (0, DeliveryState.HELD, MORNING, "quiet")
    again = make(oncall=NIGHT)
    assert await again.deliver(MORNING - START) == [("oncall", "[HIGH] headline 1")]


async def test_a_digest_comes_at_its_time_with_all_that_waited_for_it(make: Any) -> None:
    desk = make(oncall=ChannelPolicy(digest=Digest(Schedule(time(8)))))
    desk.alert(1)
    assert await desk.deliver() == []
    desk.alert(2)
    assert await desk.deliver(HOUR) == []
    [(_, title)] = await desk.deliver(MORNING - START)
    assert "2 alerts" in title
    assert await desk.deliver(24 * HOUR) == []


async def test_a_silence_holds_and_at_its_end_all_is_told(make: Any) -> None:
    desk = make(oncall=ChannelPolicy())
    desk.silence(START + 2 * HOUR)
    desk.alert(1)
    desk.alert(2)
    assert await desk.deliver() == []
    [(_, title)] = await desk.deliver(2 * HOUR)
    assert "2 alerts" in title


async def test_a_snooze_holds_one_event_only(make: Any) -> None:
    desk = make(oncall=ChannelPolicy())
    desk.say(Answer.SNOOZE, until=START + HOUR)
    desk.alert(1)
    desk.alert(2)
    assert await desk.deliver() == [("oncall", "[HIGH] headline 2")]
    assert await desk.deliver(HOUR) == [("oncall", "[HIGH] headline 1")]


async def test_reminders_come_until_somebody_acknowledges(make: Any) -> None:
    desk = make(oncall=ChannelPolicy(remind=Reminding(30 * MINUTE)))
    desk.alert()
    for _ in range(3):
        assert len(await desk.deliver()) == 1
        assert await desk.deliver(29 * MINUTE) == []
        desk.clock.at += MINUTE
    desk.say(Answer.ACKNOWLEDGE)
    assert await desk.deliver() == []
    assert desk.states(Purpose.REMINDER)["k1 oncall"] is DeliveryState.SKIPPED
    assert desk.journal()[-1][0] == "skipped"
    assert "acknowledged by leyla" in desk.journal()[-1][1]
    assert await desk.deliver(24 * HOUR) == []


async def test_to_acknowledge_one_event_stops_the_reminders_of_no_other(make: Any) -> None:
    desk = make(oncall=ChannelPolicy(remind=Reminding(30 * MINUTE)))
    desk.alert(1)
    desk.alert(2)
    await desk.deliver()
    desk.say(Answer.ACKNOWLEDGE, 1)
    assert await desk.deliver(30 * MINUTE) == [("oncall", "[HIGH] Reminder 1: headline 2")]


async def test_what_nobody_acknowledges_goes_to_the_next_channel_once(make: Any) -> None:
    desk = make(oncall=DUTY, boss=ChannelPolicy())
    desk.alert()
    assert await desk.deliver() == [("oncall", "[HIGH] headline 1")]
    assert await desk.deliver(15 * MINUTE) == [("boss", "[HIGH] Not acknowledged: headline 1")]
    assert await desk.deliver(15 * MINUTE) == [("oncall", "[HIGH] Reminder 1: headline 1")]
    assert await desk.deliver(15 * MINUTE) == []


async def test_what_is_acknowledged_is_not_escalated(make: Any) -> None:
    desk = make(oncall=DUTY, boss=ChannelPolicy())
    desk.alert()
    await desk.deliver()
    desk.say(Answer.ACKNOWLEDGE)
    assert await desk.deliver(15 * MINUTE) == []
    assert desk.states(Purpose.ESCALATION) == {"k1 boss": DeliveryState.SKIPPED}


async def test_a_channel_that_takes_nothing_escalates_all_the_same(make: Any) -> None:
    desk = make(oncall=DUTY, boss=ChannelPolicy())
    desk.refusing.add("oncall")
    desk.alert()
    assert await desk.deliver() == [("boss", "[MONITOR] Channel oncall does not take alerts")]
    assert await desk.deliver(15 * MINUTE) == [("boss", "[HIGH] Not acknowledged: headline 1")]


async def test_two_channels_that_escalate_to_each_other_end_somewhere(make: Any) -> None:
    there, back = (ChannelPolicy(escalate=Escalating(MINUTE, (name,))) for name in ("boss", "oncall"))
    desk = make(oncall=there, boss=back)
    desk.alert()
    rounds: Sequence[list[tuple[str, str]]] = [await desk.deliver(MINUTE) for _ in range(6)]
    assert [len(sent) for sent in rounds] == [1, 1, 0, 0, 0, 0]


async def test_many_at_once_become_one_summary_and_those_after_it_another(make: Any) -> None:
    desk = make(oncall=ChannelPolicy(group=Grouping(storm=5)))
    for number in range(1, 8):
        desk.alert(number)
    [(_, title)] = await desk.deliver()
    assert "7 alerts" in title
    for number in range(8, 11):
        desk.alert(number)
    desk.alert(11, Severity.CRITICAL)
    assert await desk.deliver(MINUTE) == [("oncall", "[CRITICAL] headline 11")]
    [(_, title)] = await desk.deliver(4 * MINUTE)
    assert "3 alerts" in title
    assert set(desk.states().values()) == {DeliveryState.SENT}


async def test_a_group_waits_for_the_others_and_leaves_with_the_first_of_them(make: Any) -> None:
    desk = make(oncall=ChannelPolicy(group=Grouping(wait=30 * timedelta(seconds=1), storm=2)))
    desk.alert(1)
    assert await desk.deliver() == []
    desk.clock.advance(seconds=20)
    desk.alert(2)
    assert await desk.deliver() == []
    [(_, title)] = await desk.deliver(timedelta(seconds=10))
    assert "2 alerts" in title


async def test_a_later_message_of_a_thread_knows_the_first(make: Any, box: Box) -> None:
    desk = make(oncall=ChannelPolicy(remind=Reminding(30 * MINUTE)))
    desk.alert()
    await desk.deliver()
    desk.clock.at += 30 * MINUTE
    [item], _ = box.outbox.claim(desk.clock(), desk.clock() + HOUR, 10)
    assert (item.delivery.purpose, item.delivery.round, item.reply_to) == (Purpose.REMINDER, 1, "m1")


class Watched:
    """An outbox, and which calls shared a transaction."""

    def __init__(self, outbox: Any):
        self.outbox, self.shared = outbox, list[list[str]]()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.outbox, name)

    def together(self, calls: Sequence[tuple[str, tuple[Any, ...]]], owner: Any = None) -> None:
        self.shared.append([method for method, _ in calls])
        self.outbox.together(calls, owner)


async def test_a_message_that_fails_for_many_fails_for_each_of_them_in_one_transaction(make: Any, box: Any) -> None:
    box.outbox = watched = Watched(box.outbox)
    desk = make(oncall=ChannelPolicy(group=Grouping(storm=2)))
    for number in (1, 2, 3):
        desk.alert(number)
    desk.refusing.add("oncall")
    await desk.deliver()
    assert set(desk.states().values()) == {DeliveryState.FAILED}
    assert watched.shared == [["begin"], ["failed"] * 3]


# --- what a restart must not forget ----------------------------------------------------------


async def test_however_often_it_is_killed_in_a_burst_no_target_gets_more_in_a_minute_than_it_takes(
    make: Any, box: Box, clock: Clock
) -> None:
    arrived: list[datetime] = []
    for _ in range(8):
        desk = make(oncall=ChannelPolicy(per_minute=3))
        desk.killed_at = 2
        for _ in range(2):
            desk.alert(len(box.found()) + 1)
        await desk.deliver()
        arrived += desk.arrived
        clock.advance(seconds=13)
        box.outbox.release(clock())
    assert len(arrived) > 3
    assert all(len([at for at in arrived if last - MINUTE < at <= last]) <= 3 for last in arrived)
    desk = make(oncall=ChannelPolicy(per_minute=3))
    for _ in range(10):
        await desk.deliver(MINUTE)
    assert set(desk.states().values()) == {DeliveryState.SENT}


async def test_what_was_sent_alone_counts_each_and_a_summary_once_also_after_a_restart(make: Any) -> None:
    policy = ChannelPolicy(per_minute=3, group=Grouping(storm=5, interval=timedelta(0)))
    desk = make(oncall=policy)
    for number in range(1, 6):
        desk.alert(number)
    assert len(await desk.deliver()) == 1  # the summary
    desk.alert(6)
    assert len(await desk.deliver()) == 1
    again = make(oncall=policy)
    for number in range(7, 10):
        again.alert(number)
    assert len(await again.deliver(timedelta(seconds=59))) == 1
    assert len(await again.deliver(timedelta(seconds=1))) == 1  # of two that waited for the pace


async def test_after_a_summary_the_next_message_waits_also_when_there_was_a_restart(make: Any) -> None:
    storms = ChannelPolicy(group=Grouping(storm=5, interval=10 * MINUTE))
    desk = make(oncall=storms)
    for number in range(1, 8):
        desk.alert(number)
    [(_, title)] = await desk.deliver()
    assert "7 alerts" in title
    again = make(oncall=storms)
    for number in (8, 9):
        again.alert(number)
    assert await again.deliver(9 * MINUTE) == []
    [(_, title)] = await again.deliver(MINUTE)
    assert "2 alerts" in title


async def test_a_summary_that_may_not_have_arrived_holds_up_nothing(make: Any, box: Box) -> None:
    desk = make(oncall=ChannelPolicy(group=Grouping(storm=3)))
    desk.killed_at = 1
    for number in (1, 2, 3):
        desk.alert(number)
    await desk.deliver()
    box.outbox.release(desk.clock())
    again = make(oncall=ChannelPolicy(group=Grouping(storm=3)))
    [(_, title)] = await again.deliver(timedelta(seconds=1))
    assert "3 alerts" in title


async def test_a_clock_that_is_put_back_does_not_hold_a_target_for_as_long_as_that(make: Any) -> None:
    policy = ChannelPolicy(per_minute=1, group=Grouping(storm=2))
    for desk in (running := make(oncall=policy), running, make(oncall=policy)):
        desk.clock.advance(hours=-2)
        for _ in range(2):
            desk.alert(len(desk.states()) + 1)
        assert len(await desk.deliver()) == 1
