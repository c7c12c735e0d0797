"""What programs read and write.

health    does the process live, and does it work?
metrics   figures for Prometheus
feeds     alerts as Atom and JSON Feed
app       the API: alerts, articles, known (rules, facts, sources, silences, changes), by models of its own (models,
          written), with its errors (problems), its pages of lists (paging) and its roles (access)
"""

from __future__ import annotations

from starlette.routing import BaseRoute

from monitor.web.api import app, feeds, health, metrics
from monitor.web.site import Site


def routes(site: Site) -> list[BaseRoute]:
    return [*feeds.routes(site), *app.routes(site)]


def watching(site: Site) -> list[BaseRoute]:
    """What every process serves, whatever its role."""
    return [*health.routes(site), *metrics.routes(site)]
