"""Finding articles by their words: what is kept of a text for it, what a query asks for, where a text has that.

A text is kept as the lemmas of its words in order, with the other keys of those words beside. A word of a query
stands for all its keys in every language of its script, so that each of its forms finds all others.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import regex

from monitor.core import language
from monitor.core.language.folding import TURKIC
from monitor.core.render import plain
from monitor.core.terms import LONGEST_WORD
from monitor.core.text import words_of

GAP = "¶"  # stands for what is no word, and between title and text
MOST_TOKENS = 15_000  # of an article
LARGEST = 400_000  # bytes of all the different keys of an article
LONGEST_QUERY, MOST_WORDS = 300, 12
_MOST_SEQUENCES = 16
_LOOKED_AT = 20_000  # characters that a snippet is taken from
_SCRIPTS = (
    (regex.compile(r"\p{Cyrillic}"), ("ru", "uk")),
    (regex.compile(r"\p{Latin}"), ("en", "az", "tr", "ro")),
    (regex.compile(r"\p{Armenian}"), ("hy",)),
    (regex.compile(r"\p{Georgian}"), ("ka",)),
)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″＂", '"'))
_PART = re.compile(r'(-?)"([^"]*)(?:"|$)|(\S+)')
_NO_WORD = re.compile(r"[^\w']")
_EITHER = frozenset(("OR", "|"))


class QueryError(ValueError):
    """A query that asks for nothing we could look for. Its words are a sentence for whoever wrote it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a text: a lemma for each word, in order, and all other keys under which a word may be met."""

    lemmas: tuple[str, ...]
    others: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A word, by any of its keys; or a phrase, by any of some sequences of lemmas."""

    written: str
    keys: frozenset[str] = frozenset()
    sequences: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """Of each group one has to occur, and none of `without`."""

    groups: tuple[tuple[Wanted, ...], ...]
    without: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of a text in pieces that make it up without a gap; `before` and `after` tell that the text goes on."""

    pieces: tuple[Piece, ...]
    before: bool
    after: bool
    hits: int = 0  # things asked for that it has


def kept(title: str, text: str, lang: str) -> Kept:
    """`lang`: that of the text, as `language.detect` finds it."""
    lemmas: list[str] = []
    others: set[str] = set()
    size, seen = 0, set[str]()
    for word in [*words_of(title), GAP, *words_of(text)][:MOST_TOKENS]:
        lemma, further = _known(word, lang)
        if word not in seen:
            seen.add(word)
            size += len(lemma.encode()) + sum(len(key.encode()) for key in further)
            if size > LARGEST:
                break
            others |= further
        lemmas.append(lemma)
    return Kept(tuple(lemmas), frozenset(others.difference(lemmas)))


@lru_cache(maxsize=50_000)
def _known(word: str, lang: str) -> tuple[str, frozenset[str]]:
    """The lemma of a token, and its other keys."""
    if word == GAP or len(word) > LONGEST_WORD:
        return GAP, frozenset()
    lemma = _storable(language.lemma(word, lang)) or GAP
    return lemma, frozenset(map(_storable, language.keys(word, lang))) - {lemma, ""}


def _storable(key: str) -> str:
    """Without what an index might take for the end of a word."""
    return key if key.isalnum() else _NO_WORD.sub("_", key)


# --- queries ---------------------------------------------------------------------------------


def parse(written: str, lang: str = "") -> Query | None:
    """Words, "phrases", -without, either OR other; None for a query without any word.

    With `lang` only that language's forms count. Raises QueryError.
    """
    if len(written) > LONGEST_QUERY:
        raise QueryError(f"The search is longer than {LONGEST_QUERY} characters: a few words find more.")
    groups: list[list[Wanted]] = []
    without: list[Wanted] = []
    either = False
    count = 0
    for sign, words in _parts(written):
        if words in _EITHER and not sign:
            either = bool(groups)
            continue
        wanted, number = _wanted(words, lang)
        if wanted is None:
            continue
        if (count := count + number) > MOST_WORDS:
            raise QueryError(f"The search has more than {MOST_WORDS} words: leave some out.")
        if sign:
            without.append(wanted)
        elif either:
            groups[-1].append(wanted)
        else:
            groups.append([wanted])
        either = False
    if without and not groups:
        raise QueryError("The search says only what should not occur: add a word that should.")
    return Query(tuple(map(tuple, groups)), tuple(without)) if groups else None


def _parts(written: str) -> Iterator[tuple[str, str]]:
    """("-" or "", words) of each part."""
    for found in _PART.finditer(plain(written).translate(_QUOTES)):
        if found[3] is None:
            yield found[1], found[2]
        else:
            sign = "-" if found[3].startswith("-") else ""
            yield sign, found[3].removeprefix("-")


def _wanted(words: str, lang: str) -> tuple[Wanted | None, int]:
    tokens = [word for word in words_of(unicodedata.normalize("NFC", words)) if len(word) <= LONGEST_WORD]
    if not tokens:
        return None, 0
    if len(tokens) == 1:
        return Wanted(words, keys=_keys(tokens[0], lang)), 1
    return Wanted(words, sequences=_sequences(tokens, lang)), len(tokens)


def languages_of(word: str) -> tuple[str, ...]:
    """Those that the script of a word allows; ("",) for a number, and for a script that is none of ours."""
    return next((languages for script, languages in _SCRIPTS if script.search(word)), ("",))


def _keys(word: str, lang: str) -> frozenset[str]:
    found = {language.fold(word, "")}
    for each in (lang,) if lang else languages_of(word):
        for variant in _variants(word, each):
            found |= language.keys(variant, each)
        found |= language.further_forms(word, each)
    return frozenset(map(_storable, found)) - {"", GAP}


def _variants(word: str, lang: str) -> Iterable[str]:
    """People search without capitals, which tell names from common words in a text."""
    capital = "İ" if lang in TURKIC and word[:1] == "i" else word[:1].upper()
    return dict.fromkeys((word, word.lower(), capital + word[1:].lower()))


def _sequences(words: Sequence[str], lang: str) -> tuple[tuple[str, ...], ...]:
    allowed = languages_of(" ".join(words))
    found = {
        tuple(_storable(language.lemma(variant, each)) or GAP for variant in variants): None
        for each in ((lang,) if lang else allowed)
        for variants in zip(*(_three(word, each) for word in words), strict=True)
    }
    return tuple(found)[:_MOST_SEQUENCES]


def _three(word: str, lang: str) -> tuple[str, str, str]:
    capital = "İ" if lang in TURKIC and word[:1] == "i" else word[:1].upper()
    return word, word.lower(), capital + word[1:].lower()


# --- where a text has it ---------------------------------------------------------------------


def hits(query: Query, text: str, lang: str) -> list[tuple[int, int, int]]:
    """(start, end, number of the group) of everything in a text that the query asks for, in order."""
    words = words_of(text)
    known = {word: _known(word, lang) for word in set(words)}
    places: list[tuple[int, int, int]] = []  # first and last word, number of the group
    for number, group in enumerate(query.groups):
        keys = frozenset().union(*(wanted.keys for wanted in group))
        told = {word for word, (lemma, others) in known.items() if lemma in keys or not keys.isdisjoint(others)}
        if told:
            places += [(at, at, number) for at, word in enumerate(words) if word in told]
        for sequence in dict.fromkeys(sequence for wanted in group for sequence in wanted.sequences):
            places += [(at, at + len(sequence) - 1, number) for at in _runs(sequence, words, known)]
    if not places:
        return []
    starts = _starts(text, words)
    return sorted((starts[first], starts[last] + len(words[last]), number) for first, last, number in places)


def _starts(text: str, words: Sequence[str]) -> list[int]:
    """Where the words of a text begin. To look for each behind the one before is faster than to take them apart."""
    starts, at = [], 0
    for word in words:
        at = text.find(word, at)
        starts.append(at)
        at += len(word)
    return starts


def _runs(sequence: Sequence[str], words: Sequence[str], known: Mapping[str, tuple[str, frozenset[str]]]) -> list[int]:
    """Where in the words their lemmas are those of the sequence."""
    lemmas = {lemma for lemma, _ in known.values()}
    if not lemmas.issuperset(sequence):
        return []
    told = [known[word][0] for word in words]
    return [
        at for at in range(len(told)) if told[at] == sequence[0] and tuple(told[at : at + len(sequence)]) == sequence
    ]


def pieces(text: str, spans: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """The text cut at the ends of the spans, which may overlap."""
    made: list[Piece] = []
    at = 0
    for start, end in sorted(spans):
        start = max(start, at)
        if end <= start:
            continue
        if start > at:
            made.append(Piece(text[at:start], False))
        made.append(Piece(text[start:end], True))
        at = end
    if at < len(text):
        made.append(Piece(text[at:], False))
    return tuple(made)


def marked(query: Query | None, text: str, lang: str) -> tuple[Piece, ...]:
    """A line with everything marked that the query asks for."""
    line = plain(text)
    return pieces(line, [span[:2] for span in hits(query, line, lang)] if query else ())


def snippet(query: Query | None, text: str, lang: str, width: int = 240) -> Snippet:
    """The part of a text that has most of what the query asks for; its beginning where it has nothing of it."""
    line = plain(text[:_LOOKED_AT])
    found = hits(query, line, lang) if query else []
    begin, several = _best(found, width)
    start = _word_start(line, max(0, begin - width // 4)) if begin > width // 2 else 0
    end = _word_end(line, start + width)
    inside = [(first - start, last - start) for first, last, _ in found if start <= first and last <= end]
    return Snippet(pieces(line[start:end], inside), start > 0, end < len(line), several)


def _best(found: Sequence[tuple[int, int, int]], width: int) -> tuple[int, int]:
    """Where the most different things stand together, and how many they are."""
    best, several = 0, 0
    for at, (start, _, _) in enumerate(found[:200]):
        groups = {group for first, _, group in found[at : at + 20] if first < start + width // 2}
        if len(groups) > several:
            best, several = start, len(groups)
    return best, several


def _word_start(line: str, at: int) -> int:
    blank = line.rfind(" ", 0, at + 1)
    return blank + 1 if blank >= 0 and at - blank < 40 else at


def _word_end(line: str, at: int) -> int:
    if at >= len(line):
        return len(line)
    blank = line.rfind(" ", max(0, at - 40), at + 1)
    return blank if blank > 0 else at
