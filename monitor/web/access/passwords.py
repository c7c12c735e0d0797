"""Passwords: what they have to be, how they are kept, and whether one is right."""

from __future__ import annotations

import base64
import os
import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from monitor.errors import MonitorError

SHORTEST, LONGEST = 12, 1_000  # characters

_AT_ONCE = 2  # each takes 64 MB
_PATIENCE = 3.0  # seconds


class BusyError(MonitorError):
    """Too many passwords are being tried at the moment."""


class Passwords:
    """Hashes in the form of the library, Argon2id with the parameters that it recommends. Safe to share between
    threads; few at once get their turn. All raise BusyError."""

    def __init__(self, hasher: PasswordHasher | None = None):
        self._hasher = hasher or PasswordHasher()
        self._turn = threading.BoundedSemaphore(_AT_ONCE)
        self._nobodys = _hash_of_nothing(self._hasher)

    def hashed(self, password: str) -> str:
        self._take_turn()
        try:
            return self._hasher.hash(_bytes(password))
        finally:
            self._turn.release()

    def is_right(self, password: str, hashed: str | None) -> bool:
        """None stands for somebody who has no account, and costs the same."""
        self._take_turn()
        try:
            return self._hasher.verify(hashed or self._nobodys, _bytes(password)) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False
        finally:
            self._turn.release()

    def is_outdated(self, hashed: str) -> bool:
        """Was it made with other parameters than those in use?"""
        return self._hasher.check_needs_rehash(hashed)

    def _take_turn(self) -> None:
        if not self._turn.acquire(timeout=_PATIENCE):
            raise BusyError("too many passwords are being tried at the moment")


def fault_of(password: str, name: str) -> str:
    """Why it cannot be taken, in words; "" if it can. No rules on kinds of characters: length is what counts."""
    normal = _normal(password)
    if len(normal) < SHORTEST:
        return f"A password has at least {SHORTEST} characters. A few words in a row are easy to remember."
    if len(password) > LONGEST:
        return f"A password has at most {LONGEST} characters."
    if len(set(normal)) == 1 or normal.casefold() in (name, name * 2):
        return "That is what others would try first."
    return ""


def _normal(password: str) -> str:
    """The same letters are written in several ways, as the keyboard has it. The rest of one that is too long is not
    looked at: such are never taken."""
    return unicodedata.normalize("NFKC", password[: LONGEST + 1])


def _bytes(password: str) -> bytes:
    return _normal(password).encode("utf-8", "surrogatepass")


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """What no password has, and takes as long to try as any other."""
    salt, digest = (base64.b64encode(os.urandom(size)).decode().rstrip("=") for size in (16, hasher.hash_len))
    return f"$argon2id$v=19$m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}${salt}${digest}"
