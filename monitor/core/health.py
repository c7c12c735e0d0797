"""How a source is, in one word with its cause: what an operator sees of it.

Two questions are asked of a source, and their answers agree. `health` tells an operator whether somebody should look
at it; `coverage` asks whether a rule still has ears, and is slower to give one up. Both rest on `heard`, so that what
is healthy is never dead there, and what is dead there is never healthy here: it fails, is blocked or gone, or is
quiet because nobody asks it. What is alive there may be quiet, for it answers, or have failed for less than six hours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.model import PollState, Source
from monitor.core.polling import DISTRUST, moved, waits
from monitor.core.rhythm import LONGEST, words

SILENT_FOR = timedelta(hours=6)  # without a success before nobody counts on a source, or three intervals
PASSING = 2  # failures in a row that are likely to pass by themselves (time-outs, 5xx) and do not count as failing
_QUIET_GAPS, _QUIET_PAUSES = 3.0, 1.5  # usual gaps, and longest pauses of late, …
_LONGEST_PAUSE = timedelta(days=5)  # (a pause beyond is no habit)
_QUIET_AT_LEAST = timedelta(days=1)  # … and so long, before silence is unusual
_UNKNOWN = timedelta(days=7)
_WORDS = {"blocked": "blocked", "refused": "blocked", "gone": "gone"}
_UNHEALTHY = frozenset({"quiet", "failing", "blocked", "gone"})


@dataclass(frozen=True, slots=True)
class Health:
    """How a source is: one word (healthy, quiet, failing, blocked, gone; new before its first answer, off where it
    is not asked), the cause in words, and when its next entry is expected (past: overdue), None while its gap is not
    known."""

    word: str
    cause: str
    expected: datetime | None = None
    noted: bool = False  # the cause has more to tell than the word

    @property
    def unhealthy(self) -> bool:
        """Should somebody look at it? A quiet source too: what it no longer tells, no other poll will."""
        return self.word in _UNHEALTHY


def health(state: PollState, source: Source, now: datetime, plan: str = "") -> Health:
    """How a source is now. Pure: ask at any time. `plan` is why it is asked next when it is, where that is known:
    that it waits for its host is no illness, and is told with the cause."""
    found = _health(state, source, now)
    if not (source.enabled and waits(plan) and state.next_poll_at and state.next_poll_at > now):
        return found
    return replace(found, cause=f"{found.cause}; {plan}", noted=True)


def _health(state: PollState, source: Source, now: datetime) -> Health:
    expected = expected_at(state)
    if not source.enabled:
        return Health("off", "switched off, or no longer in sources.yaml")
    if not state.failures and state.last_success_at is None:
        return Health("new", "not asked yet" if state.last_poll_at is None else "not asked yet at its new address")
    alive = heard(state, source, now)
    if state.failures and (state.failures > PASSING or state.status != "failing" or not alive):
        return Health(_WORDS.get(state.status, "failing"), _why_failing(state, now), expected)
    if not alive:
        return Health("quiet", f"it has not been asked for {_since(state.last_success_at, now)}", expected)
    word, cause = _while_it_answers(state, now)
    notes = [cause]
    if state.failures:
        notes.append(f"the last poll failed, which may pass: {state.error}")
    elif state.error:
        notes.append(f"with a warning: {state.error}")
    if state.lied_at is not None and now - state.lied_at < DISTRUST:
        notes.append("it has told “unchanged” although there was news: its list is always read whole")
    return Health(word, "; ".join(notes), expected, noted=len(notes) > 1)


def heard(state: PollState, source: Source, now: datetime) -> bool:
    """Whether its last success is recent, or, while none failed, its next poll not yet much overdue."""
    success, bound = state.last_success_at, patience(source)
    if success is None:
        return False
    if now - success <= bound:
        return True
    # A host that wants to be left alone puts polls off; nobody hears it for that.
    return not state.failures and now <= min(state.next_poll_at or success, success + LONGEST) + bound


def patience(source: Source) -> timedelta:
    """How long after a success, or after a poll that did not come, a source is still counted on."""
    return max(3 * source.interval, SILENT_FOR)


def expected_at(state: PollState) -> datetime | None:
    """When the next entry would usually come; in the past while it is overdue."""
    if state.gap is None or state.last_new_at is None:
        return None
    return state.last_new_at + timedelta(seconds=state.gap)


def moved_hint(state: PollState, source: Source) -> str:
    """What to edit where a source has moved for good; "" when there is nothing to do."""
    new = moved(state)
    if new is None or new == source.url:
        return ""
    return f"it has moved for good and is read at {new}: put that address into sources.yaml"


def quiet_after(state: PollState) -> timedelta:
    """How long a silence is unusual for the source; a week while its habits are not known."""
    if state.gap is None:
        return _UNKNOWN
    pause = min(state.pause or 0.0, _LONGEST_PAUSE.total_seconds())
    return max(_QUIET_AT_LEAST, timedelta(seconds=max(_QUIET_GAPS * state.gap, _QUIET_PAUSES * pause)))


def _while_it_answers(state: PollState, now: datetime) -> tuple[str, str]:
    if state.last_new_at is None:
        return "quiet", "its feed has no entries" if state.status == "empty" else "it has had no entry yet"
    silence = now - state.last_new_at
    usual = f", usually one every {words(timedelta(seconds=state.gap))}" if state.gap else ""
    if silence > quiet_after(state):
        empty = "its feed is empty, " if state.status == "empty" else ""
        return "quiet", f"{empty}no new entry for {words(silence)}{usual}"
    if state.status == "empty":
        return "quiet", f"its feed has no entries any more, the last came {words(silence)} ago"
    return "healthy", f"a new entry {words(silence)} ago{usual}"


def _why_failing(state: PollState, now: datetime) -> str:
    times = "the last poll" if state.failures == 1 else f"{state.failures} polls in a row"
    last = f"last success {_since(state.last_success_at, now)} ago" if state.last_success_at else "never a success"
    return f"{times} failed, {last}: {state.error or state.status}"


def _since(then: datetime | None, now: datetime) -> str:
    return words(max(now - then, timedelta(0))) if then else "ever"
