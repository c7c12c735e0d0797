"""An explanation in words, as a colleague would give it, and as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from monitor.cli.output import at
from monitor.core.alerts import Action
from monitor.core.judge import Note
from monitor.core.matching import Passage
from monitor.core.opinion import Opinion
from monitor.core.policy import is_update
from monitor.core.proposal import names_as_written
from monitor.core.render import LANGUAGES, cut, plain
from monitor.core.silence import Miss
from monitor.core.text import Document
from monitor.explanation import Explained, Explanation
from monitor.explanation.words import (
    KINDS,
    WIDTH,
    by_weight,
    claim_sentences,
    goes_to,
    held_against,
    is_near,
    listed,
    opinions,
    summary,
    told_by,
    verdict_word,
    words_found,
    zones,
)

_SHORT = 100  # characters of a sentence in the background that are shown
_MOST_BACKGROUND = 4


def as_words(told: Explanation, rule: str | None = None) -> Iterator[str]:
    """Plain text, line by line: what alerts first, the nearest misses last. With `rule` nothing is said of the
    others, and of this one every word that was found."""
    yield from _head(told)
    for note in _notes(told, rule):
        yield f"  Left out: {plain(note.words)}; it matters to {', '.join(note.rules) or 'no rule'}."
    if rule is None:
        yield f"  {summary(told)}"
    names = names_as_written(told.document)
    for explained in sorted(told.rules, key=by_weight):
        if rule in (None, explained.judgement.rule.id):
            yield ""
            yield from _rule(explained, told.document, names, full=rule is not None)
    silent = [miss for miss in told.silent if rule in (None, miss.rule.id)]
    if silent:
        yield ""
        yield from _misses(silent, full=rule is not None)


def _head(told: Explanation) -> Iterator[str]:
    article, document = told.article, told.document
    yield plain(article.title) or "(no title)"
    language = LANGUAGES.get(document.language, "English" if document.language == "en" else document.language)
    origin = f"{plain(article.outlet)}, " if article.outlet else ""
    yield f"  {origin}published {at(article.published)} UTC, read as {language}; {zones(document)}"
    if article.summary_only:
        yield f"  only the feed's summary: {plain(article.note)}"
    if told.copy:
        yield f"  It repeats {told.copy.document}, which came before: what is new in it was new there."


def _notes(told: Explanation, rule: str | None) -> list[Note]:
    return [note for note in told.notes if rule is None or rule in note.rules]


# --- a rule with a verdict -------------------------------------------------------------------


def _rule(explained: Explained, document: Document, names: Mapping[str, str], *, full: bool) -> Iterator[str]:
    judgement, decision = explained.judgement, explained.decision
    rule, verdict = judgement.rule, judgement.verdict
    alert = decision.action is Action.NOTIFY
    trial = " ON TRIAL" if alert and rule.on_trial else ""
    yield f"{rule.id}: {verdict_word(verdict).upper()}, {'ALERT' if alert else 'no alert'}{trial} ({plain(rule.title)})"
    yield f"  {plain(decision.reason)}"
    if is_update(verdict):
        yield f"  What changed: {plain(verdict.previous)} → {plain(verdict.current)}."
    if alert and not rule.on_trial:
        yield f"  {goes_to(decision)}"
    chosen, rest = opinions(judgement)
    for opinion in [chosen, *rest] if chosen else rest:
        if opinion is chosen or full or not opinion.claim.background:
            yield from _opinion(opinion, explained, document, names, chosen=opinion is chosen)
    if not full:
        yield from _background([opinion for opinion in rest if opinion.claim.background])
    else:
        yield "  Words found:"
        for term, places in words_found(explained.match).items():
            more = f" and {len(places) - 4} more" if len(places) > 4 else ""
            yield f"    {term}: {', '.join(places[:4])}{more}"


def _opinion(
    opinion: Opinion, explained: Explained, document: Document, names: Mapping[str, str], *, chosen: bool
) -> Iterator[str]:
    claim = opinion.claim
    yield f"  - {told_by(opinion, explained.match, document)}"
    for evidence in claim.evidence:
        yield f"      {evidence.zone.value}: “{cut(plain(evidence.text), WIDTH)}”"
    sentences = [*claim_sentences(claim, names), held_against(opinion, explained.known)]
    if claim.background:
        why = [] if chosen else [f"That is background, {plain(claim.why)}."]  # else the verdict's reason says so
        sentences = [" ".join([*sentences, *why])]
    for sentence in sentences:
        yield f"    {sentence}"
    if not chosen:
        yield f"    So by itself it is {KINDS[opinion.kind]}: {plain(opinion.reason)}."


def _background(others: Sequence[Opinion]) -> Iterator[str]:
    for opinion in others[:_MOST_BACKGROUND]:
        claim = opinion.claim
        step = f"“{opinion.step or claim.step}” " if opinion.step or claim.step else ""
        quoted = cut(plain(claim.evidence[0].text), _SHORT)
        yield f"  - Besides, {step}in the {claim.evidence[0].zone.value} ({plain(claim.why)}): “{quoted}”"
    if len(others) > _MOST_BACKGROUND:
        yield f"  - … and {len(others) - _MOST_BACKGROUND} more in the background (--rule shows all)."


# --- silent rules ----------------------------------------------------------------------------


def _misses(silent: Sequence[Miss], *, full: bool) -> Iterator[str]:
    """The rules that came near with what they lacked, and the others by name."""
    near = [miss for miss in silent if full or is_near(miss)]
    if near:
        yield "Nearest miss:" if len(near) == 1 else "Nearest misses:"
    for miss in near:
        found = f"it has words of {listed(miss.found)}, but " if miss.found else ""
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
