"""How a source is, in one word with its cause."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.coverage import Life, carrier
from monitor.core.health import expected_at, health, moved_hint
from monitor.core.model import PollState, Source

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SOURCE = Source("apa", "https://apa.example/rss", "APA")
WELL = PollState(
    last_poll_at=NOW - MINUTE,
    last_success_at=NOW - MINUTE,
    last_new_at=NOW - 20 * MINUTE,
    gap=3600.0,
    pause=8 * 3600.0,
    status="healthy",
)


def told(**more: object) -> tuple[str, str]:
    found = health(replace(WELL, **more), SOURCE, NOW)
    return found.word, found.cause


def test_before_its_first_poll_nothing_is_known():
    assert health(PollState(), SOURCE, NOW).word == "new"


def test_a_healthy_source_tells_its_habit_and_what_is_expected():
    found = health(WELL, SOURCE, NOW)
    assert (found.word, found.cause) == ("healthy", "a new entry 20 min ago, usually one every 1 h")
    assert found.expected == NOW + 40 * MINUTE


@pytest.mark.parametrize(
    ("gap", "pause", "silent", "word"),
    [
        (60.0, 600.0, 23 * HOUR, "healthy"),  # a day at least
        (60.0, 600.0, 25 * HOUR, "quiet"),
        (DAY.total_seconds(), None, 70 * HOUR, "healthy"),  # three usual gaps
        (DAY.total_seconds(), None, 74 * HOUR, "quiet"),
        (3600.0, 64 * 3600.0, 90 * HOUR, "healthy"),  # it keeps its week-ends
        (3600.0, 64 * 3600.0, 100 * HOUR, "quiet"),
        (3600.0, 900 * 86400.0, 8 * DAY, "quiet"),  # a year's pause is no habit
        (None, None, 6 * DAY, "healthy"),
        (None, None, 8 * DAY, "quiet"),
    ],
)
def test_quiet_is_silence_that_is_unusual_for_the_source(gap, pause, silent, word):
    assert told(gap=gap, pause=pause, last_new_at=NOW - silent)[0] == word


def test_an_empty_list_is_quiet_and_says_so():
    assert told(status="empty", last_new_at=None) == ("quiet", "its feed has no entries")
    assert "no entries any more" in told(status="empty")[1]
    assert "empty" in told(status="empty", last_new_at=NOW - 3 * DAY)[1]


@pytest.mark.parametrize(
    ("status", "failures", "word"),
    [
        ("failing", 1, "healthy"),
        ("failing", 2, "healthy"),
        ("failing", 3, "failing"),
        ("unreadable", 1, "failing"),
        ("blocked", 1, "blocked"),
        ("refused", 1, "blocked"),
        ("gone", 1, "gone"),
    ],
)
def test_a_failure_has_its_word_and_one_that_may_pass_is_given_two_polls(status, failures, word):
    found, cause = told(status=status, failures=failures, error="503 Service Unavailable")
    assert found == word
    assert "503 Service Unavailable" in cause


def test_a_source_that_never_answered_is_failing_from_the_first_poll():
    word, cause = told(status="failing", failures=1, last_success_at=None, error="timed out")
    assert (word, cause) == ("failing", "the last poll failed, never a success: timed out")


def test_a_server_whose_304s_lied_is_told():
    assert "unchanged" in told(lied_at=NOW - DAY)[1]
    assert "unchanged" not in told(lied_at=NOW - 8 * DAY)[1]


def test_the_next_entry_may_be_overdue_and_is_unknown_without_a_habit():
    assert expected_at(replace(WELL, last_new_at=NOW - 2 * HOUR)) == NOW - HOUR
    assert expected_at(replace(WELL, gap=None)) is None


def test_a_source_that_moved_for_good_has_a_hint_until_somebody_follows_it():
    held = replace(WELL, moved_to="https://new.example/rss", moved_since=NOW - 2 * DAY, moved_polls=3)
    assert "https://new.example/rss" in moved_hint(held, SOURCE)
    assert moved_hint(replace(held, moved_polls=2), SOURCE) == ""
    assert moved_hint(held, replace(SOURCE, url="https://new.example/rss")) == ""


def test_a_source_that_is_switched_off_is_off_whatever_it_last_said():
    assert health(replace(WELL, failures=9, status="gone"), replace(SOURCE, enabled=False), NOW).word == "off"


def test_a_source_at_a_new_address_is_new_until_that_answers():
    assert told(last_success_at=None) == ("new", "not asked yet at its new address")


def test_a_source_that_nobody_asks_is_quiet_and_not_healthy():
    long_ago = NOW - 9 * HOUR
    assert told(last_poll_at=long_ago, last_success_at=long_ago, next_poll_at=long_ago + 10 * MINUTE) == (
        "quiet",
        "it has not been asked for 9 h",
    )


def test_a_failure_that_may_pass_is_one_while_the_last_success_is_recent():
    assert told(failures=1, status="failing", last_success_at=NOW - 7 * HOUR)[0] == "failing"


def test_a_warning_beside_a_success_is_told_with_the_cause():
    assert told(error="malformed XML")[1].endswith("; with a warning: malformed XML")


def test_a_source_that_waits_for_its_host_is_not_ill_for_it_and_says_so():
    plan = "waiting: apa.example asked to be left alone until 2026-11-21 12:30 UTC"
    found = health(replace(WELL, next_poll_at=NOW + HOUR), SOURCE, NOW, plan)
    assert (found.word, found.noted) == ("healthy", True)
    assert found.cause.endswith(f"; {plan}")
    assert not health(replace(WELL, next_poll_at=NOW), SOURCE, NOW, plan).noted, "that is over"
    assert not health(replace(WELL, next_poll_at=NOW + HOUR), SOURCE, NOW, "every 10 min: nothing new").noted


def test_a_host_that_wants_to_be_left_alone_for_long_is_heard_by_nobody():
    """That its sources fail with nothing does not make them heard for ever."""
    put_off = replace(WELL, last_success_at=NOW - 23 * HOUR, next_poll_at=NOW + 20 * HOUR)
    assert carrier(SOURCE, put_off, NOW).life is Life.ALIVE
    later = NOW + 8 * HOUR
    assert carrier(SOURCE, put_off, later).life is Life.DEAD
    assert health(put_off, SOURCE, later).word == "quiet"


def test_new_off_and_healthy_sources_are_not_unhealthy_and_quiet_ones_are():
    words = {word: health(state, SOURCE, NOW).unhealthy for word, state in {
        "new": PollState(), "healthy": WELL, "quiet": replace(WELL, last_new_at=NOW - 9 * DAY),
    }.items()}  # fmt: skip
    assert words == {"new": False, "healthy": False, "quiet": True}


ages = st.none() | st.integers(0, 100).map(lambda hours: NOW - hours * HOUR)


@given(
    st.builds(
        PollState,
        last_poll_at=ages,
        last_success_at=ages,
        last_new_at=ages,
        next_poll_at=st.none() | st.integers(-100, 100).map(lambda hours: NOW + hours * HOUR),
        failures=st.integers(0, 5),
        status=st.sampled_from(["healthy", "empty", "failing", "unreadable", "blocked", "gone", "refused"]),
        gap=st.none() | st.floats(60, 1e6),
        rhythm=st.none() | st.floats(60, 86400),
    ),
    st.integers(1, 20),
)
def test_no_source_is_healthy_for_one_command_and_dead_for_the_other(state, hours):
    source = replace(SOURCE, interval=hours * HOUR)
    word, life = health(state, source, NOW).word, carrier(source, state, NOW).life
    assert (word, life) != ("healthy", Life.DEAD)
    if word == "healthy":
        assert life is Life.ALIVE
    if life is Life.DEAD:
        assert word in {"quiet", "failing", "blocked", "gone"}
    if life is Life.ALIVE and word in {"failing", "blocked", "gone"}:
        assert state.last_success_at is not None, "it was heard only just now"
        assert NOW - state.last_success_at <= max(3 * source.interval, 6 * HOUR)
