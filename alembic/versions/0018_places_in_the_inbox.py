"""The alerts of a rule, and all of them, are gone through by time and number in an index alone."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_alert_created_at", "alert")
    op.drop_index("ix_alert_rule_created_at", "alert")
    op.create_index("ix_alert_created_at_id", "alert", ["created_at", "id"])
    op.create_index("ix_alert_rule_created_at_id", "alert", ["rule", "created_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_alert_rule_created_at_id", "alert")
    op.drop_index("ix_alert_created_at_id", "alert")
    op.create_index("ix_alert_rule_created_at", "alert", ["rule", "created_at"])
    op.create_index("ix_alert_created_at", "alert", ["created_at"])
