"""Sources at the desk: how they are, what became of their entries, and adding one by its address."""

from __future__ import annotations

import asyncio
import re

import pytest
import yaml

from monitor.app.finding import Finder
from monitor.core.model import Entry, Outcome, Polled, PollPlan, Source, SourceKind
from monitor.core.polling import waiting
from monitor.fetch.http import Http
from monitor.fetch.workers import Workers
from monitor.judging import judge_article
from monitor.web.site import Site
from tests.contracts.ledger import HOUR, NOW
from tests.desk import story
from tests.integration.web.conftest import InForce, Reader
from tests.making import article
from tests.servers import Answer, Outlets

MANY = 250


@pytest.fixture
def outlets():
    with Outlets() as served:
        yield served


def address_of(page) -> str:
    """Where the next page is; empty on the last."""
    found = re.search(r'class="pager"[^>]*><a href="([^"]+)"', page.text)
    return found[1].replace("&amp;", "&") if found else ""


def ids(page) -> list[str]:
    return re.findall(r'<a href="/sources/(s\d+)">', page.text)


def fail(site: Site, name: str, times: int = 3, outcome: Outcome = Outcome.HARD, status: int = 404) -> None:
    for _ in range(times):
        polled = Polled(name, NOW, outcome, status=status, message=f"HTTP {status}")
        site.store.record_polls([(polled, PollPlan(NOW + HOUR, "backs off"), frozenset())])


def answer(site: Site, name: str, *entries: Entry) -> None:
    polled = Polled(name, NOW, Outcome.FRESH, entries, status=200)
    site.store.record_polls([(polled, PollPlan(NOW + HOUR, "rhythm"), frozenset())])


@pytest.fixture
def many(site: Site) -> None:
    site.store.sync_sources(
        [
            Source(
                f"s{at:03}",
                f"https://s{at:03}.example/feed",
                f"Вестник {at}" if at % 2 else f"Herald {at}",
                language="ru" if at % 2 else "en",
                country="UA" if at % 5 == 0 else "AZ",
                kind=SourceKind.SITEMAP if at == 7 else SourceKind.FEED,
            )
            for at in range(MANY)
        ],
        NOW,
    )


async def test_all_sources_are_reached_page_by_page(reader: Reader, many):
    seen, path = [], "/sources"
    while path:
        page = await reader.look(path)
        seen += ids(page)
        path = address_of(page)
    assert seen == [f"s{at:03}" for at in range(MANY)]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("country=UA", [f"s{at:03}" for at in range(0, MANY, 5)]),
        ("kind=sitemap", ["s007"]),
        ("q=ВЕСТНИК 11", ["s011", *(f"s{at}" for at in range(111, 120, 2))]),
        ("language=ru&country=UA&q=15", ["s015", "s115", "s155", "s215"]),
        ("health=off", []),
    ],
)
async def test_sources_are_found_by_what_they_are(reader: Reader, many, query: str, wanted: list[str]):
    assert ids(await reader.look(f"/sources?{query}")) == wanted


async def test_sources_are_found_by_how_they_are(reader: Reader, many, site: Site):
    fail(site, "s200")
    fail(site, "s003", outcome=Outcome.HARD, status=403)
    answer(site, "s004", Entry("e", ("guid:e",), "https://s004.example/1", "Calm seas"))
    answer(site, "s005")
    found = {word: ids(await reader.look(f"/sources?health={word}")) for word in ("unhealthy", "healthy", "quiet")}
    assert found == {"unhealthy": ["s003", "s005", "s200"], "healthy": ["s004"], "quiet": ["s005"]}
    assert ids(await reader.look("/sources?health=blocked")) == ["s003"]
    assert len(ids(await reader.look("/sources?health=new"))) == 50
    assert "the last poll of 2 failed" in (await reader.look("/sources")).words


async def test_a_failing_source_says_what_it_said_and_what_to_do(reader: Reader, many, site: Site):
    fail(site, "s003", status=403)
    page = await reader.look("/sources/s003")
    assert "HTTP 403" in page.words
    assert "What to do:" in page.words
    assert "ask its publisher" in page.words


async def test_each_entry_says_what_became_of_it(reader: Reader, site: Site, newsroom, clock):
    title, text = story("zorbium")
    item = article(title, text, clock.now, id="a1", url="https://harbour.example/a1")
    newsroom.save(item)
    site.store.judging(lambda unit: judge_article(item, site.configuration().desk, unit, clock.now))
    newsroom.poll("harbour", Entry("waiting", ("guid:w",), "https://harbour.example/w", "Not read yet"))
    page = await reader.look("/sources/harbour")
    assert "about-zorbium : new alert" in page.words
    assert "waits to be read" in page.words


async def test_the_rules_that_hang_on_a_source_are_named(reader: Reader, site: Site, in_force: InForce):
    site.store.sync_sources(in_force.configuration.sources, NOW)
    page = await reader.look("/sources/outlet")
    assert "Explosion of zorbium" in page.words
    assert "the only ear" in page.words


async def test_a_source_is_polled_now_when_somebody_asks_for_it(reader: Reader, many, site: Site, clock):
    answer(site, "s001")
    assert "s001" not in {name for name, _ in site.store.due_sources(clock.now, MANY)}
    told = await reader.submit("/sources/s001/poll")
    assert "asked for by local" in told.words
    assert "s001" in {name for name, _ in site.store.due_sources(clock.now, MANY)}
    assert (await reader.submit("/sources/s001/poll")).status == 409
    assert [change.what for change in site.shown.changes.latest(about="source:s001")] == ["source.poll"]


async def test_a_host_that_wants_to_be_left_alone_is(reader: Reader, many, site: Site, clock):
    polled = Polled("s001", NOW, Outcome.FRESH, status=200)
    plan = PollPlan(NOW + HOUR, waiting("s001.example wants to be left alone", NOW + HOUR))
    site.store.record_polls([(polled, plan, frozenset())])
    told = await reader.submit("/sources/s001/poll")
    assert told.status == 409
    assert "left alone" in told.words
    assert "s001" not in {name for name, _ in site.store.due_sources(clock.now, MANY)}


# --- adding one ------------------------------------------------------------------------------

FRONT = (
    b'<!doctype html><html lang="uk"><head><title>Harbour Post</title>'
    b'<link rel="alternate" type="application/rss+xml" href="/post/feed"></head><body>News</body></html>'
)


@pytest.fixture
async def looking(site: Site, outlets: Outlets):
    """The site with a finder, as the daemon has it; `allow` are networks where outlets may be although not public."""
    async with Http(user_agent="monitor", allow_networks=["127.0.0.0/8"], min_gap=0.0) as http, Workers(1) as workers:
        finder = Finder(http, workers, site.now, timeout=10.0, limit=1_000_000)
        object.__setattr__(site, "find", finder.find)
        outlets.publish("post", "Порт закрито", "Порт закрито до вечора.", NOW - HOUR)
        outlets.answer("/", Answer(FRONT))
        yield site


@pytest.fixture
def keep_comments(folder):
    """The sources of the folder with a comment and a layout of their own."""
    path = folder / "watchlists" / "sources.yaml"
    path.write_text(f"# ours\n{path.read_text()}\n")
    return path


def form_of(page) -> dict[str, str]:
    """What the form of the first offer sends if nobody changes anything."""
    part = page.text.split('action="/sources/add"')[1]
    fields = dict(re.findall(r'<input[^>]* name="(\w+)" value="([^"]*)"', part))
    return {**fields, "tier": "3"}


async def test_an_address_is_looked_up_and_its_feed_added_to_the_file_and_nothing_else_changes(
    reader: Reader, looking: Site, outlets: Outlets, keep_comments, in_force: InForce
):
    before = keep_comments.read_text()
    found = await reader.submit("/sources/find", url=f"{outlets.url}/")
    assert "Порт закрито" in found.words
    fields = form_of(found)
    assert fields["url"] == outlets.feed_url("post")
    assert keep_comments.read_text() == before
    told = await reader.submit("/sources/add", **{**fields, "id": "harbour-post", "country": "UA", "tier": "2"})
    assert "Saved sources.yaml. In force." in told.words
    after = keep_comments.read_text()
    assert after.startswith(before)
    (added,) = [one for one in yaml.safe_load(after)["sources"] if one["id"] == "harbour-post"]
    assert (added["url"], added["country"], added["tier"]) == (outlets.feed_url("post"), "UA", 2)
    assert "harbour-post" in {source.id for source in in_force.configuration.sources}
    again = await reader.submit("/sources/find", url=outlets.feed_url("post"))
    assert "listed already" in again.words
    [edit] = looking.shown.changes.edits("watchlists/sources.yaml")
    assert (edit.author, edit.reason) == ("local", "harbour-post is added")
    assert [change.what for change in looking.shown.changes.latest()] == ["file.save"]


async def test_a_source_that_was_added_is_taken_back_at_once(
    reader: Reader, looking: Site, outlets: Outlets, keep_comments, in_force: InForce
):
    before = keep_comments.read_text()
    fields = form_of(await reader.submit("/sources/find", url=outlets.feed_url("post")))
    told = await reader.submit("/sources/add", **{**fields, "id": "post"})
    undo = dict(re.findall(r'name="(edit|which|started)" value="([^"]*)"', told.text))
    await reader.submit("/watchlists/sources.yaml/restore", **undo)
    assert keep_comments.read_text() == before
    assert "post" not in {source.id for source in in_force.configuration.sources}


async def test_of_sources_that_are_added_at_once_none_is_lost_untold(
    reader: Reader, looking: Site, outlets: Outlets, keep_comments
):
    fields = form_of(await reader.submit("/sources/find", url=outlets.feed_url("post")))
    names = ["one", "two", "three"]
    told = await asyncio.gather(*(reader.submit("/sources/add", **{**fields, "id": name}) for name in names))
    listed = {one["id"] for one in yaml.safe_load(keep_comments.read_text())["sources"]}
    assert [name in listed for name in names] == [answer.status == 200 for answer in told]
    assert all("somebody else has just changed" in answer.words for answer in told if answer.status != 200)
    assert listed & {*names}


async def test_the_first_source_makes_the_file(reader: Reader, looking: Site, outlets: Outlets, folder):
    path = folder / "watchlists" / "sources.yaml"
    path.unlink()
    fields = form_of(await reader.submit("/sources/find", url=outlets.feed_url("post")))
    await reader.submit("/sources/add", **{**fields, "id": "post"})
    assert [one["id"] for one in yaml.safe_load(path.read_text())["sources"]] == ["post"]


async def test_a_source_leads_to_its_line_in_the_file(reader: Reader, site: Site, keep_comments, in_force: InForce):
    site.store.sync_sources([*in_force.configuration.sources, Source("gone", "https://gone.example/", "Gone")], NOW)
    line = next(at for at, text in enumerate(keep_comments.read_text().splitlines(), 1) if "agency" in text)
    assert f'"/watchlists/sources.yaml#L{line}">sources.yaml:{line}<' in (await reader.look("/sources/agency")).text
    assert '"/watchlists/sources.yaml">sources.yaml<' in (await reader.look("/sources/gone")).text


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [("id", "outlet", "outlet"), ("id", "Not An Id", "an id is made of"), ("country", "Utopia", "expected")],
)
async def test_a_source_that_the_file_could_not_hold_is_refused_and_the_file_stays(
    reader: Reader, looking: Site, outlets: Outlets, keep_comments, field: str, value: str, told: str
):
    before = keep_comments.read_text()
    fields = form_of(await reader.submit("/sources/find", url=outlets.feed_url("post")))
    answer = await reader.submit("/sources/add", **{**fields, field: value})
    assert answer.status == 400
    assert told in answer.words
    assert keep_comments.read_text() == before


async def test_while_another_file_has_a_mistake_a_source_is_added_and_comes_into_force_once_that_is_mended(
    reader: Reader, looking: Site, outlets: Outlets, keep_comments, folder, in_force: InForce
):
    fields = form_of(await reader.submit("/sources/find", url=outlets.feed_url("post")))
    words = folder / "watchlists" / "words.yaml"
    right = words.read_text()
    words.write_text("version: 1\nrules: nonsense\n")
    told = await reader.submit("/sources/add", **{**fields, "id": "post"})
    assert "Saved sources.yaml. It is not in force yet, for other files have mistakes." in told.words
    assert "post" not in {source.id for source in in_force.configuration.sources}
    words.write_text(right)
    await in_force.reload()
    assert "post" in {source.id for source in in_force.configuration.sources}


async def test_what_is_inside_our_own_network_is_not_looked_up(reader: Reader, site: Site, outlets: Outlets):
    async with Http(user_agent="monitor", min_gap=0.0) as http, Workers(1) as workers:
        object.__setattr__(site, "find", Finder(http, workers, site.now, timeout=10.0, limit=1_000).find)
        found = await reader.submit("/sources/find", url=f"{outlets.url}/")
    assert "Nothing there can be polled" in found.words
    assert outlets.asked == []


@pytest.mark.parametrize(
    "written", ["", "ftp://x.example/", "file:///etc/passwd", "https://user:word@x.example/", "https://"]
)
async def test_what_is_no_address_of_the_web_is_not_looked_up(reader: Reader, looking: Site, written: str):
    assert (await reader.submit("/sources/find", url=written)).status == 400
