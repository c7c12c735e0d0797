"""Deliveries may be held, skipped and repeated as reminders; people answer events, silence and retract."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
_EMPTY = sa.text("''")


def upgrade() -> None:
    with op.batch_alter_table("alert") as batch:
        batch.add_column(sa.Column("watchlist", KEY, nullable=False, server_default=_EMPTY))
        batch.add_column(sa.Column("country", KEY, nullable=False, server_default=_EMPTY))
        batch.add_column(sa.Column("rings", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch.create_index("ix_alert_rule_event", ["rule", "event"])
    with op.batch_alter_table("delivery") as batch:
        batch.add_column(sa.Column("purpose", KEY, nullable=False, server_default=sa.text("'alert'")))
        batch.add_column(sa.Column("round", sa.Integer(), nullable=False, server_default=sa.text("0")))
        batch.add_column(sa.Column("hold", KEY, nullable=False, server_default=_EMPTY))
        batch.add_column(sa.Column("reason", sa.Text(), nullable=False, server_default=_EMPTY))
        batch.add_column(sa.Column("reference", sa.Text(), nullable=False, server_default=_EMPTY))
        batch.drop_constraint("uq_delivery_alert_id_channel_target", type_="unique")
        batch.create_unique_constraint(
            "uq_delivery_alert_id_channel_target_round", ["alert_id", "channel", "target", "round"]
        )
    op.drop_index("ix_delivery_unsent", "delivery")
    _partial("ix_delivery_unsent", "delivery", ["state"], "state != 'sent' AND state != 'skipped'")
    op.create_index("ix_verdict_rule_event", "verdict", ["rule", "event"])
    op.create_table(
        "journal",
        sa.Column("id", ID, primary_key=True),
        sa.Column("alert_id", ID, sa.ForeignKey("alert.id", ondelete="CASCADE"), nullable=False),
        sa.Column("delivery_id", ID, sa.ForeignKey("delivery.id", ondelete="CASCADE")),
        sa.Column("at", TIME, nullable=False),
        sa.Column("what", KEY, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
    )
    op.create_index("ix_journal_alert_id", "journal", ["alert_id"])
    op.create_table(
        "response",
        sa.Column("id", ID, primary_key=True),
        sa.Column("rule", KEY, nullable=False),
        sa.Column("event", KEY, nullable=False),
        sa.Column("answer", KEY, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", TIME),
        sa.Column("fault", KEY),
        sa.Column("via", KEY, nullable=False),
    )
    op.create_index("ix_response_rule_event", "response", ["rule", "event"])
    op.create_table(
        "silence",
        sa.Column("id", ID, primary_key=True),
        sa.Column("match", JSON, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
    )
    op.create_index("ix_silence_ends_at", "silence", ["ends_at"])
    op.create_table(
        "retraction",
        sa.Column("id", ID, primary_key=True),
        sa.Column("fact_key", KEY, nullable=False),
        sa.Column("rule", KEY, nullable=False),
        sa.Column("event", KEY, nullable=False),
        sa.Column("fact", JSON, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
    )
    op.create_index("ix_retraction_fact_key", "retraction", ["fact_key"])
    op.create_index("ix_retraction_rule_event", "retraction", ["rule", "event"])


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def downgrade() -> None:
    for table in ("retraction", "silence", "response", "journal"):
        op.drop_table(table)
    op.drop_index("ix_verdict_rule_event", "verdict")
    op.drop_index("ix_delivery_unsent", "delivery")
    _partial("ix_delivery_unsent", "delivery", ["state"], "state != 'sent'")
    op.execute("DELETE FROM attempt WHERE delivery_id IN (SELECT id FROM delivery WHERE round > 0)")
    op.execute("DELETE FROM delivery WHERE round > 0")
    op.execute("UPDATE delivery SET state = 'pending' WHERE state = 'held'")
    op.execute("UPDATE delivery SET state = 'failed' WHERE state = 'skipped'")
    with op.batch_alter_table("delivery") as batch:
        batch.drop_constraint("uq_delivery_alert_id_channel_target_round", type_="unique")
        batch.create_unique_constraint("uq_delivery_alert_id_channel_target", ["alert_id", "channel", "target"])
        for name in ("reference", "reason", "hold", "round", "purpose"):
            batch.drop_column(name)
    with op.batch_alter_table("alert") as batch:
        batch.drop_index("ix_alert_rule_event")
        batch.drop_column("rings")
        batch.drop_column("country")
        batch.drop_column("watchlist")
