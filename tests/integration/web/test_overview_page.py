"""The overview says what happened, whether it is new, and whether we are still listening."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from monitor.core.responses import Answer as Said
from monitor.core.responses import Response
from monitor.web.serving import WebServer
from monitor.web.site import Site
from tests.contracts.ledger import NOW, TARGETS, make_alert, make_article
from tests.integration.web.conftest import Clock, InForce, Reader


@pytest.fixture
async def desk(filled_server: WebServer) -> AsyncIterator[Reader]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Reader(session, filled_server.address)


def headlines(page: str) -> list[str]:
    return re.findall(r'<a class="hit" href="/alerts/\d+" dir="auto">([^<]*)</a>', page)


async def test_in_one_look_what_happened_and_whether_anybody_listens(desk: Reader) -> None:
    page = await desk.look("/")
    assert page.status == 200
    for words in (
        "Deliveries given up in the last 24 hours: 3.",
        "Sources that fail, block us or are gone: 4 of 14.",
        "11 sources asked in the last 5 minutes",
        "7 healthy , 2 quiet , 2 failing , 1 blocked , 1 gone , 1 new",
        "13 in force",
    ):
        assert words in page.words
    assert re.search(r"Published → first seen \(\d+\) 5 min 9 min", page.words)
    assert re.search(r"Judged → first sent \(\d+\) 3 s 4 s", page.words)
    assert [line.partition(":")[0] for line in headlines(page.text)[:2]] == [
        "Contamination of Azeri Light",
        "Trains across the border",
    ]


async def test_of_each_rule_what_its_quiet_rests_on(desk: Reader) -> None:
    words = (await desk.look("/")).words
    assert re.search(
        r"Closure of the port of Poti all quiet Listened to 6 of 10 sources in az, en, ka, ru\. \d+ articles judged, "
        r"\d+ on its subject; nothing new\. Last alert \d+ d ago \.",
        words,
    )
    assert re.search(r"US–Russia talks on Ukraine news .{0,120} 2 alerts\. Last alert 3 h ago \.", words)


async def test_a_picture_has_the_same_figures_as_a_table(desk: Reader) -> None:
    page = await desk.look("/")
    assert page.text.count('<svg class="chart"') == 1
    assert "Alerts by day and severity over 30 days, 21 in all" in page.text
    titles = re.findall(r"<title>2026-11-02: (\d+) (\w+)</title>", page.text)
    [row] = re.findall(r'<tr><th scope="row">2026-11-02</th>(.*?)</tr>', page.text)
    in_table = dict(zip(("critical", "high", "medium", "low"), re.findall(r">(\d+)<", row), strict=True))
    assert {severity: count for count, severity in titles} == {name: n for name, n in in_table.items() if n != "0"}


async def test_days_are_those_of_the_reader(desk: Reader) -> None:
    """An alert of 22:30 in UTC is one of the next day in Baku."""
    [in_baku, in_honolulu] = [
        re.findall(r"<title>([\d-]+): ", (await desk.look("/", Cookie=f"zone={zone}")).text)
        for zone in ("Asia/Baku", "Pacific/Honolulu")
    ]
    assert in_baku != in_honolulu


async def test_who_comes_from_where(desk: Reader) -> None:
    words = (await desk.look("/")).words
    assert re.search(r"Country Healthy sources Articles, 24 hours Alerts, 30 days UA 1 / 3 \d+ 8 ", words)


# --- on a desk of our own --------------------------------------------------------------------


def tell(site: Site, name: str, **changes: object) -> None:
    alert = make_alert(f"about-zorbium:{name}", "a1", rule="about-zorbium", event=name, created_at=NOW, **changes)
    site.store.judging(lambda unit: unit.record(make_article(), [], [], [(alert, TARGETS)], None, NOW))


async def test_unanswered_alerts_stand_first_and_an_answer_counts_at_once(
    reader: Reader, site: Site, newsroom, clock: Clock
) -> None:
    newsroom.save(make_article())
    for name in ("one", "two", "three"):
        tell(site, name, headline=name)
    assert headlines((await reader.look("/")).text) == ["three", "two", "one"]
    site.store.respond(Response("about-zorbium:three", Said.ACKNOWLEDGE, "Ann", NOW), NOW)
    page = await reader.look("/")
    assert headlines(page.text) == ["two", "one", "three"]
    assert "acknowledged (Ann, 2026-11-02 12:00 UTC)" in page.words
    assert "Unanswered, 7 days 2" in page.words
    clock.now += timedelta(days=8)
    assert "No alert in the last seven days." in (await reader.look("/")).words


async def test_an_event_stands_once_with_its_latest_word(reader: Reader, site: Site, newsroom) -> None:
    newsroom.save(make_article())
    tell(site, "one", headline="first")
    update = make_alert(
        "about-zorbium:one:update:x", "a1", rule="about-zorbium", event="one", headline="then", created_at=NOW
    )
    site.store.tell(update, TARGETS, (), ())
    assert headlines((await reader.look("/")).text) == ["then"]


async def test_foreign_words_are_harmless(reader: Reader, site: Site, newsroom) -> None:
    newsroom.save(make_article())
    tell(site, "one", headline="<script>alert(1)</script>\u202e", outlet="<b>bold</b>", country="<i>")
    page = await reader.look("/")
    assert "<script>alert" not in page.text
    assert "<b>bold" not in page.text
    assert "<i>" not in page.text
    assert "\u202e" not in page.text


async def test_sources_that_nobody_asks_and_rules_that_nobody_hears_are_told_first(
    reader: Reader, clock: Clock
) -> None:
    words = (await reader.look("/")).words
    assert "Nothing has been polled for a quarter of an hour" in words
    assert "Blind rules" not in words  # they are new: it is too early to say
    assert "too early" in words


async def test_without_sources_and_with_mistakes_in_the_files_it_says_so(
    reader: Reader, in_force: InForce, newsroom
) -> None:
    in_force.configuration = replace(in_force.configuration, sources=())
    words = (await reader.look("/")).words
    assert "No source is configured." in words
    assert "Blind rules, which no living source could carry: Explosion of brindlewort" in words
    assert "files on disk have mistakes" not in words
    (in_force.folder / "watchlists" / "words.yaml").write_text("rules: 1")
    assert not await in_force.reload()
    assert "The files on disk have mistakes and are not in force." in (await reader.look("/")).words


async def test_where_nothing_is_wrong_it_says_that_all_is_well(reader: Reader, site: Site, newsroom) -> None:
    newsroom.sources("outlet", "agency")
    for name in ("outlet", "agency"):
        newsroom.poll(name)
    page = await reader.look("/")
    assert "All is well" in page.words
    assert "Explosion of flooping all quiet Listened to 2 of 2 sources in en. 0 articles judged" in page.words
