"""What the monitor tells of itself: alerts like all others, without an article behind them."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.alerts import OURSELVES, Alert
from monitor.core.model import Article, Fact
from monitor.store import judging, rows
from monitor.store.columns import bounded
from monitor.store.dialect import chunks, insert
from monitor.store.tables import article, fact

OF_OTHERS = sa.not_(article.c.id.startswith(OURSELVES, autoescape=True))  # articles that stand for none of our own


def standing(connection: Connection, rule: str) -> frozenset[str]:
    return frozenset(connection.execute(sa.select(fact.c.event).where(fact.c.rule == rule)).scalars())


def tell(
    connection: Connection,
    alert: Alert,
    targets: Sequence[tuple[str, str]],
    facts: Sequence[Fact],
    settled: Sequence[str],
) -> bool:
    now = alert.created_at
    # Alerts hang on articles: this one stands for the monitor, has no text, and is never judged or searched for.
    itself = Article(alert.article_id, alert.rule_title, "", now, now, outlet=alert.outlet, learn_only=True)
    statement = insert(connection, article).values({**rows.article_to(itself), "judged_at": now, "indexed_at": now})
    connection.execute(statement.on_conflict_do_nothing())
    for chunk in chunks([bounded(event) for event in settled]):
        connection.execute(sa.delete(fact).where(fact.c.rule == alert.rule, fact.c.event.in_(chunk)))
    return bool(judging.SqlUnit(connection).record(itself, (), facts, [(alert, targets)], None, now))
