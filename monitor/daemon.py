"""The daemon: a few recurring jobs on one event loop, and an orderly end.

    poll, read, judge, deliver   each takes its work from the store and waits for none of the others
    reload                       when a watchlist, source, channel or seed file changed, and on SIGHUP: every few
                                 seconds, and at once where the system tells of changes
    coverage                     once a minute; operators hear of rules that no living source could carry
    index                        words of judged articles, to be searched for
    operators                    once a minute; they hear of dead letters and, at set times, that all is well
    ping                         to a dead-man's switch, while all is well
    pages                        on which people answer; they have no job, and wait for the store like all others
    heartbeat                    one log line a minute; gives up when the store has stopped answering

SIGTERM and SIGINT: take no more work, finish or leave what is under way, close, exit 0. What is
left is found in the store at the next start.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import structlog
from apscheduler import events
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from monitor import __version__, dictionaries, logs, tracing
from monitor.app import App, Pass, build
from monitor.app.noticing import noticed
from monitor.app.pinging import STORE_SECONDS, Ping
from monitor.core import lags
from monitor.core.deadletters import RECENT
from monitor.core.pulse import Job, Pulse
from monitor.core.render import count
from monitor.delivery import DeliveryRound
from monitor.errors import ConfigurationError, StoreError
from monitor.settings import Settings
from monitor.store.lock import only_daemon

log = structlog.get_logger(__name__)

T = TypeVar("T")

OK, FAILED, MISCONFIGURED, NO_STORE = 0, 1, 2, 3  # exit codes, see `run`

PATIENCE = 0.8  # of a job's interval: what takes longer goes on by itself while the job's next run begins more
ROUNDS = 20  # of ten articles, after which the judge's next run takes over
# When we are told to stop, in seconds: for jobs to end, then for sends; the store gets three more.
JOBS_END_WITHIN, SENDS_END_WITHIN = 8.0, 7.0
RELOAD_SECONDS, COVERAGE_SECONDS, HEARTBEAT_SECONDS, SILENCE_SECONDS = 5.0, 60.0, 60.0, 300.0
INDEX_SECONDS, INDEX_SHARE = 2.0, 0.5  # half of the time at most, while years of articles are taken up
VITAL = ("poll", "judge", "deliver")  # no ping without them
JOBS = (*VITAL, "read", "index", "reload", "coverage", "operators", "heartbeat")
PING_AFTER, PING_LIMIT = 10.0, STORE_SECONDS + 15.0  # seconds: the first one after the start, and what one may take
_EVENTS = {
    events.EVENT_JOB_MISSED: "missed",
    events.EVENT_JOB_ERROR: "broke",
    events.EVENT_JOB_MAX_INSTANCES: "overran",
}


def run(settings: Settings, once: bool = False) -> int:
    """Work until told to stop, or with `once` make one whole pass. The exit code:

    0  all is well: stopped as told, or the pass is done
    1  with `once`: every poll failed, an article could not be judged, or an alert could not be
       delivered for good; without: the store has stopped answering
    2  a setting, watchlist, source, channel or seed is wrong: mend it first
    3  the database refuses (its schema, its connection), or another daemon works on it

    Logs are set up here. Installs handlers of SIGTERM, SIGINT and SIGHUP for its time.
    """
    logs.configure(settings.log_format, settings.log_level)
    code = _run(settings, once)
    _leave_nobody_behind(code)
    return code


def _run(settings: Settings, once: bool) -> int:
    try:
        traces = tracing.on(settings.otlp_endpoint.get_secret_value(), __version__)
        with traces, only_daemon(settings.database_url.get_secret_value()) as alone:
            return asyncio.run(_main(settings, once, alone))
    except ConfigurationError as error:
        for problem in error.problems:
            log.error("cannot start", problem=str(problem).removeprefix(": "))
        return MISCONFIGURED
    except StoreError as error:
        log.error("the database refuses", problem=str(error))
        return NO_STORE


async def _main(settings: Settings, once: bool, alone: bool) -> int:
    stopping, reload = asyncio.Event(), asyncio.Event()
    with _signals(stopping.set, reload.set):
        for failure in await asyncio.to_thread(dictionaries.prepare, settings.cache_dir):
            log.warning("a dictionary cannot be kept and is made at every start", problem=failure)
        app = build(settings)
        try:
            if alone and (released := await app.run(app.store.release, app.now())):
                log.warning("taking up deliveries that were under way at the last end", deliveries=released)
            daemon = Daemon(app, settings.tick_seconds, stopping, reload)
            return await (daemon.one_pass() if once else daemon.serve())
        finally:
            await app.close(SENDS_END_WITHIN)
            log.info("stopped")


class Daemon:
    """Runs an app until `stopping` is set. `tick_seconds` lie between two looks for sources that are due."""

    def __init__(self, app: App, tick_seconds: float, stopping: asyncio.Event, reload: asyncio.Event):
        self.counts: Counter[str] = Counter()  # since the start
        self._app, self._tick_seconds = app, tick_seconds
        self._stopping, self._asked_to_reload = stopping, reload
        self._code = OK
        self._running: set[asyncio.Task[object]] = set()
        self._told = Counter[str]()
        self._lags = dict(lags.NONE)
        self._succeeded: dict[str, datetime] = {}  # when each job last did
        self._within: dict[str, timedelta] = {}  # how long ago that may be
        app.pulse = self.pulse

    # --- the two ways to run -----------------------------------------------------------------

    async def serve(self) -> int:
        """Serve the pages, let rules learn, then run the jobs until told to stop; the exit code. Raises StoreError and
        ConfigurationError at the start."""
        if self._app.web is not None:
            await self._app.web.start()
            log.info("serving pages", address=self._app.web.address)
        await self._unless_stopped(self._app.learn())
        if overdue := await self._app.run(self._app.store.spread_overdue, self._app.now()):
            log.info("sources are overdue and will be asked one after the other", sources=overdue)
        scheduler = self._scheduler()
        scheduler.start()
        noticing = asyncio.create_task(self._notice(scheduler))
        log.info("listening", sources=len(self._app.configuration.sources), process=os.getpid())
        try:
            await self._stopping.wait()
            log.info("stopping")
        finally:
            # Its own `shutdown` cancels what runs; ours is given time.
            scheduler.pause()
            noticing.cancel()
            await self._app.pipeline.stop()
            if self._running:
                await asyncio.wait(self._running, timeout=JOBS_END_WITHIN)
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
        for name, work, every, limit in (
            ("poll", self._poll, self._tick_seconds, 60.0),
            ("read", self._read, 1.0, 60.0),
            ("judge", self._judge, 1.0, 120.0),
            ("deliver", self._deliver, 1.0, 60.0),
            ("reload", self._reload, RELOAD_SECONDS, 1800.0),
            ("coverage", self._coverage, COVERAGE_SECONDS, 60.0),
            ("operators", self._operators, COVERAGE_SECONDS, 60.0),
            ("index", self._index, INDEX_SECONDS, 60.0),
            ("heartbeat", self._heartbeat, HEARTBEAT_SECONDS, SILENCE_SECONDS + 5.0),
        ):
            job = partial(self._guarded, name, work, limit)  # APScheduler sees through a partial, not a lambda
            scheduler.add_job(job, "interval", seconds=every, id=name, next_run_time=now)
            self._within[name] = timedelta(seconds=every + 2 * limit)
        if (ping := self._app.ping) is not None:
            job = partial(self._guarded, "ping", partial(self._ping, ping), PING_LIMIT)
            begin = now + timedelta(seconds=min(ping.every, PING_AFTER))
            scheduler.add_job(job, "interval", seconds=ping.every, id="ping", next_run_time=begin)
        return scheduler

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
        polls = await self._app.pipeline.poll_due(PATIENCE * self._tick_seconds)
        self._count("polls", sum(poll.asked for poll in polls))
        for poll in polls:
            self._count(f"polled {poll.polled.outcome.value}")
        self._count("entries", sum(poll.new for poll in polls))

    async def _read(self) -> None:
        reads = await self._app.pipeline.read_pending(PATIENCE)
        self._count("articles", sum(read.stored for read in reads))

    async def _judge(self) -> None:
        for _ in range(ROUNDS):
            if self._stopping.is_set() or not (round_ := await self._app.judge(limit=10)):
                return
            self._count("judged", len(round_.outcomes))
            self._count("unjudgeable", len(round_.failed))
            if alerts := [alert for outcome in round_.outcomes for alert in outcome.alerts]:
                self._count("alerts", len(alerts))
                self._took(lags.ALERTED, (alert.created_at - alert.published for alert in alerts if not alert.shadow))
                with suppress(StoreError):  # its own job tells of it
                    await self._app.delivering.begin_due()  # nobody should wait for that job's turn

    async def _deliver(self) -> None:
        while not self._stopping.is_set() and (round_ := await self._app.delivering.deliver_due()):
            self._count_deliveries(round_)

    def _count_deliveries(self, round_: DeliveryRound) -> None:
        for name in ("sent", "retried", "failed", "unknown"):
            self._count(name, len(getattr(round_, name)))
        self._took(lags.ACCEPTED, filter(None, (outcome.took for outcome in round_.sent)))

    def _took(self, what: str, times: Iterable[timedelta]) -> None:
        self._lags[what] = self._lags[what].then(times)

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

    async def _ping(self, ping: Ping) -> None:
        self._count("pings", await ping.beat(self._jobs(VITAL)))

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
        counts = {**self.counts, "broken": self._app.pipeline.broken}
        return Pulse(self._jobs(JOBS), frozenset(VITAL), counts, dict(self._lags))

    def _jobs(self, names: Sequence[str]) -> tuple[Job, ...]:
        return tuple(Job(name, self._succeeded.get(name), self._within.get(name, timedelta())) for name in names)

    # --- what goes wrong ---------------------------------------------------------------------

    def _trouble(self, event: events.JobEvent) -> None:
        what = _EVENTS[event.code]
        self._count(f"{event.job_id} {what}")
        if event.code != events.EVENT_JOB_MAX_INSTANCES:  # that alone only says that there is much to do
            self._tell_once(f"{event.job_id} {what}", "scheduler", job=event.job_id, what=what)

    def _count(self, name: str, by: int = 1) -> None:
        if by:
            self.counts[name.replace(" ", "_")] += by

    def _tell_once(self, key: str, message: str, **words: object) -> None:
        """The first time and then every sixtieth: a trouble that lasts must not drown the rest."""
        if self._told[key] % 60 == 0:
            log.warning(message, **words)
        self._told[key] += 1


@contextmanager
def _signals(stop: Callable[[], None], reload: Callable[[], None]) -> Iterator[None]:
    """SIGTERM and SIGINT → `stop`, SIGHUP → `reload`; each may come more than once."""
    loop = asyncio.get_running_loop()
    handlers = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: reload}
    if threading.current_thread() is not threading.main_thread():
        handlers = {}  # signals are the main thread's
    for number, handler in handlers.items():
        loop.add_signal_handler(number, handler)
    try:
        yield
    finally:
        for number in handlers:
            loop.remove_signal_handler(number)


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


def _leave_nobody_behind(code: int) -> None:
    """Python waits at its end for every thread, and one that sends to a dead receiver takes its time.

    What such a send was about is not recorded as sent and will be repeated.
    """
    ours = [thread for thread in threading.enumerate() if thread.name.startswith(("notify", "store"))]
    for thread in ours:
        thread.join(1.0 / len(ours))
    if any(thread.is_alive() for thread in ours):
        log.warning("leaving a call behind that does not end")
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
