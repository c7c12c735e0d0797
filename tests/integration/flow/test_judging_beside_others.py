"""What a pipeline judges while somebody else judges too, and what it works out before it asks the store."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from monitor.core.model import Article
from monitor.store.engine import transaction
from monitor.store.sql import SqlStore
from monitor.store.tables import article
from tests.desk import WORDS
from tests.integration.flow.conftest import entry, news

LONG = "The committee met in the town hall and spoke of drains. " * 10


class Late(SqlStore):
    """Was told what waits before somebody else took it up."""

    told: list[Article]

    def unjudged(self, limit: int) -> list[Article]:
        return self.told


@pytest.fixture
async def waiting(flow, publisher, store) -> list[Article]:
    """One article that touches a rule, and one that touches none."""
    publisher.lists("harbour", news(WORDS[0]), entry("dull", content=LONG))
    pipeline = flow("harbour")
    await pipeline.poll_due()
    await pipeline.read_pending()
    found: list[Article] = store.unjudged(10)
    assert len(found) == 2
    return found


async def test_what_somebody_else_has_judged_meanwhile_is_left_out(flow, store, views, waiting):
    late = Late(store._engine)
    late.told = waiting
    assert len((await flow("harbour").judge_pending()).outcomes) == 2
    before = views.counts()
    done = await flow("harbour", store=late).judge_pending()
    assert not done
    assert views.counts() == before


async def test_what_is_left_out_does_not_keep_the_others_waiting(flow, store, waiting):
    late = Late(store._engine)
    late.told = waiting
    store.judging(lambda unit: unit.record(waiting[0], [], [], [], None, waiting[0].first_seen))
    done = await flow("harbour", store=late).judge_pending()
    assert [outcome.article.id for outcome in done.outcomes] == [waiting[1].id]


async def test_an_edit_that_came_meanwhile_is_judged_in_place_of_what_it_replaced(flow, store, engine, waiting):
    late = Late(store._engine)
    late.told = waiting
    with transaction(engine) as connection:
        connection.execute(sa.update(article).where(article.c.id == waiting[0].id).values(version=2))
    pipeline = flow("harbour", store=late)
    assert [outcome.article.id for outcome in (await pipeline.judge_pending()).outcomes] == [waiting[1].id]
    late.told = store.unjudged(10)
    assert late.told == [replace(waiting[0], version=2)]
    assert [outcome.article.version for outcome in (await pipeline.judge_pending()).outcomes] == [2]


async def test_texts_are_read_before_the_transaction_begins(flow, store, desk, waiting):
    order = []

    class Watched(type(desk.judge)):  # type: ignore[misc]
        def prepare(self, item):
            order.append("read")
            return super().prepare(item)

    class Watching(SqlStore):
        def judging(self, work, rules=None):
            order.append(rules)
            return super().judging(work, rules)

    watched = replace(desk, judge=Watched(desk.judge.ruleset))
    await flow("harbour", store=Watching(store._engine), desk=watched).judge_pending()
    assert order == ["read", "read", {f"about-{WORDS[0]}"}]
