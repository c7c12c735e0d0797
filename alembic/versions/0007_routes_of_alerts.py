"""Keep with each alert by which route it goes, and of each delivery whether it may have arrived unnoticed."""

import sqlalchemy as sa

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("alert", sa.Column("route", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("delivery", sa.Column("doubtful", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("delivery") as batch:
        batch.drop_column("doubtful")
    with op.batch_alter_table("alert") as batch:
        batch.drop_column("route")
