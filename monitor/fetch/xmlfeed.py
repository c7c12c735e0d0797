"""RSS, Atom and RDF through feedparser, with hostile documents turned away before."""

from __future__ import annotations

import io
import re
from typing import Any
from xml.parsers import expat

import feedparser

from monitor.errors import HostileError, UnreadableError
from monitor.fetch.draft import Draft

_ATTRIBUTES = 200  # on one element; feedparser's time grows with the square
_DEPTH = 100
_ELEMENTS = 300_000
_ENTITY = 200  # characters of a declared entity; real feeds declare single letters
_PROLOG = re.compile(r"\s*<\?xml[^>]{0,200}\?>\s*")
_REFERENCE = re.compile(r"&#([xX][0-9a-fA-F]{1,12}|[0-9]{1,12});?")
_ENTITY_DECLARED = re.compile(r"<!ENTITY\s+(?!%)\S+\s+(?:SYSTEM|PUBLIC|[\"'][^\"'<>]*&(?!#))", re.IGNORECASE)
_PLACED = re.compile(r"<unknown>:(\d+):(\d+): (.+)")  # the XML reader's words, which has no file to name
_ITEM = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)(?=[\s/>])", re.IGNORECASE)
_ITS_NAME = re.compile(r"</(?:guid|id)\s*>", re.IGNORECASE)
_CLOSED = re.compile(r"</[\w:.-]+\s*>|/>")
_ITS_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry|channel|rss|feed|rdf)\b", re.IGNORECASE)
BREAKS_OFF = "the feed breaks off within an item"
_DATES = ("published", "updated", "created")


def read_slowly(text: str) -> tuple[list[Draft], str]:
    """Items in the order of the feed, and a warning in words: whatever can be read. Raises UnreadableError."""
    given = _REFERENCE.sub(_possible, _PROLOG.sub("", text, count=1))
    text = _whole_items(given)
    refuse_hostile(text)
    parsed = _parsed(text)
    if not parsed.entries and not parsed.get("version"):
        root = re.search(r"<([A-Za-z][\w:.-]{0,40})", text)
        what = f"its outermost element is <{root[1]}>" if root else "it has no markup"
        raise UnreadableError(f"not a feed: {what}")
    if not parsed.entries and parsed.bozo:
        what = BREAKS_OFF if text is not given else f"malformed feed without a readable entry: {_words(parsed)}"
        raise UnreadableError(what)
    drafts = [_draft(entry) for entry in parsed.entries]
    if text is not given:
        return drafts, BREAKS_OFF
    return drafts, f"malformed XML: {_words(parsed)}" if parsed.bozo else ""


def _whole_items(text: str) -> str:
    """Without the item in which it breaks off: half a name would make another, new item of it. Of one whose guid is
    whole, what stands in whole elements."""
    last = max((found.start() for found in _ITEM.finditer(text)), default=-1)
    if last < 0 or _ITS_END.search(text, last):
        return text
    named = _ITS_NAME.search(text, last)
    return text[: max(found.end() for found in _CLOSED.finditer(text, named.start()))] if named else text[:last]


def _parsed(text: str) -> Any:
    try:
        # Only ever a stream: bytes or text could be taken for the path of a local file.
        return feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            # No base URL: it would be put before guids too, and before what only looks like a link.
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
        # Its tolerant parser breaks on some input that is malformed in its own way.
        raise UnreadableError(f"malformed feed: its reader failed with {type(error).__name__}") from error


def _possible(reference: re.Match[str]) -> str:
    """A reference to a character that exists, or the replacement character."""
    digits = reference[1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    exists = code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF
    return reference[0] if exists else "\ufffd"


def refuse_hostile(text: str) -> None:
    """Raise HostileError for XML made to exhaust its reader. Broken XML is not our matter here."""
    if _ENTITY_DECLARED.search(text[:20_000]):
        raise HostileError("hostile XML: it declares external or nested entities")
    parser = expat.ParserCreate()
    parser.buffer_text = True
    depth = count = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth += 1
        count += 1
        if len(attributes) > _ATTRIBUTES:
            raise HostileError(f"hostile XML: more than {_ATTRIBUTES} attributes on one element")
        if depth > _DEPTH:
            raise HostileError(f"hostile XML: elements more than {_DEPTH} deep")
        if count > _ELEMENTS:
            raise HostileError(f"hostile XML: more than {_ELEMENTS:,} elements")

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1

    def entity(name: str, parameter: bool, value: str | None, *rest: str | None) -> None:
        if not parameter and (value is None or len(value) > _ENTITY or "&" in value):
            raise HostileError("hostile XML: it declares external, nested or long entities")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.EntityDeclHandler = entity
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError:
        return


def _words(parsed: Any) -> str:
    words = " ".join(str(parsed.get("bozo_exception", "")).split())[:150]
    placed = _PLACED.fullmatch(words)
    return f"{placed[3]} at line {placed[1]}, column {placed[2]}" if placed else words or "unknown error"


def _draft(entry: Any) -> Draft:
    contents = [part.get("value") or "" for part in entry.get("content", ())]
    return Draft(
        guid=entry.get("id") or "",
        link=_link(entry),
        title=entry.get("title") or "",
        summary=entry.get("summary") or "",
        content=max(contents, key=len, default=""),
        date=next((entry[name] for name in _DATES if dict.get(entry, name)), ""),
        updated=dict.get(entry, "updated") or "",
        author=entry.get("author") or "",
    )


def _link(entry: Any) -> str:
    link = str(entry.get("link") or "")
    if link and link == entry.get("id") and not link.lower().startswith(("http://", "https://")):
        link = ""  # a guid that the feed forgot to call no permalink
    pages = (other.get("href") or "" for other in entry.get("links", ()) if other.get("rel") == "alternate")
    return link or next(pages, "")
