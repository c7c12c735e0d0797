"""An incoming webhook of Slack, as its documentation describes one.

- Errors are a status and a word in plain text: 400 `invalid_payload`, 403 `action_prohibited`, 404
  `channel_not_found`, 410 `channel_is_archived`; success is `ok`.
  https://api.slack.com/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks
  Not on that page, but what it answers: 404 `no_service` for a webhook that is no more, 400 `no_text` and
  `invalid_blocks`.
- 429 with a Retry-After header in seconds, at more than one message a second. https://api.slack.com/docs/rate-limits
- `text` above 40,000 characters is cut, and posted. https://api.slack.com/changelog/2018-04-truncating-really-long-messages
  An attachment's text above 8,000 likewise, as others have found: the documentation is silent.
  https://github.com/ErikKalkoken/slackApiDoc/blob/master/message_limits.md
- At most 50 blocks; a section's text has 3,000 characters at most, its ten fields 2,000 each, a header 150, a context
  ten elements. https://docs.slack.dev/reference/block-kit/blocks
- `&`, `<` and `>` are control characters and come escaped; `<!here>`, `<!channel>`, `<!everyone>`, `<!subteam^ID>` and
  `<@ID>` call people, `<#ID>` names a channel, `<address|words>` is a link. A plain `@here` calls only with
  `link_names` or `parse: full`. https://docs.slack.dev/messaging/formatting-message-text
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from tests.receivers.base import HttpReceiver, Refusal, Reply, Shown

LONGEST_TEXT = 40_000
LONGEST_ATTACHMENT = 8_000
MOST_BLOCKS = 50
MOST_ATTACHMENTS = 100
LONGEST = {"section": 3_000, "header": 150, "context": 3_000, "field": 2_000, "button": 75}
TOKEN = "T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"

_CONTROL = re.compile(r"<([^<>\n]+)>")
_ADDRESS = re.compile(r"(?:https?|mailto|tel|ftp|slack):", re.IGNORECASE)
_BARE_ADDRESS = re.compile(r"https?://[^\s<>|]+")
_PLAIN_CALL = re.compile(r"(?<![\w@])@[\w.-]+")
_STYLES = {
    "pre": re.compile(r"```(.+?)```", re.DOTALL),
    "code": re.compile(r"`([^`\n]+)`"),
    "bold": re.compile(r"(?<![\w*])\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\w*])"),
    "italic": re.compile(r"(?<![\w_])_(?!\s)([^_\n]+?)(?<!\s)_(?![\w_])"),
    "strike": re.compile(r"(?<![\w~])~(?!\s)([^~\n]+?)(?<!\s)~(?![\w~])"),
    "quote": re.compile(r"^>\s?(.*)$", re.MULTILINE),
}


@dataclass
class Reader:
    """Reads text objects one after the other and gathers what is in them."""

    calls_names: bool = False
    texts: list[str] = field(default_factory=list)
    rings: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    styled: list[tuple[str, str]] = field(default_factory=list)

    def mrkdwn(self, text: str, styles: bool = True) -> None:
        """`styles`: whether `*` and its like are markup; control sequences always are."""
        shown, end = [], 0
        for found in _CONTROL.finditer(text):
            shown += [self._words(text[end : found.start()]), self._control(found.group(1))]
            end = found.end()
        self._keep("".join([*shown, self._words(text[end:])]), styles)

    def plain(self, text: str) -> None:
        self._keep(self._words(text), False)

    def _words(self, text: str) -> str:
        self.links += [(_unescaped(address), _unescaped(address)) for address in _BARE_ADDRESS.findall(text)]
        return _unescaped(text)

    def _control(self, sequence: str) -> str:
        target, _, label = sequence.partition("|")
        label = _unescaped(label)
        if target.startswith("!date^"):
            return label
        if target[0] in "@!":
            self.rings.append(target)
            return label or "@" + target.lstrip("@!").partition("^")[0]
        if target[0] == "#":
            return label or target
        if not _ADDRESS.match(target):
            return f"<{_unescaped(sequence)}>"
        self.links.append((_unescaped(target), label or _unescaped(target)))
        return label or _unescaped(target)

    def _keep(self, text: str, styles: bool) -> None:
        if self.calls_names:
            self.rings += _PLAIN_CALL.findall(text)
        for style, pattern in _STYLES.items() if styles else ():
            self.styled += [(style, words) for words in pattern.findall(text)]
            text = pattern.sub(r"\1", text)
        self.texts.append(text)


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


class Slack(HttpReceiver):
    """`gone` and `forbidden` are states of the channel behind the webhook."""

    def __init__(self, token: str = TOKEN) -> None:
        super().__init__()
        self.token = token
        self.gone = self.forbidden = False

    def too_many(self, seconds: int) -> Reply:
        return Reply(429, b"rate_limited", "text/plain", {"Retry-After": str(seconds)})

    def take(self, path: str, headers: dict[str, str], body: bytes) -> Reply:
        if path != f"/services/{self.token}":
            raise _refusal(404, "no_service")
        if self.gone:
            raise _refusal(410, "channel_is_archived")
        if self.forbidden:
            raise _refusal(403, "action_prohibited")
        try:
            payload = json.loads(body)
        except ValueError:
            raise _refusal(400, "invalid_payload") from None
        if not isinstance(payload, dict):
            raise _refusal(400, "invalid_payload")
        self.shown.append(read(payload))
        return Reply(200, b"ok", "text/html")


def read(payload: dict[str, Any]) -> Shown:
    """The message as people see it. Raises Refusal."""
    text, blocks, attachments = payload.get("text") or "", payload.get("blocks"), payload.get("attachments") or []
    if not isinstance(text, str) or not isinstance(attachments, list):
        raise _refusal(400, "invalid_payload")
    if not text.strip() and not blocks and not attachments:
        raise _refusal(400, "no_text")
    if len(attachments) > MOST_ATTACHMENTS:
        raise _refusal(400, "too_many_attachments")
    reader = Reader(bool(payload.get("link_names")) or payload.get("parse") == "full")
    if text:
        reader.mrkdwn(text[:LONGEST_TEXT], payload.get("mrkdwn", True))
    told_elsewhere = len(reader.texts)  # with blocks, `text` is what the notification says
    if blocks:
        _read_blocks(blocks, reader)
    for attachment in attachments:
        _read_attachment(attachment, reader)
    title = reader.texts[0].strip().partition("\n")[0]
    seen = reader.texts[told_elsewhere if blocks else 0 :]
    return Shown(
        title,
        "\n".join(seen),
        tuple(reader.rings),
        tuple(reader.links),
        tuple(reader.styled),
        whole=len(text) <= LONGEST_TEXT
        and all(len(each.get("text") or "") <= LONGEST_ATTACHMENT for each in attachments),
        reply_to=str(payload.get("thread_ts") or ""),
    )


def _read_attachment(attachment: dict[str, Any], reader: Reader) -> None:
    styled = attachment.get("mrkdwn_in") or []
    for name in ("pretext", "title", "text"):
        if attachment.get(name):
            reader.mrkdwn(attachment[name], name in styled)
    for each in attachment.get("fields") or []:
        reader.plain(each.get("title", ""))
        reader.mrkdwn(each.get("value", ""), "fields" in styled)
    if attachment.get("blocks"):
        _read_blocks(attachment["blocks"], reader)


def _read_blocks(blocks: Any, reader: Reader) -> None:
    if not isinstance(blocks, list) or len(blocks) > MOST_BLOCKS:
        raise _refusal(400, "invalid_blocks")
    for block in blocks:
        reading = _BLOCKS.get(block.get("type")) if isinstance(block, dict) else None
        if reading is None:
            raise _refusal(400, "invalid_blocks")
        reading(block, reader)


def _section(block: dict[str, Any], reader: Reader) -> None:
    fields = block.get("fields") or []
    if len(fields) > 10 or not (fields or block.get("text")):
        raise _refusal(400, "invalid_blocks")
    if block.get("text"):
        _read_text(block["text"], LONGEST["section"], reader)
    for each in fields:
        _read_text(each, LONGEST["field"], reader)


def _header(block: dict[str, Any], reader: Reader) -> None:
    _read_text(block.get("text"), LONGEST["header"], reader, ("plain_text",))


def _context(block: dict[str, Any], reader: Reader) -> None:
    for each in _elements(block, 10):
        _read_text(each, LONGEST["context"], reader)


def _actions(block: dict[str, Any], reader: Reader) -> None:
    for button in _elements(block, 25):
        _read_text(button.get("text"), LONGEST["button"], reader, ("plain_text",))
        if button.get("url"):
            reader.links.append((button["url"], button["text"]["text"]))


def _divider(block: dict[str, Any], reader: Reader) -> None:
    """Nothing to read."""


_BLOCKS = {"section": _section, "header": _header, "context": _context, "actions": _actions, "divider": _divider}


def _elements(block: dict[str, Any], most: int) -> list[Any]:
    elements = block.get("elements")
    if not isinstance(elements, list) or not 0 < len(elements) <= most:
        raise _refusal(400, "invalid_blocks")
    return elements


def _read_text(text: Any, most: int, reader: Reader, kinds: tuple[str, ...] = ("plain_text", "mrkdwn")) -> None:
    if not isinstance(text, dict) or text.get("type") not in kinds or not isinstance(text.get("text"), str):
        raise _refusal(400, "invalid_blocks")
    if not 0 < len(text["text"]) <= most:
        raise _refusal(400, "invalid_blocks")
    if text["type"] == "mrkdwn":
        reader.mrkdwn(text["text"])
    else:
        reader.plain(text["text"])


def _refusal(status: int, word: str) -> Refusal:
    return Refusal(Reply(status, word.encode(), "text/html"))
