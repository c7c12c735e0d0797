"""The heartbeat: at set times operators hear that the monitor listens, and first what is wrong with it.

Each time of the schedule is told once: the alert's key has it, and the alert that was told last says which it was. One
that passed while nothing ran is told late, or not at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from monitor.core.alerts import OURSELVES, Alert
from monitor.core.channels import Schedule
from monitor.core.coverage import Life, RuleCoverage
from monitor.core.health import Health
from monitor.core.model import Severity
from monitor.core.ourselves import own_alert
from monitor.core.routing import Routing
from monitor.core.view import time_words
from monitor.errors import Problem

OWN_RULE = f"{OURSELVES}heartbeat"
LATE = timedelta(hours=6)  # after that a time that passed while nothing ran is let be …
LATE_AT_FIRST = timedelta(minutes=15)  # … and after that where none was ever told: the monitor was not there yet
LOOK_BACK = timedelta(days=1)  # of the first one
SETTLED = timedelta(minutes=10)  # after a start: before, sources had no chance to answer
_NAMED = 3  # rules in a headline
_PUNCTUAL = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Activity:
    """What was done since a time, and what is waiting now. `dead`: deliveries given up in that time, or whose end is
    not known; `overdue`: those that should have been made some time ago."""

    articles: int
    alerts: int
    sent: int
    waiting: int
    dead: int = 0
    overdue: int = 0


def due(schedule: Schedule, told: datetime | None, now: datetime) -> datetime | None:
    """The scheduled time that is to be told now, the latest if several have passed. `told`: the last that was."""
    coming = schedule.after(now - LATE_AT_FIRST if told is None else max(told, now - LATE))
    latest = None
    while coming <= now:
        latest, coming = coming, schedule.after(coming)
    return latest


def heartbeat(
    at: datetime,
    since: datetime,
    now: datetime,
    activity: Activity,
    sources: Iterable[Health],
    covered: Sequence[RuleCoverage],
    problems: Sequence[Problem],
    channels: tuple[str, ...],
    zone: tzinfo = UTC,
) -> Alert:
    """The alert of the scheduled time `at`, on what happened `since`. `sources`: how those are that are switched on;
    `problems`: those for which the files on disk are not in force; `zone`: that of the schedule."""
    health = Counter(source.word for source in sources)
    wrong = list(_wrong(activity, covered, problems))
    sources_well = f"{health['healthy']} of {_number(health.total(), 'source')} healthy"
    figures = f"{_number(activity.articles, 'article')} read, {sources_well}"
    if wrong:
        headline = f"{_capital('; '.join(words for words, _ in wrong))}; {figures}"
    else:
        opening = f"All well: {_number(activity.alerts, 'alert')}" if activity.alerts else "All quiet"
        headline = f"{opening}{',' if activity.alerts else ':'} {figures}, {_covered(covered)}"
    ill = [f"{number} {word}" for word, number in health.most_common() if word != "healthy"]
    lines = [f"{_capital(words)}: {what}" for words, what in wrong]
    if ill:
        lines.append(f"{_capital(sources_well)}, {', '.join(ill)}; see monitor sources list --unhealthy")
    routing = Routing(channels, "heartbeat.to in channels.yaml")
    severity = Severity.MEDIUM if wrong else Severity.LOW
    key = f"{OWN_RULE}:{at:%Y-%m-%dT%H:%MZ}"
    reason = _reason(at, since, now, activity, zone)
    return own_alert(OWN_RULE, "Heartbeat", key, severity, headline, reason, lines, now, routing, about=at)


def _wrong(
    activity: Activity, covered: Sequence[RuleCoverage], problems: Sequence[Problem]
) -> Iterator[tuple[str, str]]:
    """What is wrong, the worst first, and what to do about it."""
    if blind := [item.rule for item in covered if item.blind]:
        more = f" and {len(blind) - _NAMED} more" if len(blind) > _NAMED else ""
        verb = "is" if len(blind) == 1 else "are"
        words = f"{_number(len(blind), 'rule')} {verb} blind ({', '.join(blind[:_NAMED])}{more})"
        yield words, "what happens there is not seen; see monitor coverage"
    if activity.dead:
        yield f"{_number(activity.dead, 'delivery', 'deliveries')} given up", "see monitor deliveries list"
    if activity.overdue:
        yield f"{_number(activity.overdue, 'delivery', 'deliveries')} overdue", "see monitor deliveries list"
    if problems:
        # Where, and not what: the words of a problem may quote the file.
        first = problems[0]
        place = f"{first.file}:{first.line}" if first.line else first.file
        what = f"the last good ones stay in force; {_number(len(problems), 'problem')}, the first in {place}"
        yield "watchlists on disk not in force", f"{what}; see monitor check"


def _reason(at: datetime, since: datetime, now: datetime, activity: Activity, zone: tzinfo) -> str:
    done = (
        f"Since {time_words(since, zone)}: {_number(activity.articles, 'article')} read, "
        f"{_number(activity.alerts, 'alert')}, {_number(activity.sent, 'delivery', 'deliveries')} made, "
        f"{activity.waiting or 'none'} waiting, {activity.dead or 'none'} given up."
    )
    return f"{done} It was due at {time_words(at, zone, now)}." if now - at > _PUNCTUAL else done


def _covered(covered: Sequence[RuleCoverage]) -> str:
    seeing = sum(item.life is Life.ALIVE for item in covered)
    if seeing < len(covered) or not covered:
        return f"{seeing} of {_number(len(covered), 'rule')} covered"
    return f"all {len(covered)} rules covered" if len(covered) > 1 else "the one rule covered"


def _number(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
