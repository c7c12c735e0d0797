"""Which cue rules the words at a place: clauses, scopes, precedence."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import regex

from monitor.core.modality.grammar import Cue, Grammar, Scope
from monitor.core.modality.languages import grammar
from monitor.core.model import Assertion

_WORD = re.compile(r"[\w'-]+")
_END = re.compile(r"[.!?…՞։](?=\W*(?:\s|$))")
# "Two carriers to bring ships back": before a headline's infinitive stand names and small words only, no verb.
_HEADLINE = regex.compile(r"(?:(?:\p{Lu}|\d)[\w'’.&-]*,? |(?:of|the|and|in|for|at|on|&|de|–|-) ){1,7}to (?=[a-z]{2,})")
# Where several cues rule one place: "denied that it may" is denied, "if it may" conditional.
_STRENGTH = (
    Assertion.DENIED,
    Assertion.CONDITIONAL,
    Assertion.CONSIDERED,
    Assertion.REPORTED,
    Assertion.RETROSPECTIVE,
    Assertion.ASSERTED,
)
_LONGEST = 2_000  # characters of a sentence that are looked at


@dataclass(frozen=True, slots=True)
class AssertionCue:
    """How firmly it is said, and the words that tell. `start == end` where nothing tells.

    `future` marks what is told as still to come ("will", "is to"); it is dependable in English
    only, where every verb shows it.
    """

    kind: Assertion
    start: int
    end: int
    text: str
    future: bool = False


@dataclass(frozen=True, slots=True)
class Ruling:
    """A cue found in a sentence with the stretch it rules."""

    cue: Cue
    start: int
    end: int
    first: int
    last: int

    def covers(self, position: int) -> bool:
        if self.cue.scope in (Scope.INTO, Scope.LEFT) and self.start <= position < self.end:
            return False
        return self.first <= position < self.last


@dataclass(frozen=True, slots=True)
class _Barriers:
    """Where clauses end, as (start, end) in order, and which of them an embedding verb crosses."""

    spans: tuple[tuple[int, int], ...]
    complements: frozenset[int]
    length: int

    def right(self, position: int, crossing: bool) -> int:
        for number, (start, _) in enumerate(self.spans):
            if start < position:
                continue
            if crossing and number in self.complements:
                crossing = False
                continue
            return start
        return self.length

    def left(self, position: int) -> int:
        return max((end for _, end in self.spans if end <= position), default=0)


def _barriers(text: str, rules: Grammar) -> _Barriers:
    spans: list[tuple[int, int]] = []
    complements: set[int] = set()
    for found in rules.barrier_pattern.finditer(text):
        if rules.complement_pattern.fullmatch(found.group().strip()):
            complements.add(len(spans))
        spans.append(found.span())
    return _Barriers(tuple(spans), frozenset(complements), len(text))


def _reach_right(text: str, start: int, limit: int, words: int) -> int:
    for number, word in enumerate(_WORD.finditer(text, start, limit), start=1):
        if number == words:
            return word.end()
    return limit


def _reach_left(text: str, limit: int, end: int, words: int) -> int:
    starts = [word.start() for word in _WORD.finditer(text, limit, end)]
    return starts[-words] if len(starts) > words else limit


def _stretch(cue: Cue, start: int, end: int, text: str, barriers: _Barriers, verb_last: bool) -> tuple[int, int]:
    """The stretch that a cue at [start, end) rules."""
    if cue.scope is Scope.SENTENCE:
        return 0, len(text)
    # A barrier may lie inside the cue itself ("if", "in case, that"): look from its edges.
    leftwards = cue.scope in (Scope.BEFORE, Scope.LEFT, Scope.CLAUSE) or (verb_last and cue.scope is Scope.IF)
    first = barriers.left(start) if leftwards else start
    last = end if cue.scope in (Scope.BEFORE, Scope.LEFT) else barriers.right(end, cue.scope is Scope.INTO)
    if cue.back and first < start:
        first = _reach_left(text, first, start, cue.back)
    if cue.reach and last > end:
        last = _reach_right(text, end, last, cue.reach)
    return first, last


@lru_cache(maxsize=1024)
def rulings(sentence: str, lang: str) -> tuple[Ruling, ...]:
    """Every cue of the sentence that counts, in order."""
    rules = grammar(lang)
    text = rules.fold(sentence[:_LONGEST])
    barriers = _barriers(text, rules)
    found: list[Ruling] = []
    for match in rules.cue_pattern.finditer(text):
        cue = rules.cues[int((match.lastgroup or "c0")[1:])]
        if cue.kind is None or (cue.guard and re.search(cue.guard, text[: match.start()])):
            continue
        found.append(
            Ruling(
                cue,
                match.start(),
                match.end(),
                *_stretch(cue, match.start(), match.end(), text, barriers, rules.verb_last),
            )
        )
    return tuple(found)


def _word_at(text: str, position: int) -> tuple[int, int]:
    for word in _WORD.finditer(text):
        if word.start() <= position < word.end():
            return word.span()
    return position, position


def _is_name(sentence: str, position: int) -> bool:
    """A capitalised word after one that is not: "exports to Europe", but not "To Lift"."""
    start, end = _word_at(sentence, position)
    before = sentence[:start].split()
    return sentence[start:end][:1].isupper() and bool(before) and before[-1].islower()


def _infinitive(text: str, position: int, rules: Grammar) -> AssertionCue | None:
    """What an infinitive at `position` is told as, or None where there is none."""
    start, end = _word_at(text, position)
    if rules.infinitive is None or re.search(rules.infinitive.never, text[start:end]):
        return None
    before = text[:start]
    if not before.strip(" \"'«“") and re.search(rules.infinitive.imperative, text):
        return AssertionCue(Assertion.CONSIDERED, start, end, text[start:end], future=True)
    marker = re.search(rules.infinitive.marker, before)
    if marker is None or re.search(rules.infinitive.happened, before):
        return None
    kind = Assertion.DENIED if re.search(rules.infinitive.denied, before) else Assertion.ASSERTED
    end = marker.start() + len(marker.group().rstrip())
    return AssertionCue(kind, marker.start(), end, "", future=True)


def _takes_condition(text: str, position: int, rules: Grammar) -> bool:
    """A condition holds for the main clause too, unless that tells of something past."""
    start, end = _word_at(text, position)
    if re.search(r"\b(?:be|будет|будут|буде) $", text[:start]):
        return True
    return not rules.past_pattern.search(text[start:end])


@lru_cache(maxsize=256)  # each hit is asked twice: how firm, and whether to come
def assertion_at(sentence: str, lang: str, position: int, end: int | None = None) -> AssertionCue:
    """How firmly the sentence says what stands at `position` (code points from its start).

    Only cues that rule the clause of `position` count, so that a denial elsewhere in the
    sentence does no harm. Up to `end`, where it is given, the words weaken themselves by tense and mood only.
    `lang` is an ISO 639-1 code; an unknown one is read as English.
    """
    rules = grammar(lang)
    text = rules.fold(sentence[:_LONGEST])
    found = rulings(sentence, lang)
    conditional = any(r.cue.scope is Scope.IF for r in found) and _takes_condition(text, position, rules)
    ruling_here = [
        r
        for r in found
        if (r.covers(position) or (conditional and r.cue.scope is Scope.IF)) and not _is_own(r, position, end)
    ]
    candidates = [
        AssertionCue(r.cue.kind or Assertion.ASSERTED, r.start, r.end, sentence[r.start : r.end], r.cue.future)
        for r in ruling_here
    ]
    infinitive = _infinitive(text, position, rules)
    if infinitive is not None and not _is_name(sentence, position):
        candidates.append(replace(infinitive, text=sentence[infinitive.start : infinitive.end]))
    mark = _END.search(text, position)
    if mark and mark.group() in "?՞" and not re.search(rules.presupposing, text):
        candidates.append(AssertionCue(Assertion.CONSIDERED, mark.start(), mark.end(), "?"))
    headline = _HEADLINE.match(sentence) if rules.infinitive else None
    if headline and headline.end() <= position:
        candidates.append(AssertionCue(Assertion.ASSERTED, headline.end() - 3, headline.end() - 1, "to", future=True))
    return _strongest(candidates, position)


def _is_own(ruling: Ruling, position: int, end: int | None) -> bool:
    """Is the cue one of the words that are asked about? A tense and a mood still count."""
    overlaps = end is not None and ruling.start < end and position < ruling.end
    inflected = ruling.cue.kind is Assertion.RETROSPECTIVE or ruling.cue.future or ruling.cue.mood
    return overlaps and not inflected


def _strongest(candidates: list[AssertionCue], position: int) -> AssertionCue:
    if not candidates:
        return AssertionCue(Assertion.ASSERTED, position, position, "")
    best = min(candidates, key=lambda cue: (_STRENGTH.index(cue.kind), abs(cue.start - position)))
    future = best.future or any(cue.future for cue in candidates)
    return AssertionCue(best.kind, best.start, best.end, best.text, future)


def assertion(sentence: str, lang: str) -> AssertionCue:
    """How firmly the main clause of the sentence is said: the place of its verb is guessed.

    Where the place of the event's word is known, `assertion_at` is the better question.
    """
    rules = grammar(lang)
    text = rules.fold(sentence[:_LONGEST])
    words = [word.start() for word in _WORD.finditer(text)]
    if not words:
        return AssertionCue(Assertion.ASSERTED, 0, 0, "")
    if rules.verb_last:
        return assertion_at(sentence, lang, words[-1])
    # The main clause is the first with four words or more; shorter ones are openings ("Earlier, ").
    edges = [0, *(end for _, end in _barriers(text, rules).spans), len(text)]
    spans = [[w for w in words if a <= w < b] for a, b in pairwise(edges)]
    clause = next((span for span in spans if len(span) >= 4), words)
    cues = [assertion_at(sentence, lang, place) for place in clause]
    return min(cues, key=lambda cue: _STRENGTH.index(cue.kind))
