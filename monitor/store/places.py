"""Targets as places of which each belongs to one sender at a time: leases `target:CHANNEL/TARGET`.

A row that names us is ours also when its time is over: whoever takes it meanwhile writes his own name there. So what is
told of a delivery is held against the row in the same transaction, and a sender that was stopped for long changes
nothing that another one has by now.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.alerts import DeliveryState
from monitor.errors import StoreError
from monitor.ports import Call, Owner
from monitor.store import leases
from monitor.store.columns import bounded
from monitor.store.dialect import among
from monitor.store.tables import delivery, lease

Place = tuple[str, str]  # channel, target

PRESENT = 5.0  # seconds after which a sender that claims nothing is not counted among those that share the work


@dataclass(frozen=True, slots=True)
class Mine:
    """Places with something to be sent; of `fresh` ones whoever had them before is gone."""

    places: frozenset[Place] = frozenset()
    fresh: frozenset[Place] = frozenset()

    def due(self, now: datetime) -> sa.ColumnElement[bool]:
        """Deliveries to our places whose time has come. What somebody was sending to a fresh one nobody sends now:
        it goes out before what came later, whenever its own lease ends."""
        column = sa.tuple_(delivery.c.channel, delivery.c.target)
        left = sa.and_(delivery.c.state == DeliveryState.SENDING.value, column.in_(sorted(self.fresh)))
        at = delivery.c.next_at
        return sa.and_(at.is_not(None), column.in_(sorted(self.places)), sa.or_(at <= now, left))


def take(connection: Connection, now: datetime, owner: Owner) -> Mine:
    """Of the places where something is due those that are ours, and of the free ones the longest overdue, until we have
    our share of all that is in hand or due. The shares of those who are present add up to all of it."""
    leases.take(connection, [f"sender:{owner.name}"], owner.name, PRESENT)
    due = (
        sa.select(delivery.c.channel, delivery.c.target)
        .where(delivery.c.next_at.is_not(None), delivery.c.next_at <= now)
        .group_by(delivery.c.channel, delivery.c.target)
        .order_by(sa.func.min(delivery.c.next_at), sa.func.min(delivery.c.id))
    )
    places: dict[str, Place] = {name(*row): (row.channel, row.target) for row in connection.execute(due)}
    if not places:
        return Mine()
    these = among(connection.dialect.name, lease.c.name, "these")
    rows = connection.execute(sa.select(lease.c.name, lease.c.owner).where(these), {"these": sorted(places)})
    ours = {row.name for row in rows if row.owner == owner.name}
    held = {item.name: item.owner for item in leases.held(connection, "target:")}
    free = [each for each in places if each not in ours and each not in held]
    in_hand = len(ours | {each for each, whose in held.items() if whose == owner.name})
    share = -(-len(held.keys() | places.keys()) // max(len(leases.held(connection, "sender:")), 1))
    taken = leases.take(connection, ours | set(free[: max(share - in_hand, 0)]), owner.name, owner.seconds)
    return Mine(frozenset(places[each] for each in taken), frozenset(places[each] for each in taken - ours))


def give_back(connection: Connection, places: Sequence[Place], owner: Owner) -> None:
    leases.give_back(connection, [name(*place) for place in places], owner.name)


def turn_to_notice(connection: Connection, place: Place, owner: Owner, seconds: float) -> bool:
    notice = f"notice:{place[0]}/{place[1]}"
    if seconds > 0:
        return bool(leases.take(connection, [notice], owner.name, seconds))
    leases.give_back(connection, [notice], owner.name)
    return True


def held_by_anybody(connection: Connection) -> sa.ColumnElement[bool]:
    """Deliveries to places that a sender has."""
    held = {item.name for item in leases.held(connection, "target:")}
    if not held:
        return sa.false()
    every = sa.select(delivery.c.channel, delivery.c.target).where(delivery.c.next_at.is_not(None)).distinct()
    theirs = sorted((row.channel, row.target) for row in connection.execute(every) if name(*row) in held)
    return sa.tuple_(delivery.c.channel, delivery.c.target).in_(theirs)


def still_ours(connection: Connection, calls: Sequence[Call], owner: Owner) -> list[Call]:
    """Those of the calls that may be made: our places last on by it, and what is told of others' is left out.

    Raises StoreError where something is to begin that is not ours any more.
    """
    about = {id(call): list(_deliveries(call)) for call in calls}
    ids = sorted({id_ for several in about.values() for id_ in several})
    if not ids:
        return list(calls)
    query = sa.select(delivery.c.id, delivery.c.channel, delivery.c.target, delivery.c.state)
    found = {row.id: row for row in connection.execute(query.where(delivery.c.id.in_(ids)))}
    names = {row.id: name(row.channel, row.target) for row in found.values()}
    kept = _keep(connection, set(names.values()), owner)
    allowed = []
    for call in calls:
        known = [id_ for id_ in about[id(call)] if id_ in found]
        ours = all(names[id_] in kept for id_ in known)
        if call[0] == "begin" and not (ours and all(found[id_].state == DeliveryState.SENDING for id_ in known)):
            raise StoreError("the target is another sender's by now")
        if ours:
            allowed.append(call)
    return allowed


def _keep(connection: Connection, names: set[str], owner: Owner) -> set[str]:
    mine = sa.and_(among(connection.dialect.name, lease.c.name, "these"), lease.c.owner == owner.name)
    in_order = sa.select(lease.c.name).where(mine).order_by(lease.c.name).with_for_update()  # as others take them
    until = leases.clock(connection) + timedelta(seconds=owner.seconds)
    keeping = sa.update(lease).where(lease.c.name.in_(in_order)).values(until=until).returning(lease.c.name)
    return set(connection.execute(keeping, {"these": sorted(names)}).scalars())


def _deliveries(call: Call) -> Iterator[int]:
    """The ids of what must not be told of by anybody but who has them; of what was sent anybody may tell."""
    method, args = call
    if method == "begin":
        yield from args[0]
    elif method in ("hold", "skip"):
        yield from (item.waiting.delivery.id for item in args[0])
    elif method in ("retry", "failed", "unknown"):
        yield args[0]


def name(channel: str, target: str) -> str:
    return bounded(f"target:{channel}/{target}")
