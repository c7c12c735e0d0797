"""One passage with what is read off it: which step, when, how firmly, of the past or of what is to come."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from monitor.core.dates import DateMention
from monitor.core.figures import FoundFigure, is_unit
from monitor.core.matching import Match, Passage
from monitor.core.model import Assertion, DateSpan, Figure, RuleKind, Zone
from monitor.core.reading import Reading
from monitor.core.rules import Rule

# Days between an event and the article beyond which a dated report is background: a weekly round-up
# still reports, a fortnight's review retells.
FRESH_DAYS = 7
YEAR = 366  # days
# "Two days earlier" counts from another event, not from the publication.
_COUNTED = re.compile(r"\bdays?\b|\bweeks?\b|\bдн|\bден|недел|тиж|\bgün|həftə|hafta|\bzi\b|zile", re.IGNORECASE)
# «После мартовского удара»: of which month is what the cue names.
_OF_MONTH = {
    "ru": re.compile(
        r"\b(январ|феврал|март|апрел|май|июн|июл|август|сентябр|октябр|ноябр|декабр)(?:ь?|ов)ск\w{2,3}\s+$", re.I
    ),
    "uk": re.compile(
        r"\b(січ|лют|берез|квіт|трав|черв|лип|серп|верес|жовт|листопад|груд)(?:н?е|о)в(?:ий|[аеіу]|о?го|ої|о?му|ій|им|ою|и?х|ими)\s+$",
        re.I,
    ),
}
# What runs until a month runs until the next one of that name as well as until the last. “Struck by drones in May” and
# «по порту в мае» say no until: there the month has a preposition of its own.
_UNTIL = re.compile(
    r"\b(?:until|till|through|by|до|к|ко|по|până)\s(?!.*\b(?:in|on|at|в|во|у|în)\s)",
    re.IGNORECASE,
)
_UNTIL_BEHIND = re.compile(r"\bqədər\b|\bkadar\b|\w[aə]?dək\b", re.IGNORECASE)
WEEK = timedelta(days=7)
SOFT = {Assertion.CONSIDERED, Assertion.CONDITIONAL}
UNSURE = {*SOFT, Assertion.DENIED}


@dataclass(frozen=True, slots=True)
class Telling:
    """One passage with what was read off it."""

    passage: Passage
    step: str
    assertion: Assertion
    weakened: str  # by which words
    when: DateSpan | None
    quoted: bool  # it stands in direct speech
    to_come: bool  # it is told of the future, and the step is none that is planned
    recalled: bool  # it is spoken of as known (“after the strikes”)
    counted: bool  # … and days are counted from it (“three days after the strikes”)
    in_passing: bool  # its clause only says of whom or what is spoken (“the station, hit by drones on Monday,”)
    past: bool  # only a vague date stands there, and it is long past
    zone: Zone
    figures: tuple[Figure, ...]


def read_telling(match: Match, passage: Passage, reading: Reading) -> Telling:
    cue = reading.assertion(passage.cue)
    kind = cue.kind
    to_come = not passage.step.planned and reading.is_to_come(passage.cue)
    if to_come and is_state(match.rule, passage.step.id) and kind is Assertion.ASSERTED:
        to_come = not reading.is_decided(passage.cue)
        kind = Assertion.CONSIDERED if to_come and match.rule.considered else kind
    if passage.step.negated:
        kind, to_come = (Assertion.ASSERTED, False) if kind is Assertion.DENIED else (Assertion.DENIED, to_come)
    return Telling(
        passage=passage,
        step=_as_state(match.rule, passage.step.id, kind),
        assertion=kind,
        weakened=cue.text,
        when=date_of(passage, reading) if reading.dates(passage.sentence) else _date_before(passage, reading),
        quoted=reading.quoted(passage.cue),
        to_come=to_come,
        recalled=reading.recalls(passage.cue),
        counted=reading.is_counted_from(passage.cue),
        in_passing=reading.in_passing(passage.cue),
        past=_is_long_past(passage, reading) or _is_of_another_month(passage, reading),
        zone=reading.sentence(passage.sentence).zone,
        figures=_figures(match, passage, reading),
    )


def with_decisions(rule: Rule, tellings: Sequence[Telling], reading: Reading) -> list[Telling]:
    """“Country to lift ban” over a lead that tells of the vote: what is decided there is no mere plan in the title."""
    front = [t for t in tellings if t.zone is not Zone.BODY and is_state(rule, t.passage.step.id)]
    decided = {t.step for t in front if t.assertion is Assertion.ASSERTED and not t.to_come}

    def is_decided(told: Telling) -> bool:
        planned = (
            told.to_come and told.zone is Zone.TITLE and reading.assertion(told.passage.cue).kind is Assertion.ASSERTED
        )
        return planned and told.passage.step.id in decided and told in front

    return [
        replace(t, step=t.passage.step.id, assertion=Assertion.ASSERTED, to_come=False) if is_decided(t) else t
        for t in tellings
    ]


def _as_state(rule: Rule, step: str, assertion: Assertion) -> str:
    """State rules: a denial and a plan assert states of their own."""
    if not is_state(rule, step) or step == rule.denied:
        return step
    if assertion is Assertion.DENIED:
        return rule.denied or step
    if step == rule.considered:
        return step
    if assertion in SOFT:
        return rule.considered
    return step


def is_state(rule: Rule, step: str) -> bool:
    return rule.kind is RuleKind.STATE and not any(known.event and known.id == step for known in rule.steps)


def date_of(passage: Passage, reading: Reading) -> DateSpan | None:
    """The exact date in the cue's sentence that stands nearest to the cue."""
    sentence = reading.sentence(passage.sentence)
    start, end = passage.cue.start - sentence.start, passage.cue.end - sentence.start

    def gap(mention: DateMention) -> int:
        return max(mention.start - end, start - mention.end, 0)

    exact = [mention for mention in _dates_for(passage, passage.sentence, reading) if mention.exact]
    return _ahead(min(exact, key=gap), passage, start, reading) if exact else None


def _ahead(mention: DateMention, passage: Passage, cue: int, reading: Reading) -> DateSpan:
    """The day of a mention; of a weekday behind the words that plan something ("to meet on Friday") the next one."""
    span = mention.span
    if not passage.step.planned or not mention.weekday or span.last >= reading.published.date():
        return span
    ahead = mention.start > cue or reading.is_to_come(passage.cue)
    return DateSpan(span.first + WEEK, span.last + WEEK) if ahead else span


def _dates_for(passage: Passage, index: int, reading: Reading) -> list[DateMention]:
    """The dates of a sentence on which the passage's step can have happened: ahead lies only what is planned."""
    today = reading.published.date()
    named = reading.dates_for(passage.cue) if index == passage.sentence else reading.dates(index)
    dates = [_in_its_year(mention, passage, index, reading) for mention in named]
    return [m for m in dates if passage.step.planned or m.span.first <= today]


def _in_its_year(mention: DateMention, passage: Passage, index: int, reading: Reading) -> DateMention:
    """A day without a year, read as one long past, is the next one if planned, or behind “will” and “until”."""
    today, text = reading.published.date(), reading.sentence(index).text
    if not mention.yearless or mention.span.last >= today:
        return mention
    ahead = DateSpan(*(_next_year(day) for day in (mention.span.first, mention.span.last)))
    if (ahead.first - today).days > YEAR // 2:
        return mention
    meant = passage.step.planned or reading.is_to_come(passage.cue) or _says_until(mention, text)
    return replace(mention, span=ahead) if meant else mention


def _next_year(day: date) -> date:
    return day.replace(year=day.year + 1, day=min(day.day, 28) if day.month == 2 else day.day)


def _date_before(passage: Passage, reading: Reading) -> DateSpan | None:
    """A paragraph that begins with a date goes on speaking of it."""
    here = reading.sentence(passage.sentence)
    for index in range(passage.sentence - 1, max(passage.sentence - 3, 0), -1):
        if reading.sentence(index).paragraph != here.paragraph:
            return None
        if exact := [mention for mention in _dates_for(passage, index, reading) if mention.exact]:
            return exact[-1].span
    return None


def date_after(passage: Passage, reading: Reading) -> DateSpan | None:
    """A paragraph that begins with news dates it in the next sentence."""
    following = passage.sentence + 1
    if following >= len(reading.document.sentences):
        return None
    if reading.sentence(following).paragraph != reading.sentence(passage.sentence).paragraph:
        return None
    text = reading.sentence(following).text
    exact = (mention for mention in _dates_for(passage, following, reading) if mention.exact)
    return next((mention.span for mention in exact if not _COUNTED.search(text, mention.start, mention.end)), None)


def _is_long_past(passage: Passage, reading: Reading) -> bool:
    """Does the sentence speak of last summer, of 2023, and of no day?

    A month in a title dates a detail: “chloride in July cargoes”.
    """
    mentions = reading.dates_around(passage.cue)
    if passage.step.planned:  # "in spring" may be the next one
        mentions = tuple(mention for mention in mentions if mention.kind != "season")
    if reading.sentence(passage.sentence).zone is Zone.TITLE:
        mentions = tuple(mention for mention in mentions if mention.kind != "month")
    text = reading.sentence(passage.sentence).text
    return bool(mentions) and not any(
        m.exact or is_fresh(m.span, reading) or _is_deadline(m, text, reading) for m in mentions
    )


def _is_of_another_month(passage: Passage, reading: Reading) -> bool:
    pattern = _OF_MONTH.get(reading.document.language)
    sentence = reading.sentence(passage.sentence)
    found = pattern.search(sentence.text, 0, passage.cue.start - sentence.start) if pattern else None
    if found is None or pattern is None:
        return False
    months = pattern.pattern.partition("(")[2].partition(")")[0].split("|")
    return months.index(found[1].lower()) + 1 != reading.published.month


def _is_deadline(mention: DateMention, text: str, reading: Reading) -> bool:
    """Does it say until when? Without a year that may be the next month of the name."""
    recent = (reading.published.date() - mention.span.last).days < YEAR
    if mention.kind not in ("month", "season") or not recent:
        return False
    return _says_until(mention, text)


def _says_until(mention: DateMention, text: str) -> bool:
    before, there = max(0, mention.start - 24), mention.end
    return bool(_UNTIL.search(text[before:there]) or _UNTIL_BEHIND.search(text[before : there + 7]))


def is_fresh(when: DateSpan, reading: Reading) -> bool:
    return (reading.published.date() - when.last).days <= FRESH_DAYS


def _figures(match: Match, passage: Passage, reading: Reading) -> tuple[Figure, ...]:
    """Figures of the passage that the rule lets count, each marked as a total where the rule's words for totals stand
    beside it. Where the unit of the rule is one of its terms, they are counted by its words."""
    spec = match.rule.quantity
    totals, beside = (spec.total, spec.beside) if spec else ((), ())

    def counts(index: int) -> bool:
        return not any(match.hits.get(index, {}).keys().isdisjoint(group) for group in beside)

    def found_in(index: int) -> Iterator[FoundFigure]:
        yield from reading.figures(index)
        if spec and not is_unit(spec.unit):
            yield from reading.counted(index, match.hits.get(index, {}).get(spec.unit, ()), spec.unit)

    return tuple(
        replace(found.figure, total=found.figure.total or any(term in match.hits.get(index, {}) for term in totals))
        for index in filter(counts, passage.window)
        for found in found_in(index)
    )
