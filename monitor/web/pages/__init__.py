"""The pages of the desk, a module for each part of it."""

from __future__ import annotations

from starlette.routing import BaseRoute

from monitor.web.pages import (
    accounts,
    alerts,
    articles,
    baseline,
    changes,
    login,
    overview,
    rules,
    silences,
    sources,
    system,
    watchlists,
)
from monitor.web.site import Site

PARTS = (overview, alerts, articles, watchlists, rules, baseline, sources, silences, system, accounts, changes, login)


def routes(site: Site) -> list[BaseRoute]:
    return [route for part in PARTS for route in part.routes(site)]
