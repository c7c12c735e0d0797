"""The Telegram Bot API's `sendMessage`, as its documentation describes it.

- "Text of the message to be sent, 1-4096 characters after entities parsing"; `parse_mode`, `disable_notification`,
  `reply_parameters`. https://core.telegram.org/bots/api#sendmessage
- An answer has `ok`, and `result` or `error_code` with `description`; 429 has `parameters.retry_after`, the seconds
  left to wait. https://core.telegram.org/bots/api#making-requests, #responseparameters
- The tags, entities and characters of the parse modes: https://core.telegram.org/bots/api#formatting-options.
  What is no such tag is refused, with the byte where it stands; the words are those of the server's own parser:
  https://github.com/tdlib/td/blob/master/td/telegram/MessageEntity.cpp
- `@name` and links to tg://user call people. Lengths are in UTF-16 units.
  https://core.telegram.org/bots/api#messageentity
"""

from __future__ import annotations

import json
import re
from typing import Any

from tests.receivers.base import HttpReceiver, Refusal, Reply, Shown, as_json
from tests.receivers.tgmarkup import MarkupError, Parsed, parse_html, parse_markdown

LONGEST = 4_096
TOKEN = "123456789:abcdefg_hijklmnopqrstuvwxyzABCDEFGH"
CHAT = "-1001234"
_MENTION = re.compile(r"(?<![\w@])@[A-Za-z0-9_]{2,32}\b")
_ADDRESS = re.compile(r"https?://[^\s<>]+")


class Telegram(HttpReceiver):
    """`blocked` is the person behind the chat, who has had enough of the bot."""

    def __init__(self, token: str = TOKEN, chat: str = CHAT) -> None:
        super().__init__()
        self.token, self.chat = token, chat
        self.blocked = False

    def too_many(self, seconds: int) -> Reply:
        said = f"Too Many Requests: retry after {seconds}"
        return as_json(
            429, {"ok": False, "error_code": 429, "description": said, "parameters": {"retry_after": seconds}}
        )

    def take(self, path: str, headers: dict[str, str], body: bytes) -> Reply:
        bot, _, method = path.removeprefix("/bot").partition("/")
        if not re.fullmatch(r"\d+:[\w-]{20,}", bot, re.ASCII):
            raise _refusal(404, "Not Found")
        if bot != self.token:
            raise _refusal(401, "Unauthorized")
        if method.lower() != "sendmessage":
            raise _refusal(404, "Not Found")
        try:
            said = json.loads(body)
        except ValueError:
            raise _refusal(400, "Bad Request: can't parse JSON object") from None
        self._check_chat(said)
        parsed = read(said.get("text"), said.get("parse_mode"))
        reply_to = self._replied(said)
        self.shown.append(_shown(parsed, bool(said.get("disable_notification")), reply_to))
        result = {"message_id": len(self.shown), "date": 0, "chat": {"id": int(self.chat)}, "text": parsed.text}
        return as_json(200, {"ok": True, "result": result})

    def _check_chat(self, said: dict[str, Any]) -> None:
        if not said.get("chat_id"):
            raise _refusal(400, "Bad Request: chat_id is empty")
        if str(said["chat_id"]) != self.chat:
            raise _refusal(400, "Bad Request: chat not found")
        if self.blocked:
            raise _refusal(403, "Forbidden: bot was blocked by the user")

    def _replied(self, said: dict[str, Any]) -> str:
        """The id of the message that this one answers; a message that is not there refuses it unless it may."""
        about = said.get("reply_parameters") or {}
        number = about.get("message_id") or said.get("reply_to_message_id")
        if not number or 1 <= int(number) <= len(self.shown):
            return str(number or "")
        if not (about.get("allow_sending_without_reply") or said.get("allow_sending_without_reply")):
            raise _refusal(400, "Bad Request: message to be replied not found")
        return ""


def read(text: Any, mode: str | None) -> Parsed:
    """The text after its entities were parsed. Raises Refusal."""
    if not isinstance(text, str):
        raise _refusal(400, "Bad Request: message text is empty")
    try:
        parsed = {"": Parsed, "html": parse_html, "markdownv2": parse_markdown}[(mode or "").lower()](text)
    except KeyError:
        raise _refusal(400, "Bad Request: unsupported parse_mode") from None
    except MarkupError as error:
        raise _refusal(400, f"Bad Request: can't parse entities: {error}") from None
    if not parsed.text.strip():
        raise _refusal(400, "Bad Request: message text is empty")
    if units(parsed.text.strip()) > LONGEST:
        raise _refusal(400, "Bad Request: message is too long")
    return parsed


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _shown(parsed: Parsed, silent: bool, reply_to: str) -> Shown:
    text = parsed.text.strip()
    rings = _MENTION.findall(text) + [address for address, _ in parsed.links if address.startswith("tg://user")]
    links = [*parsed.links, *((found, found) for found in _ADDRESS.findall(text))]
    return Shown(
        text.partition("\n")[0].strip(),
        text,
        tuple(rings),
        tuple(links),
        tuple(parsed.styled),
        silent=silent,
        reply_to=reply_to,
    )


def _refusal(status: int, description: str) -> Refusal:
    return Refusal(as_json(status, {"ok": False, "error_code": status, "description": description}))
