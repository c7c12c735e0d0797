"""The log of changes: who did what, and when."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.store.columns import KEY_LIMIT
from monitor.web.identity import Role
from monitor.web.paths import looks
from monitor.web.site import Site, address

_ON_A_PAGE = 50
_LARGEST = 2**63 - 1


def routes(site: Site) -> list[BaseRoute]:
    return [looks(site, "/changes", _page, Role.ADMIN)]


def _page(site: Site, request: Request) -> Response:
    about = request.query_params.get("about", "")[:KEY_LIMIT]
    before = _number(request.query_params.get("before", ""))
    found = site.shown.changes.latest(_ON_A_PAGE + 1, before, about or None)
    changes = found[:_ON_A_PAGE]
    older = address("/changes", about=about, before=changes[-1].id) if len(found) > _ON_A_PAGE else ""
    newest = address("/changes", about=about) if before is not None else ""
    return site.page(request, "changes.html", changes=changes, about=about, older=older, newest=newest)


def _number(written: str) -> int | None:
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 20 else None
    return number if number is not None and number <= _LARGEST else None
