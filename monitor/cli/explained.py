"""An explanation in words, as a colleague would give it, and as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from monitor.cli.output import at, count
from monitor.core.alerts import Action
from monitor.core.apart import is_mark, term_of
from monitor.core.figures import figure_words
from monitor.core.judge import RANK, Note
from monitor.core.matching import Match, Passage, terms_of
from monitor.core.model import Assertion, Attribution, Claim, Figure, RuleKind, VerdictKind, Zone
from monitor.core.names import is_day
from monitor.core.opinion import Opinion
from monitor.core.policy import is_update
from monitor.core.proposal import names_as_written
from monitor.core.render import LANGUAGES, cut, plain
from monitor.core.rules import Rule
from monitor.core.silence import Miss
from monitor.core.spans import date_words
from monitor.core.terms import Hit
from monitor.core.text import Document
from monitor.explanation import Explained, Explanation

_WIDTH = 200  # characters of a sentence that are shown
_SHORT = 100  # … of one in the background
_MOST_BACKGROUND = 4
_NEAR = 2  # groups of words that a silent rule may lack to be told about at length


def as_words(told: Explanation, rule: str | None = None) -> Iterator[str]:
    """Plain text, line by line: what alerts first, the nearest misses last. With `rule` nothing is said of the
    others, and of this one every word that was found."""
    yield from _head(told)
    for note in _notes(told, rule):
        yield f"  Left out: {plain(note.words)}; it matters to {', '.join(note.rules) or 'no rule'}."
    if rule is None:
        yield from _summary(told)
    names = names_as_written(told.document)
    for explained in sorted(told.rules, key=_by_weight):
        if rule in (None, explained.judgement.rule.id):
            yield ""
            yield from _rule(explained, told.document, names, full=rule is not None)
    silent = [miss for miss in told.silent if rule in (None, miss.rule.id)]
    if silent:
        yield ""
        yield from _misses(silent, full=rule is not None)


def _by_weight(explained: Explained) -> tuple[bool, int]:
    return explained.decision.action is not Action.NOTIFY, -RANK[explained.judgement.verdict.kind]


def _head(told: Explanation) -> Iterator[str]:
    article, document = told.article, told.document
    yield plain(article.title) or "(no title)"
    language = LANGUAGES.get(document.language, "English" if document.language == "en" else document.language)
    origin = f"{plain(article.outlet)}, " if article.outlet else ""
    yield f"  {origin}published {at(article.published)} UTC, read as {language}; {_zones(document)}"
    if article.summary_only:
        yield f"  only the feed's summary: {plain(article.note)}"
    if told.copy:
        yield f"  It repeats {told.copy.document}, which came before: what is new in it was new there."


def _summary(told: Explanation) -> Iterator[str]:
    """What becomes of the article, in a line."""
    alerts = [one.judgement.rule.id for one in told.rules if one.decision.action is Action.NOTIFY]
    quiet = [one.judgement.rule.id for one in told.rules if one.decision.action is not Action.NOTIFY]
    found = [f"alerts for {_listed(alerts)}"] if alerts else []
    found += [f"touches {_listed(quiet)}, but does not alert"] if quiet else []
    yield f"  It {' and '.join(found) or 'touches no rule'}."


def _notes(told: Explanation, rule: str | None) -> list[Note]:
    return [note for note in told.notes if rule is None or rule in note.rules]


def _zones(document: Document) -> str:
    asides = sum(sentence.aside for sentence in document.sentences)
    lead, body = (
        sum(sentence.zone is zone and not sentence.aside for sentence in document.sentences)
        for zone in (Zone.LEAD, Zone.BODY)
    )
    told = f"{count(lead, 'sentence')} of lead, {body} of body"
    return told + (f", {asides} set aside (captions, headings, related links)" if asides else "")


# --- a rule with a verdict -------------------------------------------------------------------


def _rule(explained: Explained, document: Document, names: Mapping[str, str], *, full: bool) -> Iterator[str]:
    judgement, decision = explained.judgement, explained.decision
    rule, verdict = judgement.rule, judgement.verdict
    alert = decision.action is Action.NOTIFY
    kind = "UPDATE" if is_update(verdict) else verdict.kind.value.upper()
    trial = " ON TRIAL" if alert and rule.on_trial else ""
    yield f"{rule.id}: {kind}, {'ALERT' if alert else 'no alert'}{trial} ({plain(rule.title)})"
    yield f"  {plain(decision.reason)}"
    if is_update(verdict):
        yield f"  What changed: {plain(verdict.previous)} → {plain(verdict.current)}."
    if alert and not rule.on_trial:
        way = f" ({decision.route})" if decision.route else ""
        yield f"  It goes to {_listed(decision.channels) or 'no channel'}, as {decision.severity.value}{way}."
    chosen = next((o for o in judgement.opinions if (o.reason, o.kind) == (verdict.reason, verdict.kind)), None)
    rest = [opinion for opinion in judgement.opinions if opinion is not chosen]
    for opinion in [chosen, *rest] if chosen else rest:
        if opinion is chosen or full or not opinion.claim.background:
            yield from _opinion(opinion, explained, document, names, chosen=opinion is chosen)
    if not full:
        yield from _background([opinion for opinion in rest if opinion.claim.background])
    else:
        yield from _words_found(explained.match)


def _opinion(
    opinion: Opinion, explained: Explained, document: Document, names: Mapping[str, str], *, chosen: bool
) -> Iterator[str]:
    claim = opinion.claim
    yield f"  - {_told_by(opinion, explained.match, document)}"
    for evidence in claim.evidence:
        yield f"      {evidence.zone.value}: “{cut(plain(evidence.text), _WIDTH)}”"
    sentences = [*_sentences(claim, names), _held_against(opinion, explained.known)]
    if claim.background:
        why = [] if chosen else [f"That is background, {plain(claim.why)}."]  # else the verdict's reason says so
        sentences = [" ".join([*sentences, *why])]
    for sentence in sentences:
        yield f"    {sentence}"
    if not chosen:
        yield f"    So by itself it is {_KINDS[opinion.kind]}: {plain(opinion.reason)}."


_KINDS = {VerdictKind.NEW: "new", VerdictKind.FOLLOWUP: "a follow-up", VerdictKind.KNOWN: "no news"}
_WHERE = {Zone.TITLE: "The title", Zone.LEAD: "The lead", Zone.BODY: "The body"}
_HOW = {
    Assertion.ASSERTED: "It is stated as fact",
    Assertion.REPORTED: "It is told on somebody else's word",
    Assertion.CONSIDERED: "It is only considered",
    Assertion.CONDITIONAL: "It depends on a condition",
    Assertion.DENIED: "It is denied",
    Assertion.RETROSPECTIVE: "It is told as long past",
}


def _told_by(opinion: Opinion, match: Match, document: Document) -> str:
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
    near = f" beside {_listed(beside)}" if beside else ""
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


def _sentences(claim: Claim, names: Mapping[str, str]) -> Iterator[str]:
    """Who, where, when, how many, how firmly and on whose word."""
    ordinary = (name for name in sorted(claim.names - claim.places) if not is_day(name) and not is_mark(name))
    called = [plain(names.get(name, name)) for name in ordinary]
    who = [f"“{plain(claim.actor)}” as the one who acts"] if claim.actor else []
    who += [f"it names {_listed(called)}"] if called else []
    if who:
        yield f"Who: {'; '.join(who)}."
    if by := [f"“{plain(word)}” ({term_of(mark)})" for mark, word in claim.spelt if is_mark(mark)]:
        yield f"It is told apart from others by {_listed(by)}."
    if claim.places:
        yield f"Where: {_listed([plain(names.get(name, name)) for name in sorted(claim.places)])}."
    yield _when(claim)
    if claim.figures:
        yield f"Figures: {_listed([_figure(figure, claim) for figure in claim.figures])}."
    weak = (
        f" (“{plain(claim.weakened)}”)" if claim.weakened.strip() and claim.assertion is not Assertion.ASSERTED else ""
    )
    word = f" (“{cut(plain(claim.vouched), _WIDTH)}”)" if claim.vouched else ""
    yield f"{_HOW[claim.assertion]}{weak}, on the word of {_VOUCHERS[claim.attribution]}{word}."


_VOUCHERS = {
    Attribution.UNNAMED: "an unnamed source",
    Attribution.ONE_SIDE: "one side",
    Attribution.OUTLET: "the outlet itself",
    Attribution.OFFICIAL: "an official source or of somebody concerned",
}


def _when(claim: Claim) -> str:
    days = sorted(filter(is_day, claim.names))
    ahead = f" It speaks of {_listed(days)} ahead." if days else ""
    if claim.when is None:
        return f"It gives no day.{ahead}"
    span = date_words(claim.when)
    if claim.dated:
        return f"When: {span}, as the text says.{ahead}"
    return f"When: {span}, taken from the time of publication, as the text gives no day.{ahead}"


def _figure(figure: Figure, claim: Claim) -> str:
    package = " (one package)" if claim.kind is RuleKind.QUANTITY and not figure.total else ""
    return figure_words(figure) + package


def _held_against(opinion: Opinion, known: int) -> str:
    if opinion.fact:
        words = cut(plain(opinion.fact.words), _WIDTH)
        return f"Held against {opinion.fact.key} of {opinion.fact.recorded:%Y-%m-%d}: “{words}”"
    if known:
        return f"None of {count(known, 'known fact')} is close to it."
    return "Nothing is known yet for this rule."


def _background(opinions: Sequence[Opinion]) -> Iterator[str]:
    for opinion in opinions[:_MOST_BACKGROUND]:
        claim = opinion.claim
        step = f"“{opinion.step or claim.step}” " if opinion.step or claim.step else ""
        quoted = cut(plain(claim.evidence[0].text), _SHORT)
        yield f"  - Besides, {step}in the {claim.evidence[0].zone.value} ({plain(claim.why)}): “{quoted}”"
    if len(opinions) > _MOST_BACKGROUND:
        yield f"  - … and {len(opinions) - _MOST_BACKGROUND} more in the background (--rule shows all)."


def _words_found(match: Match) -> Iterator[str]:
    """Which of the rule's terms stand where, by zone."""
    own = terms_of(match.rule)
    found: dict[str, list[str]] = {}
    for sentence in sorted(match.hits):
        for term, hits in match.hits[sentence].items():
            if term in own:
                found.setdefault(term, []).extend(f"“{hit.word}” in {_place(sentence)}" for hit in hits)
    yield "  Words found:"
    for term, places in found.items():
        more = f" and {len(places) - 4} more" if len(places) > 4 else ""
        yield f"    {term}: {', '.join(places[:4])}{more}"


def _place(sentence: int) -> str:
    return f"sentence {sentence}" if sentence else "the title"


def _listed(items: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; the same item once."""
    once = list(dict.fromkeys(items))
    return " and ".join(filter(None, (", ".join(once[:-1]), *once[-1:])))


# --- silent rules ----------------------------------------------------------------------------


def _misses(silent: Sequence[Miss], *, full: bool) -> Iterator[str]:
    """The rules that came near with what they lacked, and the others by name."""
    near = [miss for miss in silent if full or (miss.found and miss.lacking < _NEAR)]
    if near:
        yield "Nearest miss:" if len(near) == 1 else "Nearest misses:"
    for miss in near:
        found = f"it has words of {_listed(miss.found)}, but " if miss.found else ""
        yield f"  {miss.rule.id}: {found}{plain(miss.missed)}."
    if far := [miss.rule.id for miss in silent if miss not in near]:
        yield f"Not touched: {', '.join(far)}."


# --- data ------------------------------------------------------------------------------------


def as_data(told: Explanation, rule: str | None = None) -> dict[str, Any]:
    """The same for programs."""
    return {
        "article": told.article,
        "language": told.document.language,
        "zones": [
            {"sentence": sentence.index, "zone": sentence.zone, "aside": sentence.aside, "text": sentence.text}
            for sentence in told.document.sentences
        ],
        "copy": told.copy.document if told.copy else None,
        "left_out": [{"words": note.words, "rules": note.rules} for note in _notes(told, rule)],
        "rules": [_rule_data(explained) for explained in told.rules if rule in (None, explained.judgement.rule.id)],
        "silent": [
            {"rule": miss.rule.id, "missed": miss.missed, "lacking": miss.lacking, "found": miss.found}
            for miss in told.silent
            if rule in (None, miss.rule.id)
        ],
    }


def _rule_data(explained: Explained) -> dict[str, Any]:
    decision = explained.decision
    return {
        "rule": explained.judgement.rule.id,
        "kind": explained.judgement.rule.kind,
        "verdict": explained.judgement.verdict,
        "decision": {
            "action": decision.action,
            "reason": decision.reason,
            "channels": decision.channels,
            "stage": explained.judgement.rule.stage,
            "route": decision.route,
        },
        "passages": [_passage_data(passage) for passage in explained.match.passages],
        "claims": [_opinion_data(opinion) for opinion in explained.judgement.opinions],
        "facts_known": explained.known,
    }


def _passage_data(passage: Passage) -> dict[str, Any]:
    return {"step": passage.step.id, "sentence": passage.sentence, "hits": _hits(passage)}


def _hits(passage: Passage) -> Sequence[dict[str, Any]]:
    return [
        {"term": hit.term, "word": hit.word, "sentence": hit.sentence, "start": hit.start, "end": hit.end}
        for hit in passage.hits
    ]


def _opinion_data(opinion: Opinion) -> dict[str, Any]:
    return {
        "claim": opinion.claim,
        "verdict": opinion.kind,
        "reason": opinion.reason,
        "fact": opinion.fact,
        "event": opinion.event,
    }
