"""Builds the monitor from its settings: the one place where every part meets, and the one clock."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TextIO, TypeVar

import structlog

from monitor import logs
from monitor.app.answering import signed_links, web_server
from monitor.app.configuring import secrets_in_use, store_configuration, tell_warnings
from monitor.app.fetching import finder, http_client, web_fetcher
from monitor.app.indexing import Indexing
from monitor.app.learning import Lesson
from monitor.app.pinging import Ping, make_ping
from monitor.app.storing import StoreThread
from monitor.app.watching import Watching, tell_untargeted
from monitor.config import channel_secrets
from monitor.configuration import (
    Channels,
    Configuration,
    inventory,
    meanings,
    read_configuration,
    stamp_of,
)
from monitor.core.alerts import Alert, Decision
from monitor.core.editions import Edition
from monitor.core.model import Article, Polled, Source
from monitor.core.pulse import Pulse
from monitor.core.rules import Rule, RuleSet
from monitor.delivery import Delivering, DeliveryRound
from monitor.errors import ConfigurationError, Problem, StoreError
from monitor.fetch.quarantine import Quarantine
from monitor.fetch.workers import Workers
from monitor.judging import Outcome
from monitor.messages import Messages
from monitor.notify import CONSOLE, AppriseSender, ConsoleSender, RoutingSender
from monitor.pipeline import JudgedRound, Pipeline, Poll, Read
from monitor.settings import Settings
from monitor.store import migrate
from monitor.store.accounts import Accounts
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from monitor.store.views import Views
from monitor.web.serving import WebServer

__all__ = ["App", "Pass", "build"]

log = structlog.get_logger(__name__)

T = TypeVar("T")

LEARN_FROM = timedelta(days=30)  # how far back a new rule looks …
LEARN_MOST = 5_000  # … and at how many articles at most, the latest
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
        self.watching = Watching(store, views, accounts, run, now())
        self.indexing = Indexing(store, run, now)

    # --- work --------------------------------------------------------------------------------

    async def tick(self) -> Pass:
        """One whole pass to its end: learn, poll what is due, read, judge, look at the coverage, deliver, index.

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
        return done

    async def judge(self, limit: int = 50) -> JudgedRound:
        """Judge what waits; an alert that no target can take is told in the log at least. Raises StoreError."""
        judged = await self.pipeline.judge_pending(limit)
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
        """Tell operators of dead letters and, when it is time, that all is well; the alerts. Raises StoreError."""
        configuration, now = self.configuration, self.now()
        told = await self.watching.tell_dead_letters(configuration, now)
        told += await self._tell_edition()
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
            await self.run(store_configuration, self.store, fresh, self.now())
            changed = await self._learn(fresh)
            edition = await self.run(self.store.count_edition, fresh.stamp, inventory(fresh), self.now())
        except StoreError:
            self._tried = ""  # to be tried again soon
            raise
        self.configuration, self.problems = fresh, ()
        self.pipeline.desk = fresh.desk
        self.pipeline.sources = {source.id: source for source in fresh.sources}
        self.delivering.targets = fresh.desk.targets
        self._messages.use(fresh.templates)
        tell_warnings(fresh)
        told = edition.told if edition else "the same files as before"
        log.info("reloaded", rules=len(fresh.ruleset.rules), changed=changed, edition=told)
        self._untold = edition or self._untold
        with suppress(StoreError):  # operators hear of it a minute later then
            await self._tell_edition()
        return True

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
                    touched += await self.run(self.store.judging, partial(_take, lesson, article, now))
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


def build(
    settings: Settings,
    *,
    sources: Sequence[Source] | None = None,
    channels: Channels | None = None,
    now: Callable[[], datetime] | None = None,
    console: TextIO | None = None,
    secrets: Mapping[str, str] | None = None,
) -> App:
    """Everything wired, the database ready, sources and seeds stored; nothing runs yet.

    `sources` and `channels` stand instead of those in the watchlists directory (then every alert goes
    to all of `channels`); `console` takes what `console://` prints (default: stdout); `secrets` fill
    channel addresses (default: environment, `.env`, Docker secrets). An embedded SQLite database is
    upgraded. Raises ConfigurationError with every problem found, and StoreError.
    """
    secrets = channel_secrets(os.environ, Path(".env")) if secrets is None else secrets
    now = now or _utc_now
    directories = (settings.watchlists_dir, settings.seeds_dir)

    def read() -> Configuration:
        found = read_configuration(*directories, secrets, sources=sources, channels=channels)
        logs.secrets.add(secrets_in_use(settings, found, secrets))
        return found

    configuration = read()
    links = signed_links(settings)
    engine = create_engine(settings.database_url.get_secret_value())
    try:
        if engine.dialect.name == "sqlite":
            migrate.upgrade(engine)
        migrate.check(engine)
        store = SqlStore(engine)
        store_configuration(store, configuration, now())
        edition = store.count_edition(configuration.stamp, inventory(configuration), now())
        edition = edition or store.latest_edition()
    except BaseException:
        engine.dispose()
        raise
    tell_warnings(configuration)
    run, accounts = StoreThread(), Accounts(engine)
    http, workers = http_client(settings), Workers(settings.workers, quarantine=Quarantine(store, run, now))
    apprise = AppriseSender()
    sender = RoutingSender({CONSOLE: ConsoleSender(console or sys.stdout)}, apprise)
    pipeline = Pipeline(
        store,
        web_fetcher(settings, http, workers),
        configuration.desk,
        configuration.sources,
        now=now,
        run=run,
        fresh=timedelta(hours=settings.fresh_hours),
        per_host=settings.per_host_concurrency,
    )
    messages = Messages(configuration.templates, links.answer_url)
    delivering = Delivering(
        store,
        sender,
        messages,
        configuration.desk.targets,
        now=now,
        run=run,
        max_attempts=settings.delivery_max_attempts,
        patience=0.8,  # a slow target's messages go on by themselves
    )

    views = Views(engine)

    async def close_store() -> None:
        if await run.close(patience=3.0):
            engine.dispose()
        else:
            log.error("the database did not answer in time; what it was told last may not have been stored")

    app = App(
        read,
        configuration,
        directories,
        store=store,
        views=views,
        accounts=accounts,
        pipeline=pipeline,
        delivering=delivering,
        messages=messages,
        run=run,
        now=now,
        web=web_server(
            settings, engine, store, views, links, now, run, lambda: app, secrets, finder(settings, http, workers, now)
        ),
        closing=(apprise.close, workers.close, http.close, close_store),
        ping=make_ping(settings, accounts, run, now),
        edition=edition,
    )
    return app


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _take(lesson: Lesson, article: Article, now: datetime, unit: Any) -> bool:
    return lesson.take(article, unit, now)
