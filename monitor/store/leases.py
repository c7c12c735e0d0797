"""Leases: a name belongs to one owner until a time, and to anybody afterwards.

For what several processes share: which of them schedules, who has a source or an article in hand, whose turn at a host
or a target it is. All times are by the clock of the database, the only one that all of them see. An owner that dies
holds up nobody for longer than its lease; one that was stopped and goes on has to `keep` what it believes to have.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store.columns import bounded
from monitor.store.dialect import among, insert
from monitor.store.tables import lease

_CLOCK = {
    "postgresql": sa.text("SELECT clock_timestamp()"),
    "sqlite": sa.text("SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')"),
}


@dataclass(frozen=True, slots=True)
class Lease:
    name: str
    owner: str
    until: datetime


def clock(connection: Connection) -> datetime:
    """The database's time."""
    found = connection.execute(_CLOCK[connection.dialect.name]).scalar_one()
    return found if isinstance(found, datetime) else datetime.fromisoformat(found).replace(tzinfo=UTC)


def take(connection: Connection, names: Collection[str], owner: str, seconds: float) -> set[str]:
    """Those that are the owner's now: they were free, had run out, or were its own. The names are bounded, as keys
    are."""
    if not names:
        return set()
    now = clock(connection)
    statement = insert(connection, lease)
    free = sa.or_(lease.c.until <= now, lease.c.owner == statement.excluded.owner)
    taking = statement.on_conflict_do_update(
        index_elements=[lease.c.name],
        set_={"owner": statement.excluded.owner, "until": statement.excluded.until},
        where=free,
    ).returning(lease.c.name)
    until = now + timedelta(seconds=seconds)
    # In one order, so that two that want the same wait for one another instead of failing.
    rows = [{"name": name, "owner": owner, "until": until} for name in sorted(set(map(bounded, names)))]
    if connection.dialect.name == "sqlite":
        return {name for row in rows for name in connection.execute(taking, row).scalars()}
    return set(connection.execute(taking, rows).scalars())


def keep(connection: Connection, names: Collection[str], owner: str, seconds: float) -> set[str]:
    """Prolong what the owner still has; those that it has not any more are missing from the answer."""
    now = clock(connection)
    mine = sa.and_(among(connection.dialect.name, lease.c.name, "these"), lease.c.owner == owner, lease.c.until > now)
    keeping = sa.update(lease).where(mine).values(until=now + timedelta(seconds=seconds)).returning(lease.c.name)
    return set(connection.execute(keeping, {"these": sorted(map(bounded, names))}).scalars())


def give_back(connection: Connection, names: Collection[str], owner: str, free_in: float = 0.0) -> None:
    """Let go of what the owner has of these: at once, or in so many seconds, in which nobody has it."""
    mine = sa.and_(among(connection.dialect.name, lease.c.name, "these"), lease.c.owner == owner)
    these = {"these": sorted(map(bounded, names))}
    if free_in <= 0:
        connection.execute(sa.delete(lease).where(mine), these)
        return
    until = clock(connection) + timedelta(seconds=free_in)
    connection.execute(sa.update(lease).where(mine).values(owner="", until=until), these)


def give_back_all(connection: Connection, owners: Collection[str]) -> int:
    """Let go of all that these had; how many leases."""
    theirs = among(connection.dialect.name, lease.c.owner, "these")
    return connection.execute(sa.delete(lease).where(theirs), {"these": sorted(map(bounded, owners))}).rowcount


def sweep(connection: Connection) -> int:
    """Forget leases that ran out; how many."""
    return connection.execute(sa.delete(lease).where(lease.c.until <= clock(connection))).rowcount


def held(connection: Connection, prefix: str) -> Sequence[Lease]:
    """Those in force whose names begin like this, by name."""
    begins = sa.and_(lease.c.name >= prefix, lease.c.name < prefix + "\U0010ffff")
    query = sa.select(lease.c.name, lease.c.owner, lease.c.until).where(begins, lease.c.until > clock(connection))
    return [Lease(*row) for row in connection.execute(query.order_by(lease.c.name))]
