"""A channel with a signed web hook at the command line: checked, listed, routed to, previewed, tried."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.integration.cli.conftest import Desk
from tests.receivers.webhook import FORMER, SECRET, SignedHook

ADDRESS = "webhook://${RECEIVER}/hook/${HOOK_PATH}?secret=${WEBHOOK_SECRET}&secret=${FORMER_WEBHOOK_SECRET}"
HOOKED = f"""version: 1
default: [tickets]
channels:
  tickets:
    targets:
      - {{name: intake, url: "{ADDRESS}"}}
"""


@pytest.fixture
def receiver() -> Iterator[SignedHook]:
    with SignedHook() as receiver:
        yield receiver


@pytest.fixture
def hooked(desk: Desk, receiver: SignedHook, monkeypatch: pytest.MonkeyPatch) -> Desk:
    desk.write("watchlists/channels.yaml", HOOKED)
    monkeypatch.setenv("RECEIVER", f"127.0.0.1:{receiver.port}")
    monkeypatch.setenv("HOOK_PATH", "hunter2path")
    monkeypatch.setenv("WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("FORMER_WEBHOOK_SECRET", FORMER)
    return desk


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check",), "1 channel"),
        (("channels", "list"), f"tickets  intake  {ADDRESS}  json    yes      ready"),
        (("route", "sinkings"), "tickets"),
        (("channels", "preview", "tickets"), '"type": "alert.new"'),
        (("channels", "preview", "tickets", "--summary"), '"type": "summary.digest"'),
        (("channels", "test", "tickets"), "tickets/intake: sent"),
    ],
    ids=" ".join,
)
def test_every_command_on_channels_knows_a_signed_hook_and_tells_no_secret(
    hooked: Desk, arguments: tuple[str, ...], said: str
) -> None:
    ran = hooked.run(*arguments)
    assert ran.code == 0
    assert said in ran.out + ran.err
    told = ran.out + ran.err
    assert not [secret for secret in (SECRET[6:], FORMER[6:], "hunter2") if secret in told]


def test_a_preview_is_the_body_that_is_sent(hooked: Desk) -> None:
    event = json.loads(hooked.run("channels", "preview", "tickets").out)
    assert event["data"]["headline"] == "Arms embargo: considering → lifted — Silah embarqosu ləğv edildi"
    assert (event["data"]["channel"], event["data"]["target"]) == ("tickets", "intake")


def test_a_test_message_arrives_signed(hooked: Desk, receiver: SignedHook) -> None:
    assert hooked.run("channels", "test", "tickets").complaints == ["monitor: tickets/intake: sent"]
    [event] = receiver.events
    assert (event["type"], event["data"]["title"]) == ("monitor.message", "Test of the news monitor")


def test_a_receiver_that_does_not_know_the_secret_is_told(hooked: Desk, receiver: SignedHook) -> None:
    receiver.secret = "whsec_" + "A" * 40
    ran = hooked.run("channels", "test", "tickets")
    assert (ran.code, ran.complaints) == (1, ["monitor: tickets/intake: HTTP 401 Unauthorized"])


@pytest.mark.parametrize("command", [("check",), ("channels", "list"), ("run",), ("doctor",)], ids=" ".join)
def test_a_secret_that_cannot_sign_is_told_with_file_and_line_and_what_to_do(
    hooked: Desk, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.setenv("WEBHOOK_SECRET", "hunter2hunter2hunter2hunter2hunter2")
    monkeypatch.setenv("MONITOR_DATABASE_URL", f"sqlite:///{hooked.folder / 'x.db'}")
    ran = hooked.run(*command)
    assert ran.code in (1, 2)
    told = ran.out + ran.err
    assert "channels.yaml:6:29: target “intake” of channel “tickets”: secret 1 does not begin with whsec_" in told
    assert "openssl rand -base64 32" in told
    assert "hunter2" not in told
