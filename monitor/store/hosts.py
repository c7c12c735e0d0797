"""Turns at hosts over all processes: leases `host:NAME/MARK`, as `core.turns` decides."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.turns import Asking, Mark, Turn, turn
from monitor.store import leases
from monitor.store.dialect import LOCK_HOST, insert, serialise_name
from monitor.store.tables import lease

_LONGEST = 100  # characters of a host's name; a longer one is known by its digest


def ask(connection: Connection, host: str, asking: Asking) -> Turn:
    prefix = _prefix(host)
    serialise_name(connection, LOCK_HOST, prefix)
    now = leases.clock(connection)
    of_host = sa.and_(lease.c.name >= prefix, lease.c.name < prefix + "\U0010ffff")
    rows = connection.execute(sa.select(lease.c.name, lease.c.owner, lease.c.until).where(of_host))
    answer = turn([Mark(name.removeprefix(prefix), owner, until) for name, owner, until in rows], asking, now)
    _put(connection, prefix, answer.marks)
    if answer.dropped:
        connection.execute(sa.delete(lease).where(lease.c.name.in_([prefix + name for name in answer.dropped])))
    return answer.turn


def leave(connection: Connection, host: str, owner: str, silence: float) -> None:
    """Free the owner's place, there and in the queue; the host is silent for so many seconds."""
    prefix = _prefix(host)
    own = [sa.and_(lease.c.name >= prefix + what, lease.c.name < prefix + what + "~") for what in ("place ", "queue ")]
    connection.execute(sa.delete(lease).where(lease.c.owner == owner, sa.or_(*own)))
    if silence > 0:
        until = leases.clock(connection) + timedelta(seconds=silence)
        _put(connection, prefix, [Mark("silence", owner, until)], longer=True)


def _put(connection: Connection, prefix: str, marks: tuple[Mark, ...] | list[Mark], longer: bool = False) -> None:
    """Where they are held already they are replaced; with `longer` only by those that last longer."""
    if not marks:
        return
    statement = insert(connection, lease)
    new = statement.excluded
    putting = statement.on_conflict_do_update(
        index_elements=[lease.c.name],
        set_={"owner": new.owner, "until": new.until},
        where=lease.c.until < new.until if longer else None,
    )
    rows = [{"name": prefix + mark.name, "owner": mark.owner, "until": mark.until} for mark in marks]
    connection.execute(putting, rows)


def _prefix(host: str) -> str:
    if len(host) > _LONGEST:
        host = f"{host[:40]}~{hashlib.blake2b(host.encode(), digest_size=20).hexdigest()}"
    return f"host:{host}/"
