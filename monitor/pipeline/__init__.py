"""The way of an article: poll → read → judge. Delivery follows in `monitor.delivery`.

    poll_due        due sources → ask each → plan its next poll → store plan, state and new entries
    read_pending    stored entries → fetch and extract the page, or take the feed's own text → store the text
    judge_pending   stored texts, by time of publication → match, claims, novelty, policy → store it all

Each line ends in one transaction for each source, entry or article, and each stage takes its work
from the store: a crash anywhere leaves the entry unread or the text unjudged, and the next run
takes it up from there. Sources, entries and articles fail one by one, never together.

Results are values: what was polled, read, judged. Polls and reads run side by side, few for one
host; `patience` (seconds) is how long a call waits for them, None until all is done. Store calls
go through `run`, which keeps them off the event loop.

While the store takes nothing (its disk is full, it is locked or away) what was fetched waits for it,
and nothing is fetched anew (`waiting`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

import structlog
from structlog.contextvars import bind_contextvars

from monitor import tracing
from monitor.core import polling
from monitor.core.model import Article, Polled, PollPlan, PollState, Source
from monitor.core.model import Outcome as PollOutcome
from monitor.errors import StoreError
from monitor.judging import Desk, Outcome, Ready, judge_waiting, prepare, touched
from monitor.pipeline.reading import TRIES, Read, Reader, unavailable, words
from monitor.pipeline.recording import Recorder
from monitor.pipeline.slots import Job, Slots
from monitor.pipeline.texts import article_id, there_before
from monitor.pipeline.waiting import Waiting
from monitor.ports import ArticleStore, Fetcher, PendingEntry
from monitor.together import Run

__all__ = ["TRIES", "JudgedRound", "Pipeline", "Poll", "Read"]

log = structlog.get_logger(__name__)

R = TypeVar("R")

STRIKES = 5  # times that the store may refuse one article before it is put aside
TOGETHER = 10  # articles judged in one transaction
_AHEAD = 10  # offered jobs per place: beyond those that wait for their host there are others to begin
_FOR_EVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Poll:
    """One source whose turn it was: the answer, the ids that the articles of its new entries will have, and when it is
    asked again."""

    polled: Polled
    articles: tuple[str, ...]
    plan: PollPlan

    @property
    def new(self) -> int:
        return len(self.articles)

    @property
    def succeeded(self) -> bool:
        return self.polled.outcome in (PollOutcome.FRESH, PollOutcome.UNCHANGED)

    @property
    def asked(self) -> bool:
        """False where politeness kept us from it."""
        return self.polled.outcome is not PollOutcome.POSTPONED


@dataclass(slots=True)
class JudgedRound:
    """What was judged, in order, and what could not be: (article, why)."""

    outcomes: list[Outcome] = field(default_factory=list)
    failed: list[tuple[Article, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.outcomes or self.failed)

    def __iadd__(self, other: JudgedRound) -> JudgedRound:
        self.outcomes += other.outcomes
        self.failed += other.failed
        return self


class Pipeline:
    """`desk` and `sources` may be replaced at any time; `fresh` is the age up to which entries of the
    first poll count as news. `timeout` in seconds is for one poll or page, waiting for the host included."""

    def __init__(
        self,
        store: ArticleStore,
        fetcher: Fetcher,
        desk: Desk,
        sources: Iterable[Source],
        *,
        now: Callable[[], datetime],
        run: Run,
        fresh: timedelta,
        per_host: int = 2,
        places: int = 50,
        timeout: float = 300.0,
    ):
        self.desk = desk
        self.sources = {source.id: source for source in sources}
        self._store, self._fetcher, self._now, self._run = store, fetcher, now, run
        self._fresh, self._timeout = fresh, timeout
        self._storing = Waiting(run)
        self._recorder = Recorder(store, self._storing)
        self._polls: Slots[Poll] = Slots(places, per_host)
        self._reads: Slots[Read] = Slots(places, per_host)
        self._reader = Reader(store, fetcher, self._storing, now, timeout, lambda: self.sources)
        self._strikes: dict[str, int] = {}
        self._broken = 0

    # --- poll --------------------------------------------------------------------------------

    async def poll_due(self, patience: float | None = None, *, everything: bool = False) -> list[Poll]:
        """Ask the sources that are due, or all of them. Raises StoreError when the store cannot be read, and as long
        as it takes nothing."""
        self._storing.begin(patient=patience is not None)
        asked = False
        # However many are due, a look takes as many as can soon begin; and of one host no more than leave room for
        # as many hosts as there are places.
        per_host = self._polls.per_group

        async def offers() -> Sequence[Job[Poll]]:
            nonlocal asked
            if everything and asked:
                return ()
            asked, as_of = True, _FOR_EVER if everything else self._now()
            look = (max(len(self.sources), 1), None) if everything else (self._polls.size * _AHEAD, per_host * _AHEAD)
            due: list[tuple[str, PollState]] = await self._run(self._store.due_sources, as_of, *look)
            known = [(self.sources[name], state) for name, state in due if name in self.sources]
            return [Job(source.id, _host(source.url), partial(self._poll, source, state)) for source, state in known]

        polls = await self._polls.run(offers, patience)
        if patience is None:
            self._storing.check()
        return polls

    async def poll_these(self, ids: Sequence[str]) -> list[Poll]:
        """Ask those of them that are due still, side by side. Raises StoreError as `poll_due` does."""
        self._storing.begin(patient=True)
        due: list[tuple[str, PollState]] = await self._run(self._store.due_sources, self._now(), len(ids), None, ids)
        asked = [self._poll(self.sources[name], state) for name, state in due if name in self.sources]
        return await self._side_by_side(asked)

    async def _poll(self, source: Source, state: PollState) -> Poll:
        bind_contextvars(source=source.id)  # each job is a task, and its context ends with it
        polled = await self._ask(source, state)
        try:
            return await self._planned(source, state, polled)
        except Exception as error:  # its entries cannot be stored: the source waits its turn again all the same
            if unavailable(error):
                raise
            log.error("poll not stored", source=source.id, exc_info=error)
            message = f"what it sent could not be stored: {words(error)}"
            failed = Polled(source.id, polled.at, PollOutcome.TEMPORARY, message=message)
            return await self._planned(source, state, failed)

    async def _ask(self, source: Source, state: PollState) -> Polled:
        now = self._now()
        try:
            async with asyncio.timeout(self._timeout):
                return await self._fetcher.poll(source, state, now)
        except TimeoutError:
            message = f"no answer within {self._timeout:g} s, waiting for the host's turn included"
        except Exception as error:
            log.error("poll broke", source=source.id, exc_info=error)
            message = words(error)
        return Polled(source.id, now, PollOutcome.TEMPORARY, message=message)

    async def _planned(self, source: Source, state: PollState, polled: Polled) -> Poll:
        now = self._now()
        plan = polling.plan(source, state, polled, now)
        learn_only = there_before(polled, state, self._fresh, now)
        new = await self._recorder.record(polled, plan, learn_only)
        done = Poll(polled, tuple(article_id(source.id, identity) for identity in new), plan)
        for article in done.articles:
            tracing.step("poll", article, polled.at, self._now(), source=source.id)
        if not done.asked:  # `sources list` tells it; every source of a host that is left alone comes by here
            log.debug("poll postponed", source=source.id, why=plan.reason)
        elif polled.outcome is not PollOutcome.UNCHANGED:  # most polls are, and say nothing
            told = log.info if done.succeeded else log.warning
            told(
                "polled",
                source=source.id,
                outcome=polled.outcome.value,
                entries=len(polled.entries),
                new=done.new,
                articles=done.articles,
                next=plan.next_poll_at.isoformat(timespec="seconds"),
                **({"message": polled.message} if polled.message else {}),
            )
        return done

    # --- read --------------------------------------------------------------------------------

    async def read_pending(self, patience: float | None = None) -> list[Read]:
        """Bring stored entries to text, oldest first. Raises StoreError when the store cannot be read, and as long as
        it takes nothing."""
        self._storing.begin(patient=patience is not None)

        async def offers() -> Sequence[Job[Read]]:
            limit = self._reads.size * _AHEAD
            pending: list[PendingEntry] = await self._run(self._store.pending_entries, self._now(), limit)
            return [Job(item.id, _host(item.entry.url or ""), partial(self._reader.read, item)) for item in pending]

        reads = await self._reads.run(offers, patience)
        if patience is None:
            self._storing.check()
        return reads

    async def read_these(self, ids: Sequence[int]) -> list[Read]:
        """Bring those of them to text that still wait for it, side by side. Raises StoreError as `read_pending`."""
        self._storing.begin(patient=True)
        pending: list[PendingEntry] = await self._run(self._store.pending_entries, self._now(), len(ids), ids)
        return await self._side_by_side(map(self._reader.read, pending))

    # --- judge -------------------------------------------------------------------------------

    async def judge_pending(self, limit: int = 50) -> JudgedRound:
        """Judge what is stored and unjudged, at most `limit`. Raises StoreError while the store refuses."""
        done = JudgedRound()
        articles: list[Article] = await self._run(self._store.unjudged, limit)
        for begin in range(0, len(articles), TOGETHER):
            done += await self._judge_together(articles[begin : begin + TOGETHER])
        return done

    async def judge_these(self, ids: Sequence[str]) -> JudgedRound:
        """Judge those of them that are unjudged still. Raises StoreError while the store refuses."""
        articles: list[Article] = await self._run(self._store.unjudged, len(ids), ids)
        return await self._judge_together(articles) if articles else JudgedRound()

    async def _judge_together(self, articles: Sequence[Article]) -> JudgedRound:
        """In one transaction, for a commit takes as long as a judgement; if one of them breaks it, one by one."""
        try:
            # On a thread beside the store's, for which deliveries wait: it needs no store.
            desk, ready = await asyncio.to_thread(self._prepare, articles)
            outcomes = await self._run(self._judge, desk, ready)
        except Exception as error:
            if unavailable(error):
                raise  # no fault of theirs
            if len(articles) == 1:
                return JudgedRound(failed=[(articles[0], await self._put_aside(articles[0], error))])
            done = JudgedRound()
            for article in articles:
                done += await self._judge_together([article])
            return done
        for outcome in outcomes:
            self._strikes.pop(outcome.article.id, None)
            _tell(outcome)
        return JudgedRound(outcomes)

    def _prepare(self, articles: Sequence[Article]) -> tuple[Desk, list[Ready]]:
        desk = self.desk
        return desk, [prepare(article, desk) for article in articles]

    def _judge(self, desk: Desk, ready: Sequence[Ready]) -> list[Outcome]:
        now = self._now()
        outcomes = self._store.judging(lambda unit: judge_waiting(ready, desk, unit, now), touched(ready))
        ended = self._now()
        for outcome in outcomes:  # together, and so each took as long as all of them
            tracing.step("judge", outcome.article.id, now, ended, alerts=len(outcome.alerts))
        return outcomes

    async def _put_aside(self, article: Article, error: Exception) -> str:
        """Take a poison article out of the queue. Raises the error again while it may be the store's own."""
        if isinstance(error, StoreError) and not error.permanent:
            strikes = self._strikes[article.id] = self._strikes.get(article.id, 0) + 1
            if strikes < STRIKES:
                raise error
        self._strikes.pop(article.id, None)
        why = words(error)
        log.error("article put aside", article=article.id, url=article.url, why=why, exc_info=error)
        await self._run(self._store.mark_unjudgeable, article.id, why, self._now())
        return why

    async def _side_by_side(self, work: Iterable[Coroutine[Any, Any, R]]) -> list[R]:
        """What comes of each; one that breaks stops no other."""
        ended = await asyncio.gather(*work, return_exceptions=True)
        for error in ended:
            if isinstance(error, BaseException):
                self._broken += not unavailable(error)
                log.error("job broke", exc_info=error)
        return [item for item in ended if not isinstance(item, BaseException)]

    @property
    def broken(self) -> int:
        """Polls and reads that ended in an exception which nobody foresaw."""
        return self._polls.broken + self._reads.broken + self._broken

    async def stop(self) -> None:
        """Leave polls and reads that are under way; they are begun anew next time."""
        await self._polls.stop()
        await self._reads.stop()
        self._storing.end()


def _tell(outcome: Outcome) -> None:
    """One line for each decision; one, too, where no rule is concerned."""
    alerts = {alert.rule: alert.key for alert in outcome.alerts}
    if not outcome.decisions:
        log.info("no rule touched", article=outcome.article.id, outlet=outcome.article.outlet)
    for decision in outcome.decisions:
        verdict = decision.verdict
        log.info(
            "decision",
            rule=verdict.rule,
            verdict=verdict.kind.value,
            action=decision.action.value,
            alerted=verdict.rule in alerts,
            **({"alert": alerts[verdict.rule]} if verdict.rule in alerts else {}),
            reason=decision.reason,
            article=outcome.article.id,
            event_key=verdict.event,
            outlet=outcome.article.outlet,
        )


@lru_cache(20_000)  # sources are looked at again and again
def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
