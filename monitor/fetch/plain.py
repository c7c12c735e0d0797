"""Markup → plain text. What leaves here is never safe HTML, it is no HTML at all: escape on output."""

from __future__ import annotations

import html
import re

import lxml.html
from lxml import etree

_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]{0,2000}>")
_MARKUP = re.compile(r"</?(?:p|br|div|a|b|i|strong|em|span|img|li|ul|h[1-6])\b[^<>]{0,2000}>", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b\ufeff]")
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote br dd div dl dt figcaption figure footer h1 h2 h3 h4 h5 h6 header hr li main"
        " ol p pre section table td th tr ul",
    )
)
_SILENT = frozenset({"script", "style", "noscript", "template", "iframe", "object", "svg", "head"})


def plain(value: str) -> str:
    """One paragraph per block, separated by blank lines; entities resolved, also doubly escaped ones."""
    text = _CDATA.sub("", value)
    for _ in range(2):
        text = _stripped(text) if _TAG.search(text) else html.unescape(text)
        if not _MARKUP.search(text) and "&" not in text:
            break
        text = _CDATA.sub("", text)
    text = _SPACES.sub(" ", _CONTROL.sub("", text)).strip()
    return _LINES.sub("\n\n", text)


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
