"""What the polls of a source teach about it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Entry, Outcome, Polled, PollState, Source
from monitor.core.rhythm import bounds, fresh_entries, learn, learned_rhythm, rhythm

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SOURCE = Source("apa", "https://apa.example/rss", "APA", interval=timedelta(minutes=10))


def listed(*numbers: int, at: datetime = NOW, dates: dict[int, datetime] | None = None) -> Polled:
    entries = (Entry(f"guid:apa:{n}", (), None, "T", published=(dates or {}).get(n)) for n in numbers)
    return Polled("apa", at, Outcome.FRESH, tuple(entries), 200)


def unchanged(at: datetime = NOW) -> Polled:
    return Polled("apa", at, Outcome.UNCHANGED, status=304)


def having(*numbers: int, ago: timedelta = 10 * MINUTE, **more: object) -> PollState:
    """A source that listed these when it was last polled."""
    before = learn(PollState(), listed(*numbers, at=NOW - ago))
    return replace(before, **{"last_success_at": NOW - ago, "last_new_at": NOW - ago, **more})


def minutes(state: PollState, polled: Polled, source: Source = SOURCE) -> float:
    return learned_rhythm(source, state, polled)[0] / 60


def test_the_configured_interval_is_the_start():
    assert rhythm(SOURCE, PollState()) == 600
    assert minutes(PollState(), listed(*range(20))) == 10


def test_the_fewer_of_the_list_were_seen_before_the_sooner_it_is_asked_again():
    twenty = having(*range(20))
    waits = [minutes(twenty, listed(*range(new, 20 + new))) for new in (0, 1, 11, 20)]
    assert waits == pytest.approx([11, 7, 5, 2.5])
    assert "some may have been missed" in learned_rhythm(SOURCE, twenty, listed(*range(20, 40)))[1]


def test_what_gathered_during_an_outage_of_ours_says_nothing_of_the_rhythm():
    assert minutes(having(*range(20), ago=DAY), listed(*range(20, 40))) == pytest.approx(7)


def test_silence_makes_it_slower_by_a_tenth_of_the_silence():
    state, at = having(1), NOW
    for _ in range(12):
        learned, why = learned_rhythm(SOURCE, state, unchanged(at))
        state, at = replace(state, rhythm=learned, last_success_at=at), at + timedelta(seconds=learned)
    assert learned == pytest.approx(600 + 0.1 * (at - NOW).total_seconds(), rel=0.1)
    assert why.startswith("nothing new for 3 h")


def test_polling_by_hand_does_not_make_it_slower():
    assert minutes(having(1, ago=timedelta(seconds=1)), unchanged()) == pytest.approx(10, rel=0.001)


def test_who_wakes_up_is_asked_within_the_hour():
    assert minutes(having(*range(20), ago=DAY, rhythm=86400.0), listed(*range(1, 21))) == 60


def test_a_copy_of_the_list_that_is_older_brings_nothing_new():
    """Two servers of one outlet, one of them behind, answer in turns."""
    state = having(*range(20))
    ahead = replace(learn(state, listed(*range(1, 21))), last_success_at=NOW)
    behind = replace(learn(ahead, listed(*range(20))), last_success_at=NOW)
    assert fresh_entries(behind, listed(*range(1, 21))) == 0


@given(st.sets(st.integers(0, 400), max_size=60), st.sets(st.integers(0, 400), max_size=60))
def test_new_is_what_was_not_listed_before(before, now):
    assert fresh_entries(having(*before), listed(*now)) == len(now - before)


def test_of_a_list_beyond_memory_a_change_counts_as_news_and_memory_stays_bounded():
    state = having(*range(3000))
    assert len(state.seen) == 4000
    assert fresh_entries(state, listed(*range(3000))) == 1
    assert fresh_entries(state, unchanged()) == 0


def test_without_a_list_to_compare_with_nothing_is_learned():
    upgraded = having(1, seen=None, last_new_at=NOW - DAY)
    assert fresh_entries(upgraded, listed(1, 2)) is None
    assert minutes(upgraded, listed(1, 2)) == 10
    assert learn(upgraded, listed(1, 2)).last_new_at == NOW - DAY
    emptied = learn(upgraded, listed())
    assert fresh_entries(emptied, listed(1, 2)) == 2


def test_at_first_sight_the_dates_in_the_list_tell_its_habits():
    """The oldest may have been pinned there for years."""
    dates = {n: NOW - (n + 1) * HOUR for n in range(9)} | {9: NOW - 900 * DAY}
    state = learn(PollState(), listed(*range(10), dates=dates))
    assert (state.last_new_at, state.gap, state.pause) == (NOW - HOUR, 3600, 3600)


def test_the_usual_gap_follows_what_is_seen_and_a_long_pause_is_remembered():
    state = having(1, gap=3600.0, last_new_at=NOW - 2 * HOUR)
    one = learn(state, listed(1, 2))
    assert 3600 < one.gap < 7200
    assert (one.pause, one.last_new_at) == (7200, NOW)
    month_later = learn(replace(one, pause=4 * 86400.0), listed(1, 2, 3, at=NOW + 30 * HOUR))
    assert 3.8 * 86400 < month_later.pause < 4 * 86400


@given(
    st.integers(0, 10**7), st.integers(0, 10**7), st.integers(0, 10**7), st.none() | st.floats(0, 1e9),
    st.sets(st.integers(0, 50)), st.integers(0, 10**8),
)  # fmt: skip
def test_the_rhythm_stays_within_its_bounds_which_are_within_a_day(interval, least, most, known, now, ago):
    source = replace(
        SOURCE,
        interval=timedelta(seconds=interval),
        min_interval=timedelta(seconds=least),
        max_interval=timedelta(seconds=most),
    )
    learned, _ = learned_rhythm(source, having(1, 2, ago=timedelta(seconds=ago), rhythm=known), listed(*now))
    shortest, longest = bounds(source)
    assert 1 <= shortest <= learned <= longest <= 86400
