"""The sentences of an explanation, as a colleague would say them: for commands and pages alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from monitor.core.alerts import Action, Decision
from monitor.core.apart import is_mark, term_of
from monitor.core.figures import figure_words
from monitor.core.judge import RANK, Judgement
from monitor.core.matching import Match, Passage, terms_of
from monitor.core.model import Assertion, Attribution, Claim, Figure, RuleKind, Verdict, VerdictKind, Zone
from monitor.core.names import is_day
from monitor.core.opinion import Opinion
from monitor.core.policy import is_update
from monitor.core.render import count, cut, plain
from monitor.core.rules import Rule
from monitor.core.silence import Miss
from monitor.core.spans import date_words
from monitor.core.terms import Hit
from monitor.core.text import Document
from monitor.explanation import Explained, Explanation

WIDTH = 200  # characters of a sentence that are shown
NEAR = 2  # groups of words that a silent rule may lack to be told about at length


def verdict_word(verdict: Verdict) -> str:
    """`new`, `followup`, `known` or `update`."""
    return "update" if is_update(verdict) else verdict.kind.value


def goes_to(decision: Decision) -> str:
    """Where the alert goes, and by which route."""
    way = f" ({decision.route})" if decision.route else ""
    return f"It goes to {listed(decision.channels) or 'no channel'}, as {decision.severity.value}{way}."


def opinions(judgement: Judgement) -> tuple[Opinion | None, list[Opinion]]:
    """That which the verdict follows, if it is one of them, and the rest."""
    verdict = judgement.verdict
    chosen = next((o for o in judgement.opinions if (o.reason, o.kind) == (verdict.reason, verdict.kind)), None)
    return chosen, [opinion for opinion in judgement.opinions if opinion is not chosen]


def is_near(miss: Miss) -> bool:
    """Has it words of the rule, and lacks few?"""
    return bool(miss.found) and miss.lacking < NEAR


def by_weight(explained: Explained) -> tuple[bool, int]:
    return explained.decision.action is not Action.NOTIFY, -RANK[explained.judgement.verdict.kind]


def summary(told: Explanation) -> str:
    """What becomes of the article, in a line."""
    alerts = [one.judgement.rule.id for one in told.rules if one.decision.action is Action.NOTIFY]
    quiet = [one.judgement.rule.id for one in told.rules if one.decision.action is not Action.NOTIFY]
    found = [f"alerts for {listed(alerts)}"] if alerts else []
    found += [f"touches {listed(quiet)}, but does not alert"] if quiet else []
    return f"It {' and '.join(found) or 'touches no rule'}."


def zones(document: Document) -> str:
    asides = sum(sentence.aside for sentence in document.sentences)
    lead, body = (
        sum(sentence.zone is zone and not sentence.aside for sentence in document.sentences)
        for zone in (Zone.LEAD, Zone.BODY)
    )
    told = f"{count(lead, 'sentence')} of lead, {body} of body"
    return told + (f", {asides} set aside (captions, headings, related links)" if asides else "")


KINDS = {VerdictKind.NEW: "new", VerdictKind.FOLLOWUP: "a follow-up", VerdictKind.KNOWN: "no news"}
_WHERE = {Zone.TITLE: "The title", Zone.LEAD: "The lead", Zone.BODY: "The body"}
_HOW = {
    Assertion.ASSERTED: "It is stated as fact",
    Assertion.REPORTED: "It is told on somebody else's word",
    Assertion.CONSIDERED: "It is only considered",
    Assertion.CONDITIONAL: "It depends on a condition",
    Assertion.DENIED: "It is denied",
    Assertion.RETROSPECTIVE: "It is told as long past",
}


def told_by(opinion: Opinion, match: Match, document: Document) -> str:
    """Which step stands where, and the words that the rule wanted for it."""
    claim = opinion.claim
    first = claim.evidence[0]
    what = (
        f"“{_titled(match.rule, opinion.step or claim.step)}”" if opinion.step or claim.step else "the rule's subject"
    )
    passage = _passage_of(claim, match, document)
    if passage is None:
        return f"{_WHERE[first.zone]} tells of {what}."
    beside = [_word(hit) for hit in passage.hits[1:]]
    near = f" beside {listed(beside)}" if beside else ""
    return f"{_WHERE[first.zone]} tells of {what} by {_word(passage.cue)}{near}."


def _word(hit: Hit) -> str:
    """What was found, and for which term unless it is called the same."""
    return f"“{hit.word}”" + (f" ({hit.term})" if hit.term.casefold() != hit.word.casefold() else "")


def _titled(rule: Rule, step_id: str) -> str:
    return next((plain(step.title) for step in rule.steps if step.id == step_id and step.title), step_id)


def _passage_of(claim: Claim, match: Match, document: Document) -> Passage | None:
    """The most compact passage in the sentence that the claim quotes first, of its own step if there is one."""
    first = claim.evidence[0]
    found = [
        passage
        for passage in match.passages
        if (document.sentences[passage.sentence].zone, document.sentences[passage.sentence].start)
        == (first.zone, first.start)
    ]
    return min(found, key=lambda passage: (passage.step.id != claim.step, passage.spread), default=None)


def claim_sentences(claim: Claim, names: Mapping[str, str]) -> Iterator[str]:
    """Who, where, when, how many, how firmly and on whose word."""
    ordinary = (name for name in sorted(claim.names - claim.places) if not is_day(name) and not is_mark(name))
    called = [plain(names.get(name, name)) for name in ordinary]
    who = [f"“{plain(claim.actor)}” as the one who acts"] if claim.actor else []
    who += [f"it names {listed(called)}"] if called else []
    if who:
        yield f"Who: {'; '.join(who)}."
    if by := [f"“{plain(word)}” ({term_of(mark)})" for mark, word in claim.spelt if is_mark(mark)]:
        yield f"It is told apart from others by {listed(by)}."
    if claim.places:
        yield f"Where: {listed([plain(names.get(name, name)) for name in sorted(claim.places)])}."
    yield _when(claim)
    if claim.figures:
        yield f"Figures: {listed([_figure(figure, claim) for figure in claim.figures])}."
    weak = (
        f" (“{plain(claim.weakened)}”)" if claim.weakened.strip() and claim.assertion is not Assertion.ASSERTED else ""
    )
    word = f" (“{cut(plain(claim.vouched), WIDTH)}”)" if claim.vouched else ""
    yield f"{_HOW[claim.assertion]}{weak}, on the word of {_VOUCHERS[claim.attribution]}{word}."


_VOUCHERS = {
    Attribution.UNNAMED: "an unnamed source",
    Attribution.ONE_SIDE: "one side",
    Attribution.OUTLET: "the outlet itself",
    Attribution.OFFICIAL: "an official source or of somebody concerned",
}


def _when(claim: Claim) -> str:
    days = sorted(filter(is_day, claim.names))
    ahead = f" It speaks of {listed(days)} ahead." if days else ""
    if claim.when is None:
        return f"It gives no day.{ahead}"
    span = date_words(claim.when)
    if claim.dated:
        return f"When: {span}, as the text says.{ahead}"
    return f"When: {span}, taken from the time of publication, as the text gives no day.{ahead}"


def _figure(figure: Figure, claim: Claim) -> str:
    package = " (one package)" if claim.kind is RuleKind.QUANTITY and not figure.total else ""
    return figure_words(figure) + package


def held_against(opinion: Opinion, known: int) -> str:
    if opinion.fact:
        words = cut(plain(opinion.fact.words), WIDTH)
        return f"Held against {opinion.fact.key} of {opinion.fact.recorded:%Y-%m-%d}: “{words}”"
    if known:
        return f"None of {count(known, 'known fact')} is close to it."
    return "Nothing is known yet for this rule."


def words_found(match: Match) -> Mapping[str, Sequence[str]]:
    """Which of the rule's terms stand where: each word with its place."""
    own = terms_of(match.rule)
    found: dict[str, list[str]] = {}
    for sentence in sorted(match.hits):
        for term, hits in match.hits[sentence].items():
            if term in own:
                found.setdefault(term, []).extend(f"“{hit.word}” in {_place(sentence)}" for hit in hits)
    return found


def _place(sentence: int) -> str:
    return f"sentence {sentence}" if sentence else "the title"


def listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; the same item once."""
    once = list(dict.fromkeys(items))
    return " and ".join(filter(None, (", ".join(once[:-1]), *once[-1:])))
