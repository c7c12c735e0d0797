"""Edits: noticed in what a feed shows, read again, stored as versions. Inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import RowMapping
from sqlalchemy.engine import Connection

from monitor.core.editing import MOST, WITHIN, Shown, read_again_at, shown, signs_of_edits
from monitor.core.model import Article, Entry, Polled
from monitor.errors import StoreError
from monitor.store import rows
from monitor.store.columns import bounded
from monitor.store.dialect import chunks
from monitor.store.tables import article, article_version, entry


def note_edits(connection: Connection, polled: Polled, listed: Sequence[tuple[int, Entry]]) -> None:
    """Compare known entries, (id, as the feed has it now), with what it showed before."""
    now_shown = {(id_, bounded(item.identity)): item for id_, item in listed}
    found: list[RowMapping] = []
    for chunk in chunks(sorted({id_ for id_, _ in listed})):
        query = _KNOWN.where(
            entry.c.id.in_(chunk),
            entry.c.source_id == polled.source_id,  # another feed may show the same page in other words
            entry.c.first_seen > polled.at - WITHIN,
        )
        found += connection.execute(query).mappings()
    matched = [(row, item) for row in found if (item := now_shown.get((row["id"], row["identity"])))]
    pairs = [(_before(row, item), shown(item)) for row, item in matched]
    for (row, item), why in zip(matched, signs_of_edits(pairs), strict=True):
        if why:
            _note(connection, row, item, why, polled.at)


_KNOWN = sa.select(
    *(
        entry.c[name]
        for name in (
            "id", "identity", "shown", "updated", "published_raw", "first_seen", "read_at", "reread_at", "rereads",
            "article_id", "learn_only",
        )
    )
)  # fmt: skip


def _before(row: RowMapping, item: Entry) -> Shown:
    words = row["shown"] or shown(item).words  # nothing is known of what was stored long ago
    return Shown(words, row["updated"] or row["published_raw"])


def _note(connection: Connection, row: RowMapping, item: Entry, why: str, now: datetime) -> None:
    told = {"title": item.title, "summary": item.summary, "content": item.content, "url": item.url}
    values: dict[str, Any] = {name: value for name, value in told.items() if value}
    values |= {"shown": shown(item).words, "updated": item.updated, "published_raw": item.published_raw}
    if row["article_id"] is not None and row["reread_at"] is None and not row["learn_only"]:
        at = read_again_at(row["first_seen"], row["read_at"] or row["first_seen"], row["rereads"], now)
        values |= {"reread_at": at, "reread_why": why if at else ""}
    connection.execute(sa.update(entry).where(entry.c.id == row["id"]).values(values))


def due(connection: Connection, now: datetime, limit: int, these: sa.ColumnElement[bool]) -> Sequence[RowMapping]:
    """Rows of entries whose page is to be read again now, of `these`."""
    if limit <= 0:
        return ()
    query = (
        sa.select(entry)
        .where(entry.c.reread_at.is_not(None), entry.c.reread_at <= now, these)
        .order_by(entry.c.reread_at, entry.c.id)
        .limit(limit)
    )
    return connection.execute(query).mappings().all()


def former(connection: Connection, found: Sequence[RowMapping]) -> Mapping[str, Article]:
    """The articles of such entries as they stand, by id."""
    ids = [row["article_id"] for row in found if row["article_id"] is not None]
    articles: dict[str, Article] = {}
    for chunk in chunks(ids):
        query = sa.select(article).where(article.c.id.in_(chunk))
        articles |= {row["id"]: rows.article_from(row) for row in connection.execute(query).mappings()}
    return articles


def reread(
    connection: Connection, entry_id: int, item: Article | None, now: datetime, next_at: datetime | None
) -> bool:
    """See `monitor.ports.ArticleStore.reread`."""
    mine = entry.c.id == entry_id
    row = connection.execute(sa.select(entry.c.article_id, entry.c.rereads).where(mine).with_for_update()).first()
    if row is None or row.article_id is None:
        raise StoreError(f"entry {entry_id} has no article that could be read again", permanent=True)
    again = next_at if row.rereads + 1 < MOST else None
    connection.execute(sa.update(entry).where(mine).values(rereads=row.rereads + 1, read_at=now, reread_at=again))
    return item is not None and _supersede(connection, item)


def _supersede(connection: Connection, item: Article) -> bool:
    """Put a version in the place of the one before it; False where that is not what stands there."""
    names = [column.name for column in article_version.c if column.name != "article_id"]
    stands = (article.c.id == item.id, article.c.version == item.version - 1)
    kept = sa.select(article.c.id, *(article.c[name] for name in names)).where(*stands)
    connection.execute(sa.insert(article_version).from_select(["article_id", *names], kept))
    values = {**rows.version_to(item), "judged_at": None, "indexed_at": None, "error": ""}
    return bool(connection.execute(sa.update(article).where(*stands).values(values)).rowcount)


def versions(connection: Connection, latest: Article) -> list[Article]:
    """Every version of an article, oldest first."""
    query = sa.select(article_version).where(article_version.c.article_id == latest.id)
    found = connection.execute(query.order_by(article_version.c.version)).mappings()
    return [*(rows.version_of(latest, row) for row in found), latest]
