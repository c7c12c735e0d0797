"""A web page that lists articles → entries: its links, as a CSS selector names them. Runs in a worker process."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import datetime
from itertools import islice

import lxml.html
from cssselect import SelectorError
from lxml import etree
from lxml.cssselect import CSSSelector

from monitor.core.model import Entry
from monitor.core.render import count
from monitor.errors import UnreadableError
from monitor.fetch.dates import parse_date
from monitor.fetch.encoding import decode
from monitor.fetch.identity import url_key, with_keys
from monitor.fetch.links import absolute
from monitor.fetch.plain import line
from monitor.fetch.walls import wall

MOST_ENTRIES = 500
_MOST_LINKS = 2_000  # looked at: an article often has several
_MOST_IN_ONE = 50  # links of one element
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_UP = 6  # steps from a link to what holds its item
_PROLOG = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")


def parse_index(
    body: bytes, content_type: str, url: str, select: str, source_id: str, language: str, now: datetime
) -> tuple[tuple[Entry, ...], str]:
    """Entries in the order of the page, and a warning in words ("" when all is well).

    `select` is a CSS selector of links, or of elements that hold one each. The title is the link's text, the
    date a <time> in the same item. Raises UnreadableError, also where the selector finds no link.
    """
    text, warning = decode(body, content_type, language)
    root = html_tree(text)
    links = list(islice(_links(root, select), _MOST_LINKS))
    base = next((absolute(element.get("href", ""), url) for element in root.iter("base")), None) or url
    found: dict[str, tuple[str, str, etree._Element]] = {}  # the best title of each article, and its link
    for link in links:
        address = absolute(link.get("href", ""), base)
        key = url_key(address)
        if address and key and key != url_key(url):
            title = _title(link)
            if key not in found or len(title) > len(found[key][1]):
                found[key] = (address, title, link)
    if not found:
        raise UnreadableError(_nothing(text, select, len(links)))
    listed = {link: url_key(absolute(link.get("href", ""), base)) for link in links}
    entries = [
        (_entry(address, title, _beside(link, listed, language, now), language), "")
        for address, title, link in list(found.values())[:MOST_ENTRIES]
    ]
    titled = [pair for pair in entries if pair[0].title]
    bare = len(entries) - len(titled)
    has = "has" if bare == 1 else "have"
    untitled = f"{bare} of {count(len(entries), 'link')} {has} no text" if bare else ""
    return with_keys(source_id, titled), "; ".join(filter(None, (warning, untitled)))


def html_tree(text: str) -> etree._Element:
    """Raises UnreadableError for what holds nothing that could be HTML."""
    if not text.strip():
        raise UnreadableError("the answer is empty")
    parser = lxml.html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        return lxml.html.document_fromstring(_PROLOG.sub("", text).replace("\x00", ""), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise UnreadableError("not a web page: it has no markup") from error


def _links(root: etree._Element, select: str) -> Iterator[etree._Element]:
    try:
        found = CSSSelector(select, translator="html")(root)
    except (SelectorError, etree.XPathError) as error:
        raise UnreadableError(f"“select” is not a CSS selector: {error}"[:200]) from error
    for element in found:
        held = [element] if element.tag == "a" else islice(element.iter("a"), _MOST_IN_ONE)
        if linked := [link for link in held if link.get("href")]:
            yield max(linked, key=lambda link: len(_title(link)))  # beside it stand its section, its author


def _title(link: etree._Element) -> str:
    """The link's heading or else its words, without the time among them."""
    shown = deepcopy(next((heading for heading in link.iter(*_HEADINGS)), link))
    shown.tail = None
    etree.strip_elements(shown, "time", "script", "style", with_tail=False)
    return line(lxml.html.tostring(shown, encoding="unicode")) or line(
        link.get("title") or link.get("aria-label") or ""
    )


def _entry(address: str, title: str, date: tuple[datetime | None, str], language: str) -> Entry:
    return Entry("", (), address, title, published=date[0], published_raw=date[1], language=language)


def _beside(
    link: etree._Element, listed: Mapping[etree._Element, str | None], language: str, now: datetime
) -> tuple[datetime | None, str]:
    """The <time> in the link or in the largest element around it that holds no other article's link."""
    around, own = link, listed[link]
    for _ in range(_UP):
        for moment in around.iter("time"):
            raw = (moment.get("datetime") or "".join(moment.itertext())).strip()[:200]
            return parse_date(raw, language, now), raw
        around = around.getparent()
        if around is None or any(listed.get(other, own) != own for other in around.iter("a")):
            break
    return None, ""


def _nothing(text: str, select: str, links: int) -> str:
    in_place = wall(text[:200_000], "", "")
    if in_place:
        return in_place
    what = "only links that lead to no article" if links else "no link"
    return f"the selector “{select[:80]}” finds {what}: the page may have been rebuilt"
