"""What an article asserts about a rule's subject: from passages to claims.

A claim is one step (or state) told by one article about one time. What stands in title and lead
is put forward as news; what stands later, what is dated days before publication and what tells
another step than the title does is background. Background is kept, for it may be known or worth
learning, but it never makes an alert.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from monitor.core.apart import marks
from monitor.core.matching import Match, Passage, groups
from monitor.core.model import Assertion, Claim, DateSpan, Evidence, RuleKind, Zone
from monitor.core.reading import Reading
from monitor.core.rules import Rule
from monitor.core.telling import UNSURE, Telling, date_after, date_of, is_fresh, is_state, read_telling, with_decisions
from monitor.core.terms import Hit

SHORT = 4  # letters of an abbreviation that names an office or a place of its kind
MOST_EVIDENCE = 3  # sentences that a claim quotes


def read_claims(match: Match, reading: Reading) -> tuple[Claim, ...]:
    """The claims of one rule in one article, what it puts forward first."""
    tellings = [read_telling(match, passage, reading) for passage in match.passages]
    tellings = with_decisions(match.rule, _without_idle(tellings), reading)
    front = [telling for telling in tellings if telling.zone is not Zone.BODY]
    body = [telling for telling in tellings if telling.zone is Zone.BODY]
    claims = [
        *_front_claims(match, front, reading),
        *(_body_claim(match, telling, reading) for telling in _best_of_each(body)),
    ]
    return tuple(sorted(claims, key=lambda claim: (claim.background, -claim.score)))


def _front_claims(match: Match, tellings: Sequence[Telling], reading: Reading) -> Iterable[Claim]:
    """One claim for each step told in title and lead; the headline's step alone is put forward."""
    # The denial that a step is told by denies another step, and would be told as that.
    order = {step.id: -step.negated or number for number, step in enumerate(match.rule.steps)}
    spare = _spare_steps(match.rule)
    if any(telling.passage.step.negated for telling in tellings):
        spare.add(match.rule.denied)  # the denial tells more than that
    by_step: dict[str, list[Telling]] = {}
    for telling in tellings:
        by_step.setdefault(telling.step, []).append(telling)

    def prominence(step: str) -> tuple[bool, bool, int, int]:
        told = by_step[step]
        unsure = match.rule.kind is not RuleKind.STATE and all(map(_is_weak, told))
        return unsure, step in spare, min(t.passage.sentence for t in told), order.get(step, len(order))

    for number, step in enumerate(sorted(by_step, key=prominence)):
        claim = _merged(match, step, by_step[step], reading)
        if number and not claim.background:
            claim = replace(claim, background=True, why="title and lead put another step forward")
        yield claim


def _without_idle(tellings: list[Telling]) -> list[Telling]:
    """Without the steps that a denial tells where nothing is denied: the same cue tells another one."""
    return [t for t in tellings if not (t.passage.step.negated and t.assertion is Assertion.DENIED)] or tellings


def _is_weak(telling: Telling) -> bool:
    """Is it weighed, denied, still to come or counted from, so that anything told plainly goes before it?"""
    return telling.assertion in UNSURE or telling.recalled or telling.to_come


def _waits(rule: Rule, step: str) -> bool:
    """Is it news that this is still to come: a figure that is promised, a state that is considered?"""
    return rule.kind is RuleKind.QUANTITY or rule.kind is RuleKind.VOLUME or step in (rule.considered, rule.denied)


def _spare_steps(rule: Rule) -> set[str]:
    """Steps that never alert and are listed after one that does: they count where nothing else is told."""
    alerting = [number for number, step in enumerate(rule.steps) if step.alerts]
    return {step.id for number, step in enumerate(rule.steps) if alerting and not step.alerts and number > alerting[0]}


def _merged(match: Match, step: str, tellings: Sequence[Telling], reading: Reading) -> Claim:
    """Title and lead speak of one thing: their tellings of one step are one claim."""
    # What the lead adds of an older case (“two days before, another had been held”) lends this one no day and no name.
    older = [t for t in tellings if t.assertion is Assertion.RETROSPECTIVE and t.zone is Zone.LEAD]
    tellings = [t for t in tellings if t not in older] or tellings
    first = min(tellings, key=lambda t: (t.passage.sentence, t.passage.spread))
    when, dated = _front_date(tellings, reading)
    old = dated and not is_fresh(when, reading)
    claim = _claim(match, first, step, when, dated, reading, tellings, {t.passage.sentence for t in older})
    if all(telling.past or reading.describes(telling.passage.cue) for telling in tellings) and any(
        telling.past for telling in tellings
    ):
        return replace(claim, when=None, background=True, why="told of a time long past")
    if retold := _retold(tellings, claim, reading):
        return retold
    if reading.retrospective and not dated:
        return replace(claim, background=True, why="told without a date in a review of the past")
    if all(reading.describes(telling.passage.cue) for telling in tellings):
        return replace(claim, background=True, why="it only says of whom or what is spoken")
    if not _waits(match.rule, step) and all(telling.to_come for telling in tellings):
        return replace(claim, background=True, assertion=Assertion.CONSIDERED, why="announced, not yet happened")
    if match.rule.kind is RuleKind.EVENT and all(t.quoted and not t.passage.step.spoken for t in tellings):
        return replace(claim, background=True, why="only somebody who is quoted says so")
    if is_state(match.rule, step) and all(reading.asks(telling.passage.cue) for telling in tellings):
        return replace(claim, background=True, why="only asked, and said by nobody")
    if is_state(match.rule, step) and all(telling.recalled for telling in tellings):
        return replace(claim, background=True, why="spoken of as known already")
    if old:
        return replace(claim, background=True, why=f"dated {when.first.isoformat()}, well before publication")
    return claim


def _retold(tellings: Sequence[Telling], claim: Claim, reading: Reading) -> Claim | None:
    """The claim as background, where the very clause that tells it looks back: days are counted from it, or it says of
    whom or after what, and that was before yesterday. Of yesterday and today a first report may be so worded."""
    if all(telling.counted for telling in tellings):
        return replace(claim, when=None, background=True, why="days are counted from it")
    days = (reading.published.date() - claim.when.last).days if claim.dated and claim.when else 0
    if days > 1 and all(telling.in_passing or telling.recalled for telling in tellings):
        return replace(claim, background=True, why="it only says of whom or what is spoken")
    return None


def _front_date(tellings: Sequence[Telling], reading: Reading) -> tuple[DateSpan, bool]:
    """When title and lead say it happened, and whether they do say. A fresh date counts wherever it stands; an
    old one only where the lead first tells the step: further on it belongs to what went before."""
    lead = [t for t in tellings if t.zone is Zone.LEAD] or list(tellings)
    first = min(t.passage.sentence for t in lead)
    fresh = [t.when for t in tellings if t.when and is_fresh(t.when, reading)]
    old = [t.when for t in tellings if t.when and (t.past or t.passage.sentence <= first or _all_past(lead, t))]
    if found := fresh or old:
        return found[0], True
    return _publication(reading), False


def _all_past(lead: Sequence[Telling], until: Telling) -> bool:
    """Does everything that the lead tells before speak of the past, too?"""
    return all(t.past or t.when for t in lead if t.passage.sentence < until.passage.sentence)


def _best_of_each(tellings: Sequence[Telling]) -> list[Telling]:
    """One telling for each step and date, the most compact."""
    best: dict[tuple[str, DateSpan | None], Telling] = {}
    for telling in sorted(tellings, key=lambda t: t.passage.spread):
        best.setdefault((telling.step, telling.when), telling)
    return list(best.values())


def _body_claim(match: Match, telling: Telling, reading: Reading) -> Claim:
    own = date_of(telling.passage, reading)
    # A state that is told in passing next to a date is as likely history as news.
    inherited = None if is_state(match.rule, telling.step) else telling.when or date_after(telling.passage, reading)
    when = own or inherited
    claim = _claim(match, telling, telling.step, when, when is not None, reading, [telling])
    if when is None:
        return replace(claim, background=True, why="told late in the article without a date")
    if not is_fresh(when, reading):
        return replace(claim, background=True, why=f"dated {when.first.isoformat()}, well before publication")
    if reading.retrospective:
        return replace(claim, background=True, why="told in a review of the past")
    if retold := _retold([telling], claim, reading):
        return retold
    if telling.assertion is Assertion.RETROSPECTIVE:
        return replace(claim, background=True, why="told as background")
    if telling.to_come and not _waits(match.rule, telling.step):
        return replace(claim, background=True, assertion=Assertion.CONSIDERED, why="announced, not yet happened")
    return claim


def _claim(
    match: Match,
    telling: Telling,
    step: str,
    when: DateSpan | None,
    dated: bool,
    reading: Reading,
    tellings: Sequence[Telling],
    apart: Collection[int] = (),
) -> Claim:
    told = tuple(dict.fromkeys(t.passage.sentence for t in tellings))
    around = tuple(index for index in _around(telling, reading) if index in told or index not in apart)
    recalled = {t.passage.sentence for t in tellings if t.recalled}
    names = _names(around, match, reading)
    names.update(marks(match, (*told, *telling.passage.window, *around), reading))
    word = reading.attribution(told, telling.passage.window)
    return Claim(
        rule=match.rule.id,
        kind=match.rule.kind,
        step=step,
        evidence=_evidence(told, tellings, reading),
        when=when,
        dated=dated,
        names=frozenset(names),
        places=reading.locations(told) or reading.locations(telling.passage.window),
        figures=telling.figures,
        assertion=telling.assertion,
        attribution=word.kind,
        signature=_signature(around, match, reading),
        told=reading.published.date(),
        headline=telling.zone is Zone.TITLE,
        past=when is not None and not is_fresh(when, reading),
        again=_says_again(match, telling.passage, told, reading),
        recalls=_recalls(told, recalled, reading) or any(map(reading.goes_on, {*told, *around[:2]})),
        score=_score(telling),
        actor=_actor(match, telling.passage),
        weakened=telling.weakened,
        vouched=word.text,
        spelt=tuple(sorted(names.items())),
    )


def _recalls(told: Sequence[int], recalled: Collection[int], reading: Reading) -> bool:
    """Is it told as of this month, or as known? A headline has no room for the time: what stands below it counts."""
    below = [index for index in told if reading.sentence(index).zone is not Zone.TITLE]
    of_late = bool(below) and all(map(reading.vague, below))
    return of_late or all(reading.vague(index) or index in recalled for index in told)


def _evidence(told: Iterable[int], tellings: Sequence[Telling], reading: Reading) -> tuple[Evidence, ...]:
    """The first few sentences that differ: many pages repeat their title at the head of the text."""
    found: dict[str, Evidence] = {}
    for index in told:
        evidence = reading.evidence(index)
        found.setdefault(" ".join(re.findall(r"\w+", evidence.text.casefold())), evidence)
    kept = tuple(found.values())[:MOST_EVIDENCE]
    if reading.document.language == "en":
        return kept
    hits = {hit: None for telling in tellings for hit in telling.passage.hits}
    return tuple(replace(evidence, terms=_glossed(evidence, hits)) for evidence in kept)


def _glossed(evidence: Evidence, hits: Iterable[Hit]) -> tuple[tuple[str, str], ...]:
    """The words of a sentence by which a rule was touched, in their order, each with its term."""
    here = [hit for hit in hits if (hit.within.start, hit.within.zone) == (evidence.start, evidence.zone)]
    text, begin = evidence.text, evidence.start
    pairs = ((text[hit.start - begin : hit.end - begin], hit.term) for hit in sorted(here, key=lambda hit: hit.first))
    return tuple(dict.fromkeys(pairs))


def _actor(match: Match, passage: Passage) -> str:
    """Of those who may act by the rule, the last one named before the cue in its sentence, else the first around it."""
    terms = match.rule.match.actor
    named = [hit for index in passage.window for term in terms for hit in match.hits.get(index, {}).get(term, ())]
    before = [hit for hit in named if hit.sentence == passage.sentence and hit.start < passage.cue.start]
    if before:
        return max(before, key=lambda hit: hit.start).word
    return min(named, key=lambda hit: (hit.sentence, hit.start)).word if named else ""


def _around(telling: Telling, reading: Reading) -> tuple[int, ...]:
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
            common = name.text.isupper() and len(name.text) <= SHORT  # a ministry, a prison
            if not common and not any(start < hit.end and hit.start <= end + 1 for hit in taken):
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


def _says_again(match: Match, passage: Passage, told: Iterable[int], reading: Reading) -> bool:
    """Of a figure the rule's own words say so, beside it or in a title that is told with it; of an event the sentences
    that tell it."""
    if match.rule.quantity is None:
        return any(map(reading.says_again, told))
    terms = match.rule.quantity.again
    beside = [index for index in passage.window if index == 0 or reading.figures(index)]
    return any(term in match.hits.get(index, {}) for term in terms for index in beside)


def _publication(reading: Reading) -> DateSpan:
    """An undated report tells of the day it appeared or of the day before."""
    day: date = reading.published.date()
    return DateSpan(day - timedelta(days=1), day)


def _score(telling: Telling) -> float:
    """How surely the passage is about the rule, 0–1: where it stands, how close its words stand."""
    by_zone = {Zone.TITLE: 1.0, Zone.LEAD: 0.8, Zone.BODY: 0.5}[telling.zone]
    return round(by_zone * (1.0 if telling.passage.spread == 1 else 0.85), 2)
