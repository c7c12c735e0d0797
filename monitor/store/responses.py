"""What people said to events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.alerts import event_key
from monitor.core.responses import Answer, Fault, Response, Standing, standing
from monitor.store.tables import response

Thread = tuple[str, str]  # rule, event


def standings(connection: Connection, threads: Collection[Thread]) -> dict[Thread, Standing]:
    """How events stand with people; those to which nobody has said anything are left out."""
    query = (
        sa.select(response)
        .where(sa.tuple_(response.c.rule, response.c.event).in_(sorted(threads)))
        .order_by(response.c.at, response.c.id)
    )
    said: defaultdict[Thread, list[Response]] = defaultdict(list)
    for row in connection.execute(query).mappings():
        said[row["rule"], row["event"]].append(response_from(row))
    return {thread: standing(responses) for thread, responses in said.items()}


def response_from(row: sa.RowMapping | dict[str, Any]) -> Response:
    return Response(
        thread=event_key(row["rule"], row["event"]),
        answer=Answer(row["answer"]),
        author=row["author"],
        at=row["at"],
        reason=row["reason"],
        until=row["until"],
        fault=Fault(row["fault"]) if row["fault"] else None,
        via=row["via"],
    )
