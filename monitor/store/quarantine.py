"""Documents that are not parsed again: those that cost a worker process or were made to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.store.dialect import insert
from monitor.store.tables import quarantine

MOST = 1_000  # remembered; beyond that the one met longest ago is tried anew when it comes again
DOUBTS = 2  # times that a document may be caught without certainty before it is held


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A document by the SHA-256 of its bytes. One that is not `held` is tried once more."""

    digest: str
    url: str
    reason: str
    times: int
    held: bool
    first_at: datetime
    last_at: datetime


def held(connection: Connection) -> dict[str, str]:
    found = connection.execute(sa.select(quarantine).where(quarantine.c.held))
    return {row.digest: row.reason for row in found}


def put(connection: Connection, digest: str, url: str, reason: str, certain: bool, now: datetime) -> None:
    statement = insert(connection, quarantine).values(
        digest=digest, url=url, reason=reason, times=1, held=certain, first_at=now, last_at=now
    )
    again = quarantine.c.times + 1
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[quarantine.c.digest],
            set_={
                "url": url,
                "reason": reason,
                "times": again,
                "held": sa.or_(quarantine.c.held, sa.literal(certain), again >= DOUBTS),
                "last_at": now,
            },
        )
    )
    latest = sa.select(quarantine.c.digest).order_by(quarantine.c.last_at.desc(), quarantine.c.digest).limit(MOST)
    connection.execute(sa.delete(quarantine).where(quarantine.c.digest.not_in(latest)))


def listed(connection: Connection) -> Sequence[Quarantined]:
    """The latest first."""
    query = sa.select(quarantine).order_by(quarantine.c.last_at.desc(), quarantine.c.digest)
    return [Quarantined(**row) for row in connection.execute(query).mappings()]


def clear(connection: Connection, digests: Sequence[str]) -> int:
    """Let these be parsed again; how many there were."""
    return connection.execute(sa.delete(quarantine).where(quarantine.c.digest.in_(digests))).rowcount
