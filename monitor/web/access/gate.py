"""From what a request says to who asks, or why nobody is let in. Makes store calls: for threads."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.datastructures import Headers

from monitor.store.shown.people import Token
from monitor.web.access.admission import is_loopback, passed_on
from monitor.web.access.sessions import SEEN_EVERY, TOKEN_PREFIX, cookie_name, digest_of, seen_since
from monitor.web.identity import LOCAL, Identity, Role
from monitor.web.site import Site

_PASSED_ON = (
    "Something between you and this monitor passes requests on, and it is open to this machine alone.",
    "Set MONITOR_PUBLIC_URL to the address by which people come, and give them accounts.",
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """With 401 whoever asks may say who they are; everything else is no."""

    status: int
    problem: str
    advice: str = ""


UNKNOWN = Refusal(401, "We do not know who you are.", "Log in, or show a token.")


class Gate:
    def __init__(self, site: Site):
        self._site, self._admission = site, site.admission

    def misled(self, headers: Headers) -> Refusal | None:
        """For all paths: a request that was meant for somebody else, or led here by somebody else."""
        hosts = headers.getlist("host")
        if len(hosts) == 1 and self._admission.knows(hosts[0]):
            return None
        advice = "Is that right? Then name it in MONITOR_PUBLIC_URL, or in MONITOR_WEB_NAMES."
        return Refusal(400, "This monitor is not known by the name in your address.", advice)

    def identify(
        self,
        headers: Headers,
        peer: str,
        cookies: Mapping[str, str],
        *,
        tokens: bool = False,
        passwords: bool = False,
    ) -> Identity | Refusal:
        """Who asks. `peer` is the address that the connection comes from; with `tokens` the path takes them, with
        `passwords` also in place of a password: what reads feeds can send nothing else.

        Raises StoreError.
        """
        scheme, _, shown = headers.get("authorization", "").partition(" ")
        if tokens and scheme.lower() == "bearer":
            return self._of_token(shown.strip())
        if passwords and scheme.lower() == "basic" and (token := _password(shown)).startswith(TOKEN_PREFIX):
            return self._of_token(token)
        if self._site.open:
            near = is_loopback(peer) and not passed_on(headers)
            return LOCAL if near else Refusal(403, *_PASSED_ON)
        return self._admission.vouched(peer, headers) or self._of_session(cookies) or UNKNOWN

    def _of_token(self, shown: str) -> Identity | Refusal:
        found = self._site.shown.people.token(digest_of(shown))
        if found is None:
            return Refusal(401, "That token is not known here, or was revoked.", "`monitor tokens add` makes one.")
        self._touch_token(found)
        return Identity(found.name, Role(found.role), "token")

    def _of_session(self, cookies: Mapping[str, str]) -> Identity | None:
        held = cookies.get(cookie_name(self._admission.secure), "")
        if not held:
            return None
        now, digest = self._site.now(), digest_of(held)
        found = self._site.shown.people.logged_in(digest, now, seen_since(now))
        if found is None:
            return None
        if now - found.seen_at >= SEEN_EVERY:
            self._site.desk.people.seen(digest, now)
        return Identity(found.name, Role(found.role), "password")

    def _touch_token(self, found: Token) -> None:
        now = self._site.now()
        if found.used_at is None or now - found.used_at >= SEEN_EVERY:
            self._site.desk.people.used_token(found.id, now)


def _password(shown: str) -> str:
    """That of HTTP Basic authentication; "" where there is none. The name before it does not matter."""
    try:
        return b64decode(shown.strip(), validate=True).decode().partition(":")[2]
    except ValueError:
        return ""
