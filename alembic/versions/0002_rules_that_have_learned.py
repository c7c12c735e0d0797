"""Remember which rules know the stored articles, so that one that changed while nothing ran learns first."""

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "rule",
        sa.Column("id", KEY, nullable=False),
        sa.Column("meaning", KEY, nullable=False),
        sa.Column("learned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rule"),
    )


def downgrade() -> None:
    op.drop_table("rule")
