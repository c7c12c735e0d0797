"""Baseline: what is known, since when, and by whose word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.core.alerts import OURSELVES
from monitor.core.model import Fact, RuleKind
from monitor.core.opinion import step_title
from monitor.core.rules import Rule
from monitor.core.spans import day_of
from monitor.store.shown.facts import COUNTED, LOOKED_AT, Filter, Known, Place
from monitor.web.identity import Role
from monitor.web.pages import facts
from monitor.web.paths import Refused, looks
from monitor.web.site import Site, address

_PAGE = 50
_ORIGINS = {"seeds": "seed:", "articles": "article:", "people": "desk:"}


def routes(site: Site) -> list[BaseRoute]:
    return [
        looks(site, "/baseline", _rules),
        *facts.routes(site),
        looks(site, "/baseline/{rule}", _rule),
    ]


def _rules(site: Site, request: Request) -> Response:
    known = site.shown.facts.known()
    rules = [(rule, known.pop(rule.id, Known(rule.id))) for rule in site.configuration().ruleset.rules]
    former = [found for name, found in known.items() if not name.startswith(OURSELVES)]
    return site.page(request, "baseline.html", rules=rules, former=former, counted=COUNTED)


def _rule(site: Site, request: Request) -> Response:
    name = request.path_params["rule"]
    rule = site.configuration().ruleset.rule(name)
    asked = {key: request.query_params.get(key, "")[:200] for key in ("event", "step", "by", "q", "aside")}
    wanted = Filter(asked["event"], asked["step"], _ORIGINS.get(asked["by"], ""), asked["q"].strip())
    before = _place(request.query_params.get("before", ""))
    page = site.shown.facts.of_rule(name, wanted, _PAGE, before, aside=bool(asked["aside"]))
    if rule is None and not page.facts and not before and not any(asked.values()):
        raise Refused(404, "There is no such rule, and nothing is known of one.", "See the list of the baseline.")
    here = f"/baseline/{name}"
    further = address(here, **asked, before=_written(page.further)) if page.further else ""
    state = _states(site, rule) if rule is not None and rule.kind is RuleKind.STATE and not before else None
    return site.page(
        request,
        "baseline_rule.html",
        rule=rule,
        name=name,
        asked=asked,
        found=page,
        further=further,
        first=not before,
        state=state,
        looked_at=LOOKED_AT,
        title_of=lambda step: step_title(rule, step) if rule is not None else step,
        may_add=rule is not None and rule.kind is not RuleKind.VOLUME and site.who(request).role.may(Role.ANALYST),
    )


def _place(written: str) -> Place | None:
    moment, _, key = written.partition("~")
    try:
        found = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (found, key) if found.tzinfo is not None else None


def _written(place: Place | None) -> str:
    return f"{place[0].isoformat()}~{place[1]}" if place else ""


# --- the history of a state ------------------------------------------------------------------

_WIDTH = 1_000  # of the picture, in its own units


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time during which one state held. `left` and `width` say where it stands in the picture, `tone` (0 to 5) which
    state it is; `fact` is what told it, None before anything did, `until` None for the state of now."""

    title: str
    tone: int
    since: date | None
    until: date | None
    fact: Fact | None
    left: int = 0
    width: int = 0


@dataclass(frozen=True, slots=True)
class History:
    now: str
    stretches: tuple[Stretch, ...]

    @property
    def latest_first(self) -> tuple[Stretch, ...]:
        return self.stretches[::-1]


def _states(site: Site, rule: Rule) -> History:
    states = [step.id for step in rule.steps if not step.event]
    now = site.now()
    changes = site.shown.facts.states(rule.id, states, now)
    today = now.date()
    if not changes:
        title = step_title(rule, rule.initial)
        return History(title, (Stretch(title, _tone(states, rule.initial), None, None, None, 0, _WIDTH),))
    begins = min(day_of(changes[0]), today)
    span = max((today - begins).days, 1)
    stretches = []
    for at, item in enumerate(changes):
        since = day_of(item)
        until = day_of(changes[at + 1]) if at + 1 < len(changes) else None
        left = _WIDTH * max(min((since - begins).days, span), 0) // span
        right = _WIDTH * min(((until or today) - begins).days, span) // span
        tone = _tone(states, item.step)
        stretches.append(Stretch(step_title(rule, item.step), tone, since, until, item, left, max(right - left, 3)))
    return History(stretches[-1].title, tuple(stretches))


def _tone(states: list[str], step: str) -> int:
    return states.index(step) % 6 if step in states else 0
