"""A message as its reader sees it: every field in words, harmless, and short enough to be read.

Templates put the fields into a form; they decide nothing and can break nothing. What gives way first when room is
short stands here as well, so that every form gives up the same things.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from monitor.core.alerts import Alert, Delivery, Hold, Purpose
from monitor.core.model import Evidence
from monitor.core.render import (
    ASSERTIONS,
    ATTRIBUTIONS,
    LONGEST_FIELD,
    LONGEST_HEADLINE,
    REPEAT,
    TIERS,
    Code,
    cut,
    language_of,
    link,
    neutral,
    plain,
)
from monitor.core.responses import UNANSWERED, Standing

MOST_EVIDENCE = 3
MOST_POINTS = 5
MOST_TERMS = 6
_LONGEST_CHANGE = 200
_LONGEST_NAME = 80

_HELD = {
    Hold.QUIET: "quiet hours lasted",
    Hold.DIGEST: "its digest was not due",
    Hold.SILENCE: "a silence lasted",
    Hold.SNOOZE: "its event was snoozed",
    Hold.STORM: "many others came with it",
}


@dataclass(frozen=True, slots=True)
class View:
    """One alert, for templates. A field that does not apply is empty; texts are one line each.

    `ours` is one of the monitor itself: it has `why` and `points` (and `more`, how many are left out) instead of an
    article. Times are in UTC, with the channel's own in brackets where it has a zone.
    """

    subject: str  # stands alone on a lock screen: mark and headline
    mark: str  # CRITICAL, HIGH, MEDIUM, LOW, or MONITOR
    severity: str
    headline: str
    key: str
    command: str  # that explains the alert
    sent: str
    ours: bool = False
    update: bool = False  # it tells what became of an event that was told before
    notes: tuple[str, ...] = ()  # on this message: a repeat, a reminder, held until now, answered by whom
    was: str = ""
    became: str = ""
    title: str = ""  # of the article, where the headline does not have it
    quote: str = ""  # the sentence on which the alert rests, in the original language
    further: tuple[str, ...] = ()  # more of them
    language: str = ""  # in words; "" for English
    terms: tuple[tuple[str, str], ...] = ()  # words of the quote, each with the term that it stands for
    outlet: str = ""
    tier: str = ""
    attribution: str = ""
    assertion: str = ""
    publishers: str = ""
    published: str = ""
    first_seen: str = ""
    article: str = ""  # a link
    answer: str = ""  # a link: acknowledge, snooze, reject
    why: str = ""
    points: tuple[str, ...] = ()
    more: int = 0


# What gives way, in turn: a field, and how many units of text, or how many items, are left of it.
_GIVING_WAY = (
    ("further", 1),
    ("further", 0),
    ("terms", 0),
    ("title", 0),
    ("why", 200),
    ("points", 3),
    ("quote", 300),
    ("why", 80),
    ("quote", 160),
    ("why", 0),
    ("sent", 0),
    ("first_seen", 0),
    ("published", 0),
    ("quote", 80),
    ("points", 1),
    ("publishers", 0),
    ("notes", 1),
    ("quote", 40),
    ("quote", 0),
    ("language", 0),
    ("was", 0),
    ("outlet", 0),
    ("points", 0),
    ("notes", 0),
    ("answer", 0),
    ("headline", 80),
    ("headline", 40),
    ("subject", 60),
    ("article", 0),
    ("subject", 30),
    ("headline", 20),
)


def leaner(view: View) -> Iterator[View]:
    """The view, then versions of it that say less and less: what matters least goes first."""
    yield view
    for name, most in _GIVING_WAY:
        value = getattr(view, name)
        shorter = cut(value, most) if isinstance(value, str) else value[:most]
        if shorter != value:
            changes: dict[str, Any] = {name: shorter}
            if name == "points":
                changes["more"] = view.more + len(value) - most
            view = replace(view, **changes)
            yield view


def view_of(
    alert: Alert,
    delivery: Delivery | None,
    now: datetime,
    *,
    zone: tzinfo = UTC,
    publishers: int = 1,
    standing: Standing = UNANSWERED,
    answer: str = "",
) -> View:
    """What a message on an alert says. `answer` is the link under which people answer it, "" where there is none."""

    def at(when: datetime) -> str:
        return time_words(when, zone)

    key = Code(neutral(alert.key))
    headline = cut(neutral(alert.headline), LONGEST_HEADLINE)
    view = View(
        subject=cut(f"[{mark_of(alert)}] {_occasion(delivery)}{headline}", LONGEST_HEADLINE),
        mark=mark_of(alert),
        severity=alert.severity.value,
        headline=headline,
        key=key,
        command=Code(f"monitor alerts show {key}"),
        sent=at(now),
        notes=tuple(_notes(alert, delivery, standing, at)),
        answer=link(answer),
        why=field(alert.reason.removeprefix("Update: ")),
        ours=alert.of_ourselves,
        update=alert.is_update,
    )
    if alert.of_ourselves:
        points = tuple(field(evidence.text) for evidence in alert.evidence)
        return replace(view, points=points[:MOST_POINTS], more=max(len(points) - MOST_POINTS, 0))
    title = field(alert.article_title)
    quotes = _quotes(alert)
    return replace(
        view,
        was=cut(neutral(alert.previous), _LONGEST_CHANGE) if alert.current else "",
        became=cut(neutral(alert.current), _LONGEST_CHANGE) if alert.previous else "",
        title="" if title in view.subject else title,
        quote=next(iter(quotes), ""),
        further=tuple(list(quotes)[1:MOST_EVIDENCE]),
        language=language_of(alert.language),
        terms=_terms(next(iter(quotes.values()), None)) if language_of(alert.language) else (),
        outlet=cut(neutral(alert.outlet), _LONGEST_NAME) or "unknown outlet",
        tier=TIERS.get(alert.tier, "unrated outlet"),
        attribution=ATTRIBUTIONS[alert.attribution],
        assertion=ASSERTIONS[alert.assertion],
        publishers=f"told by {publishers} independent publishers" if publishers > 1 else "told by one publisher so far",
        published=at(alert.published),
        first_seen=time_words(alert.first_seen, zone, alert.published),
        sent=time_words(now, zone, alert.published),
        article=link(alert.article_url),
    )


def mark_of(alert: Alert) -> str:
    return "MONITOR" if alert.of_ourselves else alert.severity.upper()


def field(text: str) -> str:
    """Foreign text as one line of a message."""
    return cut(neutral(text), LONGEST_FIELD)


def time_words(when: datetime, zone: tzinfo = UTC, after: datetime | None = None) -> str:
    """2026-11-20 21:04 UTC, and in brackets what the clocks of the zone show; the day only where it is not that of
    `after`, which was told before."""
    same = after is not None and after.date() == when.date()
    told = f"{when:%H:%M} UTC" if same else f"{when:%Y-%m-%d %H:%M} UTC"
    if str(zone) == "UTC":
        return told
    there = when.astimezone(zone)
    day = "" if there.date() == when.date() else f"{there.day} {there:%b} "
    place = str(zone).rpartition("/")[2].replace("_", " ")
    return f"{told} ({day}{there:%H:%M} {place})"


def _occasion(delivery: Delivery | None) -> str:
    if delivery is None or delivery.purpose is Purpose.ALERT:
        return ""
    return "Not acknowledged: " if delivery.purpose is Purpose.ESCALATION else f"Reminder {delivery.round}: "


def _notes(alert: Alert, delivery: Delivery | None, standing: Standing, at: Callable[[datetime], str]) -> Iterator[str]:
    if delivery is not None:
        if delivery.doubtful:
            yield REPEAT
        if delivery.purpose is Purpose.REMINDER:
            yield f"Reminder {delivery.round}: nobody has acknowledged it."
        if delivery.purpose is Purpose.ESCALATION:
            first = ", ".join(cut(neutral(name), _LONGEST_NAME) for name in alert.channels) or "its channels"
            yield f"Escalated from {first}: nobody has acknowledged it there."
        if delivery.held_for in _HELD:
            since = f" since {at(delivery.created_at)}" if delivery.created_at else ""
            yield f"Held{since} while {_HELD[delivery.held_for]}."
    if answered := standing.answered:
        said = {"acknowledge": "acknowledged", "reject": "rejected", "resolve": "resolved"}[answered.answer.value]
        yield f"Its event was {said} by {cut(neutral(answered.author), _LONGEST_NAME)}, {at(answered.at)}."


def _quotes(alert: Alert) -> dict[str, Evidence]:
    """Different stretches of evidence; the title alone is none unless there is nothing else."""
    telling = [stretch for stretch in alert.evidence if plain(stretch.text) != plain(alert.article_title)]
    texts: dict[str, Evidence] = {}
    for evidence in telling or alert.evidence[:1]:
        texts.setdefault(field(evidence.text), evidence)
    texts.pop("", None)
    return texts


def _terms(evidence: Evidence | None) -> tuple[tuple[str, str], ...]:
    """Words of the sentence with what they stand for, as far as that says more than the words."""
    pairs: Sequence[tuple[str, str]] = evidence.terms if evidence else ()
    shown = [(cut(neutral(word), _LONGEST_NAME), neutral(term.replace("_", " "))) for word, term in pairs]
    return tuple((word, term) for word, term in shown if word.casefold() != term.casefold())[:MOST_TERMS]


def notice_of(channel: str, target: str, troubled: Sequence[tuple[Alert, str]]) -> View:
    """Word that a target does not take alerts. `troubled`: alerts with their errors."""
    named = neutral(channel)
    headline = f"Channel {named} does not take alerts"
    error = cut(neutral(troubled[-1][1]), LONGEST_FIELD)
    return View(
        subject=cut(f"[MONITOR] {headline}", LONGEST_HEADLINE),
        mark="MONITOR",
        severity="high",
        headline=headline,
        key="",
        command=Code(f"monitor channels test {named}"),
        sent="",
        ours=True,
        why=f"Not delivered to target {neutral(target)}, {len(troubled)} in number; the last error: {error}",
        points=tuple(f"[{mark_of(alert)}] {field(alert.headline)}" for alert, _ in troubled[:MOST_POINTS]),
        more=max(len(troubled) - MOST_POINTS, 0),
    )
