"""One key for all forms of a word.

Known words get the lemma of simplemma's dictionary; of unknown ones (names, new words) the
inflectional endings are taken off, and if the dictionary knows what then remains, its lemma counts.
Azerbaijani has no dictionary and uses its suffix table alone.
"""

from __future__ import annotations

from functools import lru_cache

from simplemma.strategies import DictionaryLookupStrategy

from monitor.core.language import az, tr
from monitor.core.language.affixes import bare
from monitor.core.language.dictionary import SievedDictionaries
from monitor.core.language.endings import EXTRA, TABLES, Endings
from monitor.core.language.folding import TURKIC, fold

# The compact dictionaries take 64 MB for en, ru, uk and tr together instead of 384 MB; their slower
# look-up (20,000 to 70,000 a second) stands behind the cache.
_DICTIONARY = DictionaryLookupStrategy(SievedDictionaries())
_SLAVIC = frozenset({"ru", "uk"})
_PLAIN_RO = str.maketrans({"ă": "a", "â": "a", "î": "i", "ș": "s", "ț": "t"})
_PLAIN_TR = str.maketrans("âîû", "aiu")


def _listed(word: str, lang: str) -> str | None:
    """The folded lemma of a folded word, in small letters or as a name; None if not listed."""
    if word in EXTRA.get(lang, ()):
        return word
    found = _DICTIONARY.get_lemma(word, lang)
    if found is None and lang == "tr":
        plain = word.translate(_PLAIN_TR)
        found = _DICTIONARY.exact_lemma(_capitalised(word, lang), lang) or _DICTIONARY.get_lemma(plain, lang)
    if found is None and lang in _SLAVIC and "е" in word:
        found = next((hit for variant in _with_yo(word) if (hit := _DICTIONARY.get_lemma(variant, lang))), None)
    return None if found is None else fold(found, lang)


def _with_yo(word: str) -> list[str]:
    """`word` with one е written ё, as the dictionary may have it."""
    return [word[:at] + "ё" + word[at + 1 :] for at, letter in enumerate(word) if letter == "е"]


def _capitalised(word: str, lang: str) -> str:
    first = {"i": "İ", "ı": "I"}.get(word[:1], word[:1].upper()) if lang == "tr" else word[:1].upper()
    return first + word[1:]


def _name(word: str, lang: str) -> str | None:
    """The lemma of a Slavic proper name as the dictionary lists it with a capital, also for forms it lacks.

    Comes before the common words, or Лаврова would be laurel and Путина the fishing season.
    """
    exact = _DICTIONARY.exact_lemma(_capitalised(word, lang), lang)
    if exact is not None:
        return fold(exact, lang)
    table = TABLES[lang]
    for ending in table.endings:
        if word.endswith(ending) and len(word) - len(ending) > table.least:
            found = _DICTIONARY.exact_lemma(_capitalised(word[: -len(ending)], lang), lang)
            if found is not None and fold(found, lang) == word[: -len(ending)]:
                return word[: -len(ending)]
    return None


def _rebuilt(stem: str, table: Endings, lang: str) -> str | None:
    """The dictionary's lemma for one of the nominatives that may belong to `stem`."""
    for ending in table.nominative:
        nominative = stem + ending
        if _listed(nominative, lang) == nominative:
            return nominative
    return None


def _guarded(word: str, table: Endings, lang: str, *, name: bool) -> str | None:
    for ending in table.guarded:
        rest = word[: -len(ending)]
        if word.endswith(ending) and len(rest) > table.least and (not name or rest in EXTRA[lang]):
            return rest
    return None


def _peel(word: str, table: Endings, lang: str, *, name: bool = True) -> str:
    """`word` without its endings; the dictionary's lemma as soon as it knows what remains."""
    if rest := _guarded(word, table, lang, name=name):
        return _rebuilt(rest, table, lang) or rest
    while True:
        rests = [word[: -len(end)] for end in table.endings if word.endswith(end)]
        rests = [rest for rest in rests if len(rest) >= table.least]
        for rest in rests:
            if len(rest) > table.least and (known := _rebuilt(rest, table, lang)):
                return known
        if not rests:
            return word
        word = rests[0]


def _peel_slavic(word: str, lang: str, *, name: bool) -> str:
    stem = _peel(word, TABLES[lang], lang, name=name)
    if lang == "uk" and stem.endswith("ц") and stem[-2:-1] not in "аеиіоуюяєї" and not _listed(stem, lang):
        return stem[:-1] + "к"  # Орлівка, in the locative Орлівці
    return stem


def _peel_turkish(word: str, lang: str) -> str:
    while rests := tr.shorter(word):
        for rest in rests:
            for form in (rest, tr.hardened(rest)):
                if len(form) > 3 and (known := _listed(form, lang)):
                    return known
        word = rests[0]
    return word


def _peel_romanian(word: str, lang: str) -> str:
    stem = _peel(word, TABLES[lang], lang)
    if _listed(stem, lang):
        return stem
    # The last consonant and vowel shift with the ending: focoș-i, focoas-ă → focos.
    plain = stem.translate(_PLAIN_RO)
    for form in (stem, stem.replace("oa", "o"), plain, plain.replace("oa", "o")):
        if known := _rebuilt(form, TABLES[lang], lang):
            return known
    return plain.replace("oa", "o")


def _peel_english(word: str, lang: str) -> str:
    if word.endswith("ies") and len(word) > 5:
        return word[:-3] + "y"
    if word.endswith("s") and not word.endswith(("ss", "us", "sis")) and len(word) > 4:
        return word[:-1]
    return word


def _unlisted(word: str, lang: str, *, name: bool) -> str:
    if lang == "tr":
        return _peel_turkish(word, lang)
    if lang == "ro":
        return _peel_romanian(word, lang)
    if lang == "en":
        return _peel_english(word, lang)
    return _peel_slavic(word, lang, name=name) if lang in _SLAVIC else _peel(word, TABLES[lang], lang)


def _foreign(word: str, lang: str) -> bool:
    """Latin letters in a language that does not write them: a name to be left alone."""
    return lang in {"ru", "uk", "hy", "ka"} and word[:1].isascii()


def _is_abbreviation(word: str) -> bool:
    return 2 <= len(word) <= 4 and word.isupper() and word.isalpha()


@lru_cache(maxsize=100_000)
def lemma(word: str, lang: str) -> str:
    """The key under which all forms of one word meet, folded; this is what a matcher indexes.

    `word` is a single token with its case kept: capitals tell names and abbreviations (`US`, `us`)
    apart. A language that is not one of ours is folded only. Never empty for a word that is not.
    """
    folded = fold(word, lang)
    if lang not in TABLES and lang != "az":
        return folded
    cut = bare(word, folded, lang)
    if _is_abbreviation(word) or not cut or _foreign(cut, lang) or cut.isdecimal():
        return cut or folded
    if lang == "az":
        return az.stem(cut)
    if "-" in cut:
        return _compound(word, cut, lang)
    return _single(cut, lang, name=word[:1].isupper())


def _single(cut: str, lang: str, *, name: bool) -> str:
    if name and lang in _SLAVIC and (found := _name(cut, lang)):
        return found
    return _listed(cut, lang) or _unlisted(cut, lang, name=name)


def _compound(word: str, cut: str, lang: str) -> str:
    """Only the last part of a compound is inflected: Санкт-Петербурге → санкт-петербург."""
    if found := _listed(cut, lang):
        return found
    head, _, last = cut.rpartition("-")
    return f"{head}-{_single(last, lang, name=word[:1].isupper())}" if last else cut


@lru_cache(maxsize=100_000)
def keys(word: str, lang: str) -> frozenset[str]:
    """Every key under which a token may be met: its folded form, its lemma, its bare stem.

    Index `lemma`; probe with `keys` where a miss costs more than a false hit (names). The folded
    form covers exact patterns and, in Turkic text, foreign words whose capital I is a plain one.
    """
    folded = fold(word, lang)
    found = {folded, lemma(word, lang), bare(word, folded, lang)}
    if lang in TURKIC:
        found.add(bare(word, fold(word, ""), lang))
    elif lang in _SLAVIC and _listed(folded, lang) is None and not _foreign(folded, lang):
        found.add(_peel_slavic(folded, lang, name=True))
    return frozenset(key for key in found if key)
