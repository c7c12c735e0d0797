"""People add facts and retract single ones; facts are listed, and found by what was held against them."""

import sqlalchemy as sa

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
_NEWS = "kind != 'volume'"


def upgrade() -> None:
    op.add_column("retraction", sa.Column("how", KEY, nullable=False, server_default=sa.text("'alert'")))
    op.create_table(
        "addition",
        sa.Column("id", ID, primary_key=True),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("corrects", KEY),
        sa.Column("ended_at", TIME),
    )
    op.create_index("ix_addition_corrects", "addition", ["corrects"])
    _partial("ix_fact_listed", "fact", ["rule", "recorded", "key"], _NEWS)
    _partial("ix_fact_sources", "fact", ["rule", "source", "kind"], _NEWS)
    _partial("ix_verdict_fact", "verdict", ["fact", "judged_at"], "fact IS NOT NULL")


def downgrade() -> None:
    op.drop_index("ix_verdict_fact", "verdict")
    op.drop_index("ix_fact_sources", "fact")
    op.drop_index("ix_fact_listed", "fact")
    op.drop_table("addition")
    op.drop_column("retraction", "how")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
