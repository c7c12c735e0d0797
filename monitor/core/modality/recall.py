"""Is an event spoken of as known: "after the strikes", «после удара», "saldırıdan sonra"?"""

from __future__ import annotations

import re

from monitor.core.modality.languages import grammar

_WORDS = r"(?:[\w'«»“”-]+ ){0,4}"
_BEFORE = {
    "en": rf"\b(?:after|following|since|in the (?:wake|aftermath) of|days? after|weeks? after) {_WORDS}$",
    "ru": rf"\b(?:после|вслед за|со времени|с момента) {_WORDS}$",
    "uk": rf"\b(?:після|слідом за|від часу|з моменту) {_WORDS}$",
    "ro": rf"\b(?:după|în urma) {_WORDS}$",
}
_AFTER = {
    "az": r"^[\w'-]*(?: [\w'-]+){0,2} (?:sonra\w*|ardınca)\b",
    "tr": r"^[\w'-]*(?: [\w'-]+){0,2} (?:sonra\w*|ardından|ertesinde)\b",
    "hy": r"^[\w'-]*(?: [\w'-]+){0,2} հետո\b",
    "ka": r"^[\w'-]*(?: [\w'-]+){0,2} შემდეგ\b",
}
_EARLIER = {lang: re.compile(pattern) for lang, pattern in _BEFORE.items()}
_LATER = {lang: re.compile(pattern) for lang, pattern in _AFTER.items()}


def recalled(sentence: str, lang: str, start: int, end: int) -> bool:
    """Does the sentence count from the event told at `start` to `end` (code points) as from one that is known?"""
    text = grammar(lang).fold(sentence)
    if lang in _EARLIER:
        return bool(_EARLIER[lang].search(text[max(start - 80, 0) : start]))
    return lang in _LATER and bool(_LATER[lang].search(text[start : end + 80]))
