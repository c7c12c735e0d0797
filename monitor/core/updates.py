"""What a report changes in an event that is known: claimed becomes official, told becomes denied, 4 becomes 6.

An update is a follow-up that says what changed from what. It raises the level on which the event is
known through the fact that records it, so that whoever tells the same afterwards tells no update:
an event is confirmed once, denied once on each level, and a figure is news until somebody has told it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from monitor.core.figures import figure_words, same_figure
from monitor.core.modality import corrects, denies
from monitor.core.model import Article, Assertion, Attribution, Claim, Fact, Figure, RuleKind, VerdictKind, Zone
from monitor.core.opinion import Opinion
from monitor.core.rules import Rule
from monitor.core.spans import date_words

# A sum of money that differs by less is the same one in other words (rounded, converted).
MATERIAL = 0.1
STATED = {Assertion.ASSERTED, Assertion.REPORTED}
_CONFIRMED = "officially confirmed"
_STATED = {
    Attribution.UNNAMED: "told by an unnamed source",
    Attribution.ONE_SIDE: "claimed by one side",
    Attribution.OUTLET: "reported",
    Attribution.OFFICIAL: _CONFIRMED,
}
_DENIED = {
    Attribution.ONE_SIDE: "denied by one side",
    Attribution.OUTLET: "denied",
    Attribution.OFFICIAL: "officially denied",
}


@dataclass(frozen=True, slots=True)
class _Change:
    """From what to what, in words that are the same in every language, and why that counts; `since`: the fact
    that told the former."""

    previous: str
    current: str
    since: Fact
    why: str


def with_update(opinion: Opinion, rule: Rule, facts: Sequence[Fact], article: Article) -> Opinion:
    """The opinion as an update, if it retells a known event and changes what is known of it.

    `facts`: oldest first, with all those of the event. What stands in the body or is background
    changes nothing, nor does an article that is older than what it would change.
    """
    fact, claim = opinion.fact, opinion.claim
    retold = opinion.kind is not VerdictKind.NEW and fact is not None and fact.step == (opinion.step or claim.step)
    if fact is None or not retold or rule.kind is RuleKind.VOLUME or not _in_front(claim):
        return opinion
    told = [known for known in facts if known.event == fact.event and known.step == fact.step]
    changes = [change for change in _changes(claim, rule, told, article) if article.told >= change.since.recorded]
    if not changes:
        return opinion
    return replace(
        opinion,
        kind=VerdictKind.FOLLOWUP,
        reason=f"update: {'; '.join(change.why for change in changes)} ({opinion.reason})",
        previous="; ".join(change.previous for change in changes),
        current="; ".join(change.current for change in changes),
    )


def _in_front(claim: Claim) -> bool:
    return not claim.background and bool(claim.evidence) and claim.evidence[0].zone is not Zone.BODY


def _changes(claim: Claim, rule: Rule, told: Sequence[Fact], article: Article) -> list[_Change]:
    found: list[_Change | None] = []
    if claim.assertion is Assertion.DENIED and claim.step != rule.denied:
        found = [_denied(claim, rule, told, article)]
    elif claim.assertion in STATED:
        texts = (article.title, *(evidence.text for evidence in claim.evidence))
        corrected = any(corrects(text, article.language) for text in texts)
        found = [_confirmed(claim, told), *_refigured(claim, rule, told, corrected)]
        if corrected:
            found.append(_redated(claim, told) or (None if any(found) else _corrected(claim, told, article)))
    return [change for change in found if change is not None]


# --- on whose word ---------------------------------------------------------------------------


def _confirmed(claim: Claim, told: Sequence[Fact]) -> _Change | None:
    """What people were told on a weak word, or saw denied, is now said officially for the first time."""
    stated = [fact for fact in told if fact.assertion in STATED]
    if claim.attribution is not Attribution.OFFICIAL or not stated:
        return None
    if any(fact.attribution is Attribution.OFFICIAL for fact in stated):
        return None
    denial = next((fact for fact in reversed(told) if fact.assertion is Assertion.DENIED), None)
    if denial:
        before = _DENIED.get(denial.attribution, "denied")
        return _Change(before, _CONFIRMED, denial, f"{before} on {_day(denial)}, now there is {_word(claim)} for it")
    first = stated[0]
    if not _is_weak(first):
        return None
    before = _STATED[first.attribution]
    return _Change(before, _CONFIRMED, first, f"only {before} on {_day(first)}, now there is {_word(claim)} for it")


def _word(claim: Claim) -> str:
    return f"an official word (“{claim.vouched}”)" if claim.vouched else "an official word"


def _day(fact: Fact) -> str:
    return fact.recorded.date().isoformat()


def _is_weak(fact: Fact) -> bool:
    if fact.attribution is Attribution.OUTLET:
        return fact.assertion is Assertion.REPORTED
    return fact.attribution is not Attribution.OFFICIAL


def _denied(claim: Claim, rule: Rule, told: Sequence[Fact], article: Article) -> _Change | None:
    """Somebody who can be named denies what was told lately, on a higher level than anybody did before.

    A mere “not” is mostly said of a detail: nobody was hurt, the workers did not come.
    """
    stated = [fact for fact in told if fact.assertion in STATED]
    in_so_many_words = claim.attribution is Attribution.OFFICIAL or denies(claim.weakened, article.language)
    if claim.attribution is Attribution.UNNAMED or not in_so_many_words or not stated:
        return None
    if article.published - stated[-1].recorded > rule.same_event.memory:
        return None
    denials = [fact for fact in told if fact.assertion is Assertion.DENIED]
    if any(_level(fact.attribution) >= _level(claim.attribution) for fact in denials):
        return None
    order = list(Attribution)
    strongest = max(stated, key=lambda fact: order.index(fact.attribution))
    before, now = _STATED[strongest.attribution], _DENIED[claim.attribution]
    return _Change(before, now, stated[0], f"{before} since {_day(stated[0])}, now {now}")


def _level(attribution: Attribution) -> int:
    """Of denials: one that names no office (“Moscow denies”) is one with an office told in short."""
    return 0 if attribution in (Attribution.UNNAMED, Attribution.ONE_SIDE) else 1


# --- figures and dates -----------------------------------------------------------------------


def _refigured(claim: Claim, rule: Rule, told: Sequence[Fact], corrected: bool) -> Iterable[_Change]:
    """Figures that differ from the last ones told of the same thing and were not told before.

    A toll rises; one that is lower is mostly an older one, unless the text says that it corrects.
    Figures are what quantity rules judge themselves.
    """
    if rule.kind is RuleKind.QUANTITY:
        return
    for figure in _single(claim.figures, corrected):
        known = [
            (fact, other) for fact in told for other in _single(fact.figures, True) if _sort(figure) == _sort(other)
        ]
        if not known or any(same_figure(figure, other) for _, other in known):
            continue
        # Of a toll the highest stands: many who tell it again have an old one.
        fact, last = max(known, key=lambda pair: pair[1].value) if figure.unit == "people" else known[-1]
        if corrected or _differs(figure, last):
            before, now = figure_words(last), figure_words(figure)
            yield _Change(before, now, fact, f"it was {before} on {_day(fact)}, nobody has told {now} yet")


def _single(figures: Sequence[Figure], any_unit: bool) -> list[Figure]:
    """The figures that can be held against those of another report: people whose fate is told, sums of money
    (with `any_unit` whatever is counted), each sort only where the report gives one figure of it."""
    sorts: dict[tuple[str, str, bool], list[Figure]] = {}
    for figure in figures:
        if figure.fate or _is_money(figure) or (any_unit and figure.unit != "people"):
            sorts.setdefault(_sort(figure), []).append(figure)
    return [same[0] for same in sorts.values() if all(same_figure(same[0], other) for other in same)]


def _is_money(figure: Figure) -> bool:
    return len(figure.unit) == 3 and figure.unit.isupper()


def _sort(figure: Figure) -> tuple[str, str, bool]:
    return figure.unit, figure.fate, figure.total


def _differs(figure: Figure, last: Figure) -> bool:
    if figure.unit == "people":
        return figure.value > last.value
    return abs(figure.value - last.value) > MATERIAL * max(abs(figure.value), abs(last.value))


def _redated(claim: Claim, told: Sequence[Fact]) -> _Change | None:
    """Another day than every report so far gave."""
    dated = [fact for fact in told if fact.dated and fact.when]
    if not claim.dated or claim.when is None or not dated:
        return None
    if any(fact.when and fact.when.distance(claim.when) == 0 for fact in dated):
        return None
    before, now = date_words(dated[-1].when), date_words(claim.when)
    return _Change(before, now, dated[-1], f"the text corrects the day from {before} to {now}")


def _corrected(claim: Claim, told: Sequence[Fact], article: Article) -> _Change | None:
    """The headline says that it corrects, and neither figure nor date tell what."""
    if not claim.headline or not corrects(article.title, article.language) or not told:
        return None
    if any(corrects(fact.words, fact.language) for fact in told):
        return None
    return _Change("as first reported", "corrected", told[0], "the headline says that it corrects an earlier report")
