"""Terms compiled for scanning: one index per language for the words of all rules.

A token costs one cached dictionary look-up, however many terms there are; only a token that
begins a word or phrase of some term costs more. (The idea of Aho and Corasick, 1975, over
tokens instead of letters: no word boundary has to be checked and inflection is already gone.)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import regex

from monitor.core import language
from monitor.core.rules import Term, is_pattern
from monitor.core.text import Document, Sentence, normal_forms, tokenise

ANY = "any"
TOKEN_CACHE = 100_000  # distinct tokens remembered per language; emptied when full
_GAP = regex.compile(r"~(\d{1,2})")
_APOSTROPHE = regex.compile("['’ʼ`ʻ]")  # those that a token may hold


@dataclass(frozen=True, slots=True)
class Element:
    """One word of a pattern. `gap` is how many words may stand between it and the one before."""

    keys: frozenset[str] = frozenset()
    form: str = ""
    prefix: str = ""
    literal: str = ""  # the word must be written just so
    gap: int = 0

    def accepts(self, word: str, lang: str) -> bool:
        folded, keys = normal_forms(word, lang)
        if self.literal:
            return self.literal in (word, _head(word))
        if self.form:
            return self.form in (folded, _head(folded))
        if self.prefix:
            return folded.startswith(self.prefix)
        return not self.keys.isdisjoint(keys)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A word or phrase of a term."""

    term: str
    word: str
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found. `first` and `last` are token numbers in the sentence; `start`, `end` offsets as in Token."""

    term: str
    word: str
    sentence: int
    first: int
    last: int
    start: int
    end: int


def parse_word(term: str, word: str, lang: str) -> Pattern:
    """A word as analysts write it (see `core.rules`) as a pattern for one language; without elements for what is
    `core.patterns`' to find."""
    if is_pattern(word):
        return Pattern(term, word, ())
    elements: list[Element] = []
    gap = 0
    for part in word.split():
        if match := _GAP.fullmatch(part):
            gap = int(match[1])
            continue
        elements.extend(_elements(part, lang, gap))
        gap = 0
    return Pattern(term, word, tuple(elements))


def _elements(part: str, lang: str, gap: int) -> Iterable[Element]:
    """One blank-free part of a word: several elements where it has hyphens."""
    literal, exact, prefix = part.startswith("=="), part.startswith("="), part.endswith("*")
    pieces = tokenise(part.strip("=*"))
    for number, piece in enumerate(pieces):
        folded, keys = normal_forms(piece.text, lang)
        here = gap if number == 0 else 0
        if prefix and number == len(pieces) - 1:
            yield Element(prefix=folded, gap=here)
        elif exact:
            yield Element(form=folded, literal=piece.text if literal else "", gap=here)
        else:
            yield Element(keys=keys, gap=here)


def _head(word: str) -> str:
    """What stands before the apostrophe that sets an ending apart (AB'nin, EU’s); the whole word without one."""
    return str(_APOSTROPHE.split(word, maxsplit=1)[0])


class _Index:
    """All patterns of one language, found by their first word."""

    def __init__(self, patterns: Iterable[Pattern]):
        self.by_key: dict[str, list[Pattern]] = {}
        self.by_form: dict[str, list[Pattern]] = {}
        self.by_prefix: dict[str, list[Pattern]] = {}
        for pattern in patterns:
            first = pattern.elements[0]
            if first.form:
                self.by_form.setdefault(first.form, []).append(pattern)
            elif first.prefix:
                self.by_prefix.setdefault(first.prefix, []).append(pattern)
            else:
                for key in first.keys:
                    self.by_key.setdefault(key, []).append(pattern)
        self.prefix_lengths = sorted({len(prefix) for prefix in self.by_prefix})
        self.seen: dict[str, tuple[Pattern, ...]] = {}

    def starting_with(self, word: str, lang: str) -> tuple[Pattern, ...]:
        found = self.seen.get(word)
        if found is None:
            if len(self.seen) >= TOKEN_CACHE:
                self.seen.clear()
            found = self.seen[word] = tuple(self._look_up(word, lang))
        return found

    def _look_up(self, word: str, lang: str) -> list[Pattern]:
        folded, keys = normal_forms(word, lang)
        found = dict.fromkeys(self.by_form.get(folded, ()))
        for key in sorted(keys):
            found |= dict.fromkeys(self.by_key.get(key, ()))
        for length in self.prefix_lengths:
            if length > len(folded):
                break
            found |= dict.fromkeys(self.by_prefix.get(folded[:length], ()))
        if (head := _head(folded)) != folded:
            found |= dict.fromkeys(self.by_form.get(head, ()))
        return [pattern for pattern in found if pattern.elements[0].literal in ("", word, _head(word))]


class Lexicon:
    """The terms of all rules, ready to scan documents in any of the languages. Languages load when first met."""

    def __init__(self, terms: Mapping[str, Term]):
        self._terms = terms
        self._indexes: dict[str, _Index] = {}

    def patterns(self, lang: str) -> list[Pattern]:
        """What the terms stand for in one language."""
        return [
            pattern
            for term in self._terms.values()
            for word in (*term.words.get(lang, ()), *term.words.get(ANY, ()))
            if (pattern := parse_word(term.name, word, lang)).elements
        ]

    def scan(self, document: Document) -> list[Hit]:
        """Every term of every sentence that is not an aside, in order."""
        lang = document.language if document.language in language.LANGUAGES else "en"
        index = self._indexes.get(lang)
        if index is None:
            index = self._indexes[lang] = _Index(self.patterns(lang))
        known = index.seen
        hits: list[Hit] = []
        for sentence in document.sentences:
            for number, word in enumerate(() if sentence.aside else sentence.words):
                patterns = known.get(word)
                if patterns is None:
                    patterns = index.starting_with(word, lang)
                if patterns:
                    hits += filter(None, (_complete(pattern, sentence, number, lang) for pattern in patterns))
        return hits


def _complete(pattern: Pattern, sentence: Sentence, number: int, lang: str) -> Hit | None:
    """Do the further words of the pattern follow?"""
    words, last = sentence.words, number
    for element in pattern.elements[1:]:
        for candidate in range(last + 1, min(last + 2 + element.gap, len(words))):
            if element.accepts(words[candidate], lang):
                last = candidate
                break
        else:
            return None
    return Hit(pattern.term, pattern.word, sentence.index, number, last, *sentence.place(number, last))
