"""Sitemaps → entries: those of news, plain ones, and bundles of what an index lists. Runs in a worker process."""

from __future__ import annotations

import gzip
import io
import re
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

from lxml import etree

from monitor.core.model import Entry
from monitor.errors import UnreadableError
from monitor.fetch.dates import parse_date
from monitor.fetch.encoding import decode
from monitor.fetch.identity import url_key, with_keys
from monitor.fetch.links import absolute
from monitor.fetch.plain import line

MOST_ENTRIES = 1_000  # of one poll, the newest
MOST_UNPACKED = 16_000_000  # bytes of one gzipped sitemap
_MOST_TAGS = 1_000_000  # opening and closing; 50,000 URLs, which the protocol allows, have half of that
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_BUNDLE = b"\x00sitemaps\x00"
_LENGTH = struct.Struct("!Q")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PROLOG = re.compile(r"\s*<\?xml[^>]{0,200}\?>\s*")
_STRAY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
_ROOT = re.compile(r"<([A-Za-z_][\w:.-]{0,40})")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:-[a-z0-9-]{1,20})?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Item:
    link: str
    title: str = ""
    date: str = ""
    language: str = ""


def parse_sitemap(
    body: bytes, content_type: str, url: str, source_id: str, language: str, now: datetime
) -> tuple[tuple[Entry, ...], str]:
    """The newest entries, newest first, and a warning in words ("" when all is well).

    `body` is a sitemap, gzipped or not, or a `bundle`. A plain sitemap gives no titles, and as date the time
    of the last change. Raises UnreadableError for what is none, for hostile XML, and for an index.
    """
    bodies, warnings = _parts(body) if body.startswith(_BUNDLE) else ([body], [])
    items: list[_Item] = []
    failed: list[UnreadableError] = []
    for part in bodies:
        try:
            found, warning = _items(part, content_type, language)
        except UnreadableError as error:
            failed.append(error)
            continue
        items += found
        warnings.append(warning)
    if failed and len(failed) == len(bodies):
        raise failed[0]
    entries = _entries(items, url, language, now)
    warnings += [str(error) for error in failed]
    if not items:
        warnings.append("the sitemap lists nothing")
    elif not entries:
        warnings.append("the sitemap lists no page below the home page")
    return with_keys(source_id, ((entry, "") for entry in entries)), "; ".join(filter(None, warnings))


def children(
    body: bytes, content_type: str, url: str, since: datetime | None, now: datetime, most: int
) -> tuple[tuple[str, ...], bool] | None:
    """The addresses of the `most` newest sitemaps of an index, and whether all of them have their date.

    None where the body is no index. Of dated ones, those that have not changed since `since` are left
    out, apart from the newest. Raises UnreadableError.
    """
    root, _ = _tree(body, content_type, "en")
    if _name(root) != "sitemapindex":
        return None
    found: dict[str, datetime | None] = {}
    for element in root:
        texts = _texts(element)
        link = absolute(texts.get("loc", ""), url)
        if _name(element) == "sitemap" and link:
            found.setdefault(link, parse_date(texts.get("lastmod", ""), "en", now))
    if not found:
        raise UnreadableError("the index lists no sitemap")
    newest = sorted(found, key=lambda link: _rank(link, found[link]), reverse=True)[:most]
    wanted = [link for link in newest if since is None or (found[link] or now) >= since] or newest[:1]
    return tuple(wanted), all(found[link] for link in found)


def bundle(bodies: Iterable[bytes], notes: Iterable[str]) -> bytes:
    """The sitemaps of an index as one body, with what is to be told about them."""
    frames = ["\n".join(notes).encode(), *bodies]
    return _BUNDLE + b"".join(_LENGTH.pack(len(frame)) + frame for frame in frames)


def _parts(body: bytes) -> tuple[list[bytes], list[str]]:
    frames: list[bytes] = []
    place = len(_BUNDLE)
    while place + _LENGTH.size <= len(body):
        (size,) = _LENGTH.unpack_from(body, place)
        place += _LENGTH.size
        frames.append(body[place : place + size])
        place += size
    if len(frames) < 2:
        raise UnreadableError("not a sitemap: it is not XML")  # a server that sends our own mark
    return frames[1:], frames[0].decode("utf-8", "replace").splitlines()


def unpacked(body: bytes) -> bytes:
    """The body out of its gzip, where it is in one. Raises UnreadableError."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    try:
        plain = gzip.GzipFile(fileobj=io.BytesIO(body)).read(MOST_UNPACKED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableError("a damaged gzip file") from error
    if len(plain) > MOST_UNPACKED:
        raise UnreadableError(f"the gzip file unpacks to more than {MOST_UNPACKED:,} bytes")
    return plain


def _tree(body: bytes, content_type: str, language: str) -> tuple[etree._Element, str]:
    text, warning = decode(unpacked(body), content_type, language)
    text = _PROLOG.sub("", _NOT_XML.sub("", text), count=1).strip()
    if not text:
        raise UnreadableError("the answer is empty")
    root = _ROOT.search(text)
    if not root or root[1].lower() in ("html", "head", "body"):
        raise UnreadableError("a web page (HTML) instead of a sitemap" if root else "not a sitemap: it has no markup")
    if re.search(r"<!(?:DOCTYPE|ENTITY)", text[: root.start()], re.IGNORECASE):
        raise UnreadableError("hostile XML: a sitemap declares no document type and no entities")
    if text.count("<") > _MOST_TAGS:
        raise UnreadableError(f"hostile XML: more than {_MOST_TAGS:,} tags")
    if "<![CDATA[" not in text:
        text = _STRAY.sub("&amp;", text)  # in addresses; the reader would lose what stands behind it
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        tree = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableError(f"malformed XML: {error}"[:200]) from error
    if tree is None:
        raise UnreadableError("malformed XML without a readable element")
    if parser.error_log:
        first = parser.error_log[0]
        warning = "; ".join(filter(None, (warning, f"malformed XML: {first.message} at line {first.line}"[:200])))
    return tree, warning


def _items(body: bytes, content_type: str, language: str) -> tuple[list[_Item], str]:
    root, warning = _tree(body, content_type, language)
    name = _name(root)
    if name == "sitemapindex":
        raise UnreadableError("an index of sitemaps where a sitemap should be")
    if name in ("rss", "feed", "RDF"):
        raise UnreadableError(f"a feed (<{name}>) instead of a sitemap: its kind is feed")
    if name != "urlset":
        raise UnreadableError(f"not a sitemap: its outermost element is <{name}>")
    return [_item(element) for element in root if _name(element) == "url"], warning


def _item(element: etree._Element) -> _Item:
    texts = _texts(element)
    news = next((child for child in element if _name(child) == "news"), None)
    if news is None:
        return _Item(texts.get("loc", ""), date=texts.get("lastmod", ""))
    told = _texts(news)
    outlet = next((_texts(child) for child in news if _name(child) == "publication"), {})
    date = told.get("publication_date") or texts.get("lastmod", "")
    return _Item(texts.get("loc", ""), line(told.get("title", "")), date, outlet.get("language", ""))


def _name(element: etree._Element) -> str:
    """Without its namespace: too many sitemaps name a wrong one."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _texts(element: etree._Element) -> dict[str, str]:
    """Name → text of the elements right below."""
    return {_name(child): "".join(child.itertext()).strip() for child in reversed(element)}


def _entries(items: Sequence[_Item], url: str, language: str, now: datetime) -> list[Entry]:
    """The newest, one for each address that names a page; a news sitemap's word stands before a plain one's."""
    dated = [(parse_date(item.date, _spoken(item, language), now), item) for item in items]
    dated.sort(key=lambda pair: pair[0] or _NEVER, reverse=True)
    newest = dated[: 2 * MOST_ENTRIES]  # some may stand there twice
    distinct: dict[str, Entry] = {}
    for published, item in sorted(newest, key=lambda pair: not pair[1].title):
        link = absolute(item.link, url) if item.link else None
        key = url_key(link)
        if key and key not in distinct:
            distinct[key] = Entry(
                identity="",
                keys=(),
                url=link,
                title=item.title,
                published=published,
                published_raw=item.date[:200],
                language=_spoken(item, language),
            )
    return sorted(distinct.values(), key=lambda entry: entry.published or _NEVER, reverse=True)[:MOST_ENTRIES]


def _spoken(item: _Item, language: str) -> str:
    told = _LANGUAGE.fullmatch(item.language)
    return told[1].lower() if told else language


def _rank(link: str, changed: datetime | None) -> tuple[datetime, bool, list[int]]:
    """Newest first: by date; without one those of news, then by the numbers in the name."""
    path = link.partition(urlsplit(link).netloc)[2]
    return changed or _NEVER, "news" in path.lower(), [int(number[:18]) for number in re.findall(r"\d+", path)]
