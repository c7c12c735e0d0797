"""Further keys of Russian and Ukrainian words: where one form belongs to two words, and of verbs from loan words.

«Суда» are courts' (of суд) and ships (судно), and a dictionary knows one of the two. Verbs in -ировать and -увати are
made of any foreign word, faster than dictionaries take them up; their forms are regular.
"""

from __future__ import annotations

import regex

from monitor.core.language import lemmas
from monitor.core.language.folding import fold

# Form → the words whose form it is.
_HOMOGRAPHS = {
    "ru": dict.fromkeys(("суда", "судов", "судам", "судами", "судах"), frozenset(("суд", "судно"))),
}
_RU_ADJECTIVE = "ый|ая|ое|ые|ого|ому|ым|ом|ой|ую|ою|ых|ыми"
_RU_PARTICIPLE = "ий|ая|ее|ие|его|ему|им|ем|ей|ую|ею|их|ими"
_UK_ADJECTIVE = "ий|а|е|і|ого|ому|им|ої|ій|у|ою|их|ими"
# The stem and what stands for its infinitive's ending.
_VERBS = {
    "ru": (
        regex.compile(
            r"(\w{3,}ир)(?:"
            r"у(?:ю|ешь|ет|ем|ете|ют|й|йте|я)(?:ся|сь)?|ова(?:ть|л|ла|ло|ли|в|вши)(?:ся|сь)?|"
            rf"(?:ующ|овавш)(?:{_RU_PARTICIPLE})(?:ся)?|уем(?:{_RU_ADJECTIVE})|"
            rf"ован(?:|а|о|ы|н(?:{_RU_ADJECTIVE})))"
        ),
        "овать",
    ),
    "uk": (
        regex.compile(
            r"(\w{3,})(?:"
            r"у(?:ю|єш|є|єть|ємо|єте|ють|й|йте|ючи)(?:ся|сь)?|ува(?:ти|в|ла|ло|ли|вши)(?:ся|сь)?|"
            r"уватим(?:у|еш|е|еть|емо|ете|уть)(?:ся|сь)?|"
            rf"ован(?:о|{_UK_ADJECTIVE}))"
        ),
        "увати",
    ),
}

# One of these stands in every form: most words are none, and are told from them by that faster.
_SIGNS = {"ru": ("иру", "иров"), "uk": ("ува", "ован", "ує", "ую", "уй")}


def keys(word: str, lang: str) -> frozenset[str]:
    """`lemmas.keys` with the further ones."""
    found = lemmas.keys(word, lang)
    return found | _further(fold(word, lang), lang) if lang in _VERBS else found


def _further(folded: str, lang: str) -> frozenset[str]:
    if found := _HOMOGRAPHS.get(lang, {}).get(folded):
        return found
    pattern, infinitive = _VERBS[lang]
    verb = pattern.fullmatch(folded) if any(sign in folded for sign in _SIGNS[lang]) else None
    return frozenset((verb[1] + infinitive,)) if verb else frozenset()


def origin(word: str, key: str, lang: str) -> str:
    """Which rule brings a word to one of its keys, in words."""
    folded = fold(word, lang)
    if key == folded:
        return "as it is written"
    if key not in lemmas.keys(word, lang):
        two = key in _HOMOGRAPHS.get(lang, {}).get(folded, ())
        return "a form of two words" if two else "a regular form of this verb"
    if lang != "az" and lemmas.listed(folded, lang):
        return "by the dictionary"
    return "without its ending"
