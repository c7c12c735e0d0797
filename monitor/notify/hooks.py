"""Web hooks of one's own: Apprise reads the address, aiohttp posts to it.

They are the only targets that take more than a message a second, and Apprise needs a thread, a new session of
`requests` and three times the processor's time for each.
"""

from __future__ import annotations

import ssl
from json import dumps
from pathlib import Path
from typing import Any

import aiohttp
import requests
from apprise import NotifyFormat
from apprise.plugins.custom_json import NotifyJSON
from requests.utils import DEFAULT_CA_BUNDLE_PATH, select_proxy
from yarl import URL

from monitor.core.alerts import Message
from monitor.errors import SendError
from monitor.notify.wire import BROKEN, NOT_CONNECTED, answered

_LONGEST_ANSWER = 65_536  # bytes that are looked through for a pause
# Of what breaks a request, that which breaks it before anything of it has been sent.
_NOT_SENT = (
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientConnectorError,
    aiohttp.ClientConnectorCertificateError,
    aiohttp.InvalidURL,
)


class Hook:
    """Posts what Apprise would, to where and as whom `request` says. `extras` are the fields that the URL adds,
    renames or, where empty, takes out."""

    def __init__(
        self,
        request: requests.PreparedRequest,
        extras: dict[str, str],
        trust: ssl.SSLContext | bool,
        timeout: aiohttp.ClientTimeout,
    ):
        ours = ("connection", "content-length")
        self._headers = {name: str(value) for name, value in request.headers.items() if name.lower() not in ours}
        self._method, self._url = str(request.method), URL(str(request.url), encoded=True)
        self._extras, self._trust, self._timeout = extras, trust, timeout

    async def send(self, message: Message) -> None:
        """Raises SendError."""
        if error := await self._post(self._body(message)):
            raise error  # here, where no exception that may quote the URL hangs on it

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

    async def _post(self, body: bytes) -> SendError | None:
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
                    self._method, self._url, data=body, headers=self._headers, allow_redirects=False
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


def hook_of(service: Any) -> Hook | None:
    """A hook with the address, headers, account, certificates and time-outs of Apprise's object for it, as `requests`
    would have them; None for what only Apprise can do: other services, other formats, and a proxy between."""
    if not isinstance(service, NotifyJSON) or service.resolve_format(NotifyFormat.TEXT) != NotifyFormat.TEXT:
        return None
    url = f"{'https' if service.secure else 'http'}://{service.host}"
    url += f":{service.port}{service.fullpath}" if isinstance(service.port, int) else service.fullpath
    headers = {"User-Agent": service.app_id, "Content-Type": "application/json", "Accept-Encoding": "identity"}
    auth = (service.user, service.password) if service.user else None
    with requests.Session() as session:
        asked = requests.Request(service.method, url, headers | service.headers, params=service.params, auth=auth)
        request = session.prepare_request(asked)
        settings = session.merge_environment_settings(str(request.url), {}, None, service.verify_certificate, None)
    if select_proxy(str(request.url), settings["proxies"]):
        return None
    connect, read = service.request_timeout
    timeout = aiohttp.ClientTimeout(sock_connect=connect, sock_read=read)
    return Hook(request, service.payload_extras, _trust(settings["verify"]) if service.secure else True, timeout)


def _trust(verify: bool | str) -> ssl.SSLContext | bool:
    """A file or folder that the environment names, or the certificates that `requests` brings."""
    if verify is False:
        return False
    path = verify if isinstance(verify, str) else DEFAULT_CA_BUNDLE_PATH
    folder = Path(path).is_dir()
    return ssl.create_default_context(cafile=None if folder else path, capath=path if folder else None)
