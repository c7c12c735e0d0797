"""Keep the versions of an edited article, and remember what feeds showed so that edits are noticed."""

import sqlalchemy as sa

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)
EMPTY = sa.text("''")
ARTICLE = (
    ("version", sa.Integer(), sa.text("1")),
    ("extractor", KEY, EMPTY),
    ("extracted_at", TIME, None),
    ("why", sa.Text(), EMPTY),
)
ENTRY = (
    ("updated", sa.Text(), EMPTY),
    ("shown", KEY, EMPTY),
    ("reread_at", TIME, None),
    ("reread_why", sa.Text(), EMPTY),
    ("rereads", sa.Integer(), sa.text("0")),
    ("read_at", TIME, None),
)


def upgrade() -> None:
    # With defaults: no table of texts has to be written anew.
    for table, columns in (("article", ARTICLE), ("entry", ENTRY)):
        for name, kind, default in columns:
            op.add_column(table, sa.Column(name, kind, nullable=default is None, server_default=default))
    op.create_table(
        "article_version",
        sa.Column("article_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("summary_only", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("extractor", KEY, nullable=False),
        sa.Column("extracted_at", TIME),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["article.id"], name="fk_article_version_article_id_article", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("article_id", "version", name="pk_article_version"),
    )
    waiting = sa.text("reread_at IS NOT NULL")
    op.create_index("ix_entry_reread", "entry", ["reread_at", "id"], sqlite_where=waiting, postgresql_where=waiting)


def downgrade() -> None:
    op.drop_index("ix_entry_reread", "entry")
    op.drop_table("article_version")
    for table, columns in (("entry", ENTRY), ("article", ARTICLE)):
        with op.batch_alter_table(table) as batch:
            for name, *_ in reversed(columns):
                batch.drop_column(name)
