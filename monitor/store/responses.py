"""What people say to events, and what that does to deliveries and to the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.alerts import OURSELVES, DeliveryState, Hold, event_key, event_of
from monitor.core.model import RuleKind
from monitor.core.rejected import corrects, shelf
from monitor.core.responses import Answer, Fault, Response, Standing, says_nothing_new, standing
from monitor.store import rows
from monitor.store.columns import bounded
from monitor.store.dialect import LOCK_JUDGE, chunks, serialise
from monitor.store.tables import alert, delivery, fact, fact_figure, journal, response, retraction

_ARTICLE = "article:"
WITH_ALERT, BY_ITSELF = "alert", "desk"  # how a fact was retracted


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
    _correct(connection, said, rule, event)
    _let_go(connection, alerts, said, now)
    return True


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


def _let_go(connection: Connection, alerts: Sequence[int], said: Response, now: datetime) -> None:
    """What waits for the end of a snooze waits no longer than that lasts now."""
    until = said.until if said.answer is Answer.SNOOZE and said.until else now
    held = delivery.c.state == DeliveryState.HELD.value, delivery.c.hold == Hold.SNOOZE.value
    for chunk in chunks(alerts):
        late = sa.update(delivery).where(delivery.c.alert_id.in_(chunk), *held, delivery.c.next_at > until)
        connection.execute(late.values(next_at=until))


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
