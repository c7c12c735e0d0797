"""To log in, to log out, and one's own password."""

from __future__ import annotations

import math
from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from monitor.store.people import By
from monitor.store.shown.people import Person
from monitor.web.access import sessions
from monitor.web.access.middleware import client_of
from monitor.web.access.names import account_name
from monitor.web.access.passwords import BusyError, Passwords, fault_of
from monitor.web.access.throttle import NONE, Throttle, peer_key
from monitor.web.identity import Role, identity_of
from monitor.web.paths import Form, Refused, acts, looks
from monitor.web.site import Site

log = structlog.get_logger(__name__)

_WRONG = "The name or the password is not right."


def routes(site: Site) -> list[BaseRoute]:
    login = Login()
    return [
        looks(site, "/login", login.show, None),
        acts(site, "/login", login.submit, None),
        acts(site, "/logout", login.leave, Role.VIEWER),
        looks(site, "/account", login.account, Role.VIEWER),
        acts(site, "/account", login.change, Role.VIEWER),
    ]


class Login:
    """How often each peer and each name was tried is known until the end of the process."""

    def __init__(self) -> None:
        self._throttle, self._passwords = Throttle(), Passwords()

    def show(self, site: Site, request: Request) -> Response:
        if identity_of(request) is not None:
            return RedirectResponse(_local(request.query_params.get("back", "")), 303)
        return self._page(site, request, back=request.query_params.get("back", ""))

    def submit(self, site: Site, request: Request, form: Form) -> Response:
        name, back, password = account_name(form.get("name", "")), form.get("back", ""), form.get("password", "")
        now, peer = site.now(), peer_key(client_of(request))
        wait = self._throttle.take(now, peer=peer, name=name)
        if wait > NONE:
            return self._too_often(site, request, wait, name=name, back=back)
        person = site.shown.people.named(name)
        if not self._is_right(password, person) or person is None:
            self._note_failure(site, request, person)
            return self._page(site, request, 403, name=name, back=back, problem=_WRONG)
        self._throttle.succeeded(now, peer=peer, name=name)
        hashed = self._rehash(site, person, password)
        answer = RedirectResponse(_local(back), 303)
        if not self._begin(site, request, person.id, hashed, answer):  # removed, or changed, a moment ago
            return self._page(site, request, 403, name=name, back=back, problem=_WRONG)
        return answer

    def leave(self, site: Site, request: Request, form: Form) -> Response:
        who, held = site.who(request), _held(site, request)
        if held:
            site.desk.people.log_out(sessions.digest_of(held), site.now(), By(who.name, who.via))
        answer = RedirectResponse("/login", 303)
        sessions.drop_cookie(answer, site.admission.secure)
        return answer

    # --- one's own password ------------------------------------------------------------------

    def account(self, site: Site, request: Request) -> Response:
        return site.page(request, "account.html", problem="", own=_is_own(site, request))

    def change(self, site: Site, request: Request, form: Form) -> Response:
        """All sessions end; this browser gets another one."""
        if not _is_own(site, request):
            raise Refused(403, "You have no password here.", "Who you are is known in another way.")
        who, now = site.who(request), site.now()
        wait = self._throttle.take(now, peer=peer_key(client_of(request)), name=who.name)
        if wait > NONE:
            raise Refused(429, f"Too many wrong passwords. Try again in {_words(wait)}.")
        person = site.shown.people.named(who.name)
        if person is None or not self._is_right(form.get("password", ""), person):
            return self._not_changed(site, request, "Your present password is not right.")
        self._throttle.succeeded(now, peer=peer_key(client_of(request)), name=who.name)
        fresh = form.get("fresh", "")
        if fault := fault_of(fresh, who.name):
            return self._not_changed(site, request, fault)
        if fresh != form.get("again", ""):
            return self._not_changed(site, request, "The new password was not typed twice in the same way.")
        hashed = self._hashed(fresh)
        site.desk.people.set_password(who.name, hashed, now, By(who.name, who.via))
        answer = site.done(request, "/account", "Your password is changed. You are logged out everywhere else.")
        self._begin(site, request, person.id, hashed, answer)
        return answer

    def _not_changed(self, site: Site, request: Request, problem: str) -> Response:
        return site.page(request, "account.html", 400, problem=problem, own=True)

    # --- the steps of a login ----------------------------------------------------------------

    def _is_right(self, password: str, person: Person | None) -> bool:
        try:
            return self._passwords.is_right(password, person.password if person else None)
        except BusyError:
            raise Refused(503, "Many people log in at the moment.", "Try again in a minute.") from None

    def _hashed(self, password: str) -> str:
        try:
            return self._passwords.hashed(password)
        except BusyError:
            raise Refused(503, "Many people log in at the moment.", "Try again in a minute.") from None

    def _begin(self, site: Site, request: Request, person_id: int, hashed: str, answer: Response) -> bool:
        """A session with a name of its own, never one that the browser brought."""
        now, fresh, held = site.now(), sessions.fresh(), _held(site, request)
        begun = site.desk.people.log_in(
            person_id,
            hashed,
            sessions.digest_of(fresh),
            now,
            now + sessions.LASTS,
            seen_since=sessions.seen_since(now),
            instead_of=sessions.digest_of(held) if held else "",
            words=f"from {client_of(request)}",
        )
        if begun:
            sessions.put_cookie(answer, fresh, site.admission.secure)
        return begun

    def _rehash(self, site: Site, person: Person, password: str) -> str:
        """The hash that is stored afterwards."""
        if not self._passwords.is_outdated(person.password):
            return person.password
        hashed = self._hashed(password)
        site.desk.people.rehash(person.id, person.password, hashed)
        return hashed

    def _note_failure(self, site: Site, request: Request, person: Person | None) -> None:
        """What was typed for a name is not kept where nobody has it: now and then it is a password."""
        about, client = f"person:{person.name if person else '?'}", client_of(request)
        log.warning("somebody could not log in", about=about, client=client)
        site.desk.note(site.now(), "somebody", "password", "login.failed", about, f"from {client}")

    # --- pages -------------------------------------------------------------------------------

    def _too_often(self, site: Site, request: Request, wait: timedelta, *, name: str, back: str) -> Response:
        words = f"Too many tries. Try again in {_words(wait)}."
        answer = self._page(site, request, 429, name=name, back=back, problem=words)
        answer.headers["Retry-After"] = str(_seconds(wait))
        return answer

    def _page(
        self, site: Site, request: Request, status: int = 200, name: str = "", back: str = "", problem: str = ""
    ) -> Response:
        people, _ = site.shown.people.counts()
        return site.page(
            request, "login.html", status, name=name, back=_local(back), problem=problem, nobody=people == 0
        )


def _local(address: str) -> str:
    """A page of ours to go back to, never one elsewhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    ours = address.isprintable() and address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if ours and not parts.scheme and not parts.netloc and parts.path != "/login" else "/"


def _held(site: Site, request: Request) -> str:
    return request.cookies.get(sessions.cookie_name(site.admission.secure), "")


def _is_own(site: Site, request: Request) -> bool:
    return site.who(request).via == "password"


def _seconds(wait: timedelta) -> int:
    return max(1, math.ceil(wait.total_seconds()))


def _words(wait: timedelta) -> str:
    seconds = _seconds(wait)
    if seconds < 60:
        return "a second" if seconds == 1 else f"{seconds} seconds"
    minutes = math.ceil(seconds / 60)
    return "a minute" if minutes == 1 else f"{minutes} minutes"
