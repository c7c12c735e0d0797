"""A mail server (aiosmtpd, real SMTP) that greylists, refuses, limits sizes or is slow, and reads its letters.

- 4xx is for now, 5xx for good. https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1
- A server with SIZE refuses at MAIL what says it is longer: 552. https://www.rfc-editor.org/rfc/rfc1870#section-6.1
- `In-Reply-To` and `References` make a thread. https://www.rfc-editor.org/rfc/rfc5322#section-3.6.4
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import socket
import threading
from html import unescape
from typing import Any

from aiosmtpd.controller import Controller

from tests.receivers.base import Mood, Shown

_THREADING = ("Message-ID", "In-Reply-To", "References", "From", "To", "Subject", "Auto-Submitted")
_ANCHOR = re.compile(r"<a\b[^>]*\bhref=\"([^\"]*)\"[^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


class Mail:
    """`refusal` is its answer to every recipient, if set; `most` the longest letter in bytes; the rest aiosmtpd's."""

    def __init__(self, most: int = 200_000, **settings: Any) -> None:
        self.letters: list[bytes] = []
        self.shown: list[Shown] = []
        self.asked = 0
        self.mood = Mood.WELL
        self.refusal = ""
        self._gone = threading.Event()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = listener.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, data_size_limit=most, **settings)

    def __enter__(self) -> Mail:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._gone.set()
        self._controller.stop()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.asked += 1
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.mood is Mood.BROKEN:
            return "451 4.3.0 local error in processing"
        if self.mood is not Mood.MUTE:
            self.letters.append(envelope.content)
            self.shown.append(read(envelope.content))
        if self.mood in (Mood.MUTE, Mood.LATE):
            await asyncio.to_thread(self._gone.wait, 30)
        if self.mood is Mood.HANG_UP:
            server.transport.abort()
        return "250 OK"


def read(letter: bytes) -> Shown:
    parsed = email.message_from_bytes(letter, policy=email.policy.default)
    plain, html = parsed.get_body(("plain",)), parsed.get_body(("html",))
    text = plain.get_content() if plain else ""
    markup = html.get_content() if html else ""
    words = text or unescape(re.sub(r"<[^>]*>", "", markup))
    links = [(unescape(address), unescape(re.sub(r"<[^>]*>", "", label))) for address, label in _ANCHOR.findall(markup)]
    links += [(found, found) for found in _ADDRESS.findall(text)]
    subject = str(parsed["Subject"] or "")
    return Shown(
        subject,
        f"{subject}\n{words}",
        links=tuple(links),
        reply_to=str(parsed["In-Reply-To"] or ""),
        html=markup,
        headers={name: str(parsed[name]) for name in _THREADING if parsed[name]},
    )
