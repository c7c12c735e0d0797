"""What simplemma's dictionaries say of a folded word, in one look-up of 2 or 3 µs.

Their own compact form takes 40 µs for a look-up, and our words are folded, so that several would be
needed: in small letters, with a capital, with each е as ё. Here every entry stands under its folded
form, with its folded lemma, in a trie (Yata, 2007: MARISA) that is mapped from a file. Making the
tries takes seconds; `use` lets somebody who knows of files keep them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from marisa_trie import HUGE_CACHE, BytesTrie
from simplemma.__metadata__ import __version__ as _SOURCE
from simplemma.strategies import DefaultDictionaryFactory

from monitor.core.language.endings import TABLES
from monitor.core.language.folding import fold

FORM = f"{_SOURCE}-2"  # what is kept under another form has to be made anew
LISTED = ("en", "hy", "ka", "ro", "ru", "tr", "uk")  # the languages that have a dictionary
_NAMES = frozenset({"ru", "uk"})  # where names are looked up as names before the common words
_NAME, _IRREGULAR = "^", "/"  # stand before names and before lemmas with irregular forms: no word begins so
_HEAD = 6  # letters of a word that are looked at
_INFINITIVES = ("овать", "увати")  # verbs get them in place of any ending
_SPARED = {lang: max(3, *map(len, table.nominative)) for lang, table in TABLES.items()}
# What consists of these letters is folded already, and most of a million words need no closer look.
_FOLDED = {
    lang: re.compile(f"[{letters}]+")
    for lang, letters in {
        "en": "a-z", "hy": "ա-ֆ", "ka": "ა-ჰ", "ro": "a-zăâîșț", "ru": "а-я", "tr": "a-zçğıöşü", "uk": "а-щьюяєіїґ",
    }.items()
}  # fmt: skip


class Dictionary:
    """One language's words."""

    def __init__(self, trie: BytesTrie):
        self._trie = trie

    def lemma(self, folded: str) -> str | None:
        """The folded lemma of a folded word; a common word comes before a name that is written alike."""
        if "\0" in folded:  # no word, and the trie ends what it compares there
            return None
        found = self._trie.get(folded)
        return found[0].decode() if found else None

    def name(self, folded: str) -> str | None:
        """The same for what is listed with a capital, in Russian and Ukrainian."""
        if "\0" in folded:
            return None
        found = self._trie.get(_NAME + folded)
        return found[0].decode() if found else None

    def irregular(self, lemma: str) -> list[str]:
        """How those words begin that have this lemma and not its `head`."""
        found = self._trie.get(_IRREGULAR + lemma)
        return found[0].decode().split() if found else []

    def begins(self, stem: str) -> bool:
        """Does any word begin so?"""
        return next(self._trie.iterkeys(stem), None) is not None


def head(lemma: str, lang: str) -> str:
    """How all regular forms of a lemma begin, endings being taken off down to three letters."""
    spared = 5 if lemma.endswith(_INFINITIVES) else _SPARED.get(lang, 3)
    return lemma[: max(3, min(_HEAD, len(lemma) - spared))]


Loader = Callable[[str], BytesTrie]


def made(lang: str) -> BytesTrie:
    """The trie of a language, from simplemma's data: half a second for English, six for Russian."""
    return BytesTrie(_with_irregular(lang), cache_size=HUGE_CACHE)


_loader: Loader = made
_dictionaries: dict[str, Dictionary] = {}


def use(loader: Loader) -> None:
    """From now on, languages that are not loaded yet come from this loader."""
    global _loader
    _loader = loader


def dictionary(lang: str) -> Dictionary:
    """The dictionary of one of `LISTED`, loaded when first asked for."""
    found = _dictionaries.get(lang)
    if found is None:
        found = _dictionaries[lang] = Dictionary(_loader(lang))
    return found


def _entries(lang: str) -> Iterator[tuple[str, bytes]]:
    words = DefaultDictionaryFactory(cache_max_size=1).get_dictionary(lang)
    others: dict[str, tuple[int, str]] = {}
    for word in words:
        folded = _fold(word, lang)
        if folded == word:
            yield word, _fold(words[word], lang).encode()
        elif (rank := _rank(word)) and folded not in words:
            others[folded] = min(others.get(folded, (rank, word)), (rank, word))
        if lang in _NAMES and word[0].isupper() and word[1:].islower():
            yield _NAME + folded, _fold(words[word], lang).encode()
    for folded, (_, word) in others.items():
        yield folded, _fold(words[word], lang).encode()


def _with_irregular(lang: str) -> Iterator[tuple[str, bytes]]:
    """The entries, then how the irregular forms of a lemma begin."""
    irregular: dict[str, set[str]] = {}
    for entry, value in _entries(lang):
        yield entry, value
        word, lemma = entry.removeprefix(_NAME), value.decode()
        # A final consonant that is softened before a vowel is no part of what forms have in common.
        sure = word[:-1] if lang == "tr" and len(word) > 3 else word
        if not sure.startswith(head(lemma, lang)):
            irregular.setdefault(lemma, set()).add(sure[:_HEAD])
    for lemma, heads in irregular.items():
        yield _IRREGULAR + lemma, " ".join(sorted(heads)).encode()


def _fold(word: str, lang: str) -> str:
    return word if _FOLDED[lang].fullmatch(word) else fold(word, lang)


def _rank(word: str) -> int:
    """Which of several words that fold alike is meant: 0 stands for none, names come last but for those with ё."""
    if word.isupper() and len(word) > 1:
        return 0  # an abbreviation: found as it is written
    return 1 + word[0].isupper() + 2 * ("ё" in word)
