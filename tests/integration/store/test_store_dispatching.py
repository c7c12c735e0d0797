"""What is due is handed out once, and again when whoever had it is gone. PostgreSQL alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor import queueing
from monitor.core.model import Entry
from monitor.queueing import Batch
from monitor.store import leases
from monitor.store.dispatching import LONGEST, PER_HOST, WAITING, Due, SharedWork, chosen
from monitor.store.engine import create_engine, transaction
from monitor.store.sql import SqlStore
from monitor.store.tables import lease
from tests.contracts.ledger import HOUR, NOW, make_article
from tests.integration.store.conftest import Newsroom

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def engine(postgresql_url):
    engine = create_engine(postgresql_url)
    yield engine
    engine.dispose()


@pytest.fixture
def newsroom(engine):
    return Newsroom(SqlStore(engine))


@pytest.fixture
def work(engine):
    return SharedWork(engine)


def queued(engine) -> list[Batch]:
    """What waits in the queue, in order."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(
            "SELECT task_name, args FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"
        )
        return [Batch(kind, args["token"], tuple(args["ids"])) for kind, args in rows]


def taken_up(engine) -> None:
    """As if workers had taken everything that waits, and gone."""
    with transaction(engine) as connection:
        connection.exec_driver_sql("DELETE FROM procrastinate_jobs")


def run_out(engine) -> None:
    with transaction(engine) as connection:
        past = leases.clock(connection) - timedelta(seconds=1)
        connection.execute(sa.update(lease).values(until=past))


def named(batches: list[Batch], kind: str) -> list[str]:
    return sorted(id_ for batch in batches if batch.kind == kind for id_ in batch.ids)


def test_sources_entries_and_articles_that_are_due_are_handed_out_and_nothing_else(engine, newsroom, work):
    newsroom.save(make_article("a"))
    newsroom.sources("harbour", "market", "later")
    newsroom.poll("later", at=LATER)
    newsroom.poll("harbour", Entry("one", ("guid:one",), "https://harbour.example/1", "One"), at=LATER)
    assert work.dispatch(LATER) == {"poll": 1, "read": 1, "judge": 1}
    batches = queued(engine)
    assert named(batches, "poll") == ["market"]
    assert named(batches, "judge") == ["a"]
    assert len(named(batches, "read")) == 1


def test_what_is_handed_out_is_not_handed_out_again_while_it_is_leased(engine, newsroom, work):
    newsroom.sources("harbour", "market")
    assert work.dispatch(LATER) == {"poll": 2}
    taken_up(engine)
    assert work.dispatch(LATER) == {}
    run_out(engine)
    assert work.dispatch(LATER) == {"poll": 2}


def test_a_batch_has_what_is_still_its_own(engine, newsroom, work):
    """One that was away longer than its lease has nothing of it any more."""
    newsroom.sources("harbour")
    work.dispatch(LATER)
    (slow,) = queued(engine)
    assert work.take_up(slow) == ["harbour"]
    taken_up(engine)
    run_out(engine)
    work.dispatch(LATER)
    (again,) = queued(engine)
    assert work.take_up(slow) == []
    work.give_back(slow)
    assert work.take_up(again) == ["harbour"]


def test_what_is_given_back_and_still_due_is_handed_out_at_once(engine, newsroom, work):
    newsroom.sources("harbour")
    work.dispatch(LATER)
    (batch,) = queued(engine)
    work.give_back(batch)
    assert work.dispatch(LATER) == {"poll": 1}


def test_the_queue_is_kept_short_while_nobody_takes_anything_up(engine, newsroom, work):
    newsroom.sources(*(f"s{number}" for number in range(WAITING * LONGEST["poll"] + 300)))
    total = sum(work.dispatch(LATER).get("poll", 0) for _ in range(20))
    assert len(queued(engine)) <= WAITING + 8
    assert total <= (WAITING + 8) * LONGEST["poll"]


def test_of_one_host_only_a_few_are_handed_out_at_a_time(engine, newsroom, work):
    newsroom.sources("harbour")
    links = [f"https://harbour.example/{number}" for number in range(3 * PER_HOST)]
    newsroom.poll("harbour", *(Entry(link, (f"guid:{link}",), link, "Told") for link in links), at=LATER)
    assert work.dispatch(LATER)["read"] == PER_HOST
    taken_up(engine)
    assert work.dispatch(LATER).get("read", 0) == 0


def test_hosts_that_have_nothing_under_way_come_before_a_busy_one():
    due = [Due("a1", "a", leased=True), *(Due(f"a{number}", "a") for number in range(2, 6)), Due("b1", "b"), Due("c")]
    assert chosen(due, 10, 2) == ["a2", "b1", "c"]
    assert chosen(due, 1, 2) == ["a2"]


def test_with_what_fails_to_be_queued_nothing_is_leased(engine, newsroom, work, monkeypatch):
    """Both in one transaction."""
    newsroom.sources("harbour")

    def broken(connection, batches):
        raise RuntimeError("boom")

    with monkeypatch.context() as patched:
        patched.setattr(queueing, "put", broken)
        with pytest.raises(RuntimeError):
            work.dispatch(LATER)
    assert work.dispatch(LATER) == {"poll": 1}


def test_one_schedules_at_a_time(work):
    assert work.lead("one", 60)
    assert not work.lead("two", 60)
    assert work.leader().owner == "one"
    work.resign("two")
    assert work.leader().owner == "one"
    work.resign("one")
    assert work.lead("two", 60)


def test_an_edited_page_is_handed_out_to_be_read_again(engine, newsroom, work):
    article = make_article("a", url="https://harbour.example/a")
    newsroom.save(article)
    with transaction(engine) as connection:
        connection.exec_driver_sql("UPDATE entry SET reread_at = %s, reread_why = 'edited'", (NOW + HOUR,))
    assert work.dispatch(NOW + HOUR)["read"] == 1


# --- the queue's own tables ------------------------------------------------------------------


def test_the_tables_of_an_older_queue_are_brought_up_to_date(engine):
    with transaction(engine) as connection:
        raw = connection.connection.driver_connection
        raw.execute("COMMENT ON TABLE procrastinate_jobs IS 'procrastinate 3.4.0'")
        assert queueing.installed(raw) == "3.4.0"
        queueing.prepare(raw)
        assert queueing.installed(raw) == queueing.wanted()


def test_only_the_steps_between_two_versions_are_taken_in_order():
    assert queueing._steps("3.4.0", queueing.wanted()) == []
    assert len(queueing._steps("3.0.0", "3.2.0")) == 4
