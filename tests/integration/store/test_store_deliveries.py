"""What operators see of deliveries, and what becomes of those that they send again or drop."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.core.alerts import DeliveryState
from monitor.core.deadletters import OWN_RULE
from monitor.core.heartbeat import Activity
from monitor.core.model import Severity
from monitor.core.ourselves import own_alert
from monitor.core.pulse import Reach
from monitor.core.routing import Routing
from monitor.store import deliveries
from monitor.store.accounts import Accounts, Failing, Troubles
from monitor.store.engine import transaction
from monitor.store.tables import journal
from tests.contracts.ledger import HOUR, NOW, TARGETS, make_alert, make_article, make_decision

DAY, MINUTE = 24 * HOUR, HOUR / 60
STATES = tuple(DeliveryState)


@pytest.fixture(autouse=True)
def _alert(store, newsroom):
    newsroom.save(make_article())
    store.judging(
        lambda unit: unit.record(make_article(), [make_decision()], [], [(make_alert("k1"), TARGETS)], None, NOW)
    )


@pytest.fixture
def accounts(engine):
    return Accounts(engine)


def rows(engine, *states):
    with transaction(engine) as connection:
        return {item.target: item for item in deliveries.listed(connection, states or STATES)}


def numbers(engine):
    found = rows(engine)
    return found["phone"].id, found["mail"].id


def claim(store, now=NOW):
    store.claim(now, now + MINUTE, 10)


def do(engine, verb, ids, *more, now=NOW):
    with transaction(engine) as connection:
        getattr(deliveries, verb)(connection, ids, *more, now)


def noted(engine):
    with transaction(engine) as connection:
        query = sa.select(journal.c.delivery_id, journal.c.what, journal.c.words, journal.c.author)
        return [tuple(row) for row in connection.execute(query.order_by(journal.c.id))]


def dead(store, engine, now=NOW):
    """The phone's delivery has failed for good, that by mail may have arrived."""
    phone, mail = numbers(engine)
    claim(store, now)
    store.failed(phone, now, "token revoked")
    store.unknown(mail, now, "no answer in time")
    return phone, mail


# --- lists -----------------------------------------------------------------------------------


def test_deliveries_are_listed_with_the_alert_they_carry(store, engine):
    phone, _ = dead(store, engine)
    found = rows(engine, DeliveryState.FAILED)["phone"]
    assert (found.id, found.state, found.channel, found.attempts) == (phone, DeliveryState.FAILED, "ops", 1)
    assert (found.error, found.rule, found.severity) == ("token revoked", "port", Severity.HIGH)
    assert found.headline == "Port shut"
    assert list(rows(engine, DeliveryState.UNKNOWN)) == ["mail"]


def test_a_list_is_of_one_channel_or_since_a_time(store, engine):
    with transaction(engine) as connection:
        assert deliveries.listed(connection, STATES, "other") == []
        assert len(deliveries.listed(connection, STATES, "ops", NOW)) == 2
        assert deliveries.listed(connection, STATES, "ops", NOW + MINUTE) == []
        assert len(deliveries.listed(connection, STATES, limit=1)) == 1


# --- again and never -------------------------------------------------------------------------


def test_what_is_sent_again_is_due_keeps_its_attempts_and_is_noted(store, engine):
    phone, mail = dead(store, engine)
    do(engine, "again", [phone, mail], (), "ann", "mended", now=NOW + HOUR)
    found = rows(engine, DeliveryState.PENDING)
    assert {item.next_at for item in found.values()} == {NOW + HOUR}
    claim(store, NOW + HOUR)
    assert [item.attempts for item in rows(engine, DeliveryState.SENDING).values()] == [2, 2]
    assert noted(engine) == [(number, "retry", "mended", "ann") for number in sorted((phone, mail))]


def doubtful(engine):
    with transaction(engine) as connection:
        return {
            row.target: row.doubtful for row in connection.execute(sa.text("select target, doubtful from delivery"))
        }


@pytest.mark.parametrize(
    ("first", "careful", "expected"),
    [
        ("failed", (), False),
        ("unknown", (), True),
        ("unknown", [("ops", "phone")], False),
        ("retry", (), True),
        ("retry", [("ops", "phone")], False),
    ],
    ids=["known to have failed", "may be there", "but a person decided", "one of two may be there", "decided again"],
)
def test_what_may_have_arrived_stays_marked_unless_its_channel_would_then_not_send_it(
    store, engine, first, careful, expected
):
    phone, _ = numbers(engine)
    claim(store)
    with transaction(engine) as connection:
        connection.execute(sa.text("update delivery set doubtful = true"))  # it was begun
    if first == "retry":
        store.retry(phone, NOW, NOW + HOUR, "no answer in time", True)
        claim(store, NOW + HOUR)
        store.failed(phone, NOW + HOUR, "given up")
    else:
        getattr(store, first)(phone, NOW, "an error")
    do(engine, "again", [phone], careful, "ann", "mended")
    assert bool(doubtful(engine)["phone"]) is expected


def test_what_is_dropped_is_skipped_never_due_again_and_noted(store, engine):
    phone, _ = numbers(engine)
    do(engine, "drop", [phone], "ann", "told by phone")
    found = rows(engine, DeliveryState.SKIPPED)["phone"]
    assert (found.next_at, found.reason) == (None, "told by phone (ann)")
    claim(store, NOW + DAY)
    assert list(rows(engine, DeliveryState.SENDING)) == ["mail"]
    assert noted(engine) == [(phone, "drop", "told by phone", "ann")]


def test_states_are_told_of_what_there_is_and_the_failed_of_a_channel_are_found(store, engine):
    phone, mail = dead(store, engine)
    with transaction(engine) as connection:
        assert deliveries.states(connection, [phone, mail, 999]) == {
            phone: DeliveryState.FAILED,
            mail: DeliveryState.UNKNOWN,
        }
        assert deliveries.failed(connection, "ops") == [phone]
        assert deliveries.failed(connection, "other") == []


# --- figures ---------------------------------------------------------------------------------


def test_what_was_given_up_since_a_time_and_what_is_overdue_is_counted(store, engine, accounts):
    assert accounts.troubles(NOW - DAY, NOW) == Troubles(0, 0)
    assert accounts.troubles(NOW - DAY, NOW + 14 * MINUTE).overdue == 0
    assert accounts.troubles(NOW - DAY, NOW + 16 * MINUTE).overdue == 2
    phone, _ = dead(store, engine)
    assert accounts.troubles(NOW - DAY, NOW + DAY) == Troubles(2, 0)
    assert accounts.troubles(NOW, NOW + DAY) == Troubles(0, 0)
    do(engine, "drop", [phone], "ann", "old")
    assert accounts.troubles(NOW - DAY, NOW + DAY) == Troubles(1, 0)


def test_the_activity_since_a_time_leaves_out_what_we_say_of_ourselves(store, engine, accounts):
    phone, mail = numbers(engine)
    claim(store)
    store.sent(phone, NOW)
    store.failed(mail, NOW, "token revoked")
    ours = own_alert("monitor:heartbeat", "", "h", Severity.LOW, "h", "", (), NOW, Routing(("ops",), ""))
    assert store.tell(ours, [("ops", "phone")], (), ())
    assert accounts.activity(NOW - HOUR, NOW) == Activity(1, 1, 1, 1, 1, 0)
    assert accounts.activity(NOW + HOUR, NOW + HOUR) == Activity(0, 0, 0, 1, 0, 1)


def test_the_reach_of_targets_is_their_last_success_and_failure(store, engine, accounts):
    phone, mail = numbers(engine)
    assert accounts.reach(NOW - DAY) == []
    claim(store)
    store.retry(phone, NOW, NOW + MINUTE, "500", False)
    store.sent(mail, NOW)
    assert accounts.reach(NOW - DAY) == [
        Reach("ops", "mail", sent_at=NOW),
        Reach("ops", "phone", failed_at=NOW),
    ]
    claim(store, NOW + MINUTE)
    store.sent(phone, NOW + MINUTE)
    assert accounts.reach(NOW - DAY)[1].reached


def test_a_target_fails_since_the_first_failure_that_no_success_came_after(store, engine, accounts):
    """Also since longer than is looked back for whether it fails at all."""
    phone, mail = numbers(engine)
    assert accounts.failing(NOW - DAY) == []
    for day in range(3):
        claim(store, NOW + day * DAY)
        store.begin([phone, mail], NOW + day * DAY)
        store.retry(phone, NOW + day * DAY, NOW + (day + 1) * DAY, "500", False)
        store.retry(mail, NOW + day * DAY, NOW + (day + 1) * DAY, "500", False)
    later = NOW + 2 * DAY
    assert accounts.failing(later - HOUR) == [Failing("ops", "mail", NOW), Failing("ops", "phone", NOW)]
    claim(store, later + DAY)
    store.sent(mail, later + DAY)
    assert accounts.failing(later - HOUR) == [Failing("ops", "phone", NOW)]
    assert accounts.failing(later + HOUR) == [], "nothing was tried of late"


def test_what_was_dropped_says_no_longer_that_its_target_fails(store, engine, accounts):
    phone, _ = dead(store, engine)
    do(engine, "drop", [phone], "ann", "told by phone")
    assert [found.target for found in accounts.reach(NOW - DAY)] == ["mail"]


# --- dead letters ----------------------------------------------------------------------------


def notice(name="n"):
    return own_alert(OWN_RULE, "", f"{OWN_RULE}:{name}", Severity.HIGH, "h", "", (), NOW + MINUTE, Routing((), ""))


def test_dead_letters_are_untold_until_an_alert_tells_of_them(store, engine, accounts):
    phone, mail = dead(store, engine)
    found = accounts.untold(NOW - DAY)
    assert [letter.delivery for letter in found] == sorted((phone, mail))
    by_target = {letter.target: letter for letter in found}
    assert (by_target["phone"].error, by_target["phone"].ended_at) == ("token revoked", NOW)
    assert (by_target["mail"].state, by_target["mail"].headline) == (DeliveryState.UNKNOWN, "Port shut")
    assert accounts.untold(NOW) == [], "what is older is history"
    assert store.tell_dead_letters(notice(), [], [phone])
    assert [letter.delivery for letter in accounts.untold(NOW - DAY)] == [mail]


def test_an_alert_that_was_told_before_notes_nothing(store, engine):
    phone, mail = dead(store, engine)
    assert store.tell_dead_letters(notice(), [], [phone])
    assert not store.tell_dead_letters(notice(), [], [mail])
    assert [(number, what) for number, what, _, _ in noted(engine)] == [(phone, "told")]


def test_one_that_dies_again_is_untold_again(store, engine, accounts):
    phone, mail = dead(store, engine)
    assert store.tell_dead_letters(notice(), [], [phone, mail])
    do(engine, "again", [phone], (), "ann", "mended", now=NOW + HOUR)
    assert accounts.untold(NOW - DAY) == []
    claim(store, NOW + HOUR)
    store.failed(phone, NOW + HOUR, "revoked again")
    (letter,) = accounts.untold(NOW - DAY)
    assert (letter.delivery, letter.ended_at, letter.error) == (phone, NOW + HOUR, "revoked again")


def test_more_than_the_databases_take_at_once_are_sent_again_at_once(store, engine):
    targets = [("many", f"t{number}") for number in range(1_200)]
    store.judging(lambda unit: unit.record(make_article(), [], [], [(make_alert("k2"), targets)], None, NOW))
    with transaction(engine) as connection:
        ids = [item.id for item in deliveries.listed(connection, STATES, "many", limit=2_000)]
        assert len(deliveries.states(connection, ids)) == 1_200
        deliveries.again(connection, ids, (), "ann", "all", NOW + timedelta(hours=1))
    assert len(noted(engine)) == 1_200
