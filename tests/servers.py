"""Real servers on loopback for tests: outlets that publish, and a receiver of alerts."""

from __future__ import annotations

import html
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Server:
    """An HTTP server in threads of its own, on a port of 127.0.0.1."""

    def __init__(self) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.handle(self)

            do_POST = do_PUT = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """Clients that are killed break their connections: nothing to tell."""

        self._server = Quiet(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        raise NotImplementedError

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass
class Answer:
    """What a path answers. `hold`, where given, is waited for before the answer goes out."""

    body: bytes = b""
    status: int = 200
    content_type: str = "text/html; charset=utf-8"
    headers: dict[str, str] = field(default_factory=dict)
    hold: threading.Event | None = None


@dataclass
class Item:
    title: str
    text: str
    published: datetime | None
    path: str
    linked: bool = True
    content: str = ""


class Outlets(Server):
    """Serves feeds under `/NAME/feed` and their article pages; any path may be told to answer otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.feeds: dict[str, list[Item]] = {}
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []

    def feed_url(self, name: str) -> str:
        return f"{self.url}/{name}/feed"

    def publish(
        self,
        outlet: str,
        title: str,
        text: str,
        published: datetime | None = None,
        *,
        dated: bool = True,
        linked: bool = True,
        content: str = "",
    ) -> str:
        """Add an item to the outlet's feed and its page to the site; the path of the page."""
        items = self.feeds.setdefault(outlet, [])
        item = Item(
            title,
            text,
            (published or datetime.now(UTC)) if dated else None,
            f"/{outlet}/news/{len(items) + 1}",
            linked,
            content,
        )
        items.insert(0, item)
        return item.path

    def answer(self, path: str, answer: Answer) -> None:
        self.answers[path] = answer

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path
        self.asked.append(path)
        answer = self.answers.get(path) or self._answer(path)
        if answer.hold is not None:
            answer.hold.wait(60)
        request.send_response(answer.status)
        request.send_header("Content-Type", answer.content_type)
        request.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(answer.body)

    def _answer(self, path: str) -> Answer:
        outlet, _, rest = path.strip("/").partition("/")
        if rest == "feed" and outlet in self.feeds:
            body = rss(outlet, self.url, self.feeds[outlet]).encode()
            return Answer(body, content_type="application/rss+xml; charset=utf-8")
        item = next((item for item in self.feeds.get(outlet, ()) if item.path == path), None)
        return Answer(page(item.title, item.text).encode()) if item else Answer(b"not here", 404)


class Receiver(Server):
    """Takes the JSON that apprise posts. While `hold` is set and unreleased, answers wait."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[dict[str, Any]] = []
        self.hold: threading.Event | None = None
        self.status = 200

    @property
    def apprise_url(self) -> str:
        return f"json://127.0.0.1:{self.port}/"

    @property
    def texts(self) -> list[str]:
        return [f"{message['title']}\n{message['message']}" for message in list(self.messages)]

    def count(self, word: str) -> int:
        """How many of the messages received hold the word."""
        return sum(word in text for text in self.texts)

    def handle(self, request: BaseHTTPRequestHandler) -> None:
        message = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        if self.status == 200:
            self.messages.append(message)
        if self.hold is not None:
            self.hold.wait(60)
        request.send_response(self.status)
        request.send_header("Content-Length", "0")
        request.end_headers()


def rss(name: str, base: str, items: list[Item]) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{name}</title><link>{base}/{name}</link><description>{name}</description>"
        + "".join(_rss_item(name, base, item) for item in items)
        + "</channel></rss>"
    )


def _rss_item(name: str, base: str, item: Item) -> str:
    parts = [f"<title>{html.escape(item.title)}</title>", f"<description>{html.escape(item.text[:120])}</description>"]
    parts.append(f'<guid isPermaLink="false">{name}-{item.path}</guid>')
    if item.linked:
        parts.append(f"<link>{base}{item.path}</link>")
    if item.published:
        parts.append(f"<pubDate>{format_datetime(item.published)}</pubDate>")
    if item.content:
        parts.append(f"<content:encoded><![CDATA[<p>{item.content}</p>]]></content:encoded>")
    return f"<item>{''.join(parts)}</item>"


def page(title: str, text: str) -> str:
    paragraphs = "".join(f"<p>{html.escape(part)}</p>" for part in text.split("\n\n"))
    return (
        f"<!doctype html><html><head><title>{html.escape(title)}</title></head><body><nav>Home News</nav>"
        f"<main><article><h1>{html.escape(title)}</h1>{paragraphs}</article></main><footer>Contact</footer></body></html>"
    )


def eventually(true: Callable[[], Any], seconds: float = 60.0, what: str = "") -> None:
    """Wait until something holds; fail with the words if it does not."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(0.02)
