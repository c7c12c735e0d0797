"""Suffix tables for languages with vowel harmony (Azerbaijani, Turkish).

A table names suffixes by pattern: `A` is the two-way vowel, `I` the four-way one, `K` the final q or k
and `G` the same softened before a vowel; every other letter stands for itself. Before a pattern
stands what the stem has to end in (`V` a vowel, `W` a low vowel, `C` a consonant, `D` anything but o,
`L` la/lə or a consonant: a verb, `-` anything), after it the least length of what remains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

BACK, FRONT = "aıou", "eəiöü"
VOWELS = frozenset(BACK + FRONT)
_HIGH = {"a": "ı", "ı": "ı", "o": "u", "u": "u", "e": "i", "ə": "i", "i": "i", "ö": "ü", "ü": "ü"}


@dataclass(frozen=True, slots=True)
class Suffix:
    """One written form of a suffix. `after` holds the last vowels a stem may have before it."""

    text: str
    after: frozenset[str]
    ends: str
    least: int


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a language writes `A`, `K` and `G`, each as (after a back vowel, after a front vowel)."""

    a: tuple[str, str]
    k: tuple[str, str]
    g: tuple[str, str]


AZERBAIJANI = Spelling(("a", "ə"), ("q", "k"), ("ğ", "y"))
TURKISH = Spelling(("a", "e"), ("k", "k"), ("ğ", "ğ"))


def _spell(pattern: str, vowel: str, spelling: Spelling) -> str:
    """`pattern` as written after a stem whose last vowel is `vowel`."""
    letters = []
    pairs = {"A": spelling.a, "K": spelling.k, "G": spelling.g}
    for letter in pattern:
        written = _HIGH[vowel] if letter == "I" else letter
        if letter in pairs:
            written = pairs[letter][vowel in FRONT]
        if written in VOWELS:
            vowel = written
        letters.append(written)
    return "".join(letters)


def _rows(table: str) -> Iterator[tuple[str, str, int]]:
    for row in table.split():
        ends, pattern, least = row.split(":")
        yield ends, pattern, int(least)


@dataclass(frozen=True, slots=True)
class Suffixes:
    """All written forms of a table: form → suffixes, and how long forms may be, longest first."""

    forms: dict[str, tuple[Suffix, ...]]
    lengths: tuple[int, ...]


def expand(table: str, spelling: Spelling) -> Suffixes:
    """Every written form of the suffixes in `table`."""
    found: dict[tuple[str, str, int], set[str]] = {}
    for ends, pattern, least in _rows(table):
        for vowel in VOWELS:
            found.setdefault((_spell(pattern, vowel, spelling), ends, least), set()).add(vowel)
    suffixes = [Suffix(text, frozenset(after), ends, least) for (text, ends, least), after in found.items()]
    forms: dict[str, tuple[Suffix, ...]] = {}
    for suffix in sorted(suffixes, key=lambda s: s.ends):
        forms[suffix.text] = (*forms.get(suffix.text, ()), suffix)
    return Suffixes(forms, tuple(sorted({len(text) for text in forms}, reverse=True)))


def last_vowel(word: str) -> str:
    return next((letter for letter in reversed(word) if letter in VOWELS), "")


_ENDS: dict[str, Callable[[str], bool]] = {
    "-": lambda stem: True,
    "V": lambda stem: stem[-1] in VOWELS,
    "C": lambda stem: stem[-1] not in VOWELS,
    "W": lambda stem: stem[-1] in "aəe",
    "D": lambda stem: stem[-1] != "o",
    "L": lambda stem: stem[-1] not in VOWELS or stem.endswith(("la", "lə", "le")),
}


def _fits(stem: str, suffix: Suffix) -> bool:
    return len(stem) >= suffix.least and last_vowel(stem) in suffix.after and _ENDS[suffix.ends](stem)


def strippings(word: str, suffixes: Suffixes) -> Iterator[str]:
    """What may remain of `word` when one suffix is taken off, the longest suffix first."""
    for length in suffixes.lengths:
        stem = word[:-length]
        if stem:
            for suffix in suffixes.forms.get(word[-length:], ()):
                if _fits(stem, suffix):
                    yield stem


# Stems in -an that a genitive or accusative must not shorten as if they ended in -a: Petrosyan-ın.
_OWN_N = ("can", "stan", "çan", "ğan", "xan", "han", "pan", "zan", "nyan", "syan", "ryan", "kyan", "tyan", "lyan")


def own_n_first(word: str, rests: list[str]) -> list[str]:
    """`rests` of `word`, those that keep the n of a stem in -an before those that take it for a buffer."""
    if any(word[-cut] == "n" and word[: 1 - cut].endswith(_OWN_N) for cut in (2, 3) if len(word) > cut):
        return sorted(rests, key=lambda rest: not rest.endswith("n"))
    return rests
