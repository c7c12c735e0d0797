"""Rules: what each watches, how well, and what became of it."""

from __future__ import annotations

from starlette.routing import BaseRoute

from monitor.web.pages.rules import listing, one, staging
from monitor.web.pages.rules.figures import Figures
from monitor.web.remembered import Remembered
from monitor.web.site import Site


def routes(site: Site) -> list[BaseRoute]:
    month = Remembered(lambda now: Figures.of(site, now))
    return [*listing.routes(site, month), *one.routes(site, month), *staging.routes(site)]
