"""The index of words: what is to be put into it, putting it there, and looking things up, the latest first.

An article has a number that follows from when it was published, so that both databases find the latest first and
everything between two times by numbers alone. Beside its words it has marks for what people filter by.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.language import fold
from monitor.core.searching import Kept, Query, Wanted
from monitor.core.text import words_of
from monitor.store.dialect import chunks
from monitor.store.tables import article, number_gone, source, verdict
from monitor.store.tables.search import WORDS

EACH_SECOND = 8  # numbers: what is published within one second takes those of the next, too
WEEK = 7 * 86_400 * EACH_SECOND
NOTHING = "none"  # the verdict on an article that touches no rule
FAILED = "failed"  # … on one that could not be judged
VERDICTS = ("alert", "new", "followup", "known", NOTHING, FAILED)


@dataclass(frozen=True, slots=True)
class Unindexed:
    """An article whose words are to be indexed, with what it is filtered by."""

    id: str
    version: int
    title: str
    text: str
    published: datetime
    language: str
    outlet: str
    publisher: str
    source_id: str
    country: str
    verdicts: tuple[tuple[str, str, bool], ...]  # rule, kind, whether it alerted
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Indexed:
    """What is stored of it. `language` is that of the text."""

    id: str
    version: int
    published: datetime
    kept: Kept
    marks: frozenset[str]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is "" or None filters nothing. `since` counts, `until` does not. `verdict` is one of
    `VERDICTS`; with `rule` it is that rule's."""

    language: str = ""
    country: str = ""
    outlet: str = ""
    rule: str = ""
    verdict: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def __bool__(self) -> bool:
        return self != Filters()


@dataclass(frozen=True, slots=True)
class Found:
    """Numbers of articles, the latest first. `before` is where to go on; None where everything was looked through.
    `whole` tells that there were as many as wanted, or all: not that time was up."""

    numbers: list[int] = field(default_factory=list)
    before: int | None = None
    whole: bool = True


# --- what is put in --------------------------------------------------------------------------


def unindexed(connection: Connection, limit: int) -> list[Unindexed]:
    """Judged articles that are not in the index as they stand, the latest published first."""
    names = ("id", "version", "title", "text", "published", "language", "outlet", "publisher", "source_id")
    query = (
        sa.select(*(article.c[name] for name in names), (article.c.error != "").label("failed"))
        .add_columns(sa.func.coalesce(source.c.country, "").label("country"))
        .outerjoin(source, source.c.id == article.c.source_id)
        .where(article.c.indexed_at.is_(None), article.c.judged_at.is_not(None))
        .order_by(article.c.published.desc(), article.c.id.desc())
        .limit(limit)
    )
    rows = connection.execute(query).mappings().all()
    verdicts = verdicts_on(connection, [row["id"] for row in rows])
    return [Unindexed(**row, verdicts=verdicts[row["id"]]) for row in rows]


def verdicts_on(connection: Connection, articles: Sequence[str]) -> dict[str, tuple[tuple[str, str, bool], ...]]:
    """Of each article (rule, kind, whether it alerted), by rule."""
    found: dict[str, list[tuple[str, str, bool]]] = {article_id: [] for article_id in articles}
    made = sa.select(verdict.c.article_id, verdict.c.rule, verdict.c.kind, verdict.c.alerted)
    some = made.where(verdict.c.article_id.in_(articles)).order_by(verdict.c.article_id, verdict.c.rule)
    for article_id, *told in connection.execute(some) if articles else ():
        found[article_id].append(tuple(told))
    return {article_id: tuple(verdicts) for article_id, verdicts in found.items()}


def marks_of(item: Unindexed, language: str) -> frozenset[str]:
    """What filters look for. `language`: that of the text."""
    found = {_mark("l", language), _mark("c", item.country.casefold())}
    found |= {_mark("o", word) for word in _name_words(f"{item.outlet} {item.publisher} {item.source_id}")}
    if item.failed:
        found.add(_mark("v", FAILED))
    elif not item.verdicts:
        found.add(_mark("v", NOTHING))
    for rule, kind, alerted in item.verdicts:
        for each in (kind, "alert") if alerted else (kind,):
            found |= {_mark("v", each), _mark("b", f"{rule} {each}")}
        found.add(_mark("r", rule))
    return frozenset(found)


def _name_words(name: str) -> list[str]:
    return [fold(word, "") for word in words_of(name.replace("_", " "))]


def _mark(kind: str, value: str) -> str:
    return kind + blake2b(value.encode("utf-8", "replace"), digest_size=5).hexdigest()


def put(connection: Connection, items: Iterable[Indexed], now: datetime) -> int:
    """Put articles into the index, or those of their versions that stand now in place of others; how many."""
    by_id = {item.id: item for item in items}
    stands = sa.select(article.c.id, article.c.version, article.c.number).where(article.c.id.in_(list(by_id)))
    unindexed = stands.where(article.c.indexed_at.is_(None)).order_by(article.c.id)  # locked in order, as by judgement
    waiting = connection.execute(unindexed.with_for_update(key_share=True)).all()
    fresh = [(by_id[id_], former) for id_, version, former in waiting if by_id[id_].version == version]
    numbered: list[tuple[int, Indexed]] = []
    taken = _taken(connection, [first_number(item.published) for item, _ in fresh])
    for item, former in fresh:
        if former is not None:
            forget(connection, [former])
        number = first_number(item.published)
        if number in taken:
            number = next(_free(connection, number, taken))
        taken.add(number)
        numbered.append((number, item))
    # ascending: FTS5 writes out what it has gathered whenever a number is below the one before
    numbered.sort(key=lambda pair: pair[0])
    sqlite = connection.dialect.name == "sqlite"
    (_put_sqlite if sqlite else _put_postgres)(connection, numbered)
    of_one = sa.update(article).where(article.c.id == sa.bindparam("this")).values(number=sa.bindparam("as_number"))
    done = [{"this": item.id, "as_number": number, "indexed_at": now} for number, item in numbered]
    if done:
        connection.execute(of_one.values(indexed_at=sa.bindparam("indexed_at")), done)
    return len(numbered)


def first_number(published: datetime) -> int:
    return max(0, int(published.timestamp())) * EACH_SECOND


def time_of(number: int) -> datetime:
    """When an article with the number was published, to the second; about, where many were at once."""
    return datetime.fromtimestamp(number // EACH_SECOND, UTC)


def _taken(connection: Connection, numbers: Sequence[int]) -> set[int]:
    """Those of the numbers that are given already: mostly none, which is told in two statements for all of them."""
    columns = article.c.number, number_gone.c.number
    return {
        number
        for chunk in chunks(numbers)
        for column in columns
        for number in connection.execute(sa.select(column).where(column.in_(chunk))).scalars()
    }


def _free(connection: Connection, begin: int, taken: set[int]) -> Iterator[int]:
    """Numbers from `begin` on that nobody has."""
    width = 64
    while True:
        known = set(taken)
        for column in (article.c.number, number_gone.c.number):
            known.update(connection.execute(sa.select(column).where(column >= begin, column < begin + width)).scalars())
        yield from (number for number in range(begin, begin + width) if number not in known)
        begin, width = begin + width, width * 4


def forget(connection: Connection, numbers: Sequence[int]) -> None:
    """On SQLite the words stay, and their number is no article's any more."""
    if not numbers:
        return
    if connection.dialect.name == "sqlite":
        connection.execute(sa.insert(number_gone), [{"number": number} for number in numbers])
    else:
        gone = sa.text(f"DELETE FROM {WORDS} WHERE number = ANY(:numbers)")  # noqa: S608
        connection.execute(gone, {"numbers": list(numbers)})


def _put_sqlite(connection: Connection, numbered: Sequence[tuple[int, Indexed]]) -> None:
    rows = [
        (number, " ".join(item.kept.lemmas), " ".join(item.kept.others), " ".join(item.marks))
        for number, item in numbered
    ]
    if rows:
        connection.exec_driver_sql(f"INSERT INTO {WORDS} (rowid, lemmas, others, marks) VALUES (?, ?, ?, ?)", rows)  # noqa: S608


def _put_postgres(connection: Connection, numbered: Sequence[tuple[int, Indexed]]) -> None:
    rows = [(number, _vector(number, item)) for number, item in numbered]
    if rows:
        connection.exec_driver_sql(f"INSERT INTO {WORDS} (number, words) VALUES (%s, %s::tsvector)", rows)  # noqa: S608


_POSITIONS = 16_383  # the highest that PostgreSQL keeps


def _vector(number: int, item: Indexed) -> str:
    places: dict[str, list[int]] = {}
    for at, lemma in enumerate(item.kept.lemmas, 1):
        places.setdefault(lemma, []).append(min(at, _POSITIONS))
    words = [f"{_quoted(lemma)}:{','.join(map(str, at[:255]))}" for lemma, at in places.items()]
    words += map(_quoted, item.kept.others)
    words += [_quoted(f"@{mark}") for mark in (*item.marks, _week(number))]
    return " ".join(words)


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def _week(number: int) -> str:
    return f"w{number // WEEK}"


# --- looking things up -----------------------------------------------------------------------


def find(
    connection: Connection,
    query: Query | None,
    filters: Filters,
    limit: int,
    before: int | None = None,
    seconds: float = 0.2,
    clock: Callable[[], float] = time.monotonic,
) -> Found:
    """The latest articles that have what is asked for, at most `limit`, with numbers below `before`.

    Weeks are looked through from the latest back, ever more of them at a time, until there are enough or `seconds`
    are over: then so far as it came.
    """
    first, last = (connection.execute(sa.select(end(article.c.number))).scalar() for end in (sa.func.min, sa.func.max))
    if first is None or last is None:
        return Found()
    high = min(last, before - 1) if before is not None else last
    if filters.until is not None:
        high = min(high, first_number(filters.until) - 1)
    low = max(first, first_number(filters.since)) if filters.since is not None else first
    look = _looking(connection, query, filters)
    numbers: list[int] = []
    weeks, began = 1, clock()
    while high >= low:
        start = max(low, (high // WEEK - weeks + 1) * WEEK)
        turn = clock()
        found = look(connection, start, high, limit - len(numbers))
        numbers += found
        if len(numbers) >= limit:
            return Found(numbers, numbers[-1] if numbers[-1] > low else None)
        high = start - 1
        took = clock() - turn
        if clock() - began > seconds:
            break
        weeks = min(weeks * 2, _MOST_WEEKS) if took < seconds / 8 else max(1, weeks // 2)
        # where nothing was published nothing is looked for: some feeds date their news to 1970
        below = connection.execute(_LAST_UP_TO, {"high": high}).scalar()
        high = low - 1 if below is None else below
    return Found(numbers, high + 1 if high >= low else None, whole=high < low)


_MOST_WEEKS = 64  # at a time
_LAST_UP_TO = sa.select(sa.func.max(article.c.number)).where(article.c.number <= sa.bindparam("high"))
Look = Callable[[Connection, int, int, int], list[int]]


def _looking(connection: Connection, query: Query | None, filters: Filters) -> Look:
    """What finds at most so many numbers between two others, the highest first."""
    if query is None and not any(_asked_marks(filters)):
        return _between
    return _Sqlite(query, filters) if connection.dialect.name == "sqlite" else _Postgres(query, filters)


def _between(connection: Connection, low: int, high: int, limit: int) -> list[int]:
    within = sa.select(article.c.number).where(article.c.number.between(low, high))
    return list(connection.execute(within.order_by(article.c.number.desc()).limit(limit)).scalars())


def _asked_marks(filters: Filters) -> Iterator[str]:
    if filters.language:
        yield _mark("l", filters.language)
    if filters.country:
        yield _mark("c", filters.country.casefold())
    for word in _name_words(filters.outlet):
        yield _mark("o", word)
    if filters.rule and filters.verdict:
        yield _mark("b", f"{filters.rule} {filters.verdict}")
    elif filters.rule:
        yield _mark("r", filters.rule)
    elif filters.verdict:
        yield _mark("v", filters.verdict)


class _Sqlite:
    """Looks through a range of numbers with FTS5, which reads no more of its lists than it needs."""

    def __init__(self, query: Query | None, filters: Filters):
        asked = [f'marks : "{mark}"' for mark in _asked_marks(filters)]
        asked += [self._any(group) for group in query.groups] if query else []
        self._match = " AND ".join(f"({one})" for one in asked)
        for wanted in query.without if query else ():
            self._match = f"({self._match}) NOT ({self._any([wanted])})"

    @staticmethod
    def _any(group: Iterable[Wanted]) -> str:
        found = [f'{{lemmas others}} : "{key}"' for wanted in group for key in sorted(wanted.keys)]
        found += [f'lemmas : "{" ".join(sequence)}"' for wanted in group for sequence in wanted.sequences]
        return " OR ".join(found)

    def __call__(self, connection: Connection, low: int, high: int, limit: int) -> list[int]:
        statement = (
            f"SELECT rowid FROM {WORDS} WHERE {WORDS} MATCH ? AND rowid BETWEEN ? AND ? "  # noqa: S608
            f"ORDER BY rowid DESC LIMIT ?"
        )
        return list(connection.exec_driver_sql(statement, (self._match, low, high, limit)).scalars())


class _Postgres:
    """Looks through weeks with the GIN index. They are lexemes themselves, so that of the lists of common words no
    more is read than they have; the number takes part in an expression, or it would be read in its order instead."""

    def __init__(self, query: Query | None, filters: Filters):
        asked = [_quoted(f"@{mark}") for mark in _asked_marks(filters)]
        asked += [self._any(group) for group in query.groups] if query else []
        asked += [f"!{self._any([wanted])}" for wanted in query.without] if query else []
        self._asked = asked

    @staticmethod
    def _any(group: Iterable[Wanted]) -> str:
        found = [_quoted(key) for wanted in group for key in sorted(wanted.keys)]
        found += [f"({' <-> '.join(map(_quoted, sequence))})" for wanted in group for sequence in wanted.sequences]
        return f"({' | '.join(found)})"

    def __call__(self, connection: Connection, low: int, high: int, limit: int) -> list[int]:
        weeks = " | ".join(_quoted(f"@w{week}") for week in range(low // WEEK, high // WEEK + 1))
        statement = (
            f"SELECT number FROM {WORDS} WHERE words @@ %s::tsquery AND number + 0 BETWEEN %s AND %s "  # noqa: S608
            f"ORDER BY number + 0 DESC LIMIT %s"
        )
        asked = " & ".join([*self._asked, f"({weeks})"])
        return list(connection.exec_driver_sql(statement, (asked, low, high, limit)).scalars())


def ids(connection: Connection, numbers: Sequence[int]) -> Mapping[int, str]:
    """Number → article; without those that no article has any more."""
    query = sa.select(article.c.number, article.c.id).where(article.c.number.in_(list(numbers)))
    return {number: id_ for number, id_ in connection.execute(query)}  # noqa: C416
