"""Endings that writing sets apart from a name: SOCAR'ın, АЗС-и, SOCARом, МИДа, NATO-ს."""

from __future__ import annotations

import re

_TAILS = {
    # After an apostrophe or a hyphen; Turkic tails need no list, vowels and a few consonants make them.
    "az": r"[ndyslrmkiıuüəae][a-zəığöüşç]{0,6}|[ıiuüəa]",
    "tr": r"[ndtyslrmkiıuüae][a-zığöüşç]{0,6}|[ıiuüea]",
    "ru": r"[а-я]{1,3}",
    "uk": r"[а-яіїєґ]{1,4}",
    "ro": r"ul|ului|uri|urile|urilor|ii|ilor|a|ei|le|lor",
    "ka": r"[ა-ჰ]{1,5}",
    "hy": r"[ա-ֆ]{1,5}",
    "en": r"s",
}
_APOSTROPHE = {
    lang: re.compile(rf"(.{{2,}}?)'(?:{_TAILS[lang]})", re.DOTALL) for lang in ("az", "tr", "en", "ro", "ka", "hy")
}
_HYPHEN = {lang: re.compile(rf"(.*[^\W\d_].*)-(?:{tail})", re.DOTALL) for lang, tail in _TAILS.items() if lang != "en"}
_MIXED = re.compile(r"([a-z][a-z0-9-]+)'?[а-яіїєґა-ჰա-ֆ]{1,5}")


def _abbreviation(word: str) -> str:
    """The capitals at the head of `word` if all that follows is a short ending in small letters, else empty."""
    count = 0
    for letter in word:
        if not letter.isupper():
            break
        count += 1
    tail = word[count:]
    return word[:count] if count >= 3 and 1 <= len(tail) <= 5 and tail.isalpha() and tail.islower() else ""


def bare(word: str, folded: str, lang: str) -> str:
    """`folded` (the fold of `word`) without an ending that its writing sets apart; unchanged without one.

    Hyphens are cut only behind names, abbreviations and figures: the first letter of `word` must not be
    a small one, so that compounds of small words stay whole.
    """
    if "'" in folded:
        return _before_apostrophe(folded.strip("'"), lang)
    if "-" in folded:
        found = _HYPHEN[lang].fullmatch(folded) if lang in _HYPHEN and not word[:1].islower() else None
        return found.group(1) if found else folded
    if found := _MIXED.fullmatch(folded):
        return found.group(1)
    head = _abbreviation(word)
    return folded[: len(head)] if head and len(folded) == len(word) else folded


def _before_apostrophe(folded: str, lang: str) -> str:
    if found := _MIXED.fullmatch(folded):
        return found.group(1)
    found = _APOSTROPHE[lang].fullmatch(folded) if lang in _APOSTROPHE else None
    return found.group(1) if found else folded
