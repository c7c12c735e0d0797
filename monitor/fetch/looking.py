"""What an answer is: a feed and of which format, a sitemap, a web page and what it offers. Runs in a worker process."""

from __future__ import annotations

import re

from monitor.core.model import SourceKind
from monitor.fetch.encoding import decode
from monitor.fetch.feeds import feed_links
from monitor.fetch.jsonfeed import looks_like_json
from monitor.fetch.plain import line
from monitor.fetch.sitemap import unpacked

_HEAD = 20_000  # characters in which everything stands that is looked for
_ROOT = re.compile(r"<(?:[\w.-]{1,20}:)?([A-Za-z_][\w.-]{0,40})([^>]{0,3000})>")
_TITLE = re.compile(r"<title[^>]{0,200}>(.{1,400}?)</title>", re.IGNORECASE | re.DOTALL)
_OG_TITLE = re.compile(r"<meta[^>]{0,200}og:title[^>]{0,50}content\s*=\s*[\"']([^\"'<>]{1,300})", re.IGNORECASE)
_LANGUAGES = (
    re.compile(r"<(?:\w{1,10}:)?language>\s*([A-Za-z]{2,3})\b"),
    re.compile(r"(?:xml:|\s)lang\s*=\s*[\"']?([A-Za-z]{2,3})\b"),
    re.compile(r"\"language\"\s*:\s*\"([A-Za-z]{2,3})\b"),
)
_JSON_TITLE = re.compile(r"\"title\"\s*:\s*\"((?:[^\"\\]|\\.){1,300})\"")
_CHARSET = re.compile(rb"(?:encoding|charset)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_ITEMS = re.compile(r"<(?:item|entry|url)\b|\"items\"", re.IGNORECASE)

Look = tuple[str, str, str, str, str, tuple[str, ...]]


def look(body: bytes, content_type: str, url: str, language: str) -> Look:
    """(kind, format, encoding, language, title, feeds): "" for what is not told.

    `kind` is a value of SourceKind, `feeds` are those that a web page announces or else links to. Raises
    UnreadableError for a damaged or overlong gzip file.
    """
    body = unpacked(body)
    text, warning = decode(body, content_type, language)
    encoding = _encoding(body, content_type, warning)
    kind, form = _kind(text, content_type)
    items = _ITEMS.search(text) if kind != SourceKind.PAGE else None
    head = text[: min(items.start() if items else _HEAD, _HEAD)]
    titles = (_OG_TITLE, _TITLE) if kind == SourceKind.PAGE else (_TITLE, _JSON_TITLE)
    title = next((line(found[1]) for pattern in titles if (found := pattern.search(head))), "")
    spoken = next((found[1].lower() for pattern in _LANGUAGES if (found := pattern.search(head))), "")
    return kind, form, encoding, spoken, title, tuple(feed_links(text, url)) if kind == SourceKind.PAGE else ()


def _kind(text: str, content_type: str) -> tuple[str, str]:
    start = text[:_HEAD].lstrip("\ufeff \t\r\n")
    if looks_like_json(start, content_type):
        version = re.search(r"jsonfeed\.org/version/([\d.]{1,5})", start)
        return (SourceKind.FEED.value, f"JSON Feed {version[1]}") if version else ("", "JSON")
    root = _ROOT.search(start)
    if root is None:
        return "", ""
    name, attributes = root[1].lower(), root[2]
    if name == "rss":
        version = re.search(r"version\s*=\s*[\"']([\d.]{1,6})", attributes)
        return SourceKind.FEED.value, f"RSS {version[1]}" if version else "RSS"
    known = {
        "feed": (SourceKind.FEED, "Atom"),
        "rdf": (SourceKind.FEED, "RSS 1.0 (RDF)"),
        "channel": (SourceKind.FEED, "CDF"),
        "sitemapindex": (SourceKind.SITEMAP, "index of sitemaps"),
        "urlset": (SourceKind.SITEMAP, "news sitemap" if "sitemap-news" in start else "sitemap"),
        **dict.fromkeys(("html", "head", "body", "title", "meta", "script", "div"), (SourceKind.PAGE, "web page")),
    }
    kind, form = known.get(name, ("", f"XML (<{name}>)"))
    return str(kind), form


def _encoding(body: bytes, content_type: str, warning: str) -> str:
    """As which the text was read."""
    told = re.search(r"read as (\S+)$", warning)
    if told:
        return told[1]
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        declared = _CHARSET.search(body[:2000]) or _CHARSET.search(content_type.encode("utf-8", "replace"))
        return declared[1].decode("ascii", "replace").lower() if declared and not warning else "utf-8"
    return "utf-8"
