"""What a rule can say of its quiet: nothing was new, and somebody listened. Silence alone says neither."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.core.coverage import Carrier, Life, RuleCoverage

_LIVES = tuple(Life)  # the liveliest first


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
    covered: Iterable[RuleCoverage],
    read: Mapping[str, int],
    touched: Mapping[str, int],
    alerts: Mapping[str, int],
    last: Mapping[str, datetime],
) -> list[Certificate]:
    """One for each rule. `read`: judged articles by source; the others by rule."""
    ears: dict[int, _Ears] = {}  # rules share their lists of sources, which may be long
    found = []
    for item in covered:
        for tongue in item.tongues:
            if id(tongue.carriers) not in ears:
                ears[id(tongue.carriers)] = _ears(tongue.carriers, read)
        tongues = [(tongue.language, ears[id(tongue.carriers)]) for tongue in item.tongues]
        unheard = tuple(name for name, ear in tongues if ear.sources and ear.life is Life.DEAD)
        life = min((ear.life for _, ear in tongues if ear.sources), key=_LIVES.index, default=Life.DEAD)
        new = alerts.get(item.rule, 0)
        found.append(
            Certificate(
                item.rule,
                item.title,
                _word(life, unheard, new),
                sum(ear.alive for _, ear in tongues),
                sum(ear.sources for _, ear in tongues),
                tuple(name for name, ear in tongues if ear.alive),
                unheard,
                sum(ear.read for _, ear in tongues),
                touched.get(item.rule, 0),
                new,
                last.get(item.rule),
            )
        )
    return found


def percentile(values: Sequence[timedelta], percent: float) -> timedelta | None:
    """The least value that so many percent of all do not exceed; None of none."""
    if not values:
        return None
    return sorted(values)[max(math.ceil(len(values) * percent / 100), 1) - 1]


@dataclass(frozen=True, slots=True)
class _Ears:
    """The sources of one language, in figures."""

    sources: int
    alive: int
    life: Life
    read: int


def _ears(carriers: Sequence[Carrier], read: Mapping[str, int]) -> _Ears:
    lives = Counter(item.life for item in carriers)
    life = next((life for life in _LIVES if lives[life]), Life.DEAD)
    return _Ears(len(carriers), lives[Life.ALIVE], life, sum(read.get(item.source.id, 0) for item in carriers))


def _word(life: Life, unheard: Sequence[str], alerts: int) -> Quiet:
    if life is Life.DEAD:
        return Quiet.BLIND
    if life is Life.WAITING:
        return Quiet.WAITING
    if alerts:
        return Quiet.NEWS
    return Quiet.PARTLY if unheard else Quiet.QUIET
