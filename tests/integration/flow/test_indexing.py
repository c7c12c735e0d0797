"""The job that puts the words of judged articles into the index, on both databases."""

from __future__ import annotations

import asyncio

import pytest

from monitor.app.indexing import TOGETHER, Indexing
from monitor.core.searching import parse
from monitor.store.engine import reading
from monitor.store.searching import Filters
from monitor.store.shown.articles import ArticlesShown
from tests.contracts.ledger import HOUR, NOW, make_article
from tests.integration.store import conftest as databases

newsroom = databases.newsroom


@pytest.fixture
def indexing(store) -> Indexing:
    return Indexing(store, asyncio.to_thread, lambda: NOW)


def judged(store, newsroom, *articles) -> None:
    for article in articles:
        newsroom.save(article)
        store.mark_unjudgeable(article.id, "", NOW)


async def test_all_that_was_judged_is_indexed_in_several_turns(indexing, store, newsroom, engine) -> None:
    judged(store, newsroom, *(make_article(f"a{number}") for number in range(TOGETHER + 5)))
    newsroom.save(make_article("waits"))
    assert await indexing.work(patience=60.0) == TOGETHER + 5
    assert await indexing.work(patience=60.0) == 0
    found = ArticlesShown(reading(engine)).search(parse("ports"), Filters(), limit=100)
    assert {item.id for item in found.articles} == {f"a{number}" for number in range(TOGETHER + 5)}


async def test_a_turn_ends_when_its_time_is_up_and_the_latest_came_first(indexing, store, newsroom, engine) -> None:
    count = TOGETHER + 5
    judged(store, newsroom, *(make_article(f"a{n:02}", published=NOW - n * HOUR) for n in range(count)))
    assert await indexing.work(patience=60.0, most=1) == TOGETHER
    assert await indexing.work(patience=0.0) == 0
    assert [item.id for item in store.unindexed(100)] == [f"a{n:02}" for n in range(TOGETHER, count)]


@pytest.mark.parametrize(
    "text",
    [
        " ".join(f"w{number}" for number in range(40_000)),
        "w" * 500_000,
        "\x00\ud800 ' \\ \" :1 ''",
        "ܐܒܓ 中文字 عربى हिन्दी 👍🏽 ﬃ İıŞ",
        "a\u0301" * 3_000,
        "",
    ],
    ids=["many words", "one word", "syntax", "scripts", "marks", "empty"],
)
async def test_whatever_a_text_holds_it_is_indexed(indexing, store, newsroom, engine, text: str) -> None:
    judged(store, newsroom, make_article("odd", text=text), make_article("plain"))
    assert await indexing.work(patience=60.0) == 2
    found = ArticlesShown(reading(engine)).search(parse("port"), Filters(outlet="harbour"))
    assert {item.id for item in found.articles} == {"odd", "plain"}
