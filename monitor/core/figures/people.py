"""What befell the people whom a figure counts: 4 killed and 6 injured are figures of different things."""

from __future__ import annotations

import re

_FATES = {
    "killed": {
        "en": r"kill|dead\b|died|deaths?\b|fatalit|lives\b",
        "ru": r"погиб|убит|жертв|скончал|жизн",
        "uk": r"загин|загиб|вбит|убит|жертв|життя",
        "az": r"öl(?:üb|ən|dü|ü\b|müş)|öldür|həlak",
        "tr": r"öl(?:dü|en|ü\b|müş)|öldür|hayatını|can kayb",
        "ro": r"mor[țt]|muri|uci[sș]|deced",
        "hy": r"զոհ|մահ|սպան",
        "ka": r"დაიღუპ|მოკლ|გარდაიცვ",
    },
    "injured": {
        "en": r"injur|wound|hurt\b|hospitali",
        "ru": r"ранен|пострада|травм|госпитализ",
        "uk": r"поране|постражда|травм|госпіталіз",
        "az": r"yaralan|yaralı|xəsarət|zərər çək",
        "tr": r"yaralan|yaralı",
        "ro": r"răni",
        "hy": r"վիրավոր|տուժ",
        "ka": r"დაშავ|დაიჭრ|დაჭრ",
    },
    "detained": {
        "en": r"detain|arrest",
        "ru": r"задерж|арест",
        "uk": r"затрим|арешт",
        "az": r"saxlan[ıi]l|həbs|tutul",
        "tr": r"gözaltı|tutuklan|yakalan",
        "ro": r"reținu|aresta",
        "hy": r"ձերբակալ|կալանավոր",
        "ka": r"დააკავ|დაკავ|დააპატიმრ",
    },
    "missing": {
        "en": r"missing|unaccounted",
        "ru": r"пропа(?:л|вш)",
        "uk": r"зник|зникл",
        "az": r"itkin",
        "tr": r"kayıp",
        "ro": r"dispăru",
        "hy": r"անհետ",
        "ka": r"დაკარგ|უგზო",
    },
}
_PATTERNS = {
    lang: re.compile("|".join(rf"(?<!\w)(?P<{fate}>{words[lang]})" for fate, words in _FATES.items()))
    for lang in _FATES["killed"]
}
_NEAR = 80  # characters around a figure that are looked at
_BREAK = re.compile(r"[,;:()«»“”]|[.!?](?=\s)|\s[–—-]\s|\b(?:and|while|but|и|а|но|та|і|й|але|və|ve|și|իսկ|և|და)\b")


def fate_of(text: str, start: int, end: int, lang: str) -> str:
    """What befell the people counted at [start, end) of a folded text, by the nearest word of its clause; or ""."""
    pattern = _PATTERNS.get(lang, _PATTERNS["en"])
    if own := pattern.search(text, start, end):
        return own.lastgroup or ""
    ahead = _BREAK.search(text, end, end + _NEAR)
    after = pattern.search(text, end, ahead.start() if ahead else end + _NEAR)
    behind = [found.end() for found in _BREAK.finditer(text, max(0, start - _NEAR), start)]
    before = list(pattern.finditer(text, behind[-1] if behind else max(0, start - _NEAR), start))
    near = [(after.start() - end, after)] if after else []
    near += [(start - found.end(), found) for found in before[-1:]]
    return min(near, key=lambda item: item[0])[1].lastgroup or "" if near else ""
