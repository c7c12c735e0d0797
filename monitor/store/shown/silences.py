"""Silences that are over, and what one would hold."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.core.alerts import OURSELVES
from monitor.core.routing import TRAITS, Match, Traits, fits
from monitor.core.silences import Silence
from monitor.store import rows
from monitor.store.engine import transaction
from monitor.store.tables import alert, silence

MOST = 20_000  # alerts that are looked at, the latest


class SilencesShown:
    def __init__(self, engine: Engine):
        self._engine = engine

    def ended(self, now: datetime, limit: int = 50, before: int | None = None) -> list[Silence]:
        """Those that are over, the last to end first; with `before` those that ended before the one of that number."""
        query = sa.select(silence).where(silence.c.ends_at <= now)
        if before is not None:
            ends = sa.select(silence.c.ends_at).where(silence.c.id == before).scalar_subquery()
            earlier = sa.and_(silence.c.ends_at == ends, silence.c.id < before)
            query = query.where(silence.c.ends_at <= ends, sa.or_(silence.c.ends_at < ends, earlier))
        query = query.order_by(silence.c.ends_at.desc(), silence.c.id.desc()).limit(limit)
        with transaction(self._engine) as connection:
            return [rows.silence_from(row) for row in connection.execute(query).mappings()]

    def find(self, silence_id: int) -> Silence | None:
        with transaction(self._engine) as connection:
            row = connection.execute(sa.select(silence).where(silence.c.id == silence_id)).mappings().first()
            return rows.silence_from(row) if row is not None else None

    def would_hold(self, match: Match, since: datetime) -> tuple[int, int]:
        """How many of the alerts told since then fit, of how many; of more than `MOST` the latest."""
        kinds = [alert.c[name] for name in TRAITS]
        latest = sa.select(*kinds).where(alert.c.created_at >= since).order_by(alert.c.created_at.desc()).limit(MOST)
        counted = latest.subquery()
        query = sa.select(*counted.c, sa.func.count().label("number")).group_by(*counted.c)
        held = of = 0
        with transaction(self._engine) as connection:
            for *values, number in connection.execute(query):
                of += number
                held += number if fits(match, _traits(dict(zip(TRAITS, values, strict=True)))) else 0
        return held, of


def _traits(row: dict[str, str]) -> Traits:
    """As `core.silences.traits_of` has them."""
    told = "" if row["rule"].startswith(OURSELVES) else row["assertion"]
    return Traits(**{**row, "assertion": told, "language": row["language"].partition("-")[0].lower()})
