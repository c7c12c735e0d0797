"""Several alerts in one message, as its reader sees them: how many and why together, then one line for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.alerts import Alert, Occasion
from monitor.core.channels import ChannelPolicy
from monitor.core.model import Severity
from monitor.core.render import LONGEST_HEADLINE, REPEAT, Code, count, cut, link, neutral
from monitor.core.view import field, mark_of, time_words

WHERE = "monitor alerts list"
MOST_SHOWN = 60  # nobody reads more at once
MOST_WORDS = LONGEST_HEADLINE
_OWN = "the monitor itself"
_RANK = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Item:
    """One alert of a summary."""

    mark: str
    severity: str
    headline: str
    key: str
    watchlist: str
    alerted: str = ""  # when; the day only where it is not that of the message
    article: str = ""  # a link
    answer: str = ""  # a link: acknowledge, snooze, reject


@dataclass(frozen=True, slots=True)
class Group:
    """The alerts of one watchlist, the severest first. `name` is its file, or says that they tell of the monitor."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """Several alerts in one message, for templates. `left` is how many are not shown, and `where` shows all of them:
    a command, or a link."""

    subject: str  # stands alone on a lock screen
    mark: str  # of the severest
    severity: str
    headline: str  # how many, and why together
    sent: str
    where: str
    total: int
    items: tuple[Item, ...]
    left: int = 0
    notes: tuple[str, ...] = ()

    @property
    def groups(self) -> tuple[Group, ...]:
        """By watchlist; that of the severest alert first."""
        names = dict.fromkeys(item.watchlist for item in self.items)
        return tuple(Group(name, tuple(item for item in self.items if item.watchlist == name)) for name in names)


def summary_of(
    occasion: Occasion,
    alerts: Sequence[Alert],
    policy: ChannelPolicy,
    now: datetime,
    *,
    answers: Sequence[str] = (),
    where: str = "",
    doubtful: bool = False,
) -> Summary:
    """What a message on these alerts says; `answers` are their links, in the same order. `doubtful`: it may have
    arrived before."""
    worst = min(alerts, key=_rank)
    links = answers or [""] * len(alerts)
    listed = sorted(zip(alerts, links, strict=True), key=lambda pair: (_rank(pair[0]), pair[0].created_at))
    items = tuple(_item(alert, answer, time_words(alert.created_at, policy.zone, now)) for alert, answer in listed)
    headline = _headline(occasion, alerts, policy)
    mark = mark_of(worst)
    return Summary(
        subject=cut(f"[{mark}] {headline}", LONGEST_HEADLINE),
        mark=mark,
        severity=worst.severity.value,
        headline=headline,
        sent=time_words(now, policy.zone),
        where=link(where) or WHERE,
        total=len(alerts),
        items=items[:MOST_SHOWN],
        left=len(items[MOST_SHOWN:]),
        notes=(REPEAT,) if doubtful else (),
    )


def leaner_summary(summary: Summary) -> Iterator[Summary]:
    """The summary, then versions of it that say less: links go first, then times, then words, then whole alerts, the
    least severe first. None of them is left uncounted."""
    yield summary
    for gone in ("answer", "alerted"):
        summary = replace(summary, items=tuple(replace(item, **{gone: ""}) for item in summary.items))
        yield summary
    for most in (100, 70):
        summary = _with(summary, (replace(item, headline=cut(item.headline, most)) for item in summary.items))
        yield summary
    while summary.items:
        summary = _with(summary, summary.items[: len(summary.items) * 9 // 10])
        yield summary
    summary = replace(summary, notes=())
    for most in (60, 20):
        summary = replace(summary, headline=cut(summary.headline, most), subject=cut(summary.subject, most))
        yield summary


def _with(summary: Summary, items: Iterable[Item]) -> Summary:
    kept = tuple(items)
    return replace(summary, items=kept, left=summary.total - len(kept))


def _item(alert: Alert, answer: str, alerted: str) -> Item:
    return Item(
        mark=mark_of(alert),
        severity=alert.severity.value,
        headline=cut(field(alert.headline), MOST_WORDS),
        key=Code(neutral(alert.key)),
        watchlist=_OWN if alert.of_ourselves else neutral(alert.watchlist),
        alerted=alerted,
        article=link(alert.article_url),
        answer=link(answer),
    )


def _rank(alert: Alert) -> tuple[bool, int]:
    return alert.of_ourselves, _RANK[alert.severity]


def _headline(occasion: Occasion, alerts: Sequence[Alert], policy: ChannelPolicy) -> str:
    told = count(len(alerts), "alert")
    if occasion is Occasion.STORM:
        times = [alert.created_at for alert in alerts]
        return f"Storm: {told} in {_span(max(times) - min(times))}"
    if occasion is Occasion.DIGEST:
        lists = Counter(alert.watchlist for alert in alerts if alert.watchlist and not alert.of_ourselves)
        named = f", {count(len(lists), 'watchlist')}" if lists else ""
        return f"{_rhythm(policy)} digest: {told}{named}"
    if occasion is Occasion.REMINDER:
        return f"{told} still unacknowledged"
    lasted = {
        Occasion.QUIET: "while quiet hours lasted",
        Occasion.SILENCE: "while a silence lasted",
        Occasion.SNOOZE: "while their events were snoozed",
    }
    return f"{told} {lasted[occasion]}"


def _rhythm(policy: ChannelPolicy) -> str:
    days = policy.digest.schedule.days if policy.digest else ()
    return "Weekly" if len(days) == 1 else "Daily"


def _span(span: timedelta) -> str:
    """40 s, 12 min, 3 h: in the unit in which it is a small number."""
    seconds = max(int(span.total_seconds()), 1)
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7200 else f"{seconds // 3600} h"
