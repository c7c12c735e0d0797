"""What may be dropped after its time, and whether there is still room.

Dropped are articles, each with its versions, its verdicts and its place in the index, and the tries of deliveries that
are closed. What an alert, a fact (also one that a person put aside) or an answer refers to stays for good, whatever its
age and however little room there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.alerts import OURSELVES, Alert
from monitor.core.coverage import Telling
from monitor.core.model import Fact, RuleKind, Severity
from monitor.core.ourselves import own_alert
from monitor.core.render import count
from monitor.core.routing import NOWHERE, Route, Traits, route

OWN_RULE = f"{OURSELVES}room"
GONE = f"{OURSELVES}gone"  # the article that stands in the place of those that were dropped
LEAST = timedelta(days=30)  # new rules learn from as many, and reprints come within them
LEAST_SPACE, NO_SPACE = 200_000_000, 5_000_000  # bytes free on the disk: below there is a warning, and nothing works
WARN_AT, PRUNE_AT, PRUNE_TO, CALM_AT = 0.8, 0.9, 0.85, 0.75  # of the limit
_GB = 1e9
_MEASURED = timedelta(days=1)  # a rate needs as long at least


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long things are kept: articles that touched no rule, other articles, tries of closed deliveries."""

    untouched: timedelta
    touched: timedelta
    attempts: timedelta

    @property
    def soonest(self) -> timedelta:
        return min(self.untouched, self.touched)


@dataclass(frozen=True, slots=True)
class Aged:
    """An article as far as its keeping depends on it. `refers`: what refers to it, "" for nothing."""

    id: str
    published: datetime
    first_seen: datetime
    judged: bool
    touched: bool
    refers: str = ""


@dataclass(frozen=True, slots=True)
class Fate:
    goes: bool
    why: str


def fate(item: Aged, keeping: Keeping, now: datetime) -> Fate:
    """Whether an article may be dropped, and why (not)."""
    if item.refers:
        return Fate(False, f"{item.refers} refers to it")
    if not item.judged:
        return Fate(False, "it waits to be judged")
    longest = keeping.touched if item.touched else keeping.untouched
    what = "touched a rule" if item.touched else "touched no rule"
    if now - max(item.published, item.first_seen) < longest:
        return Fate(False, f"younger than {count(longest.days, 'day')}")
    return Fate(True, f"older than {count(longest.days, 'day')} and {what}")


def pressed(keeping: Keeping, hard: bool) -> Keeping:
    """What is kept while there is no room: first articles that touched no rule go sooner, and where that was not
    enough (`hard`) the others as well."""
    sooner = replace(keeping, untouched=min(keeping.untouched, LEAST))
    return replace(sooner, touched=min(keeping.touched, LEAST)) if hard else sooner


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes: what the database takes, its limit (0: none), and what is free beside it (None: not known) of how much
    (`disk`)."""

    size: int
    limit: int = 0
    free: int | None = None
    disk: int | None = None

    @property
    def little(self) -> int:
        """With less free it is short. A small disk is not short by being small."""
        return LEAST_SPACE if self.disk is None else min(LEAST_SPACE, self.disk // 20)

    @property
    def too_much(self) -> bool:
        return bool(self.limit) and self.size > PRUNE_AT * self.limit


def in_use(size: int, peak: tuple[int, int] | None, articles: int) -> int:
    """Bytes of a database whose files do not shrink when rows go, from what it took with so many articles (`peak`)
    when it had the most of them. By what the files have grown since, there was no room in them."""
    if peak is None or not peak[1]:
        return size
    return min(size, round(peak[0] / peak[1] * articles) + max(0, size - peak[0]))


def surplus(room: Room, articles: int) -> int:
    """How many articles have to go so that there is room again; 0 where nothing is too much."""
    if not room.too_much:
        return 0
    return max(1, round(articles * (1 - PRUNE_TO * room.limit / room.size)))


def growth(sizes: Sequence[tuple[datetime, int]]) -> float | None:
    """Bytes a day, from sizes at times, the first and the last of which count. None where they say too little."""
    if not sizes:
        return None
    (begin, first), (end, last) = min(sizes), max(sizes)
    return (last - first) / ((end - begin) / timedelta(days=1)) if end - begin >= _MEASURED else None


def days_left(room: Room, rate: float | None) -> float | None:
    """Until the limit is reached or the disk full, whichever is first; None where neither is in sight."""
    if rate is None or rate <= 0:
        return None
    rooms = [room.limit - room.size] if room.limit else []
    rooms += [room.free] if room.free is not None else []
    return max(0.0, min(rooms) / rate) if rooms else None


def troubles(room: Room, told: AbstractSet[str] = frozenset()) -> Mapping[str, str]:
    """What is wrong, in words by kind. What was `told` has to get clearly better before it counts as over."""
    found = {}
    if room.limit and room.size > (CALM_AT if "limit" in told else WARN_AT) * room.limit:
        share = round(100 * room.size / room.limit)
        found["limit"] = (
            f"the database takes {room.size / _GB:.2f} GB, {share} % of the {room.limit / _GB:g} GB that it may take"
        )
    if room.free is not None and room.free < room.little * (2 if "disk" in told else 1):
        found["disk"] = f"{room.free / 1e6:.0f} MB are free on the disk of the database"
    return found


_MEANS = {
    "limit": "From 90 % on, older articles are dropped sooner than the settings say, the oldest first. "
    "Raise MONITOR_MAX_DATABASE_GB, or keep less (docs/operating.md).",
    "disk": "On a full disk nothing new is polled or judged. Make room.",
}
_OVER = {"limit": "The database has room again", "disk": "The disk of the database has room again"}


def news(room: Room, told: AbstractSet[str], now: datetime, routes: Route = NOWHERE) -> list[Telling]:
    """What operators have to hear of it: what is wrong, and what is over. `told`: the kinds that they heard of."""
    found = troubles(room, told)
    tellings = []
    for kind, words in found.items():
        if kind not in told:
            alert = _alert(kind, words[0].upper() + words[1:], _MEANS[kind], Severity.HIGH, now, routes)
            fact = Fact(f"{alert.key}:stands", OWN_RULE, RuleKind.STATE, "short", kind, now, OWN_RULE, words)
            tellings.append(Telling(alert, (fact,)))
    for kind in sorted(told - found.keys()):
        alert = _alert(kind, _OVER.get(kind, kind), "What was told of it is over.", Severity.LOW, now, routes)
        tellings.append(Telling(alert, settled=(kind,)))
    return tellings


def _alert(kind: str, headline: str, reason: str, severity: Severity, now: datetime, routes: Route) -> Alert:
    key = f"{OWN_RULE}:{kind}:{now:%Y-%m-%dT%H:%M:%S.%fZ}"
    routing = route(routes, Traits(OWN_RULE, severity=severity.value))
    return own_alert(OWN_RULE, "Room", key, severity, headline, reason, (), now, routing)
