"""How long to wait before trying again."""

from __future__ import annotations

from datetime import timedelta

FIRST = timedelta(seconds=30)
MOST = timedelta(minutes=30)


def backoff(
    attempts: int, retry_after: float | None = None, first: timedelta = FIRST, most: timedelta = MOST
) -> timedelta:
    """The wait after `attempts` tries that failed: `first`, doubled with each further one, up to `most`.

    `retry_after` (seconds), where the other side asked for it, is the least wait, up to a day.
    """
    doublings = min(max(attempts - 1, 0), 30)  # beyond that only the cap counts, and timedelta would overflow
    wait = min(first * (1 << doublings), most)
    if retry_after is None:
        return wait
    return max(wait, timedelta(seconds=min(max(retry_after, 0.0), 86_400)))
