"""Lists of sources as OPML 2.0, both ways. What OPML has no word for stands in attributes of our own namespace."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlsplit
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from monitor.core.model import Source, SourceKind
from monitor.errors import ConfigurationError, Problem
from monitor.watchlists.listing import free, intervals, objections, slug
from monitor.watchlists.sources import canonical_address
from monitor.watchlists.wording import shown

NAMESPACE = "urn:newsmonitor:sources:1"
MAX_BYTES = 5_000_000
_DEPTH = 50
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_]\w+)?", re.IGNORECASE | re.ASCII)
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?://)|feed:(?=//)", re.IGNORECASE)
_LISTS = frozenset({"include", "source"})  # types of outlines that lead to other lists
_HINTS = {
    "not well-formed": "an & in an address is written &amp;",
    "undefined entity": "write the letter itself",
    "unclosed token": "a tag or a quotation mark is never closed",
    "mismatched tag": "a tag is not closed, or not the one that was opened",
    "no element found": "the file ends in the middle",
}


@dataclass(slots=True)
class _Outline:
    """`attributes` by name in lower case, `own` those of our namespace; `folders` from the outermost."""

    line: int
    column: int
    attributes: Mapping[str, str]
    own: Mapping[str, str]
    folders: tuple[_Outline, ...] = ()
    feeds: list[_Outline] = field(default_factory=list)

    @property
    def name(self) -> str:
        return _clean(self.attributes.get("text", "")) or _clean(self.attributes.get("title", ""))

    @property
    def url(self) -> str:
        found = self.attributes.get("xmlurl") or self.attributes.get("url", "")
        return re.sub(r"^//", "http://", _FEED_SCHEME.sub("", found.strip(), count=1))

    @property
    def leads_to_no_feed(self) -> bool:
        is_list = self.attributes.get("type", "").lower() in _LISTS
        return not self.own and (is_list or "xmlurl" not in self.attributes)


@dataclass(slots=True)
class Imported:
    """Sources by the keys of sources.yaml, in the order of the file; what is no source; what is one twice."""

    sources: list[dict[str, object]] = field(default_factory=list)
    left_out: list[Problem] = field(default_factory=list)
    repeated: list[Problem] = field(default_factory=list)


def read_opml(path: Path, known: Sequence[Source] = ()) -> Imported:
    """The sources that are not `known` by their address, with ids that neither those nor others here have.

    A folder whose name is two capitals is a country, one whose feeds are all of one site a publisher. Raises
    ConfigurationError where the file is no OPML, with its line.
    """
    file = path.as_posix()
    done = Imported()
    ids = {source.id for source in known}
    addresses = {canonical_address(source.url) for source in known}
    for outline in _Reader(file).read(_bytes(path)):
        values = _values(outline)
        if outline.leads_to_no_feed:
            done.left_out.append(_left_out(file, outline, "it leads to a page or another list, not to a feed"))
        elif told := objections(values):
            done.left_out.append(_left_out(file, outline, told[0]))
        elif canonical_address(outline.url) in addresses:
            done.repeated.append(_left_out(file, outline, "its address is listed already"))
        else:
            addresses.add(canonical_address(outline.url))
            values["id"] = free(str(values["id"]), ids)
            ids.add(str(values["id"]))
            done.sources.append(values)
    return done


def write_opml(sources: Sequence[Source], now: datetime) -> str:
    """OPML 2.0 with a folder for each country, and in it one for each publisher with several sources."""
    head = f"<title>Sources of the news monitor</title><dateCreated>{format_datetime(now)}</dateCreated>"
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<opml version="2.0" xmlns:monitor="{NAMESPACE}">']
    lines += [f"  <head>{head}</head>", "  <body>"]
    for country, listed in _grouped(sources, lambda source: source.country):
        inner: list[str] = []
        for publisher, family in _grouped(listed, lambda source: source.publisher):
            written = [_written(source) for source in family]
            inner += _folder(publisher, written) if len(written) > 1 and country else written
        lines += _indented(_folder(country, inner) if country else inner, "    ")
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _grouped(sources: Iterable[Source], key: Callable[[Source], str]) -> Iterable[tuple[str, list[Source]]]:
    groups: dict[str, list[Source]] = {}
    for source in sources:
        groups.setdefault(key(source), []).append(source)
    return groups.items()


def _folder(name: str, lines: list[str]) -> list[str]:
    return [f"<outline text={quoteattr(name)}>", *_indented(lines, "  "), "</outline>"]


def _indented(lines: list[str], indent: str) -> list[str]:
    return [indent + line for line in lines]


def _written(source: Source) -> str:
    is_feed = source.kind is SourceKind.FEED
    attributes = {
        "type": "rss" if is_feed else "link",  # other programs must not take a page for a feed
        "text": source.name,
        "title": source.name,
        "xmlUrl" if is_feed else "url": source.url,
        "language": source.language,
        "monitor:id": source.id,
        "monitor:kind": source.kind.value,
        "monitor:select": source.select,
        "monitor:country": source.country,
        "monitor:publisher": source.publisher,
        "monitor:tier": str(source.tier),
        **{f"monitor:{key}": value for key, value in intervals(source).items()},
        "monitor:robots": "" if source.robots else "ignore",
        "monitor:allow": ",".join(source.allow),
        "monitor:enabled": str(source.enabled).lower(),
    }
    return f"<outline {' '.join(f'{name}={quoteattr(value)}' for name, value in attributes.items() if value)}/>"


# --- reading ---------------------------------------------------------------------------------


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _bad(path.as_posix(), 0, 0, f"cannot be read: {error.strerror or error}") from None
    if len(data) > MAX_BYTES:
        raise _bad(path.as_posix(), 0, 0, f"the file is larger than {MAX_BYTES // 1_000_000} MB")
    return data


class _Reader:
    """Collects the outlines that have an address, with the folders around them."""

    def __init__(self, file: str):
        self.file = file
        self.found: list[_Outline] = []
        self._opened: list[_Outline | None] = []
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = lambda name: self._opened.pop()
        self._parser.StartDoctypeDeclHandler = self._doctype

    def read(self, data: bytes) -> list[_Outline]:
        """Raises ConfigurationError with the line of what is wrong."""
        try:
            self._parser.Parse(data, True)
        except expat.ExpatError as error:
            said = expat.ErrorString(error.code)
            hint = next((hint for words, hint in _HINTS.items() if words in said), "")
            raise _bad(self.file, error.lineno, error.offset + 1, f"not well-formed XML: {said}", hint) from None
        except (LookupError, ValueError) as error:  # an encoding that nobody knows
            raise _bad(self.file, 1, 1, f"cannot be read: {error}"[:200], "save it with encoding UTF-8") from None
        return self.found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2].lower()
        if not self._opened and local != "opml":
            raise _bad(self.file, *self._place(), f"not OPML: its outermost element is <{local[:40]}>")
        if len(self._opened) >= _DEPTH:
            raise _bad(self.file, *self._place(), f"outlines are nested more than {_DEPTH} deep")
        outline = None
        if local == "outline":
            outline = _outline(self._place(), attributes, [outer for outer in self._opened if outer])
            if {"xmlurl", "url"} & outline.attributes.keys():
                self.found.append(outline)
                for folder in outline.folders:
                    folder.feeds.append(outline)
        self._opened.append(outline)

    def _doctype(self, *_: object) -> None:
        raise _bad(self.file, *self._place(), "a document type is declared", "OPML has none: delete <!DOCTYPE …>")

    def _place(self) -> tuple[int, int]:
        return self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1


def _outline(place: tuple[int, int], attributes: Mapping[str, str], around: Sequence[_Outline]) -> _Outline:
    plain = {name.lower(): value for name, value in attributes.items() if " " not in name}
    own = {
        name.removeprefix(f"{NAMESPACE} "): value for name, value in attributes.items() if name.startswith(NAMESPACE)
    }
    return _Outline(*place, plain, own, tuple(around))


def _values(outline: _Outline) -> dict[str, object]:
    own, attributes = outline.own, outline.attributes
    host = _host(outline.url).removeprefix("www.")
    name = outline.name or host
    spoken = _LANGUAGE.fullmatch(attributes.get("language", "").strip())
    values: dict[str, object] = {
        "id": own.get("id") or slug(name) or slug(host) or "source",
        "url": outline.url,
        "name": name,
        "kind": own.get("kind", ""),
        "select": own.get("select", ""),
        "language": spoken[1].lower() if spoken else "",
        "country": own.get("country") or ("" if own else _country(outline)),
        "publisher": own.get("publisher") or _publisher(outline),
        "tier": int(own["tier"]) if own.get("tier", "").isdecimal() else own.get("tier", ""),
        "interval": own.get("interval", ""),
        "min_interval": own.get("min_interval", ""),
        "robots": own.get("robots", ""),
        "allow": [network for network in own.get("allow", "").split(",") if network],
    }
    values = {key: value for key, value in values.items() if value or key == "url"}
    return values | ({"enabled": False} if own.get("enabled") == "false" else {})


def _country(outline: _Outline) -> str:
    """Of the folders around it, or of its category: `/AZ/news,/other`."""
    names = [folder.name for folder in outline.folders]
    names += re.split(r"[/,]", outline.attributes.get("category", ""))
    return next((name.strip() for name in names if _COUNTRY.fullmatch(name.strip())), "")


def _publisher(outline: _Outline) -> str:
    """The folder around it, if all that it holds is of one site: a folder of subjects is no family."""
    folder = outline.folders[-1] if outline.folders else None
    if folder is None or _COUNTRY.fullmatch(folder.name) or len(folder.feeds) < 2:
        return ""
    sites = {_site(_host(feed.url)) for feed in folder.feeds}
    return (slug(folder.name) or slug(sites.pop())) if len(sites) == 1 else ""


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _site(host: str) -> str:
    """`news.orm.example` → `orm.example`; three labels where the second last is one like com or gov."""
    labels = host.split(".")
    short = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if short else -2 :])


def _clean(text: str) -> str:
    return " ".join(_UNPRINTABLE.sub(" ", text).split())


def _left_out(file: str, outline: _Outline, why: str) -> Problem:
    return Problem(file, outline.line, outline.column, f"{shown(outline.name or 'no name')} is left out: {why}")


def _bad(file: str, line: int, column: int, message: str, hint: str = "") -> ConfigurationError:
    return ConfigurationError([Problem(file, line, column, message, hint)])
