"""How long to wait before trying again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.retry import FIRST, MOST, backoff


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 30), (1, 30), (2, 60), (3, 120), (6, 960), (7, 1800), (20, 1800)]
)
def test_the_wait_doubles_up_to_half_an_hour(attempts: int, seconds: int) -> None:
    assert backoff(attempts) == timedelta(seconds=seconds)


@given(attempts=st.integers(-1, 10**9), retry_after=st.none() | st.floats(min_value=-1e6, allow_nan=False))
def test_the_wait_is_bounded_and_never_shorter_than_asked_for_within_a_day(
    attempts: int, retry_after: float | None
) -> None:
    wait = backoff(attempts, retry_after)
    assert FIRST <= wait <= max(MOST, timedelta(days=1))
    if retry_after is not None and retry_after <= 86_400:
        assert wait >= timedelta(seconds=retry_after)
