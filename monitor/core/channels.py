"""What a channel asks for: when it may ring, how often, and what happens when nobody answers.

Times of day are those of the channel's zone. What is asked is when an instant in UTC comes next, so that days of
23 and of 25 hours are no special case: an hour that a clock skips is the one that it skips to, and of an hour
that it shows twice the first counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from monitor.core.model import Severity
from monitor.core.render import count

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_DAY = frozenset(range(7))  # Monday is 0


@dataclass(frozen=True, slots=True)
class Schedule:
    """Times of the week, `at` on each of `days`, in `zone`."""

    at: time
    days: frozenset[int] = EVERY_DAY
    zone: tzinfo = UTC

    def after(self, now: datetime) -> datetime:
        """The next time, in UTC, later than `now`."""
        today = now.astimezone(self.zone).date()
        coming = (today + timedelta(days) for days in range(9))
        times = (_instant(day, self.at, self.zone) for day in coming if day.weekday() in self.days)
        return next(at for at in times if at > now)


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begin` to `end`, which is on the next day if it is not later; `days` are those on which they begin."""

    begin: time
    end: time
    days: frozenset[int] = EVERY_DAY
    through: frozenset[Severity] = frozenset()

    def until(self, now: datetime, zone: tzinfo) -> datetime | None:
        """When the quiet hours of `now` end, in UTC; None outside of them."""
        today = now.astimezone(zone).date()
        ends = []
        for day in (today - timedelta(1), today):
            last = day if self.begin < self.end else day + timedelta(1)
            begin, end = _instant(day, self.begin, zone), _instant(last, self.end, zone)
            if day.weekday() in self.days and begin <= now < end:
                ends.append(end)
        return max(ends, default=None)


@dataclass(frozen=True, slots=True)
class Digest:
    """Alerts wait for the next time of `schedule` and are told together; those of `through` do not wait."""

    schedule: Schedule
    through: frozenset[Severity] = frozenset()


@dataclass(frozen=True, slots=True)
class Grouping:
    """`wait` for what belongs together before the first message; from `storm` messages at once they become one
    summary, and the next follows `interval` later at the earliest."""

    wait: timedelta = timedelta()
    interval: timedelta = timedelta(minutes=5)
    storm: int = 10


@dataclass(frozen=True, slots=True)
class Reminding:
    """Every so often until somebody acknowledges; `most` = 0: without an end."""

    every: timedelta
    most: int = 0


@dataclass(frozen=True, slots=True)
class Escalating:
    """Not acknowledged for so long: to these channels."""

    after: timedelta
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChannelPolicy:
    """All that a channel asks for. `per_minute` is the most messages that each target takes; 0 = no limit."""

    zone: tzinfo = UTC
    quiet: QuietHours | None = None
    digest: Digest | None = None
    group: Grouping = Grouping()
    per_minute: int = 0
    remind: Reminding | None = None
    escalate: Escalating | None = None
    template: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """What it asks for, one thing each, as people say it."""
        zone, told = getattr(self.zone, "key", "UTC"), []
        if quiet := self.quiet:
            hours = f"{quiet.begin:%H:%M}–{quiet.end:%H:%M} {zone}{_on(quiet.days)}"
            told.append(f"quiet hours {hours}{_but(quiet.through)}")
        if digest := self.digest:
            told.append(f"digest at {digest.schedule.at:%H:%M} {zone}{_on(digest.schedule.days)}{_but(digest.through)}")
        if self.group.wait:
            told.append(f"waits {_lasting(self.group.wait)} for what belongs together")
        if remind := self.remind:
            most = f", {count(remind.most, 'time')} at most" if remind.most else ""
            told.append(f"reminds every {_lasting(remind.every)} until somebody acknowledges{most}")
        if escalate := self.escalate:
            told.append(f"unacknowledged for {_lasting(escalate.after)}: to {', '.join(escalate.to)}")
        return tuple(told)


def _on(days: frozenset[int]) -> str:
    return "" if days == EVERY_DAY else f" on {', '.join(DAYS[day] for day in sorted(days))}"


def _but(through: frozenset[Severity]) -> str:
    named = ", ".join(severity.value for severity in Severity if severity in through)
    return f"; not for {named}" if named else ""


def _lasting(time: timedelta) -> str:
    seconds = int(time.total_seconds())
    sizes = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))
    return next(f"{seconds // size} {unit}" for size, unit in sizes if seconds % size == 0)


ANY_TIME = ChannelPolicy()


def _instant(day: date, at: time, zone: tzinfo) -> datetime:
    return datetime.combine(day, at, zone).astimezone(UTC)
