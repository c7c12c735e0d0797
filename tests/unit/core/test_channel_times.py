"""Times of day in the channel's zone, on the days on which clocks change too."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.channels import QuietHours, Schedule

KYIV, NEW_YORK, LORD_HOWE = ZoneInfo("Europe/Kyiv"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
ZONES = [UTC, KYIV, NEW_YORK, LORD_HOWE, ZoneInfo("Asia/Baku"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Apia")]
NIGHT = QuietHours(time(23), time(7))


def utc(*fields: int) -> datetime:
    return datetime(*fields, tzinfo=UTC)  # type: ignore[misc,arg-type]


moments = st.integers(0, 5 * 365 * 24 * 60).map(lambda minutes: utc(2024, 1, 1) + timedelta(minutes=minutes))
times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
days = st.frozensets(st.integers(0, 6), min_size=1)


# --- quiet hours -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (utc(2026, 7, 1, 20, 30), utc(2026, 7, 2, 4)),  # 23:30 in Kyiv
        (utc(2026, 7, 2, 3, 59), utc(2026, 7, 2, 4)),
        (utc(2026, 7, 2, 4, 0), None),
        (utc(2026, 7, 1, 19, 59), None),
        (utc(2026, 1, 15, 21, 0), utc(2026, 1, 16, 5)),  # winter: one hour later in UTC
    ],
)
def test_quiet_hours_are_those_of_the_zone(now: datetime, end: datetime | None) -> None:
    assert NIGHT.until(now, KYIV) == end


def test_quiet_hours_belong_to_the_day_on_which_they_begin() -> None:
    weeknights = QuietHours(time(23), time(7), frozenset(range(5)))
    friday_night, saturday_night = utc(2026, 11, 21, 1), utc(2026, 11, 22, 1)  # after midnight, in UTC
    assert weeknights.until(friday_night, UTC) == utc(2026, 11, 21, 7)
    assert weeknights.until(saturday_night, UTC) is None


def test_quiet_hours_may_lie_within_a_day() -> None:
    assert QuietHours(time(12), time(14)).until(utc(2026, 1, 1, 13), UTC) == utc(2026, 1, 1, 14)


def test_a_night_on_which_clocks_go_forward_is_an_hour_shorter() -> None:
    begin, end = utc(2026, 3, 28, 21), utc(2026, 3, 29, 4)  # 23:00 EET to 07:00 EEST
    assert NIGHT.until(begin, KYIV) == end
    assert NIGHT.until(begin - timedelta(minutes=1), KYIV) is None


def test_a_night_on_which_clocks_go_back_is_an_hour_longer() -> None:
    begin, end = utc(2026, 10, 24, 20), utc(2026, 10, 25, 5)
    assert (NIGHT.until(begin, KYIV), NIGHT.until(end - timedelta(minutes=1), KYIV)) == (end, end)


def test_an_end_in_the_hour_that_is_skipped_is_when_the_clock_goes_on() -> None:
    skipped = QuietHours(time(23), time(2, 30))  # 02:30 does not exist on 8 March 2026 in New York
    assert skipped.until(utc(2026, 3, 8, 6, 30), NEW_YORK) == utc(2026, 3, 8, 7, 30)


@given(moments, times, times, days, st.sampled_from(ZONES))
def test_quiet_hours_end_after_now_and_are_over_then_unless_others_have_begun(
    now: datetime, begin: time, end: time, on: frozenset[int], zone: ZoneInfo
) -> None:
    quiet = QuietHours(begin, end, on)
    until = quiet.until(now, zone)
    if until is None:
        return
    assert now < until <= now + timedelta(hours=26)
    again = quiet.until(until, zone)
    assert again is None or again > until


# --- schedules -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schedule", "now", "then"),
    [
        (Schedule(time(8)), utc(2026, 11, 22, 7, 59), utc(2026, 11, 22, 8)),
        (Schedule(time(8)), utc(2026, 11, 22, 8), utc(2026, 11, 23, 8)),
        (Schedule(time(8), frozenset({0})), utc(2026, 11, 23, 8), utc(2026, 11, 30, 8)),
        (Schedule(time(8), zone=KYIV), utc(2026, 3, 28, 7), utc(2026, 3, 29, 5)),
        (Schedule(time(2, 30), zone=NEW_YORK), utc(2026, 3, 8, 0), utc(2026, 3, 8, 7, 30)),
        (Schedule(time(1, 30), zone=NEW_YORK), utc(2026, 11, 1, 0), utc(2026, 11, 1, 5, 30)),  # the first of two
        (Schedule(time(1, 30), zone=NEW_YORK), utc(2026, 11, 1, 5, 30), utc(2026, 11, 2, 6, 30)),
    ],
)
def test_a_schedule_names_its_next_time(schedule: Schedule, now: datetime, then: datetime) -> None:
    assert schedule.after(now) == then


@given(moments, times, days, st.sampled_from(ZONES))
def test_a_schedule_comes_once_on_each_of_its_days(now: datetime, at: time, on: frozenset[int], zone: ZoneInfo) -> None:
    schedule = Schedule(at, on, zone)
    found: list[date] = []
    until = now + timedelta(days=15)
    while (now := schedule.after(now)) <= until:
        found.append(now.astimezone(zone).date())
    assert len(set(found)) == len(found)
    assert len(found) >= 2 * len(on) - 1  # where a whole day is skipped, one may be missing
