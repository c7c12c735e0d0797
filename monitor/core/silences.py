"""Silences: for a time, and with a reason, what fits is not told. It is held, and told together at the end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.alerts import Alert
from monitor.core.routing import Match, Traits, fits, match_words


@dataclass(frozen=True, slots=True)
class Silence:
    """Of `match`, pairs of a trait and its values, each has to hold, as in a route."""

    id: int
    match: Match
    author: str
    reason: str
    created_at: datetime
    starts_at: datetime
    ends_at: datetime

    def holds(self, alert: Alert, now: datetime) -> bool:
        return self.starts_at <= now < self.ends_at and fits(self.match, traits_of(alert))

    @property
    def words(self) -> str:
        """What it is about, as people say it."""
        return match_words(self.match)


LONGEST = timedelta(days=30)  # unless it is said to be long: what is held for longer should be taken out of its rule
LOOK_BACK = timedelta(days=7)  # how far to look for what a silence would have held


@dataclass(frozen=True, slots=True)
class Fault:
    """What keeps a silence from being made: in which of its fields (reason, ends, long), and why."""

    field: str
    words: str


def fault_of(reason: str, starts_at: datetime, ends_at: datetime, now: datetime, long: bool = False) -> Fault | None:
    """What is wrong with a silence that is asked for; None where nothing is."""
    if not reason.strip():
        return Fault("reason", "say why, for those who wonder at the quiet")
    if ends_at <= max(starts_at, now):
        return Fault("ends", "it would be over before it begins" if ends_at > now else "its end has passed")
    if ends_at - starts_at > LONGEST and not long:
        return Fault("long", f"it would last for more than {LONGEST.days} days: mend the rule instead")
    return None


def traits_of(alert: Alert) -> Traits:
    """What a made alert is routed and silenced by."""
    language = alert.language.partition("-")[0].lower()
    told = "" if alert.of_ourselves else alert.assertion.value
    return Traits(alert.rule, alert.watchlist, alert.severity.value, told, language, alert.country)


def silence_for(alert: Alert, silences: Iterable[Silence], now: datetime) -> Silence | None:
    """The silence that holds an alert, the one that lasts longest; None if there is none."""
    holding = [silence for silence in silences if silence.holds(alert, now)]
    return max(holding, key=lambda silence: (silence.ends_at, silence.id), default=None)
