"""Dead letters: deliveries that were given up, or of which nobody knows whether they arrived.

People on another channel are told twice, and never twice within the hour: at once, without a guarantee, by whoever
gives up (`delivery`), and by an alert of our own, which survives a crash. For that one a channel's dead letters are
gathered for an hour, except those of an earlier run of the program: their notice may have gone down with it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.alerts import OURSELVES, Alert, DeliveryState
from monitor.core.model import Severity
from monitor.core.ourselves import own_alert
from monitor.core.routing import Route, Routing, Traits, route

OWN_RULE = f"{OURSELVES}dead-letters"
STATES = (DeliveryState.FAILED, DeliveryState.UNKNOWN)
RECENT = timedelta(days=1)  # what is older is history
GAP = timedelta(hours=1)
OVERDUE = timedelta(minutes=15)  # after its time a delivery that nobody has taken up is overdue

Place = tuple[str, str]  # channel, target


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A delivery that is not tried again, with what it was to tell. `error` is in words fit for people."""

    delivery: int
    channel: str
    target: str
    state: DeliveryState
    ended_at: datetime
    error: str
    rule: str
    severity: Severity
    headline: str


@dataclass(frozen=True, slots=True)
class Notice:
    """An alert on the dead letters of one channel."""

    alert: Alert
    letters: tuple[DeadLetter, ...]

    def addresses(self, places: Sequence[Place]) -> list[Place]:
        """Without the targets that these letters did not reach."""
        dead = {(letter.channel, letter.target) for letter in self.letters}
        return [place for place in places if place not in dead]


def news(
    untold: Sequence[DeadLetter],
    told: Mapping[str, datetime],
    now: datetime,
    started: datetime,
    usable: Collection[str],
    routes: Route,
) -> list[Notice]:
    """The alerts that are due. `told`: when people last heard of a channel so; `usable`: channels with a target.

    Of the dead letters of such an alert none is told: that would go on for ever.
    """
    by_channel: defaultdict[str, list[DeadLetter]] = defaultdict(list)
    for letter in untold:
        if letter.rule != OWN_RULE:
            by_channel[letter.channel].append(letter)
    just_told = {channel for channel, at in told.items() if now - at < GAP}
    dead = just_told | by_channel.keys()
    return [
        _notice(channel, letters, dead, now, usable, routes)
        for channel, letters in sorted(by_channel.items())
        if channel not in just_told and _ripe(letters, now, started)
    ]


def channel_of(alert: Alert) -> str:
    """The channel whose dead letters an alert of ours told."""
    return alert.key.removeprefix(f"{OWN_RULE}:").partition(":")[0]


def _ripe(letters: Sequence[DeadLetter], now: datetime, started: datetime) -> bool:
    first = min(letter.ended_at for letter in letters)
    return first < started or now - first >= GAP


def _notice(
    channel: str,
    letters: Sequence[DeadLetter],
    dead: Collection[str],
    now: datetime,
    usable: Collection[str],
    routes: Route,
) -> Notice:
    order = list(Severity)
    worst_first = sorted(letters, key=lambda letter: (order.index(letter.severity), letter.ended_at))
    severity = worst_first[0].severity
    number = len(letters)
    what = "delivery was" if number == 1 else "deliveries were"
    lines = [f"[{letter.severity.upper()}] {letter.headline}: {letter.error}" for letter in worst_first]
    reason = (
        "What stands below is not tried again. See monitor deliveries list; with the channel mended, "
        f"monitor deliveries retry --all-failed --channel {channel}."
    )
    alert = own_alert(
        OWN_RULE,
        "Dead letters",
        f"{OWN_RULE}:{channel}:{now:%Y-%m-%dT%H:%M:%S.%fZ}",
        severity,
        f"{number} {what} given up on channel {channel}",
        reason,
        lines,
        now,
        _elsewhere(channel, dead, usable, route(routes, Traits(OWN_RULE, severity=severity.value))),
    )
    return Notice(alert, tuple(letters))


def _elsewhere(channel: str, dead: Collection[str], usable: Collection[str], routing: Routing) -> Routing:
    """Channels that are likely to be alive: those of the routes, else any, at worst the other targets of its own."""
    return next(choice for choice in _choices(channel, dead, usable, routing) if choice.channels)


def _choices(channel: str, dead: Collection[str], usable: Collection[str], routing: Routing) -> Iterator[Routing]:
    alive = sorted(name for name in usable if name not in dead)
    others = sorted(name for name in usable if name != channel)
    yield Routing(tuple(name for name in routing.channels if name in alive), routing.why)
    yield Routing(tuple(alive), "no channel of its route is alive: all that are")
    yield Routing(tuple(others), "no channel is alive: all but its own")
    yield Routing((channel,), "there is no other channel")
