"""When a source is asked again."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Entry, Outcome, Polled, PollPlan, PollState, Source
from monitor.core.polling import (
    HOST_GAP,
    PER_SECOND,
    Overdue,
    address,
    after_silence,
    host_silence,
    next_state,
    plan,
    spread,
    status,
    trusts_304,
    waits,
)
from monitor.core.rhythm import words

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SOURCE = Source("apa", "https://apa.example/rss", "APA", interval=timedelta(minutes=10))
ENTRY = Entry("guid:apa:1", ("guid:apa:1",), None, "Title")
FAILURES = (Outcome.TEMPORARY, Outcome.SOFT, Outcome.HARD)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)

asked = [outcome for outcome in Outcome if outcome is not Outcome.POSTPONED]
outcomes = st.sampled_from(asked)
statuses = st.sampled_from([None, 200, 304, 403, 404, 410, 429, 503])
spans = st.none() | st.floats(allow_nan=True, allow_infinity=True)
seconds = st.integers(0, 10**7).map(lambda number: timedelta(seconds=number))
anyone = st.builds(
    lambda source_id, interval, least, most: replace(
        SOURCE, id=source_id, interval=interval, min_interval=least, max_interval=most
    ),
    st.text(),
    seconds,
    seconds,
    seconds,
)


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


@given(anyone, outcomes, statuses, st.integers(0, 10**9), spans, spans, spans)
def test_the_next_poll_is_never_sooner_than_any_floor_and_never_later_than_a_day_or_a_week_where_gone(
    source, outcome, code, failures, retry_after, max_age, ttl
):
    answer = polled(outcome, status=code, retry_after=retry_after, max_age=max_age, ttl=ttl)
    ahead = plan(source, PollState(failures=failures), answer, NOW).next_poll_at - NOW
    assert ahead <= (timedelta(days=7) if code == 410 and outcome in FAILURES else timedelta(hours=24))
    assert ahead >= min(source.min_interval, source.interval, source.max_interval, 24 * HOUR)
    for asked, most in ((max_age, HOUR), (ttl if outcome is Outcome.FRESH else None, HOUR), (retry_after, 24 * HOUR)):
        if asked and asked > 0 and (most == HOUR or outcome in FAILURES):
            assert ahead >= min(timedelta(seconds=min(asked, 1e6)), most)


@given(anyone, st.sampled_from(FAILURES), statuses, st.integers(0, 50), spans, st.floats(1, 1e5))
def test_the_wait_never_shrinks_as_failures_add_up(source, outcome, code, failures, retry_after, rhythm):
    def ahead(count: int) -> datetime:
        state = PollState(failures=count, rhythm=rhythm, status="gone" if count and code == 410 else "failing")
        return plan(source, state, polled(outcome, status=code, retry_after=retry_after), NOW).next_poll_at

    assert ahead(failures) <= ahead(failures + 1)


def test_gone_for_good_is_asked_again_after_a_day_then_every_week():
    gone = polled(Outcome.HARD, status=410)
    state, waits = PollState(failures=4, status="failing"), []
    for _ in range(3):
        planned = plan(SOURCE, state, gone, NOW)
        waits.append((planned.next_poll_at - NOW).days)
        state = next_state(state, gone, planned)
    assert waits == [1, 7, 7]
    assert "gone for good" in planned.reason


def test_what_server_and_feed_ask_for_is_kept_up_to_an_hour_and_told():
    def ahead(**asked: float) -> timedelta:
        return plan(SOURCE, PollState(ttl=asked.pop("known", None)), polled(**asked), NOW).next_poll_at - NOW

    assert ahead(outcome=Outcome.FRESH, max_age=1800.0) >= HOUR / 2
    assert ahead(outcome=Outcome.FRESH, ttl=1800.0) >= HOUR / 2
    assert ahead(outcome=Outcome.UNCHANGED, known=1800.0) >= HOUR / 2, "a ttl holds through 304s"
    assert HOUR <= ahead(outcome=Outcome.FRESH, max_age=7 * 86400.0) <= 1.5 * HOUR
    assert "the server asks" in plan(SOURCE, PollState(), polled(Outcome.FRESH, max_age=1800.0), NOW).reason


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
        (polled(Outcome.POSTPONED), "waiting"),
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
    assert [words(timedelta(seconds=s)) for s in (45, 600, 3600, 5400, 250_000)] == [
        "45 s",
        "10 min",
        "1 h",
        "1 h 30 min",
        "3 days",
    ]


# --- 304s that lie ---------------------------------------------------------------------------


def known(**more: object) -> PollState:
    """A source that answers, with news every hour and its whole list ten minutes ago."""
    state = PollState(
        etag='"e"',
        body_hash="h",
        last_success_at=NOW - 10 * MINUTE,
        last_body_at=NOW - 10 * MINUTE,
        last_new_at=NOW - HOUR,
        gap=3600.0,
        seen="",
    )
    return replace(state, **more)


def test_the_whole_list_is_asked_for_once_a_day():
    assert trusts_304(known(), NOW)
    assert trusts_304(known(last_body_at=NOW - 23 * HOUR), NOW)
    assert not trusts_304(known(last_body_at=NOW - 24 * HOUR), NOW)
    assert not trusts_304(known(last_body_at=None), NOW)


def test_an_unusual_silence_is_doubted_after_an_hour_and_at_each_doubling():
    state, doubted = known(gap=600.0, last_new_at=NOW, last_body_at=NOW), []
    for minutes in range(0, 20 * 60, 10):
        at = NOW + minutes * MINUTE
        if not trusts_304(state, at):
            doubted.append(minutes / 60)
            state = replace(state, last_body_at=at)
    assert doubted == [1, 2, 4, 8, 16]


def test_a_304_that_lied_is_remembered_and_not_believed_for_a_week():
    state = known(last_body_at=NOW - 24 * HOUR)
    fresh = polled(Outcome.FRESH, entries=(ENTRY,), status=200, etag='"e"', body_hash="other")
    after = next_state(state, fresh, PollPlan(NOW, ""))
    assert after.lied_at == NOW
    later = replace(after, last_body_at=NOW + 6 * 24 * HOUR, last_new_at=NOW + 6 * 24 * HOUR)
    assert not trusts_304(later, NOW + 6 * 24 * HOUR + MINUTE)
    assert trusts_304(replace(later, last_body_at=NOW + 8 * 24 * HOUR), NOW + 8 * 24 * HOUR + MINUTE)


@pytest.mark.parametrize(
    ("state", "more"),
    [
        (known(), {"etag": '"e"'}),  # there was no 304 before
        (known(last_body_at=NOW - 24 * HOUR), {"etag": '"other"'}),
        (known(last_body_at=NOW - 24 * HOUR), {"etag": '"e"', "entries": ()}),  # nothing that was hidden
        (known(last_body_at=NOW - 24 * HOUR, etag=None), {}),
    ],
)
def test_an_honest_server_is_called_no_liar(state, more):
    fresh = polled(Outcome.FRESH, **{"entries": (ENTRY,), "status": 200, "body_hash": "other", **more})
    assert next_state(state, fresh, PollPlan(NOW, "")).lied_at is None


# --- permanent redirects ---------------------------------------------------------------------

NEW_HOME = "https://new.example/rss"


def led(state: PollState, *polls: tuple[float, str | None]) -> PollState:
    """The state after successful polls: hours from now, and where each was led to."""
    for hours, target in polls:
        at = NOW + hours * HOUR
        answer = polled(Outcome.UNCHANGED, at, status=304, moved_to=target)
        state = next_state(state, answer, PollPlan(at, ""))
    return state


def test_a_permanent_redirect_is_believed_after_three_polls_over_a_day():
    assert address(SOURCE, led(PollState(), (0, NEW_HOME), (1, NEW_HOME), (2, NEW_HOME))) == SOURCE.url
    assert address(SOURCE, led(PollState(), (0, NEW_HOME), (25, NEW_HOME))) == SOURCE.url
    held = led(PollState(), (0, NEW_HOME), (1, NEW_HOME), (24, NEW_HOME))
    assert address(SOURCE, held) == NEW_HOME
    assert address(SOURCE, led(held, (25, None), (26, None))) == NEW_HOME, "it answers by itself now"


def test_a_redirect_that_changes_or_ends_begins_anew():
    other = led(PollState(), (0, NEW_HOME), (1, "https://x.example"), (24, NEW_HOME), (25, NEW_HOME))
    assert address(SOURCE, other) == SOURCE.url
    ended = led(PollState(), (0, NEW_HOME), (1, NEW_HOME), (24, None))
    assert (ended.moved_to, ended.moved_since, ended.moved_polls) == (None, None, 0)


def test_when_the_new_address_fails_the_old_one_is_asked_in_turn():
    state = led(PollState(), (0, NEW_HOME), (1, NEW_HOME), (24, NEW_HOME))
    asked = []
    for _ in range(4):
        asked.append(address(SOURCE, state))
        state = next_state(state, polled(Outcome.HARD, status=404), PollPlan(NOW, ""))
    assert asked == [NEW_HOME, SOURCE.url] * 2
    back = led(replace(state, failures=1), (30, None))
    assert address(SOURCE, back) == SOURCE.url, "the old one answers by itself again"
    assert back.moved_to is None


# --- many sources ----------------------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(60, 86400)), max_size=300))
def test_what_is_overdue_comes_back_a_few_a_second_and_one_by_one_for_a_host(given_):
    overdue = [Overdue(str(number), f"host{host}", rhythm) for number, (host, rhythm) in enumerate(given_)]
    planned = spread(overdue, NOW)
    assert planned.keys() == {item.source_id for item in overdue}, "none is left out"
    moments = sorted(planned.values())
    assert all(moment >= NOW for moment in moments)
    for early, late in zip(moments, moments[PER_SECOND:], strict=False):
        assert late - early > timedelta(seconds=0.99)
    for host in {item.host for item in overdue}:
        mine = sorted((planned[item.source_id], item.rhythm) for item in overdue if item.host == host)
        assert all(late[0] - early[0] >= timedelta(seconds=HOST_GAP) for early, late in pairwise(mine))
        assert [rhythm for _, rhythm in mine] == sorted(rhythm for _, rhythm in mine), "the liveliest first"


def test_no_second_is_left_empty_while_a_host_may_be_asked():
    overdue = [Overdue(str(number), f"host{number}", 600.0) for number in range(100)]
    assert max(spread(overdue, NOW).values()) <= NOW + timedelta(seconds=100 / PER_SECOND)


def test_a_busy_host_is_left_alone_and_its_sources_come_back_apart():
    busy = polled(Outcome.TEMPORARY, status=429, retry_after=600.0)
    until = host_silence(busy)
    assert until == NOW + 10 * MINUTE
    assert host_silence(polled(Outcome.TEMPORARY, status=500, retry_after=600.0)) is None
    assert host_silence(polled(Outcome.TEMPORARY, status=429)) is None
    back = [after_silence(f"s{number}", until) for number in range(50)]
    assert len(set(back)) == 50
    assert all(until <= moment <= until + 5 * MINUTE for moment in back)


# --- polls that were put off -----------------------------------------------------------------


@given(anyone, st.integers(0, 10**9), spans)
def test_what_was_put_off_comes_when_its_host_may_be_asked_and_within_a_day(source, failures, left):
    answer = polled(Outcome.POSTPONED, retry_after=left, message="apa.example asked to be left alone")
    planned = plan(source, PollState(failures=failures), answer, NOW)
    ahead = planned.next_poll_at - NOW
    if left and left > 0:
        assert ahead >= min(timedelta(seconds=min(left, 1e6)), 24 * HOUR)
        assert ahead <= min(timedelta(seconds=min(left, 1e6)) + 10 * MINUTE, 24 * HOUR)
    else:
        assert ahead <= 10 * MINUTE
    assert waits(planned.reason)
    assert planned.rhythm is None


def test_what_was_put_off_is_forgotten_but_for_its_time():
    before = PollState(etag='"e"', failures=2, status="failing", error="503", rhythm=300.0, last_poll_at=NOW - HOUR)
    answer = polled(Outcome.POSTPONED, retry_after=600.0, message="apa.example asked to be left alone")
    planned = plan(SOURCE, before, answer, NOW)
    assert planned.reason == "waiting: apa.example asked to be left alone until 2026-11-21 12:10 UTC"
    for _ in range(9):
        again = next_state(before, answer, planned)
        assert again == replace(before, next_poll_at=planned.next_poll_at)
        assert plan(SOURCE, again, answer, NOW) == planned, "however often it happens"
    assert host_silence(answer) is None, "nor does it put others off"


def test_sources_that_were_put_off_together_come_back_apart():
    answer = polled(Outcome.POSTPONED, message="our turn at apa.example did not come within 240 s")
    moments = {
        plan(replace(SOURCE, id=f"s{number}"), PollState(), answer, NOW).next_poll_at for number in range(50)
    }  # fmt: skip
    assert len(moments) == 50
