"""Forms of a term's word that the dictionaries do not bring to it, made from the word itself.

Passive participles of Russian and Ukrainian verbs («арестована», «атакован», «звільнений») are in the dictionaries
words of their own, other words, or missing, each by chance; so are «Сербию», «Албанией», left, won, cancelled. They
are regular enough to be made. A form that no language has does no harm, for no text has it; one that is another
word's as well is left out.
"""

from __future__ import annotations

import regex

from monitor.core.language import lemmas
from monitor.core.language.folding import fold

# Verbs whose participle means something else, too: «обязан», «уверен»; «озброєні сили», «Об'єднані Арабські Емірати».
_PARTICIPLES_APART = {
    "ru": "верить обязать связать уверить",
    "uk": "об'єднати з'єднати сполучити озброїти визначити обмежити пов'язати зобов'язати впевнити запевнити "
    "уповноважити стримати віддалити заслужити",
}
_OTHERWISE = {lang: frozenset(words.split()) for lang, words in _PARTICIPLES_APART.items()}
_LEAST = 5  # letters of an infinitive: shorter ones (дать, бить) have participles that are nouns
_SHORT_WORD = 7  # letters; up to there a form may be another word's, and the dictionary is asked

# Ending of the infinitive → those that its participle may have: all that fit are tried. What a language lacks is
# harmless: «ограбить» makes «ограблен» and «ограбит», which is a form of the same verb.
_SOFTENED = {"ru": "б:бл п:пл в:вл м:мл ф:фл д:ж д:жд т:ч т:щ з:ж с:ш ст:щ", "uk": "б:бл п:пл в:вл м:мл ф:фл д:дж "
             "зд:ждж т:ч з:ж с:ш ст:щ"}  # fmt: skip
_MADE = {
    "ru": "ать:ан ять:ян нять:нят зять:зят чать:чат жать:жат мять:мят ить:ен еть:ен бить:бит лить:лит шить:шит "
    "пить:пит вить:вит уть:ут ергнуть:ержен оть:от ыть:ыт вести:веден везти:везен нести:несен йти:йден красть:краден "
    "обрести:обретен спасти:спасен честь:чтен влечь:влечен сечь:сечен сжечь:сожжен поджечь:подожжен реть:рт",
    "uk": "ати:ан яти:ян няти:нят чати:чат жати:жат зяти:зят ити:ен їти:єн бити:бит лити:лит шити:шит пити:пит "
    "вити:вит ути:ут нути:нен рити:рит вести:веден везти:везен нести:несен йти:йден красти:краден",
}
# «Арестован», «арештовано», «арештований» tell that it happened; «арестованный» only says of whom one speaks.
_PREDICATES = {
    "ru": ("", "а", "о", "ы"),
    "uk": ("о", "ий", "а", "е", "і", "ого", "ому", "им", "ої", "их", "ими"),
}
_COUNTRY = {"ru": "ия", "uk": "ія"}
_OF_A_COUNTRY = {"ru": ("и", "ю", "ей", "ею"), "uk": ("ї", "ю", "єю")}
_OTHERS = regex.compile(r"(?:[тч]ь|ть?ся|т?ти|[ыиоая]й|ая|[еая]ние)$")  # lemmas that are no noun of another root

# Base → its past, where the dictionary has that form as another word only. Of some the other word is the commoner one
# (ground, wound, bound, bit): they are left out.
_ENGLISH = {
    "bend": "bent",
    "break": "broke",
    "feel": "felt",
    "go": "gone",
    "leave": "left",
    "rise": "rose",
    "shake": "shook",
    "shoot": "shot",
    "swear": "swore",
    "win": "won",
}


def _pairs(words: str) -> list[tuple[str, str]]:
    return [(ending, made) for ending, _, made in (word.partition(":") for word in words.split())]


_ENDINGS = {lang: _pairs(words) for lang, words in _MADE.items()}
_SOFT = {lang: _pairs(words) for lang, words in _SOFTENED.items()}


def further_forms(word: str, lang: str) -> frozenset[str]:
    """Folded forms of a word as a dictionary lists it that `keys` may not bring to it; none for most words."""
    folded = fold(word, lang)
    if lang == "en":
        return _english(folded)
    if lang not in _MADE or len(folded) < _LEAST:
        return frozenset()
    if folded.endswith(_COUNTRY[lang]):
        return frozenset(folded[:-1] + ending for ending in _OF_A_COUNTRY[lang])
    return frozenset() if folded in _OTHERWISE[lang] else _passive(folded, lang)


def _passive(folded: str, lang: str) -> frozenset[str]:
    endings = ("о",) if lang == "uk" and folded.endswith("крити") else _PREDICATES[lang]
    made: set[str] = set()
    for stem in _stems(folded, lang):
        forms = [stem + ending for ending in endings]
        if all(len(form) > _SHORT_WORD or _is_free(form, lang) for form in forms):
            made.update(forms)
    return frozenset(made)


def _english(verb: str) -> frozenset[str]:
    if verb.endswith("el") and len(verb) > _LEAST:  # cancelled, signalled: the dictionary has the American spelling
        return frozenset((verb + "led", verb + "ling"))
    return frozenset((_ENGLISH[verb],)) if verb in _ENGLISH else frozenset()


def _stems(infinitive: str, lang: str) -> set[str]:
    stems: set[str] = set()
    for ending, made in _ENDINGS[lang]:
        if infinitive.endswith(ending):
            root = infinitive.removesuffix(ending)
            stems.add(root + made)
            if made in ("ен", "єн"):
                stems.update(root.removesuffix(hard) + soft + made for hard, soft in _SOFT[lang] if root.endswith(hard))
    return stems


def _is_free(form: str, lang: str) -> bool:
    """Is the form no other word's: not имена of «иметь», сметана of «сметать»?"""
    known = lemmas.listed(form, lang)
    return known is None or _OTHERS.search(known) is not None
