"""Outbox → arrange → write → send → record.

    claim what is due  →  one lane for each target  →  what is held, skipped, told together (`core.dispatch`)
                       →  write, send  →  record sent / retry / failed, and what follows from it

A delivery is recorded after it was sent: a crash in between repeats a message and never loses one.
Lanes run side by side; within a lane one message follows the other, so that order and the service's
pace are kept. A round does not wait for a slow lane longer than `patience`: the lane goes on by
itself, and the next round's claims are sent meanwhile.

What the store did not take (it is locked, its disk is full) is kept (`reporting`) and told before
anything is claimed again: that a message was sent must not be forgotten while we live.
"""

from __future__ import annotations

import asyncio
import traceback
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

import structlog

from monitor.claiming import NOTICE_SECONDS, Claiming, Place
from monitor.core.alerts import Alert, Delivery, Message, Planned, Target, Waiting
from monitor.core.dispatch import Held, Send, Skipped, arrange, follow_ups
from monitor.core.retry import backoff
from monitor.core.silences import Silence
from monitor.errors import MonitorError, SendError, StoreError
from monitor.ports import Outbox, Owner, Sender, Writer
from monitor.reporting import Reporting, told, took, traced
from monitor.together import Run

log = structlog.get_logger(__name__)

STRIKES = 2  # messages in a row that a target did not take: then the rest of its lane waits, too
WARN_AT = 5  # the attempt after which people hear of it elsewhere, about eight minutes after the first
MOST = 500  # deliveries claimed at a time: what is told together has to be claimed together


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one delivery; `error` is in words fit for people, without secrets."""

    delivery: Delivery
    error: str = ""
    took: timedelta | None = None  # from the alert to its acceptance, where nobody wanted it to wait


@dataclass(slots=True)
class DeliveryRound:
    """What was settled since the round before, slow lanes of earlier rounds included."""

    sent: list[Outcome] = field(default_factory=list)
    retried: list[Outcome] = field(default_factory=list)
    failed: list[Outcome] = field(default_factory=list)
    unknown: list[Outcome] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.sent or self.retried or self.failed or self.unknown or self.held or self.skipped)

    def __iadd__(self, other: DeliveryRound) -> DeliveryRound:
        self.sent += other.sent
        self.retried += other.retried
        self.failed += other.failed
        self.unknown += other.unknown
        self.held += other.held
        self.skipped += other.skipped
        return self


@dataclass(frozen=True, slots=True)
class _Try:
    """How one message ended: what went wrong, or what the service calls it."""

    error: Exception | None = None
    reference: str = ""


class Delivering:
    """Empties the outbox. One for each process; `targets` may be replaced when the channels change.

    `run(fn, *args)` calls a store method outside the event loop (`asyncio.to_thread` does).
    `lease` is for how long claimed deliveries are ours; a lane begins none in its last `margin`,
    which has to be longer than one send can take. `max_attempts`: then a delivery has failed.
    `owner`: our name, where other processes may send from the same outbox (see `claiming`); no two have the same, and
    their clocks go alike. A target is ours for `target_lease` of the database's time; None: as long as `lease`.
    """

    def __init__(
        self,
        outbox: Outbox,
        sender: Sender,
        writer: Writer,
        targets: Mapping[str, Sequence[Target]],
        *,
        now: Callable[[], datetime],
        run: Run = asyncio.to_thread,
        lease: timedelta = timedelta(minutes=3),
        margin: timedelta = timedelta(seconds=60),
        max_attempts: int = 20,
        patience: float | None = 5.0,
        notice_gap: timedelta = timedelta(hours=1),
        owner: str | None = None,
        target_lease: timedelta | None = None,
    ):
        self.targets, self.writer = targets, writer
        self._outbox, self._sender, self._now, self._run = outbox, sender, now, run
        self._margin, self._max_attempts, self._patience = margin, max_attempts, patience
        self._locks: defaultdict[Place, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._lanes: set[asyncio.Task[None]] = set()
        self._numbers = count(1)  # of claims, and of moments between them
        self._broken_off: defaultdict[Place, int] = defaultdict(int)  # when a lane was, the last time
        self._round = DeliveryRound()
        us = None if owner is None else Owner(owner, (target_lease or lease).total_seconds())
        self._reports = Reporting(outbox, run, us)
        self._claims = Claiming(outbox, now, run, lease, notice_gap, us, lambda: self._reports.behind)

    async def deliver_due(self, limit: int = MOST) -> DeliveryRound:
        """Send what is due, at most `limit`. Raises StoreError if the outbox cannot be read or written."""
        return await self._settled(await self._begin(limit), self._patience)

    async def begin_due(self, limit: int = MOST) -> None:
        """The same, and wait for none of it: what becomes of it is in the answer of the next `deliver_due`."""
        await self._begin(limit)

    async def _begin(self, limit: int) -> set[asyncio.Task[None]]:
        await self._reports.catch_up()
        number = next(self._numbers)
        claimed = await self._claims.claim(limit, self.targets)
        begun = {
            asyncio.create_task(self._lane(number, place, lane, claimed.silences, claimed.until))
            for place, lane in claimed.lanes.items()
        }
        self._lanes |= begun
        return begun

    async def drain(self, patience: float | None = None) -> DeliveryRound:
        """Wait for the lanes that are still under way: at the end of a single run, and before stopping.

        After `patience` seconds (None = as long as they take) those left are cancelled; what they
        had claimed is due again when its lease has run out.
        """
        finished = await self._settled(set(self._lanes), patience)
        for lane in self._lanes:
            lane.cancel()
        await asyncio.gather(*self._lanes, return_exceptions=True)
        self._lanes.clear()
        self._claims.forget()
        with suppress(StoreError):
            await self._reports.catch_up()
        return finished

    async def _settled(self, lanes: set[asyncio.Task[None]], patience: float | None) -> DeliveryRound:
        if lanes:
            await asyncio.wait(lanes, timeout=patience)
        for lane in [lane for lane in self._lanes if lane.done()]:
            self._lanes.discard(lane)
            if not lane.cancelled() and (error := lane.exception()):
                # A lane catches what it can: this is a fault of ours, and its deliveries come back after their lease.
                log.error("delivery lane broke", error=_words(error))
        finished, self._round = self._round, DeliveryRound()
        return finished

    async def _lane(
        self, number: int, place: Place, lane: Sequence[Waiting], silences: Sequence[Silence], lease_until: datetime
    ) -> None:
        try:
            troubled = await self._in_lane(number, place, lane, silences, lease_until)
        finally:
            self._claims.let_go(place, lane)
        await self._claims.end(place)
        if troubled:
            await self._notice(place, troubled)

    async def _in_lane(
        self, number: int, place: Place, lane: Sequence[Waiting], silences: Sequence[Silence], lease_until: datetime
    ) -> list[tuple[Alert, str]]:
        async with self._locks[place]:
            # It may be that the lane before took so long, or left something that has to go out before.
            ended = self._ends(lease_until) or number < self._broken_off[place]
            sends = [] if ended else await self._arranged(place, lane, silences)
            troubled = await self._in_turn(place, sends, lease_until)
            if ended:
                await self._give_back(place, lane, lease_until)
        return troubled

    async def _arranged(self, place: Place, lane: Sequence[Waiting], silences: Sequence[Silence]) -> list[Send]:
        """The messages to send now; what is held or skipped is recorded as such."""
        target, now = self._target(place), self._now()
        if target is None:
            return [Send((item,), "") for item in lane]
        lost = [item for item in lane if item.delivery.doubtful and not target.doubles]  # never told with others
        rest = [item for item in lane if item not in lost] if lost else lane
        intents = arrange(rest, target.policy, silences, now, self._claims.past(place))
        held = [intent for intent in intents if isinstance(intent, Held)]
        skipped = [intent for intent in intents if isinstance(intent, Skipped)]
        if held:
            await self._put_off("hold", held, now)
            self._round.held += held
        if skipped:
            await self._put_off("skip", skipped, now)
            self._round.skipped += skipped
        return [*(Send((item,), "") for item in lost), *(intent for intent in intents if isinstance(intent, Send))]

    async def _put_off(self, method: str, intents: Sequence[Held | Skipped], now: datetime) -> None:
        for intent in intents:
            delivery = intent.waiting.delivery
            if not isinstance(intent, Held) or intent.hold != delivery.hold:
                what = "delivery held" if isinstance(intent, Held) else "delivery skipped"
                told(intent.waiting).info(what, why=intent.reason)
        self._claims.put_back([intent.waiting for intent in intents])
        await self._reports.report(method, intents, now)

    def _ends(self, lease_until: datetime) -> bool:
        """A send that begins now might not end within the lease."""
        return self._now() > lease_until - self._margin

    async def _give_back(self, place: Place, lane: Sequence[Waiting], lease_until: datetime) -> None:
        """Nothing was begun of them: they are due at once, as they were, and so is what waits behind them. Unless they
        may be somebody else's by now."""
        now = self._now()
        if lane and now < lease_until:
            back = [Held(item, now, item.delivery.hold, item.delivery.reason) for item in lane]
            self._claims.put_back(lane)
            await self._reports.report("hold", back, now)
        if lane:  # only now: what is being claimed at this moment did not find them
            self._broken_off[place] = next(self._numbers)

    async def _in_turn(self, place: Place, sends: Sequence[Send], lease_until: datetime) -> list[tuple[Alert, str]]:
        """Send one after the other; the alerts that people have to hear of elsewhere, with the error."""
        troubled: list[tuple[Alert, str]] = []
        strikes = 0
        waiting: SendError | None = None
        recording: asyncio.Task[None] | None = None  # of the message before, beside the beginning of the next
        left = deque(sends)
        # Whoever ends us while a report waits may double what it tells of: no more than one message for each target.
        while left and not self._reports.behind and not self._ends(lease_until):
            began = self._now()
            tried = _Try(waiting) if waiting else await self._attempt(place, left[0], recording, lease_until)
            error, recording = tried.error, None
            traced(left[0].waiting, began, self._now(), _words(error))
            if error is None:
                strikes, recording = 0, asyncio.create_task(self._record_sent(left.popleft(), tried.reference))
                continue
            if isinstance(error, StoreError) and not error.permanent:
                log.warning("nothing is sent while it cannot be noted", channel=place[0], problem=str(error))
                break
            passing = isinstance(error, SendError) and not error.permanent
            strikes = strikes + 1 if passing else 0
            # One strike may be the message's fault, two in a row are the target's.
            if isinstance(error, SendError) and (strikes >= STRIKES or error.retry_after is not None):
                # Of those that wait none was begun: they cannot have arrived.
                waiting = SendError(str(error), permanent=error.permanent, retry_after=error.retry_after)
            troubled += await self._record_failures(left.popleft(), error)
        if recording:
            await recording
        await self._give_back(place, [item for send in left for item in send.waiting], lease_until)
        return troubled

    async def _attempt(
        self, place: Place, send: Send, recording: asyncio.Task[None] | None, lease_until: datetime
    ) -> _Try:
        """Write and send; what went wrong as a value, so that one message never stops another. Not before what
        became of the one before is recorded."""
        target, first = self._target(place), send.waiting[0]
        if target is None:
            channel, name = place
            return _Try(SendError(f"channel {channel} has no target {name} any more", permanent=True))
        if first.delivery.doubtful and not target.doubles:
            words = "whether the last try arrived is not known, and the channel prefers a miss"
            return _Try(SendError(words, unknown=True))
        ids = [item.delivery.id for item in send.waiting]
        try:
            message = self._message(send, target)
            # Before: a crash in between must leave them doubtful.
            begin = self._reports.tell("begin", ids, self._now(), send.occasion)
            await asyncio.gather(begin, *([recording] if recording else []))
            if self._reports.behind:
                raise StoreError("what became of the message before could not be recorded")
            if self._ends(lease_until):  # the process was stopped, or the store took long
                raise StoreError("their lease was over before they could be sent")
            reference = await self._sender.send(target, message)
        except SendError as error:
            if error.unknown:  # if it was a summary, what it told must not wait for another one
                self._claims.remember(place, None, target)
            return _Try(error)
        except StoreError as error:
            return _Try(error)
        except Exception as error:  # the catch-all of this unit of work
            # Not the exception's own words: they may quote the target's URL.
            frames = traceback.extract_tb(error.__traceback__)
            where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
            told(first).error("sending broke", error=_words(error), where=where)
            return _Try(error)
        self._claims.remember(place, send.occasion, target)
        return _Try(reference=reference)

    def _message(self, send: Send, target: Target) -> Message:
        if send.occasion is None:
            return self.writer.write(send.waiting[0], target, self._now())
        return self.writer.summary(send.occasion, send.waiting, target, self._now())

    def _target(self, place: Place) -> Target | None:
        channel, name = place
        return next((target for target in self.targets.get(channel, ()) if target.name == name), None)

    async def _record_failures(self, send: Send, error: Exception) -> list[tuple[Alert, str]]:
        """Of what people have to hear elsewhere, the alerts with the error."""
        given_up = await asyncio.gather(*(self._record_failure(item, error) for item in send.waiting))
        return [
            (item.alert, _words(error))
            for item, gone in zip(send.waiting, given_up, strict=True)
            if gone or item.delivery.attempts == WARN_AT
        ]

    async def _record_sent(self, send: Send, reference: str) -> None:
        now, why = self._now(), {"why": send.reason} if send.reason else {}
        planned = {}
        for item in send.waiting:
            self._round.sent.append(Outcome(item.delivery, took=took(item, now)))
            told(item).info("alert delivered", attempts=item.delivery.attempts, **why)
            planned[item.delivery.id] = self._planned(item, now)
        await self._reports.report("sent_together", planned, now, send.reason, reference)

    async def _record_failure(self, item: Waiting, error: Exception) -> bool:
        """Whether the delivery was given up."""
        now, delivery = self._now(), item.delivery
        line, outcome = told(item), Outcome(delivery, _words(error))
        target = self._target((delivery.channel, delivery.target))
        if getattr(error, "permanent", False) or delivery.attempts >= self._max_attempts:
            self._round.failed.append(outcome)
            line.error("delivery failed", attempts=delivery.attempts, error=outcome.error)
            await self._reports.report("failed", delivery.id, now, outcome.error, self._planned(item, now))
            return True
        unknown = getattr(error, "unknown", False)
        if unknown and target is not None and not target.doubles:
            self._round.unknown.append(outcome)
            line.error("delivery unknown", attempts=delivery.attempts, error=outcome.error)
            await self._reports.report("unknown", delivery.id, now, outcome.error, self._planned(item, now))
            return True
        next_at = now + backoff(delivery.attempts, getattr(error, "retry_after", None))
        self._round.retried.append(outcome)
        line.warning("delivery postponed", attempts=delivery.attempts, error=outcome.error, next_at=next_at.isoformat())
        doubtful = delivery.doubtful or unknown
        self._claims.put_back([item])
        await self._reports.report("retry", delivery.id, now, next_at, outcome.error, doubtful)
        return False

    def _planned(self, item: Waiting, now: datetime) -> list[Planned]:
        target = self._target((item.delivery.channel, item.delivery.target))
        return follow_ups(item, target.policy, self.targets, now) if target else []

    async def _notice(self, place: Place, troubled: list[tuple[Alert, str]]) -> None:
        """Tell people through any other target that this one fails: best effort, once in `notice_gap`. It waits for
        no target that another sender has."""
        if not await self._claims.may_notice(place):
            return
        for target in self._others(place):
            message = self.writer.notice(*place, troubled, target)
            try:
                async with asyncio.timeout(NOTICE_SECONDS), self._locks[target.channel, target.name]:
                    await self._sender.send(target, message)
            except Exception as error:  # another target may take it
                log.warning("notice not sent", channel=target.channel, target=target.name, error=_words(error))
                continue
            await self._claims.noticed(place, told=True)
            return
        await self._claims.noticed(place, told=False)
        log.error("no other target took the notice", channel=place[0], target=place[1])

    def _others(self, place: Place) -> list[Target]:
        """Other targets, those of other channels first: what broke one target often breaks its channel."""
        every = [target for targets in self.targets.values() for target in targets]
        others = [target for target in every if (target.channel, target.name) != place]
        return sorted(others, key=lambda target: target.channel == place[0])


def _words(error: BaseException | None) -> str:
    if error is None:
        return ""
    return str(error) if isinstance(error, MonitorError) else f"unexpected {type(error).__name__}"
