"""Deliveries are claimed by one sender at a time, and lost by none."""

import pytest

from monitor.core.alerts import DeliveryState
from monitor.errors import StoreError
from tests.contracts.ledger import HOUR, NOW, TARGETS, make_alert, make_article, make_decision


@pytest.fixture(autouse=True)
def _alert(store, newsroom):
    newsroom.save(make_article())
    store.judging(
        lambda unit: unit.record(make_article(), [make_decision()], [], [(make_alert("k1"), TARGETS)], None, NOW)
    )


def claim(store, now=NOW, lease=HOUR, limit=10):
    return [waiting.delivery for waiting in store.claim(now, now + lease, limit)[0]]


def detail(views):
    return {row.delivery.target: row for row in views.alert("k1").deliveries}


def tries(views, target):
    return [(attempt.number, attempt.outcome, attempt.error) for attempt in detail(views)[target].attempts]


def test_a_claim_marks_counts_and_leases(store, views):
    phone, mail = claim(store)
    for delivery in (phone, mail):
        assert (delivery.state, delivery.attempts, delivery.next_at) == (DeliveryState.SENDING, 1, NOW + HOUR)
        assert delivery.alert_key == "k1"
    assert detail(views)["phone"].delivery == phone


def test_what_is_claimed_is_not_claimed_again_while_the_lease_runs(store):
    assert len(claim(store, limit=1)) == 1
    assert len(claim(store)) == 1
    assert claim(store) == []
    assert claim(store, NOW + HOUR - HOUR / 60) == []


def test_an_expired_lease_is_claimed_again_and_a_try_that_had_begun_counts_as_lost(store, views):
    phone, _mail = claim(store)
    store.begin([phone.id], NOW)
    again = claim(store, NOW + HOUR)
    assert [delivery.attempts for delivery in again] == [2, 1]
    assert tries(views, "phone") == [(1, "lost", "its sender did not report back"), (2, "claimed", "")]
    assert tries(views, "mail") == [(1, "claimed", "")]


def test_however_often_a_sender_goes_before_it_begins_no_attempt_is_used_up(store, views):
    for hours in range(30):
        phone, mail = claim(store, NOW + HOUR * hours)
    assert (phone.attempts, mail.attempts) == (1, 1)
    store.begin([phone.id], NOW)
    assert tries(views, "phone") == [(1, "sending", "")]


def test_what_one_message_told_is_sent_together_or_not_at_all(store, views):
    phone, mail = claim(store)
    with pytest.raises(StoreError):
        store.sent_together({phone.id: [], mail.id: [], 4711: []}, NOW, "many at once", "m-1")
    assert {row.delivery.state for row in detail(views).values()} == {DeliveryState.SENDING}
    store.sent_together({phone.id: [], mail.id: []}, NOW, "many at once", "m-1")
    assert {(row.delivery.state, row.delivery.reference) for row in detail(views).values()} == {
        (DeliveryState.SENT, "m-1")
    }


def test_what_was_being_sent_when_its_sender_went_may_have_arrived_and_what_was_only_claimed_has_not(store):
    phone, mail = claim(store)
    store.begin([phone.id], NOW)
    assert [delivery.doubtful for delivery in (phone, mail)] == [False, False]
    assert [delivery.doubtful for delivery in claim(store, NOW + HOUR)] == [True, False]


def test_whoever_tries_again_says_whether_it_may_have_arrived(store):
    phone, mail = claim(store)
    store.begin([phone.id], NOW)
    store.begin([mail.id], NOW)
    store.retry(phone.id, NOW, NOW + HOUR, "no answer in time", True)
    store.retry(mail.id, NOW, NOW + HOUR, "500", False)
    assert [delivery.doubtful for delivery in claim(store, NOW + HOUR)] == [True, False]


def test_a_delivery_whose_end_nobody_knows_is_not_due_again(store, views):
    phone, mail = claim(store)
    store.unknown(phone.id, NOW, "no answer in time")
    assert [delivery.id for delivery in claim(store, NOW + 2 * HOUR)] == [mail.id]
    row = detail(views)["phone"]
    assert (row.delivery.state, row.delivery.error) == (DeliveryState.UNKNOWN, "no answer in time")
    assert tries(views, "phone") == [(1, "unknown", "no answer in time")]


def test_nothing_is_due_before_its_time(store):
    assert claim(store, NOW - HOUR) == []


def test_sent_ends_a_delivery(store, views):
    phone, mail = claim(store)
    store.sent(phone.id, NOW + HOUR / 2)
    assert [delivery.id for delivery in claim(store, NOW + 2 * HOUR)] == [mail.id]
    row = detail(views)["phone"]
    assert (row.delivery.state, row.delivery.next_at, row.sent_at) == (DeliveryState.SENT, None, NOW + HOUR / 2)
    assert tries(views, "phone") == [(1, "sent", "")]


def test_retry_waits_until_its_time_and_keeps_every_error(store, views):
    phone = claim(store)[0]
    store.retry(phone.id, NOW, NOW + 3 * HOUR, "429 too many requests", False)
    assert phone.id not in [delivery.id for delivery in claim(store, NOW + 2 * HOUR)]
    again = claim(store, NOW + 3 * HOUR)
    assert [(delivery.attempts, delivery.error) for delivery in again if delivery.id == phone.id] == [
        (2, "429 too many requests")
    ]
    store.failed(phone.id, NOW + 3 * HOUR, "token revoked")
    assert tries(views, "phone") == [(1, "retry", "429 too many requests"), (2, "failed", "token revoked")]
    assert detail(views)["phone"].delivery.state == DeliveryState.FAILED
    assert phone.id not in [delivery.id for delivery in claim(store, NOW + 99 * HOUR)]


@pytest.mark.parametrize("report", ["retry", "failed", "unknown"])
def test_a_late_report_of_failure_does_not_undo_what_was_sent(store, views, report):
    phone = claim(store)[0]
    store.sent(phone.id, NOW)
    arguments = (NOW, NOW + HOUR, "late", False) if report == "retry" else (NOW, "late")
    getattr(store, report)(phone.id, *arguments)
    assert detail(views)["phone"].delivery.state == DeliveryState.SENT
    assert tries(views, "phone") == [(1, "sent", "")]


def test_sent_counts_even_after_the_lease_ran_out_and_another_failed(store, views):
    phone = claim(store, limit=1)[0]
    claim(store, NOW + HOUR, limit=1)
    store.failed(phone.id, NOW + HOUR, "refused")
    store.sent(phone.id, NOW + HOUR)
    assert detail(views)["phone"].delivery.state == DeliveryState.SENT


@pytest.mark.parametrize("report", [("sent",), ("retry", NOW, "e", False), ("failed", "e"), ("unknown", "e")])
def test_a_report_on_an_unknown_delivery_is_refused(store, report):
    name, *rest = report
    with pytest.raises(StoreError, match="delivery 999"):
        getattr(store, name)(999, NOW, *rest)
