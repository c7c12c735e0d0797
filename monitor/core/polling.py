"""When to ask a source again, where, and what to remember of the last answer."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from heapq import heapify, heappop, heappush
from math import log2
from typing import Any

from monitor.core.model import Outcome, Polled, PollPlan, PollState, Source
from monitor.core.rhythm import LONGEST, bounds, fresh_entries, learn, learned_rhythm, rhythm, within, words

RETRY_AFTER_CAP = timedelta(hours=24)
FLOOR_CAP = timedelta(hours=1)  # of what Cache-Control and ttl ask for: some ask for a week
GONE_FOR_GOOD = (timedelta(days=1), timedelta(days=7))  # after the first 410, and after the following ones
TRUST_304 = timedelta(hours=24)  # the longest without the whole list
HELD_POLLS, HELD_FOR = 3, timedelta(days=1)  # until a permanent redirect is believed
DISTRUST = timedelta(days=7)  # after a 304 that lied
_DOUBT_GAPS = 3  # usual gaps of silence after which a 304 is doubted
_LEAST_DOUBT = timedelta(hours=1)
# How a failure backs off: doublings before the first retry, and the longest wait. Never given up.
_BACK_OFF = {
    Outcome.TEMPORARY: (0, timedelta(hours=1)),
    Outcome.SOFT: (1, timedelta(hours=6)),
    Outcome.HARD: (2, timedelta(hours=24)),
}
_BLOCKED = frozenset({401, 402, 403, 407, 451})
_GONE = frozenset({404, 410})
_BUSY = frozenset({429, 503})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AFTER_SILENCE = timedelta(minutes=5)  # over which the sources of a host come back
_TURN_AGAIN = timedelta(minutes=5)  # after a turn that did not come, at most
_WAITING = "waiting: "
PER_SECOND, HOST_GAP = 20, 2.0  # polls, and seconds between two of one host, while an outage is made up for


@dataclass(frozen=True, slots=True)
class Overdue:
    """A source whose time has passed; `rhythm` in seconds."""

    source_id: str
    host: str
    rhythm: float


def plan(source: Source, state: PollState, polled: Polled, now: datetime) -> PollPlan:
    """The next poll. After a success the rhythm that was learned; after a failure, later by its grade.

    `state` is the one before this poll. A source asks at a fixed phase of its rhythm, taken from its
    id, so that sources spread out and stay spread out; never sooner than the server and the feed ask
    for (within an hour), never later than in a day, a week where it is gone for good. What was put off for the
    sake of its host was not asked: nothing is learned or held against it, and its turn comes when the host's does.
    """
    if polled.outcome is Outcome.POSTPONED:
        return _put_off(source, state, polled, now)
    if polled.outcome in _BACK_OFF:
        return _after_failure(source, state, polled, now)
    learned, why = learned_rhythm(source, state, polled)
    wait = _rung(source, learned)
    reason = f"every {words(wait)}: {why}"
    floor = _floor(state, polled)
    if floor > wait:
        wait, reason = floor, f"not within {words(floor)}: the server asks so; {why}"
    least = max(floor, timedelta(seconds=bounds(source)[0]))
    return PollPlan(_next_slot(source.id, wait, least, now), reason, learned)


def _after_failure(source: Source, state: PollState, polled: Polled, now: datetime) -> PollPlan:
    usual = timedelta(seconds=rhythm(source, state))
    failures = state.failures + 1
    if polled.status == 410:
        wait = GONE_FOR_GOOD[state.status == "gone"]
        reason = f"the server says that it is gone for good: again in {words(wait)}"
    else:
        first, longest = _BACK_OFF[polled.outcome]
        doublings = min(state.failures + first, 20)
        wait = max(usual, min(usual * 2**doublings, longest), _floor(state, polled))
        reason = f"{polled.outcome.value} failure, {failures} in a row: again in {words(wait)}"
    asked = _asked(polled)
    if asked > wait:
        wait, reason = asked, f"the server asked to wait {words(asked)}"
    return PollPlan(now + wait, reason)


def _put_off(source: Source, state: PollState, polled: Polled, now: datetime) -> PollPlan:
    asked = _asked(polled)
    wait = asked or min(timedelta(seconds=rhythm(source, state)), _TURN_AGAIN)
    reason = waiting(polled.message, now + asked if asked else None)
    return PollPlan(min(after_silence(source.id, now + wait), now + LONGEST), reason)


def next_state(state: PollState, polled: Polled, planned: PollPlan) -> PollState:
    """What to remember after this poll."""
    if polled.outcome is Outcome.POSTPONED:
        return replace(state, next_poll_at=planned.next_poll_at)
    asked: dict[str, Any] = {"last_poll_at": polled.at, "next_poll_at": planned.next_poll_at}
    if polled.outcome in _BACK_OFF:
        # Validators stay those of the last body that was read.
        return replace(state, **asked, failures=state.failures + 1, status=status(polled), error=polled.message)
    asked |= {
        "last_success_at": polled.at,
        "failures": 0,
        "rhythm": state.rhythm if planned.rhythm is None else planned.rhythm,
        "last_body_at": state.last_body_at if polled.status == 304 else polled.at,
    }
    followed = _followed(state, polled)
    if polled.outcome is Outcome.FRESH:
        return replace(
            learn(followed, polled),
            **asked,
            lied_at=polled.at if _lied(state, polled) else state.lied_at,
            etag=polled.etag,
            modified=polled.modified,
            body_hash=polled.body_hash,
            ttl=polled.ttl,
            status=status(polled),
            error=polled.message,
        )
    # Unchanged says nothing new about what the last body held, and need not repeat its validators.
    return replace(
        followed,
        **asked,
        etag=polled.etag or state.etag,
        modified=polled.modified or state.modified,
        body_hash=polled.body_hash or state.body_hash,
        status="empty" if state.status == "empty" else status(polled),
        error="" if state.failures else state.error,
    )


def status(polled: Polled) -> str:
    """One word for how the poll went: healthy, empty, failing, unreadable, blocked, gone, refused, waiting."""
    if polled.outcome is Outcome.POSTPONED:
        return "waiting"
    if polled.outcome is Outcome.TEMPORARY:
        return "failing"
    if polled.outcome is Outcome.SOFT:
        return "unreadable"
    if polled.outcome is Outcome.HARD:
        if polled.status is None:
            return "refused"  # by our own guard: address, port, scheme
        return "gone" if polled.status in _GONE else "blocked" if polled.status in _BLOCKED else "failing"
    return "empty" if polled.outcome is Outcome.FRESH and not polled.entries else "healthy"


# --- 304s that lie ---------------------------------------------------------------------------


def trusts_304(state: PollState, now: datetime) -> bool:
    """Whether to ask with validators. Not once a day, not for a week after a 304 that lied, and not where a
    source that used to be livelier has been silent: then after an hour, and at each doubling of its silence."""
    if state.last_body_at is None or now - state.last_body_at >= TRUST_304:
        return False
    if state.lied_at is not None and now - state.lied_at < DISTRUST:
        return False
    if state.gap is None or state.last_new_at is None:
        return True
    silence = now - state.last_new_at
    unusual = silence.total_seconds() >= _DOUBT_GAPS * state.gap
    return not (unusual and now - state.last_body_at >= max(_LEAST_DOUBT, silence / 2))


def _lied(state: PollState, polled: Polled) -> bool:
    """New entries under the very validators for which we were told 304 before."""
    if polled.outcome is not Outcome.FRESH or not (polled.etag or polled.modified):
        return False
    told_304 = state.last_body_at is not None and state.last_body_at != state.last_success_at
    same = (polled.etag, polled.modified) == (state.etag, state.modified)
    return told_304 and same and bool(fresh_entries(state, polled))


# --- permanent redirects ---------------------------------------------------------------------


def moved(state: PollState) -> str | None:
    """The new address, once permanent redirects to it have held."""
    if state.moved_to is None or state.moved_since is None or state.last_success_at is None:
        return None
    held = state.moved_polls >= HELD_POLLS and state.last_success_at - state.moved_since >= HELD_FOR
    return state.moved_to if held else None


def address(source: Source, state: PollState) -> str:
    """The URL to ask. Where it has moved for good the new one; after a failure there, the two in turn."""
    new = moved(state)
    return source.url if new is None or state.failures % 2 else new


def _followed(state: PollState, polled: Polled) -> PollState:
    """The state with where a successful poll was led to."""
    if polled.moved_to is None and state.moved_to is None:
        return state
    if polled.moved_to is not None and polled.moved_to == state.moved_to:
        return replace(state, moved_polls=state.moved_polls + 1)
    if polled.moved_to is not None:
        return replace(state, moved_to=polled.moved_to, moved_since=polled.at, moved_polls=1)
    if moved(state) is not None and state.failures % 2 == 0:
        return state  # the new address answered by itself
    return replace(state, moved_to=None, moved_since=None, moved_polls=0)


# --- many sources ----------------------------------------------------------------------------


def host_silence(polled: Polled) -> datetime | None:
    """Until when the server asked to be left alone altogether; None when it did not."""
    asked = _asked(polled)
    return polled.at + asked if polled.status in _BUSY and asked else None


def silence(host: str) -> str:
    """Why a source of this host is not asked, in words."""
    return f"{host} asked to be left alone"


def waiting(why: str, until: datetime | None = None) -> str:
    """The reason of a plan that waits for a host."""
    return f"{_WAITING}{why} until {until:%Y-%m-%d %H:%M} UTC" if until else f"{_WAITING}{why}"


def waits(reason: str) -> bool:
    """Is this the reason of a plan that waits for a host?"""
    return reason.startswith(_WAITING)


def after_silence(source_id: str, until: datetime) -> datetime:
    """When a source of a host that was left alone until then may be asked: not all at the same moment."""
    return until + _phase(source_id) * _AFTER_SILENCE


def spread(overdue: Iterable[Overdue], now: datetime) -> dict[str, datetime]:
    """When to ask what is overdue after an outage: at most `PER_SECOND` a second, those of one host
    `HOST_GAP` apart, the liveliest first."""
    queues: dict[str, deque[Overdue]] = defaultdict(deque)
    for item in sorted(overdue, key=lambda item: (item.rhythm, item.source_id)):
        queues[item.host].append(item)
    resting: list[tuple[float, str]] = []  # hosts by the moment (seconds from now) from which they may be asked
    ready = [(queue[0].rhythm, host) for host, queue in queues.items()]
    heapify(ready)
    planned: dict[str, datetime] = {}
    moment = 0.0
    while ready or resting:
        if not ready:
            moment = max(moment, resting[0][0])
        while resting and resting[0][0] <= moment:
            _, host = heappop(resting)
            heappush(ready, (queues[host][0].rhythm, host))
        _, host = heappop(ready)
        planned[queues[host].popleft().source_id] = now + timedelta(seconds=moment)
        if queues[host]:
            heappush(resting, (moment + HOST_GAP, host))
        moment += 1 / PER_SECOND
    return planned


@lru_cache(20_000)
def _phase(source_id: str) -> float:
    """From 0 to 1, the same for ever."""
    return int.from_bytes(sha256(source_id.encode("utf-8", "surrogatepass")).digest()[:4], "big") / 2**32


# --- when ------------------------------------------------------------------------------------


def _rung(source: Source, seconds: float) -> timedelta:
    """The rhythm in steps of the square root of two, so that a phase means something: it holds on one step."""
    base = max(source.interval.total_seconds(), 1.0)
    stepped = base * 2 ** (round(2 * log2(seconds / base)) / 2)
    return timedelta(seconds=within(source, stepped))


def _next_slot(source_id: str, period: timedelta, floor: timedelta, now: datetime) -> datetime:
    """The first moment of the source's phase that is at least half a period away, never sooner than the floor."""
    phase = period * _phase(source_id)
    earliest = now + period / 2
    slot = earliest + (phase - (earliest - _EPOCH)) % period
    return min(max(slot, now + floor), now + LONGEST)


def _floor(state: PollState, polled: Polled) -> timedelta:
    """The least wait that the server or the feed asks for, within reason."""
    ttl = polled.ttl if polled.outcome is Outcome.FRESH else state.ttl
    seconds = max((value for value in (polled.max_age, ttl) if value and value > 0), default=0.0)
    return timedelta(seconds=min(seconds, FLOOR_CAP.total_seconds()))


def _asked(polled: Polled) -> timedelta:
    """What Retry-After asks for, within reason."""
    seconds = polled.retry_after or 0.0
    if not seconds > 0:  # also not-a-number
        return timedelta(0)
    return timedelta(seconds=min(seconds, RETRY_AFTER_CAP.total_seconds()))
