"""Is an event spoken of as known: "after the strikes", «осудил удары», "saldırıdan sonra"? Is it one that some days or
months are counted from: "three days after drones hit the depot"?"""

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


# Of a noun the words before it, of a clause all that it has: «через три дня после того, как ...».
_NOUN, _CLAUSE = r"(?:[\w'«»“”-]+ )?", r"[^,;:()—–]{0,60}"
_SPAN_BEFORE = {
    "en": rf"\b(?:days?|weeks?|months?|years?) (?:after|since|on from|following) {_CLAUSE}$",
    "ru": rf"\b(?:через|спустя) (?:[\w-]+ ){{0,2}}(?:день|дн\w+|сутки|суток|недел\w+|месяц\w*|год\w*|лет) после "
    rf"(?:того,? как {_CLAUSE}|{_NOUN})$",
    "uk": rf"\b(?:через|за) (?:[\w'-]+ ){{0,2}}(?:день|дн\w+|добу|діб|тиж\w+|місяц\w*|рік|рок\w+) (?:після|по) "
    rf"(?:того,? як {_CLAUSE}|{_NOUN})$",
    "ro": rf"\b(?:zi|zile|săptămân\w+|lun[iă]|ani?) (?:după|de la) (?:ce {_CLAUSE}|{_NOUN})$",
}
_SPAN_BEHIND = {
    "az": r"^(?:[\w'-]+ ){0,3}?[\w'-]*d[aə]n (?:[\w'-]+ ){0,2}(?:gün|həftə|ay|il) (?:sonra|keç\w+)\b",
    "tr": r"^(?:[\w'-]+ ){0,3}?[\w'-]*[dt][ae]n (?:[\w'-]+ ){0,2}(?:gün|hafta|ay|yıl) sonra\b",
    "hy": r"^(?:[\w'-]+ ){0,3}?[\w'-]*ից (?:[\w'-]+ ){0,2}(?:օր|շաբաթ|ամիս|տարի) (?:անց|հետո)\b",
    "ka": r"^(?:[\w'-]+ ){0,3}?[\w'-]*დან (?:[\w'-]+ ){0,2}(?:დღის|კვირის|თვის|წლის) (?:შემდეგ|თავზე)\b",
}
_COUNTS_BEFORE = {lang: re.compile(pattern) for lang, pattern in _SPAN_BEFORE.items()}
_COUNTS_BEHIND = {lang: re.compile(pattern) for lang, pattern in _SPAN_BEHIND.items()}


def counted_from(sentence: str, lang: str, start: int, end: int) -> bool:
    """Does the sentence count days or longer from what stands at `start` to `end`, which is that old at least?"""
    text = grammar(lang).fold(sentence)
    if lang in _COUNTS_BEFORE:
        return bool(_COUNTS_BEFORE[lang].search(text[max(start - 120, 0) : start]))
    return lang in _COUNTS_BEHIND and bool(_COUNTS_BEHIND[lang].search(text[start : end + 80]))


def dates_behind(lang: str) -> bool:
    """Does the day of an event that is recalled stand after it ("on Friday condemned the strikes of 8 August")?"""
    return lang in _EARLIER


def recalled(sentence: str, lang: str, start: int, end: int) -> bool:
    """Does the sentence count from the event told at `start` to `end` (code points) as from one that is known?"""
    text = grammar(lang).fold(sentence)
    if lang in _EARLIER:
        return bool(_EARLIER[lang].search(text[max(start - 80, 0) : start]))
    return lang in _LATER and bool(_LATER[lang].search(text[start : end + 80]))
