"""One alert with all that belongs to it, and the buttons to answer it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.core.alerts import Alert
from monitor.core.dispatch import skipped_by, skipped_for
from monitor.core.marking import Marked, Paragraph, excerpt, judged_version, marked
from monitor.core.model import Article
from monitor.core.rejected import is_aside
from monitor.core.render import ASSERTIONS, ATTRIBUTIONS, TIERS, language_of
from monitor.core.routing import TRAITS
from monitor.core.silences import traits_of
from monitor.store.views import AlertDetail
from monitor.web.paths import Form, Refused, acts, looks
from monitor.web.responding import asked, respond
from monitor.web.site import Site
from monitor.web.wording import FAULTS, LONGEST_NAME, LONGEST_REASON, morning_after

_AROUND = 400  # characters beside evidence that are shown of a long paragraph
_LONGEST_TEXT = 40_000  # characters of an article
_MOST_ENTRIES = 200  # of the journal, the last


def routes(site: Site) -> list[BaseRoute]:
    return [looks(site, "/alerts/{number:int}", _page), acts(site, "/alerts/{number:int}", _answer)]


def _answer(site: Site, request: Request, form: Form) -> Response:
    number = request.path_params["number"]
    wish = asked(form, site.now(), site.zone_of(request))
    said = respond(site, request, {number: _detail(site, number).alert}, wish)
    return site.done(request, f"/alerts/{number}", said.words, said.undo)


def _page(site: Site, request: Request) -> Response:
    detail = _detail(site, request.path_params["number"])
    alert, now, zone = detail.alert, site.now(), site.zone_of(request)
    versions = [] if alert.of_ourselves else site.views.versions(alert.article_id)
    version = judged_version(versions, alert.evidence, alert.created_at)
    return site.page(
        request,
        "alert.html",
        detail=detail,
        alert=alert,
        thread=site.shown.alerts.thread(alert),
        text=_text(version, alert) if version else None,
        version=version,
        versions=versions,
        steps=list(_steps(detail, version)),
        aside=is_aside(detail.fact),
        judged_again=_judged_again(detail),
        journal=detail.journal[-_MOST_ENTRIES:],
        skipped=_skipped(detail),
        places={row.delivery.id: f"{row.delivery.channel}/{row.delivery.target}" for row in detail.deliveries},
        words=_Words(),
        faults={fault.value: words for fault, words in FAULTS.items()},
        morning=morning_after(now, zone),
        traits=_traits(alert),
        longest_name=LONGEST_NAME,
        longest_reason=LONGEST_REASON,
    )


@dataclass(frozen=True, slots=True)
class _Words:
    """Grades of certainty in words, for the template."""

    def tier(self, tier: int) -> str:
        return TIERS.get(tier, "unrated outlet")

    def assertion(self, alert: Alert) -> str:
        return ASSERTIONS[alert.assertion]

    def attribution(self, alert: Alert) -> str:
        return ATTRIBUTIONS[alert.attribution]

    def language(self, code: str) -> str:
        return language_of(code) or ("English" if code else "")


def _detail(site: Site, number: int) -> AlertDetail:
    detail = site.views.alert(number)
    if detail is None or detail.id != number:
        raise Refused(404, f"There is no alert {number}.", "It may have been deleted with old news. See all alerts.")
    return detail


# --- the article -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Text:
    """What is shown of an article: where its evidence stands, and then all of it as far as that is not too long."""

    marked: Marked
    excerpts: tuple[Paragraph, ...]
    paragraphs: tuple[Paragraph, ...]
    whole: bool


def _text(version: Article, alert: Alert) -> _Text:
    told = marked(version, alert.evidence)
    excerpts = tuple(excerpt(one, _AROUND) for one in told.paragraphs if any(piece.marked for piece in one))
    shown = tuple(_within(told.paragraphs, _LONGEST_TEXT))
    return _Text(told, excerpts, shown, shown == told.paragraphs)


def _within(paragraphs: Sequence[Paragraph], most: int) -> Iterator[Paragraph]:
    """The first of them, as many as have no more characters than that together; of a longer one the evidence."""
    for paragraph in paragraphs:
        length = sum(len(piece.text) for piece in paragraph)
        if length > most:
            yield excerpt(paragraph, _AROUND)
            return
        most -= length
        yield paragraph


def _judged_again(detail: AlertDetail) -> bool:
    """Does the verdict say something else by now than it did when the alert was made?"""
    return detail.verdict is not None and detail.verdict.judged_at > detail.alert.created_at


# --- how long each step took -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Step:
    """`took` since the step before, `since` since the first."""

    name: str
    at: datetime
    took: timedelta | None
    since: timedelta | None
    about: str = ""


def _steps(detail: AlertDetail, version: Article | None) -> Iterator[_Step]:
    """From publication until each delivery was sent. What was sent counts from the alert."""
    alert = detail.alert
    known = [("created", alert.created_at)]
    if not alert.of_ourselves:
        read = version.extracted_at if version else None
        earlier = [("published", alert.published), ("seen", alert.first_seen), ("read", read)]
        known = [(name, at) for name, at in earlier if at is not None and at <= alert.created_at] + known
    first = before = None
    for name, at in known:
        yield _Step(name, at, at - before if before else None, at - first if first else None)
        first, before = first or at, at
    sent = [(row.sent_at, row.delivery) for row in detail.deliveries if row.sent_at is not None]
    for at, delivery in sorted(sent, key=lambda one: one[0]):
        place = f"{delivery.channel}/{delivery.target}"
        yield _Step("sent", at, at - alert.created_at, at - (first or at), place)


def _skipped(detail: AlertDetail) -> dict[int, str]:
    """Of deliveries that are still to come and will not be made: why, by number."""
    to_come = (row.delivery for row in detail.deliveries if row.delivery.state.to_come)
    return {one.id: skipped_by(said) for one in to_come if (said := skipped_for(one.purpose, detail.standing))}


def _traits(alert: Alert) -> dict[str, str]:
    """What alerts like this one have in common, for a silence."""
    traits = traits_of(alert)
    return {name: value for name in TRAITS if (value := getattr(traits, name)) and name != "assertion"}
