"""A day and more of many sources, with an accelerated clock: what the planning adds up to."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import heapify, heappop, heappush
from itertools import pairwise
from random import Random

from monitor.core.model import Entry, Outcome, Polled, PollState, Source
from monitor.core.polling import next_state, plan, trusts_304

START = datetime(2026, 11, 19, 0, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WINDOW = 20  # entries that a list holds


@dataclass
class Outlet:
    """Publishes by chance, once in `gap` on average; may sleep from 20 to 4 o'clock, and behave badly."""

    number: int
    gap: timedelta
    sleeps: bool = False
    manner: str = "well"  # or: busy (429), slow (time-outs), lying (304 for ever), shut (410), cached (max-age)
    published: list[datetime] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)

    def write(self, random: Random, until: datetime) -> None:
        at = START - WINDOW * self.gap
        while at < until:
            at += self.gap * random.expovariate(1.0)
            if not self.sleeps or 4 <= at.hour < 20:
                self.published.append(at)
        self.entries = [Entry(f"{n}", (), None, "T", published=at) for n, at in enumerate(self.published)]

    def answer(self, source: Source, state: PollState, at: datetime, random: Random) -> Polled:
        if self.manner == "shut":
            return Polled(source.id, at, Outcome.HARD, status=410)
        if self.manner == "busy" and random.random() < 0.3:
            return Polled(source.id, at, Outcome.TEMPORARY, status=429, retry_after=1800.0)
        if self.manner == "slow" and random.random() < 0.3:
            return Polled(source.id, at, Outcome.TEMPORARY, message="timed out")
        newest = bisect_right(self.published, at)
        etag = "always" if self.manner == "lying" else str(newest)
        max_age = 1200.0 if self.manner == "cached" else None
        if state.etag == etag and trusts_304(state, at):
            return Polled(source.id, at, Outcome.UNCHANGED, status=304, max_age=max_age)
        if state.body_hash == str(newest):
            return Polled(source.id, at, Outcome.UNCHANGED, status=200, body_hash=str(newest), max_age=max_age)
        entries = tuple(self.entries[max(0, newest - WINDOW) : newest])
        return Polled(source.id, at, Outcome.FRESH, entries, 200, etag, None, str(newest), max_age=max_age)


@dataclass
class Seen:
    polls: list[datetime] = field(default_factory=list)
    asked_until: list[tuple[datetime, datetime]] = field(default_factory=list)
    delays: list[timedelta] = field(default_factory=list)
    missed: int = 0


def live(outlets: list[Outlet], lasts: timedelta, **configured: timedelta) -> dict[int, Seen]:
    """Poll them all for so long; what each was asked and what was seen of it."""
    random = Random(4)
    seen: dict[int, Seen] = defaultdict(Seen)
    sources = {o.number: Source(f"s{o.number}", "https://x.example", "X", **configured) for o in outlets}
    states = {outlet.number: PollState() for outlet in outlets}
    by_number = {outlet.number: outlet for outlet in outlets}
    known: dict[int, int] = {}
    for outlet in outlets:
        outlet.write(random, START + lasts)
    clock = [(START + random.random() * MINUTE, outlet.number) for outlet in outlets]
    heapify(clock)
    while clock and clock[0][0] < START + lasts:
        due, number = heappop(clock)
        at = due + timedelta(seconds=random.random() * 5)  # a tick
        source, state, outlet, mine = sources[number], states[number], by_number[number], seen[number]
        polled = outlet.answer(source, state, at, random)
        mine.polls.append(at)
        if polled.retry_after:
            mine.asked_until.append((at, at + timedelta(seconds=polled.retry_after)))
        elif polled.max_age:
            mine.asked_until.append((at, at + timedelta(seconds=polled.max_age)))
        if polled.outcome is Outcome.FRESH:
            newest = bisect_right(outlet.published, at)
            before = known.get(number, newest)
            mine.missed += max(0, newest - before - WINDOW)
            mine.delays += [at - moment for moment in outlet.published[max(before, newest - WINDOW) : newest]]
            known[number] = newest
        planned = plan(source, state, polled, at + timedelta(seconds=random.random() * 2))
        states[number] = next_state(state, polled, planned)
        heappush(clock, (planned.next_poll_at, number))
    return seen


MANNERS = ("well", "well", "well", "busy", "slow", "lying", "cached", "shut")


def lively(number: int) -> timedelta:
    """From one entry in a quarter of an hour to one in four days."""
    return 15 * MINUTE * (4 * DAY / (15 * MINUTE)) ** (number % 100 / 99)


def test_a_day_of_500_sources_keeps_every_floor_starves_none_and_asks_by_liveliness():
    outlets = [Outlet(n, lively(n), n % 3 == 0, MANNERS[n * 7 % len(MANNERS)]) for n in range(500)]
    seen = live(outlets, DAY)
    counts: dict[str, list[tuple[timedelta, int]]] = defaultdict(list)
    for outlet in outlets:
        mine = seen[outlet.number]
        waits = [later - sooner for sooner, later in pairwise(mine.polls)]
        assert all(wait >= 2 * MINUTE for wait in waits)
        for at, until in mine.asked_until:
            following = mine.polls[bisect_right(mine.polls, at) :][:1]
            assert all(poll >= until for poll in following)
        assert mine.missed == 0
        counts[outlet.manner].append((outlet.gap, len(mine.polls)))
    assert {count for _, count in counts["shut"]} == {1}, "the second is due a day after the first"
    del counts["shut"]
    for manner, counted in counts.items():
        brisk = [count for gap, count in counted if gap < HOUR]
        slow = [count for gap, count in counted if gap > DAY]
        assert min(brisk) >= 40, manner
        assert max(brisk) <= 720, manner
        assert min(slow) >= 3, manner
        assert max(slow) <= 60, manner


def test_what_is_published_is_seen_within_a_fraction_of_the_usual_gap():
    for gap in (20 * MINUTE, 2 * HOUR, 12 * HOUR):
        delays = [delay for seen in live([Outlet(n, gap) for n in range(8)], 3 * DAY).values() for delay in seen.delays]
        assert sum(delays, timedelta(0)) / len(delays) < max(gap / 4, 3 * MINUTE)


def test_one_who_names_an_interval_is_answered_with_it_whatever_the_source_does():
    """No wait beyond one and a half of it (which is when the phase is found), even of a source that never writes."""
    outlets = [Outlet(n, gap) for n, gap in enumerate((HOUR, 30 * DAY))]
    configured = {"interval": 15 * MINUTE, "min_interval": 3 * MINUTE, "max_interval": 15 * MINUTE}
    for seen in live(outlets, DAY, **configured).values():
        waits = [later - sooner for sooner, later in pairwise(seen.polls)]
        assert min(waits) >= 3 * MINUTE
        assert max(waits) <= 23 * MINUTE


def test_what_a_304_hides_is_found_within_a_day():
    """A server that answers 304 for ever is asked for the whole list now and then, and not believed after that."""
    outlets = [Outlet(n, 30 * MINUTE, manner="lying") for n in range(4)]
    for seen in live(outlets, 2 * DAY).values():
        assert seen.missed == 0
        late = [delay for delay in seen.delays if delay > 3 * HOUR]
        assert not late
