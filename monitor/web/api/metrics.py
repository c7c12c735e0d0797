"""`/metrics` for Prometheus; what there is stands in `measures`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor import __version__
from monitor.core import lags
from monitor.core.model import Outcome
from monitor.core.pulse import Pulse
from monitor.errors import StoreError
from monitor.web.api.measures import (
    ENDS,
    HEALTH,
    MEASURES,
    TROUBLES,
    UNSENT,
    Family,
    counter,
    counters,
    gauge,
    gauges,
    histogram,
)
from monitor.web.condition import CGROUP, Condition, condition, memory
from monitor.web.paths import looks
from monitor.web.remembered import Remembered
from monitor.web.site import Site
from monitor.web.surveying import Surveyed

log = structlog.get_logger(__name__)

_LASTS = timedelta(seconds=3)  # and, while another one asks the database, five times as long
# What the daemon counts under another name.
_COUNTED = {"broken": "exceptions"}
_COUNTS = (
    *("polls", "entries", "articles", "judged", "unjudgeable", "alerts", "coverage_alerts", "operator_alerts"),
    *("pings", "broken"),
)


def routes(site: Site) -> list[BaseRoute]:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(site))
    ProcessCollector(registry=registry)

    def scrape(site: Site, request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(registry), media_type=None, headers={"Content-Type": content_type})

    return [looks(site, "/metrics", scrape)]


class Figures(Collector):
    """Without a database that answers there are the figures of the process alone, and `monitor_database_up` is 0.
    `cgroup` is where the kernel tells of the container's memory."""

    def __init__(self, site: Site, cgroup: Path = CGROUP):
        self._site, self._cgroup = site, cgroup
        self._stored = Remembered(lambda now: condition(site, now), _LASTS)

    def collect(self) -> Iterator[Family]:
        now, pulse = self._site.now(), self._site.pulse()
        build = MEASURES["monitor_build_info"]
        version = GaugeMetricFamily(build.name, build.words, labels=list(build.labels))
        version.add_metric([__version__], 1)
        yield version
        configuration = self._site.configuration()
        yield gauge("rules_enabled", sum(rule.enabled for rule in configuration.ruleset.rules))
        yield gauge("configuration_problems", len(self._site.problems()))
        yield from _of_the_container(self._cgroup)
        if pulse is not None:
            yield from _of_the_process(pulse)
        try:
            stored = self._stored.get(now, configuration.stamp).value
            surveyed = self._site.surveyed()
        except StoreError as error:
            log.warning("no figures: the database refuses", problem=str(error))
            yield gauge("database_up", 0)
            return
        yield gauge("database_up", 1)
        yield from _of_the_sources(surveyed)
        yield from _of_the_database(stored, now)


def _of_the_container(cgroup: Path) -> Iterator[Family]:
    found = memory(cgroup)
    for name, value in (("memory_bytes", found.used), ("memory_limit_bytes", found.limit)):
        if value is not None:
            yield gauge(name, value)


def _of_the_process(pulse: Pulse) -> Iterator[Family]:
    counts = pulse.counts
    for counted in _COUNTS:
        yield counter(_COUNTED.get(counted, counted), counts.get(counted, 0))
    yield counters("poll_outcomes", (([one.value], counts.get(f"polled_{one.value}", 0)) for one in Outcome))
    yield counters("sends", (([end], counts.get(end, 0)) for end in ENDS))
    pairs = [(job.name, kind) for job in pulse.jobs for kind in TROUBLES]
    yield counters("job_trouble", ((pair, counts.get("_".join(pair), 0)) for pair in pairs))
    succeeded = {job.name: job.succeeded_at for job in pulse.jobs}
    yield gauges("job_last_success_timestamp_seconds", ((name, at.timestamp()) for name, at in succeeded.items() if at))
    for name, lag in (("alert_lag_seconds", lags.ALERTED), ("acceptance_lag_seconds", lags.ACCEPTED)):
        yield histogram(name, pulse.lags.get(lag, lags.NONE[lag]))


def _of_the_sources(surveyed: Surveyed) -> Iterator[Family]:
    words = Counter(surveyed.words.values())
    yield gauges("sources", ((word, words[word]) for word in HEALTH))
    yield gauge("rules_blind", sum(rule.blind for rule in surveyed.covered.values()))
    if answered := [state.last_success_at for _, state in surveyed.polled if state.last_success_at]:
        yield gauge("last_poll_success_timestamp_seconds", max(answered).timestamp())


def _of_the_database(stored: Condition, now: datetime) -> Iterator[Family]:
    work, oldest, room = stored.work, stored.oldest, stored.room
    yield gauges("waiting", {"read": work.unread, "judge": work.unjudged, "poll": work.unasked}.items())
    ages = {"poll": oldest.poll, "read": oldest.read, "judge": oldest.judge, "send": oldest.send}
    yield gauges(
        "waiting_longest_seconds",
        ((step, max((now - since).total_seconds(), 0.0) if since else 0.0) for step, since in ages.items()),
    )
    yield gauges("deliveries_unsent", ((state, work.unsent.get(state, 0)) for state in UNSENT))
    yield gauge("deliveries_dead", stored.stuck.dead)
    yield gauge("deliveries_overdue", stored.stuck.overdue)
    yield gauge("channels_failing", len(stored.failing))
    if stored.failing:
        yield gauge("channels_failing_since_timestamp_seconds", stored.failing[0].since.timestamp())
    if work.judged_at is not None:
        yield gauge("last_judged_timestamp_seconds", work.judged_at.timestamp())
    yield gauge("database_bytes", room.database)
    yield gauge("database_limit_bytes", stored.limit)
    if stored.last_backup is not None:
        yield gauge("last_backup_timestamp_seconds", stored.last_backup.timestamp())
    rest = {"wal": room.wal, "disk_free": room.free, "disk": room.disk}
    for name, value in rest.items():
        if value is not None:
            yield gauge(f"database_{name}_bytes", value)
