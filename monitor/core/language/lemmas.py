"""One key for all forms of a word.

Known words get the lemma of simplemma's dictionary; of unknown ones (names, new words) the
inflectional endings are taken off, and if the dictionary knows what then remains, its lemma counts.
Azerbaijani has no dictionary and uses its suffix table alone.
"""

from __future__ import annotations

from functools import lru_cache

from monitor.core.language import az, tr
from monitor.core.language.affixes import bare
from monitor.core.language.dictionary import dictionary
from monitor.core.language.endings import EXTRA, TABLES, Endings
from monitor.core.language.folding import TURKIC, fold

_SLAVIC = frozenset({"ru", "uk"})
_PLAIN_RO = str.maketrans({"ă": "a", "â": "a", "î": "i", "ș": "s", "ț": "t"})
_PLAIN_TR = str.maketrans("âîû", "aiu")
_LONGEST = 60  # letters of a word that is taken apart: compounds stay below, and no time is lost on what is none
_EXTRA_HEAD = 4  # letters; no shorter stem is ever tried with other endings
_EXTRA_HEADS = {lang: frozenset(word[:_EXTRA_HEAD] for word in EXTRA.get(lang, ())) for lang in TABLES}


@lru_cache(maxsize=1_000)  # what is asked for a lemma is asked for the keys again
def listed(word: str, lang: str) -> str | None:
    """The folded lemma of a folded word, as a common word or as a name; None if the dictionary lacks it."""
    if word in EXTRA.get(lang, ()):
        return word
    words = dictionary(lang)
    found = words.lemma(word)
    if found is None and lang == "tr" and (plain := word.translate(_PLAIN_TR)) != word:
        return words.lemma(plain)
    return found


def _name(word: str, lang: str) -> str | None:
    """The lemma of a Slavic proper name as the dictionary lists it with a capital, also for forms it lacks.

    Comes before the common words, or Лаврова would be laurel and Путина the fishing season.
    """
    words = dictionary(lang)
    if exact := words.name(word):
        return exact
    table = TABLES[lang]
    for rest in table.rests(word):
        if len(rest) > table.least and words.name(rest) == rest:
            return rest
    return None


def _rebuilt(stem: str, table: Endings, lang: str) -> str | None:
    """The dictionary's lemma for one of the nominatives that may belong to `stem`."""
    if stem[:_EXTRA_HEAD] not in _EXTRA_HEADS[lang] and not dictionary(lang).begins(stem):
        return None
    for ending in table.nominative:
        nominative = stem + ending
        if listed(nominative, lang) == nominative:
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
        rests = [rest for rest in table.rests(word) if len(rest) >= table.least]
        for rest in rests:
            if len(rest) > table.least and (known := _rebuilt(rest, table, lang)):
                return known
        if not rests:
            return word
        word = rests[0]


@lru_cache(maxsize=1_000)  # a lemma and its keys ask one after the other
def _peel_slavic(word: str, lang: str, *, name: bool) -> str:
    stem = _peel(word, TABLES[lang], lang, name=name)
    if lang == "uk" and stem.endswith("ц") and stem[-2:-1] not in "аеиіоуюяєї" and not listed(stem, lang):
        return stem[:-1] + "к"  # Орлівка, in the locative Орлівці
    return stem


def _peel_turkish(word: str, lang: str) -> str:
    while rests := tr.shorter(word):
        for rest in rests:
            for form in (rest, tr.hardened(rest)):
                if len(form) > 3 and (known := listed(form, lang)):
                    return known
        word = rests[0]
    return word


def _peel_romanian(word: str, lang: str) -> str:
    stem = _peel(word, TABLES[lang], lang)
    if listed(stem, lang):
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


@lru_cache(maxsize=1_000)
def _folded_and_bare(word: str, lang: str) -> tuple[str, str]:
    folded = fold(word, lang)
    return folded, bare(word, folded, lang) if len(word) <= _LONGEST else folded


@lru_cache(maxsize=50_000)
def lemma(word: str, lang: str) -> str:
    """The key under which all forms of one word meet, folded; this is what a matcher indexes.

    `word` is a single token with its case kept: capitals tell names and abbreviations (`US`, `us`)
    apart. A language that is not one of ours is folded only. Never empty for a word that is not.
    """
    folded, cut = _folded_and_bare(word, lang)
    if (lang not in TABLES and lang != "az") or len(word) > _LONGEST:
        return folded
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
    return listed(cut, lang) or _unlisted(cut, lang, name=name)


def _compound(word: str, cut: str, lang: str) -> str:
    """Only the last part of a compound is inflected: Санкт-Петербурге → санкт-петербург."""
    if found := listed(cut, lang):
        return found
    head, _, last = cut.rpartition("-")
    return f"{head}-{_single(last, lang, name=word[:1].isupper())}" if last else cut


@lru_cache(maxsize=10_000)  # matching remembers what it found with them
def keys(word: str, lang: str) -> frozenset[str]:
    """Every key under which a token may be met: its folded form, its lemma, its bare stem.

    Index `lemma`; probe with `keys` where a miss costs more than a false hit (names). The folded
    form covers exact patterns and, in Turkic text, foreign words whose capital I is a plain one.
    """
    folded, cut = _folded_and_bare(word, lang)
    if len(word) > _LONGEST:
        return frozenset((folded,))
    found = {folded, lemma(word, lang), cut}
    if lang in TURKIC and ("I" in word or "İ" in word):
        found.add(bare(word, fold(word, ""), lang))
    elif lang in _SLAVIC and not _foreign(folded, lang) and listed(folded, lang) is None:
        found.add(_peel_slavic(folded, lang, name=True))
    found.discard("")
    return frozenset(found)
