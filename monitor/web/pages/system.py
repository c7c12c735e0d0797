"""System: is it listening, is it late, is it full, what broke and since when?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.core.pulse import Pulse, ailment
from monitor.web.condition import Condition, condition, memory
from monitor.web.paths import looks
from monitor.web.remembered import Remembered
from monitor.web.site import Site
from monitor.web.surveying import Surveyed

_HEALTH = ("healthy", "quiet", "failing", "blocked", "gone", "new")
_SILENCE = timedelta(minutes=15)  # without an answer of any source
_LATE = {"poll": 10, "read": 15, "judge": 5, "send": 15}  # minutes
_TROUBLES = {"failed": "failed", "timed_out": "timed out", "broke": "broke", "missed": "missed"}
_LEAST_DISK, _MOST_MEMORY = 500_000_000, 0.9  # bytes, and of the limit
_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")


@dataclass(frozen=True, slots=True)
class Step:
    """`since`: when the first in line became due."""

    name: str
    waiting: int | None
    since: datetime | None
    late: bool


@dataclass(frozen=True, slots=True)
class Running:
    """A job: when it last went well, what is wrong with it now, and its troubles since the start."""

    name: str
    succeeded_at: datetime | None
    problem: str
    troubles: str


@dataclass(frozen=True, slots=True)
class Amount:
    """How much there is of something, in words."""

    name: str
    words: str
    bad: bool = False


def routes(site: Site) -> list[BaseRoute]:
    found = Remembered(lambda now: condition(site, now), timedelta(seconds=3))
    return [looks(site, "/system", lambda site, request: _page(site, request, found))]


def _page(site: Site, request: Request, found: Remembered[Condition]) -> Response:
    now, pulse = site.now(), site.pulse()
    stands, surveyed = found.get(now).value, site.surveyed()
    words = Counter(surveyed.words[source.id] for source, _ in surveyed.polled if source.enabled)
    answered = max((state.last_success_at for _, state in surveyed.polled if state.last_success_at), default=None)
    return site.page(
        request,
        "system.html",
        answered=answered,
        deaf=bool(surveyed.polled) and (answered is None or now - answered > _SILENCE),
        health={word: words[word] for word in _HEALTH if words[word]},
        blind=_blind(surveyed),
        stands=stands,
        steps=list(_steps(stands, now)),
        room=list(_room(stands)),
        jobs=list(_jobs(pulse, now)) if pulse else None,
    )


def _blind(surveyed: Surveyed) -> Sequence[str]:
    return sorted(rule for rule, covered in surveyed.covered.items() if covered.blind)


def _steps(stands: Condition, now: datetime) -> Iterator[Step]:
    work, oldest = stands.work, stands.oldest
    waiting: Mapping[str, int | None] = {
        "poll": work.unasked,
        "read": work.unread,
        "judge": work.unjudged,
        "send": sum(number for state, number in work.unsent.items() if state in ("pending", "sending")),
    }
    for name, number in waiting.items():
        since = getattr(oldest, name)
        due = since if since is not None and since <= now else None
        yield Step(name, number, due, due is not None and now - due > timedelta(minutes=_LATE[name]))


def _room(stands: Condition) -> Iterator[Amount]:
    room, used = stands.room, memory()
    yield Amount("Database", size(room.database))
    if room.wal is not None:
        yield Amount("Its log of changes", size(room.wal))
    if room.free is not None:
        yield Amount("Left on its disk", f"{size(room.free)} of {size(room.disk or 0)}", room.free < _LEAST_DISK)
    if used.used is not None:
        full = bool(used.limit) and used.used > _MOST_MEMORY * (used.limit or 0)
        yield Amount("Memory", size(used.used) + (f" of {size(used.limit)}" if used.limit else ""), full)


def _jobs(pulse: Pulse, now: datetime) -> Iterator[Running]:
    for job in pulse.jobs:
        counts = {words: pulse.counts.get(f"{job.name}_{kind}", 0) for kind, words in _TROUBLES.items()}
        told = ", ".join(f"{words} {number:,} ×" for words, number in counts.items() if number)
        yield Running(job.name, job.succeeded_at, ailment([job], (), now), told)


def size(number: int) -> str:
    """`1.5 GB`."""
    amount, unit = float(number), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.3g} {_UNITS[unit]}" if amount < 999.5 or unit == len(_UNITS) - 1 else f"1 {_UNITS[unit + 1]}"
