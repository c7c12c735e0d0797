"""What is dear to find out is found out once a minute, however many readers ask, and hardly ever while one waits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger(__name__)

T = TypeVar("T")

_TOO_OLD = 5  # times as long as it lasts: nobody is shown that
_OLD = 2  # … and until then it is shown while it is found out anew


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """`of` is what it was found for, such as a state of the files."""

    value: T
    at: datetime
    of: Hashable


class Remembered(Generic[T]):
    """`find` is called by one thread at a time, and may raise: then the next one asks again."""

    def __init__(self, find: Callable[[datetime], T], lasts: timedelta = timedelta(minutes=1)):
        self._find, self._lasts = find, lasts
        self._found: Found[T] | None = None
        self._turn = threading.Lock()

    def get(self, now: datetime, of: Hashable = None) -> Found[T]:
        """What was found within `lasts`. What is little older is found out anew beside, for those who come later; and
        while another one looks, what is older still will do."""
        if (found := self._fit(now, of, 1)) is not None:
            return found
        old = self._fit(now, of, _TOO_OLD)
        if not self._turn.acquire(blocking=old is None) and old is not None:
            return old
        if old is not None and self._fit(now, of, _OLD) is not None:
            threading.Thread(target=self._beside, args=(now, of), name="remembered", daemon=True).start()
            return old
        return self._look(now, of)

    def _look(self, now: datetime, of: Hashable) -> Found[T]:
        """Whoever calls has the turn."""
        try:
            if (found := self._fit(now, of, 1)) is None:  # whoever was before may have found it
                self._found = found = Found(self._find(now), now, of)
            return found
        finally:
            self._turn.release()

    def _beside(self, now: datetime, of: Hashable) -> None:
        try:
            self._look(now, of)
        except Exception as error:  # whoever comes when it is too old is told
            log.warning("not found out anew", error=repr(error))

    def _fit(self, now: datetime, of: Hashable, times: int) -> Found[T] | None:
        found = self._found
        fits = found is not None and found.of == of and abs(now - found.at) <= self._lasts * times
        return found if fits else None
