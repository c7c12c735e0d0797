"""What somebody said can be taken back: everything is as if it had never been said."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from itertools import product

import pytest
import sqlalchemy as sa

from monitor.core.alerts import event_key, update_key
from monitor.core.dispatch import skipped_by
from monitor.core.responses import UNANSWERED, Answer, Fault, Response
from monitor.store import migrate, rows
from monitor.store.engine import transaction
from monitor.store.tables import alert, delivery
from tests.contracts.ledger import HOUR, NOW, TARGETS, make_alert, make_article, make_decision
from tests.integration.store.test_store_migrate import at_revision, empty  # noqa: F401
from tests.integration.store.test_store_rejections import AGAIN, FIRST, Reader
from tests.making import NOON, rule

MINUTE = timedelta(minutes=1)
EVENT = "port:2026-11-01"
THREAD = event_key("port", EVENT)


@pytest.fixture
def told(store, newsroom):
    newsroom.save(make_article())
    alerts = [(make_alert(THREAD, event=EVENT), TARGETS), (make_alert("port:other", event="other"), TARGETS)]
    store.judging(lambda unit: unit.record(make_article(), [make_decision()], [], alerts, None, NOW))


def said(answer: Answer, at=NOW, author: str = "Ann", **more) -> Response:
    if answer is Answer.SNOOZE:
        more |= {"until": at + HOUR}
    if answer is Answer.REJECT:
        more.setdefault("fault", Fault.WRONG)
    return Response(THREAD, answer, author, at, **more, via="web")


def answered_at(engine, key: str = THREAD):
    with engine.connect() as connection:
        return connection.execute(sa.select(alert.c.answered_at).where(alert.c.key == key)).scalar()


PAIRS = list(product(Answer, Answer))


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(("before", "taken"), PAIRS, ids=[f"{a}-{b}" for a, b in PAIRS])
def test_what_is_taken_back_leaves_the_event_as_it_stood(store, views, engine, before, taken):
    store.respond(said(before), NOW)
    stood, since = views.told(THREAD), answered_at(engine)
    word = said(taken, NOW + MINUTE, "Ben")
    changed = store.respond(word, NOW + MINUTE)
    assert store.withdraw(word, "Ben", NOW + 2 * MINUTE) is changed
    assert views.told(THREAD) == stood
    assert answered_at(engine) == since


@pytest.mark.usefixtures("told")
def test_only_what_was_said_can_be_taken_back_and_only_once(store, views):
    word = said(Answer.ACKNOWLEDGE)
    assert not store.withdraw(word, "Ann", NOW)
    store.respond(word, NOW)
    assert not store.withdraw(said(Answer.ACKNOWLEDGE, NOW + MINUTE), "Ann", NOW)
    assert not store.withdraw(said(Answer.ACKNOWLEDGE, author="Ben"), "Ann", NOW)
    assert store.withdraw(word, "Ann", NOW)
    assert not store.withdraw(word, "Ann", NOW)
    assert views.told(THREAD).standing == UNANSWERED


@pytest.mark.usefixtures("told")
def test_the_journal_keeps_what_was_said_and_who_took_it_back(store, views):
    store.respond(said(Answer.ACKNOWLEDGE, reason="on it"), NOW)
    store.withdraw(said(Answer.ACKNOWLEDGE), "Ben", NOW + MINUTE)
    assert [(row.what, row.words, row.author) for row in views.alert(THREAD).journal] == [
        ("acknowledge", "acknowledged: on it", "Ann"),
        ("withdraw", "taken back: acknowledged: on it (Ann)", "Ben"),
    ]
    assert views.alert("port:other").journal == ()


def change(engine, **values):
    mine = sa.select(alert.c.id).where(alert.c.key == THREAD).scalar_subquery()
    with engine.begin() as connection:
        connection.execute(sa.update(delivery).where(delivery.c.alert_id == mine).values(values))


def waits(views):
    return {(row.delivery.state.value, row.delivery.next_at) for row in views.alert(THREAD).deliveries}


@pytest.mark.usefixtures("told")
def test_what_a_snooze_holds_that_is_taken_back_is_due_or_waits_for_the_snooze_before(store, views, engine):
    first, second = said(Answer.SNOOZE), said(Answer.SNOOZE, NOW + 30 * MINUTE)
    store.respond(first, NOW)
    store.respond(second, NOW + 30 * MINUTE)
    change(engine, state="held", hold="snooze", next_at=second.until)
    store.withdraw(second, "Ann", NOW + 31 * MINUTE)
    assert waits(views) == {("held", first.until)}
    store.withdraw(first, "Ann", NOW + 32 * MINUTE)
    assert waits(views) == {("held", NOW + 32 * MINUTE)}


@pytest.mark.usefixtures("told")
def test_what_was_not_sent_because_of_a_word_is_sent_when_that_is_taken_back(store, views, engine):
    word = said(Answer.REJECT)
    store.respond(word, NOW)
    change(engine, state="skipped", next_at=None, reason=skipped_by(word))
    store.withdraw(word, "Ann", NOW + MINUTE)
    assert waits(views) == {("pending", NOW + MINUTE)}
    change(engine, state="skipped", next_at=None, reason="dropped by Ben")
    store.respond(said(Answer.REJECT, NOW + HOUR), NOW + HOUR)
    store.withdraw(said(Answer.REJECT, NOW + HOUR), "Ann", NOW + HOUR)
    assert waits(views) == {("skipped", None)}


@pytest.mark.usefixtures("told")
def test_an_update_of_an_answered_event_is_answered_from_the_start(store, engine):
    def add(became: str) -> str:
        update = make_alert(update_key("port", EVENT, became), event=EVENT)
        store.judging(lambda unit: unit.record(make_article(), [], [], [(update, TARGETS)], None, NOW))
        return update.key

    assert answered_at(engine, add("denied")) is None
    store.respond(said(Answer.ACKNOWLEDGE, NOW + MINUTE), NOW + MINUTE)
    assert answered_at(engine) == answered_at(engine, add("confirmed")) == NOW + MINUTE
    assert answered_at(engine, "port:other") is None


# --- the baseline ----------------------------------------------------------------------------


@pytest.fixture
def reader(store, views, newsroom):
    return partial(Reader, store, views, newsroom)


def withdraw_last(ann: Reader) -> bool:
    ann.now += MINUTE
    return ann.store.withdraw(ann.views.told(ann.thread).responses[-1], "Ann", ann.now)


@pytest.mark.parametrize("fault", list(Fault))
def test_what_a_rejection_took_out_of_the_baseline_comes_back_with_it(reader, engine, fault):
    ann = reader(rule())
    assert ann.tell(*FIRST) == "new!"
    before = ann.views.facts("mill")
    ann.reject(fault)
    assert ann.views.facts("mill") == []
    assert withdraw_last(ann)
    assert ann.views.facts("mill") == before
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM retraction").scalar_one() == 0


def test_what_was_told_of_a_rejected_event_meanwhile_comes_back_too(reader):
    ann = reader(rule())
    ann.tell(*FIRST)
    before = ann.views.facts("mill")
    ann.reject()
    ann.tell(*AGAIN, NOON + HOUR)
    assert withdraw_last(ann)
    assert ann.views.facts("mill")[:1] == before
    assert len(ann.views.facts("mill")) == 2


def test_a_reopening_that_is_taken_back_puts_aside_what_the_rejection_had(reader, engine):
    ann = reader(rule())
    ann.tell(*FIRST)
    ann.reject()
    ann.answer(Answer.REOPEN)
    assert len(ann.views.facts("mill")) == 1
    assert withdraw_last(ann)
    assert ann.views.facts("mill") == []
    assert ann.tell(*AGAIN, NOON + HOUR) == "followup"
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT author, reason FROM retraction").all()
    assert [tuple(row) for row in found] == [("Ann", "wrong: I was there")]


def test_of_two_rejections_the_one_that_is_left_decides(reader):
    from tests.integration.store.test_store_rejections import BORDER, CLOSED

    ann = reader(BORDER)
    ann.tell(*CLOSED)
    ann.reject(Fault.WRONG)
    ann.reject(Fault.NOT_NEW)
    assert [fact.step for fact in ann.views.facts("border")] == ["closed"]
    assert withdraw_last(ann)
    assert ann.views.facts("border") == []


# --- alerts of before ------------------------------------------------------------------------


def test_alerts_that_were_answered_before_there_was_an_inbox_are_answered(empty):  # noqa: F811
    """The schema fills in what it now keeps, as `Standing.answered` has it."""
    at_revision(empty, "0010")
    stamp = (lambda at: at) if empty.dialect.name == "postgresql" else (lambda at: at.replace(tzinfo=None))
    answers = {
        "none": [],
        "acknowledged": [Answer.ACKNOWLEDGE, Answer.SNOOZE],
        "reopened": [Answer.REJECT, Answer.REOPEN],
        "again": [Answer.REJECT, Answer.REOPEN, Answer.RESOLVE],
        "rejected": [Answer.REJECT, Answer.ACKNOWLEDGE],
    }
    old = sa.MetaData()
    old.reflect(empty, only=["alert", "response", "article"])
    with transaction(empty) as connection:
        row = {**rows.article_to(make_article()), "published": stamp(NOW), "first_seen": stamp(NOW)}
        connection.execute(old.tables["article"].insert(), row)
        for event, said_to_it in answers.items():
            row = rows.alert_to(make_alert(event_key("port", event), event=event))
            row |= {name: stamp(row[name]) for name in ("created_at", "published", "first_seen")}
            connection.execute(old.tables["alert"].insert(), row)
            for number, answer in enumerate(said_to_it):
                word = said(answer, NOW + number * MINUTE)
                row = {**rows.response_to(word), "rule": "port", "event": event, "at": stamp(word.at)}
                row["until"] = stamp(word.until) if word.until else None
                connection.execute(old.tables["response"].insert(), row)
    migrate.upgrade(empty)
    with empty.connect() as connection:
        found = dict(connection.execute(sa.select(alert.c.event, alert.c.answered_at)).all())
    assert found == {
        "none": None,
        "acknowledged": NOW,
        "reopened": None,
        "again": NOW + 2 * MINUTE,
        "rejected": NOW,
    }
