"""Markup → plain text. What leaves here is never safe HTML, it is no HTML at all: escape on output."""

from __future__ import annotations

import html
import re

import lxml.html
from lxml import etree

_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]{0,2000}>")
_MARKUP = re.compile(r"</?(?:p|br|div|a|b|i|strong|em|span|img|li|ul|h[1-6])\b[^<>]{0,2000}>", re.IGNORECASE)
# A tag as nearly all are: quotes paired, no < or > in them. What else there is belongs to the parser.
_SIMPLE = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9]*+)(?:[^<>"']|"[^"<>]*+"|'[^'<>]*+')*+>""")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff]")
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main"
        " ol p pre section table td th tr ul",
    )
)
_SILENT = frozenset({"script", "style", "noscript", "template", "iframe", "object", "svg", "head"})
# Inside of these (and of what is silent) a tag may be no tag.
_RAW = _SILENT | {"math", "noembed", "noframes", "plaintext", "select", "textarea", "title", "xmp"}


def plain(value: str) -> str:
    """One paragraph per block, separated by blank lines; entities resolved, also doubly escaped ones."""
    if not value:
        return ""
    text = _resolved(value) if "<" in value or "&" in value or "]]>" in value else value
    parts = [part if part.isprintable() else _CONTROL.sub("", part) for part in text.split("\n")]
    return "\n\n".join(filter(None, [" ".join(part.split()) for part in parts]))


def _resolved(value: str) -> str:
    """Without markup and entities, once or twice."""
    text = _CDATA.sub("", value)
    for _ in range(2):
        text = _stripped(text) if _TAG.search(text) else html.unescape(text)
        if not _MARKUP.search(text) and "&" not in text:
            break
        text = _CDATA.sub("", text)
    return text


def line(value: str) -> str:
    """The same in one line, for titles and names."""
    return " ".join(plain(value).split())


def beginning(text: str, limit: int = 120) -> str:
    """The first sentence, or what fits of it, for something that has no title."""
    first = text.split("\n", 1)[0].strip()
    sentence = re.match(r".{15,}?[.!?…](?=\s|$)", first)
    if sentence and len(sentence[0]) <= limit:
        return sentence[0]
    if len(first) <= limit:
        return first
    return first[:limit].rsplit(" ", 1)[0].rstrip(",;:- ") + "…"


def _stripped(markup: str) -> str:
    simple = _without_tags(markup)
    return _parsed(markup) if simple is None else simple


def _without_tags(markup: str) -> str | None:
    """What `_parsed` makes of markup that is simple, ten times as fast; None for other markup."""
    pieces = _SIMPLE.split(markup)  # text, "/" or "", name, text …
    if "<" in "".join(pieces[::3]):
        return None
    names = {name.lower() for name in pieces[2::3]}
    if not names.isdisjoint(_RAW):
        return None
    for at in range(0, len(pieces), 3):
        piece = pieces[at].replace("\n", " ")
        pieces[at] = html.unescape(piece) if "&" in piece else piece
    pieces[1::3] = [""] * len(pieces[1::3])
    pieces[2::3] = ["\n" if name.lower() in _BLOCKS else "" for name in pieces[2::3]]
    return "".join(pieces)


def _parsed(markup: str) -> str:
    try:
        root = lxml.html.fragment_fromstring(_CONTROL.sub("", markup), create_parent="div")
    except (etree.LxmlError, ValueError):
        return html.unescape(_TAG.sub(" ", markup))
    out: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            if element.tag in _BLOCKS:
                out.append("\n")
            if element.tag not in _SILENT:
                out.append(_flat(element.text))
        else:
            if event == "end" and element.tag in _BLOCKS:
                out.append("\n")
            out.append(_flat(element.tail))
    return "".join(out)


def _flat(text: str | None) -> str:
    return text.replace("\n", " ") if text else ""
