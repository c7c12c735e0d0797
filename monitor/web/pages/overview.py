"""Overview: what happened, and whether we are still listening."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from monitor.configuration import Configuration
from monitor.core.model import Severity
from monitor.core.quiet import Certificate, Quiet, certify, percentile
from monitor.store.accounts import Troubles
from monitor.store.shown.overview import Steps, Totals, Work
from monitor.store.views import AlertRow
from monitor.web.paths import looks
from monitor.web.pictures import Bar, bars, path_of
from monitor.web.remembered import Remembered
from monitor.web.site import Site

DAYS = 30
_LATELY, _WEEK = timedelta(hours=24), timedelta(days=7)
_LOOKED_AT, _SHOWN = 200, 8  # alerts
_PATIENCE = timedelta(minutes=5)  # after which what waits is late
_SILENCE = timedelta(minutes=15)  # without any poll: nobody polls
_PERCENTS = (50, 95)
_SEVERITIES = [severity.value for severity in reversed(Severity)]  # low first: it lies at the bottom
_HEALTH = ("healthy", "quiet", "failing", "blocked", "gone", "new")
_ORDER = {word: place for place, word in enumerate((Quiet.BLIND, Quiet.PARTLY, Quiet.WAITING, Quiet.NEWS, Quiet.QUIET))}


@dataclass(frozen=True, slots=True)
class Place:
    """A country with its sources and what came from there."""

    country: str
    sources: int
    healthy: int
    read: int
    alerts: int


@dataclass(frozen=True, slots=True)
class Listening:
    """How the sources are; `asked_at` is when the last one was. `polled`: how many were asked in the last minutes."""

    sources: int
    words: Mapping[str, int]
    asked_at: datetime | None
    polled: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Of so many columns, each with its label and figures; `most` is the height of the picture. `path` draws all bars
    in one colour: fifty pictures of them are a third of the page otherwise."""

    bars: Sequence[Bar]
    path: str
    columns: Sequence[tuple[date, Mapping[str, int]]]
    most: int
    total: int


@dataclass(frozen=True, slots=True)
class Month:
    """What is looked up once a minute."""

    totals: Totals
    steps: Sequence[tuple[str, int, Sequence[timedelta | None]]]
    listening: Listening
    certificates: Sequence[Certificate]
    places: Sequence[Place]
    volumes: Mapping[str, Picture]  # by rule


@dataclass(frozen=True, slots=True)
class Today:
    """What is looked up again when anything was told or answered, at least every five seconds. `alerts`: the latest of
    each event."""

    alerts: Sequence[AlertRow]
    more: bool  # than were looked at
    work: Work
    stuck: Troubles


@dataclass(frozen=True, slots=True)
class Trouble:
    """`kind`: bad or warn. `path` is where to look, "" if that is no page."""

    kind: str
    words: str
    path: str = ""


def routes(site: Site) -> list[BaseRoute]:
    month = Remembered(lambda now: _month(site, now))
    today = Remembered(lambda now: _today(site, now), timedelta(seconds=5))
    return [looks(site, "/", lambda site, request: _page(site, request, month, today))]


def _page(site: Site, request: Request, month: Remembered[Month], today: Remembered[Today]) -> Response:
    now, zone = site.now(), site.zone_of(request)
    stands = today.get(now, site.shown.overview.newest()).value
    open_ = [row for row in stands.alerts if _is_open(row, now)]
    found = month.get(now, site.configuration().stamp)
    return site.page(
        request,
        "overview.html",
        latest=[*open_, *(row for row in stands.alerts if row not in open_)][:_SHOWN],
        open_events=open_,
        more=stands.more,
        work=stands.work,
        stuck=stands.stuck,
        month=found.value,
        found_at=found.at,
        troubles=list(_troubles(found.value, stands, now)),
        timeline=_timeline(found.value.totals, now, zone),
        severities=list(reversed(_SEVERITIES)),
    )


# --- now -----------------------------------------------------------------------------------------


def _today(site: Site, now: datetime) -> Today:
    alerts = site.views.alerts(since=now - _WEEK, limit=_LOOKED_AT)
    return Today(
        _events(alerts),
        len(alerts) == _LOOKED_AT,
        site.shown.overview.work(now, _PATIENCE),
        site.shown.overview.stuck(now - _LATELY, now),
    )


def _events(rows: Iterable[AlertRow]) -> list[AlertRow]:
    """The latest alert of each event, newest first; what the monitor tells of itself stands elsewhere."""
    found: dict[str, AlertRow] = {}
    for row in rows:
        if not (row.alert.of_ourselves or row.alert.shadow):
            found.setdefault(row.alert.thread, row)
    return list(found.values())


def _is_open(row: AlertRow, now: datetime) -> bool:
    return row.standing.answered is None and row.standing.snoozed_until(now) is None


def _troubles(month: Month, today: Today, now: datetime) -> Iterator[Trouble]:
    """What keeps somebody from hearing of something, the worst first."""
    listening, work, stuck = month.listening, today.work, today.stuck
    if listening.sources and (listening.asked_at is None or now - listening.asked_at > _SILENCE):
        yield Trouble("bad", "Nothing has been polled for a quarter of an hour: the monitor may not be running.")
    elif work.unasked:
        yield Trouble("warn", f"Sources that should have been asked five minutes ago: {work.unasked:,}.", "/sources")
    if blind := [item for item in month.certificates if item.word is Quiet.BLIND]:
        yield Trouble("bad", f"Blind rules, which no living source could carry: {_named(blind)}.", "/rules")
    if stuck.dead:
        yield Trouble("bad", f"Deliveries given up in the last 24 hours: {stuck.dead:,}.", "/alerts")
    if stuck.overdue:
        yield Trouble("bad", f"Deliveries overdue by a quarter of an hour or more: {stuck.overdue:,}.", "/alerts")
    if work.late:
        yield Trouble("warn", f"Articles that should have been read five minutes ago: {work.late:,}.", "/articles")
    if ill := sum(listening.words.get(word, 0) for word in ("failing", "blocked", "gone")):
        yield Trouble("warn", f"Sources that fail, block us or are gone: {ill:,} of {listening.sources:,}.", "/sources")
    if deaf := [item for item in month.certificates if item.word is Quiet.PARTLY]:
        yield Trouble("warn", f"Rules that nobody hears in some language: {_named(deaf)}.", "/rules")


def _named(items: Sequence[Certificate]) -> str:
    more = f" and {len(items) - 3} more" if len(items) > 3 else ""
    return ", ".join(item.title for item in items[:3]) + more


# --- once a minute -------------------------------------------------------------------------------


def _month(site: Site, now: datetime) -> Month:
    configuration, shown = site.configuration(), site.shown.overview
    since = (now - timedelta(days=DAYS - 1)).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    totals = shown.totals(since - timedelta(days=1), now - _LATELY)  # a day more: the reader's begin at other times
    surveyed = site.surveyed()
    asked = [(source, state) for source, state in surveyed.polled if source.enabled]
    words = {source.id: surveyed.words[source.id] for source, _ in asked}
    counted = Counter(words.values())
    polls = [state.last_poll_at for _, state in asked if state.last_poll_at]
    listening = Listening(
        len(asked),
        {word: counted[word] for word in _HEALTH if counted[word]},
        max(polls, default=None),
        sum(surveyed.at - at <= _PATIENCE for at in polls),  # of what was polled since then nothing is known yet
    )
    certificates = certify(
        surveyed.covered.values(),
        totals.read_lately,
        totals.touched_lately,
        totals.alerts_lately,
        totals.last,
    )
    certificates.sort(key=lambda item: (_ORDER[item.word], item.title))
    volumes = {item.rule: _volume(totals, item.rule, now) for item in certificates}
    return Month(
        totals, _steps(shown.steps(since)), listening, certificates, _places(configuration, words, totals), volumes
    )


def _steps(steps: Steps) -> list[tuple[str, int, Sequence[timedelta | None]]]:
    named = {
        "Published → first seen": steps.seen,
        "First seen → judged": steps.judged,
        "Judged → first sent": steps.sent,
        "Published → first sent": steps.told,
    }
    return [(name, len(values), [percentile(values, at) for at in _PERCENTS]) for name, values in named.items()]


def _places(configuration: Configuration, words: Mapping[str, str], totals: Totals) -> list[Place]:
    """By country; that of the most alerts first."""
    sources: Counter[str] = Counter()
    healthy: Counter[str] = Counter()
    read: Counter[str] = Counter()
    for source in configuration.sources:
        read[source.country] += totals.read_lately.get(source.id, 0)
        if source.id in words:
            sources[source.country] += 1
            healthy[source.country] += words[source.id] == "healthy"
    names = {*sources, *totals.by_country}
    places = [Place(name, sources[name], healthy[name], read[name], totals.by_country.get(name, 0)) for name in names]
    return sorted(places, key=lambda place: (-place.alerts, -place.read, place.country))


# --- pictures ------------------------------------------------------------------------------------


def _timeline(totals: Totals, now: datetime, zone: tzinfo) -> Picture:
    """Alerts by day of the reader's zone and by severity."""
    today = now.astimezone(zone).date()
    days = {today - timedelta(days=ago): Counter[str]() for ago in range(DAYS - 1, -1, -1)}
    for (hour, severity), count in totals.by_hour.items():
        if (day := hour.astimezone(zone).date()) in days:
            days[day][severity] += count
    return _picture(list(days.items()), _SEVERITIES)


def _volume(totals: Totals, rule: str, now: datetime) -> Picture:
    """Articles on the rule's subject by day in UTC."""
    days = [now.date() - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
    return _picture([(day, {"series": totals.touched.get((rule, day), 0)}) for day in days], ["series"])


def _picture(columns: Sequence[tuple[date, Mapping[str, int]]], kinds: Sequence[str]) -> Picture:
    sums = [sum(figures.values()) for _, figures in columns]
    drawn = bars([figures for _, figures in columns], kinds)
    return Picture(drawn, path_of(drawn), columns, max(sums, default=0), sum(sums))
