"""Normal forms of characters: what is the same word to a reader must be the same string to us."""

from __future__ import annotations

import re
import unicodedata

TURKIC = frozenset({"az", "tr"})

_APOSTROPHES = "\u2019\u2018\u201b\u02bc\u02b9\u02bb\u2032\u00b4\u0060\uff07\u02c8\u02ca\u05f3"
_DROPPED = (
    "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f"  # soft hyphen, zero width, direction marks
    "\u0300\u0301\u0307"  # stress marks; the dot that lower() leaves of a Turkic capital I
    "\u055b\u055c\u055e"  # Armenian accents stand inside the word they stress
)
_HYPHENS = "\u2010\u2011"
_COMMON: dict[int, str | None] = {
    **dict.fromkeys(map(ord, _APOSTROPHES), "'"),
    **dict.fromkeys(map(ord, _DROPPED), None),
    **dict.fromkeys(map(ord, _HYPHENS), "-"),
    ord("ё"): "е",
}
_ROMANIAN: dict[int, str | None] = {**_COMMON, ord("ş"): "ș", ord("ţ"): "ț"}  # cedilla is a legacy of old fonts
# A search for the few that occur is ten times as fast as translating every letter.
_IN_COMMON, _IN_ROMANIAN = (re.compile(f"[{''.join(map(chr, table))}]") for table in (_COMMON, _ROMANIAN))


def fold(text: str, lang: str) -> str:
    """`text` in lower case by the rules of `lang`, NFC, with one apostrophe, one hyphen and no invisible marks.

    The length may change, so offsets into the result are not offsets into `text`. Idempotent.
    """
    if text.isascii() and lang not in TURKIC:
        return text.lower().replace("`", "'")
    text = unicodedata.normalize("NFC", text)
    if lang in TURKIC:
        text = text.replace("I", "ı").replace("İ", "i")
    text = unicodedata.normalize("NFC", text.lower())
    rare, table = (_IN_ROMANIAN, _ROMANIAN) if lang == "ro" else (_IN_COMMON, _COMMON)
    replaced = rare.sub(lambda found: table[ord(found[0])] or "", text)
    return text if replaced == text else unicodedata.normalize("NFC", replaced).lower()
