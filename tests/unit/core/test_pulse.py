"""What keeps the dead-man's ping from being sent."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.pulse import Job, Reach, ailment

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def job(ago=1, name="poll"):
    return Job(name, None if ago is None else NOW - ago * MINUTE, 2 * MINUTE)


def reach(sent=None, failed=None, target="phone"):
    times = (None if ago is None else NOW - ago * MINUTE for ago in (sent, failed))
    return Reach("ops", target, *times)


def test_it_is_well_when_every_job_succeeded_in_time_and_a_target_takes_messages():
    assert ailment([job(), job(2, "judge")], [reach(sent=5)], NOW) == ""


def test_without_anything_sent_of_late_it_is_well():
    assert ailment([job()], [], NOW) == ""


@pytest.mark.parametrize(
    ("jobs", "words"),
    [
        ([job(), job(None, "judge")], "judge has not succeeded yet"),
        ([job(), job(3, "deliver")], "deliver has not succeeded for 3 min"),
    ],
)
def test_a_job_that_has_not_succeeded_for_long_is_an_ailment(jobs, words):
    assert ailment(jobs, [], NOW) == words


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ([reach(failed=1)], "the target takes no messages"),
        ([reach(sent=5, failed=1), reach(failed=2, target="mail")], "none of 2 targets takes messages"),
        ([reach(sent=1, failed=5)], ""),
        ([reach(failed=1), reach(sent=9, target="mail")], ""),
    ],
    ids=["never", "no more", "again", "one of two"],
)
def test_deliveries_that_all_fail_are_an_ailment(found, words):
    """One target that takes its messages is enough."""
    assert ailment([job()], found, NOW) == words
