"""When a source is asked again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Entry, Outcome, Polled, PollPlan, PollState, Source
from monitor.core.polling import next_state, plan, status
from monitor.core.rhythm import words

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SOURCE = Source("apa", "https://apa.example/rss", "APA", interval=timedelta(minutes=10))
ENTRY = Entry("guid:apa:1", ("guid:apa:1",), None, "Title")
FAILURES = (Outcome.TEMPORARY, Outcome.SOFT, Outcome.HARD)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

outcomes = st.sampled_from(list(Outcome))
retry_afters = st.none() | st.floats(allow_nan=True, allow_infinity=True)


def polled(outcome: Outcome, at: datetime = NOW, **more: object) -> Polled:
    return Polled("apa", at, outcome, **more)  # type: ignore[arg-type]


def wait(outcome: Outcome, failures: int = 0, **more: object) -> timedelta:
    return plan(SOURCE, PollState(failures=failures), polled(outcome, **more), NOW).next_poll_at - NOW


def test_a_success_is_followed_by_the_configured_interval_exactly():
    first = plan(SOURCE, PollState(), polled(Outcome.FRESH), NOW).next_poll_at
    for delay in (0, 1, 30, 200):  # seconds that the poll itself started late
        at = first + timedelta(seconds=delay)
        assert plan(SOURCE, PollState(), polled(Outcome.UNCHANGED), at).next_poll_at == first + SOURCE.interval


def test_sources_with_one_interval_are_spread_over_it_and_stay_where_they_are():
    def slots() -> list[datetime]:
        sources = (replace(SOURCE, id=f"source-{number}") for number in range(200))
        return [plan(source, PollState(), polled(Outcome.FRESH), NOW).next_poll_at for source in sources]

    assert slots() == slots()
    per_minute = [sum((slot - NOW) // MINUTE % 10 == minute for slot in slots()) for minute in range(10)]
    assert min(per_minute) > 5


@pytest.mark.parametrize(
    ("outcome", "waits", "longest"),
    [
        (Outcome.TEMPORARY, [10, 20, 40, 60, 60], 60),
        (Outcome.SOFT, [20, 40, 80, 160, 320], 6 * 60),
        (Outcome.HARD, [40, 80, 160, 320, 640], 24 * 60),
    ],
)
def test_failures_back_off_by_their_grade_and_are_never_given_up(outcome, waits, longest):
    assert [wait(outcome, failures) // MINUTE for failures in range(5)] == waits
    assert wait(outcome, 10_000) == longest * MINUTE


def test_a_source_slower_than_the_longest_wait_keeps_its_own_rhythm():
    slow = replace(SOURCE, interval=timedelta(hours=12))
    assert plan(slow, PollState(failures=5), polled(Outcome.TEMPORARY), NOW).next_poll_at == NOW + slow.interval


def test_retry_after_is_kept_up_to_a_day_and_never_shortens_the_wait():
    assert wait(Outcome.TEMPORARY, retry_after=7200.0) == 2 * HOUR
    assert wait(Outcome.TEMPORARY, retry_after=1e9) == 24 * HOUR
    assert wait(Outcome.TEMPORARY, retry_after=1.0) == wait(Outcome.TEMPORARY)
    assert "server asked" in plan(SOURCE, PollState(), polled(Outcome.TEMPORARY, retry_after=7200.0), NOW).reason


@given(outcomes, st.integers(0, 10**9), retry_afters, st.integers(0, 10**7), st.text())
def test_the_next_poll_is_always_ahead_and_never_more_than_a_day_or_two_intervals_away(
    outcome, failures, retry_after, seconds, source_id
):
    source = replace(SOURCE, id=source_id, interval=timedelta(seconds=seconds))
    answer = polled(outcome, retry_after=retry_after)
    ahead = plan(source, PollState(failures=failures), answer, NOW).next_poll_at - NOW
    assert timedelta(0) < ahead <= max(timedelta(hours=24), 2 * source.interval)


def test_a_success_forgets_failures_and_takes_over_the_validators():
    planned = PollPlan(NOW + HOUR, "")
    before = PollState(etag='"old"', failures=3, status="failing", error="boom", last_new_at=NOW - HOUR)
    after = next_state(before, polled(Outcome.FRESH, entries=(ENTRY,), etag='W/"new"', body_hash="h"), planned)
    assert (after.failures, after.status, after.error) == (0, "healthy", "")
    assert (after.etag, after.modified, after.body_hash) == ('W/"new"', None, "h")
    assert (after.last_success_at, after.last_poll_at, after.next_poll_at) == (NOW, NOW, NOW + HOUR)
    assert after.last_new_at == before.last_new_at


@pytest.mark.parametrize("outcome", FAILURES)
def test_a_failure_counts_up_says_why_and_keeps_what_the_last_good_body_left(outcome):
    before = PollState(etag='"e"', modified="m", body_hash="h", failures=2, last_success_at=NOW - HOUR)
    after = next_state(before, polled(outcome, message="no answer"), PollPlan(NOW + HOUR, ""))
    assert (after.failures, after.error) == (3, "no answer")
    assert (after.etag, after.modified, after.body_hash) == ('"e"', "m", "h")
    assert after.last_success_at == NOW - HOUR


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (polled(Outcome.FRESH, entries=(ENTRY,)), "healthy"),
        (polled(Outcome.FRESH), "empty"),
        (polled(Outcome.UNCHANGED), "healthy"),
        (polled(Outcome.TEMPORARY, status=503), "failing"),
        (polled(Outcome.SOFT, status=200), "unreadable"),
        (polled(Outcome.HARD, status=403), "blocked"),
        (polled(Outcome.HARD, status=404), "gone"),
        (polled(Outcome.HARD, status=410), "gone"),
        (polled(Outcome.HARD, status=400), "failing"),
        (polled(Outcome.HARD), "refused"),
    ],
)
def test_one_word_says_how_a_source_is(answer, word):
    assert status(answer) == word


def test_an_empty_feed_that_does_not_change_stays_empty():
    after = next_state(PollState(status="empty"), polled(Outcome.UNCHANGED), PollPlan(NOW, ""))
    assert after.status == "empty"


def test_a_warning_about_a_body_stays_until_another_body_comes():
    warned = next_state(PollState(), polled(Outcome.FRESH, message="malformed XML"), PollPlan(NOW, ""))
    same = next_state(warned, polled(Outcome.UNCHANGED), PollPlan(NOW, ""))
    assert (warned.error, same.error) == ("malformed XML", "malformed XML")
    assert next_state(same, polled(Outcome.FRESH), PollPlan(NOW, "")).error == ""


def test_unchanged_keeps_the_validators_that_it_does_not_repeat():
    before = PollState(etag='"e"', modified="m", body_hash="h")
    after = next_state(before, polled(Outcome.UNCHANGED, etag='"f"'), PollPlan(NOW, ""))
    assert (after.etag, after.modified, after.body_hash) == ('"f"', "m", "h")


def test_spans_are_told_as_people_tell_them():
    assert [words(timedelta(seconds=s)) for s in (45, 600, 3600, 5400)] == ["45 s", "10 min", "1 h", "1 h 30 min"]
