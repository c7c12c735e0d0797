"""Alerts: the inbox, and one alert with all that belongs to it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.web.paths import looks
from monitor.web.site import Site


def routes(site: Site) -> list[BaseRoute]:
    return [looks(site, "/alerts", _page)]


def _page(site: Site, request: Request) -> Response:
    return site.page(request, "alerts.html")
