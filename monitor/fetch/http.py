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
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import TracebackType

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from monitor.errors import FetchError
from monitor.fetch.addresses import Guard
from monitor.fetch.gate import HostGate

MAX_REDIRECTS = 5
LONGEST_RETRY_AFTER = 24 * 3600.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_FOR_GOOD = frozenset({301, 308})
_PASSING = frozenset({408, 421, 423, 425, 429})  # 4xx that go away by themselves
_CONDITIONAL = frozenset({"if-none-match", "if-modified-since", "authorization"})
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\]")
_REFUSED = re.compile(r"(?:address|port) \S+ is not allowed \([^)]*\)(?:; MONITOR_ALLOW_NETWORKS can allow it)?")
_CHUNK = 64 * 1024


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


class Http:
    """The client. Use as an async context manager, or call `close` when done.

    `allow_networks`: CIDRs that may be dialled although they are not public, on any port.
    `per_host` requests at once to one host, their starts `min_gap` seconds apart.
    """

    def __init__(
        self,
        *,
        user_agent: str,
        allow_networks: Iterable[str] = (),
        per_host: int = 2,
        min_gap: float = 1.0,
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._user_agent = user_agent
        self._guard = Guard(allow_networks)
        self._gate = HostGate(per_host, min_gap)
        self._resolver = resolver
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Http:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections. The client may be used again afterwards."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limit_bytes: int = 5_000_000,
        timeout: float = 30.0,
    ) -> Response:
        """Fetch a URL. 2xx and 304 are answers; everything else raises FetchError.

        `timeout` in seconds covers all redirects and the body, but not waiting for the host's
        turn; `limit_bytes` is the longest body after decompression.
        """
        target = first = parse_url(url)
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        moved, left, turn_of = True, timeout, ""
        loop = asyncio.get_running_loop()
        async with AsyncExitStack() as turn:
            for _ in range(MAX_REDIRECTS + 1):
                host = target.host or ""
                if host != turn_of:  # a redirect within the host keeps its turn
                    await turn.aclose()
                    self._keep_silence(target)
                    await turn.enter_async_context(self._gate.turn(host))
                    turn_of = host
                began = loop.time()
                try:
                    answer = await self._ask(target, sent, limit_bytes, left)
                except FetchError as error:
                    if target == first:
                        raise
                    raise _on_the_way(first, error) from error
                left -= loop.time() - began
                if isinstance(answer, Response):
                    return Response(
                        answer.status, answer.headers, answer.body, answer.url, moved and target is not first
                    )
                status, location = answer
                moved = moved and status in _FOR_GOOD
                following = _following(target, location, status)
                if following.host != target.host:
                    sent = {name: value for name, value in sent.items() if name not in _CONDITIONAL}
                target = following
        raise FetchError(f"{show(first)}: more than {MAX_REDIRECTS} redirects", permanent=True, status=302)

    def _keep_silence(self, url: URL) -> None:
        left = self._gate.silent_for(url.host or "")
        if left > 0:
            raise FetchError(f"{url.host} asked to be left alone for {left:.0f} s more", status=429, retry_after=left)

    async def _ask(
        self, url: URL, headers: Mapping[str, str], limit: int, seconds: float
    ) -> Response | tuple[int, str]:
        """One request: an answer, or status and Location of a redirect. Raises FetchError."""
        try:
            async with (
                asyncio.timeout(seconds),
                self._connected().get(url, headers=headers, allow_redirects=False) as got,
            ):
                if got.status in _REDIRECTS and "location" in got.headers:
                    return got.status, got.headers["location"]
                self._check_status(url, got)
                body = b"" if got.status == 304 else await _read(url, got, limit)
                answered = {name.lower(): value for name, value in got.headers.items()}
                return Response(got.status, answered, body, str(url if url.user is None else url.with_user(None)))
        except TimeoutError as error:
            raise FetchError(f"{show(url)}: no complete answer within {seconds:.1f} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _translated(url, error) from error

    def _check_status(self, url: URL, got: aiohttp.ClientResponse) -> None:
        if 200 <= got.status < 300 or got.status == 304:
            return
        wait = retry_after(got.headers.get("retry-after"), datetime.now(UTC))
        if wait is not None and got.status in (429, 503):
            self._gate.silence(url.host or "", wait)
        words = " ".join(f"{got.status} {got.reason or ''}".split())
        raise FetchError(
            f"{show(url)}: the server answered {words}"[:300],
            permanent=300 <= got.status < 500 and got.status not in _PASSING,
            status=got.status,
            retry_after=wait,
        )

    def _connected(self) -> aiohttp.ClientSession:
        """The session, made within the loop that uses it."""
        if self._session is None:

            def dial(info: aiohttp.AddrInfoType) -> socket.socket:
                family, kind, protocol, _, address = info
                why = self._guard.refusal(str(address[0]), int(address[1]))
                if why is not None:
                    raise OSError(errno.EACCES, why)
                return socket.socket(family, kind, protocol)

            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    socket_factory=dial, resolver=self._resolver, limit=50, ttl_dns_cache=300, keepalive_timeout=15
                ),
                connector_owner=True,
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
                headers={"User-Agent": self._user_agent},
            )
        return self._session


def parse_url(text: str) -> URL:
    """A URL that may be tried: http or https, with a host. Raises FetchError."""
    if _UNSAFE.search(text.strip()):
        raise FetchError("the URL has control characters or backslashes in it", permanent=True)
    try:
        url = URL(text.strip())
        host, port = url.host, url.port
    except (ValueError, TypeError) as error:
        raise FetchError("the URL is malformed", permanent=True) from error
    if url.scheme not in ("http", "https"):
        raise FetchError(
            f"only http and https are read, not {url.scheme[:20] or 'a URL without scheme'}", permanent=True
        )
    if not host or not port:
        raise FetchError("the URL names no host or a bad port", permanent=True)
    return url


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
    except (ValueError, TypeError) as error:
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


async def _read(url: URL, got: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body, unpacked. Stops at the limit: memory stays flat whatever the server sends."""
    packed = got.headers.get("content-encoding", "").strip().lower()
    if packed not in ("", "identity", "gzip", "x-gzip", "deflate", "br", "zstd"):
        raise FetchError(f"{show(url)}: compressed in a way we do not read ({packed[:40]})", permanent=True, status=200)
    too_long = FetchError(f"{show(url)}: longer than {limit:,} bytes", permanent=True, status=got.status)
    if (got.content_length or 0) > limit:
        raise too_long
    body = bytearray()
    async for chunk in got.content.iter_chunked(_CHUNK):
        body += chunk
        if len(body) > limit:
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
