"""Rules, facts, sources, silences and the log of changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from monitor.core.model import PollState
from monitor.core.render import plain
from monitor.core.routing import Match
from monitor.core.rules import Rule, Stage
from monitor.core.silences import fault_of
from monitor.errors import ConfigurationError
from monitor.store.answered import PrecisionRow
from monitor.store.shown.changes import Change
from monitor.watchlists.conditions import read_match
from monitor.web.api import models, written
from monitor.web.api.access import Admin, Analyst, OurSite, Viewer
from monitor.web.api.paging import Cursor, Limit, cursor, place
from monitor.web.api.problems import Declined
from monitor.web.remembered import Remembered
from monitor.web.site import Site

router = APIRouter()

PRECISION_OVER = timedelta(days=90)
_PRECISION_LASTS = timedelta(minutes=10)
_LARGEST = 2**63 - 1
_FIELDS = {"ends": "ends_at"}  # of what may be wrong with a silence
_LOOKED_AT = 1_000  # sources, for those in a certain health
_NAME = re.compile(r"[^\s|=]{1,200}")
_After = Annotated[Cursor, Query(alias="cursor")]
_Id = Annotated[str, Path(max_length=200)]

Precisions = Remembered[dict[tuple[str, Stage], PrecisionRow]]


def precisions(site: Site) -> Precisions:
    """By rule and stage; looks at every alert of 90 days."""
    return Remembered(
        lambda now: {(row.rule, row.stage): row for row in site.views.precision(now - PRECISION_OVER)},
        _PRECISION_LASTS,
    )


# --- rules -----------------------------------------------------------------------------------


@router.get("/rules", tags=["rules"])
def list_rules(request: Request, site: OurSite, who: Viewer) -> models.Page[models.Rule]:
    """All rules in force and out of it, by id, with their precision by the word of people."""
    told = _precisions(request, site)
    rules = sorted(site.configuration().ruleset.rules, key=lambda rule: rule.id)
    return models.Page(items=[_rule(rule, told) for rule in rules], next=None)


@router.get("/rules/{id}", tags=["rules"])
def get_rule(request: Request, site: OurSite, who: Viewer, id: _Id) -> models.Rule:  # noqa: A002
    """One rule."""
    rule = site.configuration().ruleset.rule(id)
    if rule is None:
        raise Declined(404, "There is no such rule.")
    return _rule(rule, _precisions(request, site))


def _precisions(request: Request, site: Site) -> dict[tuple[str, Stage], PrecisionRow]:
    remembered: Precisions = request.app.state.precisions
    return remembered.get(site.now()).value


def _rule(rule: Rule, precisions: Mapping[tuple[str, Stage], PrecisionRow]) -> models.Rule:
    told = precisions.get((rule.id, rule.stage))
    return models.Rule(
        id=rule.id,
        title=rule.title,
        description=rule.description,
        kind=rule.kind,
        severity=rule.severity,
        enabled=rule.enabled,
        stage=rule.stage,
        watchlist=rule.watchlist.rpartition("/")[2].removesuffix(".yaml"),
        steps=[step.id for step in rule.steps],
        precision=written.same(models.Precision, told) if told else None,
    )


@router.get("/facts", tags=["facts"])
def list_facts(
    site: OurSite,
    who: Viewer,
    rule: Annotated[str, Query(max_length=200, description="Whose facts.")],
    limit: Limit = 50,
    cursor_: _After = None,
) -> models.Page[models.Fact]:
    """What a rule holds news against: by event, the first recorded first."""
    after = place(cursor_, (str, datetime, str)) if cursor_ is not None else None
    found = site.shown.listed.facts(rule, limit + 1, after)
    last = found[limit - 1] if len(found) > limit else None
    items = [written.fact(one) for one in found[:limit]]
    return models.Page(items=items, next=cursor(last.event, last.recorded, last.key) if last else None)


# --- sources ---------------------------------------------------------------------------------


@router.get("/sources", tags=["sources"])
def list_sources(
    site: OurSite,
    who: Viewer,
    health: Annotated[str, Query(max_length=20, description="Only these: healthy, quiet, failing …")] = "",
    limit: Limit = 200,
    cursor_: _After = None,
) -> models.Page[models.Source]:
    """The configured sources by id, with how they are. A page of those in one health may hold few and not be the
    last."""
    [after] = place(cursor_, (str,)) if cursor_ is not None else ("",)
    left = sorted((one for one in site.configuration().sources if one.id > after), key=lambda source: source.id)
    looked_at = left[: _LOOKED_AT if health else limit + 1]
    states, now = site.shown.overview.polled([one.id for one in looked_at]), site.now()
    every = (written.source(one, states.get(one.id, PollState()), now) for one in looked_at)
    items = list(islice((item for item in every if health in ("", item.health)), limit + 1))
    if len(items) > limit:
        return models.Page(items=items[:limit], next=cursor(items[limit - 1].id))
    return models.Page(items=items, next=cursor(looked_at[-1].id) if len(left) > len(looked_at) else None)


@router.get("/sources/{id}", tags=["sources"])
def get_source(site: OurSite, who: Viewer, id: _Id) -> models.Source:  # noqa: A002
    """One source."""
    for source in site.configuration().sources:
        if source.id == id:
            return written.source(source, site.shown.overview.polled([id]).get(id, PollState()), site.now())
    raise Declined(404, "There is no such source.")


# --- silences --------------------------------------------------------------------------------


@router.get("/silences", tags=["silences"])
def list_silences(site: OurSite, who: Viewer) -> models.Page[models.Silence]:
    """Those that last, or are still to come, the first to end first."""
    return models.Page(items=[written.silence(one) for one in site.views.silences(site.now())], next=None)


@router.post("/silences", tags=["silences"], status_code=201)
def create_silence(site: OurSite, who: Analyst, body: models.Silencing) -> models.Silence:
    """Hold the alerts that fit, from now on until a time. What is held is told at the end."""
    now, reason = site.now(), plain(body.reason)
    if fault := fault_of(reason, now, body.ends_at, now, body.long):
        raise Declined(422, f"`{_FIELDS.get(fault.field, fault.field)}`: {fault.words}.")
    made = site.store.add_silence(_match(site, body.match), who.name, reason, now, body.ends_at)
    site.desk.note(now, who.name, who.via, "silence.add", f"silence:{made.id}", f"{made.words}: {reason}")
    return written.silence(made)


@router.delete("/silences/{number}", tags=["silences"])
def end_silence(site: OurSite, who: Analyst, number: Annotated[int, Path(ge=1, le=_LARGEST)]) -> models.Silence:
    """End it now; what it holds is told. One that is over stays as it was."""
    now = site.now()
    ended = site.store.end_silence(number, now)
    if ended is None:
        raise Declined(404, f"There is no silence {number}.")
    if ended.ends_at == now:
        site.desk.note(now, who.name, who.via, "silence.end", f"silence:{number}", ended.words)
    return written.silence(ended)


def _match(site: Site, given: dict[str, list[str]]) -> Match:
    """With the checks of a watchlist. Raises Declined."""
    values = [value for found in given.values() for value in found]
    if not all(map(_NAME.fullmatch, (*given, *values))):
        raise Declined(422, "`match`: a name has no spaces, no | and no =.")
    if len(values) > 100 or not all(given.values()):
        raise Declined(422, "`match`: each trait needs a value, and all together have at most a hundred.")
    rules = {rule.id: rule.watchlist for rule in site.configuration().ruleset.rules}
    try:
        return read_match(" ".join(f"{name}={'|'.join(found)}" for name, found in given.items()), rules, "match")
    except ConfigurationError as error:
        told = "; ".join(f"{one.message} ({one.hint})" if one.hint else one.message for one in error.problems[:5])
        raise Declined(422, told) from None


# --- changes ---------------------------------------------------------------------------------


@router.get("/changes", tags=["changes"])
def list_changes(
    site: OurSite,
    who: Admin,
    about: Annotated[str | None, Query(max_length=200, description="Of one thing: `alert:12`.")] = None,
    limit: Limit = 50,
    cursor_: _After = None,
) -> models.Page[models.Change]:
    """Who changed what, the latest first."""
    [before] = place(cursor_, (int,)) if cursor_ is not None else (None,)
    found = site.shown.changes.latest(limit + 1, before, about or None)
    last = found[limit - 1].id if len(found) > limit else None
    return models.Page(items=[_change(one) for one in found[:limit]], next=cursor(last) if last is not None else None)


def _change(one: Change) -> models.Change:
    return written.same(models.Change, one)
