"""Is the daemon well enough to say so to whoever listens for its ping?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.core.lags import Lag
from monitor.core.rhythm import words


@dataclass(frozen=True, slots=True)
class Job:
    """When a recurring job last ended well (None: not yet), and how long ago that may be."""

    name: str
    succeeded_at: datetime | None
    within: timedelta


@dataclass(frozen=True, slots=True)
class Pulse:
    """The daemon at work: its `jobs`, those without which it is not itself (`vital`), and since its start what it
    counted and how long it took (`lags`, see `core.lags`)."""

    jobs: tuple[Job, ...]
    vital: frozenset[str]
    counts: Mapping[str, int]
    lags: Mapping[str, Lag] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reach:
    """When a target last took a message of late, and when it last did not."""

    channel: str
    target: str
    sent_at: datetime | None = None
    failed_at: datetime | None = None

    @property
    def reached(self) -> bool:
        return self.sent_at is not None and (self.failed_at is None or self.failed_at <= self.sent_at)


def ailment(jobs: Iterable[Job], reach: Sequence[Reach], now: datetime) -> str:
    """What is wrong, in words; "" when all is well. `reach`: the targets to which something was sent of late.

    One target that takes its messages is enough: of the others people hear through it.
    """
    for job in jobs:
        if job.succeeded_at is None:
            return f"{job.name} has not succeeded yet"
        if now - job.succeeded_at > job.within:
            return f"{job.name} has not succeeded for {words(now - job.succeeded_at)}"
    if reach and not any(place.reached for place in reach):
        return f"none of {len(reach)} targets takes messages" if len(reach) > 1 else "the target takes no messages"
    return ""
