"""Alerts for programs: by exact values, newest first, a page at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from monitor.core.alerts import OURSELVES, Alert
from monitor.core.responses import Answer, Standing, standing
from monitor.store import rows
from monitor.store.columns import UTCDateTime
from monitor.store.engine import transaction
from monitor.store.responses import said_to
from monitor.store.tables import alert, response
from monitor.store.tables.base import Id

WINDOW = 10_000  # alerts that are looked through for one page, however few of them fit

Place = tuple[datetime, int]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look for. Of `rules`, `severities` and `watchlists` one each has to fit, and any does where there are
    none; "" and None do not matter. `ours`: what the monitor told of itself, alone or not at all; `answered`: those
    whose event somebody has answered, or nobody."""

    rules: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    watchlists: tuple[str, ...] = ()
    country: str = ""
    language: str = ""
    since: datetime | None = None
    answered: bool | None = None
    ours: bool | None = None
    shadow: bool | None = False


@dataclass(frozen=True, slots=True)
class ToldRow:
    """`updated_at`: when it was made, or when somebody said the last thing to its event."""

    id: int
    alert: Alert
    standing: Standing
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ToldPage:
    """`older` is the place after which to go on; None at the end. There may be more also where few were found."""

    rows: tuple[ToldRow, ...]
    older: Place | None = None


class ToldShown:
    def __init__(self, engine: Engine):
        self._engine = engine

    def page(self, wanted: Wanted, before: Place | None = None, limit: int = 50) -> ToldPage:
        """Those older than the place `before`, which is the time and number of an alert."""
        looked_up = list(_looked_up(wanted, before))
        with transaction(self._engine) as connection:
            places = _newest_first(sa.select(alert.c.created_at, alert.c.id).where(*looked_up))
            floor = connection.execute(places.offset(WINDOW - 1).limit(1)).first()
            within = (alert.c.created_at >= floor.created_at,) if floor else ()
            query = _newest_first(sa.select(alert).where(*looked_up, *within, *_rest(wanted))).limit(limit + 1)
            found = connection.execute(query).mappings().all()
            shown = _rows(connection, found[:limit])
        if len(found) > limit:
            return ToldPage(shown, (shown[-1].alert.created_at, shown[-1].id))
        return ToldPage(shown, (floor.created_at, floor.id) if floor else None)


def _looked_up(wanted: Wanted, before: Place | None) -> Iterator[sa.ColumnElement[bool]]:
    """What an index finds in order of time."""
    if len(wanted.rules) == 1:
        yield alert.c.rule == wanted.rules[0]
    if wanted.since is not None:
        yield alert.c.created_at >= wanted.since
    if before is not None:
        yield sa.tuple_(alert.c.created_at, alert.c.id) < sa.tuple_(*before, types=[UTCDateTime(), Id])


def _rest(wanted: Wanted) -> Iterator[sa.ColumnElement[bool]]:
    """What is looked at row by row."""
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
    if wanted.answered is not None:
        yield _answered() if wanted.answered else sa.not_(_answered())


def _answered() -> sa.ColumnElement[bool]:
    """The last thing said to the event as a whole, snoozes apart, is an answer."""
    of_event = response.c.rule == alert.c.rule, response.c.event == alert.c.event, response.c.alert == ""
    said = sa.select(response.c.answer).where(*of_event, response.c.answer != Answer.SNOOZE.value)
    last = said.order_by(response.c.id.desc()).limit(1).scalar_subquery()
    return sa.func.coalesce(last, Answer.REOPEN.value) != Answer.REOPEN.value


def _newest_first(query: sa.Select[Any]) -> sa.Select[Any]:
    return query.order_by(alert.c.created_at.desc(), alert.c.id.desc())


def _rows(connection: Connection, found: Sequence[rows.Row]) -> tuple[ToldRow, ...]:
    alerts = [(row["id"], rows.alert_from(row)) for row in found]
    said = said_to(connection, {item.thread for _, item in alerts})
    return tuple(
        ToldRow(
            number,
            item,
            standing(said[item.thread], item.key),
            max([item.created_at, *(one.at for one in said[item.thread])]),
        )
        for number, item in alerts
    )
