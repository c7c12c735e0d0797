"""Bytes of a feed → entries. Runs in a worker process: the input is hostile until it has been read."""

from __future__ import annotations

import re
from datetime import datetime

import lxml.html
from lxml import etree

from monitor.core.model import Entry, SourceKind
from monitor.core.render import count
from monitor.errors import UnreadableError
from monitor.fetch.dates import parse_date
from monitor.fetch.draft import Draft
from monitor.fetch.encoding import decode
from monitor.fetch.identity import with_keys
from monitor.fetch.index import parse_index
from monitor.fetch.jsonfeed import looks_like_json, read_json_feed
from monitor.fetch.links import absolute
from monitor.fetch.plain import beginning, line, plain
from monitor.fetch.quickfeed import read_quickly
from monitor.fetch.sitemap import parse_sitemap
from monitor.fetch.telegram import parse_telegram
from monitor.fetch.xmlfeed import read_slowly

_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_HTML = re.compile(
    r"(?:\s|<\?.{0,300}?\?>|<!--.{0,3000}?-->){0,20}"
    r"(?:<!doctype\s+html|<(?:html|head|body|title|meta|script|div|h1|p|table)[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_FEED = re.compile(r"<(?:[\w.-]{1,20}:)?(?:rss|feed|rdf)[\s>]", re.IGNORECASE)
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_FEED_LINK = re.compile(r"(?:\brss\b|\batom\b|\bfeed\b)[^?#]*$|\.rss$|\.rdf$", re.IGNORECASE)


def parse_source(
    kind: SourceKind,
    select: str,
    body: bytes,
    content_type: str,
    url: str,
    source_id: str,
    language: str,
    now: datetime,
) -> tuple[tuple[Entry, ...], str]:
    """What a source of this kind answered, as entries, and a warning in words. Raises UnreadableError."""
    if kind is SourceKind.PAGE:
        return parse_index(body, content_type, url, select, source_id, language, now)
    readers = {SourceKind.SITEMAP: parse_sitemap, SourceKind.TELEGRAM: parse_telegram}
    return readers.get(kind, parse_feed)(body, content_type, url, source_id, language, now)


def parse_feed(
    body: bytes, content_type: str, url: str, source_id: str, language: str, now: datetime
) -> tuple[tuple[Entry, ...], str]:
    """Entries in the order of the feed, and a warning in words ("" when all is well).

    `url` is where the body came from: links are resolved against it. Raises UnreadableError for
    anything that is no feed; for HTML the message names the feeds that the page points to.
    """
    text, warning = decode(body, content_type, language)
    text = text.strip()
    quick = read_quickly(text) if text.startswith("<") else None
    text = text if quick else _NOT_XML.sub("", text).strip()
    if not text:
        raise UnreadableError("the answer is empty")
    if quick:
        drafts, malformed = quick, ""
    elif looks_like_json(text, content_type):
        drafts, malformed = read_json_feed(text), ""
    else:
        if _HTML.match(text) and not _FEED.search(text[:2000]):
            raise UnreadableError(_html_instead(text, url))
        drafts, malformed = read_slowly(text)
    entries = [(entry, draft.guid.strip()) for draft in drafts if (entry := _entry(draft, url, language, now))]
    warnings = [warning, malformed]
    if not drafts:
        warnings.append("the feed has no entries")
    elif len(entries) < len(drafts):
        left = len(drafts) - len(entries)
        of_all = f"{left} of {count(len(drafts), 'entry', 'entries')}"
        warnings.append(f"{of_all} {'has' if left == 1 else 'have'} neither title, text nor link")
    return with_keys(source_id, entries), "; ".join(filter(None, warnings))


def _entry(draft: Draft, url: str, language: str, now: datetime) -> Entry | None:
    """None for an item with nothing to read and nowhere to go."""
    link = absolute(draft.link, url) if draft.link.strip() else None
    summary, content = plain(draft.summary), plain(draft.content)
    title = line(draft.title) or beginning(summary or content) or link or ""
    if not title:
        return None
    return Entry(
        identity="",
        keys=(),
        url=link,
        title=title,
        summary=summary,
        content="" if content == summary else content,
        published=parse_date(draft.date, language, now),
        published_raw=draft.date.strip()[:200],
        author=line(draft.author)[:200],
        language=language,
        updated=draft.updated.strip()[:200],
    )


def _html_instead(text: str, url: str) -> str:
    feeds = feed_links(text, url)
    if not feeds:
        return "a web page (HTML) instead of a feed; it points to no feed"
    return "a web page (HTML) instead of a feed; it points to " + ", ".join(feeds[:5])


def feed_links(text: str, url: str) -> list[str]:
    """Feeds that a page announces, or else links to; absolute, in its order."""
    try:
        root = lxml.html.document_fromstring(re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", text[:500_000]))
    except (etree.LxmlError, ValueError):
        return []
    announced = [
        link.get("href", "")
        for link in root.iter("link")
        if "alternate" in link.get("rel", "").lower() and link.get("type", "").lower() in _FEED_TYPES
    ]
    linked = [a.get("href", "") for a in root.iter("a") if _FEED_LINK.search(a.get("href", ""))]
    base = next((absolute(base.get("href", ""), url) for base in root.iter("base")), None) or url
    found = (absolute(link, base) for link in announced or linked if link)
    return list(dict.fromkeys(link for link in found if link))
