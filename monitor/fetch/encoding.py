"""Bytes → text, where the label is often wrong.

UTF-8 that decodes strictly is UTF-8, whatever was declared: other alphabets' bytes do not pass
for it by chance. One bad byte in it is one bad character, not a reason to read it all as Latin;
one title in another encoding is that title, not the whole feed.
"""

from __future__ import annotations

import codecs
import re

_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']\s*([\w.:-]{1,40})|<meta[^>]{0,300}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""",
    re.IGNORECASE,
)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
# What is declared as a standard set is in practice the vendor's superset of it.
_SUPERSET = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
_SEVEN_BIT = ("iso2022", "hz")
_LATIN = {"tr": "cp1254", "az": "cp1254", "ro": "cp1250", "pl": "cp1250", "cs": "cp1250", "hu": "cp1250"}
_ANY_BYTES = ("cp1250", "cp1252", "cp1254", "iso8859-2")
_CYRILLIC = ("cp1251", "koi8-r")
_WORD = re.compile(rb"[\x80-\xff]+")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DAMAGED = 0.5  # share of a word's bytes up to which bad ones are damage; beyond that it is another encoding


def decode(body: bytes, content_type: str, language: str) -> tuple[str, str]:
    """The text, and a warning in words ("" when label and bytes agree). Never raises."""
    wide = _wide(body)
    if wide:
        return body.decode(wide, "replace").lstrip("\ufeff"), ""
    declared = _declared(body, content_type)
    if not (declared and declared[0].startswith(_SEVEN_BIT)):
        text = _strict(body, "utf-8-sig")
        if text is not None:
            return text, ""
    for name in declared:
        # Any bytes are text in a Latin set: it is declared by servers that know nothing of the document.
        unlikely = name == "utf-8" or (name in _ANY_BYTES and _guess(body, language) in _CYRILLIC)
        text = None if unlikely else _strict(body, name)
        if text is not None:
            return text, ""
    mended = _mended(body, language)
    if mended is not None:
        return mended, "a few bytes are not valid UTF-8; they were replaced"
    guess = _guess(body, language)
    return body.decode(guess, "replace"), f"the text is not UTF-8 as declared; read as {guess}"


def _mended(body: bytes, language: str) -> str | None:
    """UTF-8 with its bad bytes replaced, and its words in another encoding read in that; None for what is no UTF-8.

    Text in an 8-bit encoding has hardly a word that is UTF-8 by chance.
    """
    good = bad = 0
    strange: dict[bytes, str] = {}
    for word in _WORD.findall(body):
        text = word.decode("utf-8", "replace")
        if (damaged := text.count("\ufffd")) and word not in strange:
            strange[word] = text if len(word) < 3 or damaged <= _DAMAGED * len(word) else ""
        good, bad = good + len(word) - damaged, bad + damaged
    if good <= bad:
        return None
    foreign = b" ".join(word for word, text in strange.items() if not text)
    guess = _guess(foreign, language)
    mended = _WORD.sub(
        lambda found: (
            (strange[found[0]] or found[0].decode(guess, "replace")).encode() if found[0] in strange else found[0]
        ),
        body,
    )
    return mended.decode("utf-8-sig", "replace")


def _guess(body: bytes, language: str) -> str:
    """An 8-bit encoding, by how its high bytes stand: whole words of them are Cyrillic."""
    words = _WORD.findall(body[:200_000])
    high = b"".join(words)
    if len(high) < 3 * len(words):
        return _LATIN.get(language[:2], "cp1252")
    lower_1251 = sum(byte >= 0xE0 for byte in high)
    lower_koi8 = sum(0xC0 <= byte < 0xE0 for byte in high)
    return "cp1251" if lower_1251 >= lower_koi8 else "koi8-r"


def _wide(body: bytes) -> str:
    """UTF-16 or UTF-32, by byte order mark or by the zero bytes of its first character."""
    for mark, name in _BOMS:
        if body.startswith(mark):
            return "" if name == "utf-8" else name
    if body[:4].count(0) == 2 and len(body) % 2 == 0:
        return "utf-16-le" if body[1] == 0 else "utf-16-be"
    return ""


def _declared(body: bytes, content_type: str) -> list[str]:
    """Python's names of the declared encodings, the document's own word first."""
    found = _DECLARED.search(body[:4096])
    names = [(found[1] or found[2]).decode("ascii", "ignore")] if found else []
    header = _HEADER.search(content_type)
    if header:
        names.append(header[1])
    known = []
    for name in names:
        try:
            codec = codecs.lookup(name).name
        except LookupError:
            continue
        if codec not in ("utf-7", "utf-16", "utf-32") and codec not in known:
            known.append(_SUPERSET.get(codec, codec))
    return known


def _strict(body: bytes, name: str) -> str | None:
    try:
        text = body.decode(name)
    except (UnicodeError, LookupError):
        return None
    return text if isinstance(text, str) else None
