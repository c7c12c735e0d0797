"""Which language a text is in: by script, by letters that only one language has, by function words."""

from __future__ import annotations

import re

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
_TOKEN = re.compile(r"[\w']+")
# The first bytes that letters of a script, in lower case, have in UTF-8: counted a hundred times as fast as letters.
_LATIN_BYTES = bytes((*range(ord("a"), ord("z") + 1), *range(0xC3, 0xCA)))
_CYRILLIC_BYTES = bytes(range(0xD0, 0xD4))


def _script(text: str) -> str:
    """The commonest of our scripts in a folded text: latin, cyrillic, hy, ka, or empty."""
    encoded = text.encode(errors="replace")
    counts = {
        "latin": len(encoded) - len(encoded.translate(None, _LATIN_BYTES)),
        "cyrillic": len(encoded) - len(encoded.translate(None, _CYRILLIC_BYTES)),
        "hy": encoded.count(0xD5) + encoded.count(0xD6),
        "ka": encoded.count(b"\xe1\x82") + encoded.count(b"\xe1\x83"),
    }
    best = max(counts, key=lambda script: counts[script])
    return best if counts[best] else ""


def _points(text: str, tokens: list[str], lang: str) -> float:
    letters = sum(text.count(letter) for letter in _LETTERS.get(lang, ""))
    if lang in {"az", "tr"} and any(letter in text for letter in _LETTERS["tr"]):
        # Azerbaijani has all of the Turkish letters, and Turkish neither ə nor q nor x.
        own = text.count("ə") + text.count("q") + text.count("x")
        letters = own if lang == "az" else 0 if "ə" in text or own > 1 else letters
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
