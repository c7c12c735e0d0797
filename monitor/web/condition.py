"""How the monitor does, for its page *System* and for `/metrics`: four questions, one look at the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.core.deadletters import RECENT
from monitor.store.accounts import Failing, Troubles
from monitor.store.shown.overview import Work
from monitor.store.shown.vitals import Oldest, Room
from monitor.web.site import Site

CGROUP = Path("/sys/fs/cgroup")
_PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Condition:
    """What the database says."""

    work: Work
    oldest: Oldest
    stuck: Troubles
    failing: Sequence[Failing]
    room: Room
    limit: int  # bytes that the database may take; 0 without one
    last_backup: datetime | None


@dataclass(frozen=True, slots=True)
class Memory:
    """Of the container, in bytes; None where there is none, or no limit."""

    used: int | None
    limit: int | None


def condition(site: Site, now: datetime) -> Condition:
    """Raises StoreError."""
    return Condition(
        site.shown.overview.work(now, _PATIENCE),
        site.shown.vitals.oldest(),
        site.shown.overview.stuck(now - RECENT, now),
        site.shown.overview.failing(now - RECENT),
        site.shown.vitals.room(),
        site.room().limit if site.room is not None else 0,
        site.shown.vitals.last_backup(),
    )


def memory(cgroup: Path = CGROUP) -> Memory:
    """As version 2 of control groups tells it."""
    return Memory(_number(cgroup / "memory.current"), _number(cgroup / "memory.max"))


def _number(file: Path) -> int | None:
    """None also where it says `max`."""
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
