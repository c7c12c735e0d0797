"""Apprise behind the port `Sender`.

Apprise says that a call failed; what the failure means is read off the wire (`wire.py`).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import apprise

from monitor.core import signing
from monitor.core.alerts import Message, Target
from monitor.errors import ConfigurationError, SendError
from monitor.notify.hooks import Hook, SignedHook, hook_of, signed_hook_of
from monitor.notify.urls import CONSOLE, SCHEMES, asset, check_url, instantiate, quiet, scheme_of
from monitor.notify.wire import watching


class _Line:
    """One target's apprise object and the call on it that is still running, if any."""

    def __init__(self, service: Any, asset: Any):
        self.apprise = apprise.Apprise(asset=asset)
        self.apprise.add(service)
        self._running: Future[tuple[Any, SendError | None, str]] | None = None
        self._service = service

    async def send(self, message: Message, pool: ThreadPoolExecutor) -> str:
        """What the service calls the message. Raises SendError."""
        if self._running is not None and not self._running.done():
            raise SendError("the call before has not ended yet")  # this one was not begun: it has not arrived
        self._running = pool.submit(self._call, message)
        result, error, reference = await asyncio.wrap_future(self._running)
        _judge(result, error)
        return reference

    def _call(self, message: Message) -> tuple[Any, SendError | None, str]:
        """Apprise's result, what the wire says of a failure, and what the service calls the message; runs in a thread
        of the pool."""
        self._service.message, self._service.reference = message, ""  # only our own plug-ins look at them
        with watching() as wire:
            text = apprise.NotifyFormat.TEXT
            result = self.apprise.notify(title=message.title, body=message.body, body_format=text)
        return result, wire.error, str(self._service.reference)


class AppriseSender:
    """Sends through apprise: one long-lived object for each URL, so that its own pacing works.

    Times are in seconds: `connect` and `read` for the network, `overall` for one call with its pauses,
    `pace` between two messages to one target (web hooks of one's own are not held back). `clock` gives seconds since
    1970, for signatures.
    """

    def __init__(
        self,
        schemes: Collection[str] = SCHEMES,
        *,
        connect: float = 5.0,
        read: float = 20.0,
        overall: float = 35.0,
        pace: float = 1.0,
        threads: int = 32,
        clock: Callable[[], float] = time.time,
    ):
        self._schemes = frozenset(schemes) - {CONSOLE}
        self._connect, self._read, self._overall, self._pace = connect, read, overall, pace
        self._clock = clock
        self._lines: dict[str, _Line | Hook | SignedHook] = {}
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="notify")
        quiet()

    def close(self) -> None:
        """Take no more calls; those under way end by themselves, within their network time-outs."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def send(self, target: Target, message: Message) -> str:
        """Returns when the service accepted it: what it calls the message, as far as it says. Raises SendError, never
        with a part of the URL in it."""
        quiet()  # somebody may have turned the loggers up since
        line = self._lines.get(target.url)
        if line is None:
            line = self._lines[target.url] = await asyncio.to_thread(self._line, target)
        try:
            async with asyncio.timeout(self._overall):
                if isinstance(line, Hook | SignedHook):
                    await line.send(message)
                    return ""
                return await line.send(message, self._pool)
        except TimeoutError:
            raise SendError(
                f"no answer within {self._overall:g} s; it may have arrived all the same", unknown=True
            ) from None

    def _line(self, target: Target) -> _Line | Hook | SignedHook:
        try:
            check_url(target.url, self._schemes, target.channel)
        except ConfigurationError as error:
            raise SendError(str(error), permanent=True) from None
        own, scheme = asset(), scheme_of(target.url)
        service = instantiate(target.url, own)
        # Set on the object, because parameters of the URL come before the settings of the asset.
        service.redirects, service.optional, service.service_retry = False, False, 0
        # SMTP knows one time-out only, and greylisting servers answer late.
        service.socket_connect_timeout = self._read if scheme.startswith("mailto") else self._connect
        service.socket_read_timeout = self._read
        if not scheme.startswith("json"):
            service.request_rate_per_sec = self._pace  # apprise's name for seconds between requests
        if signing.is_signed(target.url):
            return signed_hook_of(service, signing.keys_of(target.url), self._clock)
        return hook_of(service) or _Line(service, own)


def _judge(result: Any, error: SendError | None) -> None:
    """Raise what apprise's result means, if it was no success."""
    status = apprise.AppriseResultStatus
    if result.status == status.SUCCESS:
        return
    if result.status == status.NOMATCH:
        raise SendError("the channel has no recipient", permanent=True)
    if result.status == status.TIMEOUT:
        raise SendError("no answer in time; it may have arrived all the same", unknown=True)
    raise error or SendError("the service did not take it")
