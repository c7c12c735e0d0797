"""An alert keeps since when its event is answered, so that the inbox finds those that are not; the first verdicts on an
event are found in their order."""

import sqlalchemy as sa

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# The last of each answer since the event was last reopened; what counts first as `Standing.answered` has it.
_OF_EVENT = "response.rule = alert.rule AND response.event = alert.event"
_REOPENED = f"SELECT max(response.id) FROM response WHERE {_OF_EVENT} AND response.answer = 'reopen'"  # noqa: S608
_LAST = (
    f"(SELECT response.at FROM response WHERE {_OF_EVENT} AND response.answer = '{{answer}}' "  # noqa: S608
    f"AND response.id > coalesce(({_REOPENED}), 0) ORDER BY response.id DESC LIMIT 1)"
)


def upgrade() -> None:
    op.add_column("alert", sa.Column("answered_at", sa.DateTime(timezone=True)))
    last = ", ".join(_LAST.format(answer=answer) for answer in ("reject", "resolve", "acknowledge"))
    op.execute(
        f"UPDATE alert SET answered_at = coalesce({last}) "  # noqa: S608
        "WHERE (rule, event) IN (SELECT rule, event FROM response)"
    )
    where = sa.text("answered_at IS NULL")
    op.create_index("ix_alert_unanswered", "alert", ["created_at", "id"], sqlite_where=where, postgresql_where=where)
    op.drop_index("ix_verdict_rule_event", "verdict")
    op.create_index("ix_verdict_rule_event_judged_at", "verdict", ["rule", "event", "judged_at"])


def downgrade() -> None:
    op.drop_index("ix_verdict_rule_event_judged_at", "verdict")
    op.create_index("ix_verdict_rule_event", "verdict", ["rule", "event"])
    op.drop_index("ix_alert_unanswered", "alert")
    with op.batch_alter_table("alert") as batch:
        batch.drop_column("answered_at")
