"""What a sender claims: deliveries, and the targets they go to.

With an `owner` there may be other senders on the same database. A target then belongs to one of them at a time, from
the claim of its deliveries to the end of its last lane: nobody else sends there meanwhile, so that order, pace and
groups hold over all of them. Whoever gets a target first looks at what it was sent by others.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from monitor.core.alerts import Occasion, Target, Waiting
from monitor.core.dispatch import Past, remembered
from monitor.core.silences import Silence
from monitor.errors import StoreError
from monitor.ports import Outbox, Owner
from monitor.together import Run

log = structlog.get_logger(__name__)

Place = tuple[str, str]  # channel, target
NOTICE_SECONDS = 60.0  # that sending a notice may take


@dataclass(frozen=True, slots=True)
class Claimed:
    """By target what is to be sent there, and until when it is ours."""

    lanes: Mapping[Place, Sequence[Waiting]]
    silences: Sequence[Silence]
    until: datetime


class Claiming:
    """`lease` is for how long what is claimed is ours; `owner`: our name among several senders, None where we are
    alone. `behind()`: does the store not know yet what has happened?"""

    def __init__(
        self,
        outbox: Outbox,
        now: Callable[[], datetime],
        run: Run,
        lease: timedelta,
        notice_gap: timedelta,
        owner: Owner | None,
        behind: Callable[[], bool],
    ):
        self._outbox, self._now, self._run, self._lease, self._notice_gap = outbox, now, run, lease, notice_gap
        self._owner, self._behind = owner, behind
        self._ours: set[int] = set()  # ids of the deliveries that a lane has still to send
        self._lanes = Counter[Place]()  # under way
        self._done: set[Place] = set()  # to be given back
        self._past: dict[Place, Past] = {}
        self._noticed: dict[Place, datetime] = {}
        self._recalled = False
        self._changing = asyncio.Lock()  # what we claim must not be given back at the same time

    async def claim(self, limit: int, targets: Mapping[str, Sequence[Target]]) -> Claimed:
        """What is due, at most `limit`. Each lane has to be ended (`end`). Raises StoreError."""
        async with self._changing:
            await self._give_back()
            if self._owner is None and not self._recalled:  # at the start: what was sent before it counts, too
                self._past = dict(await self._recall(targets))
                self._recalled = True
            now = self._now()
            until = now + self._lease
            waiting, silences = await self._run(self._outbox.claim, now, until, limit, self._owner)
            lanes: defaultdict[Place, list[Waiting]] = defaultdict(list)
            for item in waiting:
                # A lease runs out early when the clock jumps, or the machine slept; the lane that has it still lives.
                if item.delivery.id not in self._ours:
                    lanes[item.delivery.channel, item.delivery.target].append(item)
            await self._look_back(lanes, targets)
            for place, lane in lanes.items():
                self._lanes[place] += 1
                self._done.discard(place)
                self._ours.update(item.delivery.id for item in lane)
        return Claimed(lanes, silences, until)

    async def _look_back(self, lanes: Mapping[Place, object], targets: Mapping[str, Sequence[Target]]) -> None:
        """Of targets that another sender may have had meanwhile."""
        if self._owner is None:
            return
        new = {place for place in lanes if not self._lanes[place]}
        self._done |= new  # if this fails
        if new:
            policies = {(each.channel, each.name): each.policy for several in targets.values() for each in several}
            paced = {place: place in policies and bool(policies[place].per_minute) for place in new}
            found = await self._recall(targets, paced)
            self._past |= {place: found.get(place, Past()) for place in new}

    async def _recall(
        self, targets: Mapping[str, Sequence[Target]], places: Mapping[Place, bool] | None = None
    ) -> Mapping[Place, Past]:
        policies = (target.policy for several in targets.values() for target in several)
        began_after = self._now() - remembered(policies) - self._lease
        found: Mapping[Place, Past] = await self._run(self._outbox.past, began_after, self._now(), places)
        return found

    def put_back(self, lane: Sequence[Waiting]) -> None:
        """They are about to be due again, perhaps before their lane has ended."""
        self._ours.difference_update(item.delivery.id for item in lane)

    def let_go(self, place: Place, lane: Sequence[Waiting]) -> None:
        """The lane sends nothing more, however it ended."""
        self.put_back(lane)
        self._lanes[place] -= 1

    async def end(self, place: Place) -> None:
        """All is told of the lane: others may have the target."""
        if self._owner is None:
            return
        async with self._changing:
            self._done.add(place)
            try:
                await self._give_back()
            except StoreError as error:  # before the next claim, or its lease runs out
                log.warning("a target could not be given back yet", channel=place[0], problem=str(error))

    async def _give_back(self) -> None:
        """Not while the store does not know all that was sent: whoever has a target next looks there."""
        if self._owner is None or self._behind():
            return
        places = {place for place in self._done if not self._lanes[place]}
        if places:
            await self._run(self._outbox.give_back, sorted(places), self._owner)
            self._done -= places
            self._lanes = +self._lanes

    def forget(self) -> None:
        """No lane is under way, nor those that were cancelled before they began. Their targets stay ours until their
        lease has run out: a message may be on its way."""
        self._ours.clear()
        self._lanes.clear()

    # --- what was sent -----------------------------------------------------------------------

    def past(self, place: Place) -> Past:
        return self._past.get(place, Past())

    def remember(self, place: Place, occasion: Occasion | None, target: Target) -> None:
        now = self._now()
        if target.policy.per_minute:
            self._past[place] = self.past(place).then(now, occasion)
        elif occasion is Occasion.STORM:  # else nobody asks, and a fast target has thousands in a minute
            self._past[place] = Past(storm=now)

    # --- word of troubled targets --------------------------------------------------------------

    async def may_notice(self, place: Place) -> bool:
        """Whether it is our turn to tell people elsewhere of this target: once in the gap, over all senders."""
        now = self._now()
        if place in self._noticed and now - self._noticed[place] < self._notice_gap:
            return False
        return await self._turn_to_notice(place, NOTICE_SECONDS)

    async def noticed(self, place: Place, told: bool) -> None:
        """`told`: somebody took the notice; else it may be tried again at once."""
        if told:
            self._noticed[place] = self._now()
        await self._turn_to_notice(place, self._notice_gap.total_seconds() if told else 0.0)

    async def _turn_to_notice(self, place: Place, seconds: float) -> bool:
        if self._owner is None:
            return True
        try:
            return bool(await self._run(self._outbox.turn_to_notice, place, self._owner, seconds))
        except StoreError:
            return True  # twice is better than never
