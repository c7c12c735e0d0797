"""A feed on the intranet: its own host is opened by its own source, and nothing else is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.core.model import Outcome, PollState, Source
from monitor.errors import FetchError
from monitor.fetch.client import WebFetcher, permit
from monitor.fetch.http import Http, Permit
from monitor.fetch.workers import Workers

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FEED = "<rss version='2.0'><channel><item><title>One</title><link>/1</link></item></channel></rss>"
TEXT = "An oil depot near the port of Taman caught fire after a drone attack in the night, the staff said."
PAGE = f"<html><head><title>T</title></head><body><article><p>{TEXT}</p></article></body></html>"


class Names(AbstractResolver):
    """Every name is this machine, but for those that are said to be elsewhere on it."""

    def __init__(self, **elsewhere: str) -> None:
        self.elsewhere = elsewhere

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        address = self.elsewhere.get(host.partition(".")[0], "127.0.0.1")
        return [ResolveResult(hostname=host, host=address, port=port, family=2, proto=0, flags=0)]

    async def close(self) -> None: ...


@pytest.fixture
async def fetcher() -> AsyncIterator[WebFetcher]:
    """Of a monitor that may dial nothing but public addresses."""
    async with (
        Http(user_agent="n", min_gap=0.0, resolver=Names(moved="127.0.0.2")) as http,
        Workers(1, preload=("monitor.fetch.feeds",)) as workers,
    ):
        yield WebFetcher(http, workers, timeout=5.0)


def at(newsroom, host: str, path: str) -> str:
    return newsroom.root.replace("127.0.0.1", host) + path


def intranet(newsroom, path: str = "/rss", host: str = "intra.example") -> Source:
    return Source("intra", at(newsroom, host, path), "Intra", allow=("127.0.0.1/32",))


async def test_the_feed_its_robots_txt_and_its_articles_are_read(newsroom, fetcher):
    newsroom.says("/rss", FEED)
    newsroom.says("/1", PAGE)
    source = intranet(newsroom)
    polled = await fetcher.poll(source, PollState(), NOW)
    assert polled.outcome is Outcome.FRESH
    assert polled.entries[0].url is not None
    assert (await fetcher.page(polled.entries[0].url, "en", NOW, source)).text == TEXT
    assert [request.path for request in newsroom.requests] == ["/rss", "/robots.txt", "/1"]


async def test_without_its_permit_it_is_refused(newsroom, fetcher):
    newsroom.says("/rss", FEED)
    polled = await fetcher.poll(Source("intra", at(newsroom, "intra.example", "/rss"), "Intra"), PollState(), NOW)
    assert polled.outcome is Outcome.HARD
    assert "“allow” of a source" in polled.message
    assert newsroom.requests == []


async def test_a_link_to_another_host_is_not_opened(newsroom, fetcher):
    newsroom.says("/1", PAGE)
    for host in ("other.example", "127.0.0.1", "intra.example.evil.example"):
        with pytest.raises(FetchError, match="loopback") as caught:
            await fetcher.page(at(newsroom, host, "/1"), "en", NOW, intranet(newsroom))
        assert caught.value.permanent
    assert newsroom.requests == []


async def test_a_redirect_to_another_host_is_not_opened(newsroom, fetcher):
    newsroom.says("/rss", status=302, Location=at(newsroom, "other.example", "/other"))
    polled = await fetcher.poll(intranet(newsroom), PollState(), NOW)
    assert polled.outcome is Outcome.HARD
    assert "loopback" in polled.message
    assert [request.path for request in newsroom.requests] == ["/rss"]


async def test_a_redirect_within_the_host_is(newsroom, fetcher):
    newsroom.says("/new", FEED)
    newsroom.says("/rss", status=302, Location=at(newsroom, "intra.example.", "/new"))
    assert (await fetcher.poll(intranet(newsroom), PollState(), NOW)).outcome is Outcome.FRESH


async def test_another_port_of_the_host_is_not_opened(newsroom, fetcher):
    asked: list[web.BaseRequest] = []

    async def secret(request: web.BaseRequest) -> web.Response:
        asked.append(request)
        return web.Response(text=PAGE)

    runner = web.ServerRunner(web.Server(secret), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        url = f"http://intra.example:{runner.addresses[0][1]}/1"
        with pytest.raises(FetchError, match="loopback"):
            await fetcher.page(url, "en", NOW, intranet(newsroom))
    finally:
        await runner.cleanup()
    assert asked == []


async def test_an_open_connection_of_one_source_is_not_there_for_another(newsroom, fetcher):
    """The client keeps connections: what was dialled for the intranet feed must not serve a stranger's link."""
    newsroom.says("/rss", FEED)
    newsroom.says("/1", PAGE)
    await fetcher.poll(intranet(newsroom), PollState(), NOW)
    stranger = Source("stranger", "https://stranger.example/rss", "Stranger", robots=False)
    with pytest.raises(FetchError, match="loopback"):
        await fetcher.page(at(newsroom, "intra.example", "/1"), "en", NOW, stranger)
    assert [request.path for request in newsroom.requests] == ["/rss"]


async def test_the_host_may_be_in_the_named_networks_only(newsroom, fetcher):
    polled = await fetcher.poll(intranet(newsroom, host="moved.example"), PollState(), NOW)
    assert polled.outcome is Outcome.HARD
    assert "127.0.0.2" in polled.message


def test_a_permit_is_for_the_host_of_the_source_however_it_is_written():
    source = Source("a", "https://Intra.Example.:8000/rss", "A", allow=("10.0.0.0/24",))
    assert permit(source) == Permit("intra.example", 8000, ("10.0.0.0/24",))
    assert permit(Source("a", "https://intra.example/rss", "A")) is None
    assert permit(Source("a", "file:///etc/passwd", "A", allow=("10.0.0.0/24",))) is None
