"""Whose turn at a host it is, where several processes ask: from what is held there to what is written down.

Held are marks, each with an owner and an end:

    `place N`   a request is under way; at most so many at once
    `start`     until then nobody else begins: the gap between two starts
    `silence`   the host asked to be left alone
    `wish`      the gap that somebody found longer than usual (slow answers, a crawl-delay): its owner is the number
    `queue N`   somebody waits for a place; who came first gets the next one
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

QUEUED = 5.0  # seconds after which one in the queue that does not ask again is forgotten
_AGAIN = 0.25, 2.0  # seconds, the least and the most, until one in the queue asks again
_WISH = 60.0  # seconds for which a wish is heeded, or twice the gap that it asks for


@dataclass(frozen=True, slots=True)
class Mark:
    name: str
    owner: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for leave to begin: at most `at_once` requests, their starts `gap` seconds apart, `longer` whether
    that is more than usual; the request ends `lasting` seconds after its start at the latest."""

    owner: str
    at_once: int
    gap: float
    longer: bool
    lasting: float


@dataclass(frozen=True, slots=True)
class Turn:
    """`place`: begin in `after` seconds; without one, ask again after so many. `silent`: the host is not to be asked
    for so many seconds."""

    place: str = ""
    after: float = 0.0
    silent: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The turn; the marks to be set, and the names of those to be dropped."""

    turn: Turn
    marks: tuple[Mark, ...] = ()
    dropped: tuple[str, ...] = ()


def turn(held: Sequence[Mark], asking: Asking, now: datetime) -> Answer:
    """What one who asks is told. The marks are those of one host."""
    marks = {mark.name: mark for mark in held if mark.until > now}
    if (silence := marks.get("silence")) is not None:
        return Answer(Turn(silent=(silence.until - now).total_seconds()))
    gap, wishes = _gap(marks.get("wish"), asking, now)
    queue = sorted(name for name in marks if name.startswith("queue "))
    own = next((name for name in queue if marks[name].owner == asking.owner), None)
    ahead = queue.index(own) if own else len(queue)
    free = [name for name in _places(asking.at_once) if name not in marks]
    if len(free) <= ahead:
        again = min(max(_AGAIN[0], gap / 2), _AGAIN[1])
        waiting = Mark(own or _behind(queue), asking.owner, now + timedelta(seconds=QUEUED))
        return Answer(Turn(after=again), (*wishes, waiting))
    start = max(now, marks["start"].until) if "start" in marks else now
    begun = (
        Mark(free[0], asking.owner, start + timedelta(seconds=asking.lasting)),
        Mark("start", asking.owner, start + timedelta(seconds=gap)),
    )
    after = (start - now).total_seconds()
    return Answer(Turn(free[0], after), (*wishes, *begun), (own,) if own else ())


def _gap(wish: Mark | None, asking: Asking, now: datetime) -> tuple[float, tuple[Mark, ...]]:
    """The longer of what the asking one and the others found; his own is noted where it is the longer."""
    wished = float(wish.owner) if wish is not None else 0.0
    if not asking.longer or asking.gap < wished:
        return max(asking.gap, wished), ()
    until = now + timedelta(seconds=max(_WISH, 2 * asking.gap))
    return asking.gap, (Mark("wish", repr(asking.gap), until),)


def _places(at_once: int) -> Iterator[str]:
    return (f"place {number}" for number in range(at_once))


def _behind(queue: Sequence[str]) -> str:
    last = int(queue[-1].removeprefix("queue ")) if queue else 0
    return f"queue {last + 1:09}"
