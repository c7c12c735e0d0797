"""`/metrics` for Prometheus. Every label has a closed set of values: no rule, source or address is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor import __version__
from monitor.core.alerts import DeliveryState
from monitor.core.deadletters import RECENT
from monitor.core.keeping import Room
from monitor.core.pulse import Pulse
from monitor.errors import StoreError
from monitor.store.accounts import Troubles
from monitor.store.shown.overview import Work
from monitor.store.shown.vitals import Oldest
from monitor.web.paths import looks
from monitor.web.remembered import Remembered
from monitor.web.site import Site

log = structlog.get_logger(__name__)

Families: TypeAlias = Iterator[CounterMetricFamily | GaugeMetricFamily]

_LASTS = timedelta(seconds=3)  # and, while another one asks the database, five times as long
_PATIENCE = timedelta(minutes=5)
_HEALTH = ("healthy", "quiet", "failing", "blocked", "gone", "new", "off")
_UNSENT = [state.value for state in DeliveryState if state not in (DeliveryState.SENT, DeliveryState.SKIPPED)]
_TROUBLES = ("failed", "timed_out", "broke", "missed", "overran")
# What the daemon counts → our name, and what it is.
_COUNTED = {
    "polls": ("polls", "Sources that were asked."),
    "entries": ("entries", "New entries of sources."),
    "articles": ("articles", "Articles whose text was stored."),
    "judged": ("judged", "Articles that were judged."),
    "unjudgeable": ("unjudgeable", "Articles that could not be judged."),
    "alerts": ("alerts", "Alerts on news."),
    "coverage_alerts": ("coverage_alerts", "Alerts that rules went blind, or see again."),
    "operator_alerts": ("operator_alerts", "Alerts of the monitor on itself: dead letters, heartbeats."),
    "pings": ("pings", "Pings to the dead-man's switch."),
    "broken": ("exceptions", "Polls and readings that ended in a mistake of ours."),
}
_ENDS = ("sent", "retried", "failed", "unknown")


@dataclass(frozen=True, slots=True)
class Stored:
    """What the database says."""

    work: Work
    oldest: Oldest
    stuck: Troubles
    room: Room | None = None
    last_backup: datetime | None = None


def routes(site: Site) -> list[BaseRoute]:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(site))
    ProcessCollector(registry=registry)

    def scrape(site: Site, request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), media_type=None, headers={"Content-Type": content_type})

    return [looks(site, "/metrics", scrape)]


class Figures(Collector):
    """Without a database that answers there are the figures of the process alone, and `monitor_database_up` is 0."""

    def __init__(self, site: Site):
        self._site = site
        self._stored = Remembered(lambda now: _stored(site, now), _LASTS)

    def collect(self) -> Families:
        now, pulse = self._site.now(), self._site.pulse()
        build = GaugeMetricFamily("monitor_build_info", "The version that runs.", labels=["version"])
        build.add_metric([__version__], 1)
        yield build
        configuration = self._site.configuration()
        yield _gauge("rules_enabled", "Rules in force.", sum(rule.enabled for rule in configuration.ruleset.rules))
        problems = len(self._site.problems())
        yield _gauge("configuration_problems", "Mistakes that keep the files as they stand from being taken.", problems)
        if pulse is not None:
            yield from _of_the_process(pulse)
        try:
            stored = self._stored.get(now, configuration.stamp).value
            sources = Counter(self._site.surveyed().words.values())
        except StoreError as error:
            log.warning("no figures: the database refuses", problem=str(error))
            yield _gauge("database_up", "Does the database answer?", 0)
            return
        yield _gauge("database_up", "Does the database answer?", 1)
        yield from _of_the_database(stored, sources, now)
        yield from _of_room(stored.room, stored.last_backup)


def _stored(site: Site, now: datetime) -> Stored:
    return Stored(
        site.shown.overview.work(now, _PATIENCE),
        site.shown.vitals.oldest(),
        site.shown.overview.stuck(now - RECENT, now),
        site.room() if site.room is not None else None,
        site.shown.vitals.last_backup(),
    )


def _of_the_process(pulse: Pulse) -> Families:
    for counted, (name, words) in _COUNTED.items():
        yield CounterMetricFamily(f"monitor_{name}", f"{words} Since the start.", value=pulse.counts.get(counted, 0))
    sends = CounterMetricFamily("monitor_sends", "Attempts at sending, by how they ended.", labels=["outcome"])
    for end in _ENDS:
        sends.add_metric([end], pulse.counts.get(end, 0))
    yield sends
    trouble = CounterMetricFamily(
        "monitor_job_trouble", "Runs of jobs that did not go well.", labels=["job", "trouble"]
    )
    last = GaugeMetricFamily("monitor_job_last_success_timestamp_seconds", "When a job last went well.", labels=["job"])
    for job in pulse.jobs:
        for kind in _TROUBLES:
            trouble.add_metric([job.name, kind], pulse.counts.get(f"{job.name}_{kind}", 0))
        if job.succeeded_at is not None:
            last.add_metric([job.name], job.succeeded_at.timestamp())
    yield trouble
    yield last


def _of_the_database(stored: Stored, sources: Counter[str], now: datetime) -> Families:
    work, oldest = stored.work, stored.oldest
    waiting = {"read": work.unread, "judge": work.unjudged, "poll": work.unasked}
    yield _gauges("waiting", "What waits for a step (poll: since five minutes).", "step", waiting.items())
    ages = {"read": oldest.read, "judge": oldest.judge, "send": oldest.send}
    seconds = ((step, max((now - since).total_seconds(), 0.0) if since else 0.0) for step, since in ages.items())
    yield _gauges("waiting_longest_seconds", "For how long the first in line has been due.", "step", seconds)
    unsent = ((state, work.unsent.get(state, 0)) for state in _UNSENT)
    yield _gauges("deliveries_unsent", "Deliveries that were not sent, by state.", "state", unsent)
    yield _gauge("deliveries_dead", "Deliveries given up of late, or of which it is not known.", stored.stuck.dead)
    yield _gauge("deliveries_overdue", "Deliveries overdue by a quarter of an hour.", stored.stuck.overdue)
    yield _gauges(
        "sources", "Sources by health, as of the last minute.", "health", ((word, sources[word]) for word in _HEALTH)
    )
    if work.judged_at is not None:
        words = "When the last article was judged."
        yield _gauge("last_judged_timestamp_seconds", words, work.judged_at.timestamp())


def _of_room(room: Room | None, last_backup: datetime | None) -> Families:
    if room is not None:
        yield _gauge("database_bytes", "What the database takes.", room.size)
        yield _gauge("database_limit_bytes", "What it may take; 0 without a limit.", room.limit)
        if room.free is not None:
            yield _gauge("disk_free_bytes", "What is free beside a SQLite database.", room.free)
    if last_backup is not None:
        yield _gauge("last_backup_timestamp_seconds", "When the last backup was made.", last_backup.timestamp())


def _gauge(name: str, words: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"monitor_{name}", words, value=value)


def _gauges(name: str, words: str, label: str, values: Iterable[tuple[str, float]]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"monitor_{name}", words, labels=[label])
    for named, value in values:
        family.add_metric([named], value)
    return family
