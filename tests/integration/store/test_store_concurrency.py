"""Several threads and processes at one database: nothing twice, nothing lost."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from monitor.core.model import Entry, Outcome, Polled, PollPlan
from monitor.store import polling
from monitor.store.engine import create_engine, transaction
from monitor.store.migrate import check, upgrade
from monitor.store.sql import SqlStore
from tests.contracts.ledger import HOUR, NOW, everything, make_alert, make_article, make_decision, make_fact


@pytest.fixture
def stores(url):
    """Two stores that share nothing but the database, as two processes would."""
    engines = [create_engine(url) for _ in range(2)]
    yield [SqlStore(engine) for engine in engines]
    for engine in engines:
        engine.dispose()


def together(*works):
    """Run them at the same time, each in its thread; their results."""
    barrier = Barrier(len(works))

    def run(work):
        barrier.wait()
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(run, work) for work in works]]


def test_two_senders_never_claim_the_same_delivery(stores, newsroom):
    newsroom.save(make_article())
    targets = [("ops", f"target {number}") for number in range(60)]
    stores[0].judging(lambda unit: unit.record(make_article(), [], [], [(make_alert("k1"), targets)], None, NOW))

    def drain(store):
        claimed = []
        while batch := store.claim(NOW, NOW + HOUR, 3)[0]:
            claimed += [waiting.delivery.target for waiting in batch]
        return claimed

    first, second = together(*(lambda store=store: drain(store) for store in stores))
    assert sorted(first + second) == sorted(target for _, target in targets)


def test_judging_is_serial_so_that_one_event_is_new_once(stores, newsroom):
    """Each worker reads the baseline, then writes: unserialised, both would find the event new."""
    names = [f"a{number}" for number in range(20)]
    for name in names:
        newsroom.save(make_article(name))

    def judge(store, name):
        def work(unit):
            known = len(unit.facts(everything("port"), NOW))
            unit.record(make_article(name), [make_decision(name)], [make_fact(f"f{known}")], [], None, NOW)
            return known

        return store.judging(work)

    results = together(
        lambda: [judge(stores[0], name) for name in names[::2]],
        lambda: [judge(stores[1], name) for name in names[1::2]],
    )
    assert sorted(results[0] + results[1]) == list(range(20))


def test_a_poll_sees_the_entries_of_one_that_is_just_being_stored(engine, stores, newsroom):
    """Otherwise both would find the URL that they share to be new."""
    newsroom.sources("a", "b")
    url = "url:https://x.example/1"
    first = Polled("a", NOW, Outcome.FRESH, (Entry("x", ("guid:a:1", url), None, ""),))
    with ThreadPoolExecutor(1) as pool:
        with transaction(engine) as connection:
            assert polling.record_polls(connection, [(first, PollPlan(NOW, ""), frozenset())]) == [("x",)]
            second = pool.submit(type(newsroom)(stores[0]).poll, "b", Entry("y", ("guid:b:1", url), None, ""))
            if engine.dialect.name == "postgresql":
                wait_until_one_waits_for_a_lock(connection)
            assert not second.done()
        assert second.result() == 0


def wait_until_one_waits_for_a_lock(connection):
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    deadline = time.monotonic() + 20
    while connection.exec_driver_sql(waiting).scalar() == 0:
        assert time.monotonic() < deadline, "the other poll neither waits nor ends"
        connection.exec_driver_sql("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)")


def test_two_readers_of_one_entry_store_one_article(stores, newsroom):
    newsroom.sources("a")
    newsroom.poll("a", *(Entry(f"e{number}", (f"k{number}",), None, "") for number in range(20)))
    pending = stores[0].pending_entries(NOW, 100)

    def read(store):
        return sum(store.save_article(item.id, make_article(item.entry.identity)) for item in pending)

    assert sum(together(*(lambda store=store: read(store) for store in stores))) == len(pending)


def test_threads_of_one_store_write_side_by_side(store, newsroom, views):
    newsroom.sources("a", "b", "c", "d")

    def poll(source):
        return [newsroom.poll(source, Entry(f"{n}", (f"{source}:{n}",), None, "")) for n in range(25)]

    together(*(lambda source=source: poll(source) for source in "abcd"))
    assert views.counts().entries == 100


def test_two_upgrades_at_once_both_end_well(empty_url):
    engines = [create_engine(empty_url) for _ in range(2)]
    together(*(lambda engine=engine: upgrade(engine) for engine in engines))
    for engine in engines:
        check(engine)
        engine.dispose()


KILLED = """
import os, signal, sys
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from tests.contracts.ledger import NOW, TARGETS, make_alert, make_article, make_decision, make_fact

def work(unit):
    unit.record(make_article(), [make_decision()], [make_fact()], [(make_alert("k1"), TARGETS)], None, NOW)
    if sys.argv[2] == "before":
        os.kill(os.getpid(), signal.SIGKILL)

SqlStore(create_engine(sys.argv[1])).judging(work)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("moment", "deliveries"), [("before", {}), ("after", {"pending": 2})])
def test_kill_9_around_the_commit_leaves_all_or_nothing(url, store, newsroom, views, moment, deliveries):
    newsroom.save(make_article())
    child = subprocess.run(
        [sys.executable, "-c", KILLED, url, moment], env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    assert child.returncode == -signal.SIGKILL
    counts = views.counts()
    assert counts.deliveries == deliveries
    assert (counts.unjudged, counts.facts, counts.alerts) == ((0, 1, 1) if deliveries else (1, 0, 0))
    store.judging(lambda unit: unit.facts(everything("port"), NOW))  # and nobody holds the lock
