"""An index of the words of articles. What is stored is indexed by the daemon later, the latest first."""

import sqlalchemy as sa

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_WAITING = sa.text("indexed_at IS NULL AND judged_at IS NOT NULL")
_INDEX = {
    "sqlite": (
        "CREATE VIRTUAL TABLE article_words USING fts5("
        "lemmas, others, marks, content='', columnsize=0, tokenize=\"ascii tokenchars '''_'\")",
    ),
    "postgresql": (
        "CREATE TABLE article_words (number BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
        "CREATE INDEX ix_article_words ON article_words USING gin (words) WITH (gin_pending_list_limit = 1024)",
    ),
}


def upgrade() -> None:
    op.add_column("article", sa.Column("indexed_at", sa.DateTime(timezone=True)))
    op.add_column("article", sa.Column("number", ID))
    op.create_index(
        "ix_article_unindexed", "article", ["published", "id"], sqlite_where=_WAITING, postgresql_where=_WAITING
    )
    op.create_index("ix_article_number", "article", ["number"])
    op.create_table(
        "number_gone",
        sa.Column("number", ID, primary_key=True, autoincrement=False),
    )
    for statement in _INDEX[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE article_words")
    op.drop_table("number_gone")
    op.drop_index("ix_article_number", "article")
    op.drop_index("ix_article_unindexed", "article")
    with op.batch_alter_table("article") as batch:
        batch.drop_column("number")
        batch.drop_column("indexed_at")
