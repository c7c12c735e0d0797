"""Deliveries: claimed for a lease, sent by somebody else, recorded afterwards."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.alerts import DeliveryState, Hold, Planned, Waiting
from monitor.core.dispatch import Held, Skipped
from monitor.core.judge import A_COPY
from monitor.core.responses import UNANSWERED
from monitor.core.silences import Silence
from monitor.errors import StoreError
from monitor.ports import Call
from monitor.store import responses, rows, silences
from monitor.store.dialect import add_missing
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


def claim(
    connection: Connection, now: datetime, lease_until: datetime, limit: int
) -> tuple[list[Waiting], list[Silence]]:
    ids = _due(connection, now, limit)
    if not ids:
        return [], []
    mine = delivery.c.id.in_(ids)
    _forget_unbegun(connection, ids)
    connection.execute(
        sa.update(delivery)
        .where(mine)
        .values(state=DeliveryState.SENDING.value, attempts=delivery.c.attempts + 1, next_at=lease_until)
    )
    _close(connection, mine, AttemptOutcome.LOST, now, "its sender did not report back")
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


def _due(connection: Connection, now: datetime, limit: int) -> list[int]:
    """Those whose time has come, the longest overdue first; with a group that is due all that wait for it."""
    # SQLite has no row locks and ignores the clause: there the write transaction is the lock
    rows_ = connection.execute(
        sa.select(delivery.c.id, delivery.c.channel, delivery.c.target, delivery.c.hold)
        .where(delivery.c.next_at.is_not(None), delivery.c.next_at <= now)
        .order_by(delivery.c.next_at, delivery.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    ids = [row.id for row in rows_]
    places = {(row.channel, row.target) for row in rows_ if row.hold == Hold.GROUP}
    if places:
        waits = sa.and_(delivery.c.next_at > now, delivery.c.hold == Hold.GROUP.value)
        rest = (
            sa.select(delivery.c.id)
            .where(waits, delivery.c.state == DeliveryState.PENDING.value)
            .where(sa.tuple_(delivery.c.channel, delivery.c.target).in_(sorted(places)))
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
    standings = responses.standings(connection, {item.thread for item in alerts.values()})
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
                standings.get(item.thread, UNANSWERED),
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
    """Make due at once what is claimed: for a sender that knows that it is alone and the one before is gone."""
    released = connection.execute(
        sa.update(delivery)
        .where(delivery.c.state == DeliveryState.SENDING.value, delivery.c.next_at > now)
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


def begin(connection: Connection, delivery_ids: Sequence[int]) -> None:
    connection.execute(sa.update(delivery).where(delivery.c.id.in_(delivery_ids)).values(doubtful=True))
    begun = sa.and_(attempt.c.delivery_id.in_(delivery_ids), attempt.c.ended_at.is_(None))
    connection.execute(sa.update(attempt).where(begun).values(outcome=AttemptOutcome.SENDING.value))


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
    values = {"state": DeliveryState.SENT.value, "next_at": None, "error": "", "sent_at": now}
    these = delivery.c.id.in_(deliveries)
    done = connection.execute(
        sa.update(delivery).where(these).values({**values, "reason": reason, "reference": reference})
    )
    if done.rowcount != len(deliveries):
        raise StoreError(f"delivery {', '.join(map(str, deliveries))} is not in the store", permanent=True)
    _close(connection, these, AttemptOutcome.SENT, now, "")
    for delivery_id, planned in deliveries.items():
        if reason:
            _note(connection, delivery_id, now, "sent", reason)
        _plan(connection, delivery_id, now, planned)


def together(connection: Connection, calls: Sequence[Call]) -> None:
    """Each of these functions by its name; what is alike in few statements, for between two of them a busy event loop
    takes its turn."""
    begun: list[int] = []
    told: dict[tuple[str, str], dict[int, Sequence[Planned]]] = {}
    for method, args in calls:
        if method == "begin":
            begun += args[0]
        elif method == "sent_together":
            deliveries, at, reason, reference = args
            told.setdefault((reason, reference), {}).update(deliveries)
        else:
            _METHODS[method](connection, *args)
    if begun:
        begin(connection, begun)
    for (reason, reference), deliveries in told.items():
        sent_together(connection, deliveries, at, reason, reference)


def retry(
    connection: Connection, delivery_id: int, now: datetime, next_at: datetime, error: str, doubtful: bool
) -> None:
    values = {"state": DeliveryState.PENDING.value, "next_at": next_at, "error": error, "doubtful": doubtful}
    if _finish(connection, delivery_id, values, only_sending=True):
        _close(connection, delivery.c.id == delivery_id, AttemptOutcome.RETRY, now, error)


def failed(
    connection: Connection, delivery_id: int, now: datetime, error: str, planned: Sequence[Planned] = ()
) -> None:
    values = {"state": DeliveryState.FAILED.value, "next_at": None, "error": error}
    if _finish(connection, delivery_id, values, only_sending=True):
        _close(connection, delivery.c.id == delivery_id, AttemptOutcome.FAILED, now, error)
        _plan(connection, delivery_id, now, planned)


def unknown(
    connection: Connection, delivery_id: int, now: datetime, error: str, planned: Sequence[Planned] = ()
) -> None:
    values = {"state": DeliveryState.UNKNOWN.value, "next_at": None, "error": error}
    if _finish(connection, delivery_id, values, only_sending=True):
        _close(connection, delivery.c.id == delivery_id, AttemptOutcome.UNKNOWN, now, error)
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
    connection: Connection, which: sa.ColumnElement[bool], outcome: AttemptOutcome, now: datetime, error: str
) -> None:
    """End the attempts of these deliveries that are still open."""
    deliveries = sa.select(delivery.c.id).where(which)
    connection.execute(
        sa.update(attempt)
        .where(attempt.c.delivery_id.in_(deliveries), attempt.c.ended_at.is_(None))
        .values(outcome=outcome.value, ended_at=now, error=error)
    )
