"""The monitor at work: one whole pass, and the rules in force."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import structlog

from monitor.app.configuring import store_configuration, tell_warnings
from monitor.app.indexing import Indexing
from monitor.app.learning import Lesson
from monitor.app.pinging import Ping
from monitor.app.storing import StoreThread
from monitor.app.upkeep import Upkeep, for_seconds
from monitor.app.watching import Watching, tell_untargeted
from monitor.configuration import (
    Configuration,
    inventory,
    meanings,
    stamp_of,
)
from monitor.core.alerts import Alert, Decision
from monitor.core.editions import Edition
from monitor.core.model import Article, Polled
from monitor.core.pulse import Pulse
from monitor.core.roles import ALL, Role
from monitor.core.rules import Rule, RuleSet
from monitor.delivery import Delivering, DeliveryRound
from monitor.errors import ConfigurationError, Problem, StoreError
from monitor.judging import Outcome
from monitor.messages import Messages
from monitor.pipeline import JudgedRound, Pipeline, Poll, Read
from monitor.queueing import Queue
from monitor.store.accounts import Accounts
from monitor.store.dispatching import SharedWork
from monitor.store.sql import SqlStore
from monitor.store.views import Views
from monitor.web.serving import WebServer

log = structlog.get_logger(__name__)

T = TypeVar("T")

LEARN_FROM = timedelta(days=30)  # how far back a new rule looks …
LEARN_MOST = 5_000  # … and at how many articles at most, the latest
_FOLLOW_SECONDS = 2.0
_LESSON = 200  # articles read from the store at a time


@dataclass(slots=True)
class Pass:
    """What one whole pass did."""

    polls: list[Poll] = field(default_factory=list)
    reads: list[Read] = field(default_factory=list)
    judged: JudgedRound = field(default_factory=JudgedRound)
    delivered: DeliveryRound = field(default_factory=DeliveryRound)

    @property
    def polled(self) -> Sequence[Polled]:
        return [poll.polled for poll in self.polls]

    @property
    def outcomes(self) -> Sequence[Outcome]:
        return self.judged.outcomes

    @property
    def articles(self) -> Sequence[Article]:
        """Those that were judged, in order."""
        return [outcome.article for outcome in self.judged.outcomes]

    @property
    def decisions(self) -> Sequence[Decision]:
        return [decision for outcome in self.judged.outcomes for decision in outcome.decisions]

    @property
    def alerts(self) -> Sequence[Alert]:
        return [alert for outcome in self.judged.outcomes for alert in outcome.alerts]


class App:
    """The monitor at work. `problems` are those of the last reload: while there are any, the last good
    watchlists stay in force."""

    def __init__(
        self,
        read: Callable[[], Configuration],
        configuration: Configuration,
        directories: Sequence[Path],
        *,
        store: SqlStore,
        views: Views,
        accounts: Accounts,
        pipeline: Pipeline,
        delivering: Delivering,
        messages: Messages,
        run: StoreThread,
        now: Callable[[], datetime],
        web: WebServer | None,
        closing: Sequence[Callable[[], Awaitable[None] | None]],
        ping: Ping | None = None,
        edition: Edition | None = None,
        roles: frozenset[Role] = ALL,
        name: str = "",
        upkeep: Upkeep,
        shared: SharedWork | None = None,
        queue: Queue | None = None,
    ):
        self.configuration, self.problems = configuration, tuple[Problem, ...]()
        self.store, self.views, self.pipeline, self.delivering = store, views, pipeline, delivering
        self.accounts, self.run, self.now, self.ping, self.web = accounts, run, now, ping, web
        self.directories, self._read, self._closing, self._messages = directories, read, closing, messages
        self._tried = configuration.stamp
        self._untold = edition
        self._reloading = asyncio.Lock()
        self._everything = False
        self.pulse: Callable[[], Pulse | None] = lambda: None  # until a daemon has jobs
        self.roles, self.name, self.shared, self.queue = roles, name, shared, queue  # no two processes have one name
        self.leads: Callable[[], bool] = lambda: shared is None  # of several that share the work one looks after rules
        self.watching = Watching(store, views, accounts, run, now())
        self.indexing, self.upkeep = Indexing(store, run, now), upkeep

    # --- work --------------------------------------------------------------------------------

    async def tick(self) -> Pass:
        """One whole pass to its end: learn, poll what is due, read, judge, look at the coverage, deliver, index, drop.

        Raises StoreError.
        """
        everything, self._everything = self._everything, False
        await self.learn()
        done = Pass()
        done.polls = await self.pipeline.poll_due(everything=everything)
        done.reads = await self.pipeline.read_pending()
        while round_ := await self.judge():
            done.judged += round_
        await self.tell_coverage()
        await self.tell_operators(polled=True)
        while delivered := await self._deliver_to_the_end():
            done.delivered += delivered
        await self.indexing.work(patience=60.0)
        await self.upkeep.work(for_seconds(60.0))
        return done

    async def judge(self, limit: int = 50) -> JudgedRound:
        """Judge what waits; an alert that no target can take is told in the log at least. Raises StoreError."""
        return self._told(await self.pipeline.judge_pending(limit))

    async def judge_these(self, ids: Sequence[str]) -> JudgedRound:
        """The same of these. Raises StoreError."""
        return self._told(await self.pipeline.judge_these(ids))

    def _told(self, judged: JudgedRound) -> JudgedRound:
        for outcome in judged.outcomes:
            for note in outcome.judged.notes:
                log.warning("left out of a judgement", article=outcome.article.id, problem=note.words, rules=note.rules)
            for alert in outcome.alerts:
                if not (alert.shadow or self.pipeline.desk.addresses(alert)):
                    tell_untargeted(alert)
        return judged

    async def tell_coverage(self) -> list[Alert]:
        """Tell operators of rules that went blind or see again; the alerts. Raises StoreError."""
        return await self.watching.tell_coverage(self.configuration, self.now())

    async def tell_operators(self, polled: bool = False) -> list[Alert]:
        """Tell operators of dead letters, of too little room and, when it is time, that all is well; the alerts.

        Raises StoreError.
        """
        configuration, now = self.configuration, self.now()
        told = await self.watching.tell_dead_letters(configuration, now)
        told += await self._tell_edition() + await self.upkeep.tell(configuration.desk)
        return told + await self.watching.tell_heartbeat(configuration, self.problems, now, polled)

    async def _tell_edition(self) -> list[Alert]:
        if (edition := self._untold) is None:
            return []
        told = await self.watching.tell_edition(self.configuration, edition, self.now())
        if self._untold is edition:
            self._untold = None
        return told

    async def _deliver_to_the_end(self) -> DeliveryRound:
        done = await self.delivering.deliver_due()
        done += await self.delivering.drain()
        return done

    def force_due(self) -> None:
        """Let the next `tick` poll every source, whenever its turn would be."""
        self._everything = True

    # --- configuration -----------------------------------------------------------------------

    async def reload_if_changed(self) -> bool | None:
        """`reload` when a file has changed since the last try; None when none has."""
        async with self._reloading:
            stamp = await asyncio.to_thread(stamp_of, *self.directories)
            return None if stamp == self._tried else await self._reload()

    async def reload(self) -> bool:
        """Take watchlists, sources, channels and seeds as they are now written.

        With a mistake in any of them the last good ones stay, every problem is logged and kept in
        `problems`, and the answer is False. A rule that is new or looks for something else than
        before learns from stored articles first. Raises StoreError; then nothing has changed either.
        """
        async with self._reloading:  # a person saves while the daemon looks
            return await self._reload()

    async def _reload(self) -> bool:
        self._tried = await asyncio.to_thread(stamp_of, *self.directories)
        try:
            fresh = await asyncio.to_thread(self._read)
        except ConfigurationError as error:
            self.problems = error.problems
            for problem in error.problems:
                log.error("not reloaded, the last good watchlists stay in force", problem=str(problem))
            return False
        try:
            if not self.leads():
                return await self._follow(fresh)
            await self.run(store_configuration, self.store, fresh, self.now())
            changed = await self._learn(fresh)
            edition = await self.run(self.store.count_edition, fresh.stamp, inventory(fresh), self.now())
        except StoreError:
            self._tried = ""  # to be tried again soon
            raise
        self._use(fresh)
        told = edition.told if edition else "the same files as before"
        log.info("reloaded", rules=len(fresh.ruleset.rules), changed=changed, edition=told)
        self._untold = edition or self._untold
        with suppress(StoreError):  # operators hear of it a minute later then
            await self._tell_edition()
        return True

    async def _follow(self, fresh: Configuration) -> bool:
        """Where another process looks after the rules: use them as soon as it has let them learn."""
        if await self.run(self.store.learned_rules) != meanings(fresh.ruleset):
            self._tried, self.problems = "", ()
            return False
        self._use(fresh)
        log.info("reloaded", rules=len(fresh.ruleset.rules))
        return True

    def _use(self, fresh: Configuration) -> None:
        self.configuration, self.problems = fresh, ()
        self.pipeline.desk = fresh.desk
        self.pipeline.sources = {source.id: source for source in fresh.sources}
        self.delivering.targets = fresh.desk.targets
        self._messages.use(fresh.templates)
        tell_warnings(fresh)

    async def take_over(self) -> None:
        """Before the first source is polled, and each time that this process begins to lead others: what is written in
        the files is stored, rules learn, and what is overdue comes one after the other. Raises StoreError."""
        async with self._reloading:
            if self.shared is not None:
                fresh = self.configuration
                await self.run(store_configuration, self.store, fresh, self.now())
                self._untold = await self.run(self.store.count_edition, fresh.stamp, inventory(fresh), self.now())
            await self.learn()
        if overdue := await self.run(self.store.spread_overdue, self.now()):
            log.info("sources are overdue and will be asked one after the other", sources=overdue)

    async def wait_for_rules(self, stopping: asyncio.Event) -> None:
        """Where several share the work: until the one that looks after the rules has let them learn, or `stopping`."""
        told = False
        while not stopping.is_set():
            with suppress(StoreError):  # what reads or writes it tells of that
                if await self.run(self.store.learned_rules) == meanings(self.configuration.ruleset):
                    return
            if not told:
                log.info("waiting for the one that schedules to take up the rules")
            told = True
            with suppress(TimeoutError):
                await asyncio.wait_for(stopping.wait(), _FOLLOW_SECONDS)

    async def learn(self) -> None:
        """Let rules that are new, or look for something else than when they last judged, learn from stored
        articles: also those that changed while nothing ran. Raises StoreError."""
        await self._learn(self.configuration)

    async def _learn(self, configuration: Configuration) -> list[str]:
        """The ids of the rules that had to learn."""
        ruleset, wanted = configuration.ruleset, meanings(configuration.ruleset)
        learned = await self.run(self.store.learned_rules)
        changed = [rule for rule in ruleset.rules if rule.enabled and learned.get(rule.id) != wanted[rule.id]]
        if changed:
            await self._teach(changed, ruleset)
        if learned != wanted:
            await self.run(self.store.replace_rules, wanted, self.now())
        return [rule.id for rule in changed]

    async def _teach(self, rules: Sequence[Rule], ruleset: RuleSet) -> None:
        now, names = self.now(), [rule.id for rule in rules]
        touched = seen = 0
        since = await self.run(self.views.published_since, now - LEARN_FROM, LEARN_MOST)
        articles = await self.run(self.views.judged_articles, (since, ""), _LESSON)
        if not articles:
            return
        lesson = await asyncio.to_thread(Lesson, rules, ruleset)
        while articles:
            for article in articles:
                seen += 1
                try:
                    take = partial(_take, lesson, article, now)
                    touched += await self.run(self.store.judging, take, lesson.rules)
                except StoreError:
                    raise
                except Exception as error:
                    log.error("not learned from", rules=names, article=article.id, exc_info=error)
            after = (articles[-1].published, articles[-1].id)
            articles = await self.run(self.views.judged_articles, after, _LESSON)
        log.info("learned from stored articles", rules=names, articles=seen, touched=touched)

    # --- the end -----------------------------------------------------------------------------

    async def close(self, patience: float = 10.0) -> None:
        """End it all in reverse order of the start; sends and store calls under way get `patience` seconds."""
        if self.web is not None:
            await self.web.stop()
        await self.pipeline.stop()
        try:
            await self.delivering.drain(patience)
        except Exception as error:
            log.error("closing", error=repr(error))
        for end in self._closing:
            try:
                if (waiting := end()) is not None:
                    await waiting
            except Exception as error:  # the other parts have to be closed all the same
                log.error("closing", exc_info=error)


def _take(lesson: Lesson, article: Article, now: datetime, unit: Any) -> bool:
    return lesson.take(article, unit, now)
