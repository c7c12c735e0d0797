"""Figures as bars: where each stands in a picture of 1000 by 100, whatever its size in the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 1000.0, 100.0
_GAP = 0.2  # of a bar's place
_LEAST = 1.5  # height of a bar that is not zero: it is seen


@dataclass(frozen=True, slots=True)
class Bar:
    """`kind` says which figure it is of; `column` to which place it belongs."""

    x: float
    y: float
    width: float
    height: float
    kind: str
    column: int


def bars(columns: Sequence[Mapping[str, int]], kinds: Sequence[str]) -> list[Bar]:
    """Each column's figures on top of each other, the first kind lowest."""
    most = max((sum(column.values()) for column in columns), default=0)
    found: list[Bar] = []
    for place, column in enumerate(columns):
        wide = WIDTH / len(columns)
        base = HEIGHT
        for kind in kinds:
            if count := column.get(kind, 0):
                height = min(max(count / most * HEIGHT, _LEAST), base)
                base -= height
                x = round(place * wide + wide * _GAP / 2, 2)
                found.append(Bar(x, round(base, 2), round(wide * (1 - _GAP), 2), round(height, 2), kind, place))
    return found


def path_of(bars: Sequence[Bar]) -> str:
    """The same as the path of one shape."""
    return "".join(f"M{bar.x:g} {bar.y:g}h{bar.width:g}v{bar.height:g}h-{bar.width:g}z" for bar in bars)
