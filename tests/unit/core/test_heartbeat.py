"""When a heartbeat is told, and what it says first."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.channels import Schedule
from monitor.core.coverage import Carrier, Life, RuleCoverage, Tongue
from monitor.core.health import Health
from monitor.core.heartbeat import LATE, OWN_RULE, Activity, due, heartbeat
from monitor.core.model import Severity, Source
from monitor.errors import Problem
from tests.making import written

NINE = Schedule(time(9, 0))
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
BUSY = Activity(articles=812, alerts=0, sent=3, waiting=0)
HEALTHY, QUIET = Health("healthy", ""), Health("quiet", "")


def rule(name, life=Life.ALIVE):
    source = Source("s", "https://s.example/feed", "s", language="en")
    tongue = Tongue("en", (Carrier(source, life, ""),))
    return RuleCoverage(name, name.upper(), (tongue,))


def beat(activity=BUSY, sources=(HEALTHY,) * 132 + (QUIET,) * 5, rules=None, problems=(), now=AT, zone=UTC):
    covered = [rule(f"r{number}") for number in range(11)] if rules is None else rules
    return heartbeat(AT, AT - DAY, now, activity, sources, covered, problems, ("ops",), zone)


# --- when ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "now", "expected"),
    [
        (AT - DAY, AT - MINUTE, None),
        (AT - DAY, AT, AT),
        (AT, AT + MINUTE, None),
        (AT - DAY, AT + LATE - MINUTE, AT),
        (AT - DAY, AT + LATE, None),
        (AT - 5 * DAY, AT + HOUR, AT),
        (None, AT + MINUTE, AT),
        (None, AT + HOUR, None),
    ],
    ids=[
        "not before its time",
        "at its time",
        "told once",
        "late, for nothing ran",
        "too late",
        "of many that were missed the latest alone",
        "the first one ever",
        "none of a time before the monitor was there",
    ],
)
def test_a_time_of_the_schedule_is_told_once_and_not_too_late(told, now, expected):
    assert due(NINE, told, now) == expected


def test_a_schedule_that_was_put_earlier_tells_nothing_again():
    assert due(Schedule(time(8, 0)), AT, AT + HOUR) is None


@pytest.mark.parametrize("zone", ["Europe/Kyiv", "America/New_York", "Asia/Baku", "Australia/Lord_Howe"])
@given(start=st.integers(0, 700 * 24 * 60), at=st.times(), step=st.integers(10, 300))
def test_looking_again_and_again_tells_each_day_once_whatever_clocks_do(zone, start, at, step):
    """Over four days: each local day has one heartbeat, also that of 23 hours and that of 25."""
    zone = ZoneInfo(zone)
    schedule = Schedule(at.replace(second=0, microsecond=0, tzinfo=None), zone=zone)
    begin = datetime(2026, 1, 1, tzinfo=UTC) + start * MINUTE
    told, all_told, now = begin, [], begin
    while now < begin + 4 * DAY:
        now += step * MINUTE
        if (found := due(schedule, told, now)) is not None:
            told = found
            all_told.append(found)
    expected, coming = [], schedule.after(begin)
    while coming <= now:
        expected.append(coming)
        coming = schedule.after(coming)
    assert all_told == expected
    assert len({at.astimezone(zone).date() for at in all_told}) == len(all_told)


# --- what ------------------------------------------------------------------------------------


def test_when_all_is_well_the_headline_says_so_with_figures():
    alert = beat()
    assert alert.headline == "All quiet: 812 articles read, 132 of 137 sources healthy, all 11 rules covered"
    assert (alert.severity, alert.rule, alert.channels) == (Severity.LOW, OWN_RULE, ("ops",))
    assert alert.key == f"{OWN_RULE}:2026-11-02T09:00Z"
    assert alert.published == AT
    assert "3 deliveries made, none waiting, none given up" in alert.reason


def test_what_stands_in_the_headline_is_not_told_again_and_who_is_unwell_can_be_looked_up():
    assert beat(sources=[HEALTHY] * 3).evidence == ()
    (line,) = beat().evidence
    assert line.text == "132 of 137 sources healthy, 5 quiet; see monitor sources list --unhealthy"


def test_times_are_also_those_of_the_schedules_zone():
    reason = beat(zone=ZoneInfo("Asia/Baku"), now=AT + HOUR).reason
    assert reason.startswith("Since 2026-11-01 09:00 UTC (13:00 Baku): ")
    assert reason.endswith("It was due at 09:00 UTC (13:00 Baku).")


def test_with_alerts_it_is_well_and_not_quiet():
    headline = beat(Activity(812, 3, 5, 0)).headline
    assert headline == "All well: 3 alerts, 812 articles read, 132 of 137 sources healthy, all 11 rules covered"


def test_rules_that_nobody_has_heard_yet_are_not_called_covered():
    alert = beat(rules=[rule("a"), rule("b", Life.WAITING)])
    assert alert.headline.endswith("1 of 2 rules covered")
    assert alert.severity is Severity.LOW


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"rules": [rule("a"), rule("b", Life.DEAD)]}, "1 rule is blind (b); "),
        ({"activity": Activity(812, 0, 3, 2, dead=2)}, "2 deliveries given up; "),
        ({"activity": Activity(812, 0, 3, 2, overdue=1)}, "1 delivery overdue; "),
        ({"problems": [Problem("w/ferries.yaml", 3, 5, "hush")]}, "Watchlists on disk not in force; "),
    ],
)
def test_what_is_wrong_stands_first_and_makes_it_more_severe(changed, words):
    alert = beat(**changed)
    assert alert.headline.startswith(words)
    assert alert.headline.endswith("812 articles read, 132 of 137 sources healthy")
    assert alert.severity is Severity.MEDIUM


def test_all_that_is_wrong_is_told_within_the_lines_that_a_message_shows():
    problems = [Problem("w/ferries.yaml", 3, 5, "hush hush"), Problem("w/b.yaml", 1, 1, "hush")]
    rules = [rule(f"gone-{number}", Life.DEAD) for number in range(5)]
    alert = beat(Activity(1, 0, 0, 9, dead=7, overdue=8), rules=rules, problems=problems)
    body = written(alert).body
    assert len(alert.evidence) <= 5
    for words in ("5 rules are blind (gone-0, gone-1, gone-2 and 2 more)", "w/ferries.yaml:3", "monitor check"):
        assert words in body
    assert "5 quiet" in body
    assert "hush" not in body, "the words of a problem may quote the file"


def test_one_that_is_late_says_when_it_was_due():
    assert beat(now=AT + HOUR).reason.endswith("It was due at 09:00 UTC.")
    assert "due" not in beat(now=AT + MINUTE).reason
