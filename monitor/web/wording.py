"""What people can say on a page, wherever that is: how long to snooze, what is wrong with an alert."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo

from monitor.core.channels import Schedule
from monitor.core.responses import Fault

LONGEST_NAME, LONGEST_REASON = 80, 1_000  # characters
FAULTS = {
    Fault.NOT_NEW: "not new: true, and known before",
    Fault.NOT_RELEVANT: "not relevant: true, and not what this rule is about",
    Fault.WRONG: "wrong: it is not so",
}
_MORNING = time(8)
_SNOOZES = {"1h": timedelta(hours=1), "4h": timedelta(hours=4)}


def morning_after(now: datetime, zone: tzinfo) -> datetime:
    """The next eight o'clock there."""
    return Schedule(_MORNING, zone=zone).after(now)


def snoozed_until(span: str, now: datetime, zone: tzinfo) -> datetime | None:
    """The end of a snooze of one of the buttons (1h, 4h, morning); None for any other."""
    if span == "morning":
        return morning_after(now, zone)
    return now + _SNOOZES[span] if span in _SNOOZES else None
