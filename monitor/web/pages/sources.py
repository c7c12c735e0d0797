"""Sources: what is polled, and how it is."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.core.coverage import speaks
from monitor.core.health import moved_hint
from monitor.core.model import Source, SourceKind
from monitor.core.polling import waits
from monitor.core.rules import Rule
from monitor.core.terms import ANY
from monitor.store.shown.sources import ALIVE, Overview, SourceShown, Wanted
from monitor.watchlists.listing import line_of
from monitor.web.identity import Role
from monitor.web.pages import source_finding
from monitor.web.pages.watchlists.shared import base_of
from monitor.web.paths import Form, Refused, acts, looks
from monitor.web.remembered import Remembered
from monitor.web.site import Site, address

_PAGE = 50
_LASTS = timedelta(seconds=30)  # what is counted of all sources
_FILTERS = ("health", "country", "language", "kind", "q")
HEALTH = ("unhealthy", "failing", "blocked", "gone", "quiet", "healthy", "new", "off")
# By the word of a source's health or the status of its last poll: what somebody can do.
ADVICE = {
    "blocked": "It refuses us. Open its address in a browser; ask its publisher, or read the outlet by another feed.",
    "gone": "Its address is gone for good. Look for the new one on the outlet's page, and put it into sources.yaml.",
    "failing": "Look its address up with “Add a source”: that shows what it says now. Many failures pass.",
    "quiet": "It answers and has nothing new. Look at the outlet's own page: where that has news, its feed has moved.",
}


def routes(site: Site) -> list[BaseRoute]:
    totals = Remembered(site.shown.sources.overview, _LASTS)
    return [
        looks(site, "/sources", lambda site, request: _page(site, request, totals)),
        *source_finding.routes(site),
        looks(site, "/sources/{id}", _source),
        acts(site, "/sources/{id}/poll", _poll),
    ]


def _page(site: Site, request: Request, totals: Remembered[Overview]) -> Response:
    asked = {name: request.query_params.get(name, "")[:200] for name in _FILTERS}
    now, words = site.now(), asked["q"].strip()
    health = asked["health"] if asked["health"] in HEALTH else ""
    wanted = Wanted(health, asked["country"], asked["language"], asked["kind"])
    known = totals.get(now).value
    among = known.named(words) if words else None
    if among == []:  # it may have come since
        among = site.shown.sources.overview(now).named(words)
    after = request.query_params.get("after", "")[:200]
    found = site.shown.sources.page(wanted, now, _PAGE, after, among)
    return site.page(
        request,
        "sources.html",
        asked=asked,
        found=found.sources,
        further=address("/sources", **asked, after=found.further) if found.further else "",
        totals=known,
        kinds=[kind.value for kind in SourceKind],
        words=HEALTH,
        page_of=page_of,
        may_change=site.who(request).role.may(Role.ANALYST),
    )


def page_of(source_id: str) -> str:
    return f"/sources/{quote(source_id, safe='')}"


def _source(site: Site, request: Request) -> Response:
    shown = _found(site, request)
    return site.page(
        request,
        "source.html",
        shown=shown,
        source=shown.source,
        state=shown.state,
        advice=ADVICE.get(shown.health.word, ""),
        moved=moved_hint(shown.state, shown.source),
        entries=site.shown.sources.entries(shown.source.id),
        carries=_carries(site, shown.source) if shown.source.enabled else [],
        alive=site.shown.sources.alive(shown.source.language.partition("-")[0], shown.source.id, site.now()),
        most_alive=ALIVE,
        may_poll=shown.source.enabled and site.who(request).role.may(Role.ANALYST),
        base=page_of(shown.source.id),
        written=_written(site, shown.source),
    )


def _written(site: Site, source: Source) -> tuple[str, str]:
    """The editor of the file that lists a source, at its line, and what to call that."""
    file = source_finding.file_of(site)
    line = line_of(site.files.read(file).text or "", source.id)
    return (f"{base_of(file)}#L{line}", f"{file.name}:{line}") if line else (base_of(file), file.name)


def _found(site: Site, request: Request) -> SourceShown:
    shown = site.shown.sources.one(request.path_params["id"], site.now())
    if shown is None:
        raise Refused(404, "There is no such source.")
    return shown


def _carries(site: Site, source: Source) -> list[Rule]:
    """The rules that an article in its language could satisfy."""
    ruleset, spoken = site.configuration().ruleset, source.language.partition("-")[0].lower()
    return [rule for rule in ruleset.rules if rule.enabled and speaks(rule, ruleset.terms, spoken or ANY)]


def _poll(site: Site, request: Request, form: Form) -> Response:
    shown, now = _found(site, request), site.now()
    until = shown.state.next_poll_at
    if until is not None and until > now and waits(shown.plan):
        advice = f"It is asked at {until:%H:%M} UTC: {shown.plan}."
        raise Refused(409, "Its host wants to be left alone for now.", advice)
    who = site.who(request).name
    if not site.desk.poll_now(shown.source.id, now, f"asked for by {who}"):
        raise Refused(409, "It is due already, or not polled at all.", "Look again in a minute.")
    site.note(request, "source.poll", f"source:{shown.source.id}")
    return site.done(request, page_of(shown.source.id), "It is asked as soon as its turn comes, within a minute or so.")
