"""Signed web hooks from the outbox to a receiver that verifies them: once each, whatever happens on the way."""

from __future__ import annotations

import re
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from monitor.core.alerts import Alert, DeliveryState, Message, Purpose, Target
from monitor.core.channels import ChannelPolicy, Grouping, Reminding
from monitor.delivery import Delivering
from monitor.errors import ConfigurationError, SendError
from monitor.messages import Messages
from monitor.notify import AppriseSender, check_url, format_for
from tests.integration.delivery.test_hooks import certificate
from tests.receivers.base import Mood
from tests.receivers.channels import closed_port
from tests.receivers.webhook import FORMER, SECRET, SignedHook

HELLO = Message("Title", "Body")


@pytest.fixture
def sender() -> Iterator[AppriseSender]:
    sender = AppriseSender(connect=1, read=0.4, overall=5, pace=0)
    yield sender
    sender.close()


@pytest.fixture
def receiver() -> Iterator[SignedHook]:
    with SignedHook() as receiver:
        yield receiver


def address(receiver: SignedHook, *secrets: str, more: str = "") -> str:
    query = "&".join(f"secret={secret}" for secret in secrets or (SECRET,))
    return f"webhook://127.0.0.1:{receiver.port}{SignedHook.path}?{query}{more}"


def to(url: str, **policy: Any) -> Target:
    return Target("tickets", "intake", url, *format_for(url), policy=ChannelPolicy(**policy))


def delivering(box: Any, sender: AppriseSender, clock: Any, target: Target) -> Delivering:
    return Delivering(box.outbox, sender, Messages(), {"tickets": [target]}, now=clock, patience=None)


# --- from the outbox ---------------------------------------------------------------------------


async def test_an_alert_arrives_signed_and_is_recorded_as_sent(
    sender: AppriseSender, receiver: SignedHook, box: Any, clock: Any, alert: Alert
) -> None:
    box.add(alert, [("tickets", "intake")])
    await delivering(box, sender, clock, to(address(receiver))).deliver_due()
    [event] = receiver.events
    assert (event["type"], event["data"]["key"]) == ("alert.new", alert.key)
    assert event["data"]["current"] == "lifted"
    assert {row.state for row in box.found().values()} == {DeliveryState.SENT}


@pytest.mark.parametrize("mood", [Mood.LATE, Mood.HANG_UP])
async def test_what_was_taken_and_comes_again_bears_the_same_id_and_is_dropped(
    sender: AppriseSender, receiver: SignedHook, box: Any, clock: Any, alert: Alert, mood: Mood
) -> None:
    """At-least-once becomes once, also over a restart of the sender."""
    box.add(alert, [("tickets", "intake")])
    receiver.mood = mood
    done = await delivering(box, sender, clock, to(address(receiver))).deliver_due()
    assert len(done.retried) == 1
    receiver.mood = Mood.WELL
    clock.advance(minutes=5)
    done = await delivering(box, sender, clock, to(address(receiver))).deliver_due()
    assert len(done.sent) == 1
    assert len(receiver.events) == 1
    assert receiver.doubles == [receiver.events[0]["data"]["id"]]
    first, second = receiver.requests
    assert first["webhook-id"] == second["webhook-id"]


async def test_each_try_has_its_own_time_and_signature(
    receiver: SignedHook, box: Any, clock: Any, alert: Alert
) -> None:
    began = time.time()
    times = iter([int(began) - 30, began])
    sender = AppriseSender(connect=1, read=2, pace=0, clock=lambda: next(times))
    box.add(alert, [("tickets", "intake")])
    one = delivering(box, sender, clock, to(address(receiver)))
    receiver.mood = Mood.HANG_UP
    assert len((await one.deliver_due()).retried) == 1
    receiver.mood = Mood.WELL
    clock.advance(minutes=5)
    assert len((await one.deliver_due()).sent) == 1
    first, second = receiver.requests
    assert [int(each["webhook-timestamp"]) for each in (first, second)] == [int(began) - 30, int(began)]
    assert first["webhook-signature"] != second["webhook-signature"]
    sender.close()


async def test_a_storm_comes_as_one_event_whose_alerts_have_their_own_ids(
    sender: AppriseSender, receiver: SignedHook, box: Any, clock: Any, alert: Alert
) -> None:
    for n in range(12):
        box.add(replace(alert, key=f"arms-embargo:{n}", event=str(n)), [("tickets", "intake")])
    await delivering(box, sender, clock, to(address(receiver), group=Grouping(storm=10))).deliver_due()
    [event] = receiver.events
    assert (event["type"], event["data"]["total"]) == ("summary.storm", 12)
    assert len({each["id"] for each in event["data"]["alerts"]} - {event["data"]["id"]}) == 12
    assert {row.state for row in box.found().values()} == {DeliveryState.SENT}


async def test_a_reminder_is_another_message(
    sender: AppriseSender, receiver: SignedHook, box: Any, clock: Any, alert: Alert
) -> None:
    box.add(alert, [("tickets", "intake")])
    one = delivering(box, sender, clock, to(address(receiver), remind=Reminding(timedelta(minutes=30), most=2)))
    for _ in range(3):
        await one.deliver_due()
        clock.advance(minutes=31)
    told = [(event["type"], event["data"]["round"]) for event in receiver.events]
    assert told == [("alert.new", 0), ("alert.reminder", 1), ("alert.reminder", 2)]
    assert {row.state for row in box.found(Purpose.REMINDER).values()} == {DeliveryState.SENT}
    assert not receiver.doubles


async def test_a_receiver_that_is_gone_gets_nothing_more_of_it(
    sender: AppriseSender, receiver: SignedHook, box: Any, clock: Any, alert: Alert
) -> None:
    receiver.gone = True
    box.add(alert, [("tickets", "intake")])
    one = delivering(box, sender, clock, to(address(receiver)))
    [failed] = (await one.deliver_due()).failed
    assert failed.error == "HTTP 410 Gone"
    clock.advance(days=1)
    assert not await one.deliver_due()
    assert receiver.asked == 1


async def test_a_deliverys_error_in_the_store_names_no_secret(
    sender: AppriseSender, receiver: SignedHook, box: Any, clock: Any, alert: Alert
) -> None:
    box.add(alert, [("tickets", "intake")])
    short = f"webhook://127.0.0.1:{receiver.port}/x?secret=whsec_aHVudGVyMg=="
    [failed] = (await delivering(box, sender, clock, to(short)).deliver_due()).failed
    assert "secret 1 is too short: 7 bytes" in failed.error
    assert "aHVudGVyMg" not in str(box.found())
    assert receiver.asked == 0


# --- to the receiver ---------------------------------------------------------------------------


async def test_a_receiver_with_either_secret_verifies_while_one_replaces_the_other(sender: AppriseSender) -> None:
    for secret in (SECRET, FORMER):
        with SignedHook(secret) as receiver:
            await sender.send(to(address(receiver, SECRET, FORMER)), HELLO)
            assert [event["data"] for event in receiver.events] == [{"title": "Title", "text": "Body"}]
            assert receiver.requests[0]["webhook-signature"].count("v1,") == 2


@pytest.mark.parametrize(
    ("secret", "age"), [(FORMER, 0.0), (SECRET, 3_600.0), (SECRET, -3_600.0)], ids=["forged", "stale", "too early"]
)
async def test_a_receiver_refuses_what_is_signed_otherwise_or_at_another_time(
    receiver: SignedHook, secret: str, age: float
) -> None:
    sender = AppriseSender(connect=1, read=2, pace=0, clock=lambda: time.time() - age)
    with pytest.raises(SendError, match="HTTP 401") as caught:
        await sender.send(to(address(receiver, secret)), HELLO)
    assert caught.value.permanent
    assert not receiver.events
    sender.close()


async def test_messages_without_a_delivery_are_different_ones(sender: AppriseSender, receiver: SignedHook) -> None:
    for _ in range(2):
        await sender.send(to(address(receiver)), HELLO)
    assert [event["type"] for event in receiver.events] == ["monitor.message"] * 2


async def test_account_headers_and_parameters_go_along(sender: AppriseSender, receiver: SignedHook) -> None:
    url = address(receiver, more="&+X-Room=desk&-room=n%20ght&rto=9").replace("://", "://desk:p%40ss@")
    await sender.send(to(url), HELLO)
    [headers] = receiver.requests
    assert (headers["x-room"], headers["authorization"]) == ("desk", "Basic ZGVzazpwQHNz")
    assert SECRET.removeprefix("whsec_") not in str(headers)


async def test_a_redirect_is_not_followed(sender: AppriseSender, httpserver: HTTPServer) -> None:
    moved = Response("", 307, {"Location": httpserver.url_for("/elsewhere")})
    httpserver.expect_request("/hook").respond_with_response(moved)
    with pytest.raises(SendError, match="HTTP 307") as caught:
        await sender.send(to(f"webhook://127.0.0.1:{httpserver.port}/hook?secret={SECRET}"), HELLO)
    assert caught.value.permanent
    assert [request.path for request, _ in httpserver.log] == ["/hook"]


async def test_a_certificate_that_nobody_vouches_for_is_refused_unless_the_url_takes_it(
    sender: AppriseSender, tmp_path: Path
) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate(tmp_path))
    with HTTPServer(host="127.0.0.1", ssl_context=context) as server:
        server.expect_request("/hook").respond_with_data("ok")
        url = f"webhooks://127.0.0.1:{server.port}/hook?secret={SECRET}"
        with pytest.raises(SendError, match="could not connect"):
            await sender.send(to(url), HELLO)
        assert not server.log
        await sender.send(to(f"{url}&verify=no&rto=9"), HELLO)
        assert len(server.log) == 1


# --- proxies -----------------------------------------------------------------------------------


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


@pytest.mark.parametrize(("before", "account"), [("", None), ("http://me:hunter2@", "Basic bWU6aHVudGVyMg==")])
async def test_a_receiver_behind_a_proxy_of_the_environment_is_reached_through_it(
    sender: AppriseSender, httpserver: HTTPServer, proxy: pytest.MonkeyPatch, before: str, account: str | None
) -> None:
    proxy.setenv("http_proxy", f"{before}127.0.0.1:{httpserver.port}")
    httpserver.expect_request(re.compile(".*")).respond_with_data("ok")
    await sender.send(to(f"webhook://receiver.invalid/hook?secret={SECRET}"), HELLO)
    [(request, _)] = httpserver.log
    assert request.headers["Host"] == "receiver.invalid"
    assert "webhook-signature" in request.headers
    assert request.headers.get("Proxy-Authorization") == account


@pytest.mark.parametrize("scheme", ["webhook", "webhooks"])
async def test_a_proxy_that_leads_nowhere_has_been_told_nothing(
    sender: AppriseSender, proxy: pytest.MonkeyPatch, scheme: str
) -> None:
    for name in ("http_proxy", "https_proxy"):
        proxy.setenv(name, f"http://me:hunter2@127.0.0.1:{closed_port()}")
    with pytest.raises(SendError, match="could not connect") as caught:
        await sender.send(to(f"{scheme}://receiver.invalid/hook?secret={SECRET}"), HELLO)
    assert (caught.value.permanent, caught.value.unknown) == (False, False)


async def test_a_proxy_that_refuses_the_way_has_been_told_nothing(
    sender: AppriseSender, httpserver: HTTPServer, proxy: pytest.MonkeyPatch
) -> None:
    proxy.setenv("https_proxy", httpserver.url_for(""))
    with pytest.raises(SendError, match="could not connect") as caught:
        await sender.send(to(f"webhooks://receiver.invalid/hook?secret={SECRET}"), HELLO)
    assert (caught.value.permanent, caught.value.unknown) == (False, False)


async def test_a_proxy_that_speaks_no_http_is_refused_in_words(
    sender: AppriseSender, receiver: SignedHook, proxy: pytest.MonkeyPatch
) -> None:
    proxy.setenv("http_proxy", "socks5://me:hunter2@127.0.0.1:1")
    with pytest.raises(SendError, match="proxies of HTTP only") as caught:
        await sender.send(to(address(receiver)), HELLO)
    assert caught.value.permanent
    assert "hunter2" not in str(caught.value)


# --- addresses ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("receiver.example/", "needs a secret"),
        ("receiver.example/?secret=hunter2", "secret 1 does not begin with whsec_; a secret is made by: echo"),
        (f"receiver.example/?secret={SECRET}&method=get", "takes no URL parameters but"),
        (f"receiver.example/?secret={SECRET}&:title=x", "takes no URL parameters but"),
        (f"receiver.example/?secret={SECRET}&+Webhook-Id=x", "takes no URL parameters but"),
        (f"receiver.example/?secret={SECRET}&redirect=yes", "'redirect' is not allowed"),
        (f"?secret={SECRET}", "no complete webhooks:// URL"),
    ],
)
def test_a_bad_address_is_refused_without_being_quoted(
    rest: str, said: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("", "apprise"):
        caplog.set_level(1, name)
    with pytest.raises(ConfigurationError) as caught:
        check_url(f"webhooks://{rest}")
    assert said in str(caught.value)
    shown = str(caught.value) + repr(caught.value) + caplog.text + "".join(capfd.readouterr())
    assert not [secret for secret in (SECRET, SECRET.removeprefix("whsec_"), "hunter2") if secret in shown]


async def test_no_repr_has_a_key(sender: AppriseSender, receiver: SignedHook) -> None:
    from monitor.core.signing import keys_of

    target = to(address(receiver))
    with suppress(SendError):
        await sender.send(target, HELLO)
    [line] = sender._lines.values()
    shown = f"{target!r} {sender!r} {line!r} {line._post!r}"
    assert SECRET.removeprefix("whsec_") not in shown
    assert repr(keys_of(target.url)[0]) not in shown
