"""How a word must begin to have a key: that many words have none of some keys is told in a microsecond.

Endings are taken off, so a key begins as its words do. Where a dictionary knows better (went, go;
писать, пишу) it lists how the other forms of that key begin.
"""

from __future__ import annotations

from collections.abc import Iterable

from monitor.core.language import az
from monitor.core.language.dictionary import LISTED, dictionary, head
from monitor.core.language.folding import TURKIC

_SHIFTING = "ro"  # vowels shift with the ending, anywhere in the word: no head is sure
_CIRCUMFLEX = frozenset("âîû")  # Turkish dictionaries list words without it


class Heads:
    """The heads of all words of one language that may have one of these keys."""

    def __init__(self, keys: Iterable[str], lang: str):
        self._turkic = lang in TURKIC
        self._heads = frozenset(found for key in keys for found in _heads(key, lang))
        self._lengths = sorted({len(found) for found in self._heads})

    def may_have(self, word: str, folded: str) -> bool:
        """May a token have one of the keys? `folded` is its folded form. Never false for one that has."""
        heads = self._heads
        for length in self._lengths:
            if folded[:length] in heads:
                return True
        if self._turkic and ("I" in word or "İ" in word or not _CIRCUMFLEX.isdisjoint(folded)):
            return True
        return folded[:1] == "'"  # is taken off before endings are


def _heads(key: str, lang: str) -> set[str]:
    if lang == _SHIFTING:
        return {""}
    found = {head(key, lang)}
    if lang in LISTED:
        found.update(dictionary(lang).irregular(key))
    if lang == "az":
        found.update(form for form, stem in az.IRREGULAR.items() if stem == key)
    if lang == "uk" and key.endswith("к"):
        found.add(head(key[:-1] + "ц", lang))  # in the locative
    return found
