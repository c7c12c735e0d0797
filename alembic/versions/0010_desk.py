"""People, their sessions and tokens, the log of changes, edited files, editions; alerts of rules on trial."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
_EMPTY = sa.text("''")


def upgrade() -> None:
    with op.batch_alter_table("alert") as batch:
        batch.add_column(sa.Column("shadow", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "person",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", KEY, nullable=False, unique=True),
        sa.Column("role", KEY, nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("ended_at", TIME),
    )
    op.create_table(
        "session",
        sa.Column("digest", KEY, primary_key=True),
        sa.Column("person_id", ID, sa.ForeignKey("person.id", ondelete="CASCADE"), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
    )
    op.create_index("ix_session_person_id", "session", ["person_id"])
    op.create_index("ix_session_ends_at", "session", ["ends_at"])
    op.create_table(
        "token",
        sa.Column("id", ID, primary_key=True),
        sa.Column("name", KEY, nullable=False),
        sa.Column("digest", KEY, nullable=False, unique=True),
        sa.Column("role", KEY, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("used_at", TIME),
        sa.Column("ended_at", TIME),
    )
    op.create_table(
        "audit",
        sa.Column("id", ID, primary_key=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("via", KEY, nullable=False),
        sa.Column("what", KEY, nullable=False),
        sa.Column("about", KEY, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
    )
    op.create_index("ix_audit_about", "audit", ["about", "id"])
    op.create_table(
        "edit",
        sa.Column("id", ID, primary_key=True),
        sa.Column("file", KEY, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False, server_default=_EMPTY),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
    )
    op.create_index("ix_edit_file", "edit", ["file", "id"])
    op.create_table(
        "edition",
        sa.Column("number", ID, primary_key=True),
        sa.Column("at", TIME, nullable=False),
        sa.Column("stamp", KEY, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    for table in ("edition", "edit", "audit", "token", "session", "person"):
        op.drop_table(table)
    with op.batch_alter_table("alert") as batch:
        batch.drop_column("shadow")
