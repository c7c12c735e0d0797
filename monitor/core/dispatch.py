"""What is done with deliveries whose time has come: send, hold, skip, or tell several in one message.

It is asked at the time of sending, and asked again whenever a hold ends: what counts is how the event and the
channel stand then. Nothing is dropped: what is held is due again, and what is skipped a person has answered.

For each delivery, the first that applies:

    the event was rejected                         skip
    a reminder or escalation, and it was answered  skip
    the event is snoozed                           hold until the snooze ends
    a silence holds it                             hold until the silence ends
    the channel gets digests                       hold until the next one
    quiet hours                                    hold until they end
    a message that may have others to wait for     hold for the group's wait

Of what remains, those that were held for the same reason are told together, and so are many at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from monitor.core.alerts import Hold, Occasion, Planned, Purpose, Target, Waiting
from monitor.core.channels import ChannelPolicy
from monitor.core.model import Severity
from monitor.core.responses import Answer, Response, Standing
from monitor.core.silences import Silence, silence_for

_MINUTE = timedelta(minutes=1)
_RANKS = {severity: rank for rank, severity in enumerate(Severity)}  # critical first
_TOGETHER = {
    Hold.QUIET: Occasion.QUIET,
    Hold.DIGEST: Occasion.DIGEST,
    Hold.SILENCE: Occasion.SILENCE,
    Hold.SNOOZE: Occasion.SNOOZE,
    Hold.STORM: Occasion.STORM,
    Hold.PACE: Occasion.STORM,
}
_SAID = {
    Answer.ACKNOWLEDGE: "acknowledged",
    Answer.RESOLVE: "resolved",
    Answer.REJECT: "rejected",
}


@dataclass(frozen=True, slots=True)
class Send:
    """One message: of one delivery, or of several for an `occasion`."""

    waiting: tuple[Waiting, ...]
    reason: str
    occasion: Occasion | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Not before `until`; `hold` says what for, as `Delivery.hold` does."""

    waiting: Waiting
    until: datetime
    hold: str
    reason: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """Never, for a person has answered."""

    waiting: Waiting
    reason: str


Intent = Send | Held | Skipped


@dataclass(frozen=True, slots=True)
class Past:
    """What a target was sent of late: when (the last minute is enough), and when a summary of a storm."""

    sent: tuple[datetime, ...] = ()
    storm: datetime | None = None

    def then(self, at: datetime, occasion: Occasion | None) -> Past:
        """With one more message, of those before it what still counts."""
        recent = (before for before in self.sent if before > at - _MINUTE)
        return Past((*recent, at), at if occasion is Occasion.STORM else self.storm)


def arrange(
    waiting: Sequence[Waiting], policy: ChannelPolicy, silences: Sequence[Silence], now: datetime, past: Past
) -> list[Intent]:
    """What becomes of the deliveries to one target, each in exactly one intent; sends in the order in which to make
    them, the most severe first."""
    intents: list[Intent] = []
    ready: list[Waiting] = []
    for item in waiting:
        not_now = _answered(item) or _held(item, policy, silences, now)
        if not_now is None:
            ready.append(item)
        else:
            intents.append(not_now)
    calm, stormy = _apart_from_storm(ready, policy, now, past)
    sends = sorted(_messages(calm, policy), key=_urgency)
    return [*intents, *stormy, *_paced(sends, policy, now, past)]


def remembered(policies: Iterable[ChannelPolicy]) -> timedelta:
    """For how long a message that was sent has a say on the next ones."""
    return max([_MINUTE, *(policy.group.interval for policy in policies)])


def follow_ups(
    waiting: Waiting, policy: ChannelPolicy, targets: Mapping[str, Sequence[Target]], now: datetime
) -> list[Planned]:
    """The reminder and the escalation that follow unless somebody answers. `targets`: those of every channel."""
    delivery, alert = waiting.delivery, waiting.alert
    if alert.of_ourselves or waiting.standing.answered:
        return []
    planned: list[Planned] = []
    remind, escalate, number = policy.remind, policy.escalate, delivery.round + 1
    if remind and (not remind.most or number <= remind.most):
        reason = f"reminder {number}: nobody has acknowledged it"
        planned.append(Planned(delivery.channel, delivery.target, Purpose.REMINDER, number, now + remind.every, reason))
    if escalate and delivery.purpose is not Purpose.REMINDER:
        reason = f"nobody at {delivery.channel} has acknowledged it"
        planned += (
            Planned(channel, target.name, Purpose.ESCALATION, 0, now + escalate.after, reason)
            for channel in escalate.to
            for target in targets.get(channel, ())
        )
    return planned


# --- one by one ------------------------------------------------------------------------------


def _answered(item: Waiting) -> Skipped | None:
    said = skipped_for(item.delivery.purpose, item.standing)
    return Skipped(item, skipped_by(said)) if said else None


def skipped_for(purpose: Purpose, standing: Standing) -> Response | None:
    """The answer for which a delivery that is still to come will never be made."""
    return standing.rejected or (standing.answered if purpose is not Purpose.ALERT else None)


def skipped_by(response: Response) -> str:
    """The reason of what is skipped because somebody said so."""
    reason = f": {response.reason}" if response.reason else ""
    return f"{_SAID[response.answer]} by {response.author} at {response.at:%Y-%m-%d %H:%M} UTC{reason}"


def _held(item: Waiting, policy: ChannelPolicy, silences: Iterable[Silence], now: datetime) -> Held | None:
    """The first reason to wait."""
    return (
        _snoozed(item, now)
        or _silenced(item, silences, now)
        or _timed(item, policy, now)
        or _grouped(item, policy, now)
    )


def _snoozed(item: Waiting, now: datetime) -> Held | None:
    until, snooze = item.standing.snoozed_until(now), item.standing.snoozed
    if until is None or snooze is None:
        return None
    return Held(item, until, Hold.SNOOZE, f"snoozed by {snooze.author} until {until:%Y-%m-%d %H:%M} UTC")


def _silenced(item: Waiting, silences: Iterable[Silence], now: datetime) -> Held | None:
    silence = silence_for(item.alert, silences, now)
    if silence is None:
        return None
    words = f"silence {silence.id} by {silence.author} until {silence.ends_at:%Y-%m-%d %H:%M} UTC: {silence.reason}"
    return Held(item, silence.ends_at, f"{Hold.SILENCE}:{silence.id}", words)


def _timed(item: Waiting, policy: ChannelPolicy, now: datetime) -> Held | None:
    if item.delivery.held_for is Hold.DIGEST:
        return None  # its digest has come
    severity, digest, quiet = item.alert.severity, policy.digest, policy.quiet
    if digest and item.delivery.purpose is Purpose.ALERT and severity not in digest.through:
        until = digest.schedule.after(now)
        return Held(item, until, Hold.DIGEST, f"for the digest of {_local(until, policy.zone)}")
    if quiet and severity not in quiet.through and (end := quiet.until(now, policy.zone)):
        return Held(item, end, Hold.QUIET, f"quiet hours until {_local(end, policy.zone)}")
    return None


def _grouped(item: Waiting, policy: ChannelPolicy, now: datetime) -> Held | None:
    delivery, wait = item.delivery, policy.group.wait
    fresh = delivery.held_for is Hold.NONE and delivery.purpose is Purpose.ALERT and delivery.attempts <= 1
    until = (delivery.created_at or now) + wait
    if not wait or not fresh or until <= now:
        return None
    return Held(item, until, Hold.GROUP, f"for others that come within {wait.total_seconds():g} s")


def _local(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} {getattr(zone, 'key', '') or local.tzname()}"


# --- together --------------------------------------------------------------------------------


def _occasion(item: Waiting) -> Occasion | None:
    if item.delivery.purpose is Purpose.REMINDER:
        return Occasion.REMINDER
    return _TOGETHER.get(item.delivery.held_for)


def _apart_from_storm(
    ready: Sequence[Waiting], policy: ChannelPolicy, now: datetime, past: Past
) -> tuple[list[Waiting], list[Held]]:
    """What may go now; and what waits because a summary of a storm was just sent. What is critical never does."""
    until = past.storm + policy.group.interval if past.storm and past.storm <= now else now
    if until <= now:
        return list(ready), []
    reason = f"a summary of many alerts was just sent: the next message comes at {until:%H:%M:%S} UTC"
    calm: list[Waiting] = []
    held: list[Held] = []
    for item in ready:
        if _occasion(item) is not None or item.alert.severity is Severity.CRITICAL:
            calm.append(item)
        else:
            held.append(Held(item, until, Hold.STORM, reason))
    return calm, held


def _messages(ready: Sequence[Waiting], policy: ChannelPolicy) -> Iterator[Send]:
    by_occasion: dict[Occasion | None, list[Waiting]] = {}
    for item in sorted(ready, key=lambda item: (_rank(item), item.alert.created_at, item.delivery.id)):
        by_occasion.setdefault(_occasion(item), []).append(item)
    for occasion, items in by_occasion.items():
        together = _together(occasion, len(items), policy.group.storm)
        if together is None:
            yield from (Send((item,), "") for item in items)
        else:
            yield Send(tuple(items), _togetherskipped_by(together, len(items)), together)


def _together(occasion: Occasion | None, count: int, storm: int) -> Occasion | None:
    """For what so many are told in one message; None if each is told alone."""
    if occasion is None:
        return Occasion.STORM if count >= storm else None
    return occasion if count > 1 or occasion is Occasion.DIGEST else None


def _togetherskipped_by(occasion: Occasion, count: int) -> str:
    why = {
        Occasion.STORM: "many at once",
        Occasion.QUIET: "quiet hours are over",
        Occasion.DIGEST: "digest",
        Occasion.SILENCE: "a silence is over",
        Occasion.SNOOZE: "a snooze is over",
        Occasion.REMINDER: "reminders",
    }[occasion]
    others = "one other" if count == 2 else f"{count - 1} others"
    return f"told in one message with {others}: {why}" if count > 1 else why


def _rank(item: Waiting) -> int:
    return _RANKS[item.alert.severity]


def _urgency(send: Send) -> tuple[int, datetime, int]:
    return min((_rank(item), item.alert.created_at, item.delivery.id) for item in send.waiting)


# --- pace ------------------------------------------------------------------------------------


def _paced(sends: Sequence[Send], policy: ChannelPolicy, now: datetime, past: Past) -> list[Intent]:
    """As many messages as the minute leaves room for; the rest is held."""
    if not policy.per_minute:
        return list(sends)
    recent = sorted(at for at in past.sent if now - _MINUTE < at <= now)  # what is later the clock has taken back
    room = max(policy.per_minute - len(recent), 0)
    until = (recent[0] if recent else now) + _MINUTE
    messages = "message" if policy.per_minute == 1 else "messages"
    reason = f"the target takes {policy.per_minute} {messages} in a minute"
    late = [Held(item, until, Hold.PACE, reason) for send in sends[room:] for item in send.waiting]
    return [*sends[:room], *late]
