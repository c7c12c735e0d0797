"""When to ask a source again, and what to remember of the last answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from monitor.core.model import Outcome, Polled, PollPlan, PollState, Source

RETRY_AFTER_CAP = timedelta(hours=24)
_SHORTEST = timedelta(seconds=1)
# How a failure backs off: doublings before the first retry, and the longest wait. Never given up.
_BACK_OFF = {
    Outcome.TEMPORARY: (0, timedelta(hours=1)),
    Outcome.SOFT: (1, timedelta(hours=6)),
    Outcome.HARD: (2, timedelta(hours=24)),
}
_BLOCKED = frozenset({401, 402, 403, 407, 451})
_GONE = frozenset({404, 410})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def plan(source: Source, state: PollState, polled: Polled, now: datetime) -> PollPlan:
    """The next poll. After a success the source's own rhythm; after a failure, later by its grade.

    `state` is the one before this poll. A source asks at a fixed phase of its interval, taken from
    its id, so that sources spread out and stay spread out after a restart.
    """
    interval = max(source.interval, _SHORTEST)
    if polled.outcome not in _BACK_OFF:
        return PollPlan(_next_slot(source.id, interval, now), f"every {words(interval)}")
    first, longest = _BACK_OFF[polled.outcome]
    doublings = min(state.failures + first, 20)
    wait = max(interval, min(interval * 2**doublings, longest))
    failures = state.failures + 1
    reason = f"{polled.outcome.value} failure, {failures} in a row: again in {words(wait)}"
    asked = _asked(polled)
    if asked > wait:
        wait, reason = asked, f"the server asked to wait {words(asked)}"
    return PollPlan(now + wait, reason)


def next_state(state: PollState, polled: Polled, planned: PollPlan) -> PollState:
    """What to remember after this poll. `last_new_at` is left to who knows which entries are new."""
    after = replace(state, last_poll_at=polled.at, next_poll_at=planned.next_poll_at)
    if polled.outcome in _BACK_OFF:
        # Validators stay those of the last body that was read.
        return replace(after, failures=state.failures + 1, status=status(polled), error=polled.message)
    after = replace(after, last_success_at=polled.at, failures=0)
    if polled.outcome is Outcome.FRESH:
        return replace(
            after,
            etag=polled.etag,
            modified=polled.modified,
            body_hash=polled.body_hash,
            status=status(polled),
            error=polled.message,
        )
    # Unchanged says nothing new about what the last body held, and need not repeat its validators.
    return replace(
        after,
        etag=polled.etag or state.etag,
        modified=polled.modified or state.modified,
        body_hash=polled.body_hash or state.body_hash,
        status="empty" if state.status == "empty" else status(polled),
        error="" if state.failures else state.error,
    )


def status(polled: Polled) -> str:
    """One word for how the source is: healthy, empty, failing, unreadable, blocked, gone, refused."""
    if polled.outcome is Outcome.TEMPORARY:
        return "failing"
    if polled.outcome is Outcome.SOFT:
        return "unreadable"
    if polled.outcome is Outcome.HARD:
        if polled.status is None:
            return "refused"  # by our own guard: address, port, scheme
        return "gone" if polled.status in _GONE else "blocked" if polled.status in _BLOCKED else "failing"
    return "empty" if polled.outcome is Outcome.FRESH and not polled.entries else "healthy"


def words(span: timedelta) -> str:
    """A span of time as people say it: `45 s`, `10 min`, `1 h 30 min`."""
    seconds = round(span.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)


def _next_slot(source_id: str, interval: timedelta, now: datetime) -> datetime:
    """The first moment of the source's phase that is at least half an interval away."""
    phase = interval * (int.from_bytes(sha256(source_id.encode()).digest()[:4], "big") / 2**32)
    earliest = now + interval / 2
    return earliest + (phase - (earliest - _EPOCH)) % interval


def _asked(polled: Polled) -> timedelta:
    """What Retry-After asks for, within reason."""
    seconds = polled.retry_after or 0.0
    if not seconds > 0:  # also not-a-number
        return timedelta(0)
    return timedelta(seconds=min(seconds, RETRY_AFTER_CAP.total_seconds()))
