"""From the outbox to the receiver, whatever the receiver does."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import time as time_of_day
from datetime import timedelta
from typing import Any

import pytest
from apprise.plugins.telegram import NotifyTelegram
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor.core.alerts import Alert, DeliveryState, Hold, Message, Target
from monitor.core.channels import ChannelPolicy, QuietHours
from monitor.core.render import REPEAT
from monitor.delivery import Delivering
from monitor.errors import SendError, StoreError
from monitor.messages import Messages
from monitor.notify import AppriseSender, format_for

LEASE = timedelta(minutes=3)
WRITER = Messages()


@pytest.fixture
def sender() -> Iterator[AppriseSender]:
    sender = AppriseSender(connect=1, read=0.4, overall=5, pace=0)
    yield sender
    sender.close()


def target(channel: str, url: str, name: str = "main") -> Target:
    return Target(channel, name, url, *format_for(url))


def channels(*targets: Target) -> dict[str, list[Target]]:
    found: dict[str, list[Target]] = {}
    for each in targets:
        found.setdefault(each.channel, []).append(each)
    return found


def hook(server: HTTPServer, channel: str) -> Target:
    return target(channel, f"json://127.0.0.1:{server.port}/{channel}")


def received(server: HTTPServer, channel: str) -> list[str]:
    """Titles that arrived at a channel's web hook, accepted or not, in order."""
    return [json.loads(request.data)["title"] for request, _ in server.log if request.path == f"/{channel}"]


def numbered(alert: Alert, count: int) -> list[Alert]:
    return [replace(alert, key=f"arms-embargo:{n}", headline=f"headline {n}") for n in range(count)]


@dataclass
class ScriptedSender:
    """Does what `act` says; counts how many calls to one target run at the same time."""

    act: Callable[[Target, Message], Any]
    titles: list[tuple[str, str]] = field(default_factory=list)
    running: dict[str, int] = field(default_factory=dict)
    most: int = 0

    async def send(self, target: Target, message: Message) -> str:
        self.running[target.channel] = self.running.get(target.channel, 0) + 1
        self.most = max(self.most, self.running[target.channel])
        try:
            done = self.act(target, message)
            if asyncio.iscoroutine(done):
                await done
            self.titles.append((target.channel, message.title))
            return ""
        finally:
            self.running[target.channel] -= 1


# --- the good way ------------------------------------------------------------------------------


async def test_an_alert_reaches_every_channel_and_is_recorded_as_sent(
    sender: AppriseSender, httpserver: HTTPServer, mailbox: tuple, box: Any, clock: Any, alert: Alert
) -> None:
    letters, port = mailbox
    httpserver.expect_request("/desk").respond_with_data("ok")
    mail = target("mail", f"mailto://127.0.0.1:{port}?from=m@desk.example&to=n@desk.example&mode=insecure")
    box.add(alert, [("desk", "main"), ("mail", "main")])
    delivering = Delivering(
        box.outbox, sender, WRITER, channels(hook(httpserver, "desk"), mail), now=clock, patience=None
    )
    done = await delivering.deliver_due()
    assert len(received(httpserver, "desk")) == len(letters.letters) == 1
    assert {outcome.delivery.channel for outcome in done.sent} == {"desk", "mail"}
    assert {row.state for row in box.found().values()} == {DeliveryState.SENT}
    clock.advance(days=1)
    assert not await delivering.deliver_due()
    assert len(received(httpserver, "desk")) == 1


async def test_one_target_gets_its_alerts_one_after_the_other_in_order(box: Any, clock: Any, alert: Alert) -> None:
    sender = ScriptedSender(lambda _target, _message: asyncio.sleep(0))
    for each in numbered(alert, 4):
        box.add(each, [("desk", "main"), ("mail", "main")])
    both = channels(target("desk", "json://a"), target("mail", "json://b"))
    await Delivering(box.outbox, sender, WRITER, both, now=clock, patience=None).deliver_due()
    assert [title for channel, title in sender.titles if channel == "desk"] == [
        f"[CRITICAL] headline {n}" for n in range(4)
    ]
    assert sender.most == 1


# --- failures that pass ------------------------------------------------------------------------


async def test_a_server_error_is_tried_again_with_growing_pauses_until_it_is_taken(
    sender: AppriseSender, httpserver: HTTPServer, box: Any, clock: Any, alert: Alert
) -> None:
    for status in (500, 503):
        httpserver.expect_ordered_request("/desk").respond_with_data("no", status)
    httpserver.expect_ordered_request("/desk").respond_with_data("ok")
    box.add(alert, [("desk", "main")])
    delivering = Delivering(box.outbox, sender, WRITER, channels(hook(httpserver, "desk")), now=clock, patience=None)
    place = (alert.key, "desk", "main")
    for attempts, seconds, error in [(1, 30, "HTTP 500"), (2, 60, "HTTP 503")]:
        [outcome] = (await delivering.deliver_due()).retried
        assert outcome.error.startswith(error)
        row = box.found()[place]
        assert (row.state, row.attempts, row.error) == (DeliveryState.PENDING, attempts, outcome.error)
        assert row.next_at == clock() + timedelta(seconds=seconds)
        clock.advance(seconds=seconds - 1)
        assert not await delivering.deliver_due()
        clock.advance(seconds=1)
    assert len((await delivering.deliver_due()).sent) == 1
    assert box.found()[place].state is DeliveryState.SENT
    assert len(received(httpserver, "desk")) == 3


async def test_a_rate_limit_holds_the_whole_target_for_as_long_as_it_asks(
    sender: AppriseSender,
    httpserver: HTTPServer,
    box: Any,
    clock: Any,
    alert: Alert,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(NotifyTelegram, "notify_url", httpserver.url_for("/bot"))
    httpserver.expect_request("/bot123456789:abcdefg_hijklmnopqrstuvwxyzABCDEFGH/sendMessage").respond_with_json(
        {"ok": False, "error_code": 429, "parameters": {"retry_after": 300}}, 429
    )
    for each in numbered(alert, 3):
        box.add(each, [("night", "main")])
    telegram = target("night", "tgram://123456789:abcdefg_hijklmnopqrstuvwxyzABCDEFGH/-1001234/")
    await Delivering(box.outbox, sender, WRITER, channels(telegram), now=clock, patience=None).deliver_due()
    assert len(httpserver.log) == 1
    assert {row.next_at for row in box.found().values()} == {clock() + timedelta(seconds=300)}


async def test_a_target_that_refuses_two_in_a_row_is_left_alone_for_now(
    sender: AppriseSender, httpserver: HTTPServer, box: Any, clock: Any, alert: Alert
) -> None:
    httpserver.expect_request("/desk").respond_with_data("no", 500)
    for each in numbered(alert, 5):
        box.add(each, [("desk", "main")])
    delivering = Delivering(box.outbox, sender, WRITER, channels(hook(httpserver, "desk")), now=clock, patience=None)
    done = await delivering.deliver_due()
    assert len(received(httpserver, "desk")) == 2
    assert len(done.retried) == 5


async def test_one_message_that_a_target_cannot_take_does_not_hold_the_others(
    sender: AppriseSender, httpserver: HTTPServer, box: Any, clock: Any, alert: Alert
) -> None:
    def picky(request: Request) -> Response:
        return Response(status=500 if "headline 0" in json.loads(request.data)["title"] else 200)

    httpserver.expect_request("/desk").respond_with_handler(picky)
    for each in numbered(alert, 4):
        box.add(each, [("desk", "main")])
    delivering = Delivering(box.outbox, sender, WRITER, channels(hook(httpserver, "desk")), now=clock, patience=None)
    done = await delivering.deliver_due()
    assert [outcome.delivery.alert_key for outcome in done.retried] == ["arms-embargo:0"]
    assert len(done.sent) == 3


async def test_an_unexpected_fault_is_tried_again_and_its_words_are_kept_out(
    box: Any, clock: Any, alert: Alert, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(target: Target, message: Message) -> None:
        if target.channel == "desk":
            raise ValueError(f"cannot parse {target.url}")

    box.add(alert, [("desk", "main"), ("mail", "main")])
    both = channels(target("desk", "json://hunter2secret"), target("mail", "json://b"))
    done = await Delivering(box.outbox, ScriptedSender(broken), WRITER, both, now=clock, patience=None).deliver_due()
    assert [outcome.error for outcome in done.retried] == ["unexpected ValueError"]
    assert [outcome.delivery.channel for outcome in done.sent] == ["mail"]
    row = box.found()[alert.key, "desk", "main"]
    assert (row.state, row.error) == (DeliveryState.PENDING, "unexpected ValueError")
    assert "hunter2secret" not in "".join(capsys.readouterr())


# --- failures that stay ------------------------------------------------------------------------


async def test_a_permanent_refusal_fails_at_once_and_is_told_through_another_channel(
    sender: AppriseSender, httpserver: HTTPServer, box: Any, clock: Any, alert: Alert
) -> None:
    httpserver.expect_request("/desk").respond_with_data("revoked", 403)
    httpserver.expect_request("/mail").respond_with_data("ok")
    box.add(alert, [("desk", "main")])
    both = channels(hook(httpserver, "desk"), hook(httpserver, "mail"))
    delivering = Delivering(box.outbox, sender, WRITER, both, now=clock, patience=None)
    [outcome] = (await delivering.deliver_due()).failed
    assert outcome.error == "HTTP 403 Forbidden"
    row = box.found()[alert.key, "desk", "main"]
    assert (row.state, row.error) == (DeliveryState.FAILED, "HTTP 403 Forbidden")
    assert received(httpserver, "mail") == ["[MONITOR] Channel desk does not take alerts"]
    [notice] = [request for request, _ in httpserver.log if request.path == "/mail"]
    text = json.loads(notice.data)["message"]
    assert "HTTP 403 Forbidden" in text
    assert alert.headline.split("<")[0] in text
    assert "monitor channels test desk" in text


async def test_the_notice_is_given_once_an_hour_and_by_the_next_target_if_one_fails(
    sender: AppriseSender, httpserver: HTTPServer, box: Any, clock: Any, alert: Alert
) -> None:
    for channel, status in (("desk", 403), ("mail", 404), ("chat", 200)):
        httpserver.expect_request(f"/{channel}").respond_with_data("", status)
    every = channels(*(hook(httpserver, channel) for channel in ("desk", "mail", "chat")))
    delivering = Delivering(box.outbox, sender, WRITER, every, now=clock, patience=None)
    for minutes, each in zip((0, 59, 2), numbered(alert, 3), strict=True):
        clock.advance(minutes=minutes)
        box.add(each, [("desk", "main")])
        assert len((await delivering.deliver_due()).failed) == 1
    assert len(received(httpserver, "chat")) == 2
    assert len(received(httpserver, "mail")) == 2


async def test_with_no_other_channel_the_failure_is_still_recorded(
    sender: AppriseSender, httpserver: HTTPServer, box: Any, clock: Any, alert: Alert
) -> None:
    httpserver.expect_request("/desk").respond_with_data("", 410)
    box.add(alert, [("desk", "main")])
    delivering = Delivering(box.outbox, sender, WRITER, channels(hook(httpserver, "desk")), now=clock, patience=None)
    assert len((await delivering.deliver_due()).failed) == 1
    assert len(httpserver.log) == 1


async def test_a_target_that_is_no_longer_configured_fails_with_its_name(
    sender: AppriseSender, box: Any, clock: Any, alert: Alert
) -> None:
    box.add(alert, [("desk", "main")])
    delivering = Delivering(box.outbox, sender, WRITER, {}, now=clock, patience=None)
    [outcome] = (await delivering.deliver_due()).failed
    assert outcome.error == "channel desk has no target main any more"


async def test_a_channel_that_stays_dead_is_told_of_early_and_given_up_in_the_end(
    sender: AppriseSender, closed_port: int, httpserver: HTTPServer, box: Any, clock: Any, alert: Alert
) -> None:
    httpserver.expect_request("/mail").respond_with_data("ok")
    box.add(alert, [("desk", "main")])
    both = channels(target("desk", f"json://127.0.0.1:{closed_port}/"), hook(httpserver, "mail"))
    delivering = Delivering(box.outbox, sender, WRITER, both, now=clock, patience=None)
    told = []
    for attempt in range(1, 21):
        done = await delivering.deliver_due()
        assert len(done.retried if attempt < 20 else done.failed) == 1
        told.append(len(received(httpserver, "mail")))
        clock.advance(minutes=30)
    assert told == [0] * 4 + [1] * 15 + [2]
    row = box.found()[alert.key, "desk", "main"]
    assert (row.state, row.attempts) == (DeliveryState.FAILED, 20)
    assert not await delivering.deliver_due()


# --- slow receivers ----------------------------------------------------------------------------


async def test_a_receiver_that_never_answers_is_tried_again_and_delays_nobody(
    sender: AppriseSender, deaf_port: int, httpserver: HTTPServer, box: Any, clock: Any, alert: Alert
) -> None:
    httpserver.expect_request("/desk").respond_with_data("ok")
    box.add(alert, [("deaf", "main"), ("desk", "main")])
    both = channels(target("deaf", f"json://127.0.0.1:{deaf_port}/"), hook(httpserver, "desk"))
    delivering = Delivering(box.outbox, sender, WRITER, both, now=clock, patience=None)
    done = await delivering.deliver_due()
    assert [outcome.delivery.channel for outcome in done.sent] == ["desk"]
    [outcome] = done.retried
    assert "may have arrived" in outcome.error


async def test_the_message_that_follows_one_that_may_have_arrived_says_that_it_may_be_a_repeat(
    sender: AppriseSender, httpserver: HTTPServer, box: Any, clock: Any, alert: Alert
) -> None:
    given_up = threading.Event()
    slow = httpserver.expect_ordered_request("/desk")
    slow.respond_with_handler(lambda _request: given_up.wait(30) and Response("ok"))
    httpserver.expect_ordered_request("/desk").respond_with_data("ok")
    box.add(alert, [("desk", "main")])
    delivering = Delivering(box.outbox, sender, WRITER, channels(hook(httpserver, "desk")), now=clock, patience=None)
    assert "may have arrived" in (await delivering.deliver_due()).retried[0].error
    given_up.set()
    clock.advance(minutes=1)
    [outcome] = (await delivering.deliver_due()).sent
    first, second = (json.loads(request.data)["message"] for request, _ in httpserver.log)
    assert (REPEAT in first, REPEAT in second, outcome.delivery.doubtful) == (False, True, True)


@pytest.mark.parametrize("crashed", [False, True])
async def test_a_channel_that_prefers_a_miss_never_gets_what_may_have_arrived_again_and_another_is_told(
    sender: AppriseSender, deaf_port: int, httpserver: HTTPServer, box: Any, clock: Any, alert: Alert, crashed: bool
) -> None:
    httpserver.expect_request("/desk").respond_with_data("ok")
    box.add(alert, [("deaf", "main")])
    deaf = replace(target("deaf", f"json://127.0.0.1:{deaf_port}/"), doubles=False)
    delivering = Delivering(
        box.outbox, sender, WRITER, channels(deaf, hook(httpserver, "desk")), now=clock, patience=None
    )
    if crashed:
        [claimed], _ = box.outbox.claim(clock(), clock() + LEASE, 10)
        box.outbox.begin([claimed.delivery.id], clock())
        clock.advance(minutes=3)
    [outcome] = (await delivering.deliver_due()).unknown
    assert "prefers a miss" in outcome.error if crashed else "may have arrived" in outcome.error
    assert box.found()[alert.key, "deaf", "main"].state is DeliveryState.UNKNOWN
    clock.advance(days=1)
    assert not await delivering.deliver_due()
    assert received(httpserver, "desk") == ["[MONITOR] Channel deaf does not take alerts"]


@pytest.mark.parametrize("doubles", [True, False])
async def test_what_waits_behind_messages_that_may_have_arrived_was_not_sent_itself(
    box: Any, clock: Any, alert: Alert, doubles: bool
) -> None:
    def lose(_target: Target, _message: Message) -> None:
        raise SendError("no answer in time", unknown=True)

    for each in numbered(alert, 4):
        box.add(each, [("desk", "main")])
    desk = replace(target("desk", "json://a"), doubles=doubles)
    await Delivering(box.outbox, ScriptedSender(lose), WRITER, channels(desk), now=clock, patience=None).deliver_due()
    rows = [box.found()[each.key, "desk", "main"] for each in numbered(alert, 4)]
    assert [row.doubtful for row in rows] == [True, True, False, False]
    begun = DeliveryState.PENDING if doubles else DeliveryState.UNKNOWN
    assert [row.state for row in rows] == [begun, begun, DeliveryState.PENDING, DeliveryState.PENDING]


async def test_what_was_claimed_and_never_begun_is_sent_after_a_crash_also_where_a_miss_is_preferred(
    sender: AppriseSender, httpserver: HTTPServer, box: Any, clock: Any, alert: Alert
) -> None:
    httpserver.expect_request("/desk").respond_with_data("ok")
    for each in numbered(alert, 3):
        box.add(each, [("desk", "main")])
    box.outbox.claim(clock(), clock() + LEASE, 10)
    clock.advance(minutes=3)
    desk = replace(hook(httpserver, "desk"), doubles=False)
    done = await Delivering(box.outbox, sender, WRITER, channels(desk), now=clock, patience=None).deliver_due()
    assert (len(done.sent), len(received(httpserver, "desk"))) == (3, 3)
    assert not any(REPEAT in json.loads(request.data)["message"] for request, _ in httpserver.log)


async def test_a_round_does_not_wait_for_a_slow_lane_and_the_next_round_passes_it(
    box: Any, clock: Any, alert: Alert
) -> None:
    go_on = asyncio.Event()
    sender = ScriptedSender(lambda target, _: go_on.wait() if target.channel == "slow" else None)
    both = channels(target("slow", "json://a"), target("desk", "json://b"))
    delivering = Delivering(box.outbox, sender, WRITER, both, now=clock, patience=0.5)
    first, second = numbered(alert, 2)
    for each in (first, second):
        box.add(each, [("slow", "main"), ("desk", "main")])
        done = await delivering.deliver_due()
        assert [(o.delivery.channel, o.delivery.alert_key) for o in done.sent] == [("desk", each.key)]
    go_on.set()
    done = await delivering.drain()
    assert [(o.delivery.channel, o.delivery.alert_key) for o in done.sent] == [
        ("slow", first.key),
        ("slow", second.key),
    ]
    assert sender.most == 1


async def test_what_a_lane_cannot_begin_within_its_lease_is_due_at_once_and_has_used_up_no_attempt(
    box: Any, clock: Any, alert: Alert
) -> None:
    sender = ScriptedSender(lambda _target, _message: clock.advance(seconds=121))
    for each in numbered(alert, 3):
        box.add(each, [("desk", "main")])
    delivering = Delivering(
        box.outbox, sender, WRITER, channels(target("desk", "json://a")), now=clock, lease=LEASE, patience=None
    )
    for n in range(3):
        [outcome] = (await delivering.deliver_due()).sent
        assert (outcome.delivery.alert_key, outcome.delivery.attempts) == (f"arms-embargo:{n}", 1)
    assert len(sender.titles) == 3


async def test_what_waited_behind_a_slow_lane_for_longer_than_its_lease_is_decided_on_anew(
    box: Any, clock: Any, alert: Alert
) -> None:
    go_on = asyncio.Event()
    sender = ScriptedSender(lambda _target, _message: go_on.wait())
    one = channels(target("desk", "json://a"))
    delivering = Delivering(box.outbox, sender, WRITER, one, now=clock, lease=LEASE, patience=0.2)
    first, second = numbered(alert, 2)
    for each in (first, second):
        box.add(each, [("desk", "main")])
        assert not await delivering.deliver_due()
    clock.advance(seconds=150)
    go_on.set()
    assert [outcome.delivery.alert_key for outcome in (await delivering.drain()).sent] == [first.key]
    row = box.found()[second.key, "desk", "main"]
    assert (row.state, row.attempts, row.next_at) == (DeliveryState.PENDING, 0, clock())
    assert len((await delivering.deliver_due()).sent) == 1


async def test_a_clock_that_jumps_over_the_lease_while_a_message_is_sent_does_not_double_it(
    box: Any, clock: Any, alert: Alert
) -> None:
    go_on = asyncio.Event()
    sender = ScriptedSender(lambda _target, _message: go_on.wait())
    one = channels(target("desk", "json://a"))
    box.add(alert, [("desk", "main")])
    delivering = Delivering(box.outbox, sender, WRITER, one, now=clock, lease=LEASE, patience=0.2)
    assert not await delivering.deliver_due()
    clock.advance(hours=1)
    assert not await delivering.deliver_due()
    go_on.set()
    assert len((await delivering.drain()).sent) == 1
    clock.advance(hours=1)
    assert not await delivering.deliver_due()
    assert len(sender.titles) == 1
    assert box.found()[alert.key, "desk", "main"].state is DeliveryState.SENT


async def test_stopping_in_the_middle_of_a_send_leaves_the_delivery_to_the_next_start(
    box: Any, clock: Any, alert: Alert
) -> None:
    stuck = ScriptedSender(lambda _target, _message: asyncio.Event().wait())
    box.add(alert, [("desk", "main")])
    one = channels(target("desk", "json://a"))
    stopping = Delivering(box.outbox, stuck, WRITER, one, now=clock, lease=LEASE, patience=0.01)
    assert not await stopping.deliver_due()
    assert not await stopping.drain(0.01)
    assert box.found()[alert.key, "desk", "main"].state is DeliveryState.SENDING

    bodies: list[str] = []
    works = ScriptedSender(lambda _target, message: bodies.append(message.body))
    started = Delivering(box.outbox, works, WRITER, one, now=clock, lease=LEASE, patience=None)
    assert not await started.deliver_due()
    clock.advance(seconds=LEASE.total_seconds())
    [outcome] = (await started.deliver_due()).sent
    assert (outcome.delivery.attempts, REPEAT in bodies[0]) == (2, True), "the first had begun, and may have arrived"


# --- a store that fails ------------------------------------------------------------------------


@dataclass
class Refusing:
    """An outbox, some of whose methods fail as on a database that is locked or full."""

    outbox: Any
    refused: set[str]

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.outbox, name)

        def call(*args: Any) -> Any:
            names = {called for called, _ in args[0]} if name == "together" else {name}
            if names & self.refused:
                raise StoreError("database or disk is full")
            return method(*args)

        return call


@dataclass
class Noting:
    """An outbox, and the calls that were told it together, in order."""

    outbox: Any
    calls: list[str] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.outbox, name)

    def together(self, calls: Any, owner: Any = None) -> None:
        self.calls += [name for name, _ in calls]
        self.outbox.together(calls, owner)


class Stumbling(Messages):
    """Cannot write what is said of the alert with this key."""

    stumbles_at = "arms-embargo:1"

    def write(self, waiting: Any, target: Target, now: Any) -> Message:
        if waiting.alert.key == self.stumbles_at:
            raise ValueError("no words")
        return super().write(waiting, target, now)


async def test_what_became_of_a_message_is_recorded_before_what_became_of_the_next_also_if_that_was_never_written(
    box: Any, clock: Any, alert: Alert
) -> None:
    for each in numbered(alert, 3):
        box.add(each, [("desk", "main")])
    noting, sender = Noting(box.outbox), ScriptedSender(lambda _target, _message: None)
    one = channels(target("desk", "json://a"))
    await Delivering(noting, sender, Stumbling(), one, now=clock, patience=None).deliver_due()
    assert [title.split()[-1] for _, title in sender.titles] == ["0", "2"]
    assert noting.calls == ["begin", "sent_together", "retry", "begin", "sent_together"]


async def test_what_was_sent_and_never_recorded_before_a_crash_is_sent_again(
    box: Any, clock: Any, alert: Alert
) -> None:
    sender = ScriptedSender(lambda _target, _message: None)
    for each in numbered(alert, 2):
        box.add(each, [("desk", "main")])
    one = channels(target("desk", "json://a"))
    forgetful = Refusing(box.outbox, {"sent_together"})
    await Delivering(forgetful, sender, WRITER, one, now=clock, lease=LEASE, patience=None).deliver_due()
    assert len(sender.titles) == 1, "nothing more is sent before that is recorded"
    clock.advance(seconds=LEASE.total_seconds())
    await Delivering(box.outbox, sender, WRITER, one, now=clock, lease=LEASE, patience=None).deliver_due()
    assert [title.split()[-1] for _, title in sender.titles] == ["0", "0", "1"]
    assert {row.state for row in box.found().values()} == {DeliveryState.SENT}


@pytest.mark.parametrize("doubles", [True, False])
async def test_what_the_store_does_not_take_is_recorded_once_it_does_and_nothing_is_sent_twice(
    box: Any, clock: Any, alert: Alert, doubles: bool
) -> None:
    sender = ScriptedSender(lambda _target, _message: None)
    for each in numbered(alert, 3):
        box.add(each, [("desk", "main")])
    one = channels(replace(target("desk", "json://a"), doubles=doubles))
    full = Refusing(box.outbox, {"sent_together"})
    delivering = Delivering(full, sender, WRITER, one, now=clock, lease=LEASE, patience=None)
    await delivering.deliver_due()
    for _ in range(3):
        clock.advance(seconds=2 * LEASE.total_seconds())
        with pytest.raises(StoreError):
            await delivering.deliver_due()
    assert len(sender.titles) == 1
    full.refused.clear()
    await delivering.deliver_due()
    assert len(sender.titles) == 3
    assert {row.state for row in box.found().values()} == {DeliveryState.SENT}


async def test_nothing_is_sent_while_it_cannot_be_noted_that_it_is(box: Any, clock: Any, alert: Alert) -> None:
    sender = ScriptedSender(lambda _target, _message: None)
    for each in numbered(alert, 3):
        box.add(each, [("desk", "main")])
    one = channels(replace(target("desk", "json://a"), doubles=False))
    locked = Refusing(box.outbox, {"begin", "hold"})
    delivering = Delivering(locked, sender, WRITER, one, now=clock, lease=LEASE, patience=None)
    assert not await delivering.deliver_due()
    with pytest.raises(StoreError):
        await delivering.deliver_due()
    assert not sender.titles
    locked.refused.clear()
    assert [outcome.delivery.attempts for outcome in (await delivering.deliver_due()).sent] == [1, 1, 1]
    assert len(sender.titles) == 3


async def test_what_cannot_be_held_for_now_is_held_once_the_store_takes_it(box: Any, clock: Any, alert: Alert) -> None:
    night = ChannelPolicy(quiet=QuietHours(time_of_day(20), time_of_day(7)))
    one = channels(replace(target("desk", "json://a"), policy=night))
    sender = ScriptedSender(lambda _target, _message: None)
    box.add(alert, [("desk", "main")])
    full = Refusing(box.outbox, {"hold"})
    delivering = Delivering(full, sender, WRITER, one, now=clock, lease=LEASE, patience=None)
    await delivering.deliver_due()
    full.refused.clear()
    await delivering.deliver_due()
    row = box.found()[alert.key, "desk", "main"]
    assert (row.state, row.hold, row.attempts, sender.titles) == (DeliveryState.HELD, Hold.QUIET, 0, [])
    clock.advance(hours=10)
    assert len((await delivering.deliver_due()).sent) == 1


async def test_an_outbox_that_cannot_be_read_is_the_callers_affair(box: Any, clock: Any) -> None:
    async def refuse(function: Callable[..., Any], *args: Any) -> Any:
        raise StoreError("database is locked")

    delivering = Delivering(box.outbox, ScriptedSender(lambda *_: None), WRITER, {}, now=clock, run=refuse)
    with pytest.raises(StoreError):
        await delivering.deliver_due()


async def test_a_notice_that_breaks_goes_to_the_next_target_and_stops_nothing(
    box: Any, clock: Any, alert: Alert
) -> None:
    def act(target: Target, message: Message) -> None:
        if message.title.startswith("[MONITOR]") and target.channel == "mail":
            raise ValueError("broken")
        if target.channel == "desk":
            raise SendError("gone", permanent=True)

    box.add(alert, [("desk", "main"), ("mail", "main")])
    every = channels(*(target(channel, "json://a") for channel in ("desk", "mail", "chat")))
    sender = ScriptedSender(act)
    done = await Delivering(box.outbox, sender, WRITER, every, now=clock, patience=None).deliver_due()
    assert (len(done.sent), len(done.failed)) == (1, 1)
    assert ("chat", "[MONITOR] Channel desk does not take alerts") in sender.titles
