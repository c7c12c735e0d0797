"""Accounts: who may do what, and who did it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.web.identity import Role
from monitor.web.paths import looks
from monitor.web.site import Site


def routes(site: Site) -> list[BaseRoute]:
    return [looks(site, "/accounts", _page, Role.ADMIN)]


def _page(site: Site, request: Request) -> Response:
    return site.page(request, "accounts.html")
