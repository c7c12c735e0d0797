"""Alerts: the inbox, where people find them and answer several at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.core.alerts import OURSELVES
from monitor.core.model import Severity
from monitor.core.responses import Answer
from monitor.store.shown.wanted import Wanted
from monitor.web.pages import alert
from monitor.web.paths import Form, Refused, acts, looks
from monitor.web.responding import WITHDRAW, asked, numbers, respond, withdraw
from monitor.web.site import Site, address

_STANDINGS = {"unanswered": False, "answered": True, "all": None}
_OWN = {"": None, "without": False}
_SHADOWS = {"": False, "with": None, "only": True}
SPANS = ("1h", "12h", "24h", "7d", "30d")
_SPAN = re.compile(r"(\d{1,4})([mhd])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_FIELDS = ("standing", "severity", "rule", "watchlist", "country", "language", "since", "text", "shadow", "own")
_LONGEST = 200  # characters of a field


def routes(site: Site) -> list[BaseRoute]:
    return [
        looks(site, "/alerts", _inbox),
        looks(site, "/alerts/news", _news),
        acts(site, "/alerts/answers", _answers),
        acts(site, WITHDRAW, _withdraw),
        acts(site, "/alerts/name", _name),
        *alert.routes(site),
    ]


def _inbox(site: Site, request: Request) -> Response:
    fields = _fields(request.query_params)
    before = next(iter(numbers([request.query_params.get("before", "")])), None)
    newest = site.shown.alerts.newest()  # first: what comes meanwhile is told as news
    inbox = site.shown.alerts.inbox(_wanted(fields, site.now(), site.zone_of(request)), before)
    values: dict[str, Any] = {
        "inbox": inbox,
        "fields": fields,
        "asked": {name: value for name, value in fields.items() if value},
    }
    values |= {
        "older": address("/alerts", **fields, before=inbox.older) if inbox.older else "",
        "latest": address("/alerts", **fields),
        "here_again": address("/alerts", **fields, before=before),
        "news": "" if before else address("/alerts/news", **fields, after=newest),
    }
    if "hx-request" in request.headers and "hx-history-restore-request" not in request.headers:
        return site.page(request, "alerts_list.html", **values)
    return site.page(request, "alerts.html", **values, **_choices(site))


def _news(site: Site, request: Request) -> Response:
    """Nothing but how many alerts have come since."""
    fields = _fields(request.query_params)
    after = next(iter(numbers([request.query_params.get("after", "")])), 0)
    new = site.shown.alerts.newer(_wanted(fields, site.now(), site.zone_of(request)), after)
    return site.page(request, "alerts_news.html", new=new, latest=address("/alerts", **fields))


def _answers(site: Site, request: Request, form: Form) -> Response:
    """One answer to all that are ticked."""
    ticked = numbers([name.removeprefix("alert-") for name in form if name.startswith("alert-")])
    back = _back(form)
    if not ticked:
        return site.done(request, back, "Nothing was ticked.")
    wish = asked(form, site.now(), site.zone_of(request))
    if wish.answer not in (Answer.ACKNOWLEDGE, Answer.RESOLVE):
        raise Refused(400, "Several alerts can only be acknowledged or resolved.", "Open the others one by one.")
    said = respond(site, request, site.shown.alerts.find(ticked), wish)
    return site.done(request, back, said.words, said.undo)


def _withdraw(site: Site, request: Request, form: Form) -> Response:
    which = numbers(form.get("alerts", "").split())
    words = withdraw(site, request, site.shown.alerts.find(which), form)
    return site.done(request, f"/alerts/{which[0]}" if len(which) == 1 else "/alerts", words)


def _name(site: Site, request: Request, form: Form) -> Response:
    """People whom only this machine knows say who they are."""
    name = form.get("name", "")
    words = "What you say is signed with your name from now on." if name.strip() else "Your name is forgotten."
    return site.named(site.done(request, _back(form), words), request, name)


def _back(form: Form) -> str:
    back = form.get("back", "")
    return back if re.match(r"/alerts(?=$|[/?])", back) else "/alerts"


# --- what is looked for ----------------------------------------------------------------------


def _fields(given: Mapping[str, str]) -> dict[str, str]:
    """What the form of filters says, each field once."""
    found = {name: given.get(name, "").strip()[:_LONGEST] for name in _FIELDS}
    found["standing"] = found["standing"] if found["standing"] in _STANDINGS else "unanswered"
    found["shadow"] = found["shadow"] if found["shadow"] in _SHADOWS else ""
    found["own"] = found["own"] if found["own"] in _OWN else ""
    return found


def _wanted(fields: Mapping[str, str], now: datetime, zone: tzinfo) -> Wanted:
    rule = fields["rule"]
    return Wanted(
        answered=_STANDINGS[fields["standing"]],
        severities=_one(fields["severity"]),
        rules=_one(rule if rule != OURSELVES else ""),
        watchlists=_one(fields["watchlist"]),
        country=fields["country"].upper(),
        language=fields["language"].lower(),
        since=_since(fields["since"], now, zone),
        words=fields["text"],
        ours=True if rule == OURSELVES else _OWN[fields["own"] if not rule else ""],
        shadow=_SHADOWS[fields["shadow"]],
    )


def _one(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def _since(written: str, now: datetime, zone: tzinfo) -> datetime | None:
    """A span back from now (12h, 7d), or a day or moment in the reader's zone; None for anything else."""
    if span := _SPAN.fullmatch(written):
        return now - int(span[1]) * _UNITS[span[2]]
    try:
        moment = datetime.fromisoformat(written)
        return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _choices(site: Site) -> dict[str, Any]:
    """What the filters offer."""
    configuration = site.configuration()
    rules = sorted((rule.id, rule.title) for rule in configuration.ruleset.rules)
    files = {rule.watchlist.rpartition("/")[2].removesuffix(".yaml") for rule in configuration.ruleset.rules}
    return {
        "severities": [severity.value for severity in Severity],
        "rules": rules,
        "ourselves": OURSELVES,
        "watchlists": sorted(files - {""}),
        "countries": _known(source.country for source in configuration.sources),
        "languages": _known(source.language for source in configuration.sources),
        "spans": SPANS,
    }


def _known(values: Iterable[str]) -> list[str]:
    return sorted({value for value in values if value})
