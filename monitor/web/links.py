"""Signed links: whoever has one may answer one event, until it expires. Nothing is stored for them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from monitor.core.alerts import Alert
from monitor.core.responses import Answer
from monitor.errors import MonitorError

EVERY = frozenset(Answer)
LONGEST = 8_000  # characters of a token; rule and event have 200 each at most, of up to 12 bytes in JSON
_SALT = "monitor.answers.1"
_CODES = {answer: answer.value[:2] + answer.value[-1] for answer in Answer}


class ForgedError(MonitorError):
    """Not a token that was made here with the key in use."""


class ExpiredError(MonitorError):
    """A token whose time is over."""


@dataclass(frozen=True, slots=True)
class Permit:
    """What a token allows: these answers, to one event, until a time (exclusive, in whole seconds)."""

    thread: str
    may: frozenset[Answer]
    until: datetime


class SignedLinks:
    """`Links` of `monitor.ports`. `public_url` is where the pages are reached from outside; "" makes no links.

    The key is all that tells our tokens from others: with another one all links are forged.
    """

    def __init__(self, public_url: str, key: str, valid: timedelta):
        self._public_url, self._valid, self.key = public_url.rstrip("/"), valid, key
        self._signer = URLSafeSerializer(key, _SALT, signer_kwargs={"digest_method": hashlib.sha256})

    def answer_url(self, alert: Alert, now: datetime) -> str:
        if not self._public_url:
            return ""
        return f"{self._public_url}/a/{self.token(Permit(alert.thread, EVERY, now + self._valid))}"

    def token(self, permit: Permit) -> str:
        codes = [_CODES[answer] for answer in Answer if answer in permit.may]
        return self._sign(permit.thread, codes, int(permit.until.timestamp()))

    def read(self, token: str, now: datetime) -> Permit:
        """Raises ForgedError, ExpiredError."""
        try:
            thread, codes, until = self._signer.loads(token[: LONGEST + 1])
            permit = Permit(thread, _answers(codes), datetime.fromtimestamp(until, UTC))
        except (BadData, TypeError, ValueError):
            raise ForgedError("the link was not made here, or not with the key in use") from None
        # The same bytes can be written in several ways. One event has one link.
        if not hmac.compare_digest(self.token(permit).encode(), token.encode()):
            raise ForgedError("the link was changed")
        if now >= permit.until:
            raise ExpiredError(f"the link was valid until {permit.until:%Y-%m-%d %H:%M} UTC")
        return permit

    def _sign(self, thread: str, codes: list[str], until: int) -> str:
        signed = self._signer.dumps([thread, codes, until])
        return signed if isinstance(signed, str) else signed.decode()


def _answers(codes: Iterable[str]) -> frozenset[Answer]:
    by_code = {code: answer for answer, code in _CODES.items()}
    return frozenset(by_code[code] for code in codes if code in by_code)
