"""JSON Feed 1.x, read leniently: https://jsonfeed.org/version/1.1"""

from __future__ import annotations

import json
from typing import Any

from monitor.errors import UnreadableError
from monitor.fetch.draft import Draft


def looks_like_json(text: str, content_type: str) -> bool:
    return text.startswith("{") or ("json" in content_type.lower() and not text.startswith("<"))


def read_json_feed(text: str) -> list[Draft]:
    """Items in the order of the feed. Raises UnreadableError."""
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"malformed JSON: {error}"[:200]) from error
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise UnreadableError("JSON, but not a JSON Feed: it has no list of items")
    return [_item(item) for item in items if isinstance(item, dict)]


def _item(item: dict[str, Any]) -> Draft:
    def text(*names: str) -> str:
        return next((str(item[name]) for name in names if isinstance(item.get(name), str | int | float)), "")

    return Draft(
        guid=text("id"),
        link=text("url", "external_url"),
        title=text("title"),
        summary=text("summary"),
        content=text("content_html", "content_text"),
        date=text("date_published", "date_modified"),
        updated=text("date_modified"),
        author=_author(item),
    )


def _author(item: dict[str, Any]) -> str:
    authors = item.get("authors")
    people = authors if isinstance(authors, list) else [item.get("author")]
    return ", ".join(str(person["name"]) for person in people if isinstance(person, dict) and person.get("name"))
