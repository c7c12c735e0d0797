"""How long things took, in classes."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.lags import none_yet

seconds = st.lists(st.floats(-10, 1e6), max_size=50)


@given(seconds, seconds)
def test_whatever_took_how_long_is_in_one_class_and_in_the_sum(some: list[float], others: list[float]):
    lag = none_yet(1, 10, 100)
    for part in (some, others):
        lag = lag.then(timedelta(seconds=one) for one in part)
    took = [max(timedelta(seconds=one).total_seconds(), 0.0) for one in (*some, *others)]
    for bound, count in lag.cumulative():
        assert count == sum(one <= bound for one in took)
    assert abs(lag.total - sum(took)) < 1e-3


def test_a_bound_belongs_to_the_class_below_it():
    assert none_yet(1, 10).then([timedelta(seconds=10)]).counts == (0, 1, 0)


def test_none_yet_is_none():
    assert [count for _, count in none_yet(1).cumulative()] == [0, 0]
