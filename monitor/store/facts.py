"""The baseline: facts, and the answers to what judgement asks of them (`core.relevant`), each from an index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.model import Fact
from monitor.core.relevant import (
    BEYOND,
    BURST,
    NEAR,
    SUMS,
    TOLD,
    Coverage,
    Near,
    Question,
    Sum,
    Window,
    age,
    stand_ins,
)
from monitor.store import rows
from monitor.store.columns import Key, UTCDateTime, bounded
from monitor.store.dialect import chunks
from monitor.store.tables import COVERAGE, OF_DAYS, fact, fact_figure

Values = Mapping[str, Any]


def add(connection: Connection, facts: Sequence[Fact]) -> None:
    """Store facts; one whose key exists is left as it was."""
    new = {bounded(item.key): item for item in reversed(facts)}
    for chunk in chunks(list(new)):
        for key in connection.execute(_TAKEN, {"keys": chunk}).scalars():
            del new[key]
    insert(connection, list(new.values()))


_TAKEN = sa.select(fact.c.key).where(fact.c.key.in_(sa.bindparam("keys", expanding=True)))
_ADD, _ADD_FIGURE = sa.insert(fact), sa.insert(fact_figure)


def insert(connection: Connection, facts: Sequence[Fact]) -> None:
    """Store facts whose keys are free."""
    if facts:
        connection.execute(_ADD, [rows.fact_to(item) for item in facts])
    if figures := [row for item in facts for row in rows.figures_to(item)]:
        connection.execute(_ADD_FIGURE, figures)


def answer(connection: Connection, asked: Question, now: datetime) -> list[Fact]:
    """See `monitor.core.relevant.select`."""
    common = {"rule": asked.rule, "now": now, "without": asked.without}
    found: dict[str, Fact] = {}
    for item in _found(connection, asked, common):
        found[item.key] = item
    return sorted(found.values(), key=age)


def _found(connection: Connection, asked: Question, common: Values) -> Iterator[Fact]:
    for near in asked.near:
        yield from _around(connection, near, common) or [
            item for other in stand_ins(near) for item in _around(connection, other, common)
        ]
    for step in asked.last:
        yield from _run(connection, last(), {**common, "step": step})
    for sum_ in asked.sums:
        yield from _run(connection, like(), {**common, **_ends(sum_)})
    for event in asked.events:
        yield from _run(connection, of_event(), {**common, "event": event})


def _around(connection: Connection, near: Near, common: Values) -> Sequence[Fact]:
    reaches, told = near.reaches, near.just_told
    values = {
        **common,
        "step": near.step,
        "last": near.when.last,
        "reach_first": reaches.first,
        "reach_last": reaches.last,
    }
    if told is None:
        return _run(connection, around(None), values)
    return _run(connection, around(near.ahead), {**values, "told_from": told[0], "told_until": told[1]})


def _ends(sum_: Sum) -> Values:
    return {"unit": sum_.unit, "total": sum_.total, "low": sum_.low, "high": sum_.high}


def _run(connection: Connection, query: sa.CompoundSelect[Any], values: Values) -> Sequence[Fact]:
    return [rows.fact_of(tuple(row)) for row in connection.execute(query, values)]


# --- the queries -----------------------------------------------------------------------------
# Made once: to build and compile one takes longer than to run it. Each part is limited by itself.

_RULE = fact.c.rule == sa.bindparam("rule", type_=Key())
_KNOWN = (
    fact.c.recorded <= sa.bindparam("now", type_=UTCDateTime()),
    fact.c.source != sa.bindparam("without", type_=Key()),
)
_STEP = fact.c.step == sa.bindparam("step", type_=Key())


def _bare(table: sa.FromClause) -> list[sa.ColumnElement[Any]]:
    """The columns as `rows.fact_of` takes them: without conversion."""
    return [
        sa.cast(table.c[name], sa.Text()) if name == "details" else sa.type_coerce(table.c[name], sa.types.NullType())
        for name in rows.FACT_COLUMNS
    ]


def _part(where: Iterable[sa.ColumnElement[bool]], *order: sa.UnaryExpression[Any], most: int) -> sa.Select[Any]:
    """The first `most` of a rule's facts. The last order is that of keys: no two facts have the same place."""
    chosen = sa.select(fact).where(_RULE, *where, *_KNOWN).order_by(*order).limit(most)
    return sa.select(*_bare(chosen.subquery()))


def _latest(*before: sa.ColumnElement[Any]) -> list[sa.UnaryExpression[Any]]:
    return [column.desc() for column in (*before, fact.c.recorded, fact.c.key)]


def _earliest(*before: sa.ColumnElement[Any]) -> list[sa.UnaryExpression[Any]]:
    return [column.asc() for column in (*before, fact.c.recorded, fact.c.key)]


@cache
def around(ahead: bool | None) -> sa.CompoundSelect[Any]:
    """The facts of a step around a date, and those told at the same time that unlike the claim are (not) `ahead`."""
    first, last = fact.c.when_first, fact.c.when_last
    end, reach_first, reach_last = (
        sa.bindparam(name, type_=sa.Date()) for name in ("last", "reach_first", "reach_last")
    )
    parts = [
        _part((_STEP, last.between(reach_first, end)), *_latest(last), most=NEAR),
        _part((_STEP, last < reach_first), *_latest(last), most=BEYOND),
        _part((_STEP, first > end, first <= reach_last), *_earliest(first), most=NEAR),
        _part((_STEP, first > reach_last), *_earliest(first), most=BEYOND),
        _part((_STEP, OF_DAYS, first <= end, last > end), *_latest(), most=NEAR),
    ]
    if ahead is not None:
        since, until = (sa.bindparam(name, type_=UTCDateTime()) for name in ("told_from", "told_until"))
        told = (fact.c.recorded >= since, fact.c.recorded < until, first.is_not(None))
        other = fact.c.ahead == sa.literal(not ahead)
        parts.append(_part((_STEP, other, *told), *_latest(), most=NEAR))
    return sa.union_all(*parts)


@cache
def last() -> sa.CompoundSelect[Any]:
    """The last fact of a step by its date, and the last without a date."""
    first = fact.c.when_first
    return sa.union_all(
        _part((_STEP, first.is_not(None)), *_latest(first), most=1),
        _part((_STEP, first.is_(None)), *_latest(), most=1),
    )


@cache
def like() -> sa.CompoundSelect[Any]:
    """The last facts with a figure from `low` to `high`, and the last with one of its sort."""
    figure = fact_figure.c
    mine = (figure.rule == sa.bindparam("rule", type_=Key()), figure.unit == sa.bindparam("unit", type_=Key()))
    low, high = sa.bindparam("low", type_=sa.Float()), sa.bindparam("high", type_=sa.Float())

    def part(where: sa.ColumnElement[bool], most: int) -> sa.Select[Any]:
        latest = (
            sa.select(figure.fact_key)
            .join(fact, fact.c.key == figure.fact_key)
            .where(*mine, where, figure.recorded <= sa.bindparam("now", type_=UTCDateTime()), _KNOWN[1])
            .group_by(figure.recorded, figure.fact_key)  # a fact may have several of them
            .order_by(figure.recorded.desc(), figure.fact_key.desc())
            .limit(most)
            .subquery()
        )
        return sa.select(*_bare(fact)).join(latest, latest.c.fact_key == fact.c.key)

    return sa.union_all(
        part(figure.value.between(low, high), SUMS),
        part(figure.total == sa.bindparam("total", type_=sa.Boolean()), 1),
    )


@cache
def of_event() -> sa.CompoundSelect[Any]:
    """The first and the last facts of an event."""
    mine = (fact.c.event == sa.bindparam("event", type_=Key()),)
    return sa.union_all(_part(mine, *_earliest(), most=TOLD), _part(mine, *_latest(), most=TOLD))


# --- coverage --------------------------------------------------------------------------------


def coverage(connection: Connection, asked: Window, now: datetime) -> Coverage:
    """See `monitor.core.relevant.count`."""
    known = [COVERAGE, fact.c.rule == asked.rule, fact.c.recorded <= now]
    if asked.without:  # only where it is asked for: the index that serves the counting does not hold it
        known.append(fact.c.source != asked.without)
    recent = (*known, fact.c.recorded > asked.since)
    before = (*known, fact.c.recorded > asked.begins, fact.c.recorded <= asked.since, fact.c.step != BURST)
    publishers = connection.execute(
        sa.select(fact.c.outlet, sa.func.count()).where(*recent, fact.c.step != BURST).group_by(fact.c.outlet)
    ).all()
    usual, first = connection.execute(sa.select(sa.func.count(), sa.func.min(fact.c.recorded)).where(*before)).one()
    bursts = sa.select(fact).where(*recent, fact.c.step == BURST).order_by(*_latest()).limit(1)
    burst = connection.execute(bursts).mappings().first()
    return Coverage(
        sum(number for _, number in publishers),
        frozenset(outlet for outlet, _ in publishers),
        usual,
        first,
        rows.fact_from(burst) if burst is not None else None,
    )
