"""The newsroom serves what real outlets serve: valid feeds, pages that need extraction, and trouble."""

import io
import json
import re
import unicodedata
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import aiohttp
import feedparser
import pytest
import pytest_asyncio
import trafilatura

from monitor.core.model import Source
from monitor.demo.newsroom import Newsroom
from monitor.demo.stories import Story, load

OUTLETS, STORIES = load()
TODAY = datetime.now(UTC).date()
RULES = {
    "arms-embargo",
    "socar-strikes",
    "azal-crash",
    "az-ru-arrests",
    "az-am-peace",
    "us-ru-talks",
    "az-aid",
    "crude-contamination",
    "az-sanctions",
    "inf-moratorium",
    "gas-transit",
}


@pytest_asyncio.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    room = Newsroom()
    await room.start()
    yield room
    await room.stop()


@pytest_asyncio.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def source(room: Newsroom, outlet: str) -> Source:
    return next(source for source in room.sources() if source.id == outlet)


def to_edition(room: Newsroom, number: int) -> None:
    while room.edition < number:
        room.advance()


# --- the stories as data -----------------------------------------------------------------------


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.id)
def test_a_story_is_well_formed(story: Story) -> None:
    """Known rules and verdicts; real length; no date left open; letters of its own language."""
    assert set(story.labels) <= RULES
    assert set(story.labels.values()) <= {"new", "followup", "known"}
    assert story.shows
    told = story.on(TODAY)
    words = " ".join(told.paragraphs).split()
    assert 90 <= len(words) <= 360
    assert not re.search(r"[{}]", told.title + told.summary + " ".join(told.paragraphs))
    cyrillic = sum("CYRILLIC" in unicodedata.name(letter) for letter in "".join(words) if letter.isalpha())
    assert (cyrillic > len("".join(words)) / 2) is (story.language in {"ru", "uk"})
    (told.title + " ".join(told.paragraphs)).encode(story.outlet.encoding)


def test_the_newsroom_has_what_the_demo_promises() -> None:
    assert {outlet.language for outlet in OUTLETS} == {"en", "ru", "uk", "az", "tr"}
    assert {outlet.form for outlet in OUTLETS} == {"rss", "atom", "json"}
    assert len({story.id for story in STORIES}) == len(STORIES)
    assert {story.outlet.id for story in STORIES if story.edition == 0} == {outlet.id for outlet in OUTLETS}
    assert "new" not in {label for story in STORIES if story.edition == 0 for label in story.labels.values()}
    assert sum(list(story.labels.values()).count("new") for story in STORIES) == 6
    assert any(story.wall for story in STORIES)
    assert any(story.copy_of for story in STORIES)
    assert any(outlet.fails_in for outlet in OUTLETS)


@pytest.mark.parametrize("event", sorted({story.event for story in STORIES if story.event}))
def test_an_event_is_new_once_and_every_later_report_is_a_followup(event: str) -> None:
    """The later reports come in later editions: two of one edition may be judged in either order."""
    first, *later = [story for story in STORIES if story.event == event]
    assert list(first.labels.values()) == ["new"]
    rule = next(iter(first.labels))
    assert [story.labels for story in later] == [{rule: "followup"}] * len(later)
    assert all(story.edition > first.edition for story in later)


# --- what is served ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "outlet", [outlet for outlet in OUTLETS if outlet.form != "json"], ids=lambda outlet: outlet.id
)
async def test_xml_feeds_parse_whole_with_dates_and_links(newsroom: Newsroom, web, outlet) -> None:
    to_edition(newsroom, newsroom.last_edition)
    async with web.get(source(newsroom, outlet.id).url) as answer:
        headers = {"content-type": answer.headers["Content-Type"]}
        parsed = feedparser.parse(io.BytesIO(await answer.read()), response_headers=headers)
    assert not parsed.bozo
    meant = [story.on(TODAY) for story in STORIES if story.outlet == outlet]
    assert {entry.title for entry in parsed.entries} == {told.title for told in meant}
    assert len({entry.id for entry in parsed.entries}) == len(meant)
    for entry in parsed.entries:
        assert newsroom.story_at(entry.link)
        age = datetime.now(UTC) - datetime(*entry.published_parsed[:6], tzinfo=UTC)
        assert timedelta(0) <= age < timedelta(days=2)


async def test_the_json_feed_carries_full_texts(newsroom: Newsroom, web) -> None:
    async with web.get(source(newsroom, "rihtim").url) as answer:
        assert answer.content_type == "application/feed+json"
        document = json.loads(await answer.read())
    assert document["version"].startswith("https://jsonfeed.org/version/1")
    (item,) = document["items"]
    assert len(item["content_text"].split()) > 90
    assert datetime.fromisoformat(item["date_published"]).utcoffset() == timedelta(0)


async def test_extraction_gets_the_text_of_every_page_and_nothing_around_it(newsroom: Newsroom, web) -> None:
    to_edition(newsroom, newsroom.last_edition)
    for story in (story for story in STORIES if not story.wall):
        url = source(newsroom, story.outlet.id).url.replace("/feed", f"/news/{story.id}")
        async with web.get(url) as answer:
            page = await answer.read()
        text = trafilatura.extract(page, favor_precision=True) or ""
        assert [part for part in story.on(TODAY).paragraphs if part not in text] == [], story.id
        assert "cookie" not in text.lower()
        assert "©" not in text


async def test_a_page_behind_a_consent_wall_shows_nothing_of_the_article(newsroom: Newsroom, web) -> None:
    to_edition(newsroom, newsroom.last_edition)
    walled = next(story for story in STORIES if story.wall)
    async with web.get(source(newsroom, walled.outlet.id).url.replace("/feed", f"/news/{walled.id}")) as answer:
        assert answer.status == 200
        page = await answer.text()
    assert not any(part in page for part in walled.on(TODAY).paragraphs)


async def test_a_feed_without_news_answers_304_and_a_changed_one_200(newsroom: Newsroom, web) -> None:
    url = source(newsroom, "lyman").url
    async with web.get(url) as answer:
        known = {"If-None-Match": answer.headers["ETag"]}
    async with web.get(url, headers=known) as answer:
        assert answer.status == 304
    newsroom.advance()
    async with web.get(url, headers=known) as answer:
        assert answer.status == 200


async def test_a_failing_feed_answers_500_and_recovers_with_what_it_held_back(newsroom: Newsroom, web) -> None:
    url = source(newsroom, "sahil").url
    to_edition(newsroom, 2)
    async with web.get(url) as answer:
        assert answer.status == 500
    newsroom.advance()
    async with web.get(url) as answer:
        assert "embargo-lifted-az" in await answer.text()


async def test_pages_of_later_editions_are_not_there_yet(newsroom: Newsroom, web) -> None:
    async with web.get(source(newsroom, "lyman").url.replace("/feed", "/news/reni-uk")) as answer:
        assert answer.status == 404


async def test_everything_is_on_loopback(newsroom: Newsroom) -> None:
    assert all(source.url.startswith("http://127.0.0.") for source in newsroom.sources())
