"""Is an event spoken of as known: "after the strikes", «осудил удары», "saldırıdan sonra"?"""

from __future__ import annotations

import re

from monitor.core.modality.languages import grammar

_WORDS = r"(?:[\w'«»“”-]+ ){0,4}"
_BEFORE = {
    "en": rf"\b(?:after|following|since|in the (?:wake|aftermath) of|condemn\w*|denounc\w+|deplor\w+|mourn\w*|"
    rf"protest\w* against|discuss\w*|investigat\w+|respon\w+ to|react\w* to|comment\w* on|"
    rf"regarding|concerning) {_WORDS}$",
    "ru": rf"\b(?:после|вслед за|со времени|с момента|осуд\w+|осужда\w+|обсуд\w+|обсужда\w+|расследу\w+|расследова\w+|"
    rf"прокомментир\w+|отреагир\w+ на|в связи с|по поводу|относительно) {_WORDS}$",
    "uk": rf"\b(?:після|слідом за|від часу|з моменту|засуд\w+|засуджу\w+|обговор\w+|розсліду\w+|прокоменту\w+|"
    rf"відреагу\w+ на|у зв'язку з|з приводу|щодо) {_WORDS}$",
    "ro": rf"\b(?:după|în urma|condamn\w+|discut\w+|investig\w+|anchet\w+|referitor la|privind) {_WORDS}$",
}
_AFTER = {
    "az": r"^[\w'-]*(?: [\w'-]+){0,2} (?:sonra\w*|ardınca)\b",
    "tr": r"^[\w'-]*(?: [\w'-]+){0,2} (?:sonra\w*|ardından|ertesinde)\b",
    "hy": r"^[\w'-]*(?: [\w'-]+){0,2} հետո\b",
    "ka": r"^[\w'-]*(?: [\w'-]+){0,2} შემდეგ\b",
}
_EARLIER = {lang: re.compile(pattern) for lang, pattern in _BEFORE.items()}
_LATER = {lang: re.compile(pattern) for lang, pattern in _AFTER.items()}


def dates_behind(lang: str) -> bool:
    """Does the day of an event that is recalled stand after it ("on Friday condemned the strikes of 8 August")?"""
    return lang in _EARLIER


def recalled(sentence: str, lang: str, start: int, end: int) -> bool:
    """Does the sentence count from the event told at `start` to `end` (code points) as from one that is known?"""
    text = grammar(lang).fold(sentence)
    if lang in _EARLIER:
        return bool(_EARLIER[lang].search(text[max(start - 80, 0) : start]))
    return lang in _LATER and bool(_LATER[lang].search(text[start : end + 80]))
