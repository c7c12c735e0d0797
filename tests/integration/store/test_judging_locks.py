"""Who waits for whom: judging is serial of each rule, and parallel across rules. Statement by statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from random import Random
from threading import Event

import pytest
import sqlalchemy as sa

from monitor.core.responses import Answer, Fault, Response
from monitor.judging import judge_waiting, prepare, touched
from monitor.store import rows
from monitor.store.corrections import Retracted
from monitor.store.desk import DeskStore
from monitor.store.dialect import LOCK_JUDGE, LOCK_RULES, lock_of, serialise_rules
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from monitor.store.tables import article
from tests.contracts.ledger import (
    NOW,
    TARGETS,
    everything,
    make_alert,
    make_article,
    make_decision,
    make_fact,
    make_fingerprint,
)
from tests.crowd import LATER, SUBJECTS, desk, stream

WAITING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"


@contextmanager
def heard(engine) -> Iterator[list[tuple[str, object]]]:
    """What is sent to the database meanwhile, with its values."""
    statements = []

    def hear(connection, cursor, statement, values, context, many):
        statements.append((statement, values))

    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(8) as made:
        yield made


# SQLite has a single writer: there are no locks to be told apart.
on_postgresql = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


def values_of(statement: tuple[str, object]) -> list[object]:
    _, values = statement
    return list(values.values()) if isinstance(values, dict) else list(values)


# --- the order -------------------------------------------------------------------------------


@on_postgresql
def test_before_anything_is_read_come_the_shared_lock_and_those_of_the_rules_in_order(store, engine, newsroom):
    newsroom.save(make_article())
    with heard(engine) as statements:
        store.judging(lambda unit: unit.facts(everything(), NOW), ["ships", "port", "mill"])
    shared, each, *others = statements
    assert "pg_advisory_xact_lock_shared" in shared[0]
    assert values_of(shared) == [LOCK_JUDGE]
    assert "pg_advisory_xact_lock(" in each[0]
    assert sorted(map(lock_of, ("ships", "port", "mill"))) in values_of(each)
    assert LOCK_RULES in values_of(each)
    assert others
    assert not [statement for statement, _ in others if "advisory" in statement]


@on_postgresql
def test_the_locks_are_had_one_after_the_other_in_the_order_in_which_they_are_named(engine, pool):
    """What keeps two judges from waiting for one another is that the database takes the list as it stands."""
    rules = [f"rule {number}" for number in range(100)]
    keys = sorted(map(lock_of, rules))

    def take(connection):
        with connection.begin():
            serialise_rules(connection, rules)

    with engine.connect() as holder, engine.connect() as other, engine.connect() as watcher:
        holder.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK_RULES, keys[60])))
        pid = other.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        other.rollback()
        taking = pool.submit(take, other)
        assert waits(engine, taking)
        held = "SELECT objid::int8 FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND pid = %s"
        had = [key - 2**32 if key >= 2**31 else key for key in watcher.exec_driver_sql(held, (pid,)).scalars()]
        holder.rollback()
        taking.result()
    assert sorted(had) == keys[:60]


@on_postgresql
def test_a_prepared_article_that_touches_nothing_takes_no_lock_of_a_rule(store, engine, newsroom):
    newsroom.save(make_article())
    ready = [prepare(make_article(), desk())]
    with heard(engine) as statements:
        store.judging(lambda unit: judge_waiting(ready, desk(), unit, NOW), touched(ready))
    locks = [statement for statement, _ in statements if "advisory" in statement]
    assert len(locks) == 1
    assert "shared" in locks[0]


def test_what_an_article_says_by_itself_asks_the_store_for_nothing(engine):
    with heard(engine) as statements:
        prepare(stream(1)[0][0], desk())
    assert not statements


def test_a_rule_without_its_lock_is_neither_asked_for_nor_written(store, newsroom):
    newsroom.save(make_article())
    item = make_article()
    for work in (
        lambda unit: unit.facts(everything("port"), NOW),
        lambda unit: unit.facts(everything("rejected:port"), NOW),
        lambda unit: unit.record(item, [make_decision()], [], [], None, NOW),
    ):
        with pytest.raises(ValueError, match="port is judged without its lock"):
            store.judging(work, ["ships"])
        store.judging(work, ["ships", "port"])


@on_postgresql
def test_a_statement_after_the_lock_sees_what_its_holder_committed_whatever_the_server_prefers(engine, newsroom):
    """A server may be set to give every transaction one snapshot, which would be taken before the lock is had."""
    name = engine.url.database
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'")
    engine = create_engine(engine.url.render_as_string(hide_password=False))
    try:
        level = SqlStore(engine).judging(
            lambda unit: unit._connection.exec_driver_sql("SHOW transaction_isolation").scalar_one(), ()
        )
    finally:
        engine.dispose()
    assert level == "read committed"


# --- who waits -------------------------------------------------------------------------------


@contextmanager
def judging(pool, store, *rules: str) -> Iterator[None]:
    """Somebody judges these rules meanwhile."""
    begun, enough = Event(), Event()

    def work(unit):
        begun.set()
        assert enough.wait(60)

    held = pool.submit(store.judging, work, rules)
    try:
        while not begun.wait(0.05):
            assert not held.done(), held.result()
        yield
    finally:
        enough.set()
        held.result()


def waits(engine, call: Future[object]) -> bool:
    """Does it wait for a lock, or come to its end?"""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not call.done():
            if connection.exec_driver_sql(WAITING).scalar_one():
                return True
    call.result()
    return False


def said(rule: str) -> Response:
    return Response(f"{rule}:e1", Answer.REJECT, "Ann", NOW, "no", None, Fault.WRONG, "cli")


# for each of what is done beside the judgement of `port`: does it wait?
BESIDE: dict[str, tuple[Callable[[SqlStore], object], bool]] = {
    "judging the same rule": (lambda store: store.judging(lambda unit: None, ["port"]), True),
    "judging it among others": (lambda store: store.judging(lambda unit: None, ["mill", "port"]), True),
    "judging another rule": (lambda store: store.judging(lambda unit: None, ["ships"]), False),
    "judging what touches nothing": (lambda store: store.judging(lambda unit: None, ()), False),
    "judging whatever it touches": (lambda store: store.judging(lambda unit: None), True),
    "an answer to its alert": (lambda store: store.respond(said("port"), NOW), True),
    "an answer taken back": (lambda store: store.withdraw(said("port"), "Ann", NOW), True),
    "an answer to another's": (lambda store: store.respond(said("ships"), NOW), False),
    "a seed": (lambda store: store.replace_seed("one", [], make_fingerprint("seed:one", 1), NOW), True),
    "seeds that go": (lambda store: store.remove_seeds(frozenset()), True),
    "other rules": (lambda store: store.replace_rules({"port": "a"}, NOW), True),
    "a fact retracted": (lambda store: DeskStore(store).retract_fact("f", Retracted("Ann", NOW, "no")), True),
    "a word of our own": (
        lambda store: store.tell(make_alert(rule="monitor:x", article_id="monitor:x"), TARGETS, [], []),
        False,
    ),
}


@on_postgresql
@pytest.mark.parametrize("what", BESIDE)
def test_beside_a_judgement_only_what_concerns_its_rules_waits(engine, store, pool, what):
    work, expected = BESIDE[what]
    with judging(pool, store, "port"):
        call = pool.submit(work, store)
        assert waits(engine, call) is expected
    call.result()


@on_postgresql
def test_beside_what_concerns_all_rules_nobody_judges(engine, store, pool):
    begun, enough = Event(), Event()

    def work(unit):
        begun.set()
        assert enough.wait(60)

    held = pool.submit(store.judging, work)
    assert begun.wait(60)
    call = pool.submit(store.judging, lambda unit: None, ())
    assert waits(engine, call)
    enough.set()
    held.result()
    call.result()


@on_postgresql
def test_one_article_handed_to_two_is_judged_by_one_though_it_touches_nothing(engine, store, newsroom, pool):
    """Nothing but the article's own row is common to them."""
    newsroom.save(make_article())
    begun, enough = Event(), Event()

    def first(unit):
        found = unit.waiting([make_article()])
        begun.set()
        assert enough.wait(60)
        unit.record(make_article(), [], [], [], make_fingerprint("article:a1", 1), NOW)
        return set(found)

    one = pool.submit(store.judging, first, ())
    assert begun.wait(60)
    other = pool.submit(store.judging, lambda unit: set(unit.waiting([make_article()])), ())
    row = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.exec_driver_sql(row).scalar_one():
            assert not other.done(), "it did not wait"
    enough.set()
    assert (one.result(), other.result()) == ({"a1"}, set())


def test_two_versions_of_one_article_are_not_judged_side_by_side_and_the_former_gives_way(store, newsroom):
    first = make_article()
    newsroom.save(first)
    with store.writing() as connection:
        connection.execute(sa.text("UPDATE article SET version = 2"))
    assert set(store.judging(lambda unit: unit.waiting([first]), ())) == set()
    assert set(store.judging(lambda unit: unit.waiting([replace(first, version=2)]), ())) == {"a1"}


# --- no deadlock -----------------------------------------------------------------------------


@on_postgresql
def test_whatever_is_done_at_the_same_time_nobody_waits_in_a_circle(engine, store, newsroom):
    """Batches of the same articles and of overlapping rules in any order, beside people, seeds and the index."""
    told, _ = stream(3, events=12, idle=12)
    newsroom.sources("bench")
    with store.writing() as connection:
        connection.execute(sa.insert(article), [rows.article_to(item) for item in told])
    rules = desk()
    ready = {item.id: prepare(item, rules) for item in told}

    def judge(seed: int) -> int:
        random, done = Random(seed), 0
        while waiting := store.unjudged(200):
            some = [ready[item.id] for item in random.sample(waiting, min(len(waiting), 10))]
            work = partial(judge_waiting, some, rules, now=LATER)
            done += len(store.judging(lambda unit, work=work: work(unit=unit), touched(some)))
        return done

    def disturb(seed: int) -> int:
        random = Random(seed)
        for number in range(25):
            subject = random.choice(SUBJECTS)
            store.respond(replace(said(subject), at=NOW + timedelta(minutes=number)), NOW)
            store.judging(lambda unit: None)
            store.replace_seed("one", [make_fact("s1", rule=subject, source="seed:one")], None, NOW)
            store.index([], NOW)
        return 0

    with ThreadPoolExecutor(6) as threads:
        judges = [threads.submit(judge, seed) for seed in range(4)]
        others = [threads.submit(disturb, seed) for seed in (7, 8)]
        for other in others:
            other.result()
        assert sum(one.result() for one in judges) == len(told)


def test_the_keys_of_rules_are_the_same_in_every_process_and_version():
    """Two versions that run side by side must take the same lock."""
    assert [lock_of(rule) for rule in ("port", "ships", "monitor:coverage")] == [1483697763, 692410125, 321107433]
