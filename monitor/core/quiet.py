"""What a rule can say of its quiet: nothing was new, and somebody listened. Silence alone says neither."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.core.coverage import Life, RuleCoverage


class Quiet(StrEnum):
    QUIET = "all quiet"
    NEWS = "news"
    PARTLY = "partly heard"  # of some of its languages nobody hears anything
    WAITING = "too early"  # nobody has answered yet
    BLIND = "blind"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What was heard of one rule since some hours. `read`: articles in its languages that were judged; `touched`: those
    of them on its subject; `alerts`: those of the same time."""

    rule: str
    title: str
    word: Quiet
    alive: int
    sources: int
    languages: tuple[str, ...]  # in which somebody was heard
    unheard: tuple[str, ...]
    read: int
    touched: int
    alerts: int
    last: datetime | None  # when the latest alert was made, ever


def certify(
    covered: RuleCoverage,
    read: Mapping[str, int],
    touched: int,
    alerts: int,
    last: datetime | None,
) -> Certificate:
    """`read`: judged articles by source."""
    heard = tuple(
        tongue.language for tongue in covered.tongues if any(item.life is Life.ALIVE for item in tongue.carriers)
    )
    return Certificate(
        covered.rule,
        covered.title,
        _word(covered, alerts),
        covered.alive,
        len(covered.carriers),
        heard,
        covered.blind_in,
        sum(read.get(item.source.id, 0) for item in covered.carriers),
        touched,
        alerts,
        last,
    )


def percentile(values: Sequence[timedelta], percent: float) -> timedelta | None:
    """The least value that so many percent of all do not exceed; None of none."""
    if not values:
        return None
    return sorted(values)[max(math.ceil(len(values) * percent / 100), 1) - 1]


def _word(covered: RuleCoverage, alerts: int) -> Quiet:
    if covered.blind:
        return Quiet.BLIND
    if covered.life is Life.WAITING:
        return Quiet.WAITING
    if alerts:
        return Quiet.NEWS
    return Quiet.PARTLY if covered.blind_in else Quiet.QUIET
