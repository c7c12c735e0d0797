"""Looks after the database: once a day what is past its time goes, and operators hear where room gets short."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy.engine import Engine

from monitor.core import keeping
from monitor.core.alerts import Alert
from monitor.core.coverage import Telling
from monitor.core.keeping import Keeping, Room
from monitor.core.routing import Route
from monitor.judging import Desk
from monitor.settings import Settings
from monitor.store import upkeep
from monitor.store.engine import reading, transaction
from monitor.store.keeping import Cursor, Dropped, Keeper
from monitor.store.sql import SqlStore
from monitor.together import Run

log = structlog.get_logger(__name__)

DAILY = timedelta(days=1)
AGAIN = timedelta(hours=1)  # after which one looks anew where there was no room and too little could go
AT_ONCE = 100  # articles that go before others have a turn at the store


def for_seconds(seconds: float) -> Callable[[], bool]:
    """Whether they are not over yet."""
    until = time.monotonic() + seconds
    return lambda: time.monotonic() < until


def keeping_of(settings: Settings) -> Keeping:
    """As the settings want it."""
    days = settings.keep_days, settings.keep_touched_days, settings.keep_attempts_days
    return Keeping(*(timedelta(days=number) for number in days))


def room(settings: Settings, engine: Engine, size: int) -> Room:
    """`size`: bytes that the database takes. What is free beside PostgreSQL's files is not ours to see."""
    free = disk = None
    if engine.dialect.name == "sqlite" and engine.url.database:
        with suppress(OSError):
            disk, _, free = shutil.disk_usage(Path(engine.url.database).absolute().parent)
    return Room(size, round(settings.max_database_gb * 1e9), free, disk)


def room_of(settings: Settings, engine: Engine) -> Room:
    """As it is now. Raises StoreError."""
    with transaction(reading(engine)) as connection:
        size = upkeep.size(connection)
    return room(settings, engine, size)


@dataclass(slots=True)
class _Pass:
    """What is left of a pass. `most`: articles that may go, None: all that are past their time."""

    keeping: Keeping
    done: Dropped
    after: Cursor | None = None
    most: int | None = None
    hard: bool = False


class Upkeep:
    """All raise StoreError."""

    def __init__(self, settings: Settings, engine: Engine, store: SqlStore, run: Run, now: Callable[[], datetime]):
        self._settings, self._engine, self._store, self._run, self._now = settings, engine, store, run, now
        self._keeper, self._keeping = Keeper(engine, store), keeping_of(settings)
        self._pass: _Pass | None = None
        self._hurried: datetime | None = None

    async def look(self) -> Room:
        """How much room there is."""
        found: Room = await self._run(room_of, self._settings, self._engine)
        return found

    async def tell(self, desk: Desk) -> list[Alert]:
        """Store alerts on room that gets short, or is there again; each once, whatever restarts happen."""
        found, routes = await self.look(), desk.routes
        told = await self._run(self._store.standing, keeping.OWN_RULE)
        return [alert for telling in self._news(found, told, routes) if (alert := await self._tell(telling, desk))]

    def _news(self, found: Room, told: frozenset[str], routes: Route) -> list[Telling]:
        return keeping.news(found, told, self._now(), routes)

    async def _tell(self, telling: Telling, desk: Desk) -> Alert | None:
        alert: Alert = telling.alert
        targets = desk.addresses(alert)
        if not await self._run(self._store.tell, alert, targets, telling.standing, telling.settled):
            return None
        log.warning("room", told=alert.headline)
        if not targets:
            log.error("alert without a target", alert=alert.key, channels=alert.channels, text=alert.headline)
        return alert

    async def work(self, more: Callable[[], bool]) -> int:
        """Go on with the pass that is due, if one is, as long as there is time for `more`; how many articles went."""
        if self._pass is None:
            self._pass = await self._due()
        current = self._pass
        if current is None:
            return 0
        before = current.done.articles
        while more():
            if await self._step(current):
                continue
            if not await self._harder(current):
                await self._end(current)
                break
        return current.done.articles - before

    async def _due(self) -> _Pass | None:
        now = self._now()
        noted = await self._run(self._keeper.last, upkeep.PRUNED)
        if noted is None or now - noted.at >= DAILY:
            return _Pass(self._keeping, Dropped())
        if self._hurried is not None and now - self._hurried < AGAIN:
            return None
        if not (await self.look()).too_much:
            return None
        size, articles = await self._run(self._keeper.measure, now)
        most = keeping.surplus(room(self._settings, self._engine, size), articles)
        self._hurried = now
        return _Pass(keeping.pressed(self._keeping, hard=False), Dropped(), most=most) if most else None

    async def _step(self, current: _Pass) -> bool:
        """Whether there may be more to do."""
        left = AT_ONCE if current.most is None else min(AT_ONCE, current.most - current.done.articles)
        if left <= 0:
            return False
        step = self._keeper.articles
        current.after = await self._run(step, current.keeping, self._now(), current.after, current.done, left)
        return current.after is not None

    async def _harder(self, current: _Pass) -> bool:
        """Begin anew with articles that touched a rule, where too few of the others could go."""
        if current.most is None or current.hard or current.done.articles >= current.most:
            return False
        current.keeping, current.hard, current.after = keeping.pressed(self._keeping, hard=True), True, None
        return True

    async def _end(self, current: _Pass) -> None:
        self._pass, done, now = None, current.done, self._now()
        if current.most is None:
            while await self._run(self._keeper.rest, current.keeping, now, done):
                pass
            await self._run(self._keeper.tidy)
            size = await self._run(self._keeper.size)
            await self._run(_note, self._keeper, now, done, size)
        elif done.articles < current.most:
            log.error("the database takes too much, and nothing more may be dropped", dropped=done.articles)
        log.info(
            "dropped what is past its time" if current.most is None else "dropped what there is no room for",
            articles=done.articles,
            attempts=done.attempts,
            documents=done.documents,
            reasons=dict(done.went),
        )


def _note(keeper: Keeper, now: datetime, done: Dropped, size: int) -> None:
    keeper.note(upkeep.PRUNED, now, articles=done.articles, attempts=done.attempts, documents=done.documents)
    keeper.note(upkeep.SIZE, now, bytes=size)
