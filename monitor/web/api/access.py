"""Who asks, and may they? Whoever is here has passed `monitor.web.access` already."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer

from monitor.web.api.problems import Declined
from monitor.web.identity import Identity, Role, identity_of
from monitor.web.site import Site

# `auto_error` off: an open desk asks for no token.
_BEARER = HTTPBearer(auto_error=False, scheme_name="token", description="Made by `monitor tokens add NAME`.")


def site_of(request: Request) -> Site:
    site = request.app.state.site
    assert isinstance(site, Site)
    return site


def _at_least(role: Role) -> Callable[..., Identity]:
    def admit(request: Request, shown: Annotated[object, Security(_BEARER)]) -> Identity:
        who = identity_of(request)
        if who is None:
            raise Declined(401, "We do not know who you are: show a token.", {"WWW-Authenticate": "Bearer"})
        if not who.role.may(role):
            raise Declined(403, f"This is for {role.value}s, and {who.name} is a {who.role.value}.")
        return who

    return admit


OurSite = Annotated[Site, Depends(site_of)]
Viewer = Annotated[Identity, Depends(_at_least(Role.VIEWER))]
Analyst = Annotated[Identity, Depends(_at_least(Role.ANALYST))]
Admin = Annotated[Identity, Depends(_at_least(Role.ADMIN))]
