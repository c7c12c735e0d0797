"""Dropping what is past its time, a few rows in each transaction, so that nobody waits for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from monitor.core.alerts import DeliveryState
from monitor.core.keeping import GONE, Aged, Keeping, fate, in_use
from monitor.core.model import Article
from monitor.store import copies, rows, searching, upkeep
from monitor.store.columns import bounded
from monitor.store.dialect import LOCK_JUDGE, add_missing, serialise
from monitor.store.engine import reading, transaction
from monitor.store.judging import ARTICLE
from monitor.store.ourselves import OF_OTHERS
from monitor.store.sql import SqlStore
from monitor.store.tables import (
    alert,
    article,
    attempt,
    delivery,
    entry,
    fact,
    quarantine,
    response,
    verdict,
)

LOOK, DROP = 500, 10  # articles that are looked at without a lock, and dropped in one transaction
_CLOSED = [DeliveryState.SENT.value, DeliveryState.SKIPPED.value]
_TRIES = 500  # rows in one transaction
_PEAK = "peak"
_EMPTY = {"url": None, **dict.fromkeys(("title", "summary", "content", "author", "published_raw", "error"), "")}

Cursor = tuple[datetime, str]  # published, id


@dataclass(slots=True)
class Dropped:
    """What was done: articles by the reason for which they went or (of those old enough) stayed."""

    went: Counter[str] = field(default_factory=Counter)
    stayed: Counter[str] = field(default_factory=Counter)
    attempts: int = 0
    documents: int = 0  # of the quarantine

    @property
    def articles(self) -> int:
        return self.went.total()


class Keeper:
    """Each call is some short transactions, and raises StoreError."""

    def __init__(self, engine: Engine, store: SqlStore):
        self._reader, self._store = reading(engine), store
        self._engine = engine

    def articles(
        self, keeping: Keeping, now: datetime, after: Cursor | None, done: Dropped, most: int, dry: bool = False
    ) -> Cursor | None:
        """Look at the next of the articles that are old enough, oldest first, and drop what may go, at most `most`;
        where to go on, None after the last. With `dry` nothing is dropped, only counted."""
        with transaction(self._reader) as connection:
            found = _aged(connection, _next(connection, now - keeping.soonest, after))
        last = None
        going: list[str] = []
        for item in found:
            if len(going) == most:
                break
            decided, last = fate(item, keeping, now), item
            if not decided.goes:
                done.stayed[decided.why] += 1
                continue
            going.append(item.id)
            done.went[decided.why] += dry
        for at in range(0, len(going) if not dry else 0, DROP):
            self._drop(going[at : at + DROP], keeping, now, done)
        return (last.published, last.id) if last and (len(found) == LOOK or last is not found[-1]) else None

    def _drop(self, ids: Sequence[str], keeping: Keeping, now: datetime, done: Dropped) -> None:
        with self._store.writing() as connection:
            serialise(connection, LOCK_JUDGE)  # so that nothing begins to refer to them meanwhile
            fates = {item.id: fate(item, keeping, now) for item in _aged(connection, ids)}
            drop(connection, [id_ for id_, decided in fates.items() if decided.goes])
        done.went.update(decided.why for decided in fates.values() if decided.goes)

    def rest(self, keeping: Keeping, now: datetime, done: Dropped, dry: bool = False) -> bool:
        """Drop some of the tries of closed deliveries, and of the documents of the quarantine that nobody has seen for
        long; whether there are more."""
        tries = (
            sa.select(attempt.c.delivery_id, attempt.c.number)
            .join(delivery, delivery.c.id == attempt.c.delivery_id)
            .where(attempt.c.began_at < now - keeping.attempts, delivery.c.state.in_(_CLOSED))
        )
        unseen = quarantine.c.last_at < now - keeping.untouched
        if dry:
            with transaction(self._reader) as connection:
                done.attempts += _number(connection, tries)
                done.documents += _number(connection, sa.select(quarantine.c.digest).where(unseen))
            return False
        with self._store.writing() as connection:
            these = sa.tuple_(attempt.c.delivery_id, attempt.c.number).in_(tries.limit(_TRIES))
            went = connection.execute(sa.delete(attempt).where(these)).rowcount
            done.documents += connection.execute(sa.delete(quarantine).where(unseen)).rowcount
        done.attempts += went
        return went == _TRIES

    def measure(self, now: datetime) -> tuple[int, int]:
        """Bytes in use, and how many articles there are. Where files do not shrink, bytes are those that the articles
        are likely to take; what that rests on is noted whenever the files have grown."""
        with transaction(self._reader) as connection:
            size, articles = upkeep.size(connection), upkeep.articles(connection)
            noted = upkeep.last(connection, _PEAK)
        if self._engine.dialect.name == "sqlite":
            return size, articles
        peak = (int(noted.details["bytes"]), int(noted.details["articles"])) if noted else None
        if peak is None or (size > peak[0] and articles >= peak[1]):
            self.note(_PEAK, now, bytes=size, articles=articles)
            return size, articles
        return in_use(size, peak, articles), articles

    def size(self) -> int:
        """Bytes in use, as `upkeep.size` has them."""
        with transaction(self._reader) as connection:
            return upkeep.size(connection)

    def note(self, what: str, now: datetime, **details: Any) -> None:
        with self._store.writing() as connection:
            upkeep.note(connection, what, now, **details)

    def last(self, what: str) -> upkeep.Noted | None:
        with transaction(self._reader) as connection:
            return upkeep.last(connection, what)

    def tidy(self) -> None:
        """Write what waits in SQLite's log into the database, and let the log be small again."""
        if self._engine.dialect.name == "sqlite":
            with self._store.alone(), self._engine.connect() as connection:
                raw = connection.connection.dbapi_connection
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # type: ignore[union-attr]


def _number(connection: Connection, query: sa.Select[object]) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(query.subquery())).scalar_one())


def _next(connection: Connection, before: datetime, after: Cursor | None) -> list[str]:
    place = sa.tuple_(article.c.published, article.c.id)
    query = sa.select(article.c.id).where(article.c.published < before, OF_OTHERS)
    if after is not None:
        query = query.where(place > sa.tuple_(*after, types=[article.c.published.type, article.c.id.type]))
    return list(connection.execute(query.order_by(article.c.published, article.c.id).limit(LOOK)).scalars())


def _aged(connection: Connection, ids: Sequence[str]) -> list[Aged]:
    """These articles, the oldest first, with what refers to each."""
    if not ids:
        return []
    touched = sa.exists().where(verdict.c.article_id == article.c.id)
    columns = article.c.id, article.c.published, article.c.first_seen, article.c.judged_at, touched
    query = sa.select(*columns).where(article.c.id.in_(ids)).order_by(article.c.published, article.c.id)
    found = connection.execute(query).all()
    refers = _refers(connection, ids)
    return [
        Aged(id_, published, seen, judged is not None, bool(touched), refers.get(id_, ""))
        for id_, published, seen, judged, touched in found
    ]


def _refers(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    documents = {bounded(f"{ARTICLE}{id_}"): id_ for id_ in ids}
    answered = sa.and_(response.c.rule == verdict.c.rule, response.c.event == verdict.c.event)
    found: dict[str, str] = {}
    for what, query in (
        ("an answer", sa.select(verdict.c.article_id).join(response, answered).where(verdict.c.article_id.in_(ids))),
        ("a fact", sa.select(fact.c.source).where(fact.c.source.in_(list(documents)))),
        ("an alert", sa.select(alert.c.article_id).where(alert.c.article_id.in_(ids))),
        ("an edit that was noticed", sa.select(entry.c.article_id).where(_to_reread(ids))),
    ):
        names = connection.execute(query.distinct()).scalars()
        found |= {documents.get(name, name): what for name in names}
    return found


def _to_reread(ids: Sequence[str]) -> sa.ColumnElement[bool]:
    return sa.and_(entry.c.article_id.in_(ids), entry.c.reread_at.is_not(None))


def drop(connection: Connection, ids: Sequence[str]) -> None:
    """Articles with all that is theirs. Their entries stay without their text: by their keys a feed that still lists
    them is known to bring nothing new."""
    if not ids:
        return
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    nothing = Article(GONE, "Dropped after its time", "", epoch, epoch, outlet="the monitor itself", learn_only=True)
    stands = {**rows.article_to(nothing), "judged_at": epoch, "indexed_at": epoch}
    add_missing(connection, article, [stands])
    numbers = sa.select(article.c.number).where(article.c.id.in_(ids), article.c.number.is_not(None))
    searching.forget(connection, connection.execute(numbers).scalars().all())
    copies.forget(connection, [bounded(f"{ARTICLE}{id_}") for id_ in ids])
    emptied = {**_EMPTY, "article_id": GONE}
    connection.execute(sa.update(entry).where(entry.c.article_id.in_(ids)).values(**emptied))
    connection.execute(sa.delete(verdict).where(verdict.c.article_id.in_(ids)))
    connection.execute(sa.delete(article).where(article.c.id.in_(ids)))  # and its versions
