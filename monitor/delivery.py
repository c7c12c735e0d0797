"""Outbox → render → send → record.

    claim what is due  →  one lane for each target  →  render, send  →  record sent / retry / failed

A delivery is recorded after it was sent: a crash in between repeats a message and never loses one.
Lanes run side by side; within a lane one message follows the other, so that order and the service's
pace are kept. A round does not wait for a slow lane longer than `patience`: the lane goes on by
itself, and the next round's claims are sent meanwhile.
"""

from __future__ import annotations

import asyncio
import traceback
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from monitor.core.alerts import Alert, Delivery, Target
from monitor.core.render import render, render_notice
from monitor.core.retry import backoff
from monitor.errors import MonitorError, SendError
from monitor.ports import Outbox, Sender

log = structlog.get_logger(__name__)

Run = Callable[..., Awaitable[Any]]
Claimed = tuple[Delivery, Alert]
Place = tuple[str, str]  # channel, target

STRIKES = 2  # messages in a row that a target did not take: then the rest of its lane waits, too
WARN_AT = 5  # the attempt after which people hear of it elsewhere, about eight minutes after the first
NOTICE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one delivery; `error` is in words fit for people, without secrets."""

    delivery: Delivery
    error: str = ""


@dataclass(slots=True)
class DeliveryRound:
    """What was settled since the round before, slow lanes of earlier rounds included."""

    sent: list[Outcome] = field(default_factory=list)
    retried: list[Outcome] = field(default_factory=list)
    failed: list[Outcome] = field(default_factory=list)
    unknown: list[Outcome] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.sent or self.retried or self.failed or self.unknown)

    def __iadd__(self, other: DeliveryRound) -> DeliveryRound:
        self.sent += other.sent
        self.retried += other.retried
        self.failed += other.failed
        self.unknown += other.unknown
        return self


class Delivering:
    """Empties the outbox. One for each process; `targets` may be replaced when the channels change.

    `run(fn, *args)` calls a store method outside the event loop (`asyncio.to_thread` does).
    `lease` is for how long claimed deliveries are ours; a lane begins none in its last `margin`,
    which has to be longer than one send can take. `max_attempts`: then a delivery has failed.
    """

    def __init__(
        self,
        outbox: Outbox,
        sender: Sender,
        targets: Mapping[str, Sequence[Target]],
        *,
        now: Callable[[], datetime],
        run: Run = asyncio.to_thread,
        lease: timedelta = timedelta(minutes=3),
        margin: timedelta = timedelta(seconds=60),
        max_attempts: int = 20,
        patience: float | None = 5.0,
        notice_gap: timedelta = timedelta(hours=1),
    ):
        self.targets = targets
        self._outbox, self._sender, self._now, self._run = outbox, sender, now, run
        self._lease, self._margin, self._max_attempts = lease, margin, max_attempts
        self._patience, self._notice_gap = patience, notice_gap
        self._locks: defaultdict[Place, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._lanes: set[asyncio.Task[None]] = set()
        self._noticed: dict[Place, datetime] = {}
        self._round = DeliveryRound()

    async def deliver_due(self, limit: int = 50) -> DeliveryRound:
        """Send what is due, at most `limit`. Raises StoreError if the outbox cannot be read."""
        now = self._now()
        lease_until = now + self._lease
        claimed: list[Claimed] = await self._run(self._outbox.claim, now, lease_until, limit)
        lanes: defaultdict[Place, list[Claimed]] = defaultdict(list)
        for delivery, alert in claimed:
            lanes[delivery.channel, delivery.target].append((delivery, alert))
        begun = {asyncio.create_task(self._lane(place, lane, lease_until)) for place, lane in lanes.items()}
        self._lanes |= begun
        return await self._settled(begun, self._patience)

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

    async def _lane(self, place: Place, lane: list[Claimed], lease_until: datetime) -> None:
        async with self._locks[place]:
            troubled = await self._in_turn(place, lane, lease_until)
        if troubled:
            await self._notice(place, troubled)

    async def _in_turn(self, place: Place, lane: list[Claimed], lease_until: datetime) -> list[tuple[Alert, str]]:
        """Send one after the other; those that people have to hear of elsewhere, with the error."""
        troubled = []
        strikes = 0
        waiting: SendError | None = None
        for delivery, alert in lane:
            if self._now() > lease_until - self._margin:
                break  # no longer surely ours: the rest is claimed anew when the lease has run out
            error = waiting or await self._attempt(place, delivery, alert)
            passing = isinstance(error, SendError) and not error.permanent
            strikes = strikes + 1 if passing else 0
            # One strike may be the message's fault, two in a row are the target's.
            if isinstance(error, SendError) and (strikes >= STRIKES or error.retry_after is not None):
                # Of those that wait none was begun: they cannot have arrived.
                waiting = SendError(str(error), permanent=error.permanent, retry_after=error.retry_after)
            given_up = await self._record(delivery, error)
            if given_up or (error is not None and delivery.attempts == WARN_AT):
                troubled.append((alert, _words(error)))
        return troubled

    async def _attempt(self, place: Place, delivery: Delivery, alert: Alert) -> Exception | None:
        """Render and send; what went wrong as a value, so that one delivery never stops another."""
        target = self._target(place)
        if target is None:
            channel, name = place
            return SendError(f"channel {channel} has no target {name} any more", permanent=True)
        if delivery.doubtful and not target.doubles:
            return SendError("whether the last try arrived is not known, and the channel prefers a miss", unknown=True)
        try:
            message = render(alert, target.format, target.limit, doubtful=delivery.doubtful)
            await self._run(self._outbox.begin, delivery.id)  # before: a crash in between must leave it doubtful
            await self._sender.send(target, message)
        except SendError as error:
            return error
        except Exception as error:  # the catch-all of this unit of work
            # Not the exception's own words: they may quote the target's URL.
            frames = traceback.extract_tb(error.__traceback__)
            where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
            log.error("sending broke", alert=alert.key, channel=delivery.channel, error=_words(error), where=where)
            return error
        return None

    def _target(self, place: Place) -> Target | None:
        channel, name = place
        return next((target for target in self.targets.get(channel, ()) if target.name == name), None)

    async def _record(self, delivery: Delivery, error: Exception | None) -> bool:
        """Tell the outbox how it ended; whether the delivery was given up."""
        now = self._now()
        told = log.bind(alert=delivery.alert_key, channel=delivery.channel, target=delivery.target)
        outcome = Outcome(delivery, _words(error))
        if error is None:
            self._round.sent.append(outcome)
            told.info("alert delivered", attempts=delivery.attempts)
            await self._store(delivery, self._outbox.sent, delivery.id, now)
            return False
        if getattr(error, "permanent", False) or delivery.attempts >= self._max_attempts:
            self._round.failed.append(outcome)
            told.error("delivery failed", attempts=delivery.attempts, error=outcome.error)
            await self._store(delivery, self._outbox.failed, delivery.id, now, outcome.error)
            return True
        unknown = getattr(error, "unknown", False)
        target = self._target((delivery.channel, delivery.target))
        if unknown and target is not None and not target.doubles:
            self._round.unknown.append(outcome)
            told.error("delivery unknown", attempts=delivery.attempts, error=outcome.error)
            await self._store(delivery, self._outbox.unknown, delivery.id, now, outcome.error)
            return True
        next_at = now + backoff(delivery.attempts, getattr(error, "retry_after", None))
        self._round.retried.append(outcome)
        told.warning("delivery postponed", attempts=delivery.attempts, error=outcome.error, next_at=next_at.isoformat())
        doubtful = delivery.doubtful or unknown
        await self._store(delivery, self._outbox.retry, delivery.id, now, next_at, outcome.error, doubtful)
        return False

    async def _store(self, delivery: Delivery, method: Callable[..., None], *args: Any) -> None:
        try:
            await self._run(method, *args)
        except Exception as error:  # the lane goes on; the lease will run out and the delivery be repeated
            log.error("delivery not recorded, it may be repeated", alert=delivery.alert_key, error=repr(error))

    async def _notice(self, place: Place, troubled: list[tuple[Alert, str]]) -> None:
        """Tell people through any other target that this one fails: best effort, once in `notice_gap`."""
        now = self._now()
        if place in self._noticed and now - self._noticed[place] < self._notice_gap:
            return
        for target in self._others(place):
            message = render_notice(*place, troubled, target.limit)
            try:
                async with asyncio.timeout(NOTICE_SECONDS), self._locks[target.channel, target.name]:
                    await self._sender.send(target, message)
            except Exception as error:  # another target may take it
                log.warning("notice not sent", channel=target.channel, target=target.name, error=_words(error))
                continue
            self._noticed[place] = now
            return
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
