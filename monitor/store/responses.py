"""What people say to events, and what that does to deliveries and to the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.alerts import OURSELVES, DeliveryState, Hold, event_key, event_of
from monitor.core.dispatch import skipped_by
from monitor.core.model import RuleKind
from monitor.core.rejected import corrects, shelf
from monitor.core.responses import Answer, Fault, Response, says_nothing_new, standing
from monitor.store import rows
from monitor.store.columns import bounded
from monitor.store.dialect import chunks, serialise_rules
from monitor.store.tables import alert, delivery, fact, fact_figure, journal, response, retraction

_ARTICLE = "article:"
WITH_ALERT, BY_ITSELF = "alert", "desk"  # how a fact was retracted


def respond(connection: Connection, said: Response, now: datetime) -> bool:
    """See `SqlStore.respond`."""
    rule, event = event_of(said.thread)
    # what is rejected must not be learned from meanwhile
    serialise_rules(connection, [rule])
    alerts = _alerts(connection, rule, event)
    meant = [row for row in alerts if said.alert in ("", row["key"])]
    before = said_to(connection, [said.thread])[said.thread]
    if all(says_nothing_new(said, standing(before, row["key"])) for row in meant):
        return False
    connection.execute(sa.insert(response), {**rows.response_to(said), "rule": rule, "event": event})
    entry = {"at": said.at, "what": said.answer.value, "words": said.words, "author": said.author}
    connection.execute(sa.insert(journal), [{**entry, "alert_id": row["id"]} for row in meant])
    _follows(connection, rule, event, said, alerts, [*before, said])
    if not said.alert:
        until = said.until if said.answer is Answer.SNOOZE and said.until else now
        _let_go(connection, [row["id"] for row in alerts], until)
    return True


def withdraw(connection: Connection, said: Response, author: str, now: datetime) -> bool:
    """See `SqlStore.withdraw`."""
    rule, event = event_of(said.thread)
    serialise_rules(connection, [rule])
    of_event = (response.c.rule == rule, response.c.event == event, response.c.alert == said.alert)
    mine = (*of_event, response.c.answer == said.answer.value)
    query = sa.select(response).where(*mine, response.c.author == said.author, response.c.at == said.at)
    row = connection.execute(query.order_by(response.c.id.desc()).limit(1)).mappings().first()
    if row is None:
        return False
    said = rows.response_from(row)
    connection.execute(sa.delete(response).where(response.c.id == row["id"]))
    alerts = _alerts(connection, rule, event)
    meant = [row for row in alerts if said.alert in ("", row["key"])]
    entry = {"at": now, "what": "withdraw", "words": f"taken back: {said.words} ({said.author})", "author": author}
    connection.execute(sa.insert(journal), [{**entry, "alert_id": row["id"]} for row in meant])
    left = said_to(connection, [said.thread])[said.thread]
    _follows(connection, rule, event, said, alerts, left)
    ids = [row["id"] for row in meant]
    if not said.alert:
        _let_go(connection, ids, standing(left).snoozed_until(now) or now)
    if said.answer not in (Answer.SNOOZE, Answer.REOPEN):
        _send_after_all(connection, ids, said, now)
    return True


def _alerts(connection: Connection, rule: str, event: str) -> Sequence[rows.Row]:
    """Those of an event, oldest first."""
    columns = alert.c.id, alert.c.key, alert.c.article_id, alert.c.created_at
    query = sa.select(*columns).where(alert.c.rule == rule, alert.c.event == event).order_by(alert.c.id)
    return connection.execute(query).mappings().all()


def _follows(
    connection: Connection,
    rule: str,
    event: str,
    said: Response,
    alerts: Sequence[rows.Row],
    all_said: Sequence[Response],
) -> None:
    """What follows from a word, or from its being taken back, for the inbox and the baseline. `all_said` to the event
    is what stands now."""
    _mark_answered(connection, alerts, all_said)
    if said.answer in (Answer.REJECT, Answer.REOPEN) and not rule.startswith(OURSELVES):
        _correct(connection, rule, event, alerts, all_said)


def mark_answered(connection: Connection, rule: str, event: str) -> None:
    """Keep with the alerts of an event since when they are answered, for the inbox to look them up by."""
    thread = event_key(rule, event)
    _mark_answered(connection, _alerts(connection, rule, event), said_to(connection, [thread])[thread])


def _mark_answered(connection: Connection, alerts: Sequence[rows.Row], said: Sequence[Response]) -> None:
    since: dict[datetime | None, list[int]] = {}
    for row in alerts:
        answered = standing(said, row["key"]).answered
        since.setdefault(answered.at if answered else None, []).append(row["id"])
    for at, ids in since.items():
        for chunk in chunks(ids):
            connection.execute(sa.update(alert).where(alert.c.id.in_(chunk)).values(answered_at=at))


def said_to(connection: Connection, threads: Iterable[str]) -> dict[str, list[Response]]:
    """All that was said to each of these events, in order."""
    parts = {thread: tuple(map(bounded, event_of(thread))) for thread in threads}
    said: dict[tuple[str, ...], list[Response]] = {part: [] for part in parts.values()}
    for chunk in chunks(sorted(said)):
        columns = response.c.rule, response.c.event
        # two lists instead of pairs: what they find too much is few, and both databases take the index
        wanted = [column.in_({part[at] for part in chunk}) for at, column in enumerate(columns)]
        query = sa.select(response).where(*wanted).order_by(response.c.id)
        for row in connection.execute(query).mappings():
            said.get((row["rule"], row["event"]), []).append(rows.response_from(row))
    return {thread: said[part] for thread, part in parts.items()}


def responses(connection: Connection, thread: str) -> list[Response]:
    """All that was said to an event, in order."""
    rule, event = event_of(thread)
    query = sa.select(response).where(response.c.rule == rule, response.c.event == event).order_by(response.c.id)
    return [rows.response_from(row) for row in connection.execute(query).mappings()]


def all_said(connection: Connection) -> dict[str, list[Response]]:
    """All that was said to every event that somebody answered, in order."""
    said: dict[str, list[Response]] = {}
    for row in connection.execute(sa.select(response).order_by(response.c.id)).mappings():
        said.setdefault(event_key(row["rule"], row["event"]), []).append(rows.response_from(row))
    return said


def _let_go(connection: Connection, alerts: Sequence[int], until: datetime) -> None:
    """What waits for the end of a snooze waits no longer than that lasts now."""
    held = delivery.c.state == DeliveryState.HELD.value, delivery.c.hold == Hold.SNOOZE.value
    for chunk in chunks(alerts):
        late = sa.update(delivery).where(delivery.c.alert_id.in_(chunk), *held, delivery.c.next_at > until)
        connection.execute(late.values(next_at=until))


def _send_after_all(connection: Connection, alerts: Sequence[int], said: Response, now: datetime) -> None:
    """What was not sent because of a word that was never said is looked at again."""
    for_it = delivery.c.state == DeliveryState.SKIPPED.value, delivery.c.reason == skipped_by(said)
    again = {"state": DeliveryState.PENDING.value, "next_at": now, "reason": ""}
    for chunk in chunks(alerts):
        connection.execute(sa.update(delivery).where(delivery.c.alert_id.in_(chunk), *for_it).values(again))


# --- the baseline ----------------------------------------------------------------------------


def _correct(
    connection: Connection, rule: str, event: str, alerts: Sequence[rows.Row], said: Sequence[Response]
) -> None:
    """Make the baseline what it is by all that was said: first everything comes back."""
    _bring_back(connection, rule, event)
    if rejected := standing(said).rejected:
        _put_aside(connection, rejected, rule, event)
        return
    for row in alerts:
        rejected = standing(said, row["key"]).rejected
        if rejected:
            _put_aside(connection, rejected, rule, event, _taught(row, alerts))


def _taught(update: rows.Row, alerts: Sequence[rows.Row]) -> sa.ColumnElement[bool]:
    """The facts of an update: what its article told, in the version that brought it."""
    article, at = update["article_id"], update["created_at"]
    earlier = [row["created_at"] for row in alerts if row["article_id"] == article and row["created_at"] < at]
    since = fact.c.recorded > max(earlier) if earlier else sa.true()
    return sa.and_(fact.c.source == f"{_ARTICLE}{article}", fact.c.recorded <= at, since)


def _put_aside(
    connection: Connection, said: Response, rule: str, event: str, only: sa.ColumnElement[bool] | None = None
) -> None:
    """What was learned of the event from articles. What seeds say of it is the analysts' own."""
    fault = said.fault
    if fault is None:
        return
    learned = sa.select(fact).where(fact.c.rule == rule, fact.c.event == event, fact.c.source.startswith(_ARTICLE))
    if only is not None:
        learned = learned.where(only)
    found = [
        row
        for row in connection.execute(learned.order_by(fact.c.key)).mappings()
        if corrects(RuleKind(row["kind"]), fault, update=bool(said.alert))
    ]
    if found:
        connection.execute(sa.insert(retraction), [_retraction(row, said, fault) for row in found])
        move(connection, [row["key"] for row in found], shelf(rule))


def _retraction(row: rows.Row, said: Response, fault: Fault) -> dict[str, Any]:
    reason = f"{fault.value}: {said.reason}" if said.reason else fault.value
    return retraction_to(row, said.author, reason, said.at, WITH_ALERT)


def retraction_to(row: rows.Row, author: str, reason: str, at: datetime, how: str) -> dict[str, Any]:
    """The row of a fact as that of its retraction."""
    whole = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
    which = {"fact_key": row["key"], "rule": row["rule"], "event": row["event"], "fact": whole}
    return {**which, "author": author, "reason": reason, "at": at, "how": how}


def _bring_back(connection: Connection, rule: str, event: str) -> None:
    """With what was told of the event since, which went to the shelf at once; but not what somebody retracted by
    itself, nor what was told of that."""
    mine = retraction.c.rule == rule, retraction.c.event == event
    with_alert = sa.and_(*mine, retraction.c.how == WITH_ALERT)
    aside = sa.select(fact.c.key).where(fact.c.rule == shelf(rule), fact.c.event == event)
    if connection.execute(sa.select(retraction.c.id).where(*mine, retraction.c.how == BY_ITSELF)).first():
        aside = aside.where(fact.c.key.in_(sa.select(retraction.c.fact_key).where(with_alert)))
    move(connection, list(connection.execute(aside).scalars()), rule)
    connection.execute(sa.delete(retraction).where(with_alert))


def move(connection: Connection, keys: Sequence[str], rule: str) -> None:
    """Give facts to another rule, or to its shelf."""
    for chunk in chunks(keys):
        connection.execute(sa.update(fact).where(fact.c.key.in_(chunk)).values(rule=rule))
        connection.execute(sa.update(fact_figure).where(fact_figure.c.fact_key.in_(chunk)).values(rule=rule))
