"""Find the facts that have a say by indexes, and keep fingerprints in a fourth of the room."""

import math
import struct
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KEY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
BATCH = 1_000  # rows


def upgrade() -> None:
    _facts()
    _fingerprints()
    op.create_index("ix_article_published_id", "article", ["published", "id"])
    _partial("ix_article_unjudgeable", "article", ["judged_at"], "error != ''")
    _partial("ix_delivery_unsent", "delivery", ["state"], "state != 'sent'")


def _partial(name: str, table: str, columns: list[str], where: str) -> None:
    op.create_index(name, table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


# --- facts -----------------------------------------------------------------------------------


def _facts() -> None:
    with op.batch_alter_table("fact") as batch:
        batch.add_column(sa.Column("ahead", sa.Boolean()))
    if op.get_bind().dialect.name == "sqlite":
        op.execute("UPDATE fact SET ahead = coalesce(when_first > substr(recorded, 1, 10), 0)")
    else:
        op.execute("UPDATE fact SET ahead = coalesce(when_first > (recorded AT TIME ZONE 'UTC')::date, false)")
    op.drop_index("ix_fact_rule_recorded_key", "fact")
    with op.batch_alter_table("fact") as batch:
        batch.alter_column("ahead", existing_type=sa.Boolean(), nullable=False)
    op.create_index("ix_fact_rule_step_when_last_recorded", "fact", ["rule", "step", "when_last", "recorded"])
    op.create_index("ix_fact_rule_step_when_first_recorded", "fact", ["rule", "step", "when_first", "recorded"])
    op.create_index("ix_fact_rule_step_ahead_recorded", "fact", ["rule", "step", "ahead", "recorded"])
    op.create_index("ix_fact_rule_event_recorded", "fact", ["rule", "event", "recorded"])
    _partial("ix_fact_of_days", "fact", ["rule", "step", "when_last"], "when_first < when_last")
    _partial("ix_fact_coverage", "fact", ["rule", "recorded", "step"], "kind = 'volume'")

    figures = op.create_table(
        "fact_figure",
        sa.Column("fact_key", KEY, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("rule", KEY, nullable=False),
        sa.Column("unit", KEY, nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("total", sa.Boolean(), nullable=False),
        sa.Column("recorded", TIME, nullable=False),
        sa.ForeignKeyConstraint(["fact_key"], ["fact.key"], name="fk_fact_figure_fact_key_fact", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("fact_key", "number", name="pk_fact_figure"),
        sqlite_with_rowid=False,
    )
    fact = sa.table(
        "fact",
        sa.column("key", sa.Text()),
        sa.column("rule", sa.Text()),
        sa.column("recorded", TIME),
        sa.column("details", sa.JSON()),
    )
    connection = op.get_bind()
    for keys in _chunks(list(connection.execute(sa.select(fact.c.key).order_by(fact.c.key)).scalars())):
        query = sa.select(fact.c.key, fact.c.rule, fact.c.recorded, fact.c.details).where(fact.c.key.in_(keys))
        if rows := [row for found in connection.execute(query) for row in _figures(*found)]:
            op.bulk_insert(figures, rows)
    op.create_index("ix_fact_figure_value", "fact_figure", ["rule", "unit", "value", "recorded"])
    op.create_index("ix_fact_figure_sort", "fact_figure", ["rule", "unit", "total", "recorded"])


def _figures(key: str, rule: str, recorded: datetime, details: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number, (value, unit, total, *_) in enumerate(details["figures"]):
        if math.isfinite(value):
            yield {
                "fact_key": key,
                "number": number,
                "rule": rule,
                "unit": unit,
                "value": value,
                "total": total,
                "recorded": recorded,
            }


# --- fingerprints ----------------------------------------------------------------------------


def _fingerprints() -> None:
    op.drop_table("fingerprint_band")
    op.rename_table("fingerprint", "old_fingerprint")
    if op.get_bind().dialect.name == "postgresql":  # where constraints have names that count
        op.execute(sa.text("ALTER TABLE old_fingerprint RENAME CONSTRAINT pk_fingerprint TO pk_old_fingerprint"))
    new = op.create_table(
        "fingerprint",
        sa.Column("id", ID, nullable=False),
        sa.Column("document", KEY, nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("bands", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_fingerprint"),
        sa.UniqueConstraint("document", name="uq_fingerprint_document"),
    )
    bands = op.create_table(
        "fingerprint_band",
        sa.Column("band", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fingerprint_id", ID, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("band", "fingerprint_id", name="pk_fingerprint_band"),
        sqlite_with_rowid=False,
    )
    old = sa.table(
        "old_fingerprint",
        sa.column("document", sa.Text()),
        sa.column("signature", sa.LargeBinary()),
        sa.column("bands", sa.JSON()),
    )
    connection = op.get_bind()
    for documents in _chunks(_latest_last(connection)):
        stored = connection.execute(sa.select(old).where(old.c.document.in_(documents))).mappings()
        by_document = {row["document"]: row for row in stored}
        keys = {document: [_signed(band) for band in by_document[document]["bands"]] for document in documents}
        op.bulk_insert(
            new,
            [
                {
                    "document": document,
                    "signature": by_document[document]["signature"],
                    "bands": struct.pack(f"<{len(keys[document])}q", *keys[document]),
                }
                for document in documents
            ],
        )
        ids = connection.execute(sa.select(new.c.id, new.c.document).where(new.c.document.in_(documents)))
        rows = [{"band": band, "fingerprint_id": id_} for id_, document in ids for band in set(keys[document])]
        if rows:
            op.bulk_insert(bands, sorted(rows, key=lambda row: row["band"]))
    op.drop_table("old_fingerprint")


def _latest_last(connection: sa.Connection) -> list[str]:
    """All documents: seeds, then articles by the time of their publication."""
    query = sa.text(
        "SELECT f.document FROM old_fingerprint f LEFT JOIN article a ON f.document = 'article:' || a.id "
        "ORDER BY a.published IS NOT NULL, a.published, f.document"
    )
    return list(connection.execute(query).scalars())


def _signed(band: int) -> int:
    return (band + 2**63) % 2**64 - 2**63


def _chunks(items: list[str]) -> Iterator[list[str]]:
    return (items[at : at + BATCH] for at in range(0, len(items), BATCH))


# --- back ------------------------------------------------------------------------------------


def downgrade() -> None:
    op.drop_index("ix_delivery_unsent", "delivery")
    op.drop_index("ix_article_unjudgeable", "article")
    op.drop_index("ix_article_published_id", "article")
    op.drop_table("fact_figure")
    for index in (
        "ix_fact_coverage",
        "ix_fact_of_days",
        "ix_fact_rule_event_recorded",
        "ix_fact_rule_step_ahead_recorded",
        "ix_fact_rule_step_when_first_recorded",
        "ix_fact_rule_step_when_last_recorded",
    ):
        op.drop_index(index, "fact")
    with op.batch_alter_table("fact") as batch:
        batch.drop_column("ahead")
    op.create_index("ix_fact_rule_recorded_key", "fact", ["rule", "recorded", "key"])
    op.drop_table("fingerprint_band")
    op.drop_table("fingerprint")
    # Near copies of what came before are no longer found: what is kept of a text cannot be put back.
    op.create_table(
        "fingerprint",
        sa.Column("document", KEY, nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("bands", JSON, nullable=False),
        sa.PrimaryKeyConstraint("document", name="pk_fingerprint"),
    )
    op.create_table(
        "fingerprint_band",
        sa.Column("band", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document", KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["document"], ["fingerprint.document"], name="fk_fingerprint_band_document_fingerprint", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("band", "document", name="pk_fingerprint_band"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_fingerprint_band_document", "fingerprint_band", ["document"])
