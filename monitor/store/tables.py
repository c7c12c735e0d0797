"""The tables.

Indexes that serve a queue are partial (`… IS NULL`), so that they stay as small as the queue
however long the history grows; their conditions have no parameters, or SQLite would not use them.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from monitor.store.columns import Json, Key, UTCDateTime, Words

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# 64 bits on PostgreSQL; on SQLite only a column declared INTEGER takes its value from the row id
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


_EMPTY: sa.ColumnElement[str] = sa.literal_column("''")  # no parameters, see above
_VOLUME: sa.ColumnElement[str] = sa.literal_column("'volume'")
_SENT: sa.ColumnElement[str] = sa.literal_column("'sent'")


def _partial(name: str, *columns: sa.ColumnElement[Any] | str, where: sa.ColumnElement[bool]) -> sa.Index:
    return sa.Index(name, *columns, sqlite_where=where, postgresql_where=where)


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
)
UNJUDGEABLE = article.c.error != _EMPTY
sa.Index("ix_article_published_id", article.c.published, article.c.id)
_partial("ix_article_unjudged", article.c.published, article.c.id, where=article.c.judged_at.is_(None))
_partial("ix_article_unjudgeable", article.c.judged_at, where=UNJUDGEABLE)

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
_partial("ix_entry_reread", entry.c.reread_at, entry.c.id, where=entry.c.reread_at.is_not(None))
_partial("ix_entry_pending", entry.c.next_try_at, entry.c.id, where=entry.c.article_id.is_(None))

entry_key = sa.Table(
    "entry_key",
    metadata,
    sa.Column("key", Key, primary_key=True),
    sa.Column("entry_id", Id, sa.ForeignKey("entry.id", ondelete="CASCADE"), nullable=False, index=True),
)

# Every article leaves one for good, so it is kept small: 1.5 kB with its bands, instead of 6 if bands named documents.
fingerprint = sa.Table(
    "fingerprint",
    metadata,
    sa.Column("id", Id, primary_key=True),  # the higher, the later
    sa.Column("document", Key, nullable=False, unique=True),
    sa.Column("signature", sa.LargeBinary, nullable=False),
    sa.Column("bands", sa.LargeBinary, nullable=False),  # 8 bytes each
)

# No foreign key: to delete one fingerprint it would need an index of millions of rows. `copies.forget` takes
# the bands along, which it knows from the fingerprint.
fingerprint_band = sa.Table(
    "fingerprint_band",
    metadata,
    sa.Column("band", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("fingerprint_id", Id, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

seed = sa.Table(
    "seed",
    metadata,
    sa.Column("document", Key, primary_key=True),
    sa.Column("loaded_at", UTCDateTime, nullable=False),
)

fact = sa.Table(
    "fact",
    metadata,
    sa.Column("key", Key, primary_key=True),
    sa.Column("rule", Key, nullable=False),
    sa.Column("kind", Key, nullable=False),
    sa.Column("step", Key, nullable=False),
    sa.Column("event", Key, nullable=False),
    sa.Column("recorded", UTCDateTime, nullable=False),
    sa.Column("source", Key, nullable=False, index=True),
    sa.Column("words", Words, nullable=False),
    sa.Column("when_first", sa.Date),
    sa.Column("when_last", sa.Date),
    sa.Column("dated", sa.Boolean, nullable=False),
    sa.Column("assertion", Key, nullable=False),
    sa.Column("attribution", Key, nullable=False),
    sa.Column("language", Key, nullable=False),
    sa.Column("outlet", Words, nullable=False),
    sa.Column("url", Words, nullable=False),
    # whether it tells of a day after the one on which it was recorded
    sa.Column("ahead", sa.Boolean, nullable=False),
    # names, places, figures, signature: only ever read together, so they share one decoding
    sa.Column("details", Json, nullable=False),
    # One index for each way in which `store.facts` looks for facts. None is on rule and time alone: for many of
    # its queries SQLite would take it, to be spared the sorting, and read all facts of the rule.
    sa.Index("ix_fact_rule_step_when_last_recorded", "rule", "step", "when_last", "recorded"),
    sa.Index("ix_fact_rule_step_when_first_recorded", "rule", "step", "when_first", "recorded"),
    sa.Index("ix_fact_rule_step_ahead_recorded", "rule", "step", "ahead", "recorded"),
    sa.Index("ix_fact_rule_event_recorded", "rule", "event", "recorded"),
)
OF_DAYS = fact.c.when_first < fact.c.when_last
_partial("ix_fact_of_days", fact.c.rule, fact.c.step, fact.c.when_last, where=OF_DAYS)
COVERAGE = fact.c.kind == _VOLUME
_partial("ix_fact_coverage", fact.c.rule, fact.c.recorded, fact.c.step, where=COVERAGE)

# The figures of facts, to be found by what they say. What is in `details` is what counts.
fact_figure = sa.Table(
    "fact_figure",
    metadata,
    sa.Column("fact_key", Key, sa.ForeignKey("fact.key", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("rule", Key, nullable=False),
    sa.Column("unit", Key, nullable=False),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("total", sa.Boolean, nullable=False),
    sa.Column("recorded", UTCDateTime, nullable=False),
    sa.Index("ix_fact_figure_value", "rule", "unit", "value", "recorded"),
    sa.Index("ix_fact_figure_sort", "rule", "unit", "total", "recorded"),
    sqlite_with_rowid=False,
)

# The rules in force that know what the stored articles tell. `meaning` is a digest of what a rule looks for:
# one that is new, or means something else than here, learns first and judges then.
rule = sa.Table(
    "rule",
    metadata,
    sa.Column("id", Key, primary_key=True),
    sa.Column("meaning", Key, nullable=False),
    sa.Column("learned_at", UTCDateTime, nullable=False),
)

verdict = sa.Table(
    "verdict",
    metadata,
    sa.Column("article_id", Key, sa.ForeignKey("article.id"), primary_key=True),
    sa.Column("rule", Key, primary_key=True),
    sa.Column("kind", Key, nullable=False),
    sa.Column("event", Key, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("fact", Key),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("step", Key, nullable=False),
    sa.Column("assertion", Key, nullable=False),
    sa.Column("attribution", Key, nullable=False),
    sa.Column("evidence", Json, nullable=False),
    sa.Column("when_first", sa.Date),
    sa.Column("when_last", sa.Date),
    sa.Column("previous", Words, nullable=False),
    sa.Column("current", Words, nullable=False),
    # the decision on it
    sa.Column("action", Key, nullable=False),
    sa.Column("decision_reason", Words, nullable=False),
    sa.Column("severity", Key, nullable=False),
    sa.Column("channels", Json, nullable=False),
    sa.Column("alerted", sa.Boolean, nullable=False),
    sa.Column("judged_at", UTCDateTime, nullable=False),
    sa.Index("ix_verdict_rule_judged_at", "rule", "judged_at"),
)

alert = sa.Table(
    "alert",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("key", Key, nullable=False, unique=True),
    sa.Column("rule", Key, nullable=False),
    sa.Column("rule_title", Words, nullable=False),
    sa.Column("severity", Key, nullable=False),
    sa.Column("event", Key, nullable=False),
    sa.Column("headline", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("created_at", UTCDateTime, nullable=False, index=True),
    sa.Column("article_id", Key, sa.ForeignKey("article.id"), nullable=False, index=True),
    sa.Column("article_title", Words, nullable=False),
    sa.Column("article_url", Words, nullable=False),
    sa.Column("outlet", Words, nullable=False),
    sa.Column("language", Key, nullable=False),
    sa.Column("published", UTCDateTime, nullable=False),
    sa.Column("first_seen", UTCDateTime, nullable=False),
    sa.Column("tier", sa.Integer, nullable=False),
    sa.Column("assertion", Key, nullable=False),
    sa.Column("attribution", Key, nullable=False),
    sa.Column("evidence", Json, nullable=False),
    sa.Column("previous", Words, nullable=False),
    sa.Column("current", Words, nullable=False),
    sa.Column("channels", Json, nullable=False),
    sa.Column("route", Words, nullable=False, server_default=_EMPTY),
    sa.Index("ix_alert_rule_created_at", "rule", "created_at"),
)

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("alert_id", Id, sa.ForeignKey("alert.id"), nullable=False),
    sa.Column("channel", Key, nullable=False),
    sa.Column("target", Key, nullable=False),
    sa.Column("state", Key, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    # from when a sender may take it: the next try or, while it is being sent, the end of the lease
    sa.Column("next_at", UTCDateTime),
    sa.Column("error", Words, nullable=False),
    sa.Column("created_at", UTCDateTime, nullable=False),
    sa.Column("sent_at", UTCDateTime),
    sa.Column("doubtful", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("alert_id", "channel", "target"),
)
UNSENT = delivery.c.state != _SENT
_partial("ix_delivery_unsent", delivery.c.state, where=UNSENT)
_partial("ix_delivery_due", delivery.c.next_at, delivery.c.id, where=delivery.c.next_at.is_not(None))

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("delivery_id", Id, sa.ForeignKey("delivery.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("began_at", UTCDateTime, nullable=False),
    sa.Column("ended_at", UTCDateTime),
    sa.Column("outcome", Key, nullable=False),
    sa.Column("error", Words, nullable=False),
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
