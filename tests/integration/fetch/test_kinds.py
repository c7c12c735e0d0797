"""Sitemaps, pages and channels polled over real HTTP, read in real worker processes."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from aiohttp import web

from monitor.core.model import Outcome, Polled, PollState, Source, SourceKind
from monitor.core.polling import next_state, plan
from monitor.fetch.client import WebFetcher
from monitor.fetch.http import Http
from monitor.fetch.workers import Workers

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SOURCE = Source("src", "", "Source", kind=SourceKind.SITEMAP)


@pytest.fixture
async def fetcher(http: Http) -> AsyncIterator[WebFetcher]:
    async with Workers(1, preload=("monitor.fetch.feeds",)) as workers:
        yield WebFetcher(http, workers, timeout=2.0, feed_limit=50_000, page_limit=50_000)


async def poll(fetcher: WebFetcher, url: str, state: PollState | None = None, **changed: object) -> Polled:
    return await fetcher.poll(replace(SOURCE, url=url, **changed), state or PollState(), NOW)  # type: ignore[arg-type]


def remembered(polled: Polled, state: PollState | None = None) -> PollState:
    before = state or PollState()
    return next_state(before, polled, plan(SOURCE, before, polled, NOW))


def urls(*paths: str) -> str:
    return f"<urlset>{''.join(f'<url><loc>{path}</loc></url>' for path in paths)}</urlset>"


def index(*paths: str, lastmod: str = "") -> str:
    day = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<sitemapindex>{''.join(f'<sitemap><loc>{path}</loc>{day}</sitemap>' for path in paths)}</sitemapindex>"


def found(polled: Polled) -> list[str]:
    return sorted(entry.url.rpartition("/")[2] for entry in polled.entries if entry.url)


async def test_a_sitemap_is_polled_conditionally_like_a_feed(newsroom, fetcher):
    url = newsroom.says("/s.xml", urls("/a", "/b"), ETag='"1"')
    polled = await poll(fetcher, url)
    assert (polled.outcome, found(polled), polled.etag) == (Outcome.FRESH, ["a", "b"], '"1"')
    assert (await poll(fetcher, url, remembered(polled))).outcome is Outcome.UNCHANGED
    assert newsroom.requests[-1].headers["If-None-Match"] == '"1"'


async def test_the_newest_three_sitemaps_of_an_index_are_read_and_no_more(newsroom, fetcher):
    for number in range(1, 6):
        newsroom.says(f"/s{number}.xml", urls(f"/a{number}"))
    polled = await poll(fetcher, newsroom.says("/index.xml", index(*(f"/s{number}.xml" for number in range(1, 6)))))
    assert (polled.outcome, found(polled), polled.message) == (Outcome.FRESH, ["a3", "a4", "a5"], "")
    assert len(newsroom.requests) == 4


async def test_an_unchanged_index_without_dates_hides_no_changed_sitemap(newsroom, fetcher):
    """So its validators are not kept, and what its sitemaps hold counts for the hash."""
    newsroom.says("/s.xml", urls("/a"))
    url = newsroom.says("/index.xml", index("/s.xml"), ETag='"1"')
    first = await poll(fetcher, url)
    assert (first.etag, found(first)) == (None, ["a"])
    state = remembered(first)
    assert (await poll(fetcher, url, state)).outcome is Outcome.UNCHANGED
    newsroom.says("/s.xml", urls("/a", "/b"))
    assert found(await poll(fetcher, url, state)) == ["a", "b"]


async def test_an_index_with_dates_keeps_its_validators(newsroom, fetcher):
    newsroom.says("/s.xml", urls("/a"))
    polled = await poll(fetcher, newsroom.says("/index.xml", index("/s.xml", lastmod="2026-11-21"), ETag='"1"'))
    assert polled.etag == '"1"'


async def test_a_sitemap_that_is_missing_is_told_and_asked_for_again(newsroom, fetcher):
    newsroom.says("/s1.xml", urls("/a"))
    newsroom.says("/s2.xml", status=500)
    url = newsroom.says("/index.xml", index("/s1.xml", "/s2.xml", lastmod="2026-11-21"), ETag='"1"')
    polled = await poll(fetcher, url)
    assert (polled.outcome, found(polled), polled.etag) == (Outcome.FRESH, ["a"], None)
    assert "/s2.xml: the server answered 500" in polled.message
    newsroom.says("/s2.xml", urls("/b"))
    assert found(await poll(fetcher, url, remembered(polled))) == ["a", "b"]


async def test_an_index_of_which_nothing_answers_has_failed(newsroom, fetcher):
    polled = await poll(fetcher, newsroom.says("/index.xml", index("/s1.xml", "/s2.xml")))
    assert (polled.outcome, polled.status) == (Outcome.HARD, 404)
    assert "/s2.xml" in polled.message


async def test_the_sitemaps_of_an_index_share_one_limit_of_bytes(newsroom, fetcher):
    padding = " " * 30_000
    for number in (1, 2):
        newsroom.says(f"/s{number}.xml", urls(f"/a{number}") + padding)
    polled = await poll(fetcher, newsroom.says("/index.xml", index("/s1.xml", "/s2.xml")))
    assert found(polled) == ["a2"]
    assert "/s1.xml: longer than" in polled.message


async def test_a_sitemap_of_an_index_at_an_address_that_is_not_allowed_is_refused(newsroom, fetcher):
    newsroom.says("/s.xml", urls("/a"))
    polled = await poll(fetcher, newsroom.says("/index.xml", index("http://169.254.169.254/latest", "/s.xml")))
    assert found(polled) == ["a"]
    assert "is not allowed (link-local)" in polled.message


@pytest.mark.parametrize(
    "body", ["<html><body>maintenance</body></html>", "<rss/>", "<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"]
)
async def test_what_is_no_sitemap_is_a_soft_failure_that_is_asked_for_again(newsroom, fetcher, body):
    url = newsroom.says("/s.xml", body)
    first = await poll(fetcher, url)
    assert first.outcome is Outcome.SOFT
    assert (await poll(fetcher, url, remembered(first))).outcome is Outcome.SOFT


async def test_a_page_is_read_by_its_selector(newsroom, fetcher):
    url = newsroom.says(
        "/", "<a href=/menu>Menu</a><div class=n><a href=/1>First story</a></div>", Content_Type="text/html"
    )
    polled = await poll(fetcher, url, kind=SourceKind.PAGE, select=".n a")
    assert [entry.title for entry in polled.entries] == ["First story"]
    gone = await poll(fetcher, url, kind=SourceKind.PAGE, select=".old a")
    assert (gone.outcome, "finds no link" in gone.message) == (Outcome.SOFT, True)


async def test_a_channel_is_read_and_a_redirect_to_its_card_is_no_preview(newsroom, fetcher):
    words = '<div class="tgme_widget_message_text js-message_text">Hi.</div>'
    post = f'<div class="tgme_widget_message" data-post="orm/1">{words}</div>'
    url = newsroom.says("/s/orm", f"<section class=tgme_channel_history>{post}</section>", Content_Type="text/html")
    (entry,) = (await poll(fetcher, url, kind=SourceKind.TELEGRAM)).entries
    assert (entry.url, entry.content) == ("https://t.me/orm/1", "Hi.")

    async def away(request: web.BaseRequest) -> web.Response:
        return web.Response(status=302, headers={"Location": "/orm"})

    newsroom.says("/orm", "<html><body><div class=tgme_page>Orm</div></body></html>", Content_Type="text/html")
    polled = await poll(fetcher, newsroom.does("/s/closed", away), kind=SourceKind.TELEGRAM)
    assert (polled.outcome, "no public preview" in polled.message) == (Outcome.SOFT, True)
