"""Edits on SQLite and PostgreSQL: noticed in the feed, read again politely, stored as versions, judged again."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from monitor.core.alerts import event_key
from monitor.core.editing import APART, MOST, NEW_WORDS, WITHIN
from monitor.core.judge import Judge
from monitor.core.model import Article, VerdictKind
from monitor.core.routing import Route
from monitor.errors import FetchError
from monitor.judging import Desk
from monitor.pipeline.texts import article_id
from monitor.store.engine import transaction
from monitor.store.sql import SqlStore
from monitor.store.tables import entry as stored
from monitor.store.views import Views
from tests.integration.flow.conftest import HOUR, MINUTE, NOW, entry
from tests.integration.flow.test_pipeline import whole_pass
from tests.making import rule, rule_set

ID = article_id("harbour", "guid:fire")
URL = "https://host.example/fire"
DULL = "The committee met in the town hall and spoke of drains.\n\nNothing was decided."
NEWS = "A drone hit the mill near Poti on Monday. Two workers were killed.\n\nThe fire is out, the governor said."
MORE = NEWS.replace("Two workers", "Seven workers")


@pytest.fixture
def desk() -> Desk:
    return Desk(Judge(rule_set(rule(updates=True))), {}, Route(("console",)))


@pytest.fixture
def edited(flow, publisher, clock, desk):
    """Lets the outlet write something, then something else, each time polls and reads; what alerted."""
    pipeline = flow("harbour", desk=desk)

    async def write(title: str, text: str | Exception, after=2 * APART, **more) -> list[str]:
        clock.advance(after)
        publisher.lists("harbour", replace(entry("fire", published=NOW - HOUR), title=title, **more))
        if isinstance(text, Exception):
            publisher.fails(URL, text)
        else:
            publisher.shows(URL, text)
        await pipeline.poll_due(everything=True)
        return await whole_pass(pipeline)

    return write


def versions(views: Views) -> list[Article]:
    return views.versions(ID)


def entry_id(store: SqlStore) -> int:
    """Of the one entry that is stored."""
    with transaction(store._engine) as connection:
        return connection.execute(sa.select(stored.c.id)).scalar_one()


async def test_an_edit_is_a_version_of_one_article_and_the_latest_is_shown(edited, views):
    await edited("Drains", DULL)
    await edited("Drains and more", DULL + "\n\nA walk was proposed.")
    first, second = versions(views)
    assert (first.version, first.title, first.text, first.why) == (1, "Drains", DULL, "")
    assert (second.version, second.title, second.why) == (2, "Drains and more", NEW_WORDS)
    assert second.extracted_at == first.extracted_at + 2 * APART
    assert views.article(ID).article == second
    assert views.counts().articles == 1


async def test_an_edit_that_brings_news_alerts(edited, views):
    assert await edited("Drains", DULL) == []
    assert await edited("Drone hits mill", NEWS) == ["mill"]
    assert views.verdicts(ID)[0].decision.verdict.kind is VerdictKind.NEW


async def test_an_edit_that_says_nothing_new_never_alerts_again(edited, views):
    assert await edited("Drone hits mill", NEWS) == ["mill"]
    assert await edited("Drone hits mill near Poti", NEWS + "\n\nIt has rained since.") == []
    assert len(versions(views)) == 2
    [ruling] = views.verdicts(ID)
    assert (ruling.alerted, ruling.decision.verdict.kind) == (True, VerdictKind.NEW)
    assert len(views.alerts()) == 1


async def test_a_correction_is_an_update_and_only_once(edited, views):
    await edited("Drone hits mill", NEWS)
    assert await edited("Drone hits mill, seven killed", MORE) == ["mill"]
    update, first = (row.alert for row in views.alerts())
    assert update.is_update
    assert not first.is_update
    assert update.event == first.event
    assert first.key == event_key("mill", first.event)
    assert await edited("Drone hits mill: seven killed", MORE + "\n\nIt has rained since.") == []


async def test_trivia_is_read_but_no_version(edited, views, publisher):
    await edited("Drains", DULL, updated="then")
    await edited("Drains", DULL.upper() + "\n\nRead 17 times", updated="now")
    assert publisher.asked[URL] == 2
    assert len(versions(views)) == 1


async def test_what_stays_as_it_was_is_not_read_again(edited, publisher):
    for _ in range(3):
        await edited("Drains", DULL)
    assert publisher.asked[URL] == 1


async def test_pages_are_read_again_so_many_times_and_not_too_soon(edited, publisher, flow, clock):
    await edited("Drains", DULL)
    await edited("Drains!", DULL, after=MINUTE)
    await edited("More drains", DULL, after=MINUTE)
    assert publisher.asked[URL] == 1
    for number in range(MOST + 2):
        await edited(f"Drains, day {number}", DULL)
    assert publisher.asked[URL] == 1 + MOST


async def test_an_old_article_is_left_alone(edited, publisher, views):
    await edited("Drains", DULL)
    await edited("Drains again", DULL, after=WITHIN + HOUR)
    assert publisher.asked[URL] == 1
    assert len(versions(views)) == 1


async def test_a_page_that_is_gone_keeps_its_text_under_the_new_title(edited, views):
    await edited("Drains", DULL)
    await edited(
        "Drains withdrawn", FetchError("the server answered 404", permanent=True, status=404), summary="Sorry."
    )
    latest = versions(views)[-1]
    assert (latest.title, latest.text, latest.summary_only) == ("Drains withdrawn", DULL, False)


async def test_a_feeds_own_text_gives_way_to_the_page(edited, views):
    await edited("Drains", FetchError("the server answered 404", permanent=True, status=404), summary="Drains.")
    await edited("Drains in full", DULL, summary="Drains, in full.")
    first, second = versions(views)
    assert (first.summary_only, second.summary_only) == (True, False)


async def test_another_feed_that_shows_the_page_in_other_words_edits_nothing(edited, flow, publisher, clock, views):
    await edited("Drains", DULL)
    other = replace(entry("fire-2", url=URL), title="What else?", published=NOW - HOUR)
    publisher.lists("market", other)
    await whole_pass(flow("harbour", "market"))
    assert publisher.asked[URL] == 1
    assert len(versions(views)) == 1


async def test_a_version_is_stored_once(edited, views, store: SqlStore, clock):
    """A crash between storing and answering repeats the call."""
    await edited("Drains", DULL)
    latest = views.article(ID).article
    version = replace(latest, text=NEWS, version=2, why="test")
    number = entry_id(store)
    assert store.reread(number, version, clock())
    assert not store.reread(number, version, clock())
    assert [item.version for item in versions(views)] == [1, 2]


async def test_a_version_that_comes_while_the_one_before_is_judged_is_judged_too(edited, views, store, clock, desk):
    await edited("Drains", DULL)
    first = views.article(ID).article
    store.reread(entry_id(store), replace(first, title="Drone hits mill", text=NEWS, version=2), clock())
    store.judging(lambda unit: unit.record(first, [], [], [], None, clock()))
    assert [item.version for item in store.unjudged(10)] == [2]
