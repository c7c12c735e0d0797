"""Silences: what is held for a time, by whom and why; make one, end one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.core.model import Assertion, Severity
from monitor.core.render import cut, plain
from monitor.core.routing import TRAITS, Match
from monitor.core.silences import LOOK_BACK, Silence, fault_of
from monitor.errors import ConfigurationError
from monitor.watchlists.conditions import read_match
from monitor.web.paths import Form, Refused, acts, looks
from monitor.web.responding import numbers
from monitor.web.site import Site, Undo, address
from monitor.web.wording import LONGEST_REASON

SPANS = {
    "1h": timedelta(hours=1),
    "4h": timedelta(hours=4),
    "12h": timedelta(hours=12),
    "24h": timedelta(hours=24),
    "3d": timedelta(days=3),
    "7d": timedelta(days=7),
    "30d": timedelta(days=30),
}
_ENDED = 25
_BETWEEN = re.compile(r"[\s,|]+")
_TICKED: Mapping[str, tuple[str, ...]] = {
    "severity": tuple(severity.value for severity in Severity),
    "assertion": tuple(assertion.value for assertion in Assertion),
}


def routes(site: Site) -> list[BaseRoute]:
    return [
        looks(site, "/silences", _page),
        looks(site, "/silences/preview", _preview),
        acts(site, "/silences", _make),
        acts(site, "/silences/{number:int}/end", _end),
        acts(site, "/silences/{number:int}/resume", _resume),
    ]


class _Mistaken(Exception):
    """A form that asks for no silence that could be made; each problem in words."""

    def __init__(self, *problems: str):
        super().__init__(*problems)
        self.problems = problems


def _page(site: Site, request: Request) -> Response:
    form = dict(request.query_params)
    return _shown(site, request, form, preview=_previewed(site, form) if "preview" in form else None)


def _preview(site: Site, request: Request) -> Response:
    form = dict(request.query_params)
    return site.page(request, "silences_preview.html", preview=_previewed(site, form), days=LOOK_BACK.days)


def _shown(
    site: Site,
    request: Request,
    form: Form,
    *,
    preview: Mapping[str, object] | None = None,
    problems: tuple[str, ...] = (),
    status: int = 200,
) -> Response:
    now = site.now()
    known = site.views.silences(now)
    before = next(iter(numbers([request.query_params.get("before", "")])), None)
    ended = site.shown.silences.ended(now, _ENDED + 1, before)
    rules = site.configuration().ruleset.rules
    return site.page(
        request,
        "silences.html",
        status,
        lasting=[one for one in known if one.starts_at <= now],
        coming=sorted((one for one in known if one.starts_at > now), key=lambda one: one.starts_at),
        ended=ended[:_ENDED],
        older=address("/silences", before=ended[_ENDED - 1].id) if len(ended) > _ENDED else "",
        form=form,
        preview=preview,
        days=LOOK_BACK.days,
        problems=problems,
        ticked=_TICKED,
        spans=SPANS,
        rules=sorted((rule.id, rule.title) for rule in rules),
        watchlists=sorted({rule.watchlist.rpartition("/")[2].removesuffix(".yaml") for rule in rules} - {""}),
        longest_reason=LONGEST_REASON,
    )


def _previewed(site: Site, form: Form) -> dict[str, object]:
    """How many alerts of late the conditions fit, or what is wrong with them."""
    try:
        match = _match(site, form)
    except _Mistaken as error:
        return {"problems": error.problems}
    held, alerts = site.shown.silences.would_hold(match, site.now() - LOOK_BACK)
    return {"problems": (), "held": held, "alerts": alerts}


def _make(site: Site, request: Request, form: Form) -> Response:
    now, who = site.now(), site.who(request)
    try:
        match = _match(site, form)
        starts_at, ends_at = _times(form, now, site.zone_of(request))
        reason = cut(plain(form.get("reason", "")), LONGEST_REASON)
        if fault := fault_of(reason, starts_at, ends_at, now, bool(form.get("long"))):
            more = ", or tick that it shall last so long" if fault.field == "long" else ""
            raise _Mistaken(f"{fault.words[0].upper()}{fault.words[1:]}{more}.")
    except _Mistaken as error:
        return _shown(site, request, form, problems=error.problems, status=400)
    silence = site.store.add_silence(match, who.name, reason, now, ends_at, starts_at)
    site.note(request, "silence.add", f"silence:{silence.id}", f"{silence.words}: {reason}")
    undo = Undo(f"/silences/{silence.id}/end", {"undo": "1"})
    return site.done(request, _back(form), f"Silence {silence.id} holds {silence.words}.", undo)


def _end(site: Site, request: Request, form: Form) -> Response:
    number, now = request.path_params["number"], site.now()
    before = _found(site, number)
    if before.ends_at <= now:
        return site.done(request, "/silences", f"Silence {number} is over already.")
    site.store.end_silence(number, now)
    site.note(request, "silence.end", f"silence:{number}", before.words)
    undo = Undo(f"/silences/{number}/resume", {"ends": before.ends_at.isoformat()})
    words = f"Silence {number} ended; what it held is told."
    return site.done(request, "/silences", words, None if form.get("undo") else undo)


def _resume(site: Site, request: Request, form: Form) -> Response:
    """Takes back that one was ended."""
    number, now = request.path_params["number"], site.now()
    before = _found(site, number)
    try:
        ends_at = datetime.fromisoformat(form.get("ends", ""))
    except ValueError:
        raise Refused(400, "When it is to end is not known.", "Use the buttons of the page.") from None
    if ends_at.tzinfo is None or ends_at <= now:
        return site.done(request, "/silences", f"Silence {number} would be over by now.")
    site.store.resume_silence(number, ends_at, now)
    site.note(request, "silence.resume", f"silence:{number}", before.words)
    return site.done(request, "/silences", f"Silence {number} lasts as before.")


def _found(site: Site, number: int) -> Silence:
    found = site.shown.silences.find(number) if number < 10**18 else None
    if found is None:
        raise Refused(404, f"There is no silence {number}.", "See all silences.")
    return found


def _back(form: Form) -> str:
    back = form.get("back", "")
    return back if re.fullmatch(r"/alerts/\d{1,18}", back) else "/silences"


# --- what a form says ------------------------------------------------------------------------


def _match(site: Site, form: Form) -> Match:
    """Raises _Mistaken."""
    rules = {rule.id: rule.watchlist for rule in site.configuration().ruleset.rules}
    pairs = ((trait, _values(trait, form)) for trait in TRAITS)
    try:
        return read_match(" ".join(f"{trait}={values}" for trait, values in pairs if values), rules, "")
    except ConfigurationError as error:
        found = (f"{problem.message}{f' ({problem.hint})' if problem.hint else ''}." for problem in error.problems)
        raise _Mistaken(*(f"{words[0].upper()}{words[1:]}" for words in found)) from None


def _values(trait: str, form: Form) -> str:
    """`one|other`: those that are ticked (`severity-high`), and those that are written (`ru, uk`)."""
    ticked = [value for value in _TICKED.get(trait, ()) if form.get(f"{trait}-{value}")]
    written = [value for value in _BETWEEN.split(form.get(trait, "")) if value]
    fitted = [value.upper() if trait == "country" else value for value in written]
    return "|".join(dict.fromkeys([*ticked, *fitted]))


def _times(form: Form, now: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """From when until when. Raises _Mistaken."""
    starts_at = _moment(form.get("starts", ""), zone) or now
    until = _moment(form.get("until", ""), zone)
    if until is not None:
        return starts_at, until
    if form.get("for", "") not in SPANS:
        raise _Mistaken("Say how long, or until when.")
    try:
        return starts_at, starts_at + SPANS[form["for"]]
    except OverflowError:
        raise _Mistaken("That is later than the calendar goes.") from None


def _moment(written: str, zone: tzinfo) -> datetime | None:
    """A moment in the reader's zone; None where none is written. Raises _Mistaken."""
    if not written.strip():
        return None
    try:
        found = datetime.fromisoformat(written.strip())
        return (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise _Mistaken(f"“{cut(plain(written), 40)}” is no time: write 2026-03-01T08:00.") from None
