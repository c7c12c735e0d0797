"""Azerbaijani: a light stemmer by suffix table, since no dictionary of its forms exists.

What counts is that the forms of one word meet in one key. The key is therefore what is left
when nothing more can be taken off (`ukrayna`, `ukraynanın` → `ukrayn`), except where a word
of STEMS is reached: those would lose a letter that belongs to them or run into another word.
"""

from __future__ import annotations

from functools import lru_cache

from monitor.core.language.harmony import AZERBAIJANI, expand, own_n_first, strippings

# Buffered endings (-nın, -sı, -yə) are taken off after a low vowel only: after a high one the consonant
# mostly belongs to the stem (benzin-in, polis-i, xəstəliy-ə); STEMS holds the exceptions.
NOMINAL = """
-:lAr:2 W:nIn:3 C:In:2 W:nI:3 C:I:3 W:yA:3 C:A:3 D:dA:2 D:dAn:2
C:InIn:3 W:sInIn:3 C:InI:3 W:sInI:3 C:InA:3 W:sInA:3 C:IndA:3 W:sIndA:3 C:IndAn:3 W:sIndAn:3 W:sI:3
C:Im:3 V:mIz:3 C:ImIz:3 V:nIz:3 C:InIz:3
-:dIr:3 -:dAkI:2 C:IndAkI:3 W:sIndAkI:3 V:ylA:3
"""
VERBAL = """
L:mAK:2 L:mAG:2 L:dI:2 L:mIş:3 L:mIşdI:2 C:Ib:2 V:yIb:3 C:IbdIr:2 V:yIbdIr:3
C:AcAK:2 V:yAcAK:3 C:AcAG:2 V:yAcAG:3 C:Ir:4 V:yIr:3 C:An:4 V:yAn:3 C:ArAK:2 V:yArAK:3
L:dIK:3 L:dIG:2 L:mA:3 L:mAlI:3 L:mAyIb:3 L:mAdI:3 L:mAyAcAK:3
"""
PASSIVE = """
C:IlmAK:2 C:IlmAG:2 C:IldI:2 C:IlmIş:2 C:IlIb:2 C:IlIbdIr:2 C:IlAcAK:2 C:IlIr:2 C:IlAn:2 C:IlArAK:2 C:IldIG:2 C:IlmA:2
"""
SUFFIXES = expand(NOMINAL + VERBAL + PASSIVE, AZERBAIJANI)

_STEMS = """
    ata ana ada ağa oda ölkə su qala hava dava para qara bura ora qapı mahnı ordu arı sarı alma elə belə
    bakı gəncə şuşa lənkəran astara quba qazax tovuz ağdam laçın zəngəzur iran qazan liman zaman roman plan
    insan vətən orman duman can xan qan yan türkiyə suriyə rusiya gürcüstan ermənistan azərbaycan dağıstan
    qadın altun qurban dəniz ulduz gündüz adam axşam bayram salam kəndir nazir vəzir şəhər təsir tədbir əsir
    təmir qadir şair media kimya dünya yanacaq nəqliyyat gəmi gələn kəmər dəmir ömür könül oğul ağız burun
    sədr qəzet idarə mina əməliyyat qüvvə müharibə hadisə nəticə məsələ hərəkət təyyarə sərhəd büdcə
    hissə xəbər kədər qədər nəfər səfər zərər silah qoşun dron raket vergi sərgi bilgi görüntü tehran ərdoğan
    naxçıvan irəvan sudan meydan nəfəs əsas həmas kömək dəstək istək emək ürək çörək gələcək köpək dirək
    embarqo nato kosovo kino video kilo körpü bacı sevgi osman süleyman müsəlman dollar yardım
    ev il ay ad iş əl od üz açıq
"""
STEMS = frozenset(_STEMS.split())
# Irregular or shortened stems: voiced t of two verbs, vowels lost before a possessive ending.
IRREGULAR = {
    "ed": "et", "ged": "get", "edir": "et", "gedir": "get", "oğl": "oğul", "ömr": "ömür", "könl": "könül",
    "ağz": "ağız", "burn": "burun", "şəkl": "şəkil", "şəhr": "şəhər", "fikr": "fikir", "vaxt": "vaxt",
    "hökm": "hökm", "qism": "qisim", "isim": "ism", "suy": "su", "ney": "nə",
}  # fmt: skip


# Buffered endings after a high vowel, and short endings of short words, tried for words of STEMS only.
_BUFFERED = expand(
    "V:nIn:2 V:nI:2 V:yA:2 V:sI:2 V:sInIn:2 V:sInI:2 V:sInA:2 V:sIndA:2 V:sIndAn:2 V:dA:2 V:dAn:2 C:I:2 C:A:2",
    AZERBAIJANI,
)
# The instrumental is taken off only as the very last suffix, or it would eat the -la- of verbs.
_INSTRUMENTAL = expand("C:lA:4", AZERBAIJANI)


def _restore(rest: str) -> str:
    """Undo the softening of a final q or k before a vowel: işığ- → işıq, köpəy- → köpək."""
    if len(rest) < 4:
        return rest
    if rest.endswith("skiy"):
        return rest[:-1]
    if rest[-1] == "ğ":
        return rest[:-1] + "q"
    if rest[-1] == "y" and rest[-2] in "əiü":
        return rest[:-1] + "k"
    return rest


def _shorter(word: str) -> list[str]:
    """What one step of stripping may leave, best first."""
    found = own_n_first(word, [_restore(rest) for rest in strippings(word, SUFFIXES)])
    known = [rest for rest in found + list(strippings(word, _BUFFERED)) if rest in STEMS]
    return known or found


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The key of a folded Azerbaijani word. Deterministic; may be shorter than the dictionary form."""
    word = next(strippings(word, _INSTRUMENTAL), word)
    while word not in STEMS:
        if word in IRREGULAR:
            return IRREGULAR[word]
        candidates = _shorter(word)
        if not candidates:
            return _restore(word)
        word = candidates[0]
    return word
