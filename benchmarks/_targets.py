"""What is fuzzed: for each reader of foreign bytes, how its input is made up and what has to hold of its answer.

A check returns when all is well; whatever it raises is a finding. Inputs are put together from
the words of their language, whole and damaged, so that they get past the first look.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from hypothesis import strategies as st

from monitor.errors import FetchError, HostileError, UnreadableError
from monitor.fetch.addresses import Guard
from monitor.fetch.dates import parse_date
from monitor.fetch.encoding import decode
from monitor.fetch.feeds import parse_feed
from monitor.fetch.http import parse_url, show
from monitor.fetch.links import absolute, canonical
from monitor.fetch.pages import extract
from monitor.fetch.plain import line, plain
from monitor.fetch.quickfeed import read_quickly
from monitor.fetch.workers import Workers
from monitor.fetch.xmlfeed import read_slowly

NOW = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)
URL = "https://wire.example/feed"
LANGUAGES = st.sampled_from(["en", "ru", "uk", "az", "tr", "ro", "hy", "ka", "", "xx"])


def _pieces(text: str) -> st.SearchStrategy[str]:
    return st.sampled_from(re.findall(r"\S+", text))


# --- feeds -----------------------------------------------------------------------------------

_HEADS = (
    *[""] * 6,
    *["<?xml version='1.0' encoding='utf-8'?>"] * 3,
    '<?xml version="1.0" encoding="windows-1251"?>',
    "<?xml version='1.0' encoding='utf-16'?>",
    "\ufeff",
    "<!DOCTYPE rss [<!ENTITY nbsp '&#160;'>]>",
    "<!DOCTYPE rss [<!ENTITY a '&b;'>]>",
    "<!-- \n -->",
)
_SPACES = (
    "xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:dc='http://purl.org/dc/elements/1.1/' "
    "xmlns:media='http://search.yahoo.com/mrss/' xmlns:dcterms='http://purl.org/dc/terms/' xmlns:w='urn:w' "
    "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' xmlns:atom='http://www.w3.org/2005/Atom'"
)
_FRAMES = (
    (f"<rss version='2.0' {_SPACES}><channel>", "</channel></rss>"),
    (f"<feed xmlns='http://www.w3.org/2005/Atom' {_SPACES} xml:lang='az'>", "</feed>"),
    (
        f"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/' {_SPACES}>",
        "</rdf:RDF>",
    ),
)
_ODD_FRAMES = (
    ("<rss><channel>", ""),
    ("<channel>", "</channel>"),
    ("<html><head><link rel=alternate type='application/rss+xml' href='/r'>", ""),
    ('{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "url": "/1", "title": "', '"}]}'),
    ("<rss:rss>", "</rss>"),
)
_MARKUP = _pieces(
    "<item> </item> <entry> </entry> <title> </title> <title/> <link> </link> <link/> <link_href='/1'/> <guid> </guid>"
    " <description> </description> <content:encoded> </content:encoded> <pubDate> </pubDate> <updated> </updated>"
    " <author> </author> <name> </name> <email> </email> <dc:creator> </dc:creator> <media:group> </media:group>"
    " <media:title> </media:title> <source> </source> <image> </image> <w:x> </w:x> <![CDATA["
    " ]]> <!-- --> <? ?> <! &amp;"
    " &nbsp; &#0; &#xD800; &#x110000; &lt;p&gt; &unknown; & < > </rss> </channel> </feed> <content_type='xhtml'>"
    " <div_xmlns='http://www.w3.org/1999/xhtml'> </div> </content> <svg> </svg> <b> </b>"
    " <base_href='//['> <p> ]]]]><![CDATA["
    " <itunes:summary> </itunes:summary> <textInput> </textInput> xml:base='http://[' <cdf> <item_href='x'_lastmod='y'>"
).map(lambda piece: piece.replace("_", " "))
_WORDS = st.one_of(
    st.sampled_from(
        [
            "Взрыв в порту",
            "İstanbul’da şüphe",
            "https://a.example/1",
            "2030-01-07T10:00:00Z",
            "Mon, 07 Jan 2030 10:00 MSK",
        ]
    ),
    st.text(max_size=12),
    st.builds(
        lambda piece, times: piece * times,
        st.sampled_from(["a.", "<a>", "&", "<!--", "]]>", " ", "/", "@a."]),
        st.integers(1, 200),
    ),
)
_ITEM = st.builds(
    "<{0}><title>{1}</title><link>{2}</link><{3}>{4}</{3}>{5}</{0}>".format,
    st.sampled_from(["item", "entry", "ITEM"]),
    _WORDS,
    _WORDS,
    st.sampled_from(["description", "summary", "content", "guid", "pubDate", "dc:date", "author"]),
    _WORDS,
    st.lists(st.one_of(_MARKUP, _WORDS), max_size=6).map("".join),
)
_FEED_TEXT = st.builds(
    "{0}{1[0]}{2}{3}{4}{1[1]}".format,
    st.sampled_from(_HEADS),
    st.sampled_from([*_FRAMES * 4, *_ODD_FRAMES]),
    st.lists(st.one_of(_ITEM, _ITEM, _MARKUP), max_size=6).map("".join),
    st.just("") | st.lists(st.one_of(_MARKUP, _WORDS), max_size=12).map("".join),
    st.just("") | _ITEM,
)
# Well formed, so that it is read in one pass: any element in any place.
_NAMES = _pieces(
    "title link guid description summary content content:encoded pubDate updated dc:date created author dc:creator"
    " media:title media:description media:group media:content category w:title w:text enclosure dc:title id source"
    " atom:link comments keywords name email body image date itunes:summary itunes:author dc:subject w:group"
)
_ATTRIBUTES = st.sampled_from(
    [
        *[""] * 6,
        " isPermaLink='false'",
        " type='html'",
        " type='xhtml'",
        " href='/2'",
        " rel='self' href='/3'",
        " url='x'",
        " xml:lang='az'",
    ]
)
_VALUES = st.sampled_from(
    [
        *(
            "",
            "A",
            " B\n",
            "Взрыв",
            "&amp;lt;p&amp;gt;x",
            "<![CDATA[<p>y</p>]]>",
            "&#150;",
            "&#208;&#159;",
            "\x85 \xa0",
        ),
        *("https://a.example/1", "https:///a.example/?a=1&amp;amp;b;", "a@b.example (A)", "<!-- x -->C<?y z?>"),
    ]
)
_ELEMENTS = st.recursive(
    st.builds("<{0}{1}>{2}</{0}>".format, _NAMES, _ATTRIBUTES, _VALUES),
    lambda inner: st.builds("<{0}{1}>{2}</{0}>".format, _NAMES, _ATTRIBUTES, st.lists(inner, max_size=3).map("".join)),
    max_leaves=4,
)
_CONTENTS = st.lists(_ELEMENTS, max_size=7).map("".join)
_WELL_FORMED = st.builds(
    "{0[0]}{1}{2}{0[1]}".format,
    st.sampled_from(_FRAMES),
    st.just("<title>Wire</title>") | _CONTENTS,
    st.lists(
        st.builds("<{0}>{1}</{0}>".format, st.sampled_from(["item", "entry"]), _CONTENTS), min_size=1, max_size=3
    ).map("".join),
)


def _damaged(text: str, encoding: str, place: int, cut: int, stray: bytes) -> bytes:
    body = text.encode(encoding, "replace")
    place = place % (len(body) + 1)
    return body[:place] + stray + body[place + cut :]


_ENCODINGS = st.sampled_from(
    ["utf-8"] * 6 + ["utf-16", "utf-16-le", "cp1251", "koi8-r", "cp1254", "utf-8-sig", "utf-7"]
)
_DAMAGE = (st.integers(0, 5000), st.sampled_from([0, 0, 0, 1, 5, 200]), st.one_of(st.just(b""), st.binary(max_size=8)))
_TYPES = st.sampled_from(
    [
        "",
        "text/xml",
        "application/rss+xml; charset=utf-8",
        "text/xml; charset=windows-1251",
        "application/json",
        "a; charset=\x00",
    ]
)
_DAMAGED_FEEDS = st.builds(_damaged, _FEED_TEXT, _ENCODINGS, *_DAMAGE)
_BODIES = st.one_of(_DAMAGED_FEEDS, _DAMAGED_FEEDS, _DAMAGED_FEEDS, st.binary(max_size=200))


def feed(body: bytes, content_type: str, language: str) -> None:
    """Entries that can be stored, told apart and linked to; or UnreadableError."""
    try:
        entries, warning = parse_feed(body, content_type, URL, "src", language, NOW)
    except UnreadableError:
        return
    assert isinstance(warning, str)
    assert len({entry.identity for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.title.strip()
        assert entry.keys
        assert entry.identity == entry.keys[0]
        assert entry.url is None or re.match(r"https?://[^/]", entry.url, re.IGNORECASE)
        assert entry.published is None or (entry.published <= NOW and entry.published.utcoffset() is not None)
        assert len(entry.published_raw) <= 200
        assert "\x00" not in entry.title + entry.summary + entry.content + entry.author


def one_pass(text: str) -> None:
    """The quick reader says what feedparser says, or nothing."""
    quick = read_quickly(text)
    if quick is None:
        return
    try:
        slow, warning = read_slowly(text)
    except UnreadableError:
        return
    assert quick == slow or warning, (quick, slow)


# --- dates, texts, links -----------------------------------------------------------------------

_DATE = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.one_of(
            _pieces(
                "Mon, Пн 7 07 31 32 0 2030 30 1970 9999 0000 12:30 24:00 7:5 12:30:60 12.30 T123000Z Z MSK"
                " EEST GMT+4 UTC+99"
                " +0400 -1200 +99:99 AM PM Jan ЯНВАРЯ января İyun şubat მარტი հունիսի . , - / 2030-01-07"
                " 07.01.2030 20300107"
                " 1/2/3 1893456000 99999999999999 Europe/Kyiv Etc/../x A/B 00:00:00 (MSK) T ²³ ٣"
            ),
            st.sampled_from([" ", "", "-", ":", "\t", "\u200b"]),
        ),
        max_size=9,
    ).map("".join),
)


def date(raw: str, language: str) -> None:
    """An aware time that does not lie ahead, or None; and the same again when read from its own words."""
    found = parse_date(raw, language, NOW)
    if found is not None:
        assert found <= NOW
        assert found.utcoffset() is not None
        assert found.year > 1970 or raw.isdigit()
        assert parse_date(found.isoformat(), language, NOW) == found


def text(body: bytes, content_type: str, language: str) -> None:
    """Text, whatever the bytes; UTF-8 as it is."""
    decoded, _ = decode(body, content_type, language)
    decoded.encode("utf-8", "surrogatepass")
    if (
        "iso-2022" not in content_type
        and not body.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf"))
        and b"\0" not in body
    ):
        try:
            strict = body.decode()
        except UnicodeDecodeError:
            return
        assert decoded == strict or b"iso-2022" in body or b"hz" in body


HTML = st.lists(
    st.one_of(
        _pieces(
            "<p> </p> <br> <br/> <div> </div> <script> </script> <style> </style> <a_href='x'>"
            ' <a_href="x> <img_src=x_onerror=y>'
            " </a> <!-- --> <![CDATA[ ]]> <title> <textarea> <svg> <math> <table> <td> <li> &lt; &gt;"
            " &amp; &amp;lt; &nbsp; &#60;"
            " &#x3c;p&#x3e; &copy &unknown; <b <b> </b> < > ' \" <h1> <P> <iframe> <plaintext>"
            " <select> <option> <template>"
        ).map(lambda piece: piece.replace("_", " ")),
        st.text(max_size=10),
        st.sampled_from(["Взрыв", " ", "\n", "\xa0", "\x85", "\u2028", "\u200b"]),
    ),
    max_size=20,
).map("".join)


def markup(value: str) -> None:
    """Plain text, which stays what it is when it has no signs of markup left; a title is one line."""
    told = plain(value)
    assert told == told.strip()
    assert "\n" not in line(value)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b]", told)
    if not re.search(r"[<&]|\]\]>", told):
        assert plain(told) == told


_URL_TEXT = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.one_of(
            _pieces(
                "http:// https:// HTTP:// // / : @ ? # & = % %41 %00 %2f .. . [::1] [::ffff:127.0.0.1]"
                " 127.0.0.1 127.1 0x7f.1"
                " 2130706433 localhost a.example пример.рф xn--e1afmkfd.xn--p1ai user:secret@ :80 :0"
                " :65536 :443 utm_source=x"
                " fbclid=1 id=2 javascript: file: \\ ; , ① ℡ ß ㍿ ] [ ftp: data:"
            ),
            st.sampled_from([" ", "\t", "\n", "\x00", "\u3002", "\xad", "\u200d"]),
            st.text(max_size=4),
        ),
        max_size=9,
    ).map("".join),
)


def url(raw: str) -> None:
    """A link is an absolute web address or none; of one form, which is its own; and a secret is not shown."""
    for base in (URL, "http://[::1]:8080/a/b?c"):
        found = absolute(raw, base)
        assert found is None or (
            found.lower().startswith(("http://", "https://")) and not re.search(r"[\x00-\x1f\x7f]", found)
        )
    form = canonical(raw)
    assert form is None or canonical(f"http://{form}") == form, form
    try:
        parsed = parse_url(raw)
    except FetchError:
        return
    assert parsed.scheme in ("http", "https")
    assert parsed.host
    if parsed.password == "secret":
        assert "secret@" not in show(parsed)


_ADDRESS = st.one_of(
    st.ip_addresses().map(str),
    st.ip_addresses(network="::ffff:0:0/96").map(str),
    st.ip_addresses(network="64:ff9b::/96").map(str),
)


def address(host: str, port: int) -> None:
    """What the library of the language calls not global is never dialled, nor is an odd port."""
    refused = Guard().refusal(host, port)
    ip = ip_address(host)
    inner = getattr(ip, "ipv4_mapped", None) or ip
    if inner.is_private or inner.is_loopback or inner.is_link_local or inner.is_multicast or inner.is_unspecified:
        assert refused, host
    if port not in (80, 443, 8080, 8443):
        assert refused, port


# --- pages -----------------------------------------------------------------------------------

_PAGE = st.builds(
    "<!doctype html><html lang={}><head><title>{}</title><meta property='article:published_time' content='{}'>"
    "<script type='application/ld+json'>{}</script></head><body>{}<article><h1>{}</h1>{}</article>{}".format,
    st.sampled_from(["ru", "az", "'", ""]),
    _WORDS,
    _DATE,
    st.one_of(
        st.sampled_from(
            ['{"datePublished": "2030-01-07"}', '[[[[{"datePublished": 5}', '{"datePublished": "x', "[" * 500]
        ),
        _WORDS,
    ),
    HTML,
    _WORDS,
    st.lists(
        st.one_of(HTML, st.just("<p>The port was shut after a drone hit a depot, the governor said on Monday.</p>")),
        max_size=6,
    ).map("".join),
    HTML,
)
_PAGES = st.builds(_damaged, _PAGE, _ENCODINGS, *_DAMAGE)


class Pages:
    """Reads pages in a worker process, as the monitor does. Close it."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._workers = Workers(1, preload=("monitor.fetch.pages",))

    def read(self, body: bytes, content_type: str, language: str) -> None:
        try:
            page = self._loop.run_until_complete(
                self._workers.run(extract, body, "https://wire.example/1", content_type, language, NOW, timeout=30.0)
            )
        except HostileError:
            raise  # nothing here is so large that it may cost a process
        except UnreadableError:
            return
        assert page.text.strip()
        assert page.published is None or page.published <= NOW
        assert "<script" not in page.text.lower() or b"script" in body.replace(b"\0", b"").lower()  # UTF-16

    def close(self) -> None:
        self._loop.run_until_complete(self._workers.close())
        self._loop.close()


@dataclass(frozen=True)
class Target:
    check: Callable[..., None]
    inputs: tuple[st.SearchStrategy[Any], ...]


TARGETS = {
    "feeds": Target(feed, (_BODIES, _TYPES, LANGUAGES)),
    "one_pass": Target(one_pass, (_WELL_FORMED | _FEED_TEXT,)),
    "dates": Target(date, (_DATE, LANGUAGES)),
    "texts": Target(text, (_BODIES, _TYPES, LANGUAGES)),
    "markup": Target(markup, (HTML,)),
    "urls": Target(url, (_URL_TEXT,)),
    "addresses": Target(address, (_ADDRESS, st.integers(1, 65535))),
}
PAGES = (_PAGES, st.sampled_from(["text/html", "text/html; charset=windows-1251", ""]), LANGUAGES)
