"""Apprise behind the port: what arrives, and what a failure is taken for."""

from __future__ import annotations

import asyncio
import email
import email.policy
import io
import json
import logging
from collections.abc import Iterator

import pytest
import requests
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.slack import NotifySlack
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from monitor.core import signing
from monitor.core.alerts import Alert, Message, Target
from monitor.errors import ConfigurationError, SendError
from monitor.notify import (
    SCHEMES,
    AppriseSender,
    ConsoleSender,
    RoutingSender,
    check_url,
    format_for,
    scheme_of,
)
from tests.making import written

HELLO = Message("Title", "Body")
SLACK_TOKEN = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
TELEGRAM_TOKEN = "123456789:abcdefg_hijklmnopqrstuvwxyzABCDEFGH"
SECRETS = [*SLACK_TOKEN.split("/"), TELEGRAM_TOKEN, "hunter2secret"]


@pytest.fixture
def sender() -> Iterator[AppriseSender]:
    sender = AppriseSender(connect=1, read=0.4, overall=5, pace=0)
    yield sender
    sender.close()


def target(url: str) -> Target:
    form, limit = format_for(url)
    return Target("urgent", "night", url, form, limit)


def hook(server: HTTPServer, path: str = "/hook") -> Target:
    return target(f"json://127.0.0.1:{server.port}{path}")


def sent(server: HTTPServer) -> list[Request]:
    return [request for request, _ in server.log]


def answering(server: HTTPServer, status: int, body: str = "", **headers: str) -> None:
    server.expect_request("/hook").respond_with_response(Response(body, status, headers))


# --- what arrives ------------------------------------------------------------------------------


async def test_a_web_hook_gets_title_and_body_as_they_are(
    sender: AppriseSender, httpserver: HTTPServer, alert: Alert
) -> None:
    answering(httpserver, 200)
    message = written(alert, "text", 0)
    await sender.send(hook(httpserver), message)
    [request] = sent(httpserver)
    payload = json.loads(request.data)
    assert (payload["title"], payload["message"]) == (message.title, message.body)


async def test_discord_pings_nobody(
    sender: AppriseSender, httpserver: HTTPServer, alert: Alert, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NotifyDiscord, "notify_url", httpserver.url_for("/api/webhooks"))
    httpserver.expect_request("/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js").respond_with_data("", 204)
    discord = target("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js")
    await sender.send(discord, written(alert, discord.format, discord.limit))
    [request] = sent(httpserver)
    content = json.loads(request.data)["content"]
    assert "@everyone" not in content
    assert "imzalanıb." in content
    assert len(content) <= 2000


async def test_mail_has_the_headline_as_its_subject_and_two_forms_of_the_text(
    sender: AppriseSender, mailbox: tuple, alert: Alert
) -> None:
    box, port = mailbox
    mail = target(f"mailto://127.0.0.1:{port}?from=monitor@desk.example&to=night@desk.example&mode=insecure")
    message = written(alert, mail.format, mail.limit)
    await sender.send(mail, message)
    [letter] = box.letters
    parsed = email.message_from_bytes(letter, policy=email.policy.default)
    assert parsed["Subject"] == message.title
    text, html = parsed.iter_parts()
    assert text.get_content().replace("\r\n", "\n").strip() == message.body
    assert html.get_content().replace("\r\n", "\n").strip() == message.html.strip()


async def test_the_console_prints_the_message_as_it_is_read(alert: Alert) -> None:
    stream = io.StringIO()
    message = written(alert, "text", 0)
    await ConsoleSender(stream).send(target("console://"), message)
    assert stream.getvalue() == f"\n{message.title}\n{message.body}\n"


async def test_a_console_that_knows_few_letters_gets_those() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, "ascii")
    await ConsoleSender(stream).send(target("console://"), Message("a → b", "ə"))
    assert raw.getvalue() == b"\na ? b\n?\n"


async def test_a_closed_console_is_a_failure_like_any_other() -> None:
    stream = io.StringIO()
    stream.close()
    with pytest.raises(SendError, match="cannot print"):
        await ConsoleSender(stream).send(target("console://"), HELLO)


async def test_each_scheme_goes_to_its_sender(httpserver: HTTPServer, sender: AppriseSender) -> None:
    answering(httpserver, 200)
    stream = io.StringIO()
    routing = RoutingSender({"console": ConsoleSender(stream)}, sender)
    await routing.send(target("console://"), HELLO)
    await routing.send(hook(httpserver), Message("Elsewhere", "Body"))
    assert "Title" in stream.getvalue()
    assert "Elsewhere" not in stream.getvalue()
    assert len(sent(httpserver)) == 1


# --- what a failure is taken for ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "permanent", "retry_after"),
    [
        (500, False, None),
        (502, False, None),
        (503, False, None),
        (408, False, None),
        (429, False, 30.0),
        (400, True, None),
        (401, True, None),
        (403, True, None),
        (404, True, None),
        (410, True, None),
        (599, False, None),
    ],
)
async def test_the_http_status_decides_whether_to_try_again(
    sender: AppriseSender, httpserver: HTTPServer, status: int, permanent: bool, retry_after: float | None
) -> None:
    answering(httpserver, status, "no")
    with pytest.raises(SendError, match=f"HTTP {status}") as caught:
        await sender.send(hook(httpserver), HELLO)
    error = caught.value
    assert (error.permanent, error.unknown, error.retry_after) == (permanent, False, retry_after)
    assert len(sent(httpserver)) == 1


@pytest.mark.parametrize(
    ("status", "headers", "body", "seconds"),
    [
        (429, {"Retry-After": "7"}, "", 7.0),
        (429, {"Retry-After": "0.5"}, "", 0.5),
        (429, {"Retry-After": "0"}, "", 0.0),
        (429, {"Retry-After": "Sat, 21 Nov 2099 10:02:00 GMT"}, "", 86_400.0),  # held against the answer's own date
        (429, {"Retry-After": "Sat, 21 Nov 2020 10:00:00 GMT"}, "", 0.0),
        (429, {"Retry-After": "999999999"}, "", 86_400.0),
        (429, {"Retry-After": "soon"}, "", 30.0),
        (429, {"Retry-After": "-3"}, "", 30.0),
        (429, {}, '{"retry_after": 1.5}', 1.5),
        (429, {}, '{"parameters": {"retry_after": 35}}', 35.0),
        (429, {}, '{"retry_after_ms": 1500}', 1.5),
        (429, {}, '{"retry_after": "7", "parameters": []}', 30.0),
        (429, {}, '{"retry_after": -7}', 30.0),
        (429, {}, "[7]", 30.0),
        (429, {}, "[" * 5_000, 30.0),
        (503, {"Retry-After": "120"}, "", 120.0),
        (503, {}, "", None),
        (500, {"Retry-After": "120"}, "", None),
    ],
)
async def test_the_service_says_how_long_to_wait_in_a_header_or_in_its_answer(
    sender: AppriseSender,
    httpserver: HTTPServer,
    status: int,
    headers: dict[str, str],
    body: str,
    seconds: float | None,
) -> None:
    answering(httpserver, status, body, **headers)
    with pytest.raises(SendError, match=f"HTTP {status}") as caught:
        await sender.send(hook(httpserver), HELLO)
    assert (caught.value.retry_after, caught.value.permanent) == (seconds, False)


async def test_calls_side_by_side_each_hear_their_own_answer(sender: AppriseSender, httpserver: HTTPServer) -> None:
    for n in range(8):
        answer = Response("", 429, {"Retry-After": str(n)})
        httpserver.expect_request(f"/hook/{n}").respond_with_response(answer)
    calls = [sender.send(hook(httpserver, f"/hook/{n}"), HELLO) for n in range(8)]
    errors = await asyncio.gather(*calls, return_exceptions=True)
    assert [error.retry_after for error in errors if isinstance(error, SendError)] == [float(n) for n in range(8)]


async def test_what_goes_over_the_wire_beside_our_calls_is_left_alone(httpserver: HTTPServer) -> None:
    answering(httpserver, 429)
    assert requests.post(httpserver.url_for("/hook"), timeout=5).status_code == 429


async def test_a_service_without_encryption_has_been_told_nothing(
    sender: AppriseSender, httpserver: HTTPServer
) -> None:
    with pytest.raises(SendError, match="could not connect") as caught:
        await sender.send(target(f"jsons://127.0.0.1:{httpserver.port}/hook"), HELLO)
    assert (caught.value.permanent, caught.value.unknown) == (False, False)
    assert not sent(httpserver)


async def test_a_redirect_is_not_followed_even_if_the_url_asks_for_it(
    sender: AppriseSender, httpserver: HTTPServer
) -> None:
    answering(httpserver, 307, Location=httpserver.url_for("/elsewhere"))
    with pytest.raises(SendError, match="HTTP 307") as caught:
        await sender.send(hook(httpserver), HELLO)
    assert caught.value.permanent
    with pytest.raises(SendError, match="redirect") as caught:
        await sender.send(hook(httpserver, "/hook?redirect=yes"), HELLO)
    assert caught.value.permanent
    assert [request.path for request in sent(httpserver)] == ["/hook"]


async def test_a_call_that_goes_on_after_its_time_is_not_doubled(deaf_port: int) -> None:
    sender = AppriseSender(connect=1, read=3, overall=0.1)
    deaf = target(f"ntfy://127.0.0.1:{deaf_port}/desk")
    try:
        with pytest.raises(SendError, match=r"within 0\.1 s") as caught:
            await sender.send(deaf, HELLO)
        assert caught.value.unknown
        with pytest.raises(SendError, match="has not ended") as caught:
            await sender.send(deaf, HELLO)
        assert not caught.value.unknown  # this one was not begun
    finally:
        sender.close()


# --- secrets -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 403, 500])
async def test_no_secret_is_logged_or_told_even_when_everything_is_logged(
    httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, status: int
) -> None:
    monkeypatch.setattr(NotifySlack, "webhook_url", httpserver.url_for("/services"))
    httpserver.expect_request(f"/services/{SLACK_TOKEN}").respond_with_data("ok", status)
    sender = AppriseSender(read=2)
    slack = target(f"slack://{SLACK_TOKEN}/#desk")
    for name in ("", "apprise", "urllib3", "urllib3.connectionpool"):
        caplog.set_level(1, name)
    told = ""
    try:
        await sender.send(slack, HELLO)
    except SendError as error:
        told = f"{error!s} {error!r} {error.__cause__!r}"
    finally:
        sender.close()
    assert len(sent(httpserver)) == 1
    assert bool(told) == (status != 200)
    assert not logging.getLogger("urllib3.util.retry").isEnabledFor(logging.DEBUG)
    # The receiver's own log of requests is not ours.
    logged = " ".join(record.getMessage() for record in caplog.records if record.name != "werkzeug")
    assert not [secret for secret in SECRETS if secret in logged + told + repr(slack)]


@pytest.mark.parametrize(
    "url",
    [
        "slack://T1JJ3T3L2/TIiajkdnlazkcOXrIdevi7FQ/hunter2secret!!",
        "tgram://hunter2secret/1",
        "discord://hunter2secret",
        "hunter2secret",
        "hunter2secret-hunter2secret://x",
        "slcak://hunter2secret/",
        "file:///hunter2secret",
        "json://user:hunter2secret@127.0.0.1/?attach=/etc/hunter2secret",
    ],
)
def test_a_bad_url_is_refused_without_being_quoted(
    url: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("", "apprise"):
        caplog.set_level(1, name)
    with pytest.raises(ConfigurationError, match="channel urgent: ") as caught:
        check_url(url, channel="urgent")
    said = str(caught.value) + caplog.text + "".join(capfd.readouterr())
    assert not [secret for secret in SECRETS if secret in said]


# --- channel URLs ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "console://",
        f"slack://{SLACK_TOKEN}/#desk",
        f"tgram://{TELEGRAM_TOKEN}/-1001234/",
        "mailto://127.0.0.1:2525?from=a@b.example&to=c@d.example&mode=insecure",
        "mailtos://user:pass@mail.example?to=c@d.example",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
        "ntfys://ntfy.example/desk",
        "jsons://hooks.example/monitor",
        "mmosts://chat.example/3ccdd113474722377935511fc85d3dd4",
        "JSON://127.0.0.1/",
    ],
)
def test_a_good_url_passes(url: str) -> None:
    check_url(url)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("slcak://a/b/c", "did you mean slack://"),
        ("mailt://a", "did you mean mailto://"),
        ("xbmc://host", "allowed are console, discord"),
        ("slack://", "no complete slack:// URL"),
        ("no url at all", "not a URL"),
        ("json://127.0.0.1/?optional=yes", "'optional' is not allowed"),
        ("json://127.0.0.1/?Template=/etc/hostname", "'template' is not allowed"),
        (f"tgram://{TELEGRAM_TOKEN}/-1001/-1002/", "names 2 recipients"),
    ],
)
def test_a_bad_url_is_refused_with_what_to_do(url: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match="channel urgent: ") as caught:
        check_url(url, SCHEMES, "urgent")
    assert said in str(caught.value)


async def test_a_scheme_that_is_not_allowed_is_never_sent_to(httpserver: HTTPServer) -> None:
    sender = AppriseSender(schemes={"slack"})
    with pytest.raises(SendError, match="not allowed") as caught:
        await sender.send(hook(httpserver), HELLO)
    assert caught.value.permanent
    assert not sent(httpserver)
    sender.close()


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_every_allowed_scheme_is_one_that_apprise_knows(scheme: str) -> None:
    from apprise.manager_plugins import NotificationManager

    assert scheme == "console" or signing.SCHEMES.get(scheme, scheme) in NotificationManager().schemas()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("tgram://x/y", ("telegram", 4096)),
        ("mailtos://x", ("email", 0)),
        ("SLACK://x", ("slack", 3000)),
        ("json://x", ("text", 0)),
        ("webhooks://x", ("json", 0)),
        ("nonsense", ("text", 0)),
    ],
)
def test_format_and_limit_suit_the_service(url: str, expected: tuple[str, int]) -> None:
    assert format_for(url) == expected
    assert scheme_of("nonsense") == ""
