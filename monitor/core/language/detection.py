"""Which language a text is in: by script, by letters that only one language has, by function words."""

from __future__ import annotations

import re

import regex

from monitor.core.language.folding import fold
from monitor.core.language.words import stopwords

LANGUAGES = ("en", "ru", "uk", "az", "tr", "hy", "ka", "ro")
_SAMPLE = 4_000  # characters looked at
_SHORT = 40  # letters under which a text takes the prior unless its script forbids it
_CYRILLIC, _LATIN = ("ru", "uk"), ("en", "az", "tr", "ro")
_LETTERS = {
    "uk": "іїєґ",
    "ru": "ыэъ",
    "az": "ə",
    "tr": "ğış",
    "ro": "ăâîșț",
}
_SCRIPTS = {
    "latin": re.compile("[a-z\u00c0-\u024fə]+"),
    "cyrillic": re.compile("[\u0400-\u04ff]+"),
    "hy": re.compile("[\u0531-\u0587]+"),
    "ka": re.compile("[\u10a0-\u10ff]+"),
}
_TOKEN = regex.compile(r"[\p{L}']+")


def _script(text: str) -> str:
    """The commonest of our scripts in `text`: latin, cyrillic, hy, ka, or empty."""
    counts = {script: sum(map(len, letters.findall(text))) for script, letters in _SCRIPTS.items()}
    best = max(counts, key=lambda script: counts[script])
    return best if counts[best] else ""


def _points(text: str, tokens: list[str], lang: str) -> float:
    letters = sum(text.count(letter) for letter in _LETTERS.get(lang, ""))
    if lang == "tr" and "ə" in text:
        letters = 0  # Azerbaijani has all of the Turkish letters
    function_words = sum(map(stopwords(lang).__contains__, tokens))
    return letters / max(len(text), 1) * 10 + function_words / max(len(tokens), 1)


def detect(text: str, prior: str) -> str:
    """The language of `text`, one of LANGUAGES; `prior` where the text is too short or says nothing.

    The script outweighs the prior: Georgian text is never English, however short.
    """
    text = fold(text[:_SAMPLE], "")
    script = _script(text)
    if script in {"hy", "ka"}:
        return script
    candidates = {"cyrillic": _CYRILLIC, "latin": _LATIN}.get(script)
    if candidates is None:
        return prior
    if len(text) < _SHORT and prior in candidates:
        return prior
    tokens = _TOKEN.findall(text)
    points = {lang: _points(text, tokens, lang) + 0.02 * (lang == prior) for lang in candidates}
    best = max(candidates, key=lambda lang: points[lang])
    return best if points[best] > 0 else candidates[0]
