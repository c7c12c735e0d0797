"""What people make of the baseline: facts that they add, correct and retract.

A retracted fact goes to the shelf of its rule (`core.rejected`), where it has no say any more. A fact that somebody
added is `desk:N`, by its key and by its source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.model import Fact, RuleKind
from monitor.core.rejected import shelf
from monitor.store import facts, rows
from monitor.store.columns import bounded
from monitor.store.responses import BY_ITSELF, move, retraction_to
from monitor.store.tables import addition, fact, retraction

DESK = "desk:"


@dataclass(frozen=True, slots=True)
class Added:
    """Who added a fact, and why. `title` is that of the document that tells it; `corrects` the key of the fact in
    whose place it stands, "" where there is none."""

    author: str
    at: datetime
    reason: str
    title: str = ""
    corrects: str = ""


@dataclass(frozen=True, slots=True)
class Retracted:
    """Who took a fact out of the baseline, and why; `by_itself`, or else with the rejection of its alert."""

    author: str
    at: datetime
    reason: str
    by_itself: bool = True


def retract(connection: Connection, key: str, by: Retracted) -> bool:
    """False where there is no such fact, or it has no say already; coverage is counted and not believed."""
    row = connection.execute(sa.select(fact).where(fact.c.key == key)).mappings().first()
    if row is None or row["rule"].startswith(shelf("")) or row["kind"] == RuleKind.VOLUME.value:
        return False
    connection.execute(sa.insert(retraction), retraction_to(row, by.author, by.reason, by.at, BY_ITSELF))
    move(connection, [key], shelf(row["rule"]))
    return True


def restore(connection: Connection, key: str) -> bool:
    """Give a fact its say again that was retracted by itself, and with it to what was told of its event since.

    False where it was not retracted so.
    """
    row = connection.execute(sa.select(fact).where(fact.c.key == key)).mappings().first()
    mine = retraction.c.fact_key == key, retraction.c.how == BY_ITSELF
    if row is None or connection.execute(sa.delete(retraction).where(*mine)).rowcount == 0:
        return False
    rule = _rule_of(row["rule"])
    others = retraction.c.rule == rule, retraction.c.event == row["event"]
    keys = [key]
    if connection.execute(sa.select(retraction.c.id).where(*others).limit(1)).first() is None:
        aside = sa.select(fact.c.key).where(fact.c.rule == shelf(rule), fact.c.event == row["event"])
        keys += [found for found in connection.execute(aside).scalars() if found != key]
    move(connection, keys, rule)
    return True


def add(connection: Connection, item: Fact, by: Added) -> str:
    """Store a fact under a key of its own, which is returned. Where `item` has no event it is one of its own."""
    values = {**asdict(by), "corrects": by.corrects or None}
    number = connection.execute(sa.insert(addition).returning(addition.c.id), values).scalar_one()
    key = f"{DESK}{number}"
    facts.insert(connection, [replace(item, key=key, source=key, event=item.event or key)])
    return key


def withdraw(connection: Connection, key: str, now: datetime) -> bool:
    """Take back what somebody added; what it corrected stands again. False where there is no such fact."""
    number = number_of(key)
    mine = addition.c.id == number, addition.c.ended_at.is_(None)
    row = connection.execute(sa.select(addition).where(*mine)).mappings().first() if number is not None else None
    if row is None:
        return False
    connection.execute(sa.update(addition).where(*mine).values(ended_at=now))
    connection.execute(sa.delete(retraction).where(retraction.c.fact_key == key))
    connection.execute(sa.delete(fact).where(fact.c.key == key))
    if row["corrects"]:
        restore(connection, row["corrects"])
    return True


def number_of(key: str) -> int | None:
    """Of the addition that made a fact."""
    number = key.removeprefix(DESK)
    return int(number) if key.startswith(DESK) and number.isascii() and number.isdigit() and len(number) < 19 else None


def still_aside(connection: Connection, document: str, baseline: Sequence[Fact]) -> list[Fact]:
    """The facts of a seed that is loaded again: what people retracted of it is put aside as before, whatever number
    it has now, until the file says something else there."""
    of_document = sa.and_(retraction.c.fact_key > f"{document}:", retraction.c.fact_key < f"{document};")
    query = sa.select(retraction).where(of_document, retraction.c.how == BY_ITSELF).order_by(retraction.c.id)
    retracted = {_saying(row["fact"], row["rule"]): row for row in connection.execute(query).mappings()}
    found = []
    for item in baseline:
        row = retracted.get(_saying(rows.fact_to(item), item.rule)) if retracted else None
        if row is not None:
            whole = {"fact_key": bounded(item.key), "event": bounded(item.event)}
            connection.execute(sa.update(retraction).where(retraction.c.id == row["id"]).values(**whole))
            item = replace(item, rule=shelf(item.rule))
        found.append(item)
    return found


def _saying(row: rows.Row, rule: str) -> tuple[Any, ...]:
    """What an analyst wrote of a fact. Names are left out: how they are made comparable changes between versions."""
    details = row["details"]
    figures = tuple((float(value), unit, bool(total)) for value, unit, total, *_ in details["figures"])
    return (
        rule,
        *(row[name] for name in ("step", "words", "assertion", "attribution")),
        *(_day(row[name]) for name in ("when_first", "when_last")),
        tuple(sorted(details["places"])),
        figures,
    )


def _day(value: date | str | None) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""


def _rule_of(rule: str) -> str:
    """The rule itself of a rule or its shelf."""
    return rule.removeprefix(shelf(""))
