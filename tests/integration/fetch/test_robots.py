"""robots.txt of a real server: what is read, what is left alone, how long what is known holds."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego
from yarl import URL

from monitor.core.model import PollState, Source
from monitor.errors import FetchError
from monitor.fetch.client import WebFetcher
from monitor.fetch.http import Http
from monitor.fetch.robots import GRACE, KEPT, LIMIT, Robots, concerning, product_token
from monitor.fetch.workers import Workers

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TEXT = "An oil depot near the port of Taman caught fire after a drone attack in the night, the staff said."
PAGE = f"<html><head><title>T</title></head><body><article><p>{TEXT}</p></article></body></html>"


@pytest.fixture
async def fetcher(http: Http) -> AsyncIterator[WebFetcher]:
    async with Workers(1, preload=("monitor.fetch.pages",)) as workers:
        yield WebFetcher(http, workers, timeout=5.0)


class ResolvedTo(AbstractResolver):
    """Says that every name is one address."""

    def __init__(self, address: str) -> None:
        self.address = address

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host=self.address, port=port, family=2, proto=0, flags=0)]

    async def close(self) -> None: ...


def asked(newsroom, path: str = "/robots.txt") -> int:
    return sum(request.path == path for request in newsroom.requests)


async def refusal(robots: Robots, url: str, now: datetime = NOW) -> FetchError | None:
    try:
        await robots.admit(URL(url), now)
    except FetchError as error:
        return error
    return None


async def test_a_page_that_is_forbidden_is_not_fetched_and_the_note_says_so(newsroom, fetcher):
    newsroom.says("/robots.txt", "User-agent: *\nDisallow: /news/\nAllow: /news/open")
    source = Source("src", newsroom.root + "/rss", "Source")
    with pytest.raises(FetchError, match=r"/news/1: robots\.txt of 127\.0\.0\.1 does not allow newsmonitor") as caught:
        await fetcher.page(newsroom.says("/news/1", PAGE), "en", NOW, source)
    assert caught.value.permanent
    assert asked(newsroom, "/news/1") == 0
    assert (await fetcher.page(newsroom.says("/news/open", PAGE), "en", NOW, source)).text == TEXT
    assert asked(newsroom) == 1, "one question for all pages of a host"


async def test_a_source_with_permission_and_a_person_are_not_kept_from_a_page(newsroom, fetcher):
    newsroom.says("/robots.txt", "User-agent: *\nDisallow: /")
    url = newsroom.says("/news/1", PAGE)
    permitted = Source("src", newsroom.root + "/rss", "Source", robots=False)
    assert (await fetcher.page(url, "en", NOW, permitted)).text == TEXT
    assert (await fetcher.page(url, "en", NOW)).text == TEXT
    assert asked(newsroom) == 0


async def test_a_feed_is_polled_whatever_robots_txt_says(newsroom, fetcher):
    newsroom.says("/robots.txt", "User-agent: *\nDisallow: /")
    await fetcher.poll(Source("src", newsroom.says("/rss", ""), "Source"), PollState(), NOW)
    assert (asked(newsroom), asked(newsroom, "/rss")) == (0, 1)


async def test_a_redirect_is_asked_about_at_the_host_it_leads_to(newsroom, fetcher):
    """With one place only per host: the question about the second origin must not wait for the first's turn."""
    newsroom.says("/robots.txt", "User-agent: *\nDisallow: /there")
    there = newsroom.says("/there", PAGE)

    async def away(request: web.BaseRequest) -> web.Response:
        return web.Response(status=404 if request.path == "/robots.txt" else 302, headers={"Location": there})

    runner = web.ServerRunner(web.Server(away), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with Http(user_agent="n", allow_networks=["127.0.0.0/8"], min_gap=0.0, per_host=1) as http:
            robots = Robots(http)

            async def admit(url: URL) -> None:
                await robots.admit(url, NOW)

            with pytest.raises(FetchError, match="does not allow") as caught:
                await http.get(f"http://127.0.0.1:{runner.addresses[0][1]}/short", admit=admit)
    finally:
        await runner.cleanup()
    assert caught.value.permanent
    assert "redirects to" in str(caught.value)
    assert asked(newsroom, "/there") == 0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 408, 410, 451])
async def test_without_a_robots_txt_everything_is_allowed(newsroom, http, status):
    newsroom.says("/robots.txt", "User-agent: *\nDisallow: /", status=status)
    assert await refusal(Robots(http), newsroom.root + "/a") is None


@pytest.mark.parametrize("location", ["/robots.txt", "http://10.0.0.1/robots.txt", "file:///etc/passwd", "http://[bad"])
async def test_a_robots_txt_that_leads_nowhere_is_none(newsroom, http, location):
    newsroom.says("/robots.txt", status=302, Location=location)
    assert await refusal(Robots(http), newsroom.root + "/a") is None


async def test_a_robots_txt_behind_a_redirect_is_read(newsroom, http):
    newsroom.says("/robots.txt", status=301, Location="/rules")
    newsroom.says("/rules", "User-agent: *\nDisallow: /a")
    assert await refusal(Robots(http), newsroom.root + "/a")


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_while_it_cannot_be_read_pages_are_left_alone_for_a_day_at_most(newsroom, http, status):
    newsroom.says("/robots.txt", status=status)
    robots = Robots(http)
    error = await refusal(robots, newsroom.root + "/a")
    assert error is not None
    assert not error.permanent
    assert str(status) in str(error)
    assert await refusal(robots, newsroom.root + "/a", NOW + timedelta(seconds=59))
    assert asked(newsroom) == 1, "the failure is remembered for a minute"
    assert await refusal(robots, newsroom.root + "/a", NOW + timedelta(seconds=61))
    assert await refusal(robots, newsroom.root + "/a", NOW + timedelta(seconds=122))
    assert asked(newsroom) == 2, "then for longer"
    assert await refusal(robots, newsroom.root + "/a", NOW + GRACE - timedelta(seconds=1))
    assert await refusal(robots, newsroom.root + "/a", NOW + GRACE) is None
    newsroom.says("/robots.txt", "User-agent: *\nDisallow: /")
    later = await refusal(robots, newsroom.root + "/a", NOW + GRACE + timedelta(hours=2))
    assert later is not None, "it is asked again"
    assert later.permanent


async def test_a_dead_server_is_left_alone_for_the_time_being(http):
    error = await refusal(Robots(http), "http://127.0.0.1:9/a")
    assert error is not None
    assert not error.permanent


async def test_what_was_read_holds_for_a_day_and_longer_while_there_is_no_newer(newsroom, http):
    newsroom.says("/robots.txt", "User-agent: *\nDisallow: /a")
    robots = Robots(http)
    assert await refusal(robots, newsroom.root + "/a")
    newsroom.says("/robots.txt", "User-agent: *\nDisallow: /b")
    assert await refusal(robots, newsroom.root + "/a", NOW + KEPT - timedelta(seconds=1))
    assert asked(newsroom) == 1
    assert await refusal(robots, newsroom.root + "/a", NOW + KEPT) is None
    newsroom.says("/robots.txt", status=500)
    for days in (2, 4, 6):
        assert await refusal(robots, newsroom.root + "/a", NOW + days * KEPT) is None
        assert await refusal(robots, newsroom.root + "/b", NOW + days * KEPT)


async def test_that_there_was_none_holds_as_well(newsroom, http):
    robots = Robots(http)
    assert await refusal(robots, newsroom.root + "/a") is None
    newsroom.says("/robots.txt", status=500)
    assert await refusal(robots, newsroom.root + "/a", NOW + 2 * KEPT) is None


async def test_many_pages_at_once_make_one_question(newsroom, http):
    robots = Robots(http)
    await asyncio.gather(*(refusal(robots, f"{newsroom.root}/{number}") for number in range(20)))
    assert asked(newsroom) == 1


async def test_of_a_long_robots_txt_the_beginning_counts(newsroom, http):
    head, tail = "User-agent: *\nDisallow: /a\n", "\nDisallow: /b\nDisallow: /c\n"
    filler = "#" * (LIMIT - len(head) - len("\nDisallow: /"))
    newsroom.says("/robots.txt", head + filler + tail)
    robots = Robots(http)
    assert await refusal(robots, newsroom.root + "/a")
    for path in ("/b", "/c", "/d"):
        assert await refusal(robots, newsroom.root + path) is None, "nor does the half of a rule"


async def test_a_crawl_delay_sets_the_gap_of_the_host_within_bounds_and_until_it_is_gone(newsroom):
    async with Http(user_agent="n", allow_networks=["127.0.0.0/8"], min_gap=0.0, max_gap=30.0) as http:
        robots = Robots(http)
        for written, gap in (("7", 7.0), ("3600", 30.0), ("soon", 0.0), ("-3", 0.0), ("nan", 0.0)):
            newsroom.says("/robots.txt", f"User-agent: *\nCrawl-delay: {written}\nDisallow: /x")
            robots = Robots(http)
            http.pace(URL(newsroom.root), 0.0)  # the question itself need not wait
            assert await refusal(robots, newsroom.root + "/a") is None
            assert http._gate.gap("127.0.0.1") == gap, written


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("\ufeffUser-agent: *\nDisallow: /a", "/a", False),
        ("User-agent: *\r\nDisallow: /a\r\n", "/a", False),
        ("User-agent: *\rDisallow: /a", "/a", False),
        ("USER-AGENT: NewsMonitor/2.0\nDISALLOW: /a", "/a", False),
        ("User-agent: newsmonitors\nDisallow: /", "/a", True),
        ("User-agent: news\nDisallow: /", "/a", True),
        ("User-agent: GPTBot\nUser-agent: newsmonitor\nUser-agent: CCBot\nDisallow: /a", "/a", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: newsmonitor\nDisallow: /private", "/a", True),
        ("User-agent: newsmonitor\nDisallow: /private\n\nUser-agent: *\nDisallow: /", "/a", True),
        ("User-agent: GPTBot\nDisallow: /\nUser-agent: *\nDisallow:", "/a", True),
        ("User-agent: *\nSitemap: https://a.example/s.xml\nUser-agent: GPTBot\n\n# all\nDisallow: /", "/a", False),
        ("User-agent: *\nDisallow: /*/print$", "/1/print", False),
        ("User-agent: *\nDisallow: /*/print$", "/1/print/2", True),
        ("User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b", True),
        ("User-agent: *\nDisallow: /новости", "/новости/1", False),
        ("User-agent: *\nDisallow: /a?x=", "/a?x=1", False),
        ("Disallow: /", "/a", True),
        ("<!doctype html><html><body>User-agent: *<br>Disallow: /</body></html>", "/a", True),
        ("", "/a", True),
        ("\x00\x01User-agent: *\nDisallow: /", "/a", True),
    ],
)
async def test_what_is_written_is_understood(newsroom, http, text, path, allowed):
    newsroom.says("/robots.txt", text.encode())
    assert (await refusal(Robots(http), newsroom.root + path) is None) is allowed


async def test_thousands_of_agents_with_thousands_of_rules_cost_little(newsroom, http):
    """Handed on as they are, these would be tens of millions of rules."""
    agents = "".join(f"User-agent: bot-{number}\n" for number in range(10_000))
    rules = "".join(f"Disallow: /{number}\n" for number in range(15_000))
    newsroom.says("/robots.txt", f"{agents}User-agent: *\n{rules}")
    robots = Robots(http)
    assert await refusal(robots, newsroom.root + "/14")
    (site,) = robots._sites.values()
    assert site.rules is not None
    assert len(site.rules._user_agents) == 1


async def test_what_is_kept_is_bounded_and_the_longest_unused_goes_first(newsroom, monkeypatch):
    rules = "User-agent: *\nDisallow: /a"
    monkeypatch.setattr("monitor.fetch.robots._MOST_CHARACTERS", 2 * len(rules))
    newsroom.says("/robots.txt", rules)
    here = ResolvedTo("127.0.0.1")
    async with Http(user_agent="n", allow_networks=["127.0.0.0/8"], min_gap=0.0, resolver=here) as http:
        robots = Robots(http)
        for host in ("one", "two", "one", "three", "one", "two"):
            await refusal(robots, newsroom.root.replace("127.0.0.1", f"{host}.example") + "/b")
    assert [request.host.partition(".")[0] for request in newsroom.requests] == ["one", "two", "three", "two"]
    assert len(robots._sites) == 2


@pytest.mark.parametrize(
    ("user_agent", "token"),
    [
        ("newswatch-monitor/0.1.0 (+desk@example.org)", "newswatch-monitor"),
        ("Desk_Reader", "desk_reader"),
        ("Mozilla/5.0 (compatible; OrmBot/2.1; +https://orm.example)", "ormbot"),
        ("Mozilla/5.0 (X11; Linux)", "mozilla"),
        ("42", "*"),
    ],
)
def test_the_product_token_is_the_first_word_of_the_user_agent(user_agent, token):
    assert product_token(user_agent) == token


LINES = st.sampled_from(
    ["User-agent: *", "User-agent: us", "User-agent: them", "user agent us", "Disallow: /a", "Allow: /a/b", "# x", "",
     "Crawl-delay: 3", "Sitemap: /s", "Disalow: /b$", "Disallow:", "Allow: *", "junk"]
)  # fmt: skip


@given(st.lists(LINES, max_size=12), st.sampled_from(["/", "/a", "/a/b", "/b", "/b/c"]))
def test_leaving_out_what_is_for_others_changes_no_answer(lines, path):
    text, url = "\n".join(lines), "https://host.example" + path
    whole, part = Protego.parse(text), Protego.parse(concerning(text, "us"))
    assert part.can_fetch(url, "us") == whole.can_fetch(url, "us")
    assert part.crawl_delay("us") == whole.crawl_delay("us")


@given(st.text(alphabet="User-agent: *\nDislow/%$€\x00\ufffd#?=a1", max_size=200), st.text(max_size=30))
def test_no_robots_txt_and_no_path_breaks_it(text, path):
    rules = Protego.parse(concerning(f"User-agent: *\nDisallow: {text}", "us"))
    assert rules.can_fetch(str(URL.build(scheme="https", host="host.example", path="/" + path)), "us") in (True, False)
