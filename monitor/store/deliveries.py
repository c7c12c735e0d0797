"""What operators see of single deliveries, and what they do with them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.alerts import Alert, DeliveryState
from monitor.core.deadletters import Place
from monitor.core.model import Severity
from monitor.store import ourselves
from monitor.store.dialect import chunks
from monitor.store.tables import UNSENT, alert, delivery, journal

RETRY, DROP, TOLD = "retry", "drop", "told"  # in the journal
AGAIN = (DeliveryState.FAILED, DeliveryState.UNKNOWN, DeliveryState.PENDING)
DROPPABLE = (*AGAIN, DeliveryState.HELD)


@dataclass(frozen=True, slots=True)
class Item:
    """A delivery in a list; `alert` is the number of its alert, `reason` why it waits or was left."""

    id: int
    state: DeliveryState
    channel: str
    target: str
    attempts: int
    created_at: datetime
    next_at: datetime | None
    error: str
    reason: str
    alert: int
    rule: str
    severity: Severity
    headline: str


def tell(connection: Connection, item: Alert, targets: Sequence[Place], told: Sequence[int]) -> bool:
    """Store an alert of our own on the deliveries `told`, which is noted of each. False when its key exists."""
    if not ourselves.tell(connection, item, targets, (), ()):
        return False
    _note(connection, told, TOLD, f"operators hear of it: {item.key}", "monitor", item.created_at)
    return True


def counted(connection: Connection, alerts: Sequence[int]) -> dict[int, dict[DeliveryState, int]]:
    """How many deliveries each of these alerts has in each state."""
    each = delivery.c.alert_id, delivery.c.state
    query = sa.select(*each, sa.func.count()).where(delivery.c.alert_id.in_(alerts)).group_by(*each).order_by(*each)
    found: dict[int, dict[DeliveryState, int]] = {number: {} for number in alerts}
    for number, state, count in connection.execute(query):
        found[number][DeliveryState(state)] = count
    return found


def listed(
    connection: Connection,
    states: Collection[DeliveryState],
    channel: str | None = None,
    since: datetime | None = None,
    limit: int = 50,
) -> list[Item]:
    """Newest first; `since`: made since then."""
    names = ("id", "state", "channel", "target", "attempts", "created_at", "next_at", "error", "reason")
    query = (
        sa.select(
            *(delivery.c[name] for name in names),
            alert.c.id.label("alert"),
            *(alert.c[name] for name in ("rule", "severity", "headline")),
        )
        .join_from(delivery, alert)
        .where(delivery.c.state.in_([state.value for state in states]))
        .order_by(delivery.c.created_at.desc(), delivery.c.id.desc())
        .limit(limit)
    )
    if not {DeliveryState.SENT, DeliveryState.SKIPPED}.intersection(states):
        query = query.where(UNSENT)
    if channel is not None:
        query = query.where(delivery.c.channel == channel)
    if since is not None:
        query = query.where(delivery.c.created_at >= since)
    return [
        Item(**{**row, "state": DeliveryState(row["state"]), "severity": Severity(row["severity"])})
        for row in connection.execute(query).mappings()
    ]


def states(connection: Connection, ids: Sequence[int]) -> dict[int, DeliveryState]:
    """Of those that there are, held until the end of the transaction."""
    found: dict[int, DeliveryState] = {}
    for chunk in chunks(sorted(ids)):
        query = sa.select(delivery.c.id, delivery.c.state).where(delivery.c.id.in_(chunk)).order_by(delivery.c.id)
        found |= {id_: DeliveryState(state) for id_, state in connection.execute(query.with_for_update())}
    return found


def failed(connection: Connection, channel: str) -> list[int]:
    """The deliveries of a channel that have failed for good, oldest first."""
    where = (UNSENT, delivery.c.state == DeliveryState.FAILED.value, delivery.c.channel == channel)
    return list(connection.execute(sa.select(delivery.c.id).where(*where).order_by(delivery.c.id)).scalars())


def again(
    connection: Connection, ids: Sequence[int], careful: Collection[Place], author: str, words: str, now: datetime
) -> None:
    """Make these due; they keep their attempts.

    That one may have arrived stays marked, so that the message says so, unless its only try is known to have failed.
    `careful`: targets of channels that prefer a miss to a double; there what is marked would not be sent at all, and a
    person who wants it sent has decided.
    """
    for chunk in chunks(ids):
        connection.execute(
            sa.update(delivery)
            .where(delivery.c.id.in_(chunk))
            .values(
                state=DeliveryState.PENDING.value,
                next_at=now,
                doubtful=sa.and_(
                    delivery.c.doubtful,
                    sa.not_(sa.and_(delivery.c.state == DeliveryState.FAILED.value, delivery.c.attempts == 1)),
                    *(sa.not_(sa.and_(delivery.c.channel == name, delivery.c.target == to)) for name, to in careful),
                ),
            )
        )
    _note(connection, ids, RETRY, words, author, now)


def drop(connection: Connection, ids: Sequence[int], author: str, reason: str, now: datetime) -> None:
    """Never to be sent."""
    for chunk in chunks(ids):
        values = {"state": DeliveryState.SKIPPED.value, "next_at": None, "reason": f"{reason} ({author})"}
        connection.execute(sa.update(delivery).where(delivery.c.id.in_(chunk)).values(values))
    _note(connection, ids, DROP, reason, author, now)


def _note(connection: Connection, ids: Sequence[int], what: str, words: str, author: str, now: datetime) -> None:
    said = {"at": now, "what": what, "words": words, "author": author}
    bound = [sa.literal(value, journal.c[name].type).label(name) for name, value in said.items()]
    for chunk in chunks(ids):
        query = sa.select(delivery.c.alert_id, delivery.c.id, *bound).where(delivery.c.id.in_(chunk))
        connection.execute(sa.insert(journal).from_select(["alert_id", "delivery_id", *said], query))
