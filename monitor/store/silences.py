"""Silences: stored with author, reason and end; what one of them holds is let go when it ends early."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.alerts import DeliveryState, Hold
from monitor.core.routing import Match
from monitor.core.silences import Silence
from monitor.store import rows
from monitor.store.tables import delivery, silence


def add(
    connection: Connection,
    match: Match,
    author: str,
    reason: str,
    now: datetime,
    starts_at: datetime,
    ends_at: datetime,
) -> Silence:
    values = {
        "match": [[trait, list(allowed)] for trait, allowed in match],
        "author": author,
        "reason": reason,
        "created_at": now,
        "starts_at": starts_at,
        "ends_at": ends_at,
    }
    row = connection.execute(sa.insert(silence).returning(silence), values).mappings().one()
    return rows.silence_from(row)


def end(connection: Connection, silence_id: int, now: datetime) -> Silence | None:
    """End one that lasts; None where there is no such silence. One that is over stays as it was."""
    row = connection.execute(sa.select(silence).where(silence.c.id == silence_id)).mappings().first()
    if row is None or row["ends_at"] <= now:
        return rows.silence_from(row) if row is not None else None
    connection.execute(sa.update(silence).where(silence.c.id == silence_id).values(ends_at=now))
    held = delivery.c.state == DeliveryState.HELD.value, delivery.c.hold == f"{Hold.SILENCE.value}:{silence_id}"
    connection.execute(sa.update(delivery).where(*held, delivery.c.next_at > now).values(next_at=now))
    return rows.silence_from({**row, "ends_at": now})


def resume(connection: Connection, silence_id: int, ends_at: datetime, now: datetime) -> Silence | None:
    """Have one end later than it did; None where there is no such silence."""
    row = connection.execute(sa.select(silence).where(silence.c.id == silence_id)).mappings().first()
    if row is None or ends_at <= max(now, row["ends_at"]):
        return rows.silence_from(row) if row is not None else None
    connection.execute(sa.update(silence).where(silence.c.id == silence_id).values(ends_at=ends_at))
    return rows.silence_from({**row, "ends_at": ends_at})


def known(connection: Connection, now: datetime, ended: bool = False) -> list[Silence]:
    """Those that last or are still to come, the first to end first; with `ended` those that are over as well."""
    query = sa.select(silence).order_by(silence.c.ends_at, silence.c.id)
    if not ended:
        query = query.where(silence.c.ends_at > now)
    return [rows.silence_from(row) for row in connection.execute(query).mappings()]


def active(connection: Connection, now: datetime) -> list[Silence]:
    """Those in force."""
    return [one for one in known(connection, now) if one.starts_at <= now]
