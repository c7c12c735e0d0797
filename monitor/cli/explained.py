"""An explanation in words, as a colleague would give it, and as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from monitor.cli.output import at, count
from monitor.core.matching import Match, Passage
from monitor.core.model import Action, Claim, DateSpan, Figure, Zone
from monitor.core.names import is_day
from monitor.core.novelty import Opinion
from monitor.core.proposal import names_as_written
from monitor.core.render import ASSERTIONS, ATTRIBUTIONS, LANGUAGES, cut, plain
from monitor.core.silence import Miss
from monitor.core.text import Document
from monitor.explanation import Explained, Explanation

_WIDTH = 200  # characters of a sentence that are shown
_NEAR = 2  # groups of words that a silent rule may lack to be told about at length


def as_words(told: Explanation, rule: str | None = None) -> Iterator[str]:
    """Plain text, line by line. With `rule` nothing is said of the others."""
    yield from _head(told)
    names = names_as_written(told.document)
    for explained in told.rules:
        if rule in (None, explained.judgement.rule.id):
            yield ""
            yield from _rule(explained, names)
    silent = [miss for miss in told.silent if rule in (None, miss.rule.id)]
    if silent:
        yield ""
        yield "No verdict, nearest first:" if rule is None else "No verdict:"
        for miss in silent:
            yield from _miss(miss, full=rule is not None)


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


def _zones(document: Document) -> str:
    asides = sum(sentence.aside for sentence in document.sentences)
    lead, body = (
        sum(sentence.zone is zone and not sentence.aside for sentence in document.sentences)
        for zone in (Zone.LEAD, Zone.BODY)
    )
    told = f"{count(lead, 'sentence')} of lead, {body} of body"
    return told + (f", {asides} set aside (captions, headings, related links)" if asides else "")


# --- a rule with a verdict -------------------------------------------------------------------


def _rule(explained: Explained, names: Mapping[str, str]) -> Iterator[str]:
    judgement, decision = explained.judgement, explained.decision
    rule, verdict = judgement.rule, judgement.verdict
    what = "ALERT" if decision.action is Action.NOTIFY else "no alert"
    yield f"{rule.id} ({rule.kind.value}: {rule.title}): {verdict.kind.value.upper()}, {what}"
    yield f"  why       {plain(decision.reason)}"
    if decision.action is Action.NOTIFY:
        yield f"  goes to   {', '.join(decision.channels) or 'no channel'} as {decision.severity.value}"
    yield from _words_found(explained.match)
    for passage in explained.match.passages:
        yield from _passage(passage)
    for number, opinion in enumerate(judgement.opinions, start=1):
        yield from _opinion(number, opinion, explained, names)


def _words_found(match: Match) -> Iterator[str]:
    """Which of the rule's terms stand where, by zone."""
    own = _terms_of(match)
    found: dict[str, list[str]] = {}
    for sentence in sorted(match.hits):
        for term, hits in match.hits[sentence].items():
            if term in own:
                found.setdefault(term, []).extend(f"“{hit.word}” in {_place(sentence)}" for hit in hits)
    for term, places in found.items():
        more = f" and {len(places) - 4} more" if len(places) > 4 else ""
        yield f"  term      {term}: {', '.join(places[:4])}{more}"


def _place(sentence: int) -> str:
    return f"sentence {sentence}" if sentence else "the title"


def _terms_of(match: Match) -> set[str]:
    rule = match.rule
    groups = [*rule.match.all, rule.match.none, *(step.cues for step in rule.steps)]
    groups += [group for step in rule.steps for group in (*step.needs, step.unless)]
    return {term for group in groups for term in group}


def _passage(passage: Passage) -> Iterator[str]:
    step = f"step {passage.step.id}" if passage.step.id else "match"
    others = ", ".join(f"“{hit.word}” ({hit.term})" for hit in passage.hits[1:]) or "nothing else"
    yield f"  passage   {_place(passage.sentence)}: {step}, told by “{passage.cue.word}” with {others}"


def _opinion(number: int, opinion: Opinion, explained: Explained, names: Mapping[str, str]) -> Iterator[str]:
    claim, known, verdict = opinion.claim, explained.known, explained.judgement.verdict
    step = f"“{opinion.step or claim.step}”, " if opinion.step or claim.step else ""
    yield f"  claim {number}   {step}{_when(claim)}, {ASSERTIONS[claim.assertion]}, {ATTRIBUTIONS[claim.attribution]}"
    for evidence in claim.evidence:
        yield f"            {evidence.zone.value}: “{cut(plain(evidence.text), _WIDTH)}”"
    if called := sorted(plain(names.get(name, name)) for name in claim.names if not is_day(name)):
        yield f"            names: {', '.join(called)}"
    if days := sorted(filter(is_day, claim.names)):
        yield f"            days ahead: {', '.join(days)}"
    if claim.figures:
        yield f"            figures: {', '.join(_figure(figure) for figure in claim.figures)}"
    if claim.background:
        yield f"            as background: {claim.why}"
    if opinion.fact:
        words = cut(plain(opinion.fact.words), _WIDTH)
        yield f"            held against {opinion.fact.key} ({opinion.fact.recorded:%Y-%m-%d}): “{words}”"
    elif known:
        yield f"            none of {count(known, 'known fact')} is close to it"
    else:
        yield "            nothing is known that has a say on it"
    mark = "→" if (opinion.reason, opinion.kind) == (verdict.reason, verdict.kind) else "-"
    yield f"          {mark} {opinion.kind.value}: {plain(opinion.reason)}"


def _when(claim: Claim) -> str:
    if claim.when is None:
        return "no date"
    return _span(claim.when) + ("" if claim.dated else " (undated, taken from publication)")


def _span(span: DateSpan) -> str:
    return span.first.isoformat() + (f" to {span.last.isoformat()}" if span.last != span.first else "")


def _figure(figure: Figure) -> str:
    return f"{figure.value:,.15g} {figure.unit}" + (" in total" if figure.total else "")


# --- silent rules ----------------------------------------------------------------------------


def _miss(miss: Miss, *, full: bool) -> Iterator[str]:
    if full or miss.lacking < _NEAR:
        yield f"  {miss.rule.id}: {plain(miss.missed)}"
        if miss.found:
            yield f"    there are words of: {', '.join(miss.found)}"
    else:
        yield f"  {miss.rule.id}: {cut(plain(miss.missed), 100)}"


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
        "decision": {"action": decision.action, "reason": decision.reason, "channels": decision.channels},
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
