"""Keep with each edition what changed in it, and of the last one what the files define, to tell the next one by."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("edition", sa.Column("details", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("edition", sa.Column("contents", JSON))


def downgrade() -> None:
    with op.batch_alter_table("edition") as batch:
        batch.drop_column("contents")
        batch.drop_column("details")
