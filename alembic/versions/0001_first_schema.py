"""The first schema."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# names that are looked up: in the order of code points on both databases
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "article",
        sa.Column("id", KEY, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("published", TIME, nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("publisher", KEY, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_key", KEY, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("summary_only", sa.Boolean(), nullable=False),
        sa.Column("learn_only", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("judged_at", TIME),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article"),
    )
    op.create_index(
        "ix_article_unjudged",
        "article",
        ["published", "id"],
        sqlite_where=sa.text("judged_at IS NULL"),
        postgresql_where=sa.text("judged_at IS NULL"),
    )
    op.create_index("ix_article_url_key", "article", ["url_key"])

    op.create_table(
        "fact",
        sa.Column("key", KEY, nullable=False),
        sa.Column("rule", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("step", KEY, nullable=False),
        sa.Column("event", KEY, nullable=False),
        sa.Column("recorded", TIME, nullable=False),
        sa.Column("source", KEY, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("when_first", sa.Date()),
        sa.Column("when_last", sa.Date()),
        sa.Column("dated", sa.Boolean(), nullable=False),
        sa.Column("assertion", KEY, nullable=False),
        sa.Column("attribution", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("details", JSON, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_fact"),
    )
    op.create_index("ix_fact_rule_recorded_key", "fact", ["rule", "recorded", "key"])
    op.create_index("ix_fact_source", "fact", ["source"])

    op.create_table(
        "fingerprint",
        sa.Column("document", KEY, nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("bands", JSON, nullable=False),
        sa.PrimaryKeyConstraint("document", name="pk_fingerprint"),
    )
    op.create_table(
        "seed",
        sa.Column("document", KEY, nullable=False),
        sa.Column("loaded_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("document", name="pk_seed"),
    )
    op.create_table(
        "source",
        sa.Column("id", KEY, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("country", KEY, nullable=False),
        sa.Column("publisher", KEY, nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("interval_seconds", sa.Float(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("modified", sa.Text()),
        sa.Column("body_hash", sa.Text()),
        sa.Column("next_poll_at", TIME),
        sa.Column("plan_reason", sa.Text(), nullable=False),
        sa.Column("last_poll_at", TIME),
        sa.Column("last_success_at", TIME),
        sa.Column("last_new_at", TIME),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("status", KEY, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
    )
    op.create_index("ix_source_next_poll_at", "source", ["next_poll_at"])

    op.create_table(
        "alert",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", KEY, nullable=False),
        sa.Column("rule", KEY, nullable=False),
        sa.Column("rule_title", sa.Text(), nullable=False),
        sa.Column("severity", KEY, nullable=False),
        sa.Column("event", KEY, nullable=False),
        sa.Column("headline", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("article_title", sa.Text(), nullable=False),
        sa.Column("article_url", sa.Text(), nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("published", TIME, nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("assertion", KEY, nullable=False),
        sa.Column("attribution", KEY, nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("current", sa.Text(), nullable=False),
        sa.Column("channels", JSON, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_alert_article_id_article"),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.UniqueConstraint("key", name="uq_alert_key"),
    )
    op.create_index("ix_alert_article_id", "alert", ["article_id"])
    op.create_index("ix_alert_created_at", "alert", ["created_at"])
    op.create_index("ix_alert_rule_created_at", "alert", ["rule", "created_at"])

    op.create_table(
        "entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("source_id", KEY, nullable=False),
        sa.Column("identity", KEY, nullable=False),
        sa.Column("url", sa.Text()),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("published", TIME),
        sa.Column("published_raw", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("language", KEY, nullable=False),
        sa.Column("first_seen", TIME, nullable=False),
        sa.Column("learn_only", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", TIME, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("article_id", KEY),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_entry_article_id_article"),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_entry_source_id_source"),
        sa.PrimaryKeyConstraint("id", name="pk_entry"),
    )
    op.create_index("ix_entry_article_id", "entry", ["article_id"])
    op.create_index(
        "ix_entry_pending",
        "entry",
        ["next_try_at", "id"],
        sqlite_where=sa.text("article_id IS NULL"),
        postgresql_where=sa.text("article_id IS NULL"),
    )
    op.create_index("ix_entry_source_id_first_seen", "entry", ["source_id", "first_seen"])

    op.create_table(
        "fingerprint_band",
        sa.Column("band", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["document"], ["fingerprint.document"], name="fk_fingerprint_band_document_fingerprint", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("band", "document", name="pk_fingerprint_band"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_fingerprint_band_document", "fingerprint_band", ["document"])

    op.create_table(
        "verdict",
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("rule", KEY, nullable=False),
        sa.Column("kind", KEY, nullable=False),
        sa.Column("event", KEY, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("fact", KEY),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("step", KEY, nullable=False),
        sa.Column("assertion", KEY, nullable=False),
        sa.Column("attribution", KEY, nullable=False),
        sa.Column("evidence", JSON, nullable=False),
        sa.Column("when_first", sa.Date()),
        sa.Column("when_last", sa.Date()),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("current", sa.Text(), nullable=False),
        sa.Column("action", KEY, nullable=False),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("severity", KEY, nullable=False),
        sa.Column("channels", JSON, nullable=False),
        sa.Column("alerted", sa.Boolean(), nullable=False),
        sa.Column("judged_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name="fk_verdict_article_id_article"),
        sa.PrimaryKeyConstraint("article_id", "rule", name="pk_verdict"),
    )
    op.create_index("ix_verdict_rule_judged_at", "verdict", ["rule", "judged_at"])

    op.create_table(
        "delivery",
        sa.Column("id", ID, nullable=False),
        sa.Column("alert_id", ID, nullable=False),
        sa.Column("channel", KEY, nullable=False),
        sa.Column("target", KEY, nullable=False),
        sa.Column("state", KEY, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", TIME),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("sent_at", TIME),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_delivery_alert_id_alert"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("alert_id", "channel", "target", name="uq_delivery_alert_id_channel_target"),
    )
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["next_at", "id"],
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )

    op.create_table(
        "entry_key",
        sa.Column("key", KEY, nullable=False),
        sa.Column("entry_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_entry_key_entry_id_entry", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name="pk_entry_key"),
    )
    op.create_index("ix_entry_key_entry_id", "entry_key", ["entry_id"])

    op.create_table(
        "attempt",
        sa.Column("delivery_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("began_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
        sa.Column("outcome", KEY, nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_id"], ["delivery.id"], name="fk_attempt_delivery_id_delivery", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("delivery_id", "number", name="pk_attempt"),
    )


def downgrade() -> None:
    for table in (
        "attempt",
        "entry_key",
        "delivery",
        "verdict",
        "fingerprint_band",
        "entry",
        "alert",
        "source",
        "seed",
        "fingerprint",
        "fact",
        "article",
    ):
        op.drop_table(table)
