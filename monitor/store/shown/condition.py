"""What somebody asks who wants to know whether the installation is in order: a look at the clock, at what was done last
and at how large the database has become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.core.alerts import OURSELVES
from monitor.store import leases, upkeep
from monitor.store.engine import reading, transaction
from monitor.store.tables import alert, lease, source


@dataclass(frozen=True, slots=True)
class Condition:
    """`clock`: the database's time; `size` in bytes, with what it was before, the latest first; `owners`: how many have
    leases in force; `stale`: until when the one lasted that ran out first and was not swept."""

    clock: datetime
    size: int
    sizes: Sequence[tuple[datetime, int]]
    owners: int
    stale: datetime | None
    last_poll: datetime | None
    last_alert: datetime | None
    last_backup: datetime | None


def condition(engine: Engine, since: datetime) -> Condition:
    """With sizes since then. Raises StoreError."""
    with transaction(reading(engine)) as connection:
        now = leases.clock(connection)
        sizes = upkeep.since(connection, upkeep.SIZE, since)
        backup = upkeep.last(connection, upkeep.BACKUP)
        news = alert.c.rule.not_like(f"{OURSELVES}%")
        last_alert = sa.select(alert.c.created_at).where(news).order_by(alert.c.created_at.desc()).limit(1)
        stale = sa.select(sa.func.min(lease.c.until)).where(lease.c.until <= now, lease.c.owner != "")
        return Condition(
            clock=now,
            size=upkeep.size(connection),
            sizes=[(noted.at, int(noted.details["bytes"])) for noted in sizes],
            owners=len({held.owner for held in leases.held(connection, "") if held.owner}),
            stale=connection.execute(stale).scalar(),
            last_poll=connection.execute(sa.select(sa.func.max(source.c.last_poll_at))).scalar(),
            last_alert=connection.execute(last_alert).scalar(),
            last_backup=backup.at if backup else None,
        )
