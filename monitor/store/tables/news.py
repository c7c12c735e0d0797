"""Sources, entries, articles, and documents that are not read."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.columns import Key, UTCDateTime, Words
from monitor.store.tables.base import EMPTY, Id, metadata, partial

source = sa.Table(
    "source",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("url", Words, nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("kind", Key, nullable=False),
    sa.Column("language", Key, nullable=False),
    sa.Column("country", Key, nullable=False),
    sa.Column("publisher", Key, nullable=False),
    sa.Column("tier", sa.Integer, nullable=False),
    *(sa.Column(f"{name}interval_seconds", sa.Float, nullable=False) for name in ("", "min_", "max_")),
    sa.Column("enabled", sa.Boolean, nullable=False),
    sa.Column("host", Key, nullable=False, index=True),  # of the URL
    # what is remembered between polls
    *(sa.Column(name, Words) for name in ("etag", "modified", "body_hash", "seen", "moved_to")),
    sa.Column("next_poll_at", UTCDateTime, index=True),
    sa.Column("plan_reason", Words, nullable=False),
    *(sa.Column(f"last_{name}_at", UTCDateTime) for name in ("poll", "success", "new", "body")),
    *(sa.Column(name, UTCDateTime) for name in ("lied_at", "moved_since")),
    *(sa.Column(name, sa.Float) for name in ("rhythm", "gap", "pause", "ttl")),
    *(sa.Column(name, sa.Integer, nullable=False) for name in ("failures", "moved_polls")),
    sa.Column("status", Key, nullable=False),
    sa.Column("error", Words, nullable=False),
)

article = sa.Table(
    "article",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("title", Words, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("published", UTCDateTime, nullable=False),
    sa.Column("first_seen", UTCDateTime, nullable=False),
    sa.Column("language", Key, nullable=False),
    sa.Column("outlet", Words, nullable=False),
    sa.Column("publisher", Key, nullable=False),
    sa.Column("url", Words, nullable=False),
    sa.Column("url_key", Key, nullable=False, index=True),
    sa.Column("source_id", Key, nullable=False),
    sa.Column("tier", sa.Integer, nullable=False),
    sa.Column("summary_only", sa.Boolean, nullable=False),
    sa.Column("learn_only", sa.Boolean, nullable=False),
    sa.Column("note", Words, nullable=False),
    # the version that stands here, the latest
    sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("1")),
    sa.Column("extractor", Key, nullable=False, server_default=sa.text("''")),
    sa.Column("extracted_at", UTCDateTime),
    sa.Column("why", Words, nullable=False, server_default=sa.text("''")),
    # NULL while waiting; set with an `error` when it could not be judged
    sa.Column("judged_at", UTCDateTime),
    sa.Column("error", Words, nullable=False),
    # NULL until its words are in the index; there it has a number, which is the higher the later it was published
    sa.Column("indexed_at", UTCDateTime),
    sa.Column("number", Id, index=True),
)
UNJUDGEABLE = article.c.error != EMPTY
sa.Index("ix_article_published_id", article.c.published, article.c.id)
sa.Index("ix_article_judged_at_source_id", article.c.judged_at, article.c.source_id)
partial("ix_article_unjudged", article.c.published, article.c.id, where=article.c.judged_at.is_(None))
partial("ix_article_unjudgeable", article.c.judged_at, where=UNJUDGEABLE)
partial(
    "ix_article_unindexed",
    article.c.published,
    article.c.id,
    where=sa.and_(article.c.indexed_at.is_(None), article.c.judged_at.is_not(None)),
)

# Numbers that an edited article had in the index before: they are not given again.
number_gone = sa.Table("number_gone", metadata, sa.Column("number", Id, primary_key=True, autoincrement=False))

# The versions that others have taken the place of. The latest stands in `article` alone: most are never edited.
article_version = sa.Table(
    "article_version",
    metadata,
    sa.Column("article_id", Key, sa.ForeignKey("article.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("summary_only", sa.Boolean, nullable=False),
    sa.Column("note", Words, nullable=False),
    sa.Column("extractor", Key, nullable=False),
    sa.Column("extracted_at", UTCDateTime),
    sa.Column("why", Words, nullable=False),
)

entry = sa.Table(
    "entry",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("source_id", Key, sa.ForeignKey("source.id"), nullable=False),
    sa.Column("identity", Key, nullable=False),
    sa.Column("url", Words),
    sa.Column("title", Words, nullable=False),
    sa.Column("summary", Words, nullable=False),
    sa.Column("content", Words, nullable=False),
    sa.Column("published", UTCDateTime),
    sa.Column("published_raw", Words, nullable=False),
    sa.Column("author", Words, nullable=False),
    sa.Column("language", Key, nullable=False),
    sa.Column("first_seen", UTCDateTime, nullable=False),
    sa.Column("learn_only", sa.Boolean, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_try_at", UTCDateTime, nullable=False),
    sa.Column("error", Words, nullable=False),
    # NULL until its text has been stored
    sa.Column("article_id", Key, sa.ForeignKey("article.id"), index=True),
    # what the feed showed of it last, see `core.editing`
    sa.Column("updated", Words, nullable=False, server_default=sa.text("''")),
    sa.Column("shown", Key, nullable=False, server_default=sa.text("''")),
    # an edit that was noticed: when its page is to be read again (NULL: it is not), and why
    sa.Column("reread_at", UTCDateTime),
    sa.Column("reread_why", Words, nullable=False, server_default=sa.text("''")),
    sa.Column("rereads", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("read_at", UTCDateTime),
    sa.Index("ix_entry_source_id_first_seen", "source_id", "first_seen"),
)
partial("ix_entry_reread", entry.c.reread_at, entry.c.id, where=entry.c.reread_at.is_not(None))
partial("ix_entry_pending", entry.c.next_try_at, entry.c.id, where=entry.c.article_id.is_(None))

entry_key = sa.Table(
    "entry_key",
    metadata,
    sa.Column("key", Key, primary_key=True),
    sa.Column("entry_id", Id, sa.ForeignKey("entry.id", ondelete="CASCADE"), nullable=False, index=True),
)

# Documents that are not parsed again, by the SHA-256 of their bytes; see `store.quarantine`.
quarantine = sa.Table(
    "quarantine",
    metadata,
    sa.Column("digest", Key, primary_key=True),
    sa.Column("url", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("held", sa.Boolean, nullable=False),
    sa.Column("first_at", UTCDateTime, nullable=False),
    sa.Column("last_at", UTCDateTime, nullable=False),
)
