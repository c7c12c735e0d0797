"""People and programs before a desk that asks who they are."""

from __future__ import annotations

from functools import cache
from http.cookies import SimpleCookie
from typing import Any

import aiohttp

from monitor.store.people import By
from monitor.web.access import sessions
from monitor.web.access.passwords import Passwords
from monitor.web.identity import Role
from monitor.web.site import Site
from tests.integration.web.conftest import Answer

PASSWORD = "correct horse battery"
US = By("root", "command line")


@cache
def hashed(password: str = PASSWORD) -> str:
    return Passwords().hashed(password)


def enrol(site: Site, name: str = "ann", role: Role = Role.VIEWER) -> None:
    assert site.desk.people.add(name, role.value, hashed(), site.now(), US)


def session_of(site: Site, name: str, held: str | None = None) -> str:
    """What the browser of somebody holds who has just logged in."""
    held, now = held or sessions.fresh(), site.now()
    person = site.shown.people.named(name)
    until, since = now + sessions.LASTS, sessions.seen_since(now)
    digest = sessions.digest_of(held)
    assert site.desk.people.log_in(person.id, person.password, digest, now, until, seen_since=since)
    return held


def token_of(site: Site, role: Role = Role.VIEWER) -> str:
    made = sessions.fresh_token()
    site.desk.people.add_token("scraper", role.value, sessions.digest_of(made), site.now(), US)
    return made


class Visitor:
    """Sends what it is told to and nothing else; keeps cookies only where asked to."""

    def __init__(self, address: str, cookies: dict[str, str] | None = None):
        self.address, self.cookies = address, dict(cookies or {})

    async def ask(self, method: str, path: str, headers: dict[str, Any] | None = None, **more: Any) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = [*(headers.items() if isinstance(headers, dict) else headers or [])]
        sent += [("Cookie", cookie)] if cookie else []
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            session.request(method, self.address + path, headers=sent, allow_redirects=False, **more) as response,
        ):
            body = await response.read()
            for line in response.headers.getall("Set-Cookie", []):
                self._keep(line)
            given = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status, body.decode(), given)

    async def look(self, path: str, **headers: str) -> Answer:
        return await self.ask("GET", path, headers)

    async def send(self, path: str, **fields: str) -> Answer:
        """A form of ours, as browsers send it; where that leads is not followed."""
        return await self.ask("POST", path, {"Origin": self.address}, data=fields)

    async def log_in(self, name: str = "ann", password: str = PASSWORD, **more: str) -> Answer:
        return await self.send("/login", name=name, password=password, **more)

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


def is_let_in(answer: Answer) -> bool:
    """Or sent to the login."""
    assert answer.status == 200 or (answer.status == 303 and answer.headers["location"].startswith("/login"))
    return answer.status == 200
