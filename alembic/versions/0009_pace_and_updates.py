"""Attempts tell their message and are found by when they began; one update of an event can be rejected."""

import sqlalchemy as sa

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
_EMPTY = sa.text("''")


def upgrade() -> None:
    with op.batch_alter_table("attempt") as batch:
        batch.add_column(sa.Column("occasion", KEY, nullable=False, server_default=_EMPTY))
        batch.create_index("ix_attempt_began_at", ["began_at"])
    with op.batch_alter_table("response") as batch:
        batch.add_column(sa.Column("alert", KEY, nullable=False, server_default=_EMPTY))


def downgrade() -> None:
    # what was said of one update is nothing that can be said of its event
    op.execute("DELETE FROM response WHERE alert != ''")
    with op.batch_alter_table("response") as batch:
        batch.drop_column("alert")
    with op.batch_alter_table("attempt") as batch:
        batch.drop_index("ix_attempt_began_at")
        batch.drop_column("occasion")
