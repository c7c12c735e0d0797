"""What people say to events is kept, shown, counted, and lets go what waited for it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.core.alerts import event_key, event_of, update_key
from monitor.core.responses import UNANSWERED, Answer, Fault, Response, standing
from monitor.core.rules import Stage
from monitor.core.silences import silence_for
from monitor.store.responses import said_to
from monitor.store.silences import active
from monitor.store.tables import delivery
from tests.contracts.ledger import HOUR, NOW, TARGETS, make_alert, make_article, make_decision

MINUTE = timedelta(minutes=1)
EVENT = "port:2026-11-01"
THREAD = event_key("port", EVENT)


@pytest.fixture(autouse=True)
def _alerts(store, newsroom):
    """Two alerts of one event, one of another; each for two targets."""
    newsroom.save(make_article())
    first = make_alert(THREAD, event=EVENT)
    update = make_alert(update_key("port", EVENT, "denied"), event=EVENT)
    other = make_alert("port:other", event="other")
    alerts = [(one, TARGETS) for one in (first, update, other)]
    store.judging(lambda unit: unit.record(make_article(), [make_decision()], [], alerts, None, NOW))


def said(answer: Answer, author: str = "Ann", at=NOW, thread: str = THREAD, **more) -> Response:
    return Response(thread, answer, author, at, **more, via="cli")


def hold(engine, views, hold: str, until, key: str = THREAD) -> None:
    mine = delivery.c.alert_id == views.alert(key).id
    with engine.begin() as connection:
        connection.execute(sa.update(delivery).where(mine).values(state="held", hold=hold, next_at=until))


def due(views, key: str = THREAD):
    return {row.delivery.next_at for row in views.alert(key).deliveries}


def test_a_thread_names_its_rule_and_event_also_where_it_is_about_the_monitor_itself():
    for rule, event in (("port", "shut-2026-11-01-abc"), ("monitor:coverage", "blind:port"), ("port", "a:b")):
        assert event_of(event_key(rule, event)) == (rule, event)
    assert event_of("nothing") == ("nothing", "")


def test_an_answer_is_for_all_alerts_of_its_event_and_for_no_other(store, views):
    assert store.respond(said(Answer.ACKNOWLEDGE, reason="on it"), NOW)
    for key in (THREAD, update_key("port", EVENT, "denied")):
        detail = views.alert(key)
        assert [(row.at, row.what, row.words, row.author) for row in detail.journal] == [
            (NOW, "acknowledge", "acknowledged: on it", "Ann")
        ]
        assert detail.standing.acknowledged == detail.responses[0] == said(Answer.ACKNOWLEDGE, reason="on it")
    assert views.alert("port:other").standing == UNANSWERED
    assert views.alert("port:other").journal == ()


def test_the_same_word_of_the_same_person_is_kept_once_while_it_stands(store, views):
    assert store.respond(said(Answer.ACKNOWLEDGE), NOW)
    assert not store.respond(said(Answer.ACKNOWLEDGE, at=NOW + HOUR), NOW + HOUR)
    assert store.respond(said(Answer.ACKNOWLEDGE, "Ben"), NOW)
    assert store.respond(said(Answer.REOPEN), NOW)
    assert not store.respond(said(Answer.REOPEN), NOW)
    assert store.respond(said(Answer.ACKNOWLEDGE), NOW)
    assert len(views.told(THREAD).responses) == 4


def test_two_clicks_on_one_snooze_are_one_and_a_longer_one_is_another(store, views):
    assert store.respond(said(Answer.SNOOZE, until=NOW + HOUR), NOW)
    assert not store.respond(said(Answer.SNOOZE, until=NOW + HOUR + MINUTE / 6), NOW)
    assert store.respond(said(Answer.SNOOZE, until=NOW + 4 * HOUR), NOW)
    assert views.told(THREAD).standing.snoozed_until(NOW) == NOW + 4 * HOUR


def test_to_an_event_that_was_never_told_nobody_answers(store, views):
    assert not store.respond(said(Answer.ACKNOWLEDGE, thread="port:never"), NOW)
    assert views.told("port:never") is None


@pytest.mark.parametrize("answer", [Answer.ACKNOWLEDGE, Answer.RESOLVE, Answer.REJECT, Answer.REOPEN])
def test_what_a_snooze_holds_is_due_when_somebody_says_more(store, views, engine, answer):
    store.respond(said(Answer.SNOOZE, until=NOW + HOUR), NOW)
    hold(engine, views, "snooze", NOW + HOUR)
    hold(engine, views, "snooze", NOW + HOUR, "port:other")
    fault = Fault.WRONG if answer is Answer.REJECT else None
    assert store.respond(said(answer, "Ben", NOW + MINUTE, fault=fault), NOW + MINUTE)
    assert due(views) == {NOW + MINUTE}
    assert due(views, "port:other") == {NOW + HOUR}
    assert views.told(THREAD).standing.snoozed_until(NOW + MINUTE) is None


def test_a_shorter_snooze_lets_go_earlier_and_what_waits_for_something_else_goes_on_waiting(store, views, engine):
    store.respond(said(Answer.SNOOZE, until=NOW + 4 * HOUR), NOW)
    hold(engine, views, "snooze", NOW + 4 * HOUR)
    hold(engine, views, "quiet", NOW + 4 * HOUR, update_key("port", EVENT, "denied"))
    store.respond(said(Answer.SNOOZE, until=NOW + HOUR), NOW)
    assert due(views) == {NOW + HOUR}
    store.respond(said(Answer.SNOOZE, until=NOW + 2 * HOUR), NOW)
    assert due(views) == {NOW + HOUR}  # looked at then, and held further
    assert due(views, update_key("port", EVENT, "denied")) == {NOW + 4 * HOUR}


def test_what_was_said_to_many_threads_comes_in_one_query(store, engine):
    store.respond(said(Answer.RESOLVE), NOW)
    store.respond(said(Answer.REJECT, thread="port:other", fault=Fault.NOT_NEW), NOW)
    asked = [THREAD, "port:other", "port:never", *(f"port:{number}" for number in range(300))]
    statements = []
    with engine.connect() as connection:
        sa.event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
        found = {thread: standing(said) for thread, said in said_to(connection, asked).items()}
    assert list(found) == asked
    assert found[THREAD].resolved == said(Answer.RESOLVE)
    assert found["port:other"].rejected.fault is Fault.NOT_NEW
    assert found["port:never"] == UNANSWERED
    assert len([statement for statement in statements if "FROM response" in statement]) == 1


# --- one update alone ------------------------------------------------------------------------

UPDATE = update_key("port", EVENT, "denied")


def test_an_update_is_rejected_alone_and_its_event_stays_as_it_was_answered(store, views, engine):
    store.respond(said(Answer.ACKNOWLEDGE), NOW)
    store.respond(said(Answer.SNOOZE, until=NOW + HOUR), NOW)
    hold(engine, views, "snooze", NOW + HOUR)
    before = views.told(THREAD).standing
    assert store.respond(said(Answer.REJECT, "Ben", fault=Fault.WRONG, alert=UPDATE), NOW + MINUTE)
    assert views.told(THREAD).standing == views.alert(THREAD).standing == before
    assert views.alert(UPDATE).standing.rejected.author == "Ben"
    assert due(views) == {NOW + HOUR}
    assert [row.what for row in views.alert(THREAD).journal] == ["acknowledge", "snooze"]
    assert views.alert(UPDATE).journal[-1].words == "update denied rejected as wrong"


def test_of_a_rejected_update_nothing_more_is_sent_and_of_its_event_everything(store):
    store.respond(said(Answer.REJECT, fault=Fault.WRONG, alert=UPDATE), NOW)
    waiting, _ = store.claim(NOW, NOW + HOUR, 10)
    assert {item.alert.key: bool(item.standing.rejected) for item in waiting} == {
        THREAD: False, UPDATE: True, "port:other": False,
    }  # fmt: skip


@pytest.mark.parametrize("alert", [UPDATE, ""])
def test_the_rejection_of_an_update_is_taken_back_by_its_own_reopening_and_by_that_of_its_event(store, views, alert):
    store.respond(said(Answer.REJECT, fault=Fault.WRONG, alert=UPDATE), NOW)
    assert not store.respond(said(Answer.REJECT, fault=Fault.WRONG, alert=UPDATE), NOW)
    assert store.respond(said(Answer.REOPEN, alert=alert), NOW)
    assert views.alert(UPDATE).standing == UNANSWERED
    assert not store.respond(said(Answer.REOPEN, alert=alert), NOW)


def test_to_reopen_an_update_takes_back_nothing_that_was_said_to_its_event(store, views):
    store.respond(said(Answer.RESOLVE), NOW)
    store.respond(said(Answer.REJECT, fault=Fault.WRONG, alert=UPDATE), NOW)
    store.respond(said(Answer.REOPEN, alert=UPDATE), NOW)
    assert views.alert(UPDATE).standing == views.told(THREAD).standing
    assert views.told(THREAD).standing.resolved == said(Answer.RESOLVE)


def test_what_is_no_alert_of_the_event_is_not_rejected_with_it(store, views):
    assert not store.respond(said(Answer.REJECT, fault=Fault.WRONG, alert="port:other"), NOW)
    assert views.told(THREAD).responses == ()


def test_precision_counts_an_update_that_was_rejected_alone_as_one_more(store, views):
    store.respond(said(Answer.ACKNOWLEDGE), NOW)
    store.respond(said(Answer.REJECT, fault=Fault.WRONG, alert=UPDATE), NOW)
    [row] = views.precision(NOW - HOUR)
    assert (row.events, row.right, row.faults[Fault.WRONG], row.precision) == (2, 1, 1, 0.5)
    store.respond(said(Answer.REJECT, fault=Fault.NOT_NEW), NOW)  # the event, and all of it
    [row] = views.precision(NOW - HOUR)
    assert (row.answered, row.right, row.faults[Fault.NOT_NEW]) == (1, 0, 1)


# --- precision -------------------------------------------------------------------------------


def test_precision_counts_events_once_and_only_those_that_were_answered(store, views):
    [row] = views.precision(NOW - HOUR)
    assert (row.rule, row.events, row.answered, row.precision) == ("port", 2, 0, None)
    store.respond(said(Answer.ACKNOWLEDGE), NOW)
    [row] = views.precision(NOW - HOUR)
    assert (row.right, row.answered, row.precision) == (1, 1, 1.0)
    store.respond(said(Answer.REJECT, thread="port:other", fault=Fault.NOT_RELEVANT), NOW)
    [row] = views.precision(NOW - HOUR)
    assert (row.right, dict(row.faults), row.precision) == (
        1,
        {Fault.NOT_NEW: 0, Fault.NOT_RELEVANT: 1, Fault.WRONG: 0},
        0.5,
    )
    store.respond(said(Answer.REOPEN, thread="port:other"), NOW)
    assert views.precision(NOW - HOUR)[0].answered == 1
    assert views.precision(NOW + HOUR) == []


def test_what_is_rejected_is_wrong_whoever_acknowledged_it(store, views):
    store.respond(said(Answer.ACKNOWLEDGE), NOW)
    store.respond(said(Answer.REJECT, "Ben", fault=Fault.WRONG), NOW)
    [row] = views.precision(NOW - HOUR)
    assert (row.right, row.faults[Fault.WRONG]) == (0, 1)


# --- silences --------------------------------------------------------------------------------

MATCH = (("rule", ("port*",)), ("severity", ("high", "critical", "medium", "low")))


def test_a_silence_comes_back_as_it_was_given_and_holds_what_fits(store, views, engine):
    made = store.add_silence(MATCH, "Ann", "works at the port", NOW, NOW + HOUR)
    assert views.silences(NOW) == [made]
    assert (made.match, made.author, made.reason, made.ends_at) == (MATCH, "Ann", "works at the port", NOW + HOUR)
    with engine.connect() as connection:
        assert active(connection, NOW) == [made]
        assert active(connection, NOW + HOUR) == active(connection, NOW - MINUTE) == []
    assert silence_for(views.alert(THREAD).alert, [made], NOW) == made


def test_ended_early_it_lets_go_what_it_holds_and_nothing_else(store, views, engine):
    made, other = (store.add_silence(MATCH, "Ann", "works", NOW, NOW + HOUR) for _ in range(2))
    hold(engine, views, f"silence:{made.id}", NOW + HOUR)
    hold(engine, views, f"silence:{other.id}", NOW + HOUR, "port:other")
    ended = store.end_silence(made.id, NOW + MINUTE)
    assert ended is not None
    assert ended.ends_at == NOW + MINUTE
    assert (due(views), due(views, "port:other")) == ({NOW + MINUTE}, {NOW + HOUR})
    assert views.silences(NOW + MINUTE) == [other]
    assert views.silences(NOW + MINUTE, ended=True) == [ended, other]
    assert store.end_silence(made.id, NOW + 2 * MINUTE) == ended  # as it was
    assert store.end_silence(999, NOW) is None


def test_what_was_told_live_and_what_was_on_trial_is_counted_apart(store, views):
    tried = make_alert("port:tried", event="tried", shadow=True)
    store.judging(lambda unit: unit.record(make_article(), [], [], [(tried, [])], None, NOW))
    store.respond(said(Answer.REJECT, thread=tried.thread, fault=Fault.WRONG), NOW)
    store.respond(said(Answer.ACKNOWLEDGE), NOW)
    found = {row.stage: (row.events, row.right, row.answered) for row in views.precision(NOW - HOUR)}
    assert found == {Stage.LIVE: (2, 1, 1), Stage.SHADOW: (1, 0, 1)}
