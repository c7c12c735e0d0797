"""The outlets of a large newsroom: a server whose feeds are mostly as they were, and now and then have one thing more.

`python -m benchmarks._desk_news PORT DELAY` serves on several loopback addresses until its input ends; 0 is any port,
and DELAY what each answer takes, in seconds.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from benchmarks._pages import ROOT
from benchmarks._prose import LANGUAGES, Prose
from monitor.watchlists import load

ADDRESSES = 32
NEWS = 10  # one feed of so many has something new when it is asked


@contextmanager
def serving(port: int, sources: int, delay: float = 0.0) -> Iterator[tuple[int, Sequence[str]]]:
    """The port, which is another one if that is taken, and the address of each feed; until the block ends."""
    command = [sys.executable, "-m", "benchmarks._desk_news", str(port), str(delay)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            port = json.loads(process.stdout.readline())
            yield port, addresses(port, sources)
        finally:
            process.stdin.close()
            process.wait(10)


def addresses(port: int, sources: int) -> list[str]:
    return [f"http://127.0.1.{place % ADDRESSES + 1}:{port}/{place}" for place in range(sources)]


class _Newsroom:
    """`PLACE` is a feed, `n/NUMBER` an article."""

    def __init__(self) -> None:
        self._prose = Prose(31, load(ROOT / "watchlists").ruleset, touching=0.1)
        self._printed = time.time_ns() // 10**6  # beyond what an earlier run can have come to: its articles are known
        self._latest: dict[str, int] = {}

    def answer(self, request: bytes) -> bytes:
        head = request.decode("latin-1")
        path, host = head.split(" ", 2)[1][1:], head.partition("ost: ")[2].partition("\r")[0]
        if path == "robots.txt":
            return _answer(404, b"", "text/plain")
        if path.startswith("n/"):
            return _answer(200, self._page(int(path[2:])), "text/html; charset=utf-8")
        asked_before = "if-none-match:" in head.lower()
        if not asked_before or hash((path, self._printed)) % NEWS == 0:
            self._printed += 1
            self._latest[path] = self._printed
        else:
            return b"HTTP/1.1 304 Not Modified\r\n\r\n"
        return _answer(200, self._feed(path, host), "application/rss+xml", self._latest[path])

    def _feed(self, path: str, host: str) -> bytes:
        number = self._latest[path]
        link = f"http://{host}/n/{number}"
        day = format_datetime(datetime.now(UTC))
        title = escape(self._prose.title(LANGUAGES[number % len(LANGUAGES)]))
        item = f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{day}</pubDate></item>"
        return f'<?xml version="1.0"?><rss version="2.0"><channel><title>{path}</title>{item}</channel></rss>'.encode()

    def _page(self, number: int) -> bytes:
        lang = LANGUAGES[number % len(LANGUAGES)]
        text = "".join(f"<p>{escape(part)}</p>" for part in self._prose.paragraphs(lang, 200))
        title = escape(self._prose.title(lang))
        page = (
            f"<!doctype html><html lang={lang}><title>{title}</title><article><h1>{title}</h1>{text}</article></html>"
        )
        return page.encode()


def _answer(status: int, body: bytes, kind: str, tag: int | None = None) -> bytes:
    named = f'ETag: "{tag}"\r\n' if tag is not None else ""
    return f"HTTP/1.1 {status} .\r\nContent-Type: {kind}\r\n{named}Content-Length: {len(body)}\r\n\r\n".encode() + body


class _Connection(asyncio.Protocol):
    def __init__(self, newsroom: _Newsroom, delay: float):
        self._newsroom, self._left, self._delay = newsroom, b"", delay

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._left += data
        while b"\r\n\r\n" in self._left:
            request, _, self._left = self._left.partition(b"\r\n\r\n")
            answer = self._newsroom.answer(request + b"\r\n")
            asyncio.get_running_loop().call_later(self._delay, self._transport.write, answer)


def _sockets(port: int) -> list[socket.socket]:
    """One port on all addresses. Raises OSError."""
    found: list[socket.socket] = []
    try:
        for number in range(ADDRESSES):
            found.append(socket.create_server((f"127.0.1.{number + 1}", port), backlog=512))
            port = found[0].getsockname()[1]
    except OSError:
        for one in found:
            one.close()
        raise
    return found


async def _serve(port: int, delay: float) -> None:
    newsroom, loop = _Newsroom(), asyncio.get_running_loop()
    try:
        sockets = _sockets(port)
    except OSError:
        sockets = _sockets(0)
    for one in sockets:
        await loop.create_server(lambda: _Connection(newsroom, delay), sock=one)
    print(sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
