"""Under which names an entry may be known already, and which of its names can be trusted.

Some outlets give one guid to every item, others link every item to their home page. A name that
stands on several different entries of one poll names none of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from monitor.core.editing import digest
from monitor.core.model import Entry
from monitor.fetch.links import canonical

_LONGEST = 300


def guid_key(source_id: str, guid: str) -> str:
    return f"guid:{source_id}:{_short(guid.strip())}"


def url_key(url: str | None) -> str | None:
    """None for a link that names no article."""
    form = canonical(url) if url else None
    return f"url:{_short(form)}" if form else None


def text_key(source_id: str, entry: Entry) -> str:
    """For entries with neither guid nor link: the title on its day, or the title and the text."""
    day = entry.published.date().isoformat() if entry.published else entry.summary or entry.content
    words = re.sub(r"\W+", " ", f"{entry.title} {day}".casefold()).strip()
    return f"text:{_digest(f'{source_id}|{words}')}"


def with_keys(source_id: str, drafts: Iterable[tuple[Entry, str]]) -> tuple[Entry, ...]:
    """Entries (with their guids, "" for none) named by trustworthy keys, and what they show; exact repeats left out."""
    distinct: dict[tuple[str, str | None, str], Entry] = {}
    for entry, guid in drafts:
        url = url_key(entry.url)
        distinct.setdefault((guid, url, entry.title + entry.summary), entry)
    guids = Counter(guid for guid, _, _ in distinct)
    urls = Counter(url for _, url, _ in distinct)
    named = []
    for (guid, url, _), entry in distinct.items():
        keys = [guid_key(source_id, guid)] if guid and guids[guid] == 1 else []
        if url and urls[url] == 1:
            keys.append(url)
        keys = keys or [text_key(source_id, entry)]
        named.append(replace(entry, identity=keys[0], keys=tuple(keys), shown=digest(entry)))
    return tuple({entry.identity: entry for entry in reversed(named)}.values())[::-1]


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"sha256-{_digest(name)}"


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
