"""One rule: what it looks for, who could tell of it, how well it does, and where its alerts go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.core.forms import stands_for
from monitor.core.matching import terms_of
from monitor.core.policy import traits
from monitor.core.routing import open_traits, route
from monitor.core.rules import Rule, RuleSet, Stage
from monitor.editing import File
from monitor.editing.rules import span
from monitor.store.answered import Judged
from monitor.web.identity import Role
from monitor.web.pages.rules.figures import DAYS, LONGEST, Figures, days_until, first_day
from monitor.web.pages.watchlists.shared import base_of
from monitor.web.paths import Refused, looks
from monitor.web.pictures import Bar, bars
from monitor.web.remembered import Remembered
from monitor.web.site import Site

_LATEST = 10  # alerts, and articles that were none
_SOURCES = 5  # of each language
_TERMS, _WORDS = 40, 15  # and words of a term in one language: what follows stands in the file
_LONGEST_TEXT = 300  # lines of YAML
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Written:
    """A rule as it stands in its file; `text` is "" where it is not found there."""

    file: File | None
    base: str
    text: str
    line: int
    more: int = 0  # lines that are not shown


@dataclass(frozen=True, slots=True)
class Words:
    """A term: by language its words, each with what it stands for."""

    name: str
    place: str
    line: int
    languages: Sequence[tuple[str, Sequence[tuple[str, str]], int]]


@dataclass(frozen=True, slots=True)
class Volume:
    days: Sequence[tuple[date, int]]
    bars: Sequence[Bar]
    total: int
    most: int


@dataclass(frozen=True, slots=True)
class Week:
    """Answers to events that were told in the seven days from `begins`."""

    begins: date
    right: int
    wrong: int


def routes(site: Site, month: Remembered[Figures]) -> list[BaseRoute]:
    return [looks(site, "/rules/{rule}", partial(_page, month))]


def _page(month: Remembered[Figures], site: Site, request: Request) -> Response:
    configuration, now = site.configuration(), site.now()
    rule = rule_of(site, request)
    figures = month.get(now, configuration.stamp).value
    days = LONGEST if request.query_params.get("days") == str(LONGEST) else DAYS
    desk = configuration.desk
    asked = traits(rule)
    routing = route(desk.routes, asked, rule.channels)
    return site.page(
        request,
        "rules/one.html",
        rule=rule,
        written=written(site, rule),
        measured=figures.measured(rule.id, rule.stage),
        other=figures.measured(rule.id, Stage.LIVE if rule.on_trial else Stage.SHADOW),
        covered=figures.covered.get(rule.id),
        sources=_SOURCES,
        terms=list(_terms(rule, configuration.ruleset)),
        volume=_volume(site, rule, days),
        days=days,
        periods=(DAYS, LONGEST),
        weeks=_weeks(figures.answered.get(rule.id, ()), figures.at.date()),
        latest=site.views.alerts(rule=rule.id, limit=_LATEST),
        misses=site.shown.rules.misses(rule.id, now - DAYS * _DAY, _LATEST),
        routing=routing,
        channels=[(name, desk.targets.get(name, ())) for name in routing.channels],
        open_traits=[] if rule.channels else open_traits(desk.routes, asked),
        may_change=site.who(request).role.may(Role.ANALYST),
        found_at=figures.at,
    )


def rule_of(site: Site, request: Request) -> Rule:
    """Raises Refused."""
    name = request.path_params["rule"]
    if (rule := site.configuration().ruleset.rule(name)) is None:
        raise Refused(404, "There is no such rule in force.", "It may have been renamed or deleted since.")
    return rule


def written(site: Site, rule: Rule) -> Written:
    file = next((file for file in site.files.listed() if file.path.as_posix() == rule.watchlist), None)
    text = site.files.read(file).text if file else None
    found = span(text, rule.id, rule.line) if text else None
    if file is None or text is None or found is None:
        return Written(file, base_of(file) if file else "/watchlists", "", rule.line)
    begin, end = found
    shown = text.splitlines()[begin : min(end, begin + _LONGEST_TEXT)]
    return Written(file, base_of(file), "\n".join(shown), begin + 1, max(end - begin - _LONGEST_TEXT, 0))


def _terms(rule: Rule, ruleset: RuleSet) -> Iterator[Words]:
    for name in sorted(terms_of(rule) & ruleset.terms.keys())[:_TERMS]:
        term = ruleset.terms[name]
        languages = [
            (lang, [(word, stands_for(term, word, lang)) for word in words[:_WORDS]], max(len(words) - _WORDS, 0))
            for lang, words in term.words.items()
        ]
        yield Words(name, term.watchlist.rpartition("/")[2], term.line, languages)


def _volume(site: Site, rule: Rule, number: int) -> Volume:
    """By day in UTC."""
    now = site.now()
    found = site.shown.rules.touched([rule.id], first_day(now, number))[rule.id]
    days = [(day, found.get(day, 0)) for day in days_until(now, number)]
    counts = [count for _, count in days]
    return Volume(days, bars([{"series": count} for count in counts], ["series"]), sum(counts), max(counts))


def _weeks(answered: Sequence[Judged], today: date) -> list[Week]:
    """The latest first; those without answers are left out."""
    found = []
    for ago in range(LONGEST // 7):
        begins, ends = today - (ago + 1) * _WEEK, today - ago * _WEEK
        mine = [one for one in answered if begins < one.at.date() <= ends]
        if mine:
            wrong = sum(len(one.faults) for one in mine)
            found.append(Week(begins + timedelta(days=1), sum(one.right for one in mine), wrong))
    return found
