"""Hostile addresses behind redirects and links, and hostile documents from a real server. Nobody here wrote them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.core.model import Outcome, PollState, Source
from monitor.errors import FetchError
from monitor.fetch.addresses import Guard
from monitor.fetch.client import WebFetcher
from monitor.fetch.http import Http, Permit
from monitor.fetch.workers import Workers
from tests.optional import corpus

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FEED = b"<rss version='2.0'><channel><item><title>One</title><link>/1</link></item></channel></rss>"
# In URLs made to confuse parsers, the strictly parsed host may be a public one.
PUBLIC = {"2.2.2.2", "1.1.1.1", "1.2.3.0", "8.8.8.8"}


def bad_urls() -> list[str]:
    urls = []
    for raw in (corpus("security") / "ssrf_bad_urls.txt").read_text().splitlines():
        url = re.sub(r"\\x([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), raw)
        urls.append(url.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t"))
    return urls


class OnlyHere(AbstractResolver):
    """Every name is this machine: what a hostile name server says."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=2, proto=0, flags=0)]

    async def close(self) -> None: ...


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What passed the guard. Of that, only this machine is really dialled."""
    passed: list[tuple[str, int]] = []
    refusal = Guard.refusal

    def recorded(self: Guard, host: str, port: int) -> str | None:
        why = refusal(self, host, port)
        if why is None:
            passed.append((host, port))
        return why or (None if host == "127.0.0.1" else "address 0 is not allowed (test: nothing leaves this machine)")

    monkeypatch.setattr(Guard, "refusal", recorded)
    return passed


async def test_no_bad_address_is_dialled_at_the_end_of_a_chain_of_redirects(dialled):
    urls = bad_urls()

    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """/2/N leads to /1/N, that to /0/N, and that to the bad address N."""
        line = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0].decode("latin-1")
        found = re.match(r"GET /(\d)/(\d+) ", line)
        if found:
            hops, number = int(found[1]), int(found[2])
            location = f"/{hops - 1}/{number}" if hops else urls[number]
            head = f"302 Found\r\nLocation: {location}"
        else:
            head = "404 Not Found"
        writer.write(f"HTTP/1.1 {head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode("utf-8", "replace"))
        writer.close()

    async with (
        await asyncio.start_server(redirect, "127.0.0.1", 0) as server,
        Http(user_agent="test", resolver=OnlyHere(), min_gap=0.0) as http,
    ):
        port = server.sockets[0].getsockname()[1]
        leave = Permit("start.example", port, ("127.0.0.1/32",))
        for number, url in enumerate(urls):
            with pytest.raises(FetchError) as caught:
                await http.get(f"http://start.example:{port}/2/{number}", timeout=5.0, permit=leave)
            assert "start.example" in str(caught.value), url
    assert {(host, at) for host, at in dialled if host not in PUBLIC} == {("127.0.0.1", port)}


async def test_no_bad_address_is_dialled_for_a_link_nor_for_its_robots_txt(dialled):
    source = Source("src", "https://feed.example/rss", "Source")
    async with Http(user_agent="test", resolver=OnlyHere(), min_gap=0.0) as http:
        fetcher = WebFetcher(http, Workers(1), timeout=5.0)
        for url in bad_urls():
            with pytest.raises(FetchError) as caught:
                await fetcher.page(url, "en", NOW, source)
            message = str(caught.value)
            assert not re.search(r"//[^/?#\s]*@", message), message
            assert message.isprintable(), url
            assert len(message) < 600, url
    assert {host for host, _ in dialled} <= PUBLIC


@pytest.fixture
async def hostile() -> AsyncIterator[str]:
    """Serves the documents under their names, packed ones as such, and `/good`."""
    folder = corpus("security") / "xml"

    async def answer(request: web.BaseRequest) -> web.Response:
        if request.path == "/good":
            return web.Response(body=FEED)
        packed = {"Content-Encoding": "gzip"} if request.path.endswith(".gz") else {}
        return web.Response(
            body=(folder / request.path[1:]).read_bytes(), headers={"Content-Type": "application/rss+xml", **packed}
        )

    runner = web.ServerRunner(web.Server(answer), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_every_hostile_document_costs_one_poll_at_most(hostile):
    names = sorted(path.name for path in (corpus("security") / "xml").iterdir() if path.name != "manifest.json")
    async with (
        Http(user_agent="test", allow_networks=["127.0.0.1/32"], min_gap=0.0) as http,
        Workers(1, preload=("monitor.fetch.feeds",)) as workers,
    ):
        fetcher = WebFetcher(http, workers, parse_timeout=5.0)
        for name in names:
            polled = await fetcher.poll(Source("src", f"{hostile}/{name}", "Source"), PollState(), NOW)
            assert polled.outcome in (Outcome.FRESH, Outcome.SOFT), name
            assert polled.outcome is Outcome.FRESH or polled.message, name
            text = "".join(entry.title + entry.summary + entry.content for entry in polled.entries)
            assert len(text) < 2_000_000, name
            assert "root:" not in text, name
        bomb = await fetcher.poll(Source("src", f"{hostile}/own_gzip_bomb_60MB.xml.gz", "Source"), PollState(), NOW)
        assert "longer than" in bomb.message
        good = await fetcher.poll(Source("src", f"{hostile}/good", "Source"), PollState(), NOW)
        assert good.outcome is Outcome.FRESH
