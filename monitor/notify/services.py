"""What Slack, Telegram, Matrix and mail can do and Apprise's plug-ins do not: markup of ours, threads, silence,
references, and to mention nobody.

Each is Apprise's own plug-in, with its addresses, tokens, pace and time-outs. `message` is set before a call, by
whoever makes one call at a time; `reference` is read after it.
"""

from __future__ import annotations

import hashlib
import re
import smtplib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.header import Header
from email.message import Message as Letter
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr, make_msgid
from json import JSONDecodeError, dumps, loads
from secrets import randbits
from typing import Any

import apprise
import requests
from apprise.plugins import url_to_dict
from apprise.plugins.email.base import PGP_MODE_DEFAULT, NotifyEmail
from apprise.plugins.email.smtp import AppriseSMTPController
from apprise.plugins.matrix.base import NotifyMatrix
from apprise.plugins.slack import NotifySlack, SlackMode
from apprise.plugins.telegram import NotifyTelegram

from monitor.core.alerts import Message

_NOTHING = Message("", "")
_ID = re.compile(r"<[!-;=?-~]{3,250}>")
_CRLF = compat32.clone(linesep="\r\n")
_MOST_BLOCKS = 45  # Slack takes 50
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class Slack(NotifySlack):  # type: ignore[misc]  # Apprise has no types
    """Blocks instead of attachments, so that the lock screen shows the headline; threads for those that have a bot."""

    message = _NOTHING
    reference = ""

    @property
    def takes_markup(self) -> bool:
        """The workflow builder takes a variable of plain text."""
        return self.mode not in (SlackMode.WORKFLOW, SlackMode.WORKFLOW_TRIGGER)

    def _send(self, url: str, payload: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if self.message.marked and "attachments" in payload:
            where = {key: value for key, value in payload.items() if key not in ("attachments", "mrkdwn")}
            payload = _blocks(self.message) | where
            if self.mode is SlackMode.BOT and self.message.reply_to:
                payload["thread_ts"] = self.message.reply_to
        response = super()._send(url, payload, *args, **kwargs)
        if self.mode is SlackMode.BOT and isinstance(response, Mapping):
            self.reference = str(response.get("ts") or "")
        return response


def _blocks(message: Message) -> dict[str, Any]:
    """One section for each paragraph. `verbatim`: Slack makes no links and mentions of what stands there."""
    parts = [part for part in message.body.split("\n\n") if part.strip()]
    if len(parts) > _MOST_BLOCKS:
        parts = [*parts[: _MOST_BLOCKS - 1], "\n\n".join(parts[_MOST_BLOCKS - 1 :])]
    sections = [{"type": "section", "text": {"type": "mrkdwn", "text": part, "verbatim": True}} for part in parts]
    headline = message.title.translate(_ESCAPES)
    return {"text": headline, "mrkdwn": False, "blocks": sections, "unfurl_links": False, "unfurl_media": False}


class Telegram(NotifyTelegram):  # type: ignore[misc]
    """One message to one chat, as a reply to the thread's first where there is one."""

    message = _NOTHING
    reference = ""

    def send(self, body: str, title: str = "", *args: Any, **kwargs: Any) -> bool:
        """What Apprise made of the text is sent where the message has no markup of its own."""
        if not self.targets and self.detect_owner and (owner := self.detect_bot_owner()):
            self.targets.append((str(owner), self.topic))
        if not self.targets:
            self.logger.warning("There were no Telegram chats to notify.")
            return False
        chat, topic = self.targets[0]
        payload: dict[str, Any] = {
            "chat_id": chat,
            "text": self.message.body if self.message.marked else body,
            "parse_mode": "HTML",
            "disable_notification": self.message.silent or self.silent,
            "link_preview_options": {"is_disabled": not self.preview},
        }
        if topic:
            payload["message_thread_id"] = topic
        if self.message.reply_to.isdecimal():
            # It may have been deleted: the alert goes out all the same.
            payload["reply_parameters"] = {
                "message_id": int(self.message.reply_to),
                "allow_sending_without_reply": True,
            }
        self.throttle()
        try:
            answer = requests.post(
                f"{self.notify_url}{self.bot_token}/sendMessage",
                data=dumps(payload),
                headers={"User-Agent": self.app_id, "Content-Type": "application/json"},
                verify=self.verify_certificate,
                timeout=self.request_timeout,
                allow_redirects=self.redirects,
            )
        except requests.RequestException:
            self.logger.warning("A connection error occurred sending a Telegram notification.")
            return False
        said = _object(answer.content)
        if answer.status_code != requests.codes.ok:
            self.logger.warning(f"Failed to send to Telegram: error={answer.status_code}, {said.get('description')}")
            return False
        result = said.get("result")
        self.reference = str(result.get("message_id") or "") if isinstance(result, dict) else ""
        return True


def _object(content: bytes) -> dict[str, Any]:
    try:
        said = loads(content)
    except (JSONDecodeError, UnicodeDecodeError):
        return {}
    return said if isinstance(said, dict) else {}


class Matrix(NotifyMatrix):  # type: ignore[misc]
    """Events that say whom they mention: nobody. Without that word servers and clients look for names in the text."""

    message = _NOTHING
    reference = ""

    def send(self, body: str, title: str = "", *args: Any, **kwargs: Any) -> bool:
        """The headline stands in the text: of a title Apprise makes a heading in Markdown, in plain text."""
        # A server takes each transaction once, and Apprise numbers all messages of a token alike: all but the first
        # would be lost, as sent.
        self.transaction_id = randbits(60)
        return bool(super().send(f"{title}\n{body}" if title else body, "", *args, **kwargs))

    def _fetch(self, path: str, payload: Any = None, *args: Any, **kwargs: Any) -> Any:
        if "/send/m.room.message/" in path:
            payload = {**payload, "m.mentions": {}}
        return super()._fetch(path, payload, *args, **kwargs)


class Mail(NotifyEmail):  # type: ignore[misc]
    """One letter in two forms, both of them ours, which its thread holds together.

    Every letter of a thread names the same first one in `References`, whether that was ever sent or not, so that mail
    programs put them together whichever was lost.
    """

    message = _NOTHING
    reference = ""

    def send(self, body: str, title: str = "", *args: Any, **kwargs: Any) -> bool:
        """Apprise's connection, and a letter of ours."""
        if self.pgp_mode != PGP_MODE_DEFAULT:
            return bool(super().send(body, title, *args, **kwargs))  # what is to be secret goes its old way
        self.throttle()
        letter = self.letter()
        everybody = [*(address for _, address in self.targets), *self.cc, *self.bcc]
        try:
            with AppriseSMTPController(
                host=self.smtp_host,
                port=self.port,
                secure_mode=self.secure_mode,
                user=self.user,
                password=self.password,
                verify_certificate=self.verify_certificate,
                socket_connect_timeout=self.socket_connect_timeout,
            ) as smtp:
                taken = smtp.sendmail(self.from_addr[1], everybody, letter.as_string(policy=_CRLF))
        except (OSError, smtplib.SMTPException, RuntimeError):
            self.logger.warning("A connection error occurred submitting an email.")
            return False
        if taken:
            self.reference = str(letter["Message-ID"])
        return bool(taken)

    def letter(self) -> Letter:
        """The message as a letter: text, and HTML where there is some."""
        letter: Letter = MIMEText(self.message.body, "plain", "utf-8")
        if self.message.html:
            parts = [letter, MIMEText(self.message.html, "html", "utf-8")]
            letter = MIMEMultipart("alternative", _subparts=parts)
        message_id = self._id(self.message.name) if self.message.name else make_msgid(domain=self._domain)
        own = {
            "Subject": Header(_one_line(self.message.title), "utf-8", header_name="Subject").encode(),
            "From": _address(self.from_addr[0] or self.app_id, self.from_addr[1]),
            "To": ", ".join(_address(*target) for target in self.targets),
            "Cc": ", ".join(_address(self.names.get(address), address) for address in sorted(self.cc)),
            "Reply-To": ", ".join(_address(self.names.get(address), address) for address in sorted(self.reply_to)),
            "Date": format_datetime(datetime.now(UTC)),
            "Auto-Submitted": "auto-generated",  # no answer that somebody is on leave
            "Message-ID": message_id,
            **self._thread(),
        }
        given = {name: _one_line(value) for name, value in self.headers.items() if name.title() not in own}
        for name, value in {**given, **own}.items():
            if value:
                letter[name] = value
        return letter

    def _thread(self) -> dict[str, str]:
        if not self.message.thread:
            return {}
        first = self.message.reply_to if _ID.fullmatch(self.message.reply_to) else ""
        root = self._id(self.message.thread)
        return {"In-Reply-To": first, "References": f"{root} {first}".strip()}

    def _id(self, name: str) -> str:
        """The same for the same name and mailbox, and tells nothing of either."""
        told = " ".join((name, *(address for _, address in self.targets)))
        return f"<{hashlib.blake2s(told.encode('utf-8', 'replace'), digest_size=16).hexdigest()}@{self._domain}>"

    @property
    def _domain(self) -> str:
        return str(self.from_addr[1]).rpartition("@")[2] or "localhost"


def _one_line(text: object) -> str:
    return " ".join(str(text or "").split())


def _address(name: object, address: str) -> str:
    return formataddr((_one_line(name), address), "utf-8")


PLUGINS: Mapping[str, type[Slack | Telegram | Matrix | Mail]] = {
    "slack": Slack,
    "tgram": Telegram,
    "matrix": Matrix,
    "matrixs": Matrix,
    "mailto": Mail,
    "mailtos": Mail,
}


def instantiate(url: str, scheme: str, asset: Any) -> Any:
    """Our plug-in of a scheme with an address of it, Apprise's own where we have none; None for what is no address.
    Raises what plug-ins raise."""
    plugin = PLUGINS.get(scheme)
    if plugin is None:
        return apprise.Apprise.instantiate(url, asset=asset)
    parts = url_to_dict(url, secure_logging=True)
    return plugin(**{**parts, "asset": asset, "tag": set()}) if parts else None
