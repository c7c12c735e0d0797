"""What the polls of a source teach about it: how often to ask, how often it writes, what it has listed.

The rhythm is multiplicative. A poll that brought new entries shortens it, the more of the list they are
the further: where few had been seen before, the next may already have been missed. A poll that brought none
lengthens it by a tenth, so that it grows to about a tenth of the silence. For a source that writes steadily
this settles where one poll in five brings something.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from itertools import islice, pairwise
from math import exp, log

from monitor.core.model import Entry, Outcome, Polled, PollState, Source
from monitor.core.render import count

LONGEST = timedelta(hours=24)  # without a poll, whatever is configured
_SHORTEST = timedelta(seconds=1)
_SLOWER = 0.1  # of the rhythm, for each poll without news
# (share of the list that turns over within one rhythm, what the rhythm is multiplied by)
_FASTER = ((0.99, 0.25), (0.5, 0.5), (0.0, 0.7))
_AWAKE = 3600.0  # seconds: what has just written may write more

_TOKEN = 4  # characters that stand for one entry: 24 bits of its identity
_REMEMBERED = 1_000  # entries: the most that a news sitemap may list
_AT_LEAST = 100  # entries remembered of a short list, which may be served in turns with an older one
_NEWS_WEIGHT = 0.2  # of each new entry in the usual gap
_HALF_LIFE = 30 * 86400.0  # seconds after which a long pause counts half


def bounds(source: Source) -> tuple[float, float]:
    """The shortest and longest rhythm, in seconds. Never longer than a day."""
    return _bounds(source.min_interval, source.interval, source.max_interval)


@lru_cache(1_000)  # most sources keep what is usual
def _bounds(least: timedelta, usual: timedelta, most: timedelta) -> tuple[float, float]:
    longest = max(min(most, LONGEST), _SHORTEST)
    shortest = max(min(least, usual, longest), _SHORTEST)
    return shortest.total_seconds(), longest.total_seconds()


def within(source: Source, seconds: float) -> float:
    """The nearest rhythm that the source may have."""
    shortest, longest = bounds(source)
    return min(max(seconds, shortest), longest)


def rhythm(source: Source, state: PollState) -> float:
    """Seconds between two polls, as it stands: what was learned, or else what is configured."""
    return within(source, source.interval.total_seconds() if state.rhythm is None else state.rhythm)


@lru_cache(1_000)  # rhythms go in steps
def words(span: timedelta) -> str:
    """A span of time as people say it: `45 s`, `10 min`, `1 h 30 min`, `3 days`."""
    seconds = round(span.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours >= 48:
        return f"{round(hours / 24)} days"
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)


def learned_rhythm(source: Source, state: PollState, polled: Polled) -> tuple[float, str]:
    """The rhythm after a successful poll, in seconds, and why. `state` is the one before."""
    now = rhythm(source, state)
    new = fresh_entries(state, polled)
    if new is None or state.last_success_at is None:
        return now, "first sight of its list"
    elapsed = max((polled.at - state.last_success_at).total_seconds(), 1.0)
    if new == 0:
        since = f" for {words(polled.at - state.last_new_at)}" if state.last_new_at else ""
        return within(source, now + _SLOWER * min(elapsed, now)), f"nothing new{since}"
    # What gathered while nobody asked says nothing of the rhythm.
    turnover = new / len(polled.entries) * min(1.0, now / elapsed)
    factor = next(factor for share, factor in _FASTER if turnover > share)
    why = f"{new} of {count(len(polled.entries), 'entry', 'entries')} new"
    if new >= len(polled.entries):
        why += ", some may have been missed"
    return within(source, min(now * factor, _AWAKE)), why


def learn(state: PollState, polled: Polled) -> PollState:
    """The state with what a list that was read says of the source's entries: gap, pause, last new one, list."""
    new = fresh_entries(state, polled)
    after = replace(state, seen=_remember(state.seen, polled.entries))
    if new is None:
        return _first_sight(after, polled)
    if not new:
        return after
    last = state.last_new_at or state.last_success_at or polled.at
    since = max((polled.at - last).total_seconds(), 1.0)
    sample, weight = since / new, 1 - (1 - _NEWS_WEIGHT) ** new
    gap = sample if not state.gap else exp((1 - weight) * log(state.gap) + weight * log(sample))
    pause = max(since, (state.pause or 0.0) * 0.5 ** (since / _HALF_LIFE))
    return replace(after, last_new_at=polled.at, gap=gap, pause=pause)


def fresh_entries(state: PollState, polled: Polled) -> int | None:
    """How many entries were not in the list before; None where nobody knows what was."""
    if polled.outcome is not Outcome.FRESH:
        return 0
    if state.seen is None or state.last_success_at is None:
        return None
    known = set(_split(state.seen))
    new = sum(token not in known for token in dict.fromkeys(_tokens(polled.entries)))
    # Of a list beyond our memory, a change is all that can be known.
    return new if len(polled.entries) <= _REMEMBERED else max(new, 1)


def _first_sight(state: PollState, polled: Polled) -> PollState:
    """The dates in the list stand for what was not seen; of the newer half, for the oldest may be pinned."""
    dates = sorted((min(entry.published, polled.at) for entry in polled.entries if entry.published), reverse=True)
    newest = dates[0] if dates else state.last_new_at or (polled.at if polled.entries else None)
    half = dates[: len(dates) // 2 + 1]
    gaps = [(late - early).total_seconds() for late, early in pairwise(half)]
    return replace(
        state,
        last_new_at=_later(state.last_new_at, newest),
        gap=state.gap or (sum(gaps) / len(gaps) if gaps else 0.0) or None,
        pause=state.pause or max(gaps, default=0.0) or None,
    )


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else one or other


def _remember(seen: str | None, entries: Iterable[Entry]) -> str:
    """What is listed now, then what was before: one copy of a list may be older than another."""
    listed = dict.fromkeys(_tokens(entries))
    room = min(max(2 * len(listed), _AT_LEAST), _REMEMBERED)
    return "".join(list({**listed, **dict.fromkeys(_split(seen or ""))})[:room])


def _tokens(entries: Iterable[Entry]) -> list[str]:
    return [_token(entry.identity) for entry in islice(entries, _REMEMBERED)]


@lru_cache(20_000)  # of one poll they are looked at several times
def _token(identity: str) -> str:
    return b64encode(sha256(identity.encode("utf-8", "surrogatepass")).digest()[:3]).decode()


def _split(seen: str) -> list[str]:
    return [seen[at : at + _TOKEN] for at in range(0, len(seen), _TOKEN)]
