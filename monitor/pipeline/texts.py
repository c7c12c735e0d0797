"""An entry and its page become an article: which text stands, when it was published, under which name."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256

from monitor.core.editing import says_else
from monitor.core.model import Article, Entry, Page, Polled, PollState, Source
from monitor.ports import PendingEntry

MOST_CHARACTERS = 200_000  # of one article; the longest real ones have a third of that
_MUCH_LONGER = 2.0  # the feed's text against the page's: then extraction has lost most of it
NO_LINK = "the entry has no link"
_POST = re.compile(r"https://t\.me/\w+/\d+", re.ASCII)


def article_id(source_id: str, identity: str) -> str:
    """Stable over restarts and machines: 16 hexadecimal digits."""
    return sha256(f"{source_id}\n{identity}".encode("utf-8", "surrogatepass")).hexdigest()[:16]


def is_whole(entry: Entry) -> bool:
    """Whether the entry is the article itself, and no page has more of it: a post of a channel."""
    return bool(entry.content and entry.url and _POST.fullmatch(entry.url))


FEED = "feed"  # what extracted the feed's own text


def make_article(
    pending: PendingEntry, source: Source, page: Page | None, note: str = "", now: datetime | None = None
) -> Article:
    """The article of an entry, read `now`. Without `page` the feed's own text stands in, and `note` says why."""
    entry = pending.entry
    text, extractor = (page.text, page.extractor) if page else (entry.content or entry.summary or entry.title, FEED)
    if page and len(entry.content) > _MUCH_LONGER * len(page.text):
        text, note, extractor = entry.content, "the feed's own text, much longer than what the page gave", FEED
    if len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS]
        note = "; ".join(filter(None, (note, f"cut after {MOST_CHARACTERS:,} characters")))
    published = entry.published or (page.published if page else None) or pending.first_seen
    if page and page.published and not entry.title:  # a plain sitemap tells of the last change
        published = min(published, page.published)
    return Article(
        id=article_id(pending.source_id, entry.identity),
        title=entry.title or (page.title if page else "") or entry.url or "",
        text=text,
        published=min(published, pending.first_seen),
        first_seen=pending.first_seen,
        language=entry.language or source.language,
        outlet=source.name,
        publisher=source.publisher or source.id,
        url=entry.url or "",
        source_id=pending.source_id,
        tier=source.tier,
        summary_only=page is None and not is_whole(entry),
        learn_only=pending.learn_only,
        note=note,
        extractor=extractor,
        extracted_at=now,
    )


def next_version(former: Article, read: Article, why: str) -> Article | None:
    """What stands from now on in place of `former`; None when `read` says nothing else.

    The feed's own text never takes the place of a page's: then only the title can have changed.
    """
    if read.summary_only and not former.summary_only:
        read = replace(read, text=former.text, summary_only=False, note=former.note, extractor=former.extractor)
    if not says_else(former, read):
        return None
    return replace(
        former,
        title=read.title,
        text=read.text,
        summary_only=read.summary_only,
        note=read.note,
        version=former.version + 1,
        extractor=read.extractor,
        extracted_at=read.extracted_at,
        why=why,
    )


def there_before(polled: Polled, state: PollState, fresh: timedelta, now: datetime) -> frozenset[str]:
    """Identities of the entries to learn without alerting: at the first successful poll, all but the fresh ones."""
    if state.last_success_at is not None:
        return frozenset()
    oldest = now - fresh
    return frozenset(entry.identity for entry in polled.entries if entry.published is None or entry.published < oldest)


def stand_in(pending: PendingEntry) -> Source:
    """A source that is no longer configured: what it gave us before is read all the same."""
    return Source(
        pending.source_id, pending.entry.url or "", pending.source_id, language=pending.entry.language or "en"
    )
