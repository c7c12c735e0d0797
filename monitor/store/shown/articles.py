"""Articles by their words, a page at a time, with what became of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from monitor.core import duplicates, language
from monitor.core.alerts import Action
from monitor.core.model import VerdictKind
from monitor.core.searching import Query, hits
from monitor.store import copies, rows, searching
from monitor.store.columns import Key, UTCDateTime
from monitor.store.engine import transaction
from monitor.store.judging import SqlUnit
from monitor.store.ourselves import OF_OTHERS
from monitor.store.searching import Filters
from monitor.store.tables import alert, article, fingerprint, source, verdict

T = TypeVar("T")

BEST_OF = 100  # of so many of the latest that are found the best come first
_BEGINNING = 1_500  # characters of a text that tell what it is about
_TELLING = 600  # characters that tell its language well enough for a list
_MOST_COPIES = 20
_STILL = 500  # articles that wait for the index: more are not counted


@dataclass(frozen=True, slots=True)
class Became:
    """What one rule made of an article. `alert` is the number of the alert that it brought."""

    rule: str
    kind: VerdictKind
    action: Action
    reason: str
    alerted: bool
    alert: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleShown:
    """An article in a list. `text` is its beginning, or all of it where it was searched for; `language` that of the
    text; `judged_at` is None while it waits; `error` says why it could not be judged."""

    id: str
    title: str
    text: str
    language: str
    outlet: str
    published: datetime
    first_seen: datetime
    judged_at: datetime | None
    error: str
    learn_only: bool
    became: tuple[Became, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """`before` is where the next page begins, None after the last. With `whole` False time was up: articles from
    before `searched_to` were not looked at yet."""

    articles: tuple[ArticleShown, ...]
    before: int | None = None
    whole: bool = True
    searched_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class CopyShown:
    """Another article that says the same."""

    id: str
    title: str
    language: str
    outlet: str
    published: datetime


class ArticlesShown:
    def __init__(self, engine: Engine):
        self._engine = engine

    def latest(self, limit: int = 30, before: tuple[datetime, str] | None = None) -> list[ArticleShown]:
        """By publication; those before (published, id). None that only stands for what the monitor said itself."""
        query = sa.select(*_COLUMNS, _BEGINS).where(OF_OTHERS)
        query = query.order_by(article.c.published.desc(), article.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(
                sa.tuple_(article.c.published, article.c.id) < sa.tuple_(*before, types=[UTCDateTime(), Key()])
            )
        with transaction(self._engine) as connection:
            return _shown(connection, query)

    def search(
        self, query: Query | None, filters: Filters, limit: int = 30, before: int | None = None, best: bool = False
    ) -> Page:
        """The latest that have what is asked for; with `best` the best of the latest `BEST_OF`."""
        with transaction(self._engine) as connection:
            found = searching.find(connection, query, filters, BEST_OF if best else limit, before)
            ids = searching.ids(connection, found.numbers)
            wanted = [ids[number] for number in found.numbers if number in ids]
            if best and query is not None:
                wanted = _best(connection, query, wanted)[:limit]
            text = article.c.text if query is not None else _BEGINS
            by_id = {
                item.id: item for item in _shown(connection, sa.select(*_COLUMNS, text).where(article.c.id.in_(wanted)))
            }
        listed = tuple(by_id[id_] for id_ in wanted)
        if best:
            return Page(listed, None, found.whole)
        reached = searching.time_of(found.before) if found.before is not None and not found.whole else None
        return Page(listed, found.before, found.whole, reached)

    def unindexed(self) -> int:
        """How many judged articles a search does not find yet; at most 500."""
        waiting = sa.select(sa.literal(1)).where(article.c.indexed_at.is_(None), article.c.judged_at.is_not(None))
        with transaction(self._engine) as connection:
            some = waiting.order_by(article.c.published.desc()).limit(_STILL).subquery()
            return int(connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())

    def became(self, article_id: str) -> tuple[Became, ...]:
        with transaction(self._engine) as connection:
            return _became(connection, [article_id]).get(article_id, ())

    def on_baseline(self, work: Callable[[SqlUnit], T]) -> T:
        """What `work` finds on the baseline as it is now. It must not write: nothing would be stored."""
        with transaction(self._engine) as connection:
            return work(SqlUnit(connection))

    def published(self, ids: Sequence[str]) -> dict[str, datetime]:
        """When those of them that are stored were published."""
        with transaction(self._engine) as connection:
            query = sa.select(article.c.id, article.c.published).where(article.c.id.in_(ids))
            return dict(connection.execute(query).tuples().all())

    def source_name(self, source_id: str) -> str:
        """ "" for one that is not stored."""
        with transaction(self._engine) as connection:
            return connection.execute(sa.select(source.c.name).where(source.c.id == source_id)).scalar() or ""

    def copies(self, article_id: str) -> list[CopyShown]:
        """Other articles with the same text, the first published first; some of them, where they are many."""
        with transaction(self._engine) as connection:
            own = sa.select(fingerprint).where(fingerprint.c.document == f"article:{article_id}")
            row = connection.execute(own).mappings().first()
            if row is None:
                return []
            mine = rows.fingerprint_from(row)
            same = [
                other.document.removeprefix("article:")
                for other in copies.near(connection, mine)
                if duplicates.same_text(mine.signature, other.signature)
            ]
            columns = (article.c[name] for name in ("id", "title", "language", "outlet", "published"))
            query = sa.select(*columns).where(article.c.id.in_(same)).order_by(article.c.published, article.c.id)
            found = connection.execute(query.limit(_MOST_COPIES)).mappings()
            return [CopyShown(**item) for item in found]


_COLUMNS = tuple(
    article.c[name]
    for name in ("id", "title", "language", "outlet", "published", "first_seen", "judged_at", "error", "learn_only")
)
_BEGINS = sa.func.substr(article.c.text, 1, _BEGINNING).label("text")


def _shown(connection: Connection, query: sa.Select[tuple[object, ...]]) -> list[ArticleShown]:
    found = connection.execute(query).mappings().all()
    became = _became(connection, [row["id"] for row in found])
    return [ArticleShown(**{**row, "language": _language(row)}, became=became.get(row["id"], ())) for row in found]


def _language(row: rows.Row) -> str:
    """That of the text: sources are wrong about single articles."""
    return language.detect(f"{row['title']}\n{row['text'][:_TELLING]}", row["language"] or "en")


def _became(connection: Connection, ids: Sequence[str]) -> Mapping[str, tuple[Became, ...]]:
    """By article; alerts first, then what is new, then the rest."""
    numbers: dict[tuple[str, str], int] = {}
    told = sa.select(alert.c.article_id, alert.c.rule, sa.func.max(alert.c.id)).where(alert.c.article_id.in_(ids))
    for article_id, rule, number in connection.execute(told.group_by(alert.c.article_id, alert.c.rule)):
        numbers[article_id, rule] = number
    names = ("article_id", "rule", "kind", "action", "decision_reason", "alerted")
    query = sa.select(*(verdict.c[name] for name in names)).where(verdict.c.article_id.in_(ids))
    made: dict[str, list[Became]] = {}
    for article_id, rule, kind, action, reason, alerted in connection.execute(query.order_by(verdict.c.rule)):
        number = numbers.get((article_id, rule))
        made.setdefault(article_id, []).append(Became(rule, VerdictKind(kind), Action(action), reason, alerted, number))
    return {id_: tuple(sorted(found, key=_weight)) for id_, found in made.items()}


_KINDS = list(VerdictKind)


def _weight(became: Became) -> tuple[bool, int]:
    return not became.alerted, _KINDS.index(became.kind)


def _best(connection: Connection, query: Query, ids: Sequence[str]) -> list[str]:
    """Those first that have most of it in the title, then at the beginning; the latest first among equals."""
    begins = sa.func.substr(article.c.text, 1, 400).label("text")
    found = connection.execute(
        sa.select(article.c.id, article.c.title, article.c.language, begins).where(article.c.id.in_(ids))
    )
    points: dict[str, tuple[int, int]] = {}
    for row in found.mappings():
        spoken = _language(row)
        titled, told = (hits(query, row[name], spoken) for name in ("title", "text"))
        points[row["id"]] = (len({group for *_, group in titled}), len(titled) + len(told))
    return sorted((id_ for id_ in ids if id_ in points), key=lambda id_: points[id_], reverse=True)
