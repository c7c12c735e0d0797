"""Bars stand side by side and on top of each other, as high as what they are of."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.web.pictures import HEIGHT, WIDTH, bars

KINDS = ("low", "high")
COLUMNS = st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(KINDS, st.integers(0, 10_000))), max_size=40)


def test_the_highest_column_fills_the_picture_and_the_first_kind_lies_lowest():
    low, high, other = bars([{"low": 1, "high": 3}, {}, {"low": 2}], KINDS)
    assert (low.y, low.height, high.y, high.height) == (75.0, 25.0, 0.0, 75.0)
    assert (other.column, other.height, other.kind) == (2, 50.0, "low")
    assert low.x == high.x < other.x


@given(COLUMNS)
def test_nothing_leaves_the_picture_and_nothing_that_happened_is_unseen(columns):
    found = bars(columns, KINDS)
    assert len(found) == sum(bool(column.get(kind)) for column in columns for kind in KINDS)
    for bar in found:
        assert bar.height > 0
        assert bar.width > 0
        assert bar.y >= -0.01
        assert bar.y + bar.height <= HEIGHT + 0.02
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH + 0.02
