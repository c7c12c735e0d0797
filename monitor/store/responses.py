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
from monitor.core.responses import Answer, Fault, Response, Standing, says_nothing_new, standing
from monitor.store import rows
from monitor.store.columns import bounded
from monitor.store.dialect import LOCK_JUDGE, chunks, serialise
from monitor.store.tables import alert, delivery, fact, fact_figure, journal, response, retraction

_ARTICLE = "article:"


def respond(connection: Connection, said: Response, now: datetime) -> bool:
    """See `SqlStore.respond`."""
    # what is rejected must not be learned from meanwhile
    serialise(connection, LOCK_JUDGE)
    rule, event = event_of(said.thread)
    mine = (alert.c.rule == rule, alert.c.event == event)
    alerts = list(connection.execute(sa.select(alert.c.id).where(*mine).order_by(alert.c.id)).scalars())
    stands = standings(connection, [said.thread])[said.thread]
    if not alerts or says_nothing_new(said, stands):
        return False
    connection.execute(sa.insert(response), {**rows.response_to(said), "rule": rule, "event": event})
    entry = {"at": said.at, "what": said.answer.value, "words": said.words, "author": said.author}
    connection.execute(sa.insert(journal), [{**entry, "alert_id": alert_id} for alert_id in alerts])
    mark_answered(connection, rule, event)
    _correct(connection, said, rule, event)
    _let_go(connection, alerts, said.until if said.answer is Answer.SNOOZE and said.until else now)
    return True


def withdraw(connection: Connection, said: Response, author: str, now: datetime) -> bool:
    """See `SqlStore.withdraw`."""
    serialise(connection, LOCK_JUDGE)
    rule, event = event_of(said.thread)
    mine = (response.c.rule == rule, response.c.event == event, response.c.answer == said.answer.value)
    query = sa.select(response).where(*mine, response.c.author == said.author, response.c.at == said.at)
    row = connection.execute(query.order_by(response.c.id.desc()).limit(1)).mappings().first()
    if row is None:
        return False
    said = rows.response_from(row)
    connection.execute(sa.delete(response).where(response.c.id == row["id"]))
    of_event = sa.select(alert.c.id).where(alert.c.rule == rule, alert.c.event == event).order_by(alert.c.id)
    alerts = list(connection.execute(of_event).scalars())
    entry = {"at": now, "what": "withdraw", "words": f"taken back: {said.words} ({said.author})", "author": author}
    connection.execute(sa.insert(journal), [{**entry, "alert_id": alert_id} for alert_id in alerts])
    mark_answered(connection, rule, event)
    stands = standings(connection, [said.thread])[said.thread]
    if said.answer in (Answer.REJECT, Answer.REOPEN) and not rule.startswith(OURSELVES):
        _bring_back(connection, rule, event)
        if stands.rejected is not None and stands.rejected.fault is not None:
            _put_aside(connection, stands.rejected, stands.rejected.fault, rule, event)
    _let_go(connection, alerts, stands.snoozed_until(now) or now)
    if said.answer not in (Answer.SNOOZE, Answer.REOPEN):
        _send_after_all(connection, alerts, said, now)
    return True


def mark_answered(connection: Connection, rule: str, event: str) -> None:
    """Keep with the alerts of an event since when it is answered, for the inbox to look them up by."""
    thread = event_key(rule, event)
    stands = standings(connection, [thread])[thread].answered
    these = sa.update(alert).where(alert.c.rule == rule, alert.c.event == event)
    connection.execute(these.values(answered_at=stands.at if stands else None))


def standings(connection: Connection, threads: Iterable[str]) -> dict[str, Standing]:
    """How each of these events stands with people."""
    parts = {thread: tuple(map(bounded, event_of(thread))) for thread in threads}
    said: dict[tuple[str, str], list[Response]] = {}
    for chunk in chunks(sorted(set(parts.values()))):
        columns = response.c.rule, response.c.event
        # two lists instead of pairs: what they find too much is few, and both databases take the index
        wanted = [column.in_({part[at] for part in chunk}) for at, column in enumerate(columns)]
        query = sa.select(response).where(*wanted).order_by(response.c.id)
        for row in connection.execute(query).mappings():
            said.setdefault((row["rule"], row["event"]), []).append(rows.response_from(row))
    return {thread: standing(said.get((part[0], part[1]), ())) for thread, part in parts.items()}


def responses(connection: Connection, thread: str) -> list[Response]:
    """All that was said to an event, in order."""
    rule, event = event_of(thread)
    query = sa.select(response).where(response.c.rule == rule, response.c.event == event).order_by(response.c.id)
    return [rows.response_from(row) for row in connection.execute(query).mappings()]


def all_standings(connection: Connection) -> dict[str, Standing]:
    """How every event stands that somebody answered."""
    said: dict[str, list[Response]] = {}
    for row in connection.execute(sa.select(response).order_by(response.c.id)).mappings():
        said.setdefault(event_key(row["rule"], row["event"]), []).append(rows.response_from(row))
    return {thread: standing(answers) for thread, answers in said.items()}


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


def _correct(connection: Connection, said: Response, rule: str, event: str) -> None:
    if rule.startswith(OURSELVES):
        return  # what stands for the monitor itself is not news
    if said.answer in (Answer.REJECT, Answer.REOPEN):
        _bring_back(connection, rule, event)
    if said.answer is Answer.REJECT and said.fault is not None:
        _put_aside(connection, said, said.fault, rule, event)


def _put_aside(connection: Connection, said: Response, fault: Fault, rule: str, event: str) -> None:
    """What was learned of the event from articles. What seeds say of it is the analysts' own."""
    learned = sa.select(fact).where(fact.c.rule == rule, fact.c.event == event, fact.c.source.startswith(_ARTICLE))
    found = [
        row
        for row in connection.execute(learned.order_by(fact.c.key)).mappings()
        if corrects(RuleKind(row["kind"]), fault)
    ]
    if found:
        connection.execute(sa.insert(retraction), [_retraction(row, said, fault) for row in found])
        _move(connection, [row["key"] for row in found], shelf(rule))


def _retraction(row: rows.Row, said: Response, fault: Fault) -> dict[str, Any]:
    reason = f"{fault.value}: {said.reason}" if said.reason else fault.value
    whole = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
    which = {"fact_key": row["key"], "rule": row["rule"], "event": row["event"], "fact": whole}
    return {**which, "author": said.author, "reason": reason, "at": said.at}


def _bring_back(connection: Connection, rule: str, event: str) -> None:
    """With what was told of the event since, which went to the shelf at once."""
    aside = sa.select(fact.c.key).where(fact.c.rule == shelf(rule), fact.c.event == event)
    _move(connection, list(connection.execute(aside).scalars()), rule)
    connection.execute(sa.delete(retraction).where(retraction.c.rule == rule, retraction.c.event == event))


def _move(connection: Connection, keys: Sequence[str], rule: str) -> None:
    for chunk in chunks(keys):
        connection.execute(sa.update(fact).where(fact.c.key.in_(chunk)).values(rule=rule))
        connection.execute(sa.update(fact_figure).where(fact_figure.c.fact_key.in_(chunk)).values(rule=rule))
