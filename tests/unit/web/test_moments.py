"""Lengths of time in words."""

from datetime import timedelta

import pytest

from monitor.web.moments import length_of


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "0 s"), (0, "0 s"), (0.6, "1 s"), (59.4, "59 s"), (60, "1 min"), (130, "2 min 10 s"), (3_600, "1 h"),
     (3_661, "1 h 1 min"), (90_000, "1 d 1 h"), (86_460, "1 d")],
)  # fmt: skip
def test_a_length_of_time_is_told_in_its_two_largest_units(seconds, words):
    assert length_of(timedelta(seconds=seconds)) == words
