"""How often may somebody try to log in? Each further try waits twice as long as the one before."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

_FORGOTTEN = timedelta(hours=1)  # after the last try
_MOST = 10_000  # keys of each kind, of which the oldest are forgotten first
_DOUBLINGS = 20
NONE = timedelta()


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries are free, then each has to wait, at most for `longest`."""

    free: int
    longest: timedelta

    def wait(self, tries: int) -> timedelta:
        beyond = min(tries - self.free, _DOUBLINGS)
        return min(timedelta(seconds=2.0**beyond), self.longest) if beyond >= 0 else NONE


# Of an account the wait is short: strangers can make its owner wait, too.
LIMITS = {"peer": Limit(10, timedelta(minutes=15)), "name": Limit(20, timedelta(seconds=30))}


class Throttle:
    """Tries are counted for each kind of key that has a limit. Safe to share between threads."""

    def __init__(self, limits: Mapping[str, Limit] = LIMITS, most: int = _MOST):
        self._limits, self._most = limits, most
        self._tries: dict[str, OrderedDict[str, tuple[int, datetime]]] = {kind: OrderedDict() for kind in limits}
        self._lock = threading.Lock()

    def take(self, now: datetime, **keys: str) -> timedelta:
        """How long to wait before a try; where that is nothing, it is counted at once, before it is known how it
        ends: many at the same time are many."""
        with self._lock:
            waits = [self._known(kind, key, now)[1] - now for kind, key in keys.items()]
            if (longest := max(waits)) > NONE:
                return longest
            for kind, key in keys.items():
                tries = self._known(kind, key, now)[0] + 1
                self._keep(kind, key, tries, now + self._limits[kind].wait(tries))
        return NONE

    def succeeded(self, now: datetime, **keys: str) -> None:
        """This try does not count; earlier ones do, or whoever has one account could try others for ever."""
        with self._lock:
            for kind, key in keys.items():
                self._keep(kind, key, max(0, self._known(kind, key, now)[0] - 1), now)

    def _known(self, kind: str, key: str, now: datetime) -> tuple[int, datetime]:
        """How many tries, and when the next may be."""
        tries, free_at = self._tries[kind].get(key, (0, now))
        return (tries, free_at) if now - free_at < _FORGOTTEN else (0, now)

    def _keep(self, kind: str, key: str, tries: int, free_at: datetime) -> None:
        kept = self._tries[kind]
        kept[key] = tries, free_at
        kept.move_to_end(key)
        while len(kept) > self._most:
            kept.popitem(last=False)


def peer_key(address: str) -> str:
    """Of IPv6 everybody has 2⁶⁴ addresses: they count as one."""
    try:
        number = ip_address(address)
    except ValueError:
        return address
    if isinstance(number, IPv6Address) and number.ipv4_mapped is None:
        return str(ip_network((number, 64), strict=False))
    return address
