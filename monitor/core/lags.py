"""How long something took, over all that was done: counted in classes, so that it stays small however much it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Lag:
    """`bounds` in seconds, rising; `counts` has one more: how many took at most so long and longer than the bound
    before, at last those that took longer than all. `total` is their sum in seconds."""

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    total: float = 0.0

    def then(self, took: Iterable[timedelta]) -> Lag:
        """With these as well. What a clock that was set back makes less than nothing took no time."""
        counts, total = list(self.counts), self.total
        for one in took:
            seconds = max(one.total_seconds(), 0.0)
            counts[next((place for place, bound in enumerate(self.bounds) if seconds <= bound), -1)] += 1
            total += seconds
        return replace(self, counts=tuple(counts), total=total)

    def cumulative(self) -> list[tuple[float, int]]:
        """For each bound, and at last for infinity, how many took at most so long."""
        so_far, found = 0, []
        for bound, count in zip((*self.bounds, float("inf")), self.counts, strict=True):
            so_far += count
            found.append((bound, so_far))
        return found


def none_yet(*bounds: float) -> Lag:
    return Lag(bounds, (0,) * (len(bounds) + 1))


ALERTED, ACCEPTED = "alerted", "accepted"
# From publication to the alert; from the alert's commit to a receiver that has it.
NONE = {
    ALERTED: none_yet(60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 86_400),
    ACCEPTED: none_yet(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3_600),
}
