"""Publishers of our own making in a process of their own: many feeds, on several loopback addresses.

The server does as little as it can, for it shares the machine with what is measured: every answer is
made beforehand, gzip and ETag included, and one read of a request decides which it is.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.utils import format_datetime
from hashlib import sha256
from html import escape

from benchmarks._prose import LANGUAGES, START, Prose
from monitor.core.model import Entry

ADDRESSES = 32
_ITEM = re.compile("<item><title>(.*?)</title><link>(.*?)</link>.*?<description>(.*?)</description>")


@dataclass(frozen=True, slots=True)
class Internet:
    """Where the feeds are, in the order in which they are to be asked; neighbours lie on different addresses."""

    urls: tuple[str, ...]
    control: str
    process: subprocess.Popen[str]

    def answers(self) -> Counter[str]:
        """How often each status was answered since the last question."""
        from urllib.request import urlopen

        with urlopen(f"{self.control}/counts", timeout=10) as got:  # our own server on loopback
            return Counter(json.load(got))


@contextmanager
def serving(feeds: int, entries: int) -> Iterator[Internet]:
    """So many feeds with so many entries each, until the block ends."""
    command = [sys.executable, "-m", "benchmarks._internet", str(feeds), str(entries)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            hosts = json.loads(process.stdout.readline())
            urls = tuple(f"http://{hosts[number % len(hosts)]}/feed/{number}.xml" for number in range(feeds))
            yield Internet(urls, f"http://{hosts[0]}", process)
        finally:
            process.stdin.close()
            process.wait(10)


def feed(number: int, entries: int, prose: Prose) -> bytes:
    """An RSS feed with summaries, as an agency publishes it."""
    lang = LANGUAGES[number % len(LANGUAGES)]
    items = []
    for place in range(entries):
        link = f"https://outlet{number}.example/news/{place}"
        day = format_datetime(START - timedelta(minutes=17 * place + number))
        summary = escape(" ".join(prose.sentence(lang) for _ in range(2)))
        items.append(
            f"<item><title>{escape(prose.title(lang))}</title><link>{link}</link><guid>{link}</guid>"
            f"<pubDate>{day}</pubDate><description>{summary}</description></item>"
        )
    head = f"<title>Outlet {number}</title><link>https://outlet{number}.example/</link><language>{lang}</language>"
    document = (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>'
    )
    return document.encode()


def ready_made(
    _kind: object, _select: str, body: bytes, _type: str, _url: str, source_id: str, *_: object
) -> tuple[tuple[Entry, ...], str]:
    """Entries as the parser makes them, by the least work that there can be; runs in a worker process."""
    entries = []
    for title, link, summary in _ITEM.findall(body.decode()):
        entries.append(Entry(link, (f"guid:{source_id}:{link}", f"url:{link}"), link, title, summary, published=START))
    return tuple(entries), ""


class _Site:
    """All answers, ready to be written."""

    def __init__(self, feeds: int, entries: int):
        prose = Prose(9)
        self.counts: Counter[str] = Counter()
        self.fresh: dict[bytes, tuple[bytes, bytes, bytes]] = {}  # path → ETag, whole answer, 304
        for number in range(feeds):
            body = gzip.compress(feed(number, entries, prose), 6)
            etag = b'"' + sha256(body).hexdigest()[:20].encode() + b'"'
            head = b"ETag: " + etag + b"\r\nConnection: keep-alive\r\n"
            whole = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Encoding: gzip\r\n"
            length = b"Content-Length: %d\r\n\r\n" % len(body)
            unchanged = b"HTTP/1.1 304 Not Modified\r\n" + head + b"\r\n"
            self.fresh[b"/feed/%d.xml" % number] = etag, whole + head + length + body, unchanged

    def answer(self, request: bytes) -> bytes:
        path = request.split(b" ", 2)[1]
        found = self.fresh.get(path)
        if found is None:
            return self._counted()
        etag, whole, unchanged = found
        status, answer = ("304", unchanged) if etag in request else ("200", whole)
        self.counts[status] += 1
        return answer

    def _counted(self) -> bytes:
        body = json.dumps(self.counts).encode()
        self.counts.clear()
        return b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body


class _Connection(asyncio.Protocol):
    def __init__(self, site: _Site):
        self._site, self._left = site, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._left += data
        while b"\r\n\r\n" in self._left:
            request, _, self._left = self._left.partition(b"\r\n\r\n")
            self._transport.write(self._site.answer(request))
            if b"/counts" in request:
                self._transport.close()


async def _serve(site: _Site) -> None:
    loop = asyncio.get_running_loop()
    hosts = []
    for number in range(ADDRESSES):
        try:
            server = await loop.create_server(lambda: _Connection(site), f"127.0.1.{number + 1}", 0, backlog=512)
        except OSError:  # some systems have no loopback address but 127.0.0.1
            server = await loop.create_server(lambda: _Connection(site), "127.0.0.1", 0, backlog=512)
        address, port = server.sockets[0].getsockname()
        hosts.append(f"{address}:{port}")
    print(json.dumps(hosts), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # until whoever started us is done, or gone


if __name__ == "__main__":
    asyncio.run(_serve(_Site(int(sys.argv[1]), int(sys.argv[2]))))
