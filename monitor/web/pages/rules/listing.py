"""All rules, by watchlist or in another order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import groupby
from pathlib import PurePath
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.core.model import Severity
from monitor.core.rules import Rule
from monitor.web.pages.rules.figures import Figures, Measured, spark
from monitor.web.paths import looks
from monitor.web.remembered import Remembered
from monitor.web.site import Site, address

_MOST = 60  # rules on one page
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """`path` draws the articles of each day, `touched` is their sum, `coverage` "" for a rule that is off."""

    rule: Rule
    measured: Measured
    touched: int
    most: int
    path: str
    coverage: str
    blind: bool
    last: datetime | None

    @property
    def watchlist(self) -> str:
        return PurePath(self.rule.watchlist).name


# What a link sorts by; the worst or most first, then by title.
_ORDERS: Mapping[str, Callable[[Row], Any]] = {
    "watchlist": lambda row: row.watchlist,
    "title": lambda row: "",
    "stage": lambda row: (row.rule.enabled, not row.rule.on_trial),
    "severity": lambda row: list(Severity).index(row.rule.severity),
    "precision": lambda row: (row.measured.share is None, row.measured.share or 0.0),
    "alerts": lambda row: -row.measured.alerts,
    "articles": lambda row: -row.touched,
    "coverage": lambda row: (not row.rule.enabled, not row.blind, row.coverage),
    "last": lambda row: -(row.last or _LONG_AGO).timestamp(),
}


def routes(site: Site, month: Remembered[Figures]) -> list[BaseRoute]:
    return [looks(site, "/rules", partial(_page, month))]


def _page(month: Remembered[Figures], site: Site, request: Request) -> Response:
    configuration = site.configuration()
    found = month.get(site.now(), configuration.stamp)
    asked = request.query_params
    sort = asked.get("sort", "") if asked.get("sort", "") in _ORDERS else "watchlist"
    begin = int(asked["from"]) if asked.get("from", "").isascii() and asked.get("from", "").isdigit() else 0
    rows = sorted((_row(rule, found.value) for rule in configuration.ruleset.rules), key=lambda row: row.rule.title)
    rows.sort(key=_ORDERS[sort])
    page = rows[begin : begin + _MOST]
    groups = groupby(page, lambda row: row.watchlist if sort == "watchlist" else "")
    return site.page(
        request,
        "rules/list.html",
        groups=[(name, list(together)) for name, together in groups],
        sort=sort,
        number=len(rows),
        on_trial=sum(row.rule.on_trial and row.rule.enabled for row in rows),
        more=address("/rules", sort=sort, **{"from": begin + _MOST}) if begin + _MOST < len(rows) else "",
        found_at=found.at,
    )


def _row(rule: Rule, figures: Figures) -> Row:
    covered, days = figures.covered.get(rule.id), figures.days(rule)
    return Row(
        rule,
        figures.measured(rule.id, rule.stage),
        sum(days),
        max(days),
        spark(days),
        covered.words if covered else "",
        covered is not None and covered.blind,
        figures.last.get(rule.id),
    )
