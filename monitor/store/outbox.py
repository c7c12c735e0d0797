"""Deliveries: claimed for a lease, sent by somebody else, recorded afterwards."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.alerts import Alert, Delivery, DeliveryState
from monitor.errors import StoreError
from monitor.store import rows
from monitor.store.tables import alert, attempt, delivery


class AttemptOutcome(StrEnum):
    """How one try ended, as it is stored."""

    SENDING = "sending"  # not yet known
    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    UNKNOWN = "unknown"  # it may have arrived, and is not tried again
    LOST = "lost"  # the sender never came back; it may have arrived


def claim(connection: Connection, now: datetime, lease_until: datetime, limit: int) -> list[tuple[Delivery, Alert]]:
    # SQLite has no row locks and ignores the clause: there the write transaction is the lock
    ids = list(
        connection.execute(
            sa.select(delivery.c.id)
            .where(delivery.c.next_at.is_not(None), delivery.c.next_at <= now)
            .order_by(delivery.c.next_at, delivery.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).scalars()
    )
    if not ids:
        return []
    connection.execute(
        sa.update(delivery)
        .where(delivery.c.id.in_(ids))
        .values(state=DeliveryState.SENDING.value, attempts=delivery.c.attempts + 1, next_at=lease_until)
    )
    _close(connection, delivery.c.id.in_(ids), AttemptOutcome.LOST, now, "its sender did not report back")
    claimed = (
        connection.execute(sa.select(delivery).where(delivery.c.id.in_(ids)).order_by(delivery.c.id)).mappings().all()
    )
    connection.execute(
        sa.insert(attempt),
        [
            {
                "delivery_id": row["id"],
                "number": row["attempts"],
                "began_at": now,
                "outcome": AttemptOutcome.SENDING.value,
                "error": "",
            }
            for row in claimed
        ],
    )
    wanted = {row["alert_id"] for row in claimed}
    alerts = {
        row["id"]: rows.alert_from(row)
        for row in connection.execute(sa.select(alert).where(alert.c.id.in_(wanted))).mappings()
    }
    by_id = {row["id"]: row for row in claimed}
    return [
        (rows.delivery_from(by_id[id_], alerts[by_id[id_]["alert_id"]].key), alerts[by_id[id_]["alert_id"]])
        for id_ in ids
    ]


def release(connection: Connection, now: datetime) -> int:
    """Make due at once what is claimed: for a sender that knows that it is alone and the one before is gone."""
    released = connection.execute(
        sa.update(delivery)
        .where(delivery.c.state == DeliveryState.SENDING.value, delivery.c.next_at > now)
        .values(next_at=now)
    )
    return released.rowcount


def sent(connection: Connection, delivery_id: int, now: datetime) -> None:
    """Whoever reports it: what has been sent is sent, also when the lease ran out meanwhile."""
    _finish(connection, delivery_id, {"state": DeliveryState.SENT.value, "next_at": None, "error": "", "sent_at": now})
    _close(connection, delivery.c.id == delivery_id, AttemptOutcome.SENT, now, "")


def begin(connection: Connection, delivery_id: int) -> None:
    connection.execute(sa.update(delivery).where(delivery.c.id == delivery_id).values(doubtful=True))


def retry(
    connection: Connection, delivery_id: int, now: datetime, next_at: datetime, error: str, doubtful: bool
) -> None:
    values = {"state": DeliveryState.PENDING.value, "next_at": next_at, "error": error, "doubtful": doubtful}
    if _finish(connection, delivery_id, values, only_sending=True):
        _close(connection, delivery.c.id == delivery_id, AttemptOutcome.RETRY, now, error)


def failed(connection: Connection, delivery_id: int, now: datetime, error: str) -> None:
    values = {"state": DeliveryState.FAILED.value, "next_at": None, "error": error}
    if _finish(connection, delivery_id, values, only_sending=True):
        _close(connection, delivery.c.id == delivery_id, AttemptOutcome.FAILED, now, error)


def unknown(connection: Connection, delivery_id: int, now: datetime, error: str) -> None:
    values = {"state": DeliveryState.UNKNOWN.value, "next_at": None, "error": error}
    if _finish(connection, delivery_id, values, only_sending=True):
        _close(connection, delivery.c.id == delivery_id, AttemptOutcome.UNKNOWN, now, error)


def _finish(connection: Connection, delivery_id: int, values: dict[str, Any], only_sending: bool = False) -> bool:
    """False when the delivery is no longer being sent: a late report must not undo an outcome."""
    query = sa.select(delivery.c.state).where(delivery.c.id == delivery_id).with_for_update()
    state = connection.execute(query).scalar()
    if state is None:
        raise StoreError(f"delivery {delivery_id} is not in the store", permanent=True)
    if only_sending and state != DeliveryState.SENDING:
        return False
    connection.execute(sa.update(delivery).where(delivery.c.id == delivery_id).values(values))
    return True


def _close(
    connection: Connection, which: sa.ColumnElement[bool], outcome: AttemptOutcome, now: datetime, error: str
) -> None:
    """End the attempts of these deliveries that are still open."""
    deliveries = sa.select(delivery.c.id).where(which)
    connection.execute(
        sa.update(attempt)
        .where(attempt.c.delivery_id.in_(deliveries), attempt.c.ended_at.is_(None))
        .values(outcome=outcome.value, ended_at=now, error=error)
    )
