"""The public web preview of a Telegram channel → entries. Runs in a worker process."""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime
from urllib.parse import urlsplit

import lxml.html
from lxml import etree
from lxml.cssselect import CSSSelector

from monitor.core.model import Entry
from monitor.errors import UnreadableError
from monitor.fetch.dates import parse_date
from monitor.fetch.encoding import decode
from monitor.fetch.identity import url_key, with_keys
from monitor.fetch.index import html_tree
from monitor.fetch.links import absolute
from monitor.fetch.plain import beginning, line, plain

_HISTORY = CSSSelector(".tgme_channel_history")
_POSTS = CSSSelector(".tgme_widget_message[data-post]:not(.service_message)")
_WORDS = CSSSelector(".tgme_widget_message_text.js-message_text")
_TIME = CSSSelector(".tgme_widget_message_date time[datetime]")
_PREVIEW = CSSSelector("a.tgme_widget_message_link_preview[href]")
_AUTHOR = CSSSelector(".tgme_widget_message_forwarded_from_name, .tgme_widget_message_owner_name")
_OWN = re.compile(r"\w{1,40}/\d{1,12}", re.ASCII)
# Where a link leads to no article that could be fetched in place of the post.
_ELSEWHERE = frozenset(
    re.findall(
        r"\S+",
        "t.me telegram.me telegram.org telegram.dog youtube.com youtu.be instagram.com facebook.com fb.com fb.watch"
        " x.com twitter.com tiktok.com vk.com ok.ru threads.net threads.com linkedin.com wa.me whatsapp.com boosty.to"
        " patreon.com",
    )
)


def parse_telegram(
    body: bytes, content_type: str, url: str, source_id: str, language: str, now: datetime
) -> tuple[tuple[Entry, ...], str]:
    """The posts of the preview that have words, oldest first, and a warning in words ("" when all is well).

    A post that leads to a web page has its address, any other one its own; the post's words are the content of
    both. Raises UnreadableError where there is no preview.
    """
    text, warning = decode(body, content_type, language)
    root = html_tree(text)
    posts = _POSTS(root)
    if not posts and not _HISTORY(root):
        raise UnreadableError("no public preview: the channel is private, closed to the web, or does not exist")
    links = {post: _links(post, url) for post in posts}
    common = Counter(key for found in links.values() for key in {url_key(link) for link in found})
    entries = []
    for post in posts:
        own = post.get("data-post", "")
        if not _OWN.fullmatch(own):
            continue
        out = next((link for link in links[post] if common[url_key(link)] == 1), None)
        entry = _entry(post, out or f"https://t.me/{own}", language, now)
        if entry:
            entries.append((entry, own))
    empty = "" if posts else "the channel has no posts"
    return with_keys(source_id, entries), "; ".join(filter(None, (warning, empty)))


def _entry(post: etree._Element, url: str, language: str, now: datetime) -> Entry | None:
    """None for a post without words."""
    text = next((words for element in _WORDS(post) if (words := _text(element))), "")
    if not text:
        return None
    raw = next((time.get("datetime", "") for time in _TIME(post)), "")[:200]
    return Entry(
        identity="",
        keys=(),
        url=url,
        title=beginning(text),
        content=text,
        published=parse_date(raw, language, now),
        published_raw=raw,
        author=next((line("".join(name.itertext()))[:200] for name in _AUTHOR(post)), ""),
        language=language,
    )


def _text(element: etree._Element) -> str:
    return plain(lxml.html.tostring(element, encoding="unicode", with_tail=False))


def _links(post: etree._Element, url: str) -> list[str]:
    """The web pages that a post leads to: first the one it shows a preview of."""
    hrefs = [preview.get("href", "") for preview in _PREVIEW(post)]
    for element in _WORDS(post)[:1]:
        hrefs += [link.get("href", "") for link in element.iter("a")]
    found = (absolute(href, url) for href in hrefs if "://" in href)
    return [link for link in found if link and url_key(link) and not _is_elsewhere(link)]


def _is_elsewhere(link: str) -> bool:
    host = (urlsplit(link).hostname or "").lower()
    return any(host == name or host.endswith(f".{name}") for name in _ELSEWHERE)
