"""Web hooks of one's own, signed ones too: Apprise reads the address, aiohttp posts to it.

They are the only targets that take more than a message a second, and Apprise needs a thread, a new session of
`requests` and three times the processor's time for each.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from json import dumps
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import uuid4

import aiohttp
import requests
from apprise import NotifyFormat
from apprise.plugins.custom_json import NotifyJSON
from requests.utils import DEFAULT_CA_BUNDLE_PATH, prepend_scheme_if_needed, select_proxy
from yarl import URL

from monitor.core import signing
from monitor.core.alerts import Message
from monitor.core.payload import bare_payload
from monitor.errors import SendError
from monitor.notify.wire import BROKEN, NOT_CONNECTED, answered

_LONGEST_ANSWER = 65_536  # bytes that are looked through for a pause
# Of what breaks a request, that which breaks it before anything of it has been sent.
_NOT_SENT = (
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientConnectorError,
    aiohttp.ClientConnectorCertificateError,
    aiohttp.ClientHttpProxyError,  # a proxy that leads nowhere
    aiohttp.InvalidURL,
)


class Post:
    """Where to post, as whom `request` says, and over which proxy, if any."""

    def __init__(
        self,
        request: requests.PreparedRequest,
        trust: ssl.SSLContext | bool,
        timeout: aiohttp.ClientTimeout,
        proxy: str = "",
    ):
        ours = ("connection", "content-length")
        self._headers = {name: str(value) for name, value in request.headers.items() if name.lower() not in ours}
        self._method, self._url = str(request.method), URL(str(request.url), encoded=True)
        self._trust, self._timeout, self.proxy = trust, timeout, proxy

    async def send(self, body: bytes, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        """Raises SendError."""
        if error := await self._post(body, headers):
            raise error  # here, where no exception that may quote the URL hangs on it

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> SendError | None:
        """What went wrong. A connection of its own for each: one that is kept may be closed by the other side just as
        a message goes out, of which nobody knows then whether it arrived."""
        connector = aiohttp.TCPConnector(force_close=True, ssl=self._trust)
        jar = aiohttp.DummyCookieJar()
        try:
            async with (
                aiohttp.ClientSession(
                    connector=connector, cookie_jar=jar, timeout=self._timeout, auto_decompress=False
                ) as session,
                session.request(
                    self._method,
                    self._url,
                    data=body,
                    headers={**self._headers, **headers},
                    allow_redirects=False,
                    proxy=self.proxy or None,
                ) as response,
            ):
                content = b""
                while response.status >= 300 and len(content) < _LONGEST_ANSWER and not response.content.at_eof():
                    content += await response.content.read(_LONGEST_ANSWER)
                return answered(response.status, response.headers, content)
        except _NOT_SENT:
            return SendError(NOT_CONNECTED)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return SendError(NOT_CONNECTED) if self._method == "GET" else SendError(BROKEN, unknown=True)


class Hook:
    """Posts what Apprise would. `extras` are the fields that the URL adds, renames or, where empty, takes out."""

    def __init__(self, post: Post, extras: dict[str, str]):
        self._post, self._extras = post, extras

    async def send(self, message: Message) -> None:
        """Raises SendError."""
        await self._post.send(self._body(message))

    def _body(self, message: Message) -> bytes:
        fields: dict[str, Any] = {"version": "1.0", "title": message.title.strip(), "message": message.body.rstrip()}
        fields |= {"attachments": [], "type": "info"}
        for name, value in self._extras.items():
            if name in fields:
                if value:
                    fields[value] = fields[name]
                del fields[name]
            else:
                fields[name] = value
        return dumps(fields).encode()


class SignedHook:
    """Posts a message's payload, signed with each of the keys. `clock` gives seconds since 1970."""

    def __init__(self, post: Post, keys: Sequence[bytes], clock: Callable[[], float]):
        self._post, self._keys, self._clock = post, keys, clock

    async def send(self, message: Message) -> None:
        """Raises SendError."""
        at = self._clock()
        payload = message.payload or bare_payload(f"msg_{uuid4().hex}", message, datetime.fromtimestamp(at, UTC))
        body = payload.text.encode("utf-8", "replace")
        await self._post.send(body, signing.headers(self._keys, payload.id, int(at), body))


def hook_of(service: Any) -> Hook | None:
    """A hook for Apprise's object; None for what only Apprise can do: other services, other formats, and a proxy
    between."""
    if not isinstance(service, NotifyJSON) or service.resolve_format(NotifyFormat.TEXT) != NotifyFormat.TEXT:
        return None
    post = _post_of(service)
    return None if post.proxy else Hook(post, service.payload_extras)


def signed_hook_of(service: Any, keys: Sequence[bytes], clock: Callable[[], float]) -> SignedHook:
    """The signed hook at the address that Apprise's object for `json://` has. Raises SendError."""
    post = _post_of(service)
    if post.proxy and not post.proxy.lower().startswith(("http://", "https://")):
        raise SendError("signed web hooks go through proxies of HTTP only", permanent=True)
    return SignedHook(post, keys, clock)


def _post_of(service: Any) -> Post:
    """The address, headers, account, certificates, time-outs and proxy of Apprise's object, as `requests` would have
    them."""
    url = f"{'https' if service.secure else 'http'}://{service.host}"
    url += f":{service.port}{service.fullpath}" if isinstance(service.port, int) else service.fullpath
    headers = {"User-Agent": service.app_id, "Content-Type": "application/json", "Accept-Encoding": "identity"}
    auth = (service.user, service.password) if service.user else None
    with requests.Session() as session:
        asked = requests.Request(service.method, url, headers | service.headers, params=service.params, auth=auth)
        request = session.prepare_request(asked)
        settings = session.merge_environment_settings(str(request.url), {}, None, service.verify_certificate, None)
    proxy = select_proxy(str(request.url), settings["proxies"])
    connect, read = service.request_timeout
    timeout = aiohttp.ClientTimeout(sock_connect=connect, sock_read=read)
    trust = _trust(settings["verify"]) if service.secure else True
    return Post(request, trust, timeout, prepend_scheme_if_needed(proxy, "http") if proxy else "")


def _trust(verify: bool | str) -> ssl.SSLContext | bool:
    """A file or folder that the environment names, or the certificates that `requests` brings."""
    if verify is False:
        return False
    path = verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH
    folder = Path(path).is_dir()
    return ssl.create_default_context(cafile=None if folder else path, capath=path if folder else None)
