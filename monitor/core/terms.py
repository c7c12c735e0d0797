"""Terms compiled for scanning: one index per language for the words of all rules.

A token costs one cached dictionary look-up, however many terms there are; only a token that
begins a word or phrase of some term costs more. (The idea of Aho and Corasick, 1975, over
tokens instead of letters: no word boundary has to be checked and inflection is already gone.)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import regex

from monitor.core import language
from monitor.core.rules import Term, is_pattern
from monitor.core.text import Document, Sentence, normal_forms, tokenise

ANY = "any"
LONGEST_WORD = 60  # characters; what is longer is none
TOKEN_CACHE = 50_000  # distinct tokens remembered per language; emptied when full
_GAP = regex.compile(r"~(\d{1,2})")
_APOSTROPHE = re.compile("['’ʼ`ʻ]")  # those that a token may hold


@dataclass(frozen=True, slots=True)
class Element:
    """One word of a pattern. `gap` is how many words may stand between it and the one before.

    `further` are folded forms of its word whose keys do not tell that they are."""

    keys: frozenset[str] = frozenset()
    further: frozenset[str] = frozenset()
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
        return folded in self.further or not self.keys.isdisjoint(keys)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A word or phrase of a term."""

    term: str
    word: str
    elements: tuple[Element, ...]


# How a pattern stands in an index: its term, its word, how the first word must be written or "", what follows the first
# word, and the keys of which the next word must have one, if that can be told. With many rules there are hundreds of
# thousands; plain tuples of strings are none that the garbage collector looks through time and again.
Start = tuple[str, str, str, tuple[Element, ...], frozenset[str] | None]


def _start(pattern: Pattern) -> Start:
    first, *further = pattern.elements
    next_keys = further[0].keys if further and not further[0].gap and not further[0].further else None
    return pattern.term, pattern.word, first.literal, tuple(further), next_keys or None


class Hit(NamedTuple):  # an article has dozens, and a tuple is made in a fifth of the time
    """A term found. `first` and `last` are token numbers in the sentence `within`, whose number is `sentence`."""

    term: str
    word: str
    sentence: int
    first: int
    last: int
    within: Sentence

    @property
    def start(self) -> int:
        """Offset as in Token; worked out when asked for, for most hits are never asked."""
        return self.within.place(self.first, self.first)[0]

    @property
    def end(self) -> int:
        """Offset as in Token."""
        return self.within.place(self.last, self.last)[1]


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
        # Not by `normal_forms`: the words of many rules would fill what remembers those of articles.
        folded, keys = language.fold(piece.text, lang), language.keys(piece.text, lang)
        here = gap if number == 0 else 0
        if prefix and number == len(pieces) - 1:
            yield Element(prefix=folded, gap=here)
        elif exact:
            yield Element(form=folded, literal=piece.text if literal else "", gap=here)
        else:
            yield Element(keys=keys, further=language.further_forms(piece.text, lang), gap=here)


def _head(word: str) -> str:
    """What stands before the apostrophe that sets an ending apart (AB'nin, EU’s); the whole word without one."""
    found = _APOSTROPHE.search(word)
    return word[: found.start()] if found else word


class _Index:
    """All patterns of one language, found by their first word."""

    def __init__(self, patterns: Iterable[Pattern], lang: str):
        by_key: dict[str, list[Start]] = {}
        by_form: dict[str, list[Start]] = {}
        by_prefix: dict[str, list[Start]] = {}
        for pattern in dict.fromkeys(patterns):
            first, start = pattern.elements[0], _start(pattern)
            if first.form:
                by_form.setdefault(first.form, []).append(start)
            elif first.prefix:
                by_prefix.setdefault(first.prefix, []).append(start)
            else:
                for key in first.keys:
                    by_key.setdefault(key, []).append(start)
                for form in first.further:
                    by_form.setdefault(form, []).append(start)
        self.by_key, self.by_form, self.by_prefix = map(_in_tuples, (by_key, by_form, by_prefix))
        self.prefix_lengths = sorted({len(prefix) for prefix in self.by_prefix})
        self.heads = language.Heads(self.by_key, lang)  # to work out the keys of every word takes far longer
        self.lang = lang
        self.seen: dict[str, tuple[Start, ...]] = {}

    def starting_with(self, word: str) -> tuple[Start, ...]:
        found = self.seen.get(word)
        if found is None:
            if len(word) > LONGEST_WORD:
                return ()  # and not remembered, or hostile texts would fill the memory
            if len(self.seen) >= TOKEN_CACHE:
                self.seen.clear()
            found = self.seen[word] = tuple(self._look_up(word))
        return found

    def _look_up(self, word: str) -> list[Start]:
        folded = language.fold(word, self.lang)
        found = list(self.by_form.get(folded, ()))
        if self.heads.may_have(word, folded):
            for key in sorted([key for key in language.keys(word, self.lang) if key in self.by_key]):
                found += self.by_key[key]
        for length in self.prefix_lengths:
            if length > len(folded):
                break
            found += self.by_prefix.get(folded[:length], ())
        if (head := _head(folded)) != folded:
            found += self.by_form.get(head, ())
        if not found:
            return found
        unique = {id(start): start for start in found}.values()  # their hashes take long to work out
        return [start for start in unique if not (literal := start[2]) or literal in (word, _head(word))]


def _in_tuples(found: Mapping[str, Sequence[Start]]) -> dict[str, tuple[Start, ...]]:
    return {key: tuple(starts) for key, starts in found.items()}


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
            index = self._indexes[lang] = _Index(self.patterns(lang), lang)
        known = index.seen.get
        hits: list[Hit] = []
        for sentence in document.sentences:
            words = () if sentence.aside else sentence.words
            for number, starts in enumerate(map(known, words)):
                if starts is None:
                    starts = index.starting_with(words[number])
                if starts:
                    hits += _begun(starts, sentence, number, lang)
        return hits


def _begun(starts: Iterable[Start], sentence: Sentence, first: int, lang: str) -> Iterator[Hit]:
    """Hits of those patterns, which the word of this number begins, whose further words follow."""
    words, index = sentence.words, sentence.index
    following: frozenset[str] | None = None
    for term, word, _, further, next_keys in starts:
        last = first
        if further:
            if next_keys:
                if following is None:
                    following = normal_forms(words[first + 1], lang)[1] if first + 1 < len(words) else frozenset()
                if next_keys.isdisjoint(following):
                    continue
            last = _last_word(further, words, first, lang)
        if last >= 0:
            yield Hit(term, word, index, first, last, sentence)


def _last_word(further: Iterable[Element], words: Sequence[str], first: int, lang: str) -> int:
    """Where the pattern ends that begins at `first`; -1 if its further words do not follow."""
    last = first
    for element in further:
        for candidate in range(last + 1, min(last + 2 + element.gap, len(words))):
            if element.accepts(words[candidate], lang):
                last = candidate
                break
        else:
            return -1
    return last
