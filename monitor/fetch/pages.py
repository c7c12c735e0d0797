"""Bytes of a web page → its article. Runs in a worker process."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

import trafilatura

from monitor.core.model import Page
from monitor.errors import UnreadableError
from monitor.fetch.dates import parse_date
from monitor.fetch.encoding import decode
from monitor.fetch.plain import line
from monitor.fetch.tails import without_tails
from monitor.fetch.walls import wall

_OURS = 1  # to be raised when what follows makes another text of the same page
EXTRACTOR = f"{_OURS} trafilatura {trafilatura.__version__}"
_LEAST = 40  # characters; below that there is nothing to judge
_META = re.compile(r"<(?:meta|time)\b[^>]{0,600}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,500})", re.IGNORECASE)
_JSON_LD = re.compile(r"<script[^>]{0,200}application/ld\+json[^>]{0,200}>([^<]{1,200000})", re.IGNORECASE)
_PUBLISHED = (
    "article:published_time",
    "datepublished",
    "og:published_time",
    "pubdate",
    "publish-date",
    "parsely-pub-date",
)


class _Found(Protocol):
    """What we use of the library's document."""

    text: str | None
    title: str | None
    date: str | None
    author: str | None


def extract(body: bytes, url: str, content_type: str, language: str, now: datetime) -> Page:
    """The article of a page, its paragraphs separated by blank lines.

    Raises UnreadableError that says what stands in its place: a bot challenge, a consent wall, a
    login or subscription page, a “not found” with status 200, another kind of file, nothing.
    """
    _check_kind(body, content_type)
    markup, _ = decode(body, content_type, language)
    # Bytes, as the library prefers them, but in an encoding that we made sure of.
    found: _Found | None = trafilatura.bare_extraction(  # type: ignore[assignment]
        _as_utf8(markup),
        url=url,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        favor_precision=True,
        # The wide search for dates reads footers.
        date_extraction_params={"extensive_search": False, "original_date": True},
    )
    head = _TITLE.search(markup)
    window = line(head[1]) if head else ""
    text = "\n\n".join(without_tails(_paragraphs(found.text or ""))) if found else ""
    title = line((found.title if found else "") or "") or window
    problem = wall(markup, f"{window}\n{title}", text)
    if problem:
        raise UnreadableError(problem)
    if found is None or len(text) < _LEAST:
        raise UnreadableError("a page without article text")
    return Page(
        url=url,
        title=title,
        text=text,
        published=_published(markup, found.date or "", language, now),
        language=language,
        author=line(found.author or "")[:200],
        extractor=EXTRACTOR,
    )


def _check_kind(body: bytes, content_type: str) -> None:
    kind = content_type.partition(";")[0].strip().lower()
    if body[:5] == b"%PDF-":
        kind = "application/pdf"
    if kind and not ("html" in kind or "xml" in kind or kind in ("text/plain", "application/octet-stream")):
        raise UnreadableError(f"a file of type {kind[:60]} instead of a web page")
    if not body.strip():
        raise UnreadableError("an empty page")


def _as_utf8(markup: str) -> bytes:
    """With the declarations of other encodings taken out, so that nobody believes them."""
    start = re.sub(r"<\?xml[^>]{0,200}\?>", "", markup[:4096])
    start = re.sub(r"(charset\s*=\s*[\"']?)[\w.:-]{1,40}", r"\1utf-8", start, flags=re.IGNORECASE)
    return (start + markup[4096:]).encode("utf-8", "replace")


def _paragraphs(text: str) -> list[str]:
    return [stripped for part in text.split("\n") if (stripped := " ".join(part.split()))]


def _published(markup: str, day: str, language: str, now: datetime) -> datetime | None:
    """From JSON-LD or meta elements, with their time zone; else the day that the library found."""
    for raw in (*_linked_data_dates(markup), *_meta_dates(markup), day):
        found = parse_date(raw, language, now)
        if found:
            return found
    return None


def _linked_data_dates(markup: str) -> Iterator[str]:
    for block in _JSON_LD.findall(markup):
        try:
            data = json.loads(block, strict=False)
        except (ValueError, RecursionError):
            found = re.search(r"\"datePublished\"\s*:\s*\"([^\"]{4,60})\"", block)
            if found:
                yield found[1]
            continue
        yield from _dates_in(data)


def _dates_in(data: object, depth: int = 0) -> Iterator[str]:
    if depth > 6:
        return
    if isinstance(data, dict):
        if isinstance(data.get("datePublished"), str):
            yield data["datePublished"]
        for value in data.values():
            yield from _dates_in(value, depth + 1)
    elif isinstance(data, list):
        for value in data:
            yield from _dates_in(value, depth + 1)


def _meta_dates(markup: str) -> Iterator[str]:
    for tag in _META.findall(markup):
        attributes = {name.lower(): html.unescape(double or single) for name, double, single in _ATTRIBUTE.findall(tag)}
        names = {attributes.get(name, "").lower() for name in ("property", "name", "itemprop")}
        if names.intersection(_PUBLISHED):
            yield attributes.get("content") or attributes.get("datetime") or ""
