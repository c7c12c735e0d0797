"""Leases: who has what in hand, where several processes share the work."""

import sqlalchemy as sa

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    key = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
    op.create_table(
        "lease",
        sa.Column("name", key, nullable=False),
        sa.Column("owner", key, nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_lease"),
    )
    op.create_index("ix_lease_until", "lease", ["until"])


def downgrade() -> None:
    op.drop_table("lease")
