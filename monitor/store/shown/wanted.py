"""Alerts by what people and programs look for, newest first, a page at a time. However few fit, no more than a window
of them is looked through."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from monitor.core.alerts import OURSELVES
from monitor.store.tables import alert

WINDOW = 5_000  # alerts that are looked through for one page
_MOST_NEW = 100  # … that are counted


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for; what is "", empty or None does not matter. Of `rules`, `severities` and `watchlists` one each
    has to fit; `words` have to stand in the headline, in any order and case. `ours`: what the monitor told of itself,
    alone or not at all; `shadow`: alerts of rules on trial, alone or not at all."""

    answered: bool | None = None
    severities: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    watchlists: tuple[str, ...] = ()
    country: str = ""
    language: str = ""
    since: datetime | None = None
    words: str = ""
    ours: bool | None = None
    shadow: bool | None = False


@dataclass(frozen=True, slots=True)
class Found:
    """Numbers of alerts. `older` is the one after which to go on, None at the end; `searched` is how far was looked
    where few were found and there may be more."""

    numbers: tuple[int, ...]
    older: int | None = None
    searched: datetime | None = None


def find(connection: Connection, wanted: Wanted, before: int | None, limit: int) -> Found:
    """Those that fit, older than the alert with the number `before`."""
    place = _place(connection, before)
    looked_up = [*_looked_up(wanted), *(_older(*place) if place else ())]
    floor = connection.execute(
        newest_first(sa.select(alert.c.created_at, alert.c.id).where(*looked_up)).offset(WINDOW - 1).limit(1)
    ).first()
    within = _newer(floor.created_at, floor.id - 1) if floor else ()
    query = newest_first(sa.select(alert.c.id, alert.c.headline).where(*looked_up, *within, *_rest(wanted)))
    numbers = tuple(_fitting(connection, query, wanted.words, limit + 1))
    if len(numbers) > limit:
        return Found(numbers[:limit], numbers[limit - 1])
    return Found(numbers, floor.id, floor.created_at) if floor else Found(numbers)


def newer(connection: Connection, wanted: Wanted, after: int) -> int:
    """How many of those that fit came after the alert with that number; at most a hundred are counted."""
    place = _place(connection, after)
    looked_up = [*_looked_up(wanted), *(_newer(*place) if place else ())]
    latest = newest_first(sa.select(alert.c.id).where(*looked_up)).limit(WINDOW // 5)
    query = sa.select(alert.c.id, alert.c.headline).where(alert.c.id.in_(latest), *_rest(wanted))
    return len(list(_fitting(connection, query, wanted.words, _MOST_NEW)))


def newest_first(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.order_by(alert.c.created_at.desc(), alert.c.id.desc())


def _looked_up(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    """What an index finds in order of time: one rule, or all that are not answered, or any."""
    if len(wanted.rules) == 1:
        yield alert.c.rule == wanted.rules[0]
    elif wanted.answered is False:
        yield alert.c.answered_at.is_(None)
    if wanted.since is not None:
        yield alert.c.created_at >= wanted.since


def _rest(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    """What is looked at row by row."""
    if wanted.answered is not None:
        yield alert.c.answered_at.is_not(None) if wanted.answered else alert.c.answered_at.is_(None)
    several = {"rule": wanted.rules, "severity": wanted.severities, "watchlist": wanted.watchlists}
    several["country"] = (wanted.country,) if wanted.country else ()
    for name, values in several.items():
        if values:
            yield alert.c[name].in_(values)
    if wanted.language:
        dialects = alert.c.language.startswith(f"{wanted.language}-", autoescape=True)
        yield sa.or_(alert.c.language == wanted.language, dialects)
    if wanted.ours is not None:
        ours = alert.c.rule.startswith(OURSELVES, autoescape=True)
        yield ours if wanted.ours else sa.not_(ours)
    if wanted.shadow is not None:
        yield alert.c.shadow if wanted.shadow else sa.not_(alert.c.shadow)


def _place(connection: Connection, number: int | None) -> tuple[datetime, int] | None:
    if number is None:
        return None
    row = connection.execute(sa.select(alert.c.created_at, alert.c.id).where(alert.c.id == number)).first()
    return (row.created_at, row.id) if row else None


def _older(at: datetime, number: int) -> tuple[sa.ColumnElement[bool], ...]:
    return alert.c.created_at <= at, sa.or_(alert.c.created_at < at, alert.c.id < number)


def _newer(at: datetime, number: int) -> tuple[sa.ColumnElement[bool], ...]:
    return alert.c.created_at >= at, sa.or_(alert.c.created_at > at, alert.c.id > number)


def _fitting(connection: Connection, query: sa.Select[Any], words: str, limit: int) -> Iterator[int]:
    """The numbers of at most `limit` rows with these words. The databases do not agree on what upper case is, beyond
    ASCII: the words are looked for here."""
    wanted = _folded(words).split()
    if not wanted:
        yield from connection.execute(query.limit(limit).with_only_columns(alert.c.id)).scalars()
        return
    for number, headline in connection.execute(query.limit(WINDOW)):
        folded = _folded(headline)
        if all(word in folded for word in wanted):
            yield number
            limit -= 1
            if not limit:
                return


def _folded(text: str) -> str:
    """As it is compared: also İ, I and ı are one letter."""
    return unicodedata.normalize("NFKC", text).casefold().replace("ı", "i").replace("\u0307", "")
