"""simplemma's compact dictionaries, with a sieve before them that says at once what is not in there.

A look-up takes 40 µs, and a word that no dictionary has (a name, mostly) costs thirty of them: without
and with each of its endings. The sieve, a Bloom filter (Bloom, 1970), answers nearly all of those in
0.3 µs. It holds the beginnings of the words, too: where no word begins as a stem does, no ending has to
be tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

_BYTES = 1 << 22  # for each language; Russian, with 1.4 million words, sets 9 % of the bits: 1 in 120 gets through
_MASK = _BYTES - 1
# Filling the sieve takes as long as 32 look-ups for every thousand words. It waits until as much has
# been spent on look-ups, so that a short command never pays for it and a long run at most twice.
_WORDS_PER_LOOK_UP = 32
HEAD = 6  # letters that count as the beginning of a word
_UNEVEN = frozenset(
    "µßıŉſǰΐΰςϐϑϕϖϰϱϵև\u1c80\u1c81\u1c82\u1c83\u1c84\u1c85\u1c86\u1c87\u1c88"
)  # from their capitals no way leads back


class SievedDictionaries(dict[str, "Sieved"]):
    """A `DictionaryFactory` of simplemma; languages load when first asked for."""

    def __missing__(self, lang: str) -> Sieved:
        found = self[lang] = Sieved(LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(lang))
        return found

    def get_dictionary(self, lang: str) -> Sieved:
        """Raises ValueError for a language that simplemma does not have."""
        return self[lang]


class Sieved(Mapping[str, str]):
    """One dictionary behind its sieve."""

    def __init__(self, words: Mapping[str, str]):
        self._words = words
        self._patience = len(words) // _WORDS_PER_LOOK_UP
        self._sieve = b""

    def get(self, word: str, default: str | None = None) -> str | None:  # type: ignore[override]
        if sieve := self._sieve:
            bits = hash(word)
            if not sieve[bits >> 3 & _MASK] >> (bits & 7) & 1 or not sieve[bits >> 35 & _MASK] >> (bits >> 32 & 7) & 1:
                return default
        elif self._patience:
            self._patience -= 1
        else:
            self._fill()
        return self._words.get(word, default)

    def may_begin(self, stem: str) -> bool:
        """False only if no word begins with this folded stem, capitals and the dots of ё apart."""
        if not (sieve := self._sieve) or len(stem) < HEAD or stem[0] in _UNEVEN or not stem.isalpha():
            return True  # marks and apostrophes may be written in several ways
        bits = hash(_beginning(stem))
        return bool(sieve[bits >> 3 & _MASK] >> (bits & 7) & 1 and sieve[bits >> 35 & _MASK] >> (bits >> 32 & 7) & 1)

    def _fill(self) -> None:
        sieve = bytearray(_BYTES)
        before = ""
        for word in self._words:
            bits = hash(word)
            sieve[bits >> 3 & _MASK] |= 1 << (bits & 7)
            sieve[bits >> 35 & _MASK] |= 1 << (bits >> 32 & 7)
            if (head := word[:HEAD]) != before:
                before = head
                bits = hash(_beginning(head))
                sieve[bits >> 3 & _MASK] |= 1 << (bits & 7)
                sieve[bits >> 35 & _MASK] |= 1 << (bits >> 32 & 7)
        self._sieve = bytes(sieve)

    def __getitem__(self, word: str) -> str:
        return self._words[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


def _beginning(word: str) -> str:
    """What stands in the sieve for all words that begin so; the hyphen keeps it apart from a word."""
    return word[:HEAD].lower().replace("ё", "е") + "-"
