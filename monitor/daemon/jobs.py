"""The daemon: a few recurring jobs on one event loop, and an orderly end.

    poll, read, judge, deliver   each takes its work from the store and waits for none of the others
    dispatch, work               on PostgreSQL instead of the first three: the process that leads hands out what is
                                 due, and any number of them does it (`leading`, `working`)
    reload                       when a watchlist, source, channel or seed file changed, and on SIGHUP: every few
                                 seconds, and at once where the system tells of changes
    coverage                     once a minute; operators hear of rules that no living source could carry
    index                        words of judged articles, to be searched for
    operators                    once a minute; they hear of dead letters, of too little room and, at set times, that
                                 all is well
    upkeep                       once a day, or where there is no room, drops what is past its time, in small pieces
    ping                         to a dead-man's switch, while all is well
    pages                        on which people answer; they have no job, and wait for the store like all others
    heartbeat                    one log line a minute; gives up when the store has stopped answering

SIGTERM and SIGINT: take no more work, finish or leave what is under way, close, exit 0. What is
left is found in the store at the next start.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import structlog
from apscheduler import events
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor.app import App, Pass
from monitor.app.noticing import noticed
from monitor.app.pinging import STORE_SECONDS, Ping
from monitor.app.upkeep import for_seconds
from monitor.core.deadletters import RECENT
from monitor.core.pulse import Job, Pulse
from monitor.core.render import count
from monitor.core.roles import ALL, Role
from monitor.daemon.counting import Tally
from monitor.daemon.leading import Leadership
from monitor.daemon.working import Working
from monitor.errors import StoreError

log = structlog.get_logger(__name__)

T = TypeVar("T")
_Recurring = tuple[str, Callable[[], Awaitable[None]], float, float]

OK, FAILED, MISCONFIGURED, NO_STORE = 0, 1, 2, 3  # exit codes, see `run`

PATIENCE = 0.8  # of a job's interval: what takes longer goes on by itself while the job's next run begins more
ROUNDS = 20  # of ten articles, after which the judge's next run takes over
# When we are told to stop, in seconds: for jobs to end; then sends and the store get some more.
JOBS_END_WITHIN = 8.0
RELOAD_SECONDS, COVERAGE_SECONDS, HEARTBEAT_SECONDS, SILENCE_SECONDS = 5.0, 60.0, 60.0, 300.0
INDEX_SECONDS, INDEX_SHARE = 2.0, 0.5  # half of the time at most, while years of articles are taken up
RECOVER_SECONDS = 15.0
UPKEEP_SECONDS, UPKEEP_SHARE = 30.0, 0.3
VITAL = ("poll", "judge", "dispatch", "work", "deliver")  # no ping without those that run here
JOBS = (*VITAL, "read", "index", "reload", "coverage", "operators", "recover", "upkeep", "heartbeat")
PING_AFTER, PING_LIMIT = 10.0, STORE_SECONDS + 15.0  # seconds: the first one after the start, and what one may take
_EVENTS = {
    events.EVENT_JOB_MISSED: "missed",
    events.EVENT_JOB_ERROR: "broke",
    events.EVENT_JOB_MAX_INSTANCES: "overran",
}


class Daemon:
    """Runs an app until `stopping` is set. `tick_seconds` lie between two looks for sources that are due."""

    def __init__(self, app: App, tick_seconds: float, stopping: asyncio.Event, reload: asyncio.Event):
        self._tally = Tally()
        self._count = self._tally.add
        self._app, self._tick_seconds = app, tick_seconds
        self._stopping, self._asked_to_reload = stopping, reload
        self._code = OK
        self._leading: Leadership | None = None
        self._working: Working | None = None
        if app.shared is not None and app.queue is not None:
            self._working = Working(app, app.shared, app.queue, self._tally, self._wake_delivery)
            if Role.SCHEDULER in app.roles:
                self._leading = Leadership(app.shared, app.run, app.name, app.take_over)
                app.leads = lambda: self._leading is not None and self._leading.held
        self._running: set[asyncio.Task[object]] = set()
        self._told = Counter[str]()
        self._succeeded: dict[str, datetime] = {}  # when each job last did
        self._within: dict[str, timedelta] = {}  # how long ago that may be
        app.pulse = self.pulse

    @property
    def counts(self) -> Counter[str]:
        """Since the start."""
        return self._tally.counts

    # --- the two ways to run -----------------------------------------------------------------

    async def serve(self) -> int:
        """Serve the pages, let rules learn, then run the jobs until told to stop; the exit code. Raises StoreError and
        ConfigurationError at the start."""
        if self._app.web is not None:
            await self._app.web.start()
            log.info("serving pages", address=self._app.web.address)
        if self._app.shared is None:
            await self._unless_stopped(self._app.take_over())
        sharing = self._share()
        scheduler = self._scheduler()
        scheduler.start()
        noticing = asyncio.create_task(self._notice(scheduler))
        roles = "all" if self._app.roles == ALL else ",".join(sorted(self._app.roles))
        log.info("listening", sources=len(self._app.configuration.sources), process=os.getpid(), role=roles)
        try:
            await self._stopping.wait()
            log.info("stopping")
        finally:
            # Its own `shutdown` cancels what runs; ours is given time.
            scheduler.pause()
            noticing.cancel()
            await self._app.pipeline.stop()
            if under_way := {*self._running, *sharing}:
                await asyncio.wait(under_way, timeout=JOBS_END_WITHIN)
            for task in sharing:
                task.cancel()
            scheduler.shutdown(wait=False)
        return self._code

    async def one_pass(self) -> int:
        """One whole pass, left unfinished when told to stop; the exit code. Raises StoreError."""
        done = await self._unless_stopped(self._app.tick())
        if done is None:
            return OK
        log.info("pass done", **_figures(done))
        return FAILED if _went_wrong(done) else OK

    async def _unless_stopped(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Its result; None when we were told to stop first, and it was left unfinished."""
        working = asyncio.create_task(work)
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if working.done():
            return working.result()
        working.cancel()
        await asyncio.wait({working})
        return None

    # --- jobs --------------------------------------------------------------------------------

    def _scheduler(self) -> AsyncIOScheduler:
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
        scheduler.add_listener(self._trouble, events.EVENT_JOB_MISSED | events.EVENT_JOB_ERROR)
        scheduler.add_listener(self._trouble, events.EVENT_JOB_MAX_INSTANCES)
        now = self._app.now()
        for name, work, every, limit in self._jobs_of_roles():
            job = partial(self._guarded, name, work, limit)  # APScheduler sees through a partial, not a lambda
            scheduler.add_job(job, "interval", seconds=every, id=name, next_run_time=now)
            self._within[name] = timedelta(seconds=every + 2 * limit)
        if (ping := self._app.ping) is not None and Role.SCHEDULER in self._app.roles:
            job = partial(self._guarded, "ping", partial(self._ping, ping), PING_LIMIT)
            begin = now + timedelta(seconds=min(ping.every, PING_AFTER))
            scheduler.add_job(job, "interval", seconds=ping.every, id="ping", next_run_time=begin)
        return scheduler

    def _jobs_of_roles(self) -> list[_Recurring]:
        """Name, work, seconds between two beginnings, seconds that it may take."""
        led = self._if_leading
        every_role: list[_Recurring] = [
            ("reload", self._reload, RELOAD_SECONDS, 1800.0),
            ("heartbeat", self._heartbeat, HEARTBEAT_SECONDS, SILENCE_SECONDS + 5.0),
        ]
        scheduling: list[_Recurring] = [
            ("coverage", led(self._coverage), COVERAGE_SECONDS, 60.0),
            ("operators", led(self._operators), COVERAGE_SECONDS, 60.0),
            ("index", led(self._index), INDEX_SECONDS, 60.0),
            ("upkeep", led(self._upkeep), UPKEEP_SECONDS, 600.0),
        ]
        sending: list[_Recurring] = [("deliver", self._deliver, 1.0, 60.0)]
        working: list[_Recurring]
        if self._app.shared is None:
            working = [
                ("poll", self._poll, self._tick_seconds, 60.0),
                ("read", self._read, 1.0, 60.0),
                ("judge", self._judge, 1.0, 120.0),
            ]
        else:
            scheduling += [
                ("dispatch", led(self._dispatch), 1.0, 60.0),
                ("recover", led(self._recover), RECOVER_SECONDS, 60.0),
            ]
            working = [("work", self._work, RECOVER_SECONDS, 60.0)]
        parts = {Role.SCHEDULER: scheduling, Role.WORKER: working, Role.SENDER: sending}
        return every_role + [job for role in Role if role in self._app.roles for job in parts.get(role, [])]

    @property
    def leads(self) -> bool:
        """Whether this is the one of several that hands out the work."""
        return self._leading is not None and self._leading.leads

    def _if_leading(self, work: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        """Of several schedulers one does it; the others are well while they could."""

        async def led() -> None:
            if self._leading is None or self.leads:
                await work()

        return led

    def _share(self) -> set[asyncio.Task[None]]:
        """What goes on beside the jobs where the work is shared."""
        tasks = set()
        if self._leading is not None:
            tasks.add(asyncio.create_task(self._leading.hold(self._stopping)))
        if self._working is not None and Role.WORKER in self._app.roles:
            tasks.add(asyncio.create_task(self._begin_working(self._working)))
        return tasks

    async def _begin_working(self, working: Working) -> None:
        await self._app.wait_for_rules(self._stopping)
        await working.work(self._stopping)

    async def _guarded(self, name: str, work: Callable[[], Awaitable[None]], limit: float) -> None:
        """The catch-all of every job; `limit` in seconds."""
        if self._stopping.is_set():
            return
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            async with asyncio.timeout(limit):
                await work()
            self._told[name] = 0
            self._succeeded[name] = self._app.now()
        except TimeoutError:
            self._count(f"{name} timed out")
            log.error("job took too long", job=name, seconds=limit)
        except StoreError as error:
            self._count(f"{name} failed")
            self._tell_once(name, "the database refuses, trying again", job=name, problem=str(error))
        except Exception as error:
            self._count(f"{name} broke")
            log.error("job broke", job=name, exc_info=error)
        finally:
            self._running.discard(task)

    async def _poll(self) -> None:
        self._tally.polled(await self._app.pipeline.poll_due(PATIENCE * self._tick_seconds))

    async def _read(self) -> None:
        self._tally.read(await self._app.pipeline.read_pending(PATIENCE))

    async def _dispatch(self) -> None:
        assert self._app.shared is not None
        handed_out = await self._app.run(self._app.shared.dispatch, self._app.now())
        self._count("handed out", sum(handed_out.values()))

    async def _recover(self) -> None:
        assert self._working is not None
        assert self._app.shared is not None
        self._count("recovered", await self._working.recover())
        await self._app.run(self._app.shared.sweep)

    async def _work(self) -> None:
        """The work itself waits for the queue; this tells whether it can be had."""
        assert self._app.queue is not None
        if self._app.queue.connected is False:
            raise StoreError("the queue is out of reach", unavailable=True)

    async def _wake_delivery(self) -> None:
        """Nobody should wait for that job's turn; its own job tells of what goes wrong."""
        if Role.SENDER in self._app.roles:
            with suppress(StoreError):
                await self._app.delivering.begin_due()

    async def _judge(self) -> None:
        for _ in range(ROUNDS):
            if self._stopping.is_set() or not (round_ := await self._app.judge(limit=10)):
                return
            if self._tally.judged(round_):
                await self._wake_delivery()

    async def _deliver(self) -> None:
        while not self._stopping.is_set() and (round_ := await self._app.delivering.deliver_due()):
            self._tally.delivered(round_)

    async def _reload(self) -> None:
        if self._asked_to_reload.is_set():
            self._asked_to_reload.clear()
            await self._app.reload()
        else:
            await self._app.reload_if_changed()

    async def _notice(self, scheduler: AsyncIOScheduler) -> None:
        async for _ in noticed(self._app.directories):
            scheduler.modify_job("reload", next_run_time=self._app.now())

    async def _coverage(self) -> None:
        self._count("coverage alerts", len(await self._app.tell_coverage()))

    async def _operators(self) -> None:
        self._count("operator alerts", len(await self._app.tell_operators()))

    async def _index(self) -> None:
        self._count("indexed", await self._app.indexing.work(INDEX_SHARE * INDEX_SECONDS))

    async def _upkeep(self) -> None:
        in_time = for_seconds(UPKEEP_SHARE * UPKEEP_SECONDS)
        self._count("dropped", await self._app.upkeep.work(lambda: in_time() and not self._stopping.is_set()))

    async def _ping(self, ping: Ping) -> None:
        self._count("pings", await ping.beat(self._vital()))

    async def _heartbeat(self) -> None:
        try:
            async with asyncio.timeout(SILENCE_SECONDS):
                waiting = await self._app.run(self._app.views.backlog)
                now = self._app.now()
                stuck = await self._app.run(self._app.accounts.troubles, now - RECENT, now)
        except TimeoutError:
            log.critical("the store has not answered for long: giving up, to be started anew", seconds=SILENCE_SECONDS)
            self._code = FAILED
            self._stopping.set()
            return
        problems = len(self._app.problems)
        log.info(
            "heartbeat",
            **self.counts,
            broken=self._app.pipeline.broken,
            sources=waiting.sources,
            failing=waiting.failing,
            unread=waiting.entries_pending,
            unjudged=waiting.unjudged,
            unsent=dict(waiting.deliveries),
            dead_letters=stuck.dead,
            overdue=stuck.overdue,
            **({"watchlists": f"the last good ones: the files have {count(problems, 'problem')}"} if problems else {}),
        )

    def pulse(self) -> Pulse:
        """How the work goes; for other threads too."""
        here = {name for name, *_ in self._jobs_of_roles()}
        names = [name for name in JOBS if name in here]
        counts = {**self.counts, "broken": self._app.pipeline.broken}
        return Pulse(self._jobs(names), frozenset(VITAL) & here, counts, dict(self._tally.lags))

    def _vital(self) -> tuple[Job, ...]:
        pulse = self.pulse()
        return tuple(job for job in pulse.jobs if job.name in pulse.vital)

    def _jobs(self, names: Sequence[str]) -> tuple[Job, ...]:
        return tuple(Job(name, self._succeeded.get(name), self._within.get(name, timedelta())) for name in names)

    # --- what goes wrong ---------------------------------------------------------------------

    def _trouble(self, event: events.JobEvent) -> None:
        what = _EVENTS[event.code]
        self._count(f"{event.job_id} {what}")
        if event.code != events.EVENT_JOB_MAX_INSTANCES:  # that alone only says that there is much to do
            self._tell_once(f"{event.job_id} {what}", "scheduler", job=event.job_id, what=what)

    def _tell_once(self, key: str, message: str, **words: object) -> None:
        """The first time and then every sixtieth: a trouble that lasts must not drown the rest."""
        if self._told[key] % 60 == 0:
            log.warning(message, **words)
        self._told[key] += 1


def _figures(done: Pass) -> dict[str, int]:
    return {
        "polls": len(done.polls),
        "entries": sum(poll.new for poll in done.polls),
        "articles": sum(read.stored for read in done.reads),
        "judged": len(done.judged.outcomes),
        "unjudgeable": len(done.judged.failed),
        "alerts": len(done.alerts),
        "sent": len(done.delivered.sent),
        "retried": len(done.delivered.retried),
        "failed": len(done.delivered.failed),
        "unknown": len(done.delivered.unknown),
    }


def _went_wrong(done: Pass) -> bool:
    deaf = bool(done.polls) and not any(poll.succeeded for poll in done.polls)
    return deaf or bool(done.judged.failed) or bool(done.delivered.failed or done.delivered.unknown)
