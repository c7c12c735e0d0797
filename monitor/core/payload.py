"""Messages for programs: what signed web hooks carry, as JSON after Standard Webhooks (`type`, `timestamp`, `data`).

Names and values are those of the API (`/api/v1/alerts`). What is here may grow; what changes otherwise, or goes, raises
`VERSION`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import blake2s

from monitor.core.alerts import Alert, Delivery, Message, Occasion, Payload, Purpose, Target, Waiting
from monitor.core.model import Assertion, Attribution, Severity, Zone
from monitor.core.render import cut, link, plain
from monitor.core.responses import Standing

FORMAT = "json"  # of targets that take it
VERSION = 1
LONGEST = 1_000  # units of any text but that for people
MOST_EVIDENCE = 5
MOST_LISTED = 500_000  # bytes of the alerts in a summary: many servers take a million of all
MONITOR, MESSAGE = "monitor.alert", "monitor.message"
SUMMARY = "summary"


@dataclass(frozen=True, slots=True)
class Proof:
    """A stretch of the article; offsets are code points of title or text, by zone."""

    text: str
    zone: Zone
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stands:
    """How the event stands with people when the message is made."""

    answered: bool
    snoozed_until: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class Listed:
    """An alert among others. `id` is that of its delivery, however it is told."""

    id: str
    key: str
    thread: str
    purpose: Purpose
    round: int
    repeat: bool
    rule: str
    watchlist: str
    severity: Severity
    headline: str
    previous: str
    current: str
    is_update: bool
    of_ourselves: bool
    created_at: datetime
    article_url: str
    answer_url: str


@dataclass(frozen=True, slots=True)
class OfAlert(Listed):
    """`data` of one alert. `repeat`: it may have arrived before. `title` and `text` say it all for people."""

    channel: str
    target: str
    rule_title: str
    reason: str
    evidence: tuple[Proof, ...]
    publishers: int
    assertion: Assertion
    attribution: Attribution
    tier: int
    outlet: str
    country: str
    language: str
    article_id: str
    article_title: str
    published: datetime
    first_seen: datetime
    standing: Stands
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class OfSummary:
    """`data` of several alerts, the severest first; `left` is how many had no room."""

    id: str
    channel: str
    target: str
    occasion: Occasion
    severity: Severity
    total: int
    left: int
    alerts: tuple[Listed, ...]
    list_url: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class OfMessage:
    """`data` of what is said for people only: a test, or word of another channel."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """The whole body. `timestamp` is when the alert was raised; of what comes later, and of summaries, when the message
    was made."""

    type: str
    version: int
    timestamp: datetime
    data: OfAlert | OfSummary | OfMessage


TYPES = (
    *(f"alert.{kind}" for kind in ("new", "update", Purpose.REMINDER.value, Purpose.ESCALATION.value)),
    *(f"{SUMMARY}.{occasion.value}" for occasion in Occasion),
    MONITOR,
    MESSAGE,
)


def alert_payload(waiting: Waiting, target: Target, now: datetime, answer: str, message: Message) -> Payload:
    """One alert. `answer` is the link under which people answer it; `message`: the same for people."""
    alert, delivery = waiting.alert, waiting.delivery
    name = _id(target, [_told(waiting)])
    data = OfAlert(
        **asdict(_listed(waiting, target, answer)),
        channel=_text(target.channel),
        target=_text(target.name),
        rule_title=_text(alert.rule_title),
        reason=_text(alert.reason),
        evidence=tuple(Proof(_text(one.text), one.zone, one.start, one.end) for one in alert.evidence[:MOST_EVIDENCE]),
        publishers=waiting.publishers,
        assertion=alert.assertion,
        attribution=alert.attribution,
        tier=alert.tier,
        outlet=_text(alert.outlet),
        country=_text(alert.country),
        language=_text(alert.language),
        article_id=_text(alert.article_id),
        article_title=_text(alert.article_title),
        published=alert.published,
        first_seen=alert.first_seen,
        standing=_stands(waiting.standing, now),
        title=message.title,
        text=message.body,
    )
    at = alert.created_at if delivery.purpose is Purpose.ALERT else now
    return Payload(name, written(Event(_type(alert, delivery), VERSION, at, data)))


def summary_payload(
    occasion: Occasion,
    waiting: Sequence[Waiting],
    target: Target,
    now: datetime,
    answers: Sequence[str],
    where: str,
    message: Message,
) -> Payload:
    """Several alerts; `answers` are their links, in the same order, and `where` lists all of them."""
    ranks = {severity: rank for rank, severity in enumerate(Severity)}
    listed = sorted(
        (_listed(one, target, answer) for one, answer in zip(waiting, answers, strict=True)),
        key=lambda one: (one.of_ourselves, ranks[one.severity], one.created_at),
    )
    kept = _with_room(listed)
    name = _id(target, [occasion.value, *sorted(_told(one) for one in waiting)])
    data = OfSummary(
        id=name,
        channel=_text(target.channel),
        target=_text(target.name),
        occasion=occasion,
        severity=listed[0].severity,
        total=len(listed),
        left=len(listed) - len(kept),
        alerts=kept,
        list_url=link(where),
        title=message.title,
        text=message.body,
    )
    return Payload(name, written(Event(f"{SUMMARY}.{occasion.value}", VERSION, now, data)))


def bare_payload(name: str, message: Message, now: datetime) -> Payload:
    """A message of which nothing else is known. `name` has to be no other message's."""
    return Payload(name, written(Event(MESSAGE, VERSION, now, OfMessage(message.title, message.body))))


def written(event: Event) -> str:
    return _json(asdict(event))


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_moment)


def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _type(alert: Alert, delivery: Delivery) -> str:
    if alert.of_ourselves:
        return MONITOR
    if delivery.purpose is not Purpose.ALERT:
        return f"alert.{delivery.purpose.value}"
    return "alert.update" if alert.is_update else "alert.new"


def _listed(waiting: Waiting, target: Target, answer: str) -> Listed:
    alert, delivery = waiting.alert, waiting.delivery
    return Listed(
        id=_id(target, [_told(waiting)]),
        key=_text(alert.key),
        thread=_text(alert.thread),
        purpose=delivery.purpose,
        round=delivery.round,
        repeat=delivery.doubtful,
        rule=_text(alert.rule),
        watchlist=_text(alert.watchlist),
        severity=alert.severity,
        headline=_text(alert.headline),
        previous=_text(alert.previous),
        current=_text(alert.current),
        is_update=alert.is_update,
        of_ourselves=alert.of_ourselves,
        created_at=alert.created_at,
        article_url=link(alert.article_url),
        answer_url=link(answer),
    )


def _with_room(listed: Iterable[Listed]) -> tuple[Listed, ...]:
    kept: list[Listed] = []
    room = MOST_LISTED
    for one in listed:
        room -= len(_json(asdict(one)).encode()) + 1
        if room < 0:
            break
        kept.append(one)
    return tuple(kept)


def _stands(standing: Standing, now: datetime) -> Stands:
    return Stands(standing.answered is not None, standing.snoozed_until(now), _text(standing.words(now)))


def _told(waiting: Waiting) -> str:
    """What no other delivery to the same target tells, also one of another monitor."""
    alert, delivery = waiting.alert, waiting.delivery
    return f"{alert.key} {alert.created_at.timestamp():.0f} {delivery.purpose} {delivery.round}"


def _id(target: Target, told: Iterable[str]) -> str:
    """Letters and digits only: a full stop would let a signature stand for another body."""
    named = "\n".join((target.channel, target.name, *told))
    return f"msg_{blake2s(named.encode('utf-8', 'surrogatepass'), digest_size=16).hexdigest()}"


def _text(text: str) -> str:
    return cut(plain(text), LONGEST)
