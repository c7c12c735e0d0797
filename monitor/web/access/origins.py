"""Does a request that changes something come from a page of ours?

A browser sends our cookies, and reaches loopback, also on behalf of pages of others; it says so in headers that those
pages cannot write.
"""

from __future__ import annotations

from collections.abc import Set
from enum import Enum, auto
from urllib.parse import urlsplit

from starlette.datastructures import Headers

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class Came(Enum):
    FROM_US = auto()
    FROM_ELSEWHERE = auto()
    UNKNOWN = auto()  # no browser, or one that does not tell


def changes(method: str) -> bool:
    return method.upper() not in _SAFE


def came(headers: Headers, ours: Set[str]) -> Came:
    """Browsers since 2020 (Safari: 2023) say it in one word, to loopback and where there is https. Others name the page
    or its origin; “null” is what they say where the page may not be told."""
    if (word := headers.get("sec-fetch-site")) is not None:
        return Came.FROM_US if word in ("same-origin", "none") else Came.FROM_ELSEWHERE
    origin = headers.get("origin", "null")
    if origin == "null":
        origin = _origin_of(headers.get("referer", ""))
    if not origin:
        return Came.UNKNOWN
    return Came.FROM_US if origin.lower() in ours else Came.FROM_ELSEWHERE


def _origin_of(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return "?"
    return f"{parts.scheme}://{parts.netloc}" if address else ""
