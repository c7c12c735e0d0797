"""Alerts and their deliveries, what was decided on them, and what people said."""

from __future__ import annotations

import sqlalchemy as sa

from monitor.store.columns import Json, Key, UTCDateTime, Words
from monitor.store.tables.base import EMPTY, Id, metadata, partial

SENT_STATE: sa.ColumnElement[str] = sa.literal_column("'sent'")  # no parameters, see `base`
SKIPPED_STATE: sa.ColumnElement[str] = sa.literal_column("'skipped'")

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
    sa.Column("created_at", UTCDateTime, nullable=False),
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
    sa.Column("route", Words, nullable=False, server_default=EMPTY),
    sa.Column("watchlist", Key, nullable=False, server_default=EMPTY),
    sa.Column("country", Key, nullable=False, server_default=EMPTY),
    sa.Column("rings", sa.Boolean, nullable=False, server_default=sa.true()),
    sa.Column("shadow", sa.Boolean, nullable=False, server_default=sa.false()),
    # when its event was answered as it stands (`Standing.answered`); NULL: it is not
    sa.Column("answered_at", UTCDateTime),
    # with the number, or PostgreSQL would look up each place of a list in the table, or walk through other rules
    sa.Index("ix_alert_created_at_id", "created_at", "id"),
    sa.Index("ix_alert_rule_created_at_id", "rule", "created_at", "id"),
    sa.Index("ix_alert_rule_event", "rule", "event"),
    # all that the overview counts them by, so that it need not read them
    sa.Index("ix_alert_counted", "created_at", "severity", "rule", "country", "shadow"),
)
partial("ix_alert_unanswered", alert.c.created_at, alert.c.id, where=alert.c.answered_at.is_(None))

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
    sa.Column("purpose", Key, nullable=False, server_default=sa.text("'alert'")),
    sa.Column("round", sa.Integer, nullable=False, server_default=sa.text("0")),
    sa.Column("hold", Key, nullable=False, server_default=EMPTY),
    sa.Column("reason", Words, nullable=False, server_default=EMPTY),
    # what its service calls the message, to be answered to
    sa.Column("reference", Words, nullable=False, server_default=EMPTY),
    sa.UniqueConstraint("alert_id", "channel", "target", "round"),
)
UNSENT = sa.and_(delivery.c.state != SENT_STATE, delivery.c.state != SKIPPED_STATE)
partial("ix_delivery_unsent", delivery.c.state, where=UNSENT)
partial("ix_delivery_due", delivery.c.next_at, delivery.c.id, where=delivery.c.next_at.is_not(None))

attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("delivery_id", Id, sa.ForeignKey("delivery.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("began_at", UTCDateTime, nullable=False, index=True),
    sa.Column("ended_at", UTCDateTime),
    sa.Column("outcome", Key, nullable=False),
    sa.Column("error", Words, nullable=False),
    # for what its message told others as well; "" alone
    sa.Column("occasion", Key, nullable=False, server_default=EMPTY),
)

# What was decided on an alert and its deliveries, and by whom.
journal = sa.Table(
    "journal",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("alert_id", Id, sa.ForeignKey("alert.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("delivery_id", Id, sa.ForeignKey("delivery.id", ondelete="CASCADE")),
    sa.Column("at", UTCDateTime, nullable=False),
    sa.Column("what", Key, nullable=False),
    sa.Column("words", Words, nullable=False),
    sa.Column("author", Words, nullable=False),
)

# What people say to an event, see `core.responses`.
response = sa.Table(
    "response",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("rule", Key, nullable=False),
    sa.Column("event", Key, nullable=False),
    sa.Column("answer", Key, nullable=False),
    sa.Column("author", Words, nullable=False),
    sa.Column("at", UTCDateTime, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("until", UTCDateTime),
    sa.Column("fault", Key),
    sa.Column("via", Key, nullable=False),
    sa.Column("alert", Key, nullable=False, server_default=EMPTY),  # an update's key, of which alone it speaks
    sa.Index("ix_response_rule_event", "rule", "event"),
)

silence = sa.Table(
    "silence",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("match", Json, nullable=False),
    sa.Column("author", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("created_at", UTCDateTime, nullable=False),
    sa.Column("starts_at", UTCDateTime, nullable=False),
    sa.Column("ends_at", UTCDateTime, nullable=False, index=True),
)

# Facts that a person took out of the baseline, as they were.
retraction = sa.Table(
    "retraction",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("fact_key", Key, nullable=False, index=True),
    sa.Column("rule", Key, nullable=False),
    sa.Column("event", Key, nullable=False),
    sa.Column("fact", Json, nullable=False),
    sa.Column("author", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("at", UTCDateTime, nullable=False),
    # with an alert that was rejected, or by itself at the desk
    sa.Column("how", Key, nullable=False, server_default=sa.text("'alert'")),
    sa.Index("ix_retraction_rule_event", "rule", "event"),
)
