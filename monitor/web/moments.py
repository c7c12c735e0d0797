"""Times in the words of pages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

_SPANS = (
    (timedelta(days=365), "y"),
    (timedelta(days=1), "d"),
    (timedelta(hours=1), "h"),
    (timedelta(minutes=1), "min"),
)


def iso(moment: datetime) -> str:
    """For programs: `2026-03-01T09:30:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def local(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def span(length: timedelta) -> str:
    """A length of time in its largest unit: `3 h`."""
    for unit, name in _SPANS:
        if length >= unit:
            return f"{length // unit} {name}"
    return f"{max(0, round(length.total_seconds()))} s"


def length_of(length: timedelta) -> str:
    """A length of time to the second, in its two largest units: `2 min 10 s`."""
    seconds = max(0, round(length.total_seconds()))
    units = [("d", seconds // 86_400), ("h", seconds // 3_600 % 24), ("min", seconds // 60 % 60), ("s", seconds % 60)]
    while len(units) > 1 and not units[0][1]:
        del units[0]
    return " ".join(f"{number} {name}" for name, number in units[:2] if number or len(units) == 1)


def ago(moment: datetime, now: datetime) -> str:
    """`3 h ago`, or `in 3 h`."""
    return f"{span(now - moment)} ago" if moment <= now else f"in {span(moment - now)}"


FILTERS: dict[str, Callable[..., str]] = {
    "iso": iso,
    "utc": utc,
    "local": local,
    "span": span,
    "length_of": length_of,
    "ago": ago,
}
