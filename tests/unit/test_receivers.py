"""The receivers judge as the services' documentation says, also messages that are marked up."""

from __future__ import annotations

import json
from email.message import EmailMessage
from typing import Any

import pytest

from tests.receivers import mail, ntfy, slack, telegram
from tests.receivers.base import Refusal, Shown


def slack_says(payload: dict[str, Any]) -> str:
    with pytest.raises(Refusal) as caught:
        slack.read(payload)
    return caught.value.reply.body.decode()


def section(text: str, kind: str = "mrkdwn") -> dict[str, Any]:
    return {"type": "section", "text": {"type": kind, "text": text}}


@pytest.mark.parametrize(
    ("text", "ring"),
    [
        ("<!channel> shut", "!channel"),
        ("<!here|here>", "!here"),
        ("<!everyone>", "!everyone"),
        ("<!subteam^SAZ94GDB8>", "!subteam^SAZ94GDB8"),
        ("a <@U024BE7LH|bob> b", "@U024BE7LH"),
    ],
)
def test_slack_rings_for_control_sequences_wherever_they_stand(text: str, ring: str) -> None:
    places = ({"text": text}, {"blocks": [section(text)]}, {"attachments": [{"title": "t", "text": text}]})
    assert [slack.read(place).rings for place in places] == [(ring,)] * 3


@pytest.mark.parametrize("text", ["&lt;!channel&gt;", "@here @channel", "<\u200b!channel>", "<#C024BE7LR|desk>"])
def test_slack_rings_for_nothing_else(text: str) -> None:
    assert not slack.read({"text": text}).rings
    assert not slack.read({"blocks": [section("<!channel>", "plain_text")]}).rings


def test_slack_rings_for_plain_names_only_where_the_message_asks_for_it() -> None:
    assert slack.read({"text": "@here x@y", "link_names": 1}).rings == ("@here",)
    assert slack.read({"text": "@here", "parse": "full"}).rings == ("@here",)


def test_slack_shows_markup_as_style_and_links_as_their_words() -> None:
    shown = slack.read(
        {"blocks": [section("*Port shut* at <https://a.example/?a=1&amp;b=2|Novaport> &amp; _x_\n> said")]}
    )
    assert shown.text == "Port shut at Novaport & x\nsaid"
    assert shown.links == (("https://a.example/?a=1&b=2", "Novaport"),)
    assert set(shown.styled) == {("bold", "Port shut"), ("italic", "x"), ("quote", "said")}


def test_slack_notifies_by_the_text_and_shows_the_blocks() -> None:
    shown = slack.read({"text": "Port shut", "blocks": [section("The *port* was shut.")]})
    assert (shown.title, shown.text) == ("Port shut", "The port was shut.")


def test_slack_takes_asterisks_in_attachments_as_they_are_unless_told() -> None:
    assert slack.read({"attachments": [{"text": "*x*"}]}).text == "*x*"
    assert slack.read({"attachments": [{"text": "*x*", "mrkdwn_in": ["text"]}]}).text == "x"


@pytest.mark.parametrize(
    ("payload", "word"),
    [
        ({}, "no_text"),
        ({"text": "  "}, "no_text"),
        ({"text": 5}, "invalid_payload"),
        ({"blocks": [section("x" * 3_001)]}, "invalid_blocks"),
        ({"blocks": [section("")]}, "invalid_blocks"),
        ({"blocks": [section("x", "html")]}, "invalid_blocks"),
        ({"blocks": [{"type": "divider"}] * 51}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}]}, "invalid_blocks"),
        ({"blocks": [{"type": "marquee"}]}, "invalid_blocks"),
        ({"blocks": [{"type": "context", "elements": []}]}, "invalid_blocks"),
        ({"attachments": [{"blocks": [section("x" * 3_001)]}]}, "invalid_blocks"),
    ],
)
def test_slack_refuses_what_is_malformed_or_too_long(payload: dict[str, Any], word: str) -> None:
    assert slack_says(payload) == word


def test_slack_takes_the_longest_and_cuts_what_is_longer() -> None:
    assert slack.read({"blocks": [section("x" * 3_000)] * 50}).whole
    assert not slack.read({"text": "x" * 40_001}).whole
    assert not slack.read({"attachments": [{"text": "x" * 8_001}]}).whole


@pytest.mark.parametrize(
    ("change", "status", "word"),
    [
        ({"token": "x"}, 404, "no_service"),
        ({"gone": True}, 410, "channel_is_archived"),
        ({"forbidden": True}, 403, "action_prohibited"),
        ({}, 400, "invalid_payload"),
    ],
)
def test_slack_says_in_a_word_why_not(change: dict[str, Any], status: int, word: str) -> None:
    with slack.Slack() as receiver:
        for name, value in change.items():
            setattr(receiver, name, value)
        with pytest.raises(Refusal) as caught:
            receiver.take(f"/services/{slack.TOKEN}", {}, b"{broken")
    assert (caught.value.reply.status, caught.value.reply.body.decode()) == (status, word)


def telegram_says(**message: Any) -> tuple[int, str]:
    with telegram.Telegram() as receiver:
        receiver.blocked = bool(message.pop("blocked", False))
        path = message.pop("path", f"/bot{telegram.TOKEN}/sendMessage")
        body = json.dumps({"chat_id": telegram.CHAT, "text": "x"} | message).encode()
        with pytest.raises(Refusal) as caught:
            receiver.take(path, {}, body)
    said = json.loads(caught.value.reply.body)
    assert (said["ok"], said["error_code"]) == (False, caught.value.reply.status)
    return said["error_code"], said["description"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a <blink>x</blink>", 'Unsupported start tag "blink" at byte offset 2'),
        ("жж <b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("жж <b", "Unclosed start tag at byte offset 5"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("2 < 3", 'Unsupported start tag "" at byte offset 2'),
        ("2 <b 3", "Unclosed start tag at byte offset 2"),
        ("2 <", "Unclosed start tag at byte offset 2"),
        ("2 < 3 > 1", 'Unsupported start tag "" at byte offset 2'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_telegram_refuses_html_that_is_not_its_own_with_the_byte(text: str, said: str) -> None:
    expected = (400, f"Bad Request: can't parse entities: {said}")
    assert telegram_says(text=text, parse_mode="HTML") == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("(a)", "Character '(' is reserved and must be escaped with the preceding '\\'"),
        ("жж *x", "Can't find end of Bold entity at byte offset 5"),
        ("[x", "Can't find end of TextUrl entity at byte offset 0"),
    ],
)
def test_telegram_refuses_markdown_that_is_not_escaped(text: str, said: str) -> None:
    expected = (400, f"Bad Request: can't parse entities: {said}")
    assert telegram_says(text=text, parse_mode="MarkdownV2") == expected


@pytest.mark.parametrize(
    ("message", "status", "said"),
    [
        ({"text": ""}, 400, "Bad Request: message text is empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, 400, "Bad Request: message text is empty"),
        ({"text": "x" * 4_097}, 400, "Bad Request: message is too long"),
        ({"text": "𝔸" * 2_049}, 400, "Bad Request: message is too long"),
        ({"text": "x", "parse_mode": "bbcode"}, 400, "Bad Request: unsupported parse_mode"),
        ({"chat_id": ""}, 400, "Bad Request: chat_id is empty"),
        ({"chat_id": "-5"}, 400, "Bad Request: chat not found"),
        ({"blocked": True}, 403, "Forbidden: bot was blocked by the user"),
        ({"reply_parameters": {"message_id": 9}}, 400, "Bad Request: message to be replied not found"),
        ({"path": f"/bot{telegram.TOKEN[:-1]}x/sendMessage"}, 401, "Unauthorized"),
        ({"path": "/botx/sendMessage"}, 404, "Not Found"),
        ({"path": f"/bot{telegram.TOKEN}/sendPigeon"}, 404, "Not Found"),
    ],
)
def test_telegram_says_why_not(message: dict[str, Any], status: int, said: str) -> None:
    assert telegram_says(**message) == (status, said)


def telegram_shows(**message: Any) -> Shown:
    with telegram.Telegram() as receiver:
        body = json.dumps({"chat_id": telegram.CHAT} | message).encode()
        reply = receiver.take(f"/bot{telegram.TOKEN}/sendMessage", {}, body)
        assert json.loads(reply.body)["result"]["message_id"] == 1
        return receiver.shown[0]


def test_telegram_counts_what_is_left_after_parsing() -> None:
    assert len(telegram_shows(text="<b>" + "&lt;" * 4_096 + "</b>", parse_mode="HTML").text) == 4_096


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        ("HTML", '<b>Port <i>shut</i></b> <a href="https://a.example/?a=1&amp;b=2">here</a> &lt;3 &#128; &unknown;'),
        ("MarkdownV2", "*Port _shut_* [here](https://a.example/?a=1&b=2) <3 \x80 &unknown;"),
    ],
)
def test_telegram_shows_markup_as_style(mode: str, text: str) -> None:
    shown = telegram_shows(text=text, parse_mode=mode)
    assert shown.text == "Port shut here <3 \x80 &unknown;"
    assert set(shown.styled) == {("bold", "Port shut"), ("italic", "shut")}
    assert shown.links == (("https://a.example/?a=1&b=2", "here"),)


def test_telegram_leaves_text_without_a_mode_alone() -> None:
    shown = telegram_shows(text="<b>*x*</b> &amp;", disable_notification=True)
    assert (shown.text, shown.styled, shown.silent) == ("<b>*x*</b> &amp;", (), True)


@pytest.mark.parametrize(
    ("message", "rings"),
    [
        ({"text": "ask @durov now"}, ("@durov",)),
        ({"text": '<a href="tg://user?id=42">x</a>', "parse_mode": "HTML"}, ("tg://user?id=42",)),
        ({"text": "a@b.example @\u200bdurov /start #tag"}, ()),
    ],
)
def test_telegram_rings_for_names_and_user_links(message: dict[str, str], rings: tuple[str, ...]) -> None:
    assert telegram_shows(**message).rings == rings


def test_telegram_knows_what_a_message_answers() -> None:
    with telegram.Telegram() as receiver:
        for answered in ({}, {"reply_parameters": {"message_id": 1}}):
            body = json.dumps({"chat_id": telegram.CHAT, "text": "x"} | answered).encode()
            receiver.take(f"/bot{telegram.TOKEN}/sendMessage", {}, body)
        assert [shown.reply_to for shown in receiver.shown] == ["", "1"]


def test_ntfy_makes_a_file_of_a_long_message_and_refuses_long_json() -> None:
    with ntfy.Ntfy() as receiver:
        for letters in (4_095, 4_096):
            receiver.take("/", {}, json.dumps({"topic": ntfy.TOPIC, "message": "x" * letters}).encode())
        assert [shown.whole for shown in receiver.shown] == [True, False]
        with pytest.raises(Refusal) as caught:
            receiver.take("/", {}, json.dumps({"topic": ntfy.TOPIC, "message": "ж" * 1_400}).encode())
        assert json.loads(caught.value.reply.body)["code"] == 41303
        with pytest.raises(Refusal) as caught:
            receiver.take("/", {}, b"{}")
        assert caught.value.reply.status == 400


def test_a_letter_is_read_with_both_its_parts_and_its_thread() -> None:
    letter = EmailMessage()
    letter["Subject"] = "Порт закрыт"
    letter["Message-ID"], letter["In-Reply-To"], letter["References"] = "<2@desk>", "<1@desk>", "<0@desk> <1@desk>"
    letter.set_content("The port was shut.\nhttps://a.example/1")
    letter.add_alternative('<p><b>The port</b> was <a href="https://a.example/1">shut</a>.</p>', subtype="html")
    shown = mail.read(letter.as_bytes())
    assert (shown.title, shown.reply_to, shown.headers["References"]) == (
        "Порт закрыт",
        "<1@desk>",
        "<0@desk> <1@desk>",
    )
    assert shown.text == "Порт закрыт\nThe port was shut.\nhttps://a.example/1\n"
    assert shown.links == (("https://a.example/1", "shut"), ("https://a.example/1", "https://a.example/1"))
    assert "<b>The port</b>" in shown.html
