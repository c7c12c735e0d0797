"""What an article asserts about a rule's subject: from passages to claims.

A claim is one step (or state) told by one article about one time. What stands in title and lead
is put forward as news; what stands later, what is dated days before publication and what tells
another step than the title does is background. Background is kept, for it may be known or worth
learning, but it never makes an alert.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from monitor.core.dates import DateMention
from monitor.core.matching import Match, Passage, groups
from monitor.core.model import Assertion, Claim, DateSpan, Evidence, Figure, RuleKind, Zone
from monitor.core.reading import Reading
from monitor.core.rules import Rule
from monitor.core.terms import Hit

# Days between an event and the article beyond which a dated report is background: a weekly round-up
# still reports, a fortnight's review retells.
FRESH_DAYS = 7
# "Two days earlier" counts from another event, not from the publication.
_COUNTED = re.compile(r"\bdays?\b|\bweeks?\b|\bдн|\bден|недел|тиж|\bgün|həftə|hafta|\bzi\b|zile", re.IGNORECASE)
MOST_EVIDENCE = 3  # sentences that a claim quotes
SOFT = {Assertion.CONSIDERED, Assertion.CONDITIONAL}
UNSURE = {*SOFT, Assertion.DENIED}


@dataclass(frozen=True, slots=True)
class _Telling:
    """One passage with what was read off it."""

    passage: Passage
    step: str
    assertion: Assertion
    weakened: str  # by which words
    when: DateSpan | None
    quoted: bool  # it stands in direct speech
    to_come: bool  # it is told of the future, and the step is none that is planned
    recalled: bool  # it is spoken of as known, without its day
    past: bool  # only a vague date stands there, and it is long past
    zone: Zone
    figures: tuple[Figure, ...]


def read_claims(match: Match, reading: Reading) -> tuple[Claim, ...]:
    """The claims of one rule in one article, what it puts forward first."""
    tellings = [_telling(match, passage, reading) for passage in match.passages]
    tellings = _with_decisions(match.rule, tellings, reading)
    front = [telling for telling in tellings if telling.zone is not Zone.BODY]
    body = [telling for telling in tellings if telling.zone is Zone.BODY]
    claims = [
        *_front_claims(match, front, reading),
        *(_body_claim(match, telling, reading) for telling in _best_of_each(body)),
    ]
    return tuple(sorted(claims, key=lambda claim: (claim.background, -claim.score)))


def _telling(match: Match, passage: Passage, reading: Reading) -> _Telling:
    cue = reading.assertion(passage.cue)
    kind = cue.kind
    to_come = not passage.step.planned and reading.is_to_come(passage.cue)
    if to_come and _is_state(match.rule, passage.step.id) and kind is Assertion.ASSERTED:
        to_come = not reading.is_decided(passage.cue)
        kind = Assertion.CONSIDERED if to_come and match.rule.considered else kind
    return _Telling(
        passage=passage,
        step=_as_state(match.rule, passage.step.id, kind),
        assertion=kind,
        weakened=cue.text,
        when=_date_of(passage, reading) if reading.dates(passage.sentence) else _date_before(passage, reading),
        quoted=reading.quoted(passage.cue),
        to_come=to_come,
        recalled=reading.recalls(passage.cue) or reading.vague(passage.sentence),
        past=_is_long_past(passage, reading),
        zone=reading.sentence(passage.sentence).zone,
        figures=_figures(match, passage, reading),
    )


def _with_decisions(rule: Rule, tellings: Sequence[_Telling], reading: Reading) -> list[_Telling]:
    """“Country to lift ban” over a lead that tells of the vote: what is decided there is no mere plan in the title."""
    front = [t for t in tellings if t.zone is not Zone.BODY and _is_state(rule, t.passage.step.id)]
    decided = {t.step for t in front if t.assertion is Assertion.ASSERTED and not t.to_come}

    def is_decided(told: _Telling) -> bool:
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
    if not _is_state(rule, step) or step == rule.denied:
        return step
    if assertion is Assertion.DENIED:
        return rule.denied or step
    if step == rule.considered:
        return step
    if assertion in SOFT:
        return rule.considered
    return step


def _date_of(passage: Passage, reading: Reading) -> DateSpan | None:
    """The exact date in the cue's sentence that stands nearest to the cue."""
    sentence = reading.sentence(passage.sentence)
    start, end = passage.cue.start - sentence.start, passage.cue.end - sentence.start

    def gap(mention: DateMention) -> int:
        return max(mention.start - end, start - mention.end, 0)

    exact = [mention for mention in _dates_for(passage, passage.sentence, reading) if mention.exact]
    return min(exact, key=gap).span if exact else None


def _dates_for(passage: Passage, index: int, reading: Reading) -> list[DateMention]:
    """The dates of a sentence on which the passage's step can have happened: ahead lies only what is planned."""
    today = reading.published.date()
    dates = reading.dates_for(passage.cue) if index == passage.sentence else reading.dates(index)
    return [m for m in dates if passage.step.planned or m.span.first <= today]


def _is_long_past(passage: Passage, reading: Reading) -> bool:
    """Does the sentence speak of last summer, of 2023, and of no day?

    A month in a title dates a detail: “chloride in July cargoes”.
    """
    mentions = reading.dates(passage.sentence)
    if passage.step.planned:  # "in spring" may be the next one
        mentions = tuple(mention for mention in mentions if mention.kind != "season")
    if reading.sentence(passage.sentence).zone is Zone.TITLE:
        mentions = tuple(mention for mention in mentions if mention.kind != "month")
    return bool(mentions) and not any(m.exact or _is_fresh(m.span, reading) for m in mentions)


def _front_claims(match: Match, tellings: Sequence[_Telling], reading: Reading) -> Iterable[Claim]:
    """One claim for each step told in title and lead; the headline's step alone is put forward."""
    order = {step.id: number for number, step in enumerate(match.rule.steps)}
    spare = _spare_steps(match.rule)
    by_step: dict[str, list[_Telling]] = {}
    for telling in tellings:
        by_step.setdefault(telling.step, []).append(telling)

    def prominence(step: str) -> tuple[bool, bool, int, int]:
        told = by_step[step]
        unsure = match.rule.kind is not RuleKind.STATE and all(t.assertion in UNSURE for t in told)
        return unsure, step in spare, min(t.passage.sentence for t in told), order.get(step, len(order))

    for number, step in enumerate(sorted(by_step, key=prominence)):
        claim = _merged(match, step, by_step[step], reading)
        if number and not claim.background:
            claim = replace(claim, background=True, why="title and lead put another step forward")
        yield claim


def _waits(rule: Rule, step: str) -> bool:
    """Is it news that this is still to come: a figure that is promised, a state that is considered?"""
    return rule.kind is RuleKind.QUANTITY or rule.kind is RuleKind.VOLUME or step in (rule.considered, rule.denied)


def _spare_steps(rule: Rule) -> set[str]:
    """Steps that never alert and are listed after one that does: they count where nothing else is told."""
    alerting = [number for number, step in enumerate(rule.steps) if step.alerts]
    return {step.id for number, step in enumerate(rule.steps) if alerting and not step.alerts and number > alerting[0]}


def _merged(match: Match, step: str, tellings: Sequence[_Telling], reading: Reading) -> Claim:
    """Title and lead speak of one thing: their tellings of one step are one claim."""
    first = min(tellings, key=lambda t: (t.passage.sentence, t.passage.spread))
    when, dated = _front_date(tellings, reading)
    old = dated and not _is_fresh(when, reading)
    claim = _claim(match, first, step, when, dated, reading, tellings)
    if all(telling.past for telling in tellings):
        return replace(claim, when=None, background=True, why="told of a time long past")
    if reading.retrospective and not dated:
        return replace(claim, background=True, why="told without a date in a review of the past")
    if all(reading.describes(telling.passage.cue) for telling in tellings):
        return replace(claim, background=True, why="it only says of whom or what is spoken")
    if not _waits(match.rule, step) and all(telling.to_come for telling in tellings):
        return replace(claim, background=True, assertion=Assertion.CONSIDERED, why="announced, not yet happened")
    if match.rule.kind is RuleKind.EVENT and all(telling.quoted for telling in tellings):
        return replace(claim, background=True, why="only somebody who is quoted says so")
    if _is_state(match.rule, step) and all(reading.recalls(t.passage.cue) for t in tellings):
        return replace(claim, background=True, why="spoken of as known already")
    if old:
        return replace(claim, background=True, why=f"dated {when.first.isoformat()}, well before publication")
    return claim


def _front_date(tellings: Sequence[_Telling], reading: Reading) -> tuple[DateSpan, bool]:
    """When title and lead say it happened, and whether they do say. A fresh date counts wherever it stands; an
    old one only where the lead first tells the step: further on it belongs to what went before."""
    lead = [t for t in tellings if t.zone is Zone.LEAD] or list(tellings)
    first = min(t.passage.sentence for t in lead)
    fresh = [t.when for t in tellings if t.when and _is_fresh(t.when, reading)]
    old = [t.when for t in tellings if t.when and (t.past or t.passage.sentence <= first or _all_past(lead, t))]
    if found := fresh or old:
        return found[0], True
    return _publication(reading), False


def _all_past(lead: Sequence[_Telling], until: _Telling) -> bool:
    """Does everything that the lead tells before speak of the past, too?"""
    return all(t.past or t.when for t in lead if t.passage.sentence < until.passage.sentence)


def _is_state(rule: Rule, step: str) -> bool:
    return rule.kind is RuleKind.STATE and not any(known.event and known.id == step for known in rule.steps)


def _best_of_each(tellings: Sequence[_Telling]) -> list[_Telling]:
    """One telling for each step and date, the most compact."""
    best: dict[tuple[str, DateSpan | None], _Telling] = {}
    for telling in sorted(tellings, key=lambda t: t.passage.spread):
        best.setdefault((telling.step, telling.when), telling)
    return list(best.values())


def _body_claim(match: Match, telling: _Telling, reading: Reading) -> Claim:
    own = _date_of(telling.passage, reading)
    # A state that is told in passing next to a date is as likely history as news.
    inherited = None if _is_state(match.rule, telling.step) else telling.when or _date_after(telling.passage, reading)
    when = own or inherited
    claim = _claim(match, telling, telling.step, when, when is not None, reading, [telling])
    if when is None:
        return replace(claim, background=True, why="told late in the article without a date")
    if not _is_fresh(when, reading):
        return replace(claim, background=True, why=f"dated {when.first.isoformat()}, well before publication")
    if reading.retrospective:
        return replace(claim, background=True, why="told in a review of the past")
    if telling.assertion is Assertion.RETROSPECTIVE:
        return replace(claim, background=True, why="told as background")
    return claim


def _date_before(passage: Passage, reading: Reading) -> DateSpan | None:
    """A paragraph that begins with a date goes on speaking of it."""
    here = reading.sentence(passage.sentence)
    for index in range(passage.sentence - 1, max(passage.sentence - 3, 0), -1):
        if reading.sentence(index).paragraph != here.paragraph:
            return None
        if exact := [mention for mention in _dates_for(passage, index, reading) if mention.exact]:
            return exact[-1].span
    return None


def _date_after(passage: Passage, reading: Reading) -> DateSpan | None:
    """A paragraph that begins with news dates it in the next sentence."""
    following = passage.sentence + 1
    if following >= len(reading.document.sentences):
        return None
    if reading.sentence(following).paragraph != reading.sentence(passage.sentence).paragraph:
        return None
    text = reading.sentence(following).text
    exact = (mention for mention in _dates_for(passage, following, reading) if mention.exact)
    return next((mention.span for mention in exact if not _COUNTED.search(text, mention.start, mention.end)), None)


def _claim(
    match: Match,
    telling: _Telling,
    step: str,
    when: DateSpan | None,
    dated: bool,
    reading: Reading,
    tellings: Sequence[_Telling],
) -> Claim:
    around = _around(telling, reading)
    told = tuple(dict.fromkeys(t.passage.sentence for t in tellings))
    names = _names(around, match, reading)
    word = reading.attribution(told, telling.passage.window)
    return Claim(
        rule=match.rule.id,
        kind=match.rule.kind,
        step=step,
        evidence=_evidence(told, reading),
        when=when,
        dated=dated,
        names=frozenset(names),
        places=reading.locations(telling.passage.window),
        figures=telling.figures,
        assertion=telling.assertion,
        attribution=word.kind,
        signature=_signature(around, match, reading),
        told=reading.published.date(),
        headline=telling.zone is Zone.TITLE,
        past=when is not None and not _is_fresh(when, reading),
        again=_says_again(match, telling.passage),
        recalls=set(told) == {t.passage.sentence for t in tellings if t.recalled},
        score=_score(telling),
        actor=_actor(match, telling.passage),
        weakened=telling.weakened,
        vouched=word.text,
        spelt=tuple(sorted(names.items())),
    )


def _evidence(told: Iterable[int], reading: Reading) -> tuple[Evidence, ...]:
    """The first few sentences that differ: many pages repeat their title at the head of the text."""
    found: dict[str, Evidence] = {}
    for index in told:
        evidence = reading.evidence(index)
        found.setdefault(" ".join(re.findall(r"\w+", evidence.text.casefold())), evidence)
    return tuple(found.values())[:MOST_EVIDENCE]


def _actor(match: Match, passage: Passage) -> str:
    """Of those who may act by the rule, the last one named before the cue in its sentence, else the first around it."""
    terms = match.rule.match.actor
    named = [hit for index in passage.window for term in terms for hit in match.hits.get(index, {}).get(term, ())]
    before = [hit for hit in named if hit.sentence == passage.sentence and hit.start < passage.cue.start]
    if before:
        return max(before, key=lambda hit: hit.start).word
    return min(named, key=lambda hit: (hit.sentence, hit.start)).word if named else ""


def _around(telling: _Telling, reading: Reading) -> tuple[int, ...]:
    """The sentences that describe the event: title and lead together, else the passage."""
    if telling.zone is Zone.BODY:
        return telling.passage.window
    return tuple(s.index for s in reading.document.sentences if s.zone is not Zone.BODY and not s.aside)


def _names(around: Iterable[int], match: Match, reading: Reading) -> dict[str, str]:
    """Names in the sentences around, as canonical → as written, without those that the rule itself asks for: they tell
    no event from another.

    The day for which something is planned names it as well as a place does.
    """
    found: dict[str, str] = {}
    today = reading.published.date()
    for index in around:
        coming = (mention.span.first for mention in reading.dates(index) if mention.exact)
        found.update((day.isoformat(), day.isoformat()) for day in coming if day > today)
        base = reading.sentence(index).start
        taken = _asked(index, match)
        for name in reading.names(index):
            start, end = name.start + base, name.end + base
            # One character further: the first name of a president tells no more than his last.
            if not any(start < hit.end and hit.start <= end + 1 for hit in taken):
                found.setdefault(name.key, name.text)
    return found


def _signature(around: Iterable[int], match: Match, reading: Reading) -> frozenset[str]:
    """Content lemmas of the sentences around, without the rule's own words: every report has those."""
    found: set[str] = set()
    for index in around:
        lemmas = reading.lemmas(index)
        own = {number for hit in _asked(index, match) for number in range(hit.first, hit.last + 1)}
        found.update(lemma for number, lemma in enumerate(lemmas) if lemma and number not in own)
    return frozenset(found)


def _asked(index: int, match: Match) -> list[Hit]:
    """The hits of the rule's own terms in one sentence."""
    asked = {term for group in groups(match.rule) for term in group}
    return [hit for term, hits in match.hits.get(index, {}).items() if term in asked for hit in hits]


def _figures(match: Match, passage: Passage, reading: Reading) -> tuple[Figure, ...]:
    """Figures of the passage, each marked as a total where the rule's words for totals stand beside it."""
    totals = match.rule.quantity.total if match.rule.quantity else ()
    return tuple(
        replace(found.figure, total=found.figure.total or any(term in match.hits.get(index, {}) for term in totals))
        for index in passage.window
        for found in reading.figures(index)
    )


def _says_again(match: Match, passage: Passage) -> bool:
    terms = match.rule.quantity.again if match.rule.quantity else ()
    return any(term in match.hits.get(index, {}) for term in terms for index in passage.window)


def _publication(reading: Reading) -> DateSpan:
    """An undated report tells of the day it appeared or of the day before."""
    day: date = reading.published.date()
    return DateSpan(day - timedelta(days=1), day)


def _is_fresh(when: DateSpan, reading: Reading) -> bool:
    return (reading.published.date() - when.last).days <= FRESH_DAYS


def _score(telling: _Telling) -> float:
    """How surely the passage is about the rule, 0–1: where it stands, how close its words stand."""
    by_zone = {Zone.TITLE: 1.0, Zone.LEAD: 0.8, Zone.BODY: 0.5}[telling.zone]
    return round(by_zone * (1.0 if telling.passage.spread == 1 else 0.85), 2)
