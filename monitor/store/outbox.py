"""Deliveries: claimed for a lease, sent by somebody else, recorded afterwards."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.alerts import DeliveryState, Hold, Occasion, Planned, Waiting
from monitor.core.dispatch import Held, Skipped
from monitor.core.judge import A_COPY
from monitor.core.responses import standing
from monitor.core.silences import Silence
from monitor.errors import StoreError
from monitor.ports import Call, Owner
from monitor.store import places, responses, rows, silences
from monitor.store.dialect import add_missing, update_each
from monitor.store.tables import alert, article, attempt, delivery, journal, verdict


class AttemptOutcome(StrEnum):
    """How one try ended, as it is stored."""

    CLAIMED = "claimed"  # it has not begun
    SENDING = "sending"  # it has, and how it ends is not yet known
    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    UNKNOWN = "unknown"  # it may have arrived, and is not tried again
    LOST = "lost"  # the sender never came back; it may have arrived


# Made once: to make one takes longer than to run it.
_THESE: sa.BindParameter[int] = sa.bindparam("these", expanding=True)
_OPEN = sa.and_(attempt.c.delivery_id.in_(_THESE), attempt.c.ended_at.is_(None))
_DOUBT = sa.update(delivery).where(delivery.c.id.in_(_THESE)).values(doubtful=True)
_BEGIN = (
    sa.update(attempt)
    .where(_OPEN)
    .values(outcome=AttemptOutcome.SENDING.value, began_at=sa.bindparam("at"), occasion=sa.bindparam("of"))
)
_CLOSE = (
    sa.update(attempt)
    .where(_OPEN)
    .values(outcome=sa.bindparam("how"), ended_at=sa.bindparam("at"), error=sa.bindparam("words"))
)


def claim(
    connection: Connection, now: datetime, lease_until: datetime, limit: int, owner: Owner | None = None
) -> tuple[list[Waiting], list[Silence]]:
    ids = _due(connection, now, limit) if owner is None else _ours(connection, now, limit, owner)
    if not ids:
        return [], []
    mine = delivery.c.id.in_(ids)
    _forget_unbegun(connection, ids)
    connection.execute(
        sa.update(delivery)
        .where(mine)
        .values(state=DeliveryState.SENDING.value, attempts=delivery.c.attempts + 1, next_at=lease_until)
    )
    _close(connection, ids, AttemptOutcome.LOST, now, "its sender did not report back")
    claimed = {row["id"]: row for row in connection.execute(sa.select(delivery).where(mine)).mappings()}
    connection.execute(
        sa.insert(attempt),
        [
            {
                "delivery_id": id_,
                "number": claimed[id_]["attempts"],
                "began_at": now,
                "outcome": AttemptOutcome.CLAIMED.value,
                "error": "",
            }
            for id_ in ids
        ],
    )
    return _waiting(connection, [claimed[id_] for id_ in ids]), silences.active(connection, now)


def _forget_unbegun(connection: Connection, ids: Sequence[int]) -> None:
    """Of those whose sender went before it came to them: that was no attempt. Else a daemon that is killed again and
    again, or a long lane, would use up the attempts of what was never tried."""
    unbegun = sa.and_(
        attempt.c.delivery_id.in_(ids),
        attempt.c.ended_at.is_(None),
        attempt.c.outcome == AttemptOutcome.CLAIMED.value,
    )
    those = delivery.c.id.in_(sa.select(attempt.c.delivery_id).where(unbegun))
    connection.execute(sa.update(delivery).where(those).values(attempts=delivery.c.attempts - 1))
    connection.execute(sa.delete(attempt).where(unbegun))


def _ours(connection: Connection, now: datetime, limit: int, owner: Owner) -> list[int]:
    """Those of the targets that are the owner's."""
    mine = places.take(connection, now, owner)
    if not mine.places:
        return []
    ids = _due(connection, now, limit, mine.due(now))
    got = connection.execute(sa.select(delivery.c.channel, delivery.c.target).where(delivery.c.id.in_(ids)).distinct())
    places.give_back(connection, sorted(mine.fresh - {(row.channel, row.target) for row in got}), owner)
    return ids


def _due(connection: Connection, now: datetime, limit: int, due: sa.ColumnElement[bool] | None = None) -> list[int]:
    """Those whose time has come, the longest overdue first; with a group that is due all that wait for it."""
    if due is None:
        due = sa.and_(delivery.c.next_at.is_not(None), delivery.c.next_at <= now)
    # SQLite has no row locks and ignores the clause: there the write transaction is the lock
    rows_ = connection.execute(
        sa.select(delivery.c.id, delivery.c.channel, delivery.c.target, delivery.c.hold)
        .where(due)
        .order_by(delivery.c.next_at, delivery.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    ids = [row.id for row in rows_]
    groups = {(row.channel, row.target) for row in rows_ if row.hold == Hold.GROUP}
    if groups:
        waits = sa.and_(delivery.c.next_at > now, delivery.c.hold == Hold.GROUP.value)
        rest = (
            sa.select(delivery.c.id)
            .where(waits, delivery.c.state == DeliveryState.PENDING.value)
            .where(sa.tuple_(delivery.c.channel, delivery.c.target).in_(sorted(groups)))
            .order_by(delivery.c.next_at, delivery.c.id)
            .with_for_update(skip_locked=True)
        )
        ids += connection.execute(rest).scalars()
    return ids


def _waiting(connection: Connection, claimed: Sequence[rows.Row]) -> list[Waiting]:
    wanted = {row["alert_id"] for row in claimed}
    alerts = {
        row["id"]: rows.alert_from(row)
        for row in connection.execute(sa.select(alert).where(alert.c.id.in_(wanted))).mappings()
    }
    threads = {(item.rule, item.event) for item in alerts.values()}
    said = responses.said_to(connection, {item.thread for item in alerts.values()})
    told = publishers(connection, threads)
    first = _first_messages(connection, threads)
    found = []
    for row in claimed:
        item = alerts[row["alert_id"]]
        thread = (item.rule, item.event)
        found.append(
            Waiting(
                rows.delivery_from(row, item.key),
                item,
                standing(said[item.thread], item.key),
                max(told.get(thread, 0), 1),
                first.get((*thread, row["channel"], row["target"]), ""),
            )
        )
    return found


def of_threads(table: sa.Table, threads: Collection[tuple[str, str]]) -> list[sa.ColumnElement[bool]]:
    """Two lists instead of pairs, for which SQLite would read all of the index; what they find too much is few."""
    return [table.c[name].in_(sorted({pair[at] for pair in threads})) for at, name in enumerate(("rule", "event"))]


def publishers(connection: Connection, threads: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """How many publishers have told each event by texts of their own; of some other events, too."""
    own = sa.not_(verdict.c.reason.startswith(A_COPY, autoescape=True))
    query = (
        sa.select(verdict.c.rule, verdict.c.event, sa.func.count(sa.distinct(article.c.publisher)))
        .join(article, article.c.id == verdict.c.article_id)
        .where(*of_threads(verdict, threads), own)
        .group_by(verdict.c.rule, verdict.c.event)
    )
    return {(rule, event): count for rule, event, count in connection.execute(query)}


def _first_messages(
    connection: Connection, threads: Collection[tuple[str, str]]
) -> dict[tuple[str, str, str, str], str]:
    """What each target's service calls the first message of each thread."""
    query = (
        sa.select(alert.c.rule, alert.c.event, delivery.c.channel, delivery.c.target, delivery.c.reference)
        .join(alert, alert.c.id == delivery.c.alert_id)
        .where(*of_threads(alert, threads), delivery.c.reference != "")
        .order_by(delivery.c.sent_at.desc(), delivery.c.id.desc())
    )
    return {(rule, event, channel, target): name for rule, event, channel, target, name in connection.execute(query)}


def release(connection: Connection, now: datetime) -> int:
    """Make due at once what is claimed and at no target that a sender has."""
    released = connection.execute(
        sa.update(delivery)
        .where(delivery.c.state == DeliveryState.SENDING.value, delivery.c.next_at > now)
        .where(sa.not_(places.held_by_anybody(connection)))
        .values(next_at=now)
    )
    return released.rowcount


def hold(connection: Connection, held: Sequence[Held], now: datetime) -> None:
    """A reason that is the same as before is not noted again. Nothing was sent: it is as doubtful as before."""
    for item in held:
        before = item.waiting.delivery
        people = Hold(item.hold.partition(":")[0]) not in (Hold.NONE, Hold.GROUP, Hold.PACE, Hold.STORM)
        state = DeliveryState.HELD if people else DeliveryState.PENDING
        values: dict[str, Any] = {"state": state.value, "next_at": item.until, "doubtful": before.doubtful}
        values |= {"hold": item.hold, "reason": item.reason}
        if _put_back(connection, before.id, values) and (item.hold, item.reason) != (before.hold, before.reason):
            _note(connection, before.id, now, "held", item.reason)


def skip(connection: Connection, skipped: Sequence[Skipped], now: datetime) -> None:
    for item in skipped:
        values = {"state": DeliveryState.SKIPPED.value, "next_at": None, "reason": item.reason}
        if _put_back(connection, item.waiting.delivery.id, values):
            _note(connection, item.waiting.delivery.id, now, "skipped", item.reason)


def _put_back(connection: Connection, delivery_id: int, values: dict[str, Any]) -> bool:
    """Without the attempt, which was none."""
    values |= {"attempts": delivery.c.attempts - 1}
    if not _finish(connection, delivery_id, values, only_sending=True):
        return False
    connection.execute(sa.delete(attempt).where(attempt.c.delivery_id == delivery_id, attempt.c.ended_at.is_(None)))
    return True


def begin(connection: Connection, delivery_ids: Sequence[int], now: datetime, occasion: Occasion | None = None) -> None:
    connection.execute(_DOUBT, {"these": delivery_ids})
    connection.execute(_BEGIN, {"these": delivery_ids, "at": now, "of": occasion or ""})


def sent(
    connection: Connection,
    delivery_id: int,
    now: datetime,
    reason: str = "",
    reference: str = "",
    planned: Sequence[Planned] = (),
) -> None:
    sent_together(connection, {delivery_id: planned}, now, reason, reference)


def sent_together(
    connection: Connection, deliveries: Mapping[int, Sequence[Planned]], now: datetime, reason: str, reference: str
) -> None:
    """Whoever reports it: what has been sent is sent, also when the lease ran out meanwhile."""
    _sent(connection, [(deliveries, now, reason, reference)])


_Sent = tuple[Mapping[int, Sequence[Planned]], datetime, str, str]  # as `sent_together` takes it


def _sent(connection: Connection, messages: Sequence[_Sent]) -> None:
    values = [
        {
            "id": delivery_id,
            "state": DeliveryState.SENT.value,
            "next_at": None,
            "error": "",
            "sent_at": now,
            "reason": reason,
            "reference": reference,
        }
        for deliveries, now, reason, reference in messages
        for delivery_id in deliveries
    ]
    ids = [delivery_id for deliveries, *_ in messages for delivery_id in deliveries]
    if update_each(connection, delivery, values) != len(ids):
        raise StoreError(f"delivery {', '.join(map(str, ids))} is not in the store", permanent=True)
    ended: dict[datetime, list[int]] = {}
    for deliveries, now, *_ in messages:  # what the store took late was sent long before
        ended.setdefault(now.replace(microsecond=0), []).extend(deliveries)
    for second, those in ended.items():
        last = max(now for _, now, *_ in messages if now.replace(microsecond=0) == second)
        _close(connection, those, AttemptOutcome.SENT, last, "")
    for deliveries, now, reason, _ in messages:
        for delivery_id, planned in deliveries.items():
            if reason:
                _note(connection, delivery_id, now, "sent", reason)
            _plan(connection, delivery_id, now, planned)


def together(connection: Connection, calls: Sequence[Call]) -> None:
    """Each of these functions by its name; what is alike in few statements, for between two of them a busy event loop
    takes its turn."""
    begun: dict[Occasion | None, list[int]] = {}
    told: list[_Sent] = []
    for method, args in calls:
        if method == "begin":
            ids, began_at, occasion = args
            begun.setdefault(occasion, []).extend(ids)
        elif method == "sent_together":
            told.append(args)
        else:
            _METHODS[method](connection, *args)
    for occasion, ids in begun.items():
        begin(connection, ids, began_at, occasion)
    if told:
        _sent(connection, told)


def retry(
    connection: Connection, delivery_id: int, now: datetime, next_at: datetime, error: str, doubtful: bool
) -> None:
    values = {"state": DeliveryState.PENDING.value, "next_at": next_at, "error": error, "doubtful": doubtful}
    if _finish(connection, delivery_id, values, only_sending=True):
        _close(connection, [delivery_id], AttemptOutcome.RETRY, now, error)


def failed(
    connection: Connection, delivery_id: int, now: datetime, error: str, planned: Sequence[Planned] = ()
) -> None:
    values = {"state": DeliveryState.FAILED.value, "next_at": None, "error": error}
    if _finish(connection, delivery_id, values, only_sending=True):
        _close(connection, [delivery_id], AttemptOutcome.FAILED, now, error)
        _plan(connection, delivery_id, now, planned)


def unknown(
    connection: Connection, delivery_id: int, now: datetime, error: str, planned: Sequence[Planned] = ()
) -> None:
    values = {"state": DeliveryState.UNKNOWN.value, "next_at": None, "error": error}
    if _finish(connection, delivery_id, values, only_sending=True):
        _close(connection, [delivery_id], AttemptOutcome.UNKNOWN, now, error)
        _plan(connection, delivery_id, now, planned)


_METHODS: Mapping[str, Callable[..., None]] = {
    "hold": hold,
    "skip": skip,
    "retry": retry,
    "failed": failed,
    "unknown": unknown,
}


def _plan(connection: Connection, delivery_id: int, now: datetime, planned: Sequence[Planned]) -> None:
    """Deliveries that follow from one; those that exist stay as they are."""
    if not planned:
        return
    alert_id = connection.execute(sa.select(delivery.c.alert_id).where(delivery.c.id == delivery_id)).scalar_one()
    add_missing(connection, delivery, [rows.planned_to(item, alert_id, now) for item in planned])


def _note(connection: Connection, delivery_id: int, now: datetime, what: str, words: str) -> None:
    alert_id = sa.select(delivery.c.alert_id).where(delivery.c.id == delivery_id).scalar_subquery()
    values = {"alert_id": alert_id, "delivery_id": delivery_id, "at": now, "what": what, "words": words, "author": ""}
    connection.execute(sa.insert(journal).values(values))


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
    connection: Connection, delivery_ids: Sequence[int], outcome: AttemptOutcome, now: datetime, error: str
) -> None:
    """End the attempts of these deliveries that are still open."""
    connection.execute(_CLOSE, {"these": delivery_ids, "how": outcome.value, "at": now, "words": error})
