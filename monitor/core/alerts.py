"""What is told to people, and the way it goes: decision → alert → delivery → message to a target."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from monitor.core.channels import ANY_TIME, ChannelPolicy
from monitor.core.model import Assertion, Attribution, Evidence, Severity, Verdict
from monitor.core.responses import UNANSWERED, Standing

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
    watchlist: str = ""  # its file, without folder and ending
    country: str = ""  # of the outlet
    rings: bool = True  # an update may join its thread without a sound
    shadow: bool = False  # its rule is on trial: shown, not sent

    @property
    def thread(self) -> str:
        """The event that it tells of: alerts with one thread are answered together."""
        return event_key(self.rule, self.event)

    @property
    def of_ourselves(self) -> bool:
        """Does the monitor tell operators of itself? Then there is no article behind it."""
        return self.rule.startswith(OURSELVES)

    @property
    def is_update(self) -> bool:
        """Does it tell what changed in an event that is known?"""
        return self.key.startswith(update_key(self.rule, self.event, ""))

    @property
    def update(self) -> str:
        """Its key if it is an update, else ""."""
        return self.key if self.is_update else ""


def event_key(rule: str, event: str) -> str:
    """The key of the alert that tells an event for the first time; also the name of its thread."""
    return f"{rule}:{event}"


def event_of(thread: str) -> tuple[str, str]:
    """Rule and event of a thread; the event is "" where it names none."""
    ours, rest = (OURSELVES, thread.removeprefix(OURSELVES)) if thread.startswith(OURSELVES) else ("", thread)
    rule, _, event = rest.partition(":")
    return ours + rule, event


def update_key(rule: str, event: str, became: str) -> str:
    """The key of an alert on what the event has become since, in a word or two."""
    return f"{event_key(rule, event)}:update:{became}"


class DeliveryState(StrEnum):
    PENDING = "pending"
    HELD = "held"  # its time has not come: quiet hours, a digest, a silence, a snooze
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"  # it may have arrived, and its channel prefers a miss to a double
    SKIPPED = "skipped"  # not needed any more, by the word of a person

    @property
    def to_come(self) -> bool:
        return self in (DeliveryState.PENDING, DeliveryState.HELD)


class Purpose(StrEnum):
    """What a delivery is for."""

    ALERT = "alert"
    REMINDER = "reminder"  # nobody has acknowledged it
    ESCALATION = "escalation"  # nobody has acknowledged it elsewhere


class Hold(StrEnum):
    """Why a delivery waits. A silence's hold is written with its number: `silence:12`."""

    NONE = ""
    QUIET = "quiet"
    DIGEST = "digest"
    SILENCE = "silence"
    SNOOZE = "snooze"
    GROUP = "group"  # for others that belong with it
    STORM = "storm"  # a summary was just sent
    PACE = "pace"  # its target takes no more for now


class Occasion(StrEnum):
    """Why several alerts are told in one message."""

    STORM = "storm"  # many at once
    QUIET = "quiet"  # quiet hours are over
    DIGEST = "digest"  # its time has come
    SILENCE = "silence"  # a silence is over
    SNOOZE = "snooze"  # snoozes are over
    REMINDER = "reminder"  # nobody has acknowledged them


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert to one target. `attempts` counts sends begun, this one included once claimed; `doubtful` says that
    one of them may have arrived. `hold` is what it waited for last, and `reason` says so in words."""

    id: int
    alert_key: str
    channel: str
    target: str  # name of the target within its channel
    state: DeliveryState
    attempts: int = 0
    next_at: datetime | None = None
    error: str = ""
    doubtful: bool = False
    purpose: Purpose = Purpose.ALERT
    round: int = 0  # of reminders: the first is 1
    hold: str = ""
    reason: str = ""
    reference: str = ""  # what its service calls the message
    created_at: datetime | None = None

    @property
    def held_for(self) -> Hold:
        return Hold(self.hold.partition(":")[0])


@dataclass(frozen=True, slots=True)
class Waiting:
    """A delivery whose time has come, with what a message needs to know.

    `publishers`: those that have told its event so far, copies left out. `reply_to`: what the target's service calls
    the first message of the thread; "" where there is none.
    """

    delivery: Delivery
    alert: Alert
    standing: Standing = UNANSWERED
    publishers: int = 1
    reply_to: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A delivery that follows from another one of the same alert: a reminder, an escalation."""

    channel: str
    target: str
    purpose: Purpose
    round: int
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Payload:
    """A message for programs: `text` is JSON. `id` is the same however often it is tried, and no other message's."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent. `title` stands alone on a lock screen. `body` is plain text, or where `marked` the whole message,
    headline included, in the markup of the target's format; `html` is a second form of it for e-mail. `thread` is the
    event's id, `reply_to` what the service calls the thread's first message. A `silent` one rings nobody, where the
    service can do that. `name` is the same however often it is tried, and no other message's. `payload` is there where
    the target is a program."""

    title: str
    body: str
    html: str = ""
    marked: bool = False
    thread: str = ""
    reply_to: str = ""
    silent: bool = False
    name: str = ""
    payload: Payload | None = None


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
    policy: ChannelPolicy = ANY_TIME
