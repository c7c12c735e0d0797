"""Patterns: words of a term that are written as regular expressions, between slashes.

    /No\\. \\d{3}/     capitals do not matter; (?-i:…) makes them matter

A pattern is held against each sentence by itself, as it is written, and its hit is the words it
touches. It runs on an article only if the letters that every match must have (if such can be told
from the pattern) occur there at all. It has a time limit: where a sentence takes it longer, the
pattern counts as not found in the article, which is judged by all other words and says so.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex

from monitor.core import language
from monitor.core.rules import Term, is_pattern
from monitor.core.terms import ANY, Hit
from monitor.core.text import SENTENCE_LIMIT, Document, Sentence

# Seconds of work, not of waiting, for one sentence of at most SENTENCE_LIMIT characters, and for each of the hostile
# texts on which a pattern is tried before it is used. A pattern that looks at a sentence once for each of its letters
# takes 0.05 at worst: only a pathological one can make a verdict depend on the speed of the machine.
TIME_LIMIT = 0.25
MAX_LENGTH = 300
MAX_REPEATS = 10_000  # the product of all {n}: nested, they are unrolled and fill the memory

_REPEAT = regex.compile(r"\{(?:\d*,)?(\d+)\}")
_ALPHABETS = "aя0ıəաა"
_EVERYDAY = ("qz", "йж", "47")  # whatever finds all of these finds everything

# How `literal` takes a pattern apart.
_APART = 0xF0000
_VARIOUS = "\0"  # stands for a part that matches various things, or nothing
_UNSURE = regex.compile(r"\(\?(?!P)[A-Za-z^-]|\(\?#|\\[^\W_dDwWsSbBAZpP]|[\0\U000F0000-\U0010FFFF]")
_ESCAPE = regex.compile(r"\\(.)", regex.S)
_SET = regex.compile(r"\[\^?[^]\[]+\]")
_GROUP = regex.compile(r"\([^()]*\)")
_OPTIONAL = regex.compile(r".(?:[?*]|\{[^}]*\})[?+]?", regex.S)
_LEFT_OVER = regex.compile(r"[][(){}|]")
_BETWEEN = regex.compile(r"[\0.^$+]+")


class BadPattern(ValueError):
    """A pattern that cannot be used; `hint` says what to do."""

    def __init__(self, message: str, hint: str = ""):
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Overdue:
    """A pattern that took too long and was left out. `words` says so in one sentence."""

    term: str
    pattern: str
    sentence: int
    place: str  # file:line of the term, where it is known

    @property
    def words(self) -> str:
        where = f" ({self.place})" if self.place else ""
        at = f"sentence {self.sentence}" if self.sentence else "the title"
        return f"the pattern {self.pattern} of {self.term}{where} took too long in {at} and counts as not found"


@dataclass(frozen=True, slots=True)
class _Pattern:
    term: Term
    word: str
    expression: Any
    literal: str


class Patterns:
    """The patterns of all terms, ready to scan documents."""

    def __init__(self, terms: Mapping[str, Term]):
        self._by_language: dict[str, list[_Pattern]] = {}
        for term in terms.values():
            for lang, words in term.words.items():
                found = [_Pattern(term, word, compiled(word), literal(word)) for word in words if is_pattern(word)]
                if found:
                    self._by_language.setdefault(lang, []).extend(found)

    def scan(self, document: Document) -> tuple[list[Hit], tuple[Overdue, ...]]:
        """Every hit in a sentence that is no aside, and the patterns that took too long."""
        if not self._by_language:
            return [], ()
        lang = document.language if document.language in language.LANGUAGES else "en"
        patterns = [*self._by_language.get(lang, ()), *self._by_language.get(ANY, ())]
        if not patterns:
            return [], ()
        folded = _folded(f"{document.title}\n{document.text}")
        hits: list[Hit] = []
        overdue: list[Overdue] = []
        for pattern in patterns:
            if pattern.literal in folded:
                found, late = _search(pattern, document)
                hits += found
                overdue += late
        return hits, tuple(overdue)


def _search(pattern: _Pattern, document: Document) -> tuple[list[Hit], list[Overdue]]:
    hits: list[Hit] = []
    for sentence in document.sentences:
        if sentence.aside:
            continue
        try:
            hits += _hits(pattern, sentence)
        except TimeoutError:
            term = pattern.term
            place = f"{term.watchlist}:{term.line}" if term.watchlist else ""
            return [], [Overdue(term.name, pattern.word, sentence.index, place)]
    return hits, []


def _hits(pattern: _Pattern, sentence: Sentence) -> Iterator[Hit]:
    """The words that each match touches, once. Raises TimeoutError."""
    spans = [m.span() for m in pattern.expression.finditer(sentence.text, timeout=TIME_LIMIT)]
    if not spans:
        return
    tokens = sentence.tokens
    starts = [token.start - sentence.start for token in tokens]
    ends = [token.end - sentence.start for token in tokens]
    touched = ((bisect_right(ends, start), bisect_left(starts, end) - 1) for start, end in spans if start < end)
    for first, last in dict.fromkeys(touched):
        if first <= last:
            yield Hit(pattern.term.name, pattern.word, sentence.index, first, last, sentence)


@lru_cache(maxsize=10_000)
def compiled(word: str) -> Any:
    """The regular expression of a word for which `is_pattern` holds. Raises BadPattern."""
    source = word[1:-1]
    if len(source) > MAX_LENGTH:
        raise BadPattern(f"a pattern of {len(source)} characters", f"{MAX_LENGTH} are the most; split it in two")
    repeats = 1
    for number in _REPEAT.findall(source):
        repeats *= max(int(number[:6]), 1)
    if repeats > MAX_REPEATS:
        hint = f"the numbers in {{}} may give {MAX_REPEATS} at most when multiplied"
        raise BadPattern("a pattern with too many repeats", hint)
    try:
        return regex.compile(source, regex.IGNORECASE)
    except regex.error as error:
        raise BadPattern(f"no regular expression: {error.msg} at character {(error.pos or 0) + 1} of it") from None
    except (RecursionError, OverflowError, ValueError) as error:
        raise BadPattern(f"no regular expression: {error}") from None


def check(word: str) -> None:
    """Can a pattern be used, does it tell anything, and in time? Raises BadPattern."""
    expression, add = compiled(word), "add what must be there"
    try:
        for text in ("", *_EVERYDAY, *_hostile(word[1:-1])):
            found = expression.search(text, timeout=TIME_LIMIT)
            if found and found.start() == found.end():
                raise BadPattern("the pattern also matches nothing at all", f"{add}; + asks for one more than *")
        if all(expression.search(text, timeout=TIME_LIMIT) for text in _EVERYDAY):
            raise BadPattern("the pattern matches every word", add)
    except TimeoutError:
        hint = "let no repeat stand within another, and bound what may be between: [^.]{0,40}"
        raise BadPattern("the pattern takes too long on some texts", hint) from None


def _hostile(source: str) -> Iterable[str]:
    """Long texts that nearly match: the letters, runs of letters and marks of the pattern over and over, then an end
    that fits nothing."""
    runs = regex.findall(r"[\p{L}\p{N}]+", source)
    single = [character for character in source if not character.isspace()]
    units = dict.fromkeys([*_ALPHABETS, *single[:40], *runs[:20], "a ", "0 ", "a, ", " ", source])
    return (f"{unit * (SENTENCE_LIMIT // len(unit))}\u2603" for unit in units)


# --- what every match must have ----------------------------------------------------------------


def _folded(text: str) -> str:
    """Text without the difference of capitals, made character by character: a part of it stays a part."""
    return text.casefold().replace("ı", "i").replace("\u0307", "")


@lru_cache(maxsize=10_000)
def literal(word: str) -> str:
    """The longest run of characters, folded, that stands in every match of a pattern; empty where none is sure."""
    source = word[1:-1]
    if _UNSURE.search(source):
        return ""
    # Escaped marks stand for themselves: they are put out of the way of those that mean something.
    rest = _ESCAPE.sub(lambda found: _VARIOUS if found[1].isalnum() else chr(_APART + ord(found[1])), source)
    rest = _SET.sub(_VARIOUS, rest)
    while (less := _GROUP.sub(_VARIOUS, rest)) != rest:
        rest = less
    rest = _OPTIONAL.sub(_VARIOUS, rest)
    if _LEFT_OVER.search(rest):
        return ""
    return max((_folded("".join(map(_put_back, run))) for run in _BETWEEN.split(rest)), key=len)


def _put_back(character: str) -> str:
    return chr(ord(character) - _APART) if ord(character) >= _APART else character
