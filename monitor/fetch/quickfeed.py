"""RSS, RDF and Atom in one pass of lxml, where the outcome is sure to be that of feedparser; else nothing.

feedparser is a machine with a memory: an element means what its place, its neighbours and those
before it make of it. What is done here is its work on the elements of news feeds. Whatever could
make it think of something else (markup that is not escaped, a base address, an element that it
handles and we do not, a prefix that means two things) makes us leave the document to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from feedparser.mixin import _FeedParserMixin
from feedparser.util import FeedParserDict
from lxml import etree

from monitor.fetch.draft import Draft

_MOST = 300_000  # elements; of more than that somebody else has to say what to do
_DEEPEST = 8  # elements below an item
# Its own tables: what it takes for the same name, and what it has a handler for.
_NAMES = {uri.lower(): prefix.lower() for uri, prefix in _FeedParserMixin.namespaces.items()}
_TAKEN = frozenset(filter(None, _NAMES.values()))
_PROLOG = re.compile(r"\s*<\?xml[^>]{0,200}\?>\s*")
_DECLARED = re.compile(r"""xmlns(?::([^\s=]{1,100}))?\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_BASE = etree.XPath("boolean(//@*[translate(local-name(), 'BASE', 'base') = 'base'])")
_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+,.-]*://)/*")
_ENTITY_LIKE = re.compile(r"&([A-Za-z0-9_]+);")
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_ABOUT = _RDF + "about"
_CP1252 = {code: char for code in range(0x80, 0xA0) if (char := bytes([code]).decode("cp1252", "replace")) != "\ufffd"}
_C1 = re.compile("[\x80-\x9f]")
_BEYOND_LATIN = re.compile("[^\x00-\xff]")

_SENSES = {
    "title": "title", "dc_title": "title", "media_title": "media title",
    "link": "link", "guid": "id", "id": "id",
    "description": "description", "dc_description": "description", "media_description": "description",
    "summary": "description", "itunes_summary": "description", "content": "content", "content_encoded": "content",
    "published": "published", "issued": "published", "pubdate": "published", "dcterms_issued": "published",
    "updated": "updated", "modified": "updated", "lastbuilddate": "updated", "dc_date": "updated",
    "dcterms_modified": "updated", "created": "created", "dcterms_created": "created",
    "author": "author", "managingeditor": "author", "dc_author": "author", "dc_creator": "author",
    "itunes_author": "author", "source": "source",
}  # fmt: skip
_TYPES = (None, "text", "plain", "html", "text/plain", "text/html")
_HTML_TYPES = ("html", "text/html", "xhtml", "application/xhtml+xml")
# Handled, but to no effect on what we use, as long as there is nothing but text in it.
_HARMLESS = frozenset(
    re.findall(
        r"\S+",
        "category keywords enclosure rights copyright generator subtitle tagline webmaster language cloud"
        " expirationdate dc_contributor dc_language dc_publisher dc_rights dc_subject dcterms_valid"
        " admin_generatoragent admin_errorreportsto feedburner_browserfriendly georss_point itunes_block"
        " itunes_category itunes_explicit itunes_image itunes_keywords itunes_subtitle media_category media_credit"
        " media_keywords media_license media_player media_rating media_restriction media_thumbnail",
    )
)
_OPEN = ("media_content", "media_group")  # handled as if only what is in them were there
# Without a handler, but names of what it keeps of an item, or makes of it.
_ITS_OWN = frozenset(FeedParserDict.keymap) | {"links", "authors", "contributors", "enclosures", "license"}
_PEOPLE = {"name": "name", "email": "email", "uri": "", "url": "", "homepage": ""}
# Outside of items: what leaves no trace once it is over; `_TEXTS` if there is nothing but text in it.
_OF_FEED = frozenset(
    re.findall(
        r"\S+",
        "? title link guid id published pubdate issued updated modified lastbuilddate dc_date created author dc_creator"
        " managingeditor contributor image textinput name email uri url homepage width height items description",
    )
)
_TEXTS = frozenset(("title", "description"))


class _OtherwiseError(Exception):
    """The document has something that feedparser may read in another way."""


def read_quickly(text: str) -> list[Draft] | None:
    """What feedparser would find, in the order of the feed; None for what is not sure, not well formed or no feed.

    Items, at least one, are those of `xmlfeed.read_slowly`.
    """
    if "<!DOCTYPE" in text or text.count("<") > 2 * _MOST:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        # Bytes without the declaration of what they were before they became text.
        root = etree.fromstring(_PROLOG.sub("", text, count=1).encode("utf-8", "surrogatepass"), parser)
        return None if _BASE(root) else _Reader(_names(text)).items(root) or None
    except (etree.LxmlError, ValueError, _OtherwiseError):
        return None


def _names(text: str) -> dict[str, str | None]:
    """Namespace → the prefix by which its elements are known, None for the document's own."""
    names: dict[str, str | None] = {}
    uris: dict[str, str] = {}
    for prefix, double, single in set(_DECLARED.findall(text)):
        uri, prefix = double or single, prefix.lower()
        short = _short(uri)
        odd = "&" in uri or uris.setdefault(prefix, uri) != uri
        if odd or (prefix in _TAKEN and short != prefix) or (not prefix and uri and short != ""):
            raise _OtherwiseError
        names[uri] = short
    return names


def _short(uri: str) -> str | None:
    lower = uri.lower()
    return "" if "backend.userland.com/rss" in lower else _NAMES.get(lower)


class _Reader:
    """Reads one document."""

    def __init__(self, names: dict[str, str | None]):
        self._names = names
        self._keys: dict[str, str] = {}

    def key(self, element: Any) -> str:
        """`name` or `prefix_name` as feedparser would say; `?` for what it has no handler and we no use for."""
        key = self._keys.get(element.tag)
        if key is None:
            key = self._keys[element.tag] = self._key(element.tag, element.prefix or "")
        return key

    def _key(self, tag: str, prefix: str) -> str:
        uri, _, name = tag.rpartition("}")
        short = self._names.get(uri[1:], "!") if uri else ""
        if short == "!":
            raise _OtherwiseError
        short = prefix.lower() if short is None else short
        key = f"{short}_{name}".lower() if short else name.lower()
        if key in _OPEN:
            return "?"
        handled = hasattr(_FeedParserMixin, f"_start_{key}") or hasattr(_FeedParserMixin, f"_end_{key}")
        own = key in _ITS_OWN or key.endswith(("_detail", "_parsed")) or (not short and "_" in key)
        return key if handled or own else "?"

    def items(self, root: Any) -> list[Draft]:
        """Raises _OtherwiseError."""
        if self.key(root) not in ("rss", "feed") and root.tag != _RDF + "RDF":
            raise _OtherwiseError
        found: list[Draft] = []
        for child in root:
            if self.key(child) == "channel":
                _refuse_cdf(child)
                found.extend(self._children(child))
            else:
                found.extend(self._children((child,)))
        return found

    def _children(self, elements: Iterable[Any]) -> Iterable[Draft]:
        for element in elements:
            if self.key(element) in ("item", "entry"):
                _refuse_cdf(element)
                yield _Item(self.key).draft(element)
            else:
                self._pass(element)

    def _pass(self, element: Any) -> None:
        """See that nothing of feed level leaves a trace on the items after it."""
        for inner in element.iter():
            key = self.key(inner)
            if key in _HARMLESS or key in _TEXTS:
                if len(inner):
                    raise _OtherwiseError
            elif key not in _OF_FEED:
                raise _OtherwiseError


def _refuse_cdf(element: Any) -> None:
    if any(name.rpartition("}")[2].lower() in ("href", "lastmod") for name in element.attrib):
        raise _OtherwiseError


class _Item:
    """One item, as it grows with each of its elements."""

    def __init__(self, key: Callable[[Any], str]):
        self._key = key
        self._values: dict[str, str] = {}
        self._depths: dict[str, int] = {}
        self._contents: list[str] = []
        self._alternates: list[str] = []
        self._title_depth: int | None = None
        self._has_content = False

    def draft(self, element: Any) -> Draft:
        if element.attrib:
            for name, value in element.attrib.items():
                if name == _ABOUT and value:
                    self._values["id"] = value
        self._take(element, 0)
        get = self._values.get
        link, guid = get("link", ""), get("id", "")
        if link and link == guid and not link.lower().startswith(("http://", "https://")):
            link = ""  # a guid that the feed forgot to call no permalink
        return Draft(
            guid=guid,
            link=link or next(iter(self._alternates), ""),
            title=get("title", ""),
            summary=get("summary", ""),
            content=max(self._contents, key=len, default=""),
            date=get("published") or get("updated") or get("created") or "",
            updated=get("updated", ""),
            author=get("author", ""),
        )

    def _take(self, parent: Any, depth: int) -> None:
        if depth > _DEEPEST:
            raise _OtherwiseError
        for element in parent:
            key = self._key(element)
            sense = _SENSES.get(key)
            if sense is not None:
                _HANDLERS[sense](self, element, depth, sense)
            elif key == "?":
                if len(element):
                    self._take(element, depth + 1)
            elif key not in _HARMLESS or len(element):
                raise _OtherwiseError

    def _store(self, name: str, value: str, depth: int) -> None:
        """What stands deeper never takes the place of what stands higher; of equals the last one counts."""
        before = self._depths.get(name)
        if before is None or depth <= before:
            self._depths[name] = depth
            self._values[name] = value

    # --- one for each sense ----------------------------------------------------------------------

    def _title(self, element: Any, depth: int, sense: str) -> None:
        _markup_type(element)
        value = _text(element)
        if self._title_depth is None or self._title_depth > depth:
            self._store("title", value, depth)
        if value and sense == "title":
            self._title_depth = depth

    def _link(self, element: Any, depth: int, sense: str) -> None:
        attributes = _attributes(element)
        if len(element) or attributes.keys() & {"url", "uri"} or (attributes and "href" not in attributes):
            raise _OtherwiseError
        if not attributes:
            value = _ENTITY_LIKE.sub(r"&\1", _absolute(_text(element)).replace("&amp;", "&"))
            self._values["link"] = value
            self._alternates.append(value)
        elif attributes.get("rel", "alternate").lower() == "alternate":
            href = _absolute(attributes["href"])
            self._alternates.append(href)
            if attributes.get("type", "text/html").lower() in _HTML_TYPES:
                self._values["link"] = href

    def _id(self, element: Any, depth: int, sense: str) -> None:
        is_link = _attributes(element).get("ispermalink", "true") == "true"
        value = _text(element)
        value = _absolute(value) if is_link else value
        self._store("id", value, depth)
        if is_link:
            self._values.setdefault("link", value)

    def _description(self, element: Any, depth: int, sense: str) -> None:
        """A second one, before anything that is called content, is the content."""
        if "summary" in self._values and not self._has_content:
            self._content(element, depth, sense)
        else:
            _markup_type(element)
            self._store("summary", _text(element), depth)

    def _content(self, element: Any, depth: int, sense: str) -> None:
        _markup_type(element)
        self._has_content = True
        value = _text(element)
        self._contents.append(value)
        self._values.setdefault("summary", value)

    def _date(self, element: Any, depth: int, sense: str) -> None:
        self._store(sense, _text(element), depth)

    def _author(self, element: Any, depth: int, sense: str) -> None:
        person: dict[str, str] = {}
        if len(element) and self._values.get("author"):
            raise _OtherwiseError  # the one before would shine through
        for child in element:
            name = _PEOPLE.get(self._key(child))
            if name is None or len(child):
                raise _OtherwiseError
            if name:
                person[name] = (child.text or "").strip()
        if len(element) and any((part or "").strip() for part in (element.text, *(child.tail for child in element))):
            raise _OtherwiseError
        self._store("author", "" if len(element) else _text(element), depth)
        name, email = person.get("name"), person.get("email")
        if name or email:
            self._values["author"] = f"{name} ({email})" if name and email else name or email or ""

    def _source(self, element: Any, depth: int, sense: str) -> None:
        if len(element):
            raise _OtherwiseError
        self._title_depth = None


_HANDLERS: dict[str, Callable[[_Item, Any, int, str], None]] = {
    "title": _Item._title,
    "media title": _Item._title,
    "link": _Item._link,
    "id": _Item._id,
    "description": _Item._description,
    "content": _Item._content,
    "published": _Item._date,
    "updated": _Item._date,
    "created": _Item._date,
    "author": _Item._author,
    "source": _Item._source,
}


def _text(element: Any) -> str:
    """The text of an element that has no other in it, with signs that were encoded twice set right."""
    if len(element):
        raise _OtherwiseError
    text: str = (element.text or "").strip()
    if text.isascii():
        return text
    if not _BEYOND_LATIN.search(text):
        with suppress(UnicodeError):
            text = text.encode("iso-8859-1").decode("utf-8")
    return text if text.isprintable() or not _C1.search(text) else text.translate(_CP1252)


def _attributes(element: Any) -> dict[str, str]:
    if not element.attrib:
        return {}
    of_xml = "{http://www.w3.org/XML/1998/namespace}"
    found = {name.lower(): value for name, value in element.attrib.items() if not name.startswith(of_xml)}
    if len(found) > 20 or any(name.startswith("{") for name in found):
        raise _OtherwiseError
    return found


def _markup_type(element: Any) -> None:
    """Text, escaped HTML, or not for us."""
    attributes = _attributes(element)
    if attributes and ("mode" in attributes or _lower(attributes.get("type")) not in _TYPES):
        raise _OtherwiseError


def _lower(value: str | None) -> str | None:
    return value.lower() if value else value


def _absolute(link: str) -> str:
    return _SLASHES.sub(r"\1", link) if ":///" in link else link
