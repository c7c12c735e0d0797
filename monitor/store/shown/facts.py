"""What is known, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from monitor.core.model import Fact
from monitor.core.rejected import shelf
from monitor.core.relevant import Question
from monitor.core.spans import fact_time
from monitor.store import facts as ledger
from monitor.store import rows
from monitor.store.columns import Key, UTCDateTime
from monitor.store.corrections import DESK, Added, Retracted, number_of
from monitor.store.engine import transaction
from monitor.store.judging import ARTICLE, SEED, SqlUnit
from monitor.store.responses import BY_ITSELF
from monitor.store.tables import COVERAGE, NO_COVERAGE, addition, article, fact, retraction, verdict

COUNTED = 500  # facts of one kind that are counted; more are "500+"
LOOKED_AT = 600  # facts that one page of a search goes through: SQLite gives the interpreter away for each
_CHANGES = 500  # facts from which the history of a state is read, the latest
_HELD = 25  # verdicts for which a fact was named
_ORIGINS = (SEED, ARTICLE, DESK)

T = TypeVar("T")
Place = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Known:
    """How much is known of a rule, each number up to `COUNTED` + 1. `latest` is None where nothing is."""

    rule: str
    seeded: int = 0
    learned: int = 0
    added: int = 0
    aside: int = 0
    coverage: int = 0
    latest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Filter:
    """What to look for among the facts of a rule; "" is anything. `origin` is `seed:`, `article:` or `desk:`."""

    event: str = ""
    step: str = ""
    origin: str = ""
    words: str = ""

    def takes(self, row: rows.Row) -> bool:
        """`event` aside, which the index knows."""
        return (
            (not self.step or row["step"] == self.step)
            and row["source"].startswith(self.origin)
            and (not self.words or self.words.casefold() in _searched(row))
        )


def _searched(row: rows.Row) -> str:
    details = row["details"]
    return "\n".join((row["words"], row["outlet"], row["source"], *details["names"], *details["places"])).casefold()


@dataclass(frozen=True, slots=True)
class FactPage:
    """Newest first. `further` is where the next page begins, None at the end; `looked_at` the oldest that was looked
    at where a search went through no more than that."""

    facts: tuple[Fact, ...]
    further: Place | None = None
    looked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A verdict that names a fact: of which article, and what it came to."""

    article_id: str
    title: str
    language: str
    published: datetime
    kind: str
    reason: str
    alerted: bool


@dataclass(frozen=True, slots=True)
class FactDetail:
    """A fact with where it comes from and what became of it. `corrected` is the key of the fact in its place."""

    fact: Fact
    rule: str
    aside: bool
    added: Added | None
    retracted: Retracted | None
    corrected: str
    article_title: str
    held: tuple[Held, ...]
    more_held: bool
    siblings: tuple[Fact, ...]


class FactsShown:
    def __init__(self, engine: Engine):
        self._engine = engine

    # --- rules -------------------------------------------------------------------------------

    def known(self) -> dict[str, Known]:
        """By rule, every rule of which anything is known; costs no more however much that is."""
        with transaction(self._engine) as connection:
            found = [row for row in connection.execute(_COUNTS).mappings() if row["rule"] is not None]
        aside = {row["rule"].removeprefix(shelf("")): row for row in found if row["rule"].startswith(shelf(""))}
        plain = {row["rule"]: row for row in found if not row["rule"].startswith(shelf(""))}
        return {rule: _known(rule, plain.get(rule), aside.get(rule)) for rule in sorted(plain.keys() | aside.keys())}

    def of_rule(
        self, rule: str, wanted: Filter, limit: int, before: Place | None = None, aside: bool = False
    ) -> FactPage:
        """The facts of a rule, or those of it that are put aside, newest first."""
        name = shelf(rule) if aside else rule
        with transaction(self._engine) as connection:
            return _page(connection, name, wanted, limit, before)

    def states(self, rule: str, states: Sequence[str], now: datetime) -> list[Fact]:
        """The facts that changed a state, oldest first: of several in a row that say the same, the first."""
        listed = sa.select(fact).where(fact.c.rule == rule, NO_COVERAGE, fact.c.step.in_(states))
        latest = listed.order_by(fact.c.recorded.desc(), fact.c.key.desc()).limit(_CHANGES)
        with transaction(self._engine) as connection:
            found = {row["key"]: rows.fact_from(row) for row in connection.execute(latest).mappings()}
            current = ledger.answer(connection, Question(rule, last=tuple(states)), now)
        found |= {item.key: item for item in current}
        changes: list[Fact] = []
        for item in sorted(found.values(), key=fact_time):
            if not changes or changes[-1].step != item.step:
                changes.append(item)
        return changes

    def asked(self, work: Callable[[SqlUnit], T]) -> T:
        """What `work` makes of the baseline as judgement sees it. It must not record."""
        with transaction(self._engine) as connection:
            return work(SqlUnit(connection))

    # --- one fact ----------------------------------------------------------------------------

    def one(self, key: str) -> FactDetail | None:
        with transaction(self._engine) as connection:
            row = connection.execute(sa.select(fact).where(fact.c.key == key)).mappings().first()
            return _detail(connection, rows.fact_from(row)) if row is not None else None

    def additions(self, limit: int = 1_000) -> list[tuple[Fact, Added]]:
        """What people added that stands, the oldest first."""
        key = sa.literal(DESK) + sa.cast(addition.c.id, sa.Text())
        query = (
            sa.select(fact, *(column.label(f"of_{column.name}") for column in addition.c))
            .join(addition, fact.c.key == key)
            .where(addition.c.ended_at.is_(None))
            .order_by(addition.c.id)
            .limit(limit)
        )
        with transaction(self._engine) as connection:
            found = connection.execute(query).mappings().all()
        return [(rows.fact_from(row), _added(row, "of_")) for row in found if not row["rule"].startswith(shelf(""))]


# --- lists -----------------------------------------------------------------------------------


def _page(connection: Connection, rule: str, wanted: Filter, limit: int, before: Place | None) -> FactPage:
    query = sa.select(fact).where(fact.c.rule == rule).order_by(fact.c.recorded.desc(), fact.c.key.desc())
    if before is not None:
        place = sa.tuple_(fact.c.recorded, fact.c.key)
        query = query.where(place < sa.tuple_(*before, types=[UTCDateTime(), Key()]))
    if wanted.event:
        query = query.where(fact.c.event == wanted.event)
    elif wanted.origin in (SEED, DESK):  # they are few
        query = query.where(NO_COVERAGE, fact.c.source >= wanted.origin, fact.c.source < wanted.origin[:-1] + ";")
    else:
        query = query.where(COVERAGE if _is_covered(connection, rule) else NO_COVERAGE)
    every = not (wanted.step or wanted.words or wanted.origin)
    found = connection.execute(query.limit(limit + 1 if every else LOOKED_AT)).mappings()
    facts: list[Fact] = []
    last, seen = None, 0
    for row in found:
        seen += 1
        if not wanted.takes(row):
            last = row
            continue
        if len(facts) == limit:
            end = facts[-1]
            return FactPage(tuple(facts), (end.recorded, end.key))
        facts.append(rows.fact_from(row))
        last = row
    if not every and seen == LOOKED_AT and last is not None:
        return FactPage(tuple(facts), (last["recorded"], last["key"]), last["recorded"])
    return FactPage(tuple(facts))


def _is_covered(connection: Connection, rule: str) -> bool:
    """A rule has facts, or else coverage."""
    mine = sa.select(fact.c.key).where(fact.c.rule == rule, COVERAGE).order_by(fact.c.recorded.desc()).limit(1)
    return connection.execute(mine).first() is not None


# --- counts ----------------------------------------------------------------------------------


def _every_rule() -> sa.CTE:
    """Each rule that has facts, by hopping through an index instead of reading all of it."""
    first = sa.select(sa.func.min(fact.c.rule).label("rule")).cte("every", recursive=True)
    further = sa.select(sa.func.min(fact.c.rule)).where(fact.c.rule > first.c.rule).correlate(first).scalar_subquery()
    return first.union_all(sa.select(further).where(first.c.rule.is_not(None)))


def _counts() -> sa.Select[Any]:
    every = _every_rule()
    mine = fact.c.rule == every.c.rule

    def count(*where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
        some = sa.select(fact.c.rule).where(mine, *where).limit(COUNTED + 1).correlate(every).subquery()
        return sa.select(sa.func.count()).select_from(some).correlate(every).scalar_subquery()

    def of(origin: str) -> sa.ScalarSelect[int]:
        return count(NO_COVERAGE, fact.c.source >= origin, fact.c.source < origin[:-1] + ";")

    def last(kind: sa.ColumnElement[bool]) -> sa.ScalarSelect[datetime]:
        of_kind = sa.select(fact.c.recorded).where(mine, kind).order_by(fact.c.recorded.desc()).limit(1)
        return of_kind.correlate(every).scalar_subquery()

    return sa.select(
        every.c.rule,
        *(of(origin).label(origin) for origin in _ORIGINS),
        count(NO_COVERAGE).label("all"),
        count(COVERAGE).label("coverage"),
        last(NO_COVERAGE).label("latest"),
        last(COVERAGE).label("latest_coverage"),
    )


_COUNTS = _counts()


def _known(rule: str, plain: rows.Row | None, aside: rows.Row | None) -> Known:
    found = Known(rule, aside=aside["all"] if aside is not None else 0)
    if plain is None:
        return found
    moments = [moment for moment in (plain["latest"], plain["latest_coverage"]) if moment is not None]
    seeded, learned, added = (plain[name] for name in _ORIGINS)
    return Known(rule, seeded, learned, added, found.aside, plain["coverage"], max(moments, default=None))


# --- one fact --------------------------------------------------------------------------------


def _detail(connection: Connection, item: Fact) -> FactDetail:
    aside = item.rule.startswith(shelf(""))
    rule = item.rule.removeprefix(shelf(""))
    named = (
        sa.select(verdict, article.c.title, article.c.language, article.c.published)
        .join(article, article.c.id == verdict.c.article_id)
        .where(verdict.c.fact == item.key)
        .order_by(verdict.c.judged_at.desc())
        .limit(_HELD + 1)
    )
    held = [_held(row) for row in connection.execute(named).mappings()]
    told = item.source.removeprefix(ARTICLE) if item.source.startswith(ARTICLE) else None
    title = connection.execute(sa.select(article.c.title).where(article.c.id == told)).scalar() if told else None
    event = ledger.answer(connection, Question(item.rule, events=(item.event,)), _EVER)
    return FactDetail(
        item,
        rule,
        aside,
        _addition(connection, item.key),
        _retraction(connection, item.key),
        _corrected(connection, item.key),
        title or "",
        tuple(held[:_HELD]),
        len(held) > _HELD,
        tuple(other for other in event if other.key != item.key),
    )


_EVER = datetime.fromisoformat("9000-01-01T00:00:00+00:00")


def _held(row: rows.Row) -> Held:
    plain = {name: row[name] for name in ("article_id", "title", "language", "published", "kind", "reason", "alerted")}
    return Held(**plain)


def _addition(connection: Connection, key: str) -> Added | None:
    number = number_of(key)
    query = sa.select(addition).where(addition.c.id == number)
    row = connection.execute(query).mappings().first() if number is not None else None
    return _added(row) if row is not None else None


def _added(row: rows.Row, prefix: str = "") -> Added:
    author, at, reason, title = (row[prefix + name] for name in ("author", "at", "reason", "title"))
    return Added(author, at, reason, title, row[f"{prefix}corrects"] or "")


def _retraction(connection: Connection, key: str) -> Retracted | None:
    query = sa.select(retraction).where(retraction.c.fact_key == key).order_by(retraction.c.id.desc()).limit(1)
    row = connection.execute(query).mappings().first()
    return Retracted(row["author"], row["at"], row["reason"], row["how"] == BY_ITSELF) if row is not None else None


def _corrected(connection: Connection, key: str) -> str:
    query = sa.select(addition.c.id).where(addition.c.corrects == key, addition.c.ended_at.is_(None))
    number = connection.execute(query.order_by(addition.c.id.desc()).limit(1)).scalar()
    return f"{DESK}{number}" if number is not None else ""
