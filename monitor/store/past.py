"""What targets were sent of late, as `core.dispatch` asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.alerts import Occasion
from monitor.core.dispatch import Past
from monitor.store.outbox import AttemptOutcome
from monitor.store.tables import attempt, delivery

Place = tuple[str, str]  # channel, target

_MAY_HAVE_ARRIVED = sa.or_(
    attempt.c.outcome.in_(
        [
            outcome.value
            for outcome in (AttemptOutcome.SENT, AttemptOutcome.SENDING, AttemptOutcome.LOST, AttemptOutcome.UNKNOWN)
        ]
    ),
    sa.and_(attempt.c.outcome == AttemptOutcome.RETRY.value, delivery.c.doubtful),
)


def past(
    connection: Connection, began_after: datetime, now: datetime, places: Mapping[Place, bool] | None = None
) -> dict[tuple[str, str], Past]:
    # one that is lost was closed when it was missed
    sent = attempt.c.outcome == AttemptOutcome.SENT.value
    at = sa.case((sent, attempt.c.ended_at), else_=attempt.c.began_at)
    query = (
        sa.select(delivery.c.channel, delivery.c.target, delivery.c.id, attempt.c.occasion, at, sent)
        .join_from(attempt, delivery)
        .where(attempt.c.began_at > began_after, attempt.c.began_at <= now, _MAY_HAVE_ARRIVED)
        .order_by(at, delivery.c.id)
    )
    if places is not None:
        query = query.where(_counts(places))
    found: dict[tuple[str, str], Past] = {}
    counted = set()
    for channel, target, id_, occasion, moment, arrived in connection.execute(query):
        place = channel, target
        message = place, moment, occasion, 0 if occasion else id_
        if message not in counted:  # a summary is one, of however many
            counted.add(message)
            # what a summary told that may not have arrived must not wait for another one
            told = Occasion(occasion) if occasion and arrived else None
            found[place] = found.get(place, Past()).then(moment, told)
    return found


def _counts(places: Mapping[Place, bool]) -> sa.ColumnElement[bool]:
    """Where no pace is kept, there may be thousands of messages, and nobody asks but for summaries of storms."""
    place = sa.tuple_(delivery.c.channel, delivery.c.target)
    calm = sorted(place for place, paced in places.items() if not paced)
    paced = sorted(place for place, paced in places.items() if paced)
    return sa.or_(place.in_(paced), sa.and_(place.in_(calm), attempt.c.occasion == Occasion.STORM.value))
