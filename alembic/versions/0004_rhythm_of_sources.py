"""Remember what is learned from each source: its rhythm, what it has listed, where it has moved to."""

from urllib.parse import urlsplit

import sqlalchemy as sa

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TIME = sa.DateTime(timezone=True)
CONFIGURED = {"min_interval_seconds": sa.Float(), "max_interval_seconds": sa.Float(), "host": KEY}
LEARNED = {
    "rhythm": sa.Float(),
    "gap": sa.Float(),
    "pause": sa.Float(),
    "seen": sa.Text(),
    "last_body_at": TIME,
    "lied_at": TIME,
    "ttl": sa.Float(),
    "moved_to": sa.Text(),
    "moved_since": TIME,
}
COUNTED = {"moved_polls": sa.Integer()}


def upgrade() -> None:
    with op.batch_alter_table("source") as batch:
        for name, kind in (CONFIGURED | LEARNED | COUNTED).items():
            batch.add_column(sa.Column(name, kind))
    # The next start takes them from sources.yaml; until then as it has been.
    op.execute(
        "UPDATE source SET min_interval_seconds = interval_seconds, max_interval_seconds = interval_seconds, "
        "moved_polls = 0"
    )
    source = sa.table("source", sa.column("id", sa.Text()), sa.column("url", sa.Text()), sa.column("host", sa.Text()))
    connection = op.get_bind()
    for source_id, url in connection.execute(sa.select(source.c.id, source.c.url)).all():
        connection.execute(sa.update(source).where(source.c.id == source_id).values(host=_host(url)))
    with op.batch_alter_table("source") as batch:
        for name, kind in (CONFIGURED | COUNTED).items():
            batch.alter_column(name, existing_type=kind, nullable=False)
    op.create_index("ix_source_host", "source", ["host"])


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def downgrade() -> None:
    op.drop_index("ix_source_host", "source")
    with op.batch_alter_table("source") as batch:
        for name in CONFIGURED | LEARNED | COUNTED:
            batch.drop_column(name)
