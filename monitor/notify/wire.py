"""What happens on the wire during one call of apprise, which itself tells no more than that it failed.

Its plug-ins speak through `requests` and `smtplib`, at the same few places. These are watched during a call of ours,
in its own thread, and left alone otherwise. What is seen becomes a SendError in words of our own: URLs, answers and
exceptions of these libraries hold tokens, and are neither kept nor logged.
"""

from __future__ import annotations

import json
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from email import message_from_string
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from functools import wraps
from http import HTTPStatus
from typing import Any

import requests
import urllib3

from monitor.errors import SendError

PAUSE = 30.0  # seconds, where a 429 does not say how long
_LONGEST_PAUSE = 86_400.0  # seconds
_PASSING = frozenset({408, 425, 429})  # of the 4xx those that pass by themselves
# Of what breaks a request, that which breaks it before anything of it has been sent.
_NOT_SENT = (requests.ConnectTimeout, requests.exceptions.ProxyError)
NOT_CONNECTED = "could not connect, or the connection broke before anything was said"
BROKEN = "no answer in time, or the connection broke; it may have arrived all the same"


@dataclass(slots=True)
class Wire:
    """`error` is what the last exchange of the call means if the call did not succeed; None if it went well.

    `given` says that a letter was being handed over.
    """

    error: SendError | None = None
    given: bool = False


_watched: ContextVar[Wire | None] = ContextVar("the wire of the call under way", default=None)


@contextmanager
def watching() -> Iterator[Wire]:
    """Watches the calls that this thread makes meanwhile."""
    wire = Wire()
    token = _watched.set(wire)
    try:
        yield wire
    finally:
        _watched.reset(token)


def _watch(owner: type, name: str, watcher: Callable[..., Any]) -> None:
    """Let `watcher(wire, original, *args)` do what the method does, during calls that are watched."""
    original = getattr(owner, name)

    @wraps(original)
    def method(*args: Any, **kwargs: Any) -> Any:
        wire = _watched.get()
        return original(*args, **kwargs) if wire is None else watcher(wire, original, *args, **kwargs)

    setattr(owner, name, method)


def _request(
    wire: Wire, original: Callable[..., Any], session: Any, request: requests.PreparedRequest, **kwargs: Any
) -> Any:
    try:
        response = original(session, request, **kwargs)
    except requests.RequestException as error:
        doubtful = request.method != "GET" and _may_be_sent(error)
        wire.error = SendError(BROKEN, unknown=True) if doubtful else SendError(NOT_CONNECTED)
        raise
    wire.error = answered(response.status_code, response.headers, response.content)
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        # Some plug-ins would sleep now, as long as the service says, and ask again within the call.
        raise requests.exceptions.RetryError("the service asks to wait")
    return response


def _may_be_sent(error: requests.RequestException) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None  # of urllib3
    if isinstance(error, requests.exceptions.SSLError):
        # Most are of the handshake. An end without a farewell may come after the request.
        return isinstance(reason, Exception) and any(isinstance(cause, ssl.SSLEOFError) for cause in reason.args)
    if isinstance(error, _NOT_SENT) or isinstance(reason, urllib3.exceptions.NewConnectionError):
        return False
    return isinstance(error, requests.ConnectionError | requests.Timeout | requests.exceptions.ChunkedEncodingError)


def answered(status: int, headers: Mapping[str, str], content: bytes) -> SendError | None:
    """What an answer means; None if the message was taken."""
    if status < 300:
        return None
    text = f"HTTP {status}"
    with suppress(ValueError):
        text = f"HTTP {status} {HTTPStatus(status).phrase}"
    pause = None
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        pause = _said_in_header(headers)
        pause = _said_in_body(content) if pause is None else pause
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return SendError(text, retry_after=PAUSE if pause is None else pause)
    return SendError(text, permanent=status < 500 and status not in _PASSING, retry_after=pause)


def _said_in_header(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header: a number, or a date held against the service's own clock."""
    value = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value):
        return min(float(value), _LONGEST_PAUSE)
    with suppress(ValueError, TypeError, OverflowError, IndexError):
        until = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("Date", ""))
        return min(max(until.total_seconds(), 0.0), _LONGEST_PAUSE)
    return None


def _said_in_body(content: bytes) -> float | None:
    """Seconds as Telegram (under `parameters`), Discord (`retry_after`) and Matrix (`retry_after_ms`) say them."""
    with suppress(ValueError, RecursionError):
        said = json.loads(content)
        if not isinstance(said, dict):
            return None
        inner = said.get("parameters")
        for value, unit in (
            (inner.get("retry_after") if isinstance(inner, dict) else None, 1.0),
            (said.get("retry_after"), 1.0),
            (said.get("retry_after_ms"), 0.001),
        ):
            if isinstance(value, int | float) and value >= 0:
                return min(value * unit, _LONGEST_PAUSE)
    return None


def _mail(wire: Wire, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    try:
        return original(*args, **kwargs)
    except (smtplib.SMTPException, OSError) as error:
        wire.error = _undelivered(error, wire.given)
        raise


def _letter(
    wire: Wire, original: Callable[..., Any], smtp: Any, sender: str, recipients: Any, letter: str, **kwargs: Any
) -> Any:
    # Apprise leaves each header on one line, and servers refuse one of more than 998 bytes: a headline in Georgian.
    parsed = message_from_string(letter)
    subject = make_header(decode_header(parsed["Subject"]), header_name="Subject")
    parsed.replace_header("Subject", subject.encode())
    return _mail(wire, original, smtp, sender, recipients, parsed.as_string(maxheaderlen=78), **kwargs)


def _hand_over(wire: Wire, original: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    wire.given = True
    return original(*args, **kwargs)


def _undelivered(error: Exception, given: bool) -> SendError:
    code = 0
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = min(code for code, _ in error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        code = error.smtp_code
    if 400 <= code < 600:
        return SendError(f"SMTP {code}", permanent=code >= 500)
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return SendError("the mail server does not offer what the URL asks for", permanent=True)
    return SendError(BROKEN, unknown=True) if given else SendError(NOT_CONNECTED)


_watch(requests.Session, "send", _request)
_watch(smtplib.SMTP, "connect", _mail)
_watch(smtplib.SMTP, "starttls", _mail)
_watch(smtplib.SMTP, "login", _mail)
_watch(smtplib.SMTP, "sendmail", _letter)
_watch(smtplib.SMTP, "data", _hand_over)
