"""Polling and reading through real HTTP and real worker processes."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from monitor.core.model import Outcome, Polled, PollState, Source
from monitor.core.polling import moved, next_state, plan
from monitor.errors import FetchError, UnreadableError
from monitor.fetch.client import WebFetcher
from monitor.fetch.http import Http
from monitor.fetch.workers import Workers

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
FEED = "<rss version='2.0'><channel><item><title>One</title><link>/1</link><guid>g-1</guid></item></channel></rss>"


@pytest.fixture
async def fetcher(http: Http) -> AsyncIterator[WebFetcher]:
    async with Workers(1, preload=("monitor.fetch.feeds",)) as workers:
        yield WebFetcher(http, workers, timeout=1.0, feed_limit=50_000, page_limit=50_000)


def source(url: str) -> Source:
    return Source("src", url, "Source", language="az")


async def poll(fetcher: WebFetcher, url: str, state: PollState | None = None) -> Polled:
    return await fetcher.poll(source(url), state or PollState(), NOW)


def remembered(url: str, polled: Polled, state: PollState | None = None) -> PollState:
    before = state or PollState()
    return next_state(before, polled, plan(source(url), before, polled, NOW))


async def test_a_feed_is_polled_and_read(newsroom, fetcher):
    url = newsroom.says("/rss", FEED, ETag='W/"a b"', Last_Modified="Fri, 20 Nov 2026 10:00:00 GMT")
    polled = await poll(fetcher, url)
    assert (polled.outcome, polled.status, polled.message) == (Outcome.FRESH, 200, "")
    assert (polled.etag, polled.modified) == ('W/"a b"', "Fri, 20 Nov 2026 10:00:00 GMT")
    (entry,) = polled.entries
    assert (entry.identity, entry.url, entry.language) == ("guid:src:g-1", newsroom.root + "/1", "az")


async def test_validators_go_back_as_they_came_and_304_is_unchanged(newsroom, fetcher):
    async def conditional(request: web.BaseRequest) -> web.Response:
        if request.headers.get("If-None-Match") == 'W/"1"' and request.headers.get("If-Modified-Since") == "odd date":
            return web.Response(status=304)
        return web.Response(text=FEED, headers={"ETag": 'W/"1"', "Last-Modified": "odd date"})

    url = newsroom.does("/rss", conditional)
    state = remembered(url, await poll(fetcher, url))
    again = await poll(fetcher, url, state)
    assert (again.outcome, again.status, again.entries) == (Outcome.UNCHANGED, 304, ())
    assert newsroom.requests[1].headers["If-None-Match"] == 'W/"1"'
    assert newsroom.requests[1].headers["If-Modified-Since"] == "odd date"
    after = remembered(url, again, state)
    assert (after.etag, after.modified, after.body_hash) == (state.etag, state.modified, state.body_hash)


async def test_the_same_bytes_are_unchanged_and_not_read_again(newsroom, http):
    url = newsroom.says("/rss", FEED)
    async with Workers(1, preload=("monitor.fetch.feeds",)) as workers:
        fetcher = WebFetcher(http, workers)
        state = remembered(url, await poll(fetcher, url))
        await workers.close()
        assert (await poll(fetcher, url, state)).outcome is Outcome.UNCHANGED
        assert not workers._all


async def test_a_feed_that_breaks_off_leaves_no_validators_or_its_rest_would_never_be_sent(newsroom, fetcher):
    url = newsroom.says("/rss", FEED.replace("</item>", "</item><item><title>Tw")[:-20], ETag='"whole"')
    polled = await poll(fetcher, url)
    assert (polled.outcome, len(polled.entries)) == (Outcome.FRESH, 1)
    assert "breaks off" in polled.message
    assert (polled.etag, polled.modified, polled.body_hash) == (None, None, None)


async def test_bytes_that_could_not_be_read_are_not_unchanged_next_time(newsroom, fetcher):
    url = newsroom.says("/rss", "<html><body>maintenance</body></html>")
    first = await poll(fetcher, url)
    assert (await poll(fetcher, url, remembered(url, first))).outcome is Outcome.SOFT


@pytest.mark.parametrize(
    ("status", "headers", "outcome", "retry_after"),
    [
        (500, {}, Outcome.TEMPORARY, None),
        (503, {"Retry-After": "90"}, Outcome.TEMPORARY, 90.0),
        (429, {"Retry-After": "90"}, Outcome.TEMPORARY, 90.0),
        (429, {"Retry-After": "Fri, 20 Nov 2020 10:00:00 GMT"}, Outcome.TEMPORARY, 0.0),
        (401, {}, Outcome.HARD, None),
        (403, {}, Outcome.HARD, None),
        (404, {}, Outcome.HARD, None),
        (410, {}, Outcome.HARD, None),
        (451, {}, Outcome.HARD, None),
        (302, {"Location": "http://10.1.2.3/rss"}, Outcome.HARD, None),
        (302, {"Location": "/rss"}, Outcome.SOFT, None),
    ],
)
async def test_failures_are_graded_and_told_in_words(newsroom, fetcher, status, headers, outcome, retry_after):
    polled = await poll(fetcher, newsroom.says("/rss", status=status, **headers))
    assert (polled.outcome, polled.retry_after) == (outcome, retry_after)
    assert newsroom.root in polled.message


@pytest.mark.parametrize(
    ("body", "outcome", "words"),
    [
        (b"", Outcome.SOFT, "empty"),
        (b"<!DOCTYPE html><html><link rel=alternate type=application/rss+xml href=/r.xml>", Outcome.SOFT, "/r.xml"),
        (b"<rss><channel><item></rss", Outcome.FRESH, "malformed"),
        (b"nonsense", Outcome.SOFT, "not a feed"),
        (b"x" * 60_000, Outcome.SOFT, "longer than"),
        (b"<rss version='2.0'><channel></channel></rss>", Outcome.FRESH, "no entries"),
    ],
)
async def test_answers_that_are_no_feed_are_told_apart(newsroom, fetcher, body, outcome, words):
    polled = await poll(fetcher, newsroom.says("/rss", body))
    assert polled.outcome is outcome
    assert words in polled.message


async def test_a_refused_address_needs_somebody_to_act(http, fetcher):
    polled = await poll(fetcher, "http://user:secret@169.254.169.254/rss")
    assert (polled.outcome, polled.status) == (Outcome.HARD, None)
    assert "link-local" in polled.message
    assert "secret" not in polled.message


async def test_a_slow_and_a_dead_server_are_temporary(newsroom, fetcher):
    async def never(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.05)

    assert (await poll(fetcher, newsroom.does("/slow", never))).outcome is Outcome.TEMPORARY
    assert (await poll(fetcher, "http://127.0.0.1:9/rss")).outcome is Outcome.TEMPORARY


async def test_a_feed_that_hangs_its_reader_costs_one_poll(newsroom, http):
    """feedparser, which reads what is not well formed, takes time that grows with the square of an author's length."""
    hostile = FEED.replace("<guid>", f"<b><author>a@{'a.' * 40_000}</author><guid>")
    async with Workers(1, preload=("monitor.fetch.feeds",)) as workers:
        fetcher = WebFetcher(http, workers, parse_timeout=0.5)
        polled = await poll(fetcher, newsroom.says("/bad", hostile))
        assert polled.outcome is Outcome.SOFT
        assert "took longer than" in polled.message
        assert (await poll(fetcher, newsroom.says("/good", FEED))).outcome is Outcome.FRESH


async def test_a_feed_that_moved_for_good_says_where_to(newsroom, fetcher):
    newsroom.says("/new", FEED)
    polled = await poll(fetcher, newsroom.says("/old", status=301, Location="/new"))
    assert polled.outcome is Outcome.FRESH
    assert f"moved for good to {newsroom.root}/new" in polled.message


async def test_a_feed_that_moved_for_good_is_asked_at_its_new_address_once_that_has_held(newsroom, fetcher):
    newsroom.says("/new", FEED)
    url = newsroom.says("/old", status=308, Location="/new")
    state = PollState()
    for hours in (0, 1, 25, 26):
        at = NOW + timedelta(hours=hours)
        polled = await fetcher.poll(source(url), state, at)
        state = next_state(state, polled, plan(source(url), state, polled, at))
    assert [request.path for request in newsroom.requests] == ["/old", "/new"] * 3 + ["/new"]
    assert polled.moved_to is None
    assert moved(state) == f"{newsroom.root}/new"


async def test_a_redirect_that_may_change_is_not_remembered(newsroom, fetcher):
    newsroom.says("/new", FEED)
    polled = await poll(fetcher, newsroom.says("/old", status=302, Location="/new"))
    assert polled.moved_to is None


async def test_what_server_and_feed_say_of_their_freshness_is_in_the_answer(newsroom, fetcher):
    url = newsroom.says("/rss", FEED.replace("<item>", "<ttl>30</ttl><item>"), Cache_Control="public, max-age=90")
    polled = await poll(fetcher, url)
    assert (polled.max_age, polled.ttl) == (90.0, 1800.0)


async def test_a_304_is_not_asked_for_where_the_whole_list_is_wanted(newsroom, fetcher):
    url = newsroom.says("/rss", FEED, ETag='"1"')
    state = remembered(url, await poll(fetcher, url))
    await fetcher.poll(source(url), state, NOW + timedelta(hours=23))
    again = await fetcher.poll(source(url), state, NOW + timedelta(hours=25))
    assert ["If-None-Match" in request.headers for request in newsroom.requests] == [False, True, False]
    assert again.outcome is Outcome.UNCHANGED, "the same bytes"


async def test_a_page_is_fetched_and_read(newsroom, fetcher):
    text = "An oil depot near the port of Taman caught fire after a drone attack in the night, the staff said."
    newsroom.says("/a", f"<html><head><title>T</title></head><body><article><p>{text}</p></article></body></html>")
    url = newsroom.says("/short", status=302, Location="/a")
    page = await fetcher.page(url, "en", NOW)
    assert (page.url, page.text) == (newsroom.root + "/a", text)


async def test_a_page_that_cannot_be_fetched_or_read_raises(newsroom, fetcher):
    with pytest.raises(FetchError):
        await fetcher.page(newsroom.root + "/missing", "en", NOW)
    with pytest.raises(UnreadableError):
        await fetcher.page(newsroom.says("/empty", ""), "en", NOW)


async def test_what_politeness_put_off_is_no_failure_of_the_source(newsroom, fetcher):
    """Two sources on one host: the first is refused, the second is not asked and nothing is held against it."""
    busy = newsroom.says("/busy", status=429, Retry_After="600")
    assert (await poll(fetcher, busy)).outcome is Outcome.TEMPORARY
    neighbour = await poll(fetcher, newsroom.says("/calm", FEED))
    assert [request.path for request in newsroom.requests] == ["/busy"]
    assert (neighbour.outcome, neighbour.status) == (Outcome.POSTPONED, None)
    assert neighbour.message == "127.0.0.1 asked to be left alone"
    assert neighbour.retry_after is not None
    assert 0 < neighbour.retry_after <= 600
    before = PollState(failures=1, status="failing", error="503", last_poll_at=NOW, etag='"1"')
    after = remembered(newsroom.root + "/calm", neighbour, before)
    assert after == PollState(
        failures=1, status="failing", error="503", last_poll_at=NOW, etag='"1"', next_poll_at=after.next_poll_at
    )


async def test_a_redirect_to_a_host_that_wants_silence_puts_the_poll_off(newsroom, fetcher):
    elsewhere = newsroom.root.replace("127.0.0.1", "localhost")
    newsroom.says("/busy", status=429, Retry_After="600")
    await poll(fetcher, elsewhere + "/busy")
    polled = await poll(fetcher, newsroom.says("/moved", status=302, Location=elsewhere + "/rss"))
    assert (polled.outcome, polled.message) == (Outcome.POSTPONED, "localhost asked to be left alone")
