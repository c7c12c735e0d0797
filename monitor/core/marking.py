"""Evidence shown in the text that it is from: which stretches to mark, and where the text may be broken for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core.model import Article, Evidence, Zone

_BLANK = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text as it stands there. All of them in turn are the text."""

    text: str
    marked: bool = False


Paragraph = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Marked:
    """An article with its evidence marked. `elsewhere` is the evidence that was not found in this version of it."""

    title: Paragraph
    paragraphs: tuple[Paragraph, ...]
    elsewhere: tuple[Evidence, ...] = ()


def pieces(text: str, spans: Iterable[tuple[int, int]]) -> Paragraph:
    """The text with these stretches, (start, end) in code points, marked; what of them lies outside is left out."""
    found: list[Piece] = []
    at = 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start >= end:
            continue
        if start > at:
            found.append(Piece(text[at:start]))
        if found and found[-1].marked and start == at:
            found[-1] = Piece(found[-1].text + text[start:end], True)
        else:
            found.append(Piece(text[start:end], True))
        at = end
    return (*found, Piece(text[at:])) if at < len(text) else tuple(found)


def paragraphs(text: str, spans: Sequence[tuple[int, int]]) -> tuple[Paragraph, ...]:
    """As `pieces`, for each paragraph; blank lines between them are left out."""
    return tuple(
        pieces(text[start:end], [(first - start, last - start) for first, last in spans if last > start])
        for start, end in _paragraphs(text)
    )


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for gap in _BLANK.finditer(text):
        yield start, gap.start()
        start = gap.end()
    yield start, len(text)


def excerpt(paragraph: Paragraph, around: int) -> Paragraph:
    """What is marked of a paragraph, with at most so many characters before and after; an ellipsis where it is cut."""
    kept: list[Piece] = []
    for number, piece in enumerate(paragraph):
        first, last = number == 0, number == len(paragraph) - 1
        most = around if first or last else 2 * around
        if piece.marked or len(piece.text) <= most:
            kept.append(piece)
        else:
            head = "" if first else piece.text[:around]
            tail = "" if last else piece.text[-around:]
            kept.append(Piece(f"{head}…{tail}"))
    return tuple(kept)


def marked(article: Article, evidence: Iterable[Evidence]) -> Marked:
    """Title and text with the evidence marked where it says that it stands or, where the text has been edited since,
    where its words stand."""
    spans: dict[Zone, list[tuple[int, int]]] = {Zone.TITLE: [], Zone.BODY: []}
    elsewhere: list[Evidence] = []
    for item in evidence:
        title = item.zone is Zone.TITLE
        span = _place(item, article.title if title else article.text)
        if span is None:
            elsewhere.append(item)
        else:
            spans[Zone.TITLE if title else Zone.BODY].append(span)
    told = tuple(one for one in paragraphs(article.text, spans[Zone.BODY]) if any(piece.text for piece in one))
    return Marked(pieces(article.title, spans[Zone.TITLE]), told, tuple(elsewhere))


def _place(item: Evidence, text: str) -> tuple[int, int] | None:
    if not item.text:
        return None
    if text[item.start : item.end] == item.text:
        return item.start, item.end
    at = text.find(item.text)
    return (at, at + len(item.text)) if at >= 0 else None


def judged_version(versions: Iterable[Article], evidence: Sequence[Evidence], at: datetime) -> Article | None:
    """The version of an article that was judged at a time: it has most of the evidence where that says that it
    stands; of several that do, the last that had been read by then. None without versions."""

    def fitting(version: Article) -> tuple[int, bool, int]:
        exact = sum(_is_at(item, version) for item in evidence)
        return exact, version.extracted_at is None or version.extracted_at <= at, version.version

    return max(versions, key=fitting, default=None)


def _is_at(item: Evidence, article: Article) -> bool:
    text = article.title if item.zone is Zone.TITLE else article.text
    return text[item.start : item.end] == item.text
