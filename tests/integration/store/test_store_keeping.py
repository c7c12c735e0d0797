"""What is past its time goes, with all that is its own; what something refers to stays, and no feed notices."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.app.indexing import indexed
from monitor.core.keeping import GONE, Keeping
from monitor.core.model import Article, Entry
from monitor.core.responses import Answer, Response
from monitor.core.searching import parse
from monitor.store import corrections, upkeep
from monitor.store.engine import reading, transaction
from monitor.store.keeping import DROP, Dropped, Keeper
from monitor.store.searching import Filters
from monitor.store.shown import Shown
from monitor.store.sql import SqlStore
from monitor.store.tables import (
    article,
    article_version,
    attempt,
    delivery,
    entry,
    fingerprint,
    fingerprint_band,
    verdict,
)
from monitor.store.views import Views
from tests.contracts.ledger import (
    NOW,
    TARGETS,
    make_alert,
    make_article,
    make_decision,
    make_fact,
    make_fingerprint,
)
from tests.integration.store.conftest import Newsroom

DAY = timedelta(days=1)
KEEPING = Keeping(400 * DAY, 1200 * DAY, 400 * DAY)
LONG_AFTER = NOW + 401 * DAY


@pytest.fixture
def keeper(engine: Engine, store: SqlStore) -> Keeper:
    return Keeper(engine, store)


def judged(newsroom: Newsroom, name: str, *, decisions=(), facts=(), alerts=(), **changes) -> Article:
    item = make_article(name, **changes)
    newsroom.save(item)
    print_ = make_fingerprint(f"article:{name}", hash(name) % 1000, 7)
    told = [(alert, TARGETS) for alert in alerts]
    newsroom.judging(lambda unit: unit.record(item, decisions, facts, told, print_, item.first_seen))
    return item


def prune(keeper: Keeper, now: datetime = LONG_AFTER, keeping: Keeping = KEEPING, **more) -> Dropped:
    done, after, begun = Dropped(), None, False
    while after is not None or not begun:
        begun, after = True, keeper.articles(keeping, now, after, done, more.get("most", 100), more.get("dry", False))
    while keeper.rest(keeping, now, done, more.get("dry", False)):
        pass
    return done


def rows_of(engine: Engine, *tables: sa.Table) -> list[int]:
    with transaction(reading(engine)) as connection:
        return [connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables]


def ids(engine: Engine) -> set[str]:
    with transaction(reading(engine)) as connection:
        return set(connection.execute(sa.select(article.c.id)).scalars()) - {GONE}


def test_an_old_article_that_touched_nothing_goes_with_all_that_is_its_own(
    engine: Engine, store: SqlStore, newsroom: Newsroom, keeper: Keeper
):
    item = judged(newsroom, "old")
    number = _entry_of(engine, "old")
    store.reread(number, replace(item, version=2, text="The port was open."), NOW)
    newsroom.judging(lambda unit: unit.record(replace(item, version=2), (), (), (), None, NOW))
    assert rows_of(engine, article_version, fingerprint, fingerprint_band) == [1, 1, 2]
    done = prune(keeper)
    assert done.went == Counter({"older than 400 days and touched no rule": 1})
    assert ids(engine) == set()
    assert rows_of(engine, article_version, fingerprint, fingerprint_band, verdict) == [0, 0, 0, 0]


def _entry_of(engine: Engine, identity: str) -> int:
    with transaction(reading(engine)) as connection:
        return connection.execute(sa.select(entry.c.id).where(entry.c.identity == identity)).scalar_one()


def test_a_feed_that_still_lists_it_brings_nothing_new(
    engine: Engine, store: SqlStore, newsroom: Newsroom, keeper: Keeper, views: Views
):
    """Some list the same ten entries for years. Their text is gone, their keys are not."""
    item = judged(newsroom, "old")
    prune(keeper)
    again = Entry("old", ("guid:harbour:old",), item.url, item.title, "in other words")
    assert newsroom.poll("harbour", again, at=LONG_AFTER) == 0
    assert store.pending_entries(LONG_AFTER + DAY, 10) == []
    assert store.unjudged(10) == []
    assert store.unindexed(10) == []
    assert views.article(item.url) is None
    assert Shown(engine).sources.entries("harbour") == []
    with transaction(reading(engine)) as connection:
        left = connection.execute(sa.select(entry.c.title, entry.c.summary, entry.c.url)).one()
    assert tuple(left) == ("", "", None)


def test_what_is_referred_to_stays_for_good(newsroom: Newsroom, engine: Engine, keeper: Keeper, store: SqlStore):
    judged(newsroom, "told", decisions=[make_decision("told")], alerts=[make_alert("k1", "told")])
    judged(newsroom, "taught", facts=[make_fact("article:taught:port:1", source="article:taught", event="e2")])
    judged(newsroom, "answered", decisions=[make_decision("answered")])
    judged(newsroom, "idle", decisions=[make_decision("idle", event="nobody answered this")])
    store.respond(Response(make_alert().thread, Answer.ACKNOWLEDGE, "mara", NOW), NOW)
    done = prune(keeper, NOW + 9000 * DAY)
    assert ids(engine) == {"told", "taught", "answered"}
    assert done.stayed == Counter({"an alert refers to it": 1, "a fact refers to it": 1, "an answer refers to it": 1})


def test_what_a_person_corrected_stays_although_its_fact_is_set_aside(
    newsroom: Newsroom, engine: Engine, keeper: Keeper
):
    """The correction can be taken back, so the fact is only put aside, and has to have its source."""
    judged(newsroom, "wrong", facts=[make_fact("article:wrong:port:1", source="article:wrong")])
    with transaction(engine) as connection:
        assert corrections.retract(connection, "article:wrong:port:1", corrections.Retracted("mara", NOW, "not so"))
    assert prune(keeper, NOW + 9000 * DAY).stayed == Counter({"a fact refers to it": 1})
    assert ids(engine) == {"wrong"}


def test_a_dry_run_counts_the_same_and_changes_nothing(newsroom: Newsroom, engine: Engine, keeper: Keeper):
    for number in range(7):
        judged(newsroom, f"old{number}")
    judged(newsroom, "told", decisions=[make_decision("told")], alerts=[make_alert("k1", "told")])
    dry = prune(keeper, dry=True, most=3)
    assert len(ids(engine)) == 8
    wet = prune(keeper, most=3)
    assert (dry.went, dry.stayed) == (wet.went, wet.stayed)
    assert ids(engine) == {"told"}


def test_the_oldest_go_first_and_no_more_than_may(newsroom: Newsroom, engine: Engine, keeper: Keeper):
    for number in range(DROP + 5):
        judged(newsroom, f"old{number:03}", published=NOW - number * DAY)
    done = Dropped()
    after = keeper.articles(KEEPING, LONG_AFTER, None, done, DROP + 2)
    assert done.articles == DROP + 2
    assert ids(engine) == {"old000", "old001", "old002"}
    assert keeper.articles(KEEPING, LONG_AFTER, after, done, 100) is None
    assert ids(engine) == set()


def test_searching_finds_what_is_left_and_nothing_of_what_went(
    newsroom: Newsroom, engine: Engine, store: SqlStore, keeper: Keeper
):
    old, young = judged(newsroom, "old"), judged(newsroom, "young", published=LONG_AFTER, first_seen=LONG_AFTER)
    waiting = indexed(store.unindexed(10))
    assert store.index(waiting, NOW) == 2
    prune(keeper)
    shown = Shown(engine).articles
    assert [found.id for found in shown.search(parse("port"), Filters()).articles] == [young.id]
    assert [found.id for found in shown.search(None, Filters()).articles] == [young.id]
    assert old.id not in ids(engine)


def test_a_number_of_the_index_is_not_given_to_another(newsroom: Newsroom, store: SqlStore, keeper: Keeper, engine):
    """Where words cannot be taken out of the index, they must not stand for an article that came later."""
    judged(newsroom, "old")
    store.index(indexed(store.unindexed(10)), NOW)
    with transaction(reading(engine)) as connection:
        former = connection.execute(sa.select(article.c.number).where(article.c.id == "old")).scalar_one()
    prune(keeper)
    judged(newsroom, "late", first_seen=LONG_AFTER)
    store.index(indexed(store.unindexed(10)), NOW)
    with transaction(reading(engine)) as connection:
        number = connection.execute(sa.select(article.c.number).where(article.c.id == "late")).scalar_one()
    assert number >= former if engine.dialect.name == "postgresql" else number > former


def test_tries_of_closed_deliveries_go_and_the_deliveries_stay(
    newsroom: Newsroom, store: SqlStore, engine: Engine, keeper: Keeper
):
    """That somebody was told, and when, is asked for years later; how often it was tried is not."""
    judged(newsroom, "told", decisions=[make_decision("told")], alerts=[make_alert("k1", "told")])
    (first, second), _ = store.claim(NOW, NOW + timedelta(minutes=1), 10)
    store.begin([first.delivery.id, second.delivery.id], NOW)
    store.sent(first.delivery.id, NOW)
    store.failed(second.delivery.id, NOW, "no such address")
    assert rows_of(engine, attempt, delivery) == [2, 2]
    assert prune(keeper, NOW + 399 * DAY).attempts == 0
    assert prune(keeper).attempts == 1
    assert rows_of(engine, attempt, delivery) == [1, 2]


def test_documents_of_the_quarantine_go_that_nobody_saw_for_long(store: SqlStore, keeper: Keeper):
    store.quarantine("a" * 64, "https://one.example", "it kills the reader", True, NOW)
    store.quarantine("b" * 64, "https://two.example", "it kills the reader", True, LONG_AFTER - DAY)
    assert prune(keeper, dry=True).documents == 1
    assert prune(keeper).documents == 1
    assert set(store.quarantined()) == {"b" * 64}


def test_an_article_that_something_refers_to_by_now_is_not_dropped(
    newsroom: Newsroom, engine: Engine, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
):
    """What is decided without a lock is decided again with it."""
    judged(newsroom, "old")
    real = keeper._drop

    def meanwhile(*given) -> None:
        judged(newsroom, "old", facts=[make_fact("article:old:port:1", source="article:old")])
        real(*given)

    monkeypatch.setattr(keeper, "_drop", meanwhile)
    assert prune(keeper).articles == 0
    assert ids(engine) == {"old"}


def test_sqlites_log_is_small_after_tidying(newsroom: Newsroom, engine: Engine, keeper: Keeper, tmp_path):
    if engine.dialect.name != "sqlite":
        keeper.tidy()
        return
    for number in range(20):
        judged(newsroom, f"a{number}")
    log = tmp_path / "monitor.db-wal"
    assert log.stat().st_size > 0
    keeper.tidy()
    assert log.stat().st_size == 0


def test_room_that_went_is_counted_whether_files_shrink_or_not(newsroom: Newsroom, keeper: Keeper):
    for number in range(40):
        judged(newsroom, f"old{number}", text=f"{number} " * 4000)
    before, articles = keeper.measure(NOW)
    assert articles == 40
    prune(keeper)
    after, left = keeper.measure(LONG_AFTER)
    assert left == 1
    assert after < before


def test_notes_are_kept_for_a_while_and_the_last_one_for_good(engine: Engine, keeper: Keeper):
    keeper.note(upkeep.BACKUP, NOW, file="one")
    keeper.note(upkeep.BACKUP, NOW + DAY, file="two")
    assert keeper.last(upkeep.BACKUP) == upkeep.Noted(NOW + DAY, {"file": "two"})
    keeper.note(upkeep.BACKUP, NOW + 401 * DAY, file="three")
    with transaction(reading(engine)) as connection:
        kept = [noted.details["file"] for noted in upkeep.since(connection, upkeep.BACKUP, None)]
    assert kept == ["three", "two"]
