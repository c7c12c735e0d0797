"""When an article has been edited: what in a feed says so, when its page is read again, what is more than trivia."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import unified_diff
from hashlib import blake2b

from monitor.core.model import Article, Entry
from monitor.core.text import split_sentences

MOST = 3  # times that the page of one article is read again …
WITHIN = timedelta(hours=48)  # … after it was first seen
APART = timedelta(minutes=10)  # between two readings of one page

NEW_WORDS = "the feed shows another title or summary"
NEW_DATE = "the feed gives another date of change"

_SEVERAL = 3  # entries of one poll of which no date of change has stayed as it was
_TRIFLE = 60  # characters of a paragraph that is no sentence: a caption, a counter, the time of the last change
_WORD = re.compile(r"\w+")
_ENDED = re.compile(r"[.!?…:;][\"»”’)\]]*$")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a feed showed of an entry, as far as we keep it: a digest of its words, and its date of change."""

    words: str
    date: str


def shown(entry: Entry) -> Shown:
    """Many outlets move the date of publication when they edit, so it stands in for one of change.

    An entry without a page has its text in the feed: then that belongs to its words.
    """
    return Shown(entry.shown or digest(entry), entry.updated or entry.published_raw)


def digest(entry: Entry) -> str:
    """Of the words that a feed shows of an entry."""
    text = "" if entry.url else entry.content
    return _digest(f"{entry.title}\n{entry.summary}\n{text}")


def signs_of_edits(pairs: Sequence[tuple[Shown, Shown]]) -> list[str]:
    """For each entry of one poll, (as shown before, as shown now): why to think that it was edited, or "".

    A feed that dates all its entries anew at every poll says nothing by it.
    """
    dated = [before.date != now.date and bool(before.date and now.date) for before, now in pairs]
    moved = [before.words != now.words for before, now in pairs]
    believed = len(dated) < _SEVERAL or not all(dated)
    return [
        NEW_WORDS if words else NEW_DATE if date and believed else "" for words, date in zip(moved, dated, strict=True)
    ]


def read_again_at(first_seen: datetime, last_read: datetime, times: int, now: datetime) -> datetime | None:
    """When to read a page again that was read again so many `times`; None when that is enough."""
    at = max(now, last_read + APART)
    return at if times < MOST and at <= first_seen + WITHIN else None


def says_else(before: Article, after: Article) -> bool:
    """Does the text say anything else, apart from trivia: case, signs, spaces, counters, captions?"""
    return gist(before.title, before.text) != gist(after.title, after.text)


def gist(title: str, text: str) -> str:
    """A digest of the words of an article that are more than trivia."""
    kept = [part for line in text.split("\n") if len(part := line.strip()) > _TRIFLE or _ENDED.search(part)]
    return _digest("\n".join((title, *(kept or [text]))))


def difference(before: Article, after: Article) -> list[str]:
    """What an edit changed: the lines of a unified diff without its file names, the title and each sentence on a
    line of its own. Empty where both say the same to the letter."""
    return list(unified_diff(list(_lines(before)), list(_lines(after)), lineterm="", n=1))[2:]


def _lines(article: Article) -> Iterator[str]:
    yield article.title
    for start, end in split_sentences(article.text):
        yield " ".join(article.text[start:end].split())


def _digest(text: str) -> str:
    words = " ".join(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
