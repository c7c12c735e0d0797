"""What goes over the wire to Slack, Telegram and mail servers: marked up once, in its thread, ringing as it should."""

from __future__ import annotations

import email
import email.policy
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram
from pytest_httpserver import HTTPServer

from monitor.core.alerts import Message, Purpose, Target
from monitor.errors import SendError
from monitor.messages import Messages
from monitor.notify import AppriseSender, format_for
from monitor.ports import Waiting
from tests.making import ALERT, HARD, delivery, written

HOOK = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
BOT = "xoxb-1234-1234-abc124"
TELEGRAM = "123456789:abcdefg_hijklmnopqrstuvwxyzABCDEFGH"
UPDATE = replace(HARD, key=f"{HARD.key}:update:denied", headline="Update: " + HARD.headline, rings=False)


@pytest.fixture
def sender() -> Iterator[AppriseSender]:
    sender = AppriseSender(connect=1, read=2, overall=5, pace=0)
    yield sender
    sender.close()


@pytest.fixture
def services(httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> HTTPServer:
    """Slack with a web hook and with a bot, and Telegram, on loopback."""
    monkeypatch.setattr(NotifySlack, "webhook_url", httpserver.url_for("/services"))
    monkeypatch.setattr(NotifySlack, "api_url", httpserver.url_for("/api/{}"))
    monkeypatch.setattr(NotifySlack, "workflow_trigger_url", httpserver.url_for("/triggers"))
    monkeypatch.setattr(NotifyTelegram, "notify_url", httpserver.url_for("/bot"))
    httpserver.expect_request(f"/services/{HOOK}").respond_with_data("ok")
    httpserver.expect_request("/api/chat.postMessage").respond_with_json(
        {"ok": True, "channel": "C1", "ts": "1573694689.003700"}
    )
    httpserver.expect_request(f"/bot{TELEGRAM}/sendMessage").respond_with_json(
        {"ok": True, "result": {"message_id": 4711, "text": "…"}}
    )
    return httpserver


def target(url: str) -> Target:
    form, limit = format_for(url)
    return Target("urgent", "night", url, form, limit)


def reply(to: str, url: str, **changes: Any) -> Message:
    """An update in the thread of a message."""
    waiting = Waiting(delivery(UPDATE, **changes), UPDATE, reply_to=to)
    return Messages().write(waiting, target(url), UPDATE.created_at)


def payloads(server: HTTPServer) -> list[dict[str, Any]]:
    return [json.loads(request.data) for request, _ in server.log]


# --- Slack -----------------------------------------------------------------------------------------


async def test_slack_gets_our_markup_as_it_is_and_the_headline_for_the_lock_screen(
    sender: AppriseSender, services: HTTPServer
) -> None:
    slack = f"slack://{HOOK}/#desk"
    message = written(HARD, *format_for(slack))
    assert await sender.send(target(slack), message) == "", "a web hook says nothing of the message"
    [payload] = payloads(services)
    assert payload["text"].replace("\u200b", "") == (
        "[CRITICAL] Arms embargo: considering → lifted — &lt;b&gt;Fərman&lt;/b&gt; &amp; *imza* @everyone"
    )
    assert payload["mrkdwn"] is False, "on the lock screen nothing is marked"
    assert payload["channel"] == "#desk"
    assert "attachments" not in payload
    blocks = payload["blocks"]
    assert [block["text"]["text"] for block in blocks] == message.body.split("\n\n")
    assert {(block["type"], block["text"]["type"], block["text"]["verbatim"]) for block in blocks} == {
        ("section", "mrkdwn", True)
    }
    assert (payload["unfurl_links"], payload["unfurl_media"]) == (False, False)
    sent = json.dumps(payload, ensure_ascii=False)
    assert "&amp;lt;" not in sent
    for live in ("<!", "<@", "@everyone", "<b>"):
        assert live not in sent


async def test_a_bot_answers_in_the_thread_and_says_what_the_message_is_called(
    sender: AppriseSender, services: HTTPServer
) -> None:
    slack = f"slack://{BOT}/#desk"
    reference = await sender.send(target(slack), written(HARD, *format_for(slack)))
    assert reference == "1573694689.003700"
    await sender.send(target(slack), reply(reference, slack))
    first, second = payloads(services)
    assert "thread_ts" not in first
    assert second["thread_ts"] == reference


async def test_a_web_hook_knows_no_threads(sender: AppriseSender, services: HTTPServer) -> None:
    slack = f"slack://{HOOK}/#desk"
    await sender.send(target(slack), reply("1573694689.003700", slack))
    assert "thread_ts" not in payloads(services)[0]


async def test_a_message_without_markup_is_escaped_on_the_way(sender: AppriseSender, services: HTTPServer) -> None:
    await sender.send(target(f"slack://{HOOK}/#desk"), Message("Test", "a <!channel> & b"))
    sent = json.dumps(payloads(services)[0])
    assert "<!channel>" not in sent
    assert "blocks" not in payloads(services)[0]


def test_a_workflow_of_slack_takes_plain_text() -> None:
    assert format_for("slack://T1JJ3T3L2/12345678901/abcdef1234567890?mode=trigger")[0] == "text"
    assert format_for(f"slack://{HOOK}/#desk") == ("slack", 3000)


async def test_many_paragraphs_stay_within_the_blocks_that_slack_takes(
    sender: AppriseSender, services: HTTPServer
) -> None:
    body = "\n\n".join(f"paragraph {number}" for number in range(120))
    await sender.send(target(f"slack://{HOOK}/#desk"), Message("Many", body, marked=True))
    blocks = payloads(services)[0]["blocks"]
    assert len(blocks) <= 50
    assert "\n\n".join(block["text"]["text"] for block in blocks) == body


# --- Telegram --------------------------------------------------------------------------------------


async def test_telegram_gets_our_html_as_it_is(sender: AppriseSender, services: HTTPServer) -> None:
    telegram = f"tgram://{TELEGRAM}/-1001234/"
    message = written(HARD, *format_for(telegram))
    assert await sender.send(target(telegram), message) == "4711"
    assert payloads(services) == [
        {
            "chat_id": -1001234,
            "text": message.body,
            "parse_mode": "HTML",
            "disable_notification": False,
            "link_preview_options": {"is_disabled": True},
        }
    ]


async def test_a_follow_up_on_telegram_answers_its_first_message_without_a_sound(
    sender: AppriseSender, services: HTTPServer
) -> None:
    telegram = f"tgram://{TELEGRAM}/-1001234:17/"
    await sender.send(target(telegram), reply("4711", telegram))
    [payload] = payloads(services)
    assert payload["reply_parameters"] == {"message_id": 4711, "allow_sending_without_reply": True}
    assert payload["disable_notification"] is True
    assert payload["message_thread_id"] == 17, "the topic of the URL stays"
    await sender.send(target(telegram), reply("4711", telegram, purpose=Purpose.REMINDER, round=1))
    assert payloads(services)[1]["disable_notification"] is False


@pytest.mark.parametrize("reference", ["", "x", "-5", "<4711>"])
async def test_what_is_no_number_is_no_message_of_telegrams(
    sender: AppriseSender, services: HTTPServer, reference: str
) -> None:
    telegram = f"tgram://{TELEGRAM}/-1001234/"
    await sender.send(target(telegram), reply(reference, telegram))
    assert "reply_parameters" not in payloads(services)[0]


async def test_plain_text_to_telegram_is_escaped_on_the_way(sender: AppriseSender, services: HTTPServer) -> None:
    await sender.send(target(f"tgram://{TELEGRAM}/-1001234/"), Message("Test", "a <b> & c"))
    assert "a &lt;b&gt; &amp; c" in payloads(services)[0]["text"]


async def test_an_answer_that_is_no_json_is_none(
    sender: AppriseSender, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NotifyTelegram, "notify_url", httpserver.url_for("/bot"))
    httpserver.expect_request(f"/bot{TELEGRAM}/sendMessage").respond_with_data(b"\xff<html>", 200)
    assert await sender.send(target(f"tgram://{TELEGRAM}/-1001234/"), written()) == ""


@pytest.mark.parametrize("said", [b"[]", b"{", b'{"description": 7}', b'"x"'])
async def test_a_refusal_is_a_failure_whatever_else_it_says(
    sender: AppriseSender, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch, said: bytes
) -> None:
    monkeypatch.setattr(NotifyTelegram, "notify_url", httpserver.url_for("/bot"))
    httpserver.expect_request(f"/bot{TELEGRAM}/sendMessage").respond_with_data(said, 400)
    with pytest.raises(SendError, match="HTTP 400") as caught:
        await sender.send(target(f"tgram://{TELEGRAM}/-1001234/"), written())
    assert caught.value.permanent


# --- mail ------------------------------------------------------------------------------------------


def mail(port: int, more: str = "") -> str:
    return f"mailto://127.0.0.1:{port}?from=monitor@desk.example&to=night@desk.example&mode=insecure{more}"


def letters(box: Any) -> list[email.message.EmailMessage]:
    return [email.message_from_bytes(letter, policy=email.policy.default) for letter in box.letters]


async def test_a_letter_has_a_plain_and_a_html_form_both_of_them_ours(sender: AppriseSender, mailbox: tuple) -> None:
    box, port = mailbox
    message = written(HARD, "email")
    reference = await sender.send(target(mail(port)), message)
    [letter] = letters(box)
    assert letter["Subject"] == message.title
    assert (letter["From"], letter["To"]) == ("News monitor <monitor@desk.example>", "night@desk.example")
    assert letter.get_content_type() == "multipart/alternative"
    plain, page = letter.iter_parts()
    assert (plain.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert plain.get_content().replace("\r\n", "\n") == message.body
    assert page.get_content().replace("\r\n", "\n") == message.html
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Date"].datetime.tzinfo is not None
    assert reference == letter["Message-ID"]
    assert max(map(len, box.letters[0].split(b"\r\n"))) <= 998


async def test_letters_of_one_event_are_one_thread(sender: AppriseSender, mailbox: tuple) -> None:
    box, port = mailbox
    first = await sender.send(target(mail(port)), written(HARD, "email"))
    await sender.send(target(mail(port)), reply(first, mail(port)))
    await sender.send(target(mail(port)), reply("", mail(port)))
    await sender.send(target(mail(port)), written(replace(ALERT, key="other:1", rule="other"), "email"))
    told, answer, lost, other = letters(box)
    root = told["References"]
    assert answer["In-Reply-To"] == first
    assert answer["References"].split() == [root, first]
    assert lost["References"] == root, "also where nobody knows what the first was called"
    assert other["References"] != root
    assert len({letter["Message-ID"] for letter in (told, answer, other)}) == 3


async def test_a_letter_that_is_tried_again_is_the_same_letter(sender: AppriseSender, mailbox: tuple) -> None:
    """So that a mail program can tell that it has it; another alert never passes for one that it has."""
    _, port = mailbox
    message = Messages().write(Waiting(delivery(doubtful=True), ALERT), target(mail(port)), ALERT.created_at)
    ids = [await sender.send(target(mail(port)), each) for each in (written(ALERT, "email"), message)]
    assert ids[0] == ids[1]
    assert await sender.send(target(mail(port)), written(ALERT, "email", purpose=Purpose.REMINDER)) != ids[0]
    assert ALERT.rule not in ids[0]


@pytest.mark.parametrize("foreign", ["x\r\nBcc: all@desk.example", "x\n\nbody", "x\x00\x0b\u2028Bcc: a@b.c", "ა" * 150])
async def test_no_text_becomes_a_header(sender: AppriseSender, mailbox: tuple, foreign: str) -> None:
    box, port = mailbox
    message = Message(foreign, "body", thread=foreign, reply_to=f"<a@b>{foreign}", name=foreign)
    await sender.send(target(mail(port)), message)
    [letter] = letters(box)
    assert set(letter.keys()) == {
        *("Content-Type", "MIME-Version", "Content-Transfer-Encoding", "Subject", "From", "To", "Date"),
        *("Auto-Submitted", "Message-ID", "References"),
    }
    assert letter["Subject"].split() == foreign.split()
    assert letter.get_content().strip() == "body"


async def test_headers_of_the_url_are_kept_but_for_ours(sender: AppriseSender, mailbox: tuple) -> None:
    box, port = mailbox
    more = "&%2BX-Team=night&%2Bsubject=mine&cc=second@desk.example&reply=desk@desk.example&name=The+Desk"
    await sender.send(target(mail(port, more)), written(ALERT, "email"))
    [letter] = letters(box)
    assert letter["X-Team"] == "night"
    assert letter.get_all("Subject") == [written().title]
    assert (letter["Cc"], letter["Reply-To"]) == ("second@desk.example", "desk@desk.example")
