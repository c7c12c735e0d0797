"""What `/metrics` has: each figure with its kind, unit and labels.

A label has a closed set of values, so that the number of series stays the same however much is
watched; no rule, source, channel or address is one. None is called `job` or `instance`: these are
Prometheus' own, and it would give ours another name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

from monitor.core.alerts import DeliveryState
from monitor.core.lags import Lag
from monitor.core.model import Outcome

Family: TypeAlias = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily

COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"
JOBS = (
    *("poll", "read", "judge", "dispatch", "work", "deliver", "index", "reload", "coverage", "operators", "recover"),
    *("upkeep", "heartbeat"),
)
TROUBLES = ("failed", "timed_out", "broke", "missed", "overran")
HEALTH = ("healthy", "quiet", "failing", "blocked", "gone", "new", "off")
UNSENT = tuple(state.value for state in DeliveryState if state not in (DeliveryState.SENT, DeliveryState.SKIPPED))
ENDS = ("sent", "retried", "failed", "unknown")
STEPS = ("poll", "read", "judge", "send")


@dataclass(frozen=True, slots=True)
class Measure:
    """`unit` is "" of a number of things. `labels` have all their values, "any" where each version is one. `question`:
    which of the operator's four it answers."""

    name: str
    kind: str
    question: str
    words: str
    unit: str = ""
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """As it is asked for."""
        return f"{self.name}_total" if self.kind is COUNTER else self.name


LISTENING, LATE, FULL, BROKE = "is it listening?", "is it late?", "is it full?", "what broke?"


def _counter(name: str, question: str, words: str, **labels: Sequence[str]) -> Measure:
    return Measure(f"monitor_{name}", COUNTER, question, f"{words} Since the start.", labels=labels)


def _gauge(name: str, question: str, words: str, unit: str = "", **labels: Sequence[str]) -> Measure:
    return Measure(f"monitor_{name}", GAUGE, question, words, unit, labels)


def _histogram(name: str, question: str, words: str) -> Measure:
    return Measure(f"monitor_{name}", HISTOGRAM, question, f"{words} Since the start.", "seconds")


_ALL = (
    _gauge("build_info", "", "1, with the version that runs.", version=("any",)),
    # is it listening?
    _gauge(
        "last_poll_success_timestamp_seconds",
        LISTENING,
        "When a source last answered, as of the last minute or two; none before the first did.",
        "seconds since 1970",
    ),
    _gauge("sources", LISTENING, "Sources by health, as of the last minute or two.", health=HEALTH),
    _gauge("rules_enabled", LISTENING, "Rules in force."),
    _gauge("rules_blind", LISTENING, "Rules that no living source could carry, as of the last minute or two."),
    _counter("polls", LISTENING, "Sources that were asked."),
    _counter(
        "poll_outcomes",
        LISTENING,
        "Polls by how they ended; those that were put off for their host's sake as well.",
        outcome=tuple(outcome.value for outcome in Outcome),
    ),
    _counter("entries", LISTENING, "New entries of sources."),
    _counter("articles", LISTENING, "Articles whose text was stored."),
    _counter("judged", LISTENING, "Articles that were judged."),
    _gauge("last_judged_timestamp_seconds", LISTENING, "When the last article was judged.", "seconds since 1970"),
    _counter("alerts", LISTENING, "Alerts on news."),
    _counter("coverage_alerts", LISTENING, "Alerts that rules went blind, or see again."),
    _counter("operator_alerts", LISTENING, "Alerts of the monitor on itself: dead letters, heartbeats."),
    # is it late?
    _gauge(
        "waiting", LATE, "What waits for a step (poll: those overdue by five minutes).", step=("poll", "read", "judge")
    ),
    _gauge("waiting_longest_seconds", LATE, "For how long the first in line has been due.", "seconds", step=STEPS),
    _gauge("deliveries_overdue", LATE, "Deliveries overdue by a quarter of an hour."),
    _histogram("alert_lag_seconds", LATE, "From the publication of an article to its alert."),
    _histogram(
        "acceptance_lag_seconds",
        LATE,
        "From the commit of an alert to a receiver that accepted it, where nobody wanted it to wait.",
    ),
    # is it full?
    _gauge("database_bytes", FULL, "Size of the database.", "bytes"),
    _gauge("database_limit_bytes", FULL, "What it may have at most; 0 without a limit.", "bytes"),
    _gauge("database_wal_bytes", FULL, "Size of the log of changes beside it (SQLite).", "bytes"),
    _gauge("database_disk_free_bytes", FULL, "What is left on the database's disk (SQLite).", "bytes"),
    _gauge("database_disk_bytes", FULL, "Size of that disk (SQLite).", "bytes"),
    _gauge("memory_bytes", FULL, "Memory of the container, all its processes together (where there is one).", "bytes"),
    _gauge("memory_limit_bytes", FULL, "What it may have at most (where there is such a limit).", "bytes"),
    _gauge("deliveries_unsent", FULL, "Deliveries that were not sent, by state.", state=UNSENT),
    # what broke?
    _gauge("database_up", BROKE, "1 while the database answers, else 0."),
    _gauge(
        "job_last_success_timestamp_seconds", BROKE, "When a job last went well.", "seconds since 1970", job_name=JOBS
    ),
    _counter("job_trouble", BROKE, "Runs of jobs that did not go well.", job_name=JOBS, trouble=TROUBLES),
    _counter("exceptions", BROKE, "Polls and readings that ended in a mistake of ours."),
    _counter("unjudgeable", BROKE, "Articles that could not be judged."),
    _counter("sends", BROKE, "Attempts at sending, by how they ended.", outcome=ENDS),
    _gauge("deliveries_dead", BROKE, "Deliveries given up of late, or of which it is not known."),
    _gauge("channels_failing", BROKE, "Targets of channels that last did not take what was sent to them."),
    _gauge(
        "channels_failing_since_timestamp_seconds",
        BROKE,
        "Since when the one has failed that fails longest; none while all take their messages.",
        "seconds since 1970",
    ),
    _gauge("configuration_problems", BROKE, "Mistakes that keep the files as they stand from being taken."),
    _gauge("last_backup_timestamp_seconds", BROKE, "When the last backup was made; none before.", "seconds since 1970"),
    _counter("pings", BROKE, "Pings to the dead-man's switch."),
)
MEASURES = {measure.name: measure for measure in _ALL}


def gauge(name: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"monitor_{name}", _words(name, GAUGE), value=value)


def gauges(name: str, values: Iterable[tuple[str, float]]) -> GaugeMetricFamily:
    """By the value of its one label."""
    family = GaugeMetricFamily(f"monitor_{name}", _words(name, GAUGE), labels=_labels(name))
    for named, value in values:
        family.add_metric([named], value)
    return family


def counter(name: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(f"monitor_{name}", _words(name, COUNTER), value=value)


def counters(name: str, values: Iterable[tuple[Sequence[str], float]]) -> CounterMetricFamily:
    """By the values of its labels."""
    family = CounterMetricFamily(f"monitor_{name}", _words(name, COUNTER), labels=_labels(name))
    for named, value in values:
        family.add_metric(named, value)
    return family


def histogram(name: str, lag: Lag) -> HistogramMetricFamily:
    family = HistogramMetricFamily(f"monitor_{name}", _words(name, HISTOGRAM))
    buckets = [
        (str(float(bound)) if bound < float("inf") else "+Inf", float(count)) for bound, count in lag.cumulative()
    ]
    family.add_metric([], buckets, lag.total)
    return family


def table() -> str:
    """As docs/observing.md has it."""
    lines = ["| metric | type | unit | labels | what it is | answers |", "|---|---|---|---|---|---|"]
    for one in _ALL:
        labels = "; ".join(f"`{name}`: {', '.join(values)}" for name, values in one.labels.items())
        cells = (f"`{one.shown}`", one.kind, one.unit or "number", labels, one.words, one.question)
        lines.append(f"| {' | '.join(cells)} |".replace("|  |", "| |"))
    return "\n".join(lines)


def _words(name: str, kind: str) -> str:
    measure = MEASURES[f"monitor_{name}"]
    assert measure.kind is kind
    return measure.words


def _labels(name: str) -> list[str]:
    return list(MEASURES[f"monitor_{name}"].labels)
