"""Articles that a rule was touched by and did not alert on, those that came furthest first, each with the check that
kept it quiet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.alerts import Action
from monitor.core.judge import A_COPY
from monitor.core.model import VerdictKind
from monitor.core.policy import LEARNED
from monitor.store import rows
from monitor.store.tables import article, verdict

LOOKED_AT = 300  # verdicts of one rule, the latest


class Check(StrEnum):
    """What an article did not pass, the last check first: its step is never worth a message; it is an update, and the
    rule asks for none; it only goes on with something; it was known; it was there before we listened."""

    STEP = "step"
    UPDATES = "updates"
    FOLLOWUP = "followup"
    KNOWN = "known"
    LEARNED = "learned"


@dataclass(frozen=True, slots=True)
class Miss:
    article_id: str
    title: str
    language: str
    outlet: str
    judged_at: datetime
    check: Check
    reason: str


def misses(connection: Connection, rule: str, since: datetime, limit: int) -> list[Miss]:
    """Among the latest that were judged since then; copies of other texts are left out."""
    columns = ("article_id", "kind", "previous", "current", "reason", "decision_reason", "judged_at")
    query = (
        sa.select(*(verdict.c[name] for name in columns))
        .where(verdict.c.rule == rule, verdict.c.judged_at > since)
        .where(verdict.c.action == Action.DROP.value, sa.not_(verdict.c.alerted))
        .order_by(verdict.c.judged_at.desc())
        .limit(LOOKED_AT)
    )
    found = [row for row in connection.execute(query).mappings() if not row["reason"].startswith(A_COPY)]
    order = list(Check)
    nearest = sorted(found, key=lambda row: order.index(_check(row)))[:limit]  # of equals the latest stays first
    of_article = sa.select(*(article.c[name] for name in ("id", "title", "language", "outlet")))
    some = of_article.where(article.c.id.in_([row["article_id"] for row in nearest]))
    told = {row.id: (row.title, row.language, row.outlet) for row in connection.execute(some)}
    return [
        Miss(row["article_id"], *told[row["article_id"]], row["judged_at"], _check(row), row["decision_reason"])
        for row in nearest
    ]


def _check(row: rows.Row) -> Check:
    if row["kind"] == VerdictKind.KNOWN.value:
        return Check.KNOWN
    if row["decision_reason"] == LEARNED:
        return Check.LEARNED
    if row["kind"] == VerdictKind.NEW.value:
        return Check.STEP
    return Check.UPDATES if row["previous"] and row["current"] else Check.FOLLOWUP
