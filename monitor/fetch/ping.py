"""The dead-man's ping: one GET to an address of the operator's.

Apart from the guarded client on purpose: that one is for what strangers name, waits for its turn at a host and shows
addresses in its words. This address may be of an intranet, and is a secret: no error quotes it.
"""

from __future__ import annotations

import re

import aiohttp

from monitor.errors import FetchError

TIMEOUT = 10.0  # seconds, for all of it
_READ = 200  # bytes of the answer
# healthchecks.io answers 200 also where a ping does not count, and says so in the text only.
_IGNORED = re.compile(rb"\s*OK \((not found|rate limited)\)")


class Pinger:
    """Asks `url`, which is http or https."""

    def __init__(self, url: str, user_agent: str):
        self._url, self._user_agent = url, user_agent

    async def __call__(self, timeout: float = TIMEOUT) -> None:
        """Returns when it was answered with 2xx, and not that it does not count; a redirect is not followed.
        Raises FetchError."""
        limits = aiohttp.ClientTimeout(total=timeout)
        headers = {"User-Agent": self._user_agent}
        try:
            async with (
                aiohttp.ClientSession(timeout=limits, cookie_jar=aiohttp.DummyCookieJar(), headers=headers) as session,
                session.get(self._url, allow_redirects=False) as answer,
            ):
                status, ignored = answer.status, _IGNORED.match(await answer.content.read(_READ))
        except TimeoutError:
            raise FetchError(f"no answer within {timeout:g} s") from None
        except aiohttp.ClientConnectorDNSError:
            raise FetchError("its host was not found") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # Not the exception's own words, nor itself as the cause: both may quote the address.
            raise FetchError(f"the connection failed ({type(error).__name__})") from None
        if not 200 <= status < 300:
            raise FetchError(f"the server answered {status}", status=status)
        if ignored:
            raise FetchError(f"the server answered {status}, but “{ignored[1].decode()}”: it did not count")
