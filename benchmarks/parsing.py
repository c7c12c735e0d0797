"""Feeds, bytes in → entries out, against feedparser alone on the same feeds in the same run.

Ours is the whole work of a worker process: encoding, parsing, plain text, dates, keys. Theirs is
`feedparser.parse` as it is least slow, without sanitising and without resolving addresses, and
nothing done with what it found. Feeds of RSS and Atom in five languages, 20 entries each: with
summaries only, with the full text too, and with one element that makes ours leave the feed to
feedparser.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape

import feedparser

from benchmarks._measure import emit, options, progress, turn_about
from benchmarks._prose import LANGUAGES, Prose
from monitor.core.model import Article
from monitor.fetch.feeds import parse_feed

NOW = datetime(2040, 1, 1, tzinfo=UTC)
ENTRIES = 20
URL = "https://wire.example/feed"
_RSS = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Wire</title>'
    "<link>https://wire.example/</link><description>News</description>\n"
)
_ATOM = '<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Wire</title>\n'


class Feeds:
    """An endless supply, RSS and Atom in turn, each in one language. `odd` puts an image into one entry."""

    def __init__(self, *, words: int, full: bool, odd: bool = False):
        self._prose, self._words, self._full, self._odd = Prose(1), words, full, odd
        self._made = 0

    def batch(self, size: int) -> list[tuple[bytes, str]]:
        """Bodies with their languages."""
        return [self._feed() for _ in range(size)]

    def _feed(self) -> tuple[bytes, str]:
        language = LANGUAGES[self._made % len(LANGUAGES)]
        first = self._made * ENTRIES * len(LANGUAGES) + self._made % len(LANGUAGES)
        numbers = range(first, first + ENTRIES * len(LANGUAGES), len(LANGUAGES))
        articles = [self._prose.article(number, self._words) for number in numbers]
        atom = self._made % 2 == 1
        self._made += 1
        items = [self._entry(article) if atom else self._item(article) for article in articles]
        if self._odd:
            items[0] = items[0].replace("<title>", "<image><url>/i.png</url></image><title>", 1)
        text = _ATOM + "\n".join(items) + "</feed>" if atom else _RSS + "\n".join(items) + "</channel></rss>"
        return text.encode(), language

    def _item(self, article: Article) -> str:
        full = f"<content:encoded><![CDATA[{_html(article.text)}]]></content:encoded>" if self._full else ""
        return (
            f"<item><title>{escape(article.title)}</title><link>https://wire.example/{article.id}?utm_source=rss</link>"
            f'<guid isPermaLink="false">{article.id}</guid><pubDate>{format_datetime(article.published)}</pubDate>'
            f"<dc:creator>Desk</dc:creator><category>News</category>"
            f"<description><![CDATA[{_html(article.text[:300])}]]></description>{full}</item>"
        )

    def _entry(self, article: Article) -> str:
        full = f'<content type="html">{escape(_html(article.text))}</content>' if self._full else ""
        return (
            f'<entry><title>{escape(article.title)}</title><link href="https://wire.example/{article.id}"/>'
            f"<id>tag:wire.example,2030:{article.id}</id><published>{article.published.isoformat()}</published>"
            f"<author><name>Desk</name></author>"
            f'<summary type="html">{escape(_html(article.text[:300]))}</summary>{full}</entry>'
        )


def _html(text: str) -> str:
    return "".join(f"<p>{escape(paragraph)}</p>" for paragraph in text.split("\n\n"))


def ours(feeds: Sequence[tuple[bytes, str]]) -> None:
    for body, language in feeds:
        entries, _ = parse_feed(body, "application/xml", URL, "bench", language, NOW)
        assert len(entries) == ENTRIES


def theirs(feeds: Sequence[tuple[bytes, str]]) -> None:
    for body, _ in feeds:
        found = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
        assert len(found.entries) == ENTRIES


def main() -> None:
    chosen = options(__doc__).parse_args()
    size, turns = (2, 1) if chosen.quick else (20, 9)
    kinds = {
        "parsing_summaries": Feeds(words=60, full=False),
        "parsing_full_texts": Feeds(words=450, full=True),
        "parsing_left_to_feedparser": Feeds(words=60, full=False, odd=True),
    }
    for figure, supply in kinds.items():
        progress(f"{figure}: {turns} turns of {size} feeds with {ENTRIES} entries each")
        batches: Iterator[list[tuple[bytes, str]]] = (supply.batch(size) for _ in range(turns + 1))
        rates = turn_about(ours, theirs, batches)
        emit(figure, rates.ours * ENTRIES, "entries/s", "feedparser alone", rates.theirs * ENTRIES)


if __name__ == "__main__":
    main()
