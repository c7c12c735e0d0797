"""Alerts: find them, and answer them as people do at the desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query

from monitor.core.model import Severity
from monitor.core.render import plain
from monitor.core.responses import Answer, Fault, Response, speaks_of
from monitor.store.shown.wanted import Wanted
from monitor.store.views import AlertDetail
from monitor.web.api import models, written
from monitor.web.api.access import Analyst, OurSite, Viewer
from monitor.web.api.paging import Cursor, Limit, cursor, place
from monitor.web.api.problems import Declined
from monitor.web.identity import Identity
from monitor.web.site import Site

router = APIRouter(prefix="/alerts", tags=["alerts"])

LONGEST_SNOOZE = timedelta(days=30)
_Values = Annotated[list[Annotated[str, Query(max_length=200)]], Query(max_length=20)]
_Number = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("")
def list_alerts(
    site: OurSite,
    who: Viewer,
    rule: _Values = [],  # noqa: B006  # FastAPI reads these defaults, and copies them
    severity: Annotated[list[Severity], Query(max_length=4)] = [],  # noqa: B006
    watchlist: _Values = [],  # noqa: B006
    country: Annotated[str, Query(max_length=2)] = "",
    language: Annotated[str, Query(max_length=20)] = "",
    since: models.Moment | None = None,
    answered: Annotated[bool | None, Query(description="Has somebody answered its event?")] = None,
    shadow: Annotated[bool | None, Query(description="Those of rules on trial alone.")] = None,
    limit: Limit = 50,
    cursor_: Annotated[Cursor, Query(alias="cursor")] = None,
) -> models.Page[models.Alert]:
    """The latest first. Of `rule`, `severity` and `watchlist` one value each has to fit."""
    wanted = Wanted(
        answered=answered,
        severities=tuple(one.value for one in severity),
        rules=tuple(rule),
        watchlists=tuple(watchlist),
        country=country.upper(),
        language=language.lower(),
        since=since,
        shadow=bool(shadow),
    )
    [before] = place(cursor_, (int,)) if cursor_ is not None else (None,)
    found, now = site.shown.alerts.told(wanted, before, limit), site.now()
    items = [written.alert(row.id, row.alert, row.standing, row.updated_at, now) for row in found.rows]
    return models.Page(items=items, next=cursor(found.older) if found.older else None)


@router.get("/{number}")
def get_alert(site: OurSite, who: Viewer, number: _Number) -> models.AlertDetail:
    """One alert: its verdict and what it was held against, its deliveries, and what people said."""
    return written.alert_detail(_found(site, number), site.now())


@router.post("/{number}/acknowledge")
def acknowledge_alert(site: OurSite, who: Analyst, number: _Number, body: models.Saying) -> models.Said:
    """You look after its event: nobody is reminded any more."""
    return _say(site, who, number, Answer.ACKNOWLEDGE, body.reason)


@router.post("/{number}/snooze")
def snooze_alert(site: OurSite, who: Analyst, number: _Number, body: models.Snoozing) -> models.Said:
    """Nothing more of its event until a time."""
    now = site.now()
    if not now < body.until <= now + LONGEST_SNOOZE:
        raise Declined(422, f"`until` has to lie ahead, by at most {LONGEST_SNOOZE.days} days.")
    return _say(site, who, number, Answer.SNOOZE, body.reason, until=body.until)


@router.post("/{number}/reject")
def reject_alert(site: OurSite, who: Analyst, number: _Number, body: models.Rejecting) -> models.Said:
    """It was no alert. Of an update only what that said is rejected."""
    return _say(site, who, number, Answer.REJECT, body.reason, fault=body.fault)


@router.post("/{number}/resolve")
def resolve_alert(site: OurSite, who: Analyst, number: _Number, body: models.Saying) -> models.Said:
    """Its event is over."""
    return _say(site, who, number, Answer.RESOLVE, body.reason)


@router.post("/{number}/reopen")
def reopen_alert(site: OurSite, who: Analyst, number: _Number, body: models.Saying) -> models.Said:
    """Take back what was said before."""
    return _say(site, who, number, Answer.REOPEN, body.reason)


def _found(site: Site, number: int) -> AlertDetail:
    found = site.views.alert(number)
    if found is None:
        raise Declined(404, f"There is no alert {number}.")
    return found


def _say(
    site: Site,
    who: Identity,
    number: int,
    answer: Answer,
    reason: str,
    until: datetime | None = None,
    fault: Fault | None = None,
) -> models.Said:
    before, now = _found(site, number), site.now()
    update = speaks_of(answer, before.alert.update, before.responses)
    said = Response(before.alert.thread, answer, who.name, now, plain(reason), until, fault, "api", update)
    changed = site.store.respond(said, now)
    if changed:
        site.desk.note(now, who.name, who.via, f"alert.{answer.value}", f"alert:{number}", said.words)
    after = written.alert_detail(_found(site, number), now)
    return models.Said(changed=changed, alert=written.same(models.Alert, after))
