"""Silences, as people made them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.silences import Silence
from monitor.store.tables import silence


def active(connection: Connection, now: datetime) -> list[Silence]:
    query = sa.select(silence).where(silence.c.starts_at <= now, silence.c.ends_at > now).order_by(silence.c.id)
    return [silence_from(row) for row in connection.execute(query).mappings()]


def silence_from(row: sa.RowMapping) -> Silence:
    match = tuple((name, tuple(values)) for name, values in row["match"])
    return Silence(row["id"], match, row["author"], row["reason"], row["created_at"], row["starts_at"], row["ends_at"])
