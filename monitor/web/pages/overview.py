"""Overview: what happened, and whether we are still listening."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.web.paths import looks
from monitor.web.site import Site


def routes(site: Site) -> list[BaseRoute]:
    return [looks(site, "/", _page)]


def _page(site: Site, request: Request) -> Response:
    return site.page(request, "overview.html")
