"""What is told to people, and the way it goes: decision → alert → delivery → message to a target."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.core.model import Assertion, Attribution, Evidence, Severity, Verdict

OURSELVES = "monitor:"  # begins the ids of our own rules; no rule of a watchlist has a colon in its id


class Action(StrEnum):
    """What policy does with a verdict."""

    NOTIFY = "notify"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be done with a verdict, and why; to which `channels`, and by which `route`."""

    verdict: Verdict
    action: Action
    reason: str
    severity: Severity = Severity.MEDIUM
    channels: tuple[str, ...] = ()
    route: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """Made for a new verdict; everything a message needs, so that rendering asks nobody."""

    key: str  # rule and event: unique
    rule: str
    rule_title: str
    severity: Severity
    event: str
    headline: str
    reason: str
    created_at: datetime
    article_id: str
    article_title: str
    article_url: str
    outlet: str
    language: str
    published: datetime
    first_seen: datetime
    tier: int
    assertion: Assertion
    attribution: Attribution
    evidence: tuple[Evidence, ...] = ()
    previous: str = ""
    current: str = ""
    channels: tuple[str, ...] = ()
    route: str = ""  # why to these channels

    @property
    def of_ourselves(self) -> bool:
        """Does the monitor tell operators of itself? Then there is no article behind it."""
        return self.rule.startswith(OURSELVES)

    @property
    def is_update(self) -> bool:
        """Does it tell what changed in an event that is known?"""
        return self.key.startswith(update_key(self.rule, self.event, ""))


def event_key(rule: str, event: str) -> str:
    """The key of the alert that tells an event for the first time."""
    return f"{rule}:{event}"


def update_key(rule: str, event: str, became: str) -> str:
    """The key of an alert on what the event has become since, in a word or two."""
    return f"{event_key(rule, event)}:update:{became}"


class DeliveryState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"  # it may have arrived, and its channel prefers a miss to a double


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert to one target. `attempts` counts sends begun, this one included once claimed; `doubtful` says that
    one of them may have arrived."""

    id: int
    alert_key: str
    channel: str
    target: str  # name of the target within its channel
    state: DeliveryState
    attempts: int = 0
    next_at: datetime | None = None
    error: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """An alert in words, for one kind of channel."""

    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Target:
    """One address of a channel. `url` is an apprise URL with its secrets filled in: never log it.

    What may have arrived is sent again where the channel prefers `doubles` to misses.
    """

    channel: str
    name: str
    url: str = field(repr=False)
    format: str = "text"
    limit: int = 0  # longest body in characters; 0 = no limit
    doubles: bool = True
