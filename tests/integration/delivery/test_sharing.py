"""Several senders on one outbox, step by step: a target belongs to one of them at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from monitor.core.alerts import DeliveryState, Message, Target
from monitor.core.channels import ChannelPolicy
from monitor.core.dispatch import Held
from monitor.core.model import Severity
from monitor.delivery import Delivering
from monitor.errors import SendError, StoreError
from monitor.messages import Messages
from monitor.ports import Owner
from monitor.store import leases
from monitor.store.tables import lease

LEASE = timedelta(minutes=3)
ONE, TWO = Owner("one", 60.0), Owner("two", 60.0)


class Services:
    """Takes what all senders send; `on_send` comes before."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.on_send: Callable[[Target], Any] = lambda target: None

    async def send(self, target: Target, message: Message) -> str:
        done = self.on_send(target)
        if asyncio.iscoroutine(done):
            await done
        self.told.append((target.channel, message.title.rpartition(" ")[2]))
        return ""


@pytest.fixture
def services() -> Services:
    return Services()


@pytest.fixture
def sender(box, clock, services):
    """A sender by its name."""

    def make(owner: str, *names: str, **policy: Any) -> Delivering:
        targets = {
            name: [Target(name, "main", f"json://{name}", policy=ChannelPolicy(**policy))]
            for name in names or ("desk", "mail", "chat")
        }
        return Delivering(box.outbox, services, Messages(), targets, now=clock, owner=owner, patience=None, lease=LEASE)

    return make


@pytest.fixture
def add(box, alert, clock):
    """Alerts by number, each to some channels."""

    def add(*numbers: int, to: tuple[str, ...] = ("desk",)) -> None:
        for number in numbers:
            one = replace(
                alert, key=f"k:{number}", headline=f"headline {number}", severity=Severity.HIGH, created_at=clock()
            )
            box.add(one, [(channel, "main") for channel in to])

    return add


def claimed(box, clock, owner, limit=10):
    waiting, _ = box.outbox.claim(clock(), clock() + LEASE, limit, owner)
    return [(item.delivery.channel, item.alert.key) for item in waiting]


def run_out(box, prefix="target:"):
    """As if the time of these leases were over."""
    with box.outbox.writing() as connection:
        past = leases.clock(connection) - timedelta(seconds=1)
        connection.execute(sa.update(lease).where(lease.c.name.startswith(prefix)).values(until=past))


def test_a_target_that_one_has_is_left_to_him_and_takes_up_no_room(box, clock, add):
    add(1, 2, 3)
    assert claimed(box, clock, ONE, limit=1) == [("desk", "k:1")]
    add(4, to=("mail",))
    assert claimed(box, clock, TWO, limit=1) == [("mail", "k:4")]
    assert claimed(box, clock, ONE) == [("desk", "k:2"), ("desk", "k:3")]
    assert claimed(box, clock, TWO) == []


def test_what_is_given_back_is_anybodys(box, clock, add):
    add(1, 2)
    claimed(box, clock, ONE, limit=1)
    box.outbox.give_back([("desk", "main")], TWO)
    assert claimed(box, clock, TWO) == [], "only he who has it gives it back"
    box.outbox.give_back([("desk", "main")], ONE)
    assert ("desk", "k:2") in claimed(box, clock, TWO)


def test_those_who_are_present_share_what_there_is(box, clock, add):
    claimed(box, clock, ONE)
    claimed(box, clock, TWO)
    add(1, to=("a", "b", "c", "d"))
    assert len(claimed(box, clock, ONE)) == 2
    assert claimed(box, clock, ONE) == []
    assert len(claimed(box, clock, TWO)) == 2


def test_the_share_of_one_who_is_gone_falls_to_the_others(box, clock, add):
    claimed(box, clock, ONE)
    claimed(box, clock, TWO)
    add(1, to=("a", "b", "c", "d"))
    claimed(box, clock, ONE)
    run_out(box, "sender:two")
    assert len(claimed(box, clock, ONE)) == 2


def test_what_a_dead_sender_had_goes_out_before_what_came_later(box, clock, add):
    add(1, 2)
    claimed(box, clock, ONE)
    clock.advance(seconds=70)
    add(3)
    assert claimed(box, clock, TWO) == []
    run_out(box)
    assert sorted(claimed(box, clock, TWO)) == [("desk", "k:1"), ("desk", "k:2"), ("desk", "k:3")]


def test_one_whose_target_is_anothers_begins_nothing_and_undoes_nothing(box, clock, add):
    add(1)
    [waiting], _ = box.outbox.claim(clock(), clock() + LEASE, 10, ONE)
    number = waiting.delivery.id
    run_out(box)
    add(2)
    assert sorted(claimed(box, clock, TWO)) == [("desk", "k:1"), ("desk", "k:2")]
    with pytest.raises(StoreError, match="another sender's"):
        box.outbox.together([("begin", ([number], clock(), None))], ONE)
    box.outbox.together([("begin", ([number], clock(), None))], TWO)
    for call in (
        ("hold", ([Held(waiting, clock(), "", "")], clock())),
        ("retry", (number, clock(), clock(), "no answer", False)),
        ("failed", (number, clock(), "revoked", ())),
        ("unknown", (number, clock(), "no answer in time", ())),
    ):
        box.outbox.together([call], ONE)
    found = box.found()["k:1", "desk", "main"]
    assert (found.state, found.doubtful) == (DeliveryState.SENDING, True)
    box.outbox.together([("sent_together", ({number: ()}, clock(), "", ""))], ONE)
    assert box.found()["k:1", "desk", "main"].state is DeliveryState.SENT


def test_what_was_sent_by_another_meanwhile_is_not_begun_even_where_the_target_is_ours_again(box, clock, add):
    add(1)
    [waiting], _ = box.outbox.claim(clock(), clock() + LEASE, 10, ONE)
    run_out(box)
    clock.advance(minutes=4)
    assert claimed(box, clock, TWO) == [("desk", "k:1")]
    box.outbox.together([("sent_together", ({waiting.delivery.id: ()}, clock(), "", ""))], TWO)
    box.outbox.give_back([("desk", "main")], TWO)
    add(2)
    assert claimed(box, clock, ONE) == [("desk", "k:2")]
    with pytest.raises(StoreError, match="another sender's"):
        box.outbox.together([("begin", ([waiting.delivery.id], clock(), None))], ONE)


def test_a_lease_that_ran_out_and_nobody_took_is_still_ones_own(box, clock, add):
    add(1)
    [waiting], _ = box.outbox.claim(clock(), clock() + LEASE, 10, ONE)
    run_out(box)
    add(2)
    box.outbox.together([("begin", ([waiting.delivery.id], clock(), None))], ONE)
    assert claimed(box, clock, TWO) == [], "and lasts on by what is told of it"


def test_a_start_releases_nothing_that_a_living_sender_has(box, clock, add):
    add(1, to=("desk", "mail"))
    claimed(box, clock, ONE)
    box.outbox.give_back([("mail", "main")], ONE)
    assert box.outbox.release(clock()) == 1
    assert box.found()["k:1", "desk", "main"].next_at == clock() + LEASE


async def test_a_target_is_given_back_when_its_lane_has_ended(box, clock, add, sender, services):
    one, two = sender("one"), sender("two")
    add(1, 2)
    await one.deliver_due()
    add(3)
    await two.deliver_due()
    assert services.told == [("desk", "1"), ("desk", "2"), ("desk", "3")]


async def test_the_pace_counts_what_others_sent(box, clock, add, sender, services):
    one, two = sender("one", per_minute=3), sender("two", per_minute=3)
    for number, who in enumerate((one, two, one, two, one)):
        add(number)
        await who.deliver_due()
        clock.advance(seconds=5)
    assert len(services.told) == 3
    clock.advance(seconds=40)
    await two.deliver_due()
    assert len(services.told) == 4


async def test_a_storm_that_one_told_of_counts_for_the_others(box, clock, add, sender, services):
    one, two = sender("one"), sender("two")
    add(*range(12))
    await one.deliver_due()
    assert len(services.told) == 1
    add(20)
    await two.deliver_due()
    assert len(services.told) == 1
    clock.advance(minutes=5)
    await two.deliver_due()
    assert len(services.told) == 2


async def test_one_that_was_stopped_while_it_sent_begins_nothing_more(box, clock, add, sender, services):
    """Its clock and its leases go on without it, and another sender takes over."""
    one, two = sender("one"), sender("two")
    add(1, 2, 3)

    async def stopped(target):
        services.on_send = lambda target: None
        run_out(box)
        add(4)
        await two.deliver_due()

    services.on_send = stopped
    await one.deliver_due()
    assert [number for _, number in services.told] == ["1", "2", "3", "4", "1"], "what was in flight may come again"
    assert {row.state for row in box.found().values()} == {DeliveryState.SENT}


async def test_word_of_a_troubled_target_goes_out_once_whoever_had_the_trouble(box, clock, add, sender, services):
    def refuse(target):
        if target.channel == "desk":
            raise SendError("revoked", permanent=True)

    services.on_send = refuse
    one, two = sender("one", "desk", "mail"), sender("two", "desk", "mail")
    add(1)
    await one.deliver_due()
    add(2)
    await two.deliver_due()
    assert [channel for channel, _ in services.told] == ["mail"]
    run_out(box, "notice:")
    add(3)
    await two.deliver_due()
    assert [channel for channel, _ in services.told] == ["mail", "mail"]


async def test_a_notice_that_nobody_took_may_be_told_by_the_next(box, clock, add, sender, services):
    def refuse(target):
        raise SendError("revoked", permanent=True)

    services.on_send = refuse
    add(1)
    with capture_logs() as logs:
        await sender("one", "desk", "mail").deliver_due()
    assert "no other target took the notice" in [line["event"] for line in logs]
    services.on_send = lambda target: refuse(target) if target.channel == "desk" else None
    add(2)
    await sender("two", "desk", "mail").deliver_due()
    assert [channel for channel, _ in services.told] == ["mail"]


async def test_lanes_that_were_cancelled_leave_a_sender_that_can_go_on(box, clock, add, sender, services):
    one = sender("one")
    add(1)
    services.on_send = lambda target: asyncio.sleep(60)
    await one.begin_due()
    await asyncio.sleep(0)
    await one.drain(patience=0.0)
    services.on_send = lambda target: None
    clock.advance(minutes=4)
    await one.deliver_due()
    assert services.told == [("desk", "1")]


async def test_what_failed_is_tried_again_when_its_time_comes_also_while_its_lane_still_sends(
    box, clock, add, sender, services
):
    """Else it would be claimed, left to a lane that is through with it, and wait for the end of its lease."""
    one = sender("one")
    add(1, 2)

    async def first(target):
        services.on_send = second
        raise SendError("busy")

    async def second(target):
        services.on_send = lambda target: None
        clock.advance(seconds=100)
        await one.begin_due()

    services.on_send = first
    await one.deliver_due()
    await one.drain()
    assert services.told == [("desk", "2"), ("desk", "1")]
