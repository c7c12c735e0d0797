"""Pages of a list: where the next one begins is told in a word that means nothing to whoever hands it back."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Query

from monitor.web.api.problems import Declined

_LARGEST = 2**63 - 1
LONGEST = 2_000  # characters

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[
    str | None, Query(max_length=LONGEST, description="`next` of the page before; the first page without.")
]


def cursor(*place: str | int | datetime) -> str:
    """Strings, whole numbers and aware times."""
    plain = [value.isoformat() if isinstance(value, datetime) else value for value in place]
    return urlsafe_b64encode(json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace")).decode().rstrip("=")


def place(written: str, kinds: Sequence[type]) -> tuple[Any, ...]:
    """What `cursor` was given. Raises Declined."""
    try:
        found = json.loads(urlsafe_b64decode(written + "=" * (-len(written) % 4)))
        if not isinstance(found, list) or len(found) != len(kinds):
            raise ValueError(written)
        return tuple(_value(value, kind) for value, kind in zip(found, kinds, strict=True))
    except (ValueError, RecursionError, OverflowError):
        raise Declined(422, "The cursor is not one that was given out here.") from None


def _value(value: object, kind: type) -> object:
    if kind is datetime and isinstance(value, str):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    elif type(value) is kind and not (isinstance(value, int) and abs(value) > _LARGEST):
        return value
    raise ValueError(value)
