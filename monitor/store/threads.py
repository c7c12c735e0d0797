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
    query = (
        sa.select(
            *(article.c.id.label("article_id"), article.c.title, article.c.outlet, article.c.url, article.c.published),
            *(verdict.c.kind, verdict.c.decision_reason.label("decision")),
        )
        .join(article, article.c.id == verdict.c.article_id)
        .where(verdict.c.rule == alert.rule, verdict.c.event == alert.event, article.c.id != alert.article_id)
        .order_by(verdict.c.judged_at, article.c.id)
        .limit(MOST)
    )
    return tuple(Followed(**{**row, "kind": VerdictKind(row["kind"])}) for row in connection.execute(query).mappings())
