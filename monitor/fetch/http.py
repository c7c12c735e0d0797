"""One guarded HTTP client for every URL that comes from outside.

Redirects are followed by hand, addresses are vetted where they are dialled (so neither a
literal, nor a lying resolver, nor a redirect gets around it), bodies are counted after
decompression while they stream, and one limit of time holds for the whole.
"""

from __future__ import annotations

import asyncio
import errno
import os
import re
import socket
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from types import TracebackType

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from monitor.errors import FetchError, NotAskedError, StoreError
from monitor.fetch.addresses import MEND, PORTS, Guard
from monitor.fetch.gate import HostGate
from monitor.ports import HostTurns

MAX_REDIRECTS = 5
LONGEST_RETRY_AFTER = 24 * 3600.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
_PASSING = frozenset({408, 421, 423, 425, 429})  # 4xx that go away by themselves
_CONDITIONAL = frozenset({"if-none-match", "if-modified-since", "authorization"})
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]")
_BUSY = frozenset({429, 503})
_REFUSED = re.compile(rf"(?:address|port) \S+ is not allowed \([^)]*\)(?:; {re.escape(MEND)})?")
_CHUNK = 64 * 1024
_ENDING = 5.0  # seconds that a request may take to end after its time is over
_MALFORMED = (ValueError, TypeError, IndexError)  # as yarl has it: `http://[]@` is an IndexError


@dataclass(frozen=True, slots=True)
class Response:
    """A 2xx or 304 answer. Header names are in lower case; `url` is the one that answered.

    `moved` says that every redirect on the way was a permanent one.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str
    moved: bool = False


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to dial `networks` (CIDRs) although they are not public, for the sake of one host.

    It holds under the host's own name only, on the ports everybody may use and on `port`: neither a
    redirect nor a link from there opens another host.
    """

    host: str
    port: int
    networks: tuple[str, ...]

    def covers(self, url: URL) -> bool:
        return host_of(url) == self.host and (url.port == self.port or url.port in PORTS)


Admit = Callable[[URL], Awaitable[None]]


class Http:
    """The client. Use as an async context manager, or call `close` when done.

    `allow_networks`: CIDRs that may be dialled although they are not public, on any port.
    `per_host` requests at once to one host, their starts `min_gap` seconds apart, up to `max_gap` where the
    host is slow or asks for it. Whoever waits for his turn at a host for more than `patience` seconds gives up.
    With `turns` that holds over all processes that share them.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        allow_networks: Iterable[str] = (),
        per_host: int = 2,
        min_gap: float = 1.0,
        max_gap: float = 30.0,
        patience: float = 240.0,
        resolver: AbstractResolver | None = None,
        turns: HostTurns | None = None,
    ) -> None:
        self.user_agent = user_agent
        self._allowed = tuple(allow_networks)
        Guard(self._allowed)  # a bad CIDR is told here and not at the first request
        self._gate = HostGate(per_host, min_gap, max_gap, turns)
        self._patience = patience
        self._resolver = resolver
        # One for each set of networks: a connection that one source may use must not be found by another.
        self._sessions: dict[tuple[str, ...], aiohttp.ClientSession] = {}

    async def __aenter__(self) -> Http:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections. The client may be used again afterwards."""
        sessions, self._sessions = self._sessions, {}
        for session in sessions.values():
            await session.close()
        await self._gate.close()

    def pace(self, url: URL, seconds: float) -> None:
        """The host asks for so many seconds between requests; 0 when it asks for none."""
        self._gate.pace(host_of(url), seconds)

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limit_bytes: int = 5_000_000,
        timeout: float = 30.0,
        cut: bool = False,
        permit: Permit | None = None,
        admit: Admit | None = None,
    ) -> Response:
        """Fetch a URL. 2xx and 304 are answers; everything else raises FetchError, of which NotAskedError where
        a host was not asked for politeness' sake.

        `timeout` in seconds covers all redirects and the body, but not waiting for the host's
        turn; `limit_bytes` is the longest body after decompression; of a longer one `cut` takes the
        beginning. `admit` is asked about the URL and every redirect to another origin, and raises
        FetchError where we are not to go.
        """
        target = first = parse_url(url)
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        moved, left, turn_of = True, timeout, ""
        loop = asyncio.get_running_loop()
        with ExitStack() as turn:
            for _ in range(MAX_REDIRECTS + 1):
                try:
                    # A redirect within the host keeps its turn. Whoever is asked may need one himself.
                    place = str(target.origin()) if admit else host_of(target)
                    if place != turn_of:
                        turn.close()
                        await self._enter(target, turn, admit, left)
                        turn_of = place
                    began = loop.time()
                    answer = await self._ask(target, sent, limit_bytes, left, cut, permit)
                except FetchError as error:
                    if target == first or isinstance(error, NotAskedError):  # which names its host
                        raise
                    raise _on_the_way(first, error) from error
                left -= loop.time() - began
                if isinstance(answer, Response):
                    return replace(answer, moved=moved and target != first)
                status, location = answer
                moved = moved and status in _FOR_GOOD
                following = _following(target, location, status)
                if following.host != target.host:
                    sent = {name: value for name, value in sent.items() if name not in _CONDITIONAL}
                target = following
        raise FetchError(f"{show(first)}: more than {MAX_REDIRECTS} redirects", permanent=True, status=302)

    async def _enter(self, url: URL, turn: ExitStack, admit: Admit | None, seconds: float) -> None:
        """Wait for the host's turn. Raises FetchError where it is not to be asked."""
        host = host_of(url)
        self._keep_silence(host)
        if admit is not None:
            await admit(url)
        try:
            visit = await self._gate.enter(host, self._patience, seconds + _ENDING)
        except StoreError as error:
            words = f"whose turn at {url.host} it is cannot be known: {error}"
            raise NotAskedError(words, host=host) from error
        except TimeoutError:
            words = f"our turn at {url.host} did not come within {self._patience:g} s"
            raise NotAskedError(words, host=host) from None
        turn.callback(self._gate.leave, host, visit)
        self._keep_silence(host)  # it may have asked for it meanwhile

    def _keep_silence(self, host: str) -> None:
        left = self._gate.silent_for(host)
        if left > 0:
            raise NotAskedError(f"{host} asked to be left alone for {left:.0f} s more", host=host, retry_after=left)

    async def _ask(
        self, url: URL, headers: Mapping[str, str], limit: int, seconds: float, cut: bool, permit: Permit | None
    ) -> Response | tuple[int, str]:
        """One request: an answer, or status and Location of a redirect. Raises FetchError."""
        networks = permit.networks if permit is not None and permit.covers(url) else ()
        loop = asyncio.get_running_loop()
        began, host = loop.time(), host_of(url)
        answering = False
        try:
            async with (
                asyncio.timeout(seconds),
                self._connected(networks).get(url, headers=headers, allow_redirects=False) as got,
            ):
                answering = True
                self._gate.answered(host, loop.time() - began, refused=got.status in _BUSY)
                if got.status in _REDIRECTS and "location" in got.headers:
                    return got.status, got.headers["location"]
                self._check_status(url, got)
                body = b"" if got.status == 304 else await _read(url, got, limit, cut)
                answered = {name.lower(): value for name, value in got.headers.items()}
                return Response(got.status, answered, body, str(url if url.user is None else url.with_user(None)))
        except TimeoutError as error:
            if not answering:
                self._gate.answered(host, loop.time() - began)
            raise FetchError(f"{show(url)}: no complete answer within {seconds:.1f} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _translated(url, error) from error

    def _check_status(self, url: URL, got: aiohttp.ClientResponse) -> None:
        if 200 <= got.status < 300 or got.status == 304:
            return
        wait = retry_after(got.headers.get("retry-after"), datetime.now(UTC))
        if got.status in _BUSY:
            self._gate.silence(host_of(url), wait or None)
        words = " ".join(f"{got.status} {got.reason or ''}".split())
        raise FetchError(
            f"{show(url)}: the server answered {words}"[:300],
            permanent=300 <= got.status < 500 and got.status not in _PASSING,
            status=got.status,
            retry_after=wait,
        )

    def _connected(self, networks: tuple[str, ...]) -> aiohttp.ClientSession:
        """The session that may dial these networks besides, made within the loop that uses it."""
        if networks not in self._sessions:
            guard = Guard((*self._allowed, *networks))

            def dial(info: aiohttp.AddrInfoType) -> socket.socket:
                family, kind, protocol, _, address = info
                why = guard.refusal(str(address[0]), int(address[1]))
                if why is not None:
                    raise OSError(errno.EACCES, why)
                return socket.socket(family, kind, protocol)

            self._sessions[networks] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    socket_factory=dial, resolver=self._resolver, limit=50, ttl_dns_cache=300, keepalive_timeout=15
                ),
                connector_owner=True,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
                headers={"User-Agent": self.user_agent},
            )
        return self._sessions[networks]


@lru_cache(10_000)  # sources are asked again and again
def parse_url(text: str) -> URL:
    """A URL that may be tried: http or https, with a host. Raises FetchError."""
    if _UNSAFE.search(text.strip()):
        raise FetchError("the URL has control characters or backslashes in it", permanent=True)
    try:
        url = URL(text.strip())
        host, port = url.host, url.port
    except _MALFORMED as error:
        raise FetchError("the URL is malformed", permanent=True) from error
    if url.scheme not in ("http", "https"):
        raise FetchError(
            f"only http and https are read, not {url.scheme[:20] or 'a URL without scheme'}", permanent=True
        )
    if not host or not port:
        raise FetchError("the URL names no host or a bad port", permanent=True)
    return url


def host_of(url: URL) -> str:
    """The host as it is told apart from others: a dot at its end makes no other host."""
    return (url.host or "").rstrip(".")


def show(url: URL) -> str:
    """The URL as messages may show it: without user, password, and what stands in the query."""
    bare = url.with_user(None).with_fragment(None)
    return str(bare.with_query(None))[:200] + ("?…" if url.query_string else "")


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (number or HTTP date), at most a day; None for rubbish."""
    if not value:
        return None
    text = value.strip()
    if re.fullmatch(r"\d{1,9}", text):
        seconds = float(text)
    else:
        try:
            when = parsedate_to_datetime(text)
        except (ValueError, TypeError):
            return None
        seconds = ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def _following(url: URL, location: str, status: int) -> URL:
    """Where a redirect leads. Raises FetchError where we do not go."""
    try:
        joined = str(url.with_user(None).join(URL(location.strip())))
    except _MALFORMED as error:
        raise FetchError(f"{show(url)}: redirect to a malformed URL", permanent=True, status=status) from error
    try:
        following = parse_url(joined)
    except FetchError as error:
        raise FetchError(f"{show(url)}: redirect refused: {error}", permanent=True, status=status) from error
    if following.user is not None:
        raise FetchError(f"{show(url)}: redirect to a URL with a user name", permanent=True, status=status)
    if url.scheme == "https" and following.scheme == "http":
        raise FetchError(f"{show(url)}: redirect from https down to {show(following)}", permanent=True, status=status)
    if following.host == url.host and url.user is not None:
        following = following.with_user(url.user).with_password(url.password)
    return following


def _on_the_way(first: URL, error: FetchError) -> FetchError:
    return FetchError(
        f"{show(first)} redirects to {error}",
        permanent=error.permanent,
        status=error.status,
        retry_after=error.retry_after,
    )


async def _read(url: URL, got: aiohttp.ClientResponse, limit: int, cut: bool) -> bytes:
    """The body, unpacked. Stops at the limit: memory stays flat whatever the server sends."""
    packed = got.headers.get("content-encoding", "").strip().lower()
    if packed not in ("", "identity", "gzip", "x-gzip", "deflate", "br", "zstd"):
        raise FetchError(f"{show(url)}: compressed in a way we do not read ({packed[:40]})", permanent=True, status=200)
    too_long = FetchError(f"{show(url)}: longer than {limit:,} bytes", permanent=True, status=got.status)
    if (got.content_length or 0) > limit and not cut:
        raise too_long
    body = bytearray()
    async for chunk in got.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > limit:
            if cut:
                return bytes(body[:limit])
            raise too_long
    return bytes(body)


def _translated(url: URL, error: Exception) -> FetchError:
    """A library's exception in our words. Their own text may carry the whole URL: it is not passed on."""
    where = show(url)
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    refused = _REFUSED.search(str(cause))  # raised in `dial`, perhaps among the failures of other addresses
    if refused:
        return FetchError(f"{where}: {refused[0]}", permanent=True)
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return FetchError(f"{where}: the name {url.host} was not found")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return FetchError(f"{where}: no trusted TLS connection ({type(error.__cause__ or error).__name__})")
    if isinstance(error, aiohttp.ClientConnectorError):
        number = getattr(cause, "errno", None)  # its own words quote Python's calls
        return FetchError(f"{where}: no connection ({os.strerror(number).lower() if number else 'failed'})")
    if isinstance(error, aiohttp.InvalidURL | ValueError):
        return FetchError(f"{where}: the URL cannot be dialled", permanent=True)
    if isinstance(error, aiohttp.ClientPayloadError):
        return FetchError(f"{where}: the answer broke off or was damaged")
    return FetchError(f"{where}: the connection failed ({type(error).__name__})")
