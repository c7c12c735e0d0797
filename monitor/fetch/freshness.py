"""How long an answer stays fresh: what Cache-Control, Expires and a feed's own ttl say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_NEVER = re.compile(r"\bno-(?:cache|store)\b", re.IGNORECASE)
_MAX_AGE = re.compile(r"(?<![\w-])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_TTL = re.compile(rb"<ttl>\s{0,20}(\d{1,7})\s{0,20}</ttl>", re.IGNORECASE)
_HEAD = 20_000  # bytes, where a channel says it


def max_age(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds for which asking again would bring the same answer; None where the server does not say.

    Header names in lower case. What a cache on the way has kept for a while (Age) is fresh for so much less.
    """
    if "cache-control" not in headers and "expires" not in headers:
        return None
    control = headers.get("cache-control", "")
    if _NEVER.search(control):
        return None
    told = _MAX_AGE.search(control)
    seconds = float(told[1]) if told else _until_expiry(headers, now)
    age = headers.get("age", "").strip()
    left = seconds - (float(age) if re.fullmatch(r"[0-9]{1,9}", age) else 0.0)
    return left if left > 0 else None


def ttl(body: bytes) -> float | None:
    """Seconds that an RSS channel asks to be kept for; it says so in minutes. Read from the bytes: a mere hint."""
    told = _TTL.search(body[:_HEAD])
    return float(told[1]) * 60 or None if told else None


def _until_expiry(headers: Mapping[str, str], now: datetime) -> float:
    """By the server's own clock where it gives its time."""
    expires = _date(headers.get("expires"))
    return (expires - (_date(headers.get("date")) or now)).total_seconds() if expires else 0.0


def _date(value: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(value or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
