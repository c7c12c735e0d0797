"""Accounts: who may come in, as what, and which programs."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.store.people import By
from monitor.web.access import sessions
from monitor.web.access.names import account_name, fault_of, token_name
from monitor.web.access.passwords import BusyError, Passwords
from monitor.web.access.passwords import fault_of as fault_of_password
from monitor.web.identity import Role
from monitor.web.paths import Form, Refused, acts, looks
from monitor.web.site import Site, Undo


def routes(site: Site) -> list[BaseRoute]:
    accounts = Accounts()
    return [
        looks(site, "/accounts", _page, Role.ADMIN),
        acts(site, "/accounts", accounts.add, Role.ADMIN),
        acts(site, "/accounts/role", _set_role, Role.ADMIN),
        acts(site, "/accounts/password", accounts.set_password, Role.ADMIN),
        acts(site, "/accounts/remove", _remove, Role.ADMIN),
        acts(site, "/accounts/restore", _restore, Role.ADMIN),
        acts(site, "/accounts/tokens", _add_token, Role.ADMIN),
        acts(site, "/accounts/tokens/revoke", _revoke_token, Role.ADMIN),
    ]


class Accounts:
    def __init__(self) -> None:
        self._passwords = Passwords()

    def add(self, site: Site, request: Request, form: Form) -> Response:
        name, role = account_name(form.get("name", "")), _role(form)
        fault = fault_of(name) or fault_of_password(form.get("password", ""), name)
        if fault:
            return _shown(site, request, 400, problem=fault, name=name, role=role.value)
        if not site.desk.people.add(name, role.value, self._hashed(form), site.now(), _by(site, request)):
            return _shown(site, request, 409, problem=f"{name} has an account already.", name=name, role=role.value)
        return site.done(request, "/accounts", f"{name} has an account, as {role.value}.")

    def set_password(self, site: Site, request: Request, form: Form) -> Response:
        name = form.get("name", "")
        if fault := fault_of_password(form.get("password", ""), name):
            return _shown(site, request, 400, problem=f"{name}: {fault}")
        if not site.desk.people.set_password(name, self._hashed(form), site.now(), _by(site, request)):
            raise _unknown(name)
        return site.done(request, "/accounts", f"{name} has another password, and is logged out everywhere.")

    def _hashed(self, form: Form) -> str:
        try:
            return self._passwords.hashed(form.get("password", ""))
        except BusyError:
            raise Refused(503, "Many passwords are being set at the moment.", "Try again in a minute.") from None


def _page(site: Site, request: Request) -> Response:
    return _shown(site, request)


def _shown(site: Site, request: Request, status: int = 200, **values: Any) -> Response:
    values = {"problem": "", "name": "", "role": Role.VIEWER.value, "made": "", "made_name": "", **values}
    people, tokens = site.shown.people.all(), site.shown.people.tokens()
    return site.page(request, "accounts.html", status, people=people, tokens=tokens, vouched=_vouched(site), **values)


def _vouched(site: Site) -> str:
    """The header in which a proxy names people; "" where none does."""
    return site.admission.user_header if site.admission.vouches else ""


def _set_role(site: Site, request: Request, form: Form) -> Response:
    name, role = form.get("name", ""), _role(form)
    before = site.shown.people.named(name)
    if before is None:
        raise _unknown(name)
    if role is not Role.ADMIN:
        _keep_an_admin(site, name)
    site.desk.people.set_role(name, role.value, site.now(), _by(site, request))
    undo = Undo("/accounts/role", {"name": name, "role": before.role})
    return site.done(request, "/accounts", f"{name} is {role.value} from now on.", undo)


def _remove(site: Site, request: Request, form: Form) -> Response:
    name = form.get("name", "")
    _keep_an_admin(site, name)
    if not site.desk.people.remove(name, site.now(), _by(site, request)):
        raise _unknown(name)
    left = sum(token.author == name for token in site.shown.people.tokens())
    words = f"{name} may not come in any more, and is logged out everywhere."
    if left:
        words += f" Tokens made by {name} can still be used: {left}."
    return site.done(request, "/accounts", words, Undo("/accounts/restore", {"name": name}))


def _restore(site: Site, request: Request, form: Form) -> Response:
    name = form.get("name", "")
    if not site.desk.people.restore(name, site.now(), _by(site, request)):
        raise _unknown(name)
    return site.done(request, "/accounts", f"{name} may come in again.")


def _add_token(site: Site, request: Request, form: Form) -> Response:
    """The answer is the page itself, for the token is shown this once and kept nowhere."""
    name, role = token_name(form.get("name", "")), _role(form)
    if not name:
        return _shown(site, request, 400, problem="Say which program the token is for.")
    made = sessions.fresh_token()
    site.desk.people.add_token(name, role.value, sessions.digest_of(made), site.now(), _by(site, request))
    return _shown(site, request, made=made, made_name=name)


def _revoke_token(site: Site, request: Request, form: Form) -> Response:
    written = form.get("id", "")
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 18 else 0
    name = site.desk.people.revoke_token(number, site.now(), _by(site, request))
    if name is None:
        raise Refused(404, "There is no such token.", "Was it revoked by somebody else?")
    return site.done(request, "/accounts", f"The token of {name} cannot be used any more.")


def _role(form: Form) -> Role:
    try:
        return Role(form.get("role", ""))
    except ValueError:
        raise Refused(400, "There is no such role.", "Use the buttons of the page.") from None


def _keep_an_admin(site: Site, name: str) -> None:
    admins = [person.name for person in site.shown.people.all() if person.role == Role.ADMIN.value]
    if admins == [name]:
        raise Refused(409, f"{name} is the last admin.", "Make somebody else an admin before.")


def _by(site: Site, request: Request) -> By:
    who = site.who(request)
    return By(who.name, who.via)


def _unknown(name: str) -> Refused:
    return Refused(404, f"{name} has no account.", "Was it removed by somebody else?")
