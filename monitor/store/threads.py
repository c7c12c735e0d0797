"""What was told of an event beside the article that brought its alert."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.alerts import Alert
from monitor.core.model import VerdictKind
from monitor.store.tables import article, verdict

MOST = 50  # the first ones: after that it is repetition


@dataclass(frozen=True, slots=True)
class Followed:
    """An article that told an event too: as a follow-up, or as something known. `decision` is why nobody was told of
    it, or was."""

    article_id: str
    title: str
    outlet: str
    url: str
    published: datetime
    kind: VerdictKind
    decision: str


def followed(connection: Connection, alert: Alert) -> tuple[Followed, ...]:
    """Articles on the alert's event other than its own, in the order in which they were judged."""
    first = told_first(alert.rule, alert.event, MOST, verdict.c.article_id != alert.article_id)
    query = (
        sa.select(
            *(article.c.id.label("article_id"), article.c.title, article.c.outlet, article.c.url, article.c.published),
            *(first.c.kind, first.c.decision_reason.label("decision")),
        )
        .join(article, article.c.id == first.c.article_id)
        .order_by(first.c.judged_at, first.c.article_id)
    )
    return tuple(Followed(**{**row, "kind": VerdictKind(row["kind"])}) for row in connection.execute(query).mappings())


def told_first(rule: str, event: str, most: int, *where: sa.ColumnElement[bool]) -> sa.Subquery:
    """The first verdicts on an event, chosen before their articles are looked up: of some there are thousands."""
    columns = ("article_id", "kind", "reason", "decision_reason", "judged_at")
    query = sa.select(*(verdict.c[name] for name in columns))
    query = query.where(verdict.c.rule == rule, verdict.c.event == event, *where)
    return query.order_by(verdict.c.judged_at, verdict.c.article_id).limit(most).subquery()
