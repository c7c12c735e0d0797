"""Sources and their health, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from monitor.core.health import SILENT_FOR, Health, health, heard
from monitor.core.keeping import GONE
from monitor.core.model import PollState, Source
from monitor.store import rows
from monitor.store.engine import transaction
from monitor.store.searching import verdicts_on
from monitor.store.tables import article, entry, source

LOOKED_AT = 1_500  # sources that one page goes through for those in a certain health
_ENTRIES = 30
ALIVE = 50  # sources of a language that are counted
_LIGHT = sa.select(
    *(source.c[name] for name in ("id", "name", "url", "publisher", "country", "language")),
    *(source.c[name] for name in ("enabled", "last_poll_at", "failures")),
)
# What is remembered for the next poll alone may be long.
_HEAVY = ("etag", "modified", "body_hash", "seen")
_AS_LISTED = ("title", "language", "published", "first_seen", "learn_only", "attempts", "error")
_BARE = [sa.null().label(column.name) if column.name in _HEAVY else column for column in source.c]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; "" is any. `health` is a word of `core.health`, or `unhealthy` for all that are not well."""

    health: str = ""
    country: str = ""
    language: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class SourceShown:
    """`plan` is why it is polled next when it is."""

    source: Source
    state: PollState
    plan: str
    health: Health


@dataclass(frozen=True, slots=True)
class SourcePage:
    """By id. `further` is the id after which the next page begins, "" at the end."""

    sources: tuple[SourceShown, ...]
    further: str = ""


@dataclass(frozen=True, slots=True)
class Overview:
    """Of all that were ever configured. `traits` are the countries and languages that they have."""

    at: datetime
    polled: int
    unasked: int
    failing: int  # whose last poll failed
    off: int
    traits: Mapping[str, tuple[str, ...]]
    names: Mapping[str, str] = field(repr=False)  # what is searched, by id

    def named(self, words: str) -> list[str]:
        """The ids of the sources with these words."""
        words = words.casefold()
        return [source_id for source_id, name in self.names.items() if words in name]


@dataclass(frozen=True, slots=True)
class Became:
    """An entry of a feed, and what became of it. `verdicts` are (rule, verdict, did it alert?)."""

    title: str
    url: str
    language: str
    published: datetime | None
    first_seen: datetime
    learn_only: bool
    attempts: int
    error: str
    article_id: str
    note: str
    judged_at: datetime | None
    unjudgeable: str
    verdicts: tuple[tuple[str, str, bool], ...]


class SourcesShown:
    def __init__(self, engine: Engine):
        self._engine = engine

    def overview(self, now: datetime) -> Overview:
        """Looks at every source."""
        with transaction(self._engine) as connection:
            return _overview(connection, now)

    def page(
        self, wanted: Wanted, now: datetime, limit: int, after: str = "", among: Sequence[str] | None = None
    ) -> SourcePage:
        """Those that fit; with `among` of the sources with these ids alone."""
        with transaction(self._engine) as connection:
            found: list[SourceShown] = []
            for seen, row in enumerate(_rows(connection, wanted, now, after, among, limit), start=1):
                item = _shown(row, now)
                if not wanted.health or _is(item.health, wanted.health):
                    found.append(item)
                if len(found) > limit:
                    return SourcePage(tuple(found[:limit]), found[limit - 1].source.id)
                if seen == LOOKED_AT:
                    return SourcePage(tuple(found), item.source.id)
        return SourcePage(tuple(found))

    def one(self, source_id: str, now: datetime) -> SourceShown | None:
        with transaction(self._engine) as connection:
            row = connection.execute(sa.select(source).where(source.c.id == source_id)).mappings().first()
        return _shown(row, now) if row is not None else None

    def entries(self, source_id: str) -> list[Became]:
        """The latest, newest first."""
        stands = sa.func.coalesce(entry.c.article_id, "") != GONE
        listed = sa.select(entry).where(entry.c.source_id == source_id, stands)
        latest = listed.order_by(entry.c.first_seen.desc()).limit(_ENTRIES).subquery()
        query = (
            sa.select(
                *(latest.c[name] for name in _AS_LISTED),
                *(sa.func.coalesce(latest.c[name], "").label(name) for name in ("url", "article_id")),
                sa.func.coalesce(article.c.note, "").label("note"),
                article.c.judged_at,
                sa.func.coalesce(article.c.error, "").label("unjudgeable"),
            )
            .outerjoin(article, article.c.id == latest.c.article_id)
            .order_by(latest.c.first_seen.desc(), latest.c.id.desc())
        )
        with transaction(self._engine) as connection:
            found = connection.execute(query).mappings().all()
            told = verdicts_on(connection, [row["article_id"] for row in found if row["article_id"]])
        return [Became(**row, verdicts=told.get(row["article_id"], ())) for row in found]

    def alive(self, language: str, but: str, now: datetime) -> int:
        """How many sources are heard in a language, whatever region of it, beside one; no more than `ALIVE`."""
        spoken = sa.or_(source.c.language == language, source.c.language.startswith(f"{language}-"))
        likely = sa.case((source.c.failures == 0, 0), else_=1)
        query = sa.select(*_BARE).where(source.c.enabled, source.c.id != but, spoken | (source.c.language == ""))
        with transaction(self._engine) as connection:
            found = connection.execute(query.order_by(likely).limit(2 * ALIVE)).mappings().all()
        alive = sum(heard(rows.poll_state_from(row), rows.source_from(row), now) for row in found)
        return min(alive, ALIVE)


def _overview(connection: Connection, now: datetime) -> Overview:
    """In Python, for databases know upper and lower case of English alone."""
    names: dict[str, str] = {}
    polled = unasked = failing = off = 0
    traits: dict[str, set[str]] = {"country": set(), "language": set()}
    for row in connection.execute(_LIGHT):
        names[row.id] = "\n".join((row.id, row.name, row.url, row.publisher)).casefold()
        traits["country"].add(row.country)
        traits["language"].add(row.language)
        off += not row.enabled
        polled += row.enabled
        unasked += row.enabled and row.last_poll_at is None
        failing += row.enabled and row.last_poll_at is not None and row.failures > 0
    listed = {name: tuple(sorted(values - {""})) for name, values in traits.items()}
    return Overview(now, polled, unasked, failing, off, listed, names)


def _rows(
    connection: Connection, wanted: Wanted, now: datetime, after: str, among: Sequence[str] | None, limit: int
) -> Iterator[rows.Row]:
    """By id, a few at a time."""
    query = sa.select(*_BARE).order_by(source.c.id).limit(limit + 1)
    for name in ("country", "language", "kind"):
        if value := getattr(wanted, name):
            query = query.where(source.c[name] == value)
    if wanted.health:
        query = query.where(_may_be(wanted.health, now))
    left = sorted(name for name in among if name > after) if among is not None else None
    while True:
        if left is None:
            some = connection.execute(query.where(source.c.id > after)).mappings().all()
        else:
            chosen, left = left[: limit + 1], left[limit + 1 :]
            some = connection.execute(query.where(source.c.id.in_(chosen))).mappings().all() if chosen else []
        yield from some
        if (left is None and len(some) <= limit) or (left is not None and not left):
            return
        after = some[-1]["id"] if some else after


def _may_be(word: str, now: datetime) -> sa.ColumnElement[bool]:
    """What a source in that health has to be, as far as a database can tell; the rest is told by `core.health`."""
    failed, answered = source.c.failures > 0, source.c.last_success_at.is_not(None)
    if word == "off":
        return sa.not_(source.c.enabled)
    if word == "new":
        return sa.and_(source.c.enabled, sa.not_(failed), sa.not_(answered))
    still = sa.or_(
        source.c.last_new_at.is_(None),
        source.c.last_new_at < now - timedelta(days=1),
        source.c.last_success_at < now - SILENT_FOR,
        source.c.status == "empty",
    )
    quiet = sa.and_(source.c.enabled, answered, still)
    if word == "quiet":
        return quiet
    if word == "healthy":
        return sa.and_(source.c.enabled, answered)
    failing = sa.and_(source.c.enabled, failed)
    return sa.or_(failing, quiet) if word == "unhealthy" else failing


def _is(found: Health, word: str) -> bool:
    return found.unhealthy if word == "unhealthy" else found.word == word


def _shown(row: rows.Row, now: datetime) -> SourceShown:
    item, state = rows.source_from(row), rows.poll_state_from(row)
    return SourceShown(item, state, row["plan_reason"], health(state, item, now, row["plan_reason"]))
