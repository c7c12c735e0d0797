"""Work shared between processes, on PostgreSQL: what is due is leased and queued in one transaction.

Sources, entries and articles are due by their own tables, whatever becomes of queue and workers. What is handed out
is leased to the batch in which it goes; it is handed out again when the lease runs out or is given back, and the worker
that took up the batch before finds then that it has nothing of it any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from monitor import queueing
from monitor.queueing import Batch
from monitor.store import leases
from monitor.store.columns import bounded
from monitor.store.engine import transaction
from monitor.store.leases import Lease
from monitor.store.tables import article, entry, lease, source

POLL, READ, JUDGE = KINDS = ("poll", "read", "judge")
LEADER = "scheduler"  # the lease of the one that schedules

LONGEST = {POLL: 10, READ: 10, JUDGE: 3}  # of a batch; articles are judged in one transaction, which holds locks
SHARES = 8  # what is due is cut into as many batches at least, so that several workers have something to do
WAITING = 100  # batches of a kind that may wait; more are not handed out before they are taken up
PER_HOST = 4  # sources, and as many pages, of one host are handed out at a time
LEASED = 600.0  # seconds: longer than the work on a batch takes
_AHEAD = 2_000  # entries that are looked at for hosts with room


@dataclass(frozen=True, slots=True)
class Due:
    """Something to be handed out. `host` is "" where it goes to none."""

    id: str
    host: str = ""
    leased: bool = False


class SharedWork:
    """Each method is one transaction and raises StoreError."""

    def __init__(self, engine: Engine):
        self._engine = engine

    # --- who schedules -----------------------------------------------------------------------

    def lead(self, owner: str, seconds: float) -> bool:
        """Be the one that schedules, for so long; False while another one is."""
        with transaction(self._engine) as connection:
            return bool(leases.take(connection, [LEADER], owner, seconds))

    def resign(self, owner: str) -> None:
        with transaction(self._engine) as connection:
            leases.give_back(connection, [LEADER], owner)

    def leader(self) -> Lease | None:
        with transaction(self._engine) as connection:
            return next((item for item in leases.held(connection, LEADER) if item.name == LEADER), None)

    # --- handing out -------------------------------------------------------------------------

    def dispatch(self, now: datetime) -> Mapping[str, int]:
        """Hand out what is due and nobody has, as far as the queue has room; how much of each kind."""
        done: dict[str, int] = {}
        with transaction(self._engine) as connection:
            raw = connection.connection.driver_connection
            queued = queueing.waiting(raw)
            for kind, find in ((POLL, _sources), (READ, _entries), (JUDGE, _articles)):
                room = (WAITING - queued.get(kind, 0)) * LONGEST[kind]
                if room > 0 and (due := find(connection, now, room)):
                    done[kind] = self._hand_out(connection, raw, kind, due)
        return done

    def _hand_out(self, connection: Connection, raw: Any, kind: str, due: Sequence[str]) -> int:
        token = uuid4().hex
        taken = leases.take(connection, _names(kind, due), token, LEASED)
        ids = [id_ for id_ in due if _name(kind, id_) in taken]
        queueing.put(raw, [Batch(kind, token, piece) for piece in _cut(ids, LONGEST[kind])])
        return len(ids)

    def sweep(self) -> int:
        """Forget leases that ran out."""
        with transaction(self._engine) as connection:
            return leases.sweep(connection)

    # --- taking up ---------------------------------------------------------------------------

    def take_up(self, batch: Batch) -> list[str]:
        """What of the batch is still its own."""
        with transaction(self._engine) as connection:
            kept = leases.keep(connection, _names(batch.kind, batch.ids), batch.token, LEASED)
        return [id_ for id_ in batch.ids if _name(batch.kind, id_) in kept]

    def give_back(self, batch: Batch) -> None:
        """After the work on it, or instead: what is due then is handed out again."""
        with transaction(self._engine) as connection:
            leases.give_back(connection, _names(batch.kind, batch.ids), batch.token)


# --- what is due -----------------------------------------------------------------------------


def chosen(due: Iterable[Due], most: int, per_host: int) -> list[str]:
    """Those that nobody has, in order; with what is leased no more than `per_host` of one host."""
    busy, found = Counter[str](), list[str]()
    waiting = []
    for item in due:
        if item.leased:
            busy[item.host] += 1
        else:
            waiting.append(item)
    for item in waiting:
        if len(found) >= most:
            break
        if not item.host or busy[item.host] < per_host:
            busy[item.host] += 1
            found.append(item.id)
    return found


def _sources(connection: Connection, now: datetime, most: int) -> list[str]:
    due = sa.and_(source.c.enabled, source.c.next_poll_at <= now)
    query = sa.select(source.c.id, source.c.host, _leased(POLL, source.c.id)).where(due)
    found = connection.execute(query.order_by(source.c.next_poll_at, source.c.id).limit(most + _AHEAD))
    return chosen((Due(*row) for row in found), most, PER_HOST)


def _entries(connection: Connection, now: datetime, most: int) -> list[str]:
    unread = sa.and_(entry.c.article_id.is_(None), entry.c.next_try_at <= now)
    edited = sa.and_(entry.c.reread_at.is_not(None), entry.c.reread_at <= now)
    found: list[Due] = []
    for due, order in ((unread, entry.c.next_try_at), (edited, entry.c.reread_at)):
        query = sa.select(entry.c.id, entry.c.url, _leased(READ, sa.cast(entry.c.id, sa.Text))).where(due)
        rows = connection.execute(query.order_by(order, entry.c.id).limit(_AHEAD))
        found += [Due(str(id_), _host(url), leased) for id_, url, leased in rows]
    return chosen(found, most, PER_HOST)


def _articles(connection: Connection, now: datetime, most: int) -> list[str]:
    query = sa.select(article.c.id).where(article.c.judged_at.is_(None), sa.not_(_leased(JUDGE, article.c.id)))
    return list(connection.execute(query.order_by(article.c.published, article.c.id).limit(most)).scalars())


def _leased(kind: str, id_: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether somebody has it. Of an id so long that its lease has a digest in its name this is false; then taking it
    tells."""
    mine = sa.and_(lease.c.name == sa.literal(f"{kind}:").concat(id_), lease.c.until > sa.func.clock_timestamp())
    return sa.exists().where(mine)


def _host(url: str | None) -> str:
    try:
        return urlsplit(url or "").hostname or ""
    except ValueError:
        return ""


def _cut(ids: Sequence[str], longest: int) -> list[tuple[str, ...]]:
    size = max(1, min(longest, ceil(len(ids) / SHARES)))
    return [tuple(ids[begin : begin + size]) for begin in range(0, len(ids), size)]


def _names(kind: str, ids: Iterable[str]) -> list[str]:
    return [_name(kind, id_) for id_ in ids]


def _name(kind: str, id_: str) -> str:
    """As it is stored, so that it can be compared."""
    return bounded(f"{kind}:{id_}")
