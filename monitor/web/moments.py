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


def ago(moment: datetime, now: datetime) -> str:
    """`3 h ago`, or `in 3 h`."""
    return f"{span(now - moment)} ago" if moment <= now else f"in {span(moment - now)}"


FILTERS: dict[str, Callable[..., str]] = {"iso": iso, "utc": utc, "local": local, "span": span, "ago": ago}
