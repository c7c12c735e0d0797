"""Sends messages: apprise behind the port `Sender`, and a console for trying things out.

Channel URLs hold tokens, so nothing that apprise or its HTTP library says is passed on: its log
lines are read for what they tell about the failure, and put into words of our own.
"""

from __future__ import annotations

import asyncio
import difflib
import logging
import re
from collections.abc import Collection, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import ContextVar
from http import HTTPStatus
from typing import Any, TextIO
from urllib.parse import parse_qsl

import apprise

from monitor.core.alerts import Message, Target
from monitor.errors import ConfigurationError, SendError
from monitor.ports import Sender

CONSOLE = "console"
SCHEMES = frozenset(
    {
        *("console", "discord", "gchat", "json", "jsons", "mailto", "mailtos", "matrix", "matrixs", "mmost", "mmosts"),
        *("ntfy", "ntfys", "pover", "rocket", "rockets", "slack", "tgram", "webex", "workflow", "workflows", "wxteams"),
    }
)

# URL parameters that read files, hide a failure, send twice or lead elsewhere.
_REFUSED_PARAMETERS = frozenset(
    {
        *("attach", "attach-as", "ca_bundle", "optional", "overflow", "pem", "pgpkey", "redirect", "retry"),
        *("template", "vapid-key", "wait"),
    }
)

# Room for title and body per scheme, below what the service takes, because markup is added on the way.
_FORMATS = {
    "slack": ("slack", 2_900),  # 3,000 is the most in one block
    "tgram": ("telegram", 4_096),
    "mailto": ("email", 0),
    "mailtos": ("email", 0),
    "discord": ("text", 2_000),
    "ntfy": ("text", 3_500),
    "ntfys": ("text", 3_500),
    "mmost": ("text", 3_500),
    "mmosts": ("text", 3_500),
    "gchat": ("text", 3_500),
    "webex": ("text", 3_500),
    "wxteams": ("text", 3_500),
    "pover": ("text", 1_000),
    "rocket": ("text", 1_000),
    "rockets": ("text", 1_000),
}

# Messages in a minute that a service takes from us, where it says so: Telegram's limit for groups.
_PER_MINUTE = {"tgram": 20}

_HTTP_ERROR = re.compile(r"error=(\d{3})\b")
_RETRY_AFTER = re.compile(r"retry after (\d{1,5})\b", re.IGNORECASE)  # Telegram says it in words
_CONNECTION = re.compile(r"connection error", re.IGNORECASE)
_SOCKET = "Socket Exception: "
_NO_CONNECTION = re.compile(r"NewConnectionError|ConnectTimeout|NameResolution|SSLError|refused", re.IGNORECASE)
_BROKEN = re.compile(r"timed out|aborted|unexpectedly closed|reset by peer|broken pipe|disconnected", re.IGNORECASE)
_PASSING = frozenset({408, 425, 429})  # of the 4xx those that pass by themselves
_RATE_LIMIT_PAUSE = 30.0  # seconds, where a 429 does not say how long
_LARGEST_PAYLOAD = 60_000  # characters


def scheme_of(url: str) -> str:
    """The scheme in lower case; "" if there is none, so that a bare token is never taken for one."""
    scheme, found, _ = url.strip().partition("://")
    return scheme.lower() if found and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]{0,19}", scheme) else ""


def format_for(url: str) -> tuple[str, int]:
    """Format and limit (see `render`) that suit a channel URL."""
    return _FORMATS.get(scheme_of(url), ("text", 0))


def per_minute_for(url: str) -> int:
    """The most messages in a minute for one target of this kind; 0 where there is no such limit."""
    return _PER_MINUTE.get(scheme_of(url), 0)


def check_url(url: str, schemes: Collection[str] = SCHEMES, channel: str = "") -> None:
    """Raises ConfigurationError, in words without any part of the URL but its scheme, if it cannot be used."""
    name = f"channel {channel}: " if channel else ""
    scheme = scheme_of(url)
    if not scheme:
        raise ConfigurationError(f"{name}not a URL; write it as SCHEME://…, for example slack://TokenA/TokenB/TokenC")
    if scheme not in schemes:
        raise ConfigurationError(f"{name}scheme {scheme}:// is not allowed; {_suggestion(scheme, schemes)}")
    if scheme == CONSOLE:
        return
    parameters = {key.lower() for key, _ in parse_qsl(url.partition("?")[2], keep_blank_values=True)}
    if refused := sorted(parameters & _REFUSED_PARAMETERS):
        raise ConfigurationError(f"{name}URL parameter {refused[0]!r} is not allowed; take it out")
    service = _instantiate(url, _asset())
    if service is None:
        raise ConfigurationError(
            f"{name}this is no complete {scheme}:// URL; see https://appriseit.com/services/ for its parts"
        )
    if len(service) > 1:
        raise ConfigurationError(f"{name}the URL names {len(service)} recipients; write one URL for each")


def _suggestion(scheme: str, schemes: Collection[str]) -> str:
    near = difflib.get_close_matches(scheme, sorted(schemes), n=1)
    if near:
        return f"did you mean {near[0]}://?"
    return "allowed are " + ", ".join(sorted(schemes))


_heard: ContextVar[list[str] | None] = ContextVar("what apprise says during a call", default=None)


def _overhear(record: logging.LogRecord) -> bool:
    """A filter that lets nothing out: apprise quotes tokens when it meets a bad URL, topics always."""
    heard = _heard.get()
    if heard is not None and (record.levelno > logging.DEBUG or str(record.msg).startswith(_SOCKET)):
        heard.append(record.getMessage())  # of the rest some quote the message
    return False


def _quiet() -> None:
    """Take apprise's words for ourselves, and keep its HTTP library from logging URLs."""
    own = logging.getLogger("apprise")
    own.setLevel(logging.DEBUG)  # with less it does not say whether a connection was refused or broke later
    own.propagate = False
    own.addFilter(_overhear)
    http = logging.getLogger("urllib3")
    http.setLevel(max(http.level, logging.INFO))
    # It quotes whole URLs in warnings, for instance about headers that it cannot parse.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)


def _asset() -> Any:
    """Apprise without plug-ins from disk, templates and files of its own."""
    return apprise.AppriseAsset(
        app_id="News monitor",
        app_desc="News monitor",
        app_url="",
        plugin_paths=[],
        allow_templates=False,
        interpret_emojis=False,
        payload_max_size=_LARGEST_PAYLOAD,
        storage_mode="memory",
        pgp_autogen=False,
        pem_autogen=False,
        async_mode=False,
        service_timeout=0,  # time is kept here; its own pool has too few threads for several dead services
    )


def _instantiate(url: str, asset: Any) -> Any:
    _quiet()
    with suppress(Exception):  # plug-ins raise what they like on a bad URL; all of it means the same
        return apprise.Apprise.instantiate(url, asset=asset)
    return None


class _Line:
    """One target's apprise object and the call on it that is still running, if any."""

    def __init__(self, service: Any, asset: Any):
        self.apprise = apprise.Apprise(asset=asset)
        self.apprise.add(service)
        self.running: Future[tuple[Any, str]] | None = None


class AppriseSender:
    """Sends through apprise: one long-lived object for each URL, so that its own pacing works.

    Times are in seconds: `connect` and `read` for the network, `overall` for one call with its pauses,
    `pace` between two messages to one target (web hooks of one's own are not held back).
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
    ):
        self._schemes = frozenset(schemes) - {CONSOLE}
        self._connect, self._read, self._overall, self._pace = connect, read, overall, pace
        self._lines: dict[str, _Line] = {}
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="notify")
        _quiet()

    def close(self) -> None:
        """Take no more calls; those under way end by themselves, within their network time-outs."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def send(self, target: Target, message: Message) -> str:
        """Returns when the service accepted it. Raises SendError, never with a part of the URL in it."""
        _quiet()  # somebody may have turned the loggers up since
        line = self._lines.get(target.url)
        if line is None:
            line = self._lines[target.url] = await asyncio.to_thread(self._line, target)
        if line.running is not None and not line.running.done():
            raise SendError("the call before has not ended yet")  # nothing was given to the service
        line.running = self._pool.submit(_call, line.apprise, message)
        try:
            async with asyncio.timeout(self._overall):
                result, heard = await asyncio.wrap_future(line.running)
        except TimeoutError:
            raise SendError(
                f"no answer within {self._overall:g} s; it may have arrived all the same", unknown=True
            ) from None
        _judge(result, heard, self._read)
        return ""

    def _line(self, target: Target) -> _Line:
        try:
            check_url(target.url, self._schemes, target.channel)
        except ConfigurationError as error:
            raise SendError(str(error), permanent=True) from None
        asset = _asset()
        service = _instantiate(target.url, asset)
        # Set on the object, because parameters of the URL come before the settings of the asset.
        service.redirects, service.optional, service.service_retry = False, False, 0
        # SMTP knows one time-out only, and greylisting servers answer late.
        service.socket_connect_timeout = self._read if scheme_of(target.url).startswith("mailto") else self._connect
        service.socket_read_timeout = self._read
        if not scheme_of(target.url).startswith("json"):
            service.request_rate_per_sec = self._pace  # apprise's name for seconds between requests
        return _Line(service, asset)


def _call(service: Any, message: Message) -> tuple[Any, str]:
    """Apprise's result, and what it said meanwhile; runs in a thread of the pool, whose context is its own."""
    heard: list[str] = []
    token = _heard.set(heard)
    try:
        result = service.notify(title=message.title, body=message.body, body_format=apprise.NotifyFormat.TEXT)
    finally:
        _heard.reset(token)
    return result, " ".join(heard)


def _judge(result: Any, words: str, read: float) -> None:
    """Raise what apprise's result means, if it was no success."""
    status = apprise.AppriseResultStatus
    if result.status == status.SUCCESS:
        return
    if result.status == status.NOMATCH:
        raise SendError("the channel has no recipient", permanent=True)
    if result.status == status.TIMEOUT:
        raise SendError("no answer in time; it may have arrived all the same", unknown=True)
    if found := _HTTP_ERROR.search(words):
        raise _http_error(int(found.group(1)), words)
    why = words.partition(_SOCKET)[2]
    broken = bool(_BROKEN.search(why)) and not _NO_CONNECTION.search(why)
    if _CONNECTION.search(words) or broken:
        if result.elapsed >= read:  # only a read that ran out takes so long
            raise SendError(f"no answer within {read:g} s; it may have arrived all the same", unknown=True)
        if broken:
            raise SendError("the connection broke before the answer; it may have arrived all the same", unknown=True)
        raise SendError("could not connect")
    raise SendError("the service did not take it")


def _http_error(status: int, words: str) -> SendError:
    with suppress(ValueError):
        text = f"HTTP {status} {HTTPStatus(status).phrase}"
        break_ = _RETRY_AFTER.search(words) if status == 429 else None
        if status == 429:
            return SendError(text, retry_after=float(break_.group(1)) if break_ else _RATE_LIMIT_PAUSE)
        return SendError(text, permanent=300 <= status < 500 and status not in _PASSING)
    return SendError(f"HTTP {status}")


class ConsoleSender:
    """Prints messages to a text stream: for the demo, and to try rules without an account."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    async def send(self, target: Target, message: Message) -> str:
        """Raises SendError when the stream is closed or broken."""
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        text = f"\n{message.title}\n{message.body}\n".encode(encoding, "replace").decode(encoding)
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError) as error:
            raise SendError(f"cannot print: {error}") from error
        return ""


class RoutingSender:
    """Picks the sender by the scheme of the target's URL; `default` for schemes that have none of their own."""

    def __init__(self, routes: Mapping[str, Sender], default: Sender):
        self._routes = dict(routes)
        self._default = default

    async def send(self, target: Target, message: Message) -> str:
        """Raises SendError as the chosen sender does."""
        return await self._routes.get(scheme_of(target.url), self._default).send(target, message)
