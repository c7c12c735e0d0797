"""Words from outside made harmless, whatever form they are put into later: they ring nobody and hide nothing; and
the words for grades of certainty."""

from __future__ import annotations

import re
import unicodedata

from monitor.core.model import Assertion, Attribution

ZWSP = "\u200b"
ELLIPSIS = "…"
# Joiners are Cf like the bidi controls, but letters and emoji are made with them.
_JOINERS = "\u200c\u200d"
_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_LIVE = re.compile(r"[@<]|(?<=\])(?=\()")
_JOINT = re.compile(" — |: ")  # before the title, in a headline
_UNSAFE_IN_LINK = re.compile(r"[^!#$%&'()*+,\-./0-9:;=?A-Z\[\]_a-z~]")

LONGEST_HEADLINE = 160  # messages are made with 140; stored alerts may come from elsewhere
LONGEST_FIELD = 600
LONGEST_LINK = 1_500

ASSERTIONS = {
    Assertion.ASSERTED: "stated as fact",
    Assertion.REPORTED: "reported on somebody else's word",
    Assertion.CONSIDERED: "considered, not done",
    Assertion.CONDITIONAL: "conditional",
    Assertion.DENIED: "denied",
    Assertion.RETROSPECTIVE: "told as background",
}
ATTRIBUTIONS = {
    Attribution.UNNAMED: "an unnamed source",
    Attribution.ONE_SIDE: "one side's claim",
    Attribution.OUTLET: "the outlet's own word",
    Attribution.OFFICIAL: "an official source",
}
TIERS = {
    1: "official or agency of record",
    2: "established outlet",
    3: "ordinary outlet",
    4: "unverified source",
}
LANGUAGES = {
    "ar": "Arabic",
    "az": "Azerbaijani",
    "be": "Belarusian",
    "bg": "Bulgarian",
    "de": "German",
    "el": "Greek",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "he": "Hebrew",
    "hy": "Armenian",
    "it": "Italian",
    "ka": "Georgian",
    "kk": "Kazakh",
    "ku": "Kurdish",
    "pl": "Polish",
    "ro": "Romanian",
    "ru": "Russian",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "zh": "Chinese",
}


def plain(text: str) -> str:
    """One line without control characters, bidi overrides, tags and other unseen marks."""
    line = " ".join(text.split())
    if line.isprintable():  # as nearly all are; what is unseen is not
        return line
    return "".join(c for c in line if c in _JOINERS or unicodedata.category(c) not in _UNSEEN)


def part(text: str) -> str:
    """As `plain`, for a part of a line: the blanks at its ends stay, and so does every blank between."""
    blanks = "".join(" " if c.isspace() else c for c in text)
    return "".join(c for c in blanks if c in _JOINERS or unicodedata.category(c) not in _UNSEEN)


def seen(text: str) -> str:
    """As `plain`, with the line breaks and blanks of the text."""
    return "".join(c for c in text if c in "\n\t" or c in _JOINERS or unicodedata.category(c) not in _UNSEEN)


def neutral(text: str) -> str:
    """One line in which no service finds a mention, a tag or a masked link."""
    return _LIVE.sub(lambda found: found.group() + ZWSP, plain(text))


class Link(str):
    """An address fit to stand in a message: it holds no character that a service reads as markup."""

    __slots__ = ()


class Code(str):
    """Words that a reader copies, such as a command: they stand where markup ends, and stay as they are."""

    __slots__ = ()


def link(url: str) -> Link:
    """The URL fit to stand in a message, or "" if it is none: not http(s), or absurdly long.

    Characters that a service could read as markup are percent-encoded, which leaves the address the same.
    """
    url = plain(url)
    if not url.lower().startswith(("http://", "https://")):
        return Link()
    safe = _UNSAFE_IN_LINK.sub(lambda found: _percent(found.group()), url).replace("](", "]%28")
    return Link(safe) if len(safe) <= LONGEST_LINK else Link()


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode())


def size(text: str) -> int:
    """Length in UTF-16 units, the strictest way in which services count."""
    return len(text) + sum(char > "\uffff" for char in text)


def cut(text: str, most: int) -> str:
    """At most `most` units of the text; cut at a word where one ends in the second half, with an ellipsis."""
    if size(text) <= most:
        return text
    if most < 1:
        return ""
    kept = text[: most - 1]
    while size(kept) > most - 1:
        kept = kept[:-1]
    head, _, _ = kept.rpartition(" ")
    if size(head) * 2 >= most:
        kept = head
    return kept.rstrip(" ,;:—–-([«“„\"'@<" + ZWSP + _JOINERS) + ELLIPSIS


def without_title(headline: str, title: str) -> str:
    """What we say ourselves in a headline that ends with the title of an article, whole or cut; else all of it."""
    title = plain(title)
    for joint in _JOINT.finditer(headline):
        told = headline[joint.end() :].removesuffix(ELLIPSIS)
        if told and title.startswith(told):
            return headline[: joint.start()]
    return headline


REPEAT = "This may be a repeat: whether an earlier try arrived is not known."


def language_of(code: str) -> str:
    """The language in words; "" for English and for none."""
    base = re.split(r"[-_]", code.strip().lower())[0]
    if base in ("", "en", "und"):
        return ""
    return LANGUAGES.get(base, f"language “{neutral(base)[:12]}”")


def count(number: int, what: str, many: str = "") -> str:
    """`1 rule`, `2 rules`; `many` is the plural of words that take no s, or what follows with its verb."""
    return f"{number} {what if number == 1 else many or what + 's'}"
