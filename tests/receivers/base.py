"""What receivers have in common: they judge as their service does, keep what a person would see, and fail on demand."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.servers import Server


class Mood(Enum):
    """How a receiver answers. In the last two it has taken the message all the same."""

    WELL = "as the service does"
    BROKEN = "500 or its like, and nothing is taken"
    MUTE = "nothing is taken and nothing answered"
    LATE = "taken, and answered after the other side has gone"
    HANG_UP = "taken, and the connection closed without an answer"


@dataclass(frozen=True)
class Shown:
    """A message as a person finds it.

    `title` is what a lock screen shows, `text` all that can be read, markup gone. `rings` names whom it calls,
    `links` are (address, words), `styled` are (style, words). `whole` is False where the service cut it or made a
    file of it. `headers` and `html` are of letters only.
    """

    title: str
    text: str
    rings: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    styled: tuple[tuple[str, str], ...] = ()
    whole: bool = True
    silent: bool = False
    reply_to: str = ""
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    status: int
    body: bytes
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """What a service answers to a message that it does not take."""

    def __init__(self, reply: Reply):
        super().__init__(reply.status)
        self.reply = reply


def as_json(status: int, value: Any, **headers: str) -> Reply:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Reply(status, json.dumps(value).encode(), headers=named)


class HttpReceiver(Server):
    """`take` judges one request; `busy` (seconds) makes the service say that it has had too many."""

    def __init__(self) -> None:
        super().__init__()
        self.shown: list[Shown] = []
        self.asked = 0
        self.mood = Mood.WELL
        self.busy: int | None = None
        self._gone = threading.Event()

    def __exit__(self, *_: object) -> None:
        self._gone.set()
        super().__exit__()

    def take(self, path: str, headers: dict[str, str], body: bytes) -> Reply:
        """Keep the message and answer as the service does. Raises Refusal if it would not take it."""
        raise NotImplementedError

    def too_many(self, seconds: int) -> Reply:
        """How the service says 429."""
        raise NotImplementedError

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0))
        self.asked += 1
        reply = self._reply(request, body)
        if self.mood in (Mood.MUTE, Mood.LATE):
            self._gone.wait(30)
        if self.mood in (Mood.MUTE, Mood.HANG_UP):
            return
        with suppress(OSError):  # whoever did not wait
            request.send_response(reply.status)
            request.send_header("Content-Type", reply.content_type)
            request.send_header("Content-Length", str(len(reply.body)))
            for name, value in reply.headers.items():
                request.send_header(name, value)
            request.end_headers()
            request.wfile.write(reply.body)

    def _reply(self, request: BaseHTTPRequestHandler, body: bytes) -> Reply:
        if self.mood in (Mood.BROKEN, Mood.MUTE):
            return Reply(500, b"server error", "text/plain")
        if self.busy is not None:
            return self.too_many(self.busy)
        try:
            return self.take(request.path, {name.lower(): value for name, value in request.headers.items()}, body)
        except Refusal as refusal:
            return refusal.reply
