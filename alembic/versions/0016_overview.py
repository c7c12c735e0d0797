"""What the overview counts is counted in indexes: alerts by time, and articles by when they were judged."""

from alembic import op

revision = "0016"
down_revision = "0013"
branch_labels = None
depends_on = None

_OF_ALERTS = ["created_at", "severity", "rule", "country", "shadow"]


def upgrade() -> None:
    op.create_index("ix_alert_counted", "alert", _OF_ALERTS)
    op.create_index("ix_article_judged_at_source_id", "article", ["judged_at", "source_id"])


def downgrade() -> None:
    op.drop_index("ix_article_judged_at_source_id", "article")
    op.drop_index("ix_alert_counted", "alert")
