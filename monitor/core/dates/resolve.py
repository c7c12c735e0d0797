"""From what was written to a span of days. Each function takes the named parts of one find."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from monitor.core.model import DateSpan

# A day without a year is taken in the year that puts it here, in days from publication: news looks
# back further than it looks ahead. The window is one year long, so there is one answer.
_BACK, _AHEAD = 290, 75
_ANCHOR_REACH = 200  # characters within which "two days earlier" refers to the date named before
# Days in a unit, how many days either way a count of it may mean, and the kind of mention it makes.
_LENGTHS = {
    "day": (1, 0, "relative"),
    "week": (7, 1, "relative"),
    "month": (30, 12, "vague"),
    "year": (365, 183, "vague"),
}
WEEKDAY = "weekday"  # how `on_weekday` calls a bare one
_SEASONS = {"winter": 12, "spring": 3, "summer": 6, "autumn": 9}


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text: its place (code points, end exclusive) and the days it may mean.

    `exact` is true for spans of at most two days. Kinds: `day` (with day and month), `relative`
    (told from publication: yesterday, on Monday), `range`, `month`, `season`, `year`, `vague`.
    `weekday`: a bare day of the week, taken as the last one; `yearless`: a day and a month, taken as in the year that
    is closest (somewhat sooner the past one). Only the verb tells whether the next one is meant.
    """

    start: int
    end: int
    span: DateSpan
    exact: bool
    kind: str
    weekday: bool = False
    yearless: bool = False


@dataclass(frozen=True, slots=True)
class Names:
    """What the words of one language stand for; each function answers None for a word it does not know."""

    month: Callable[[str], int | None]
    weekday: Callable[[str], int | None]
    number: Callable[[str], int | None]
    unit: Callable[[str], str | None]
    season: Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Find:
    """One find: its named parts, the fixed parameters of its rule, and what to resolve them against."""

    parts: Mapping[str, str]
    fixed: tuple[int, ...]
    names: Names
    published: datetime
    at: int
    before: DateMention | None

    @property
    def today(self) -> date:
        return self.published.date()

    def has(self, part: str) -> bool:
        return part in self.parts

    def number(self, part: str = "number") -> int | None:
        """The count told; one where only the unit stands (неделю назад)."""
        text = self.parts.get(part)
        if text is None:
            return 1
        return int(text) if text.isdecimal() else self.names.number(text)

    def year(self) -> int | None:
        return int(self.parts["year"]) if "year" in self.parts else None


Resolved = tuple[DateSpan, str] | None


def _days(first: date, count: int = 0) -> DateSpan:
    return DateSpan(first, first + timedelta(days=count))


def _shifted(day: date, first: int, last: int) -> DateSpan:
    return DateSpan(day + timedelta(days=first), day + timedelta(days=last))


def _month(year: int, month: int) -> DateSpan:
    """The whole month; `month` may run over either end of the year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return DateSpan(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _nearest(today: date, make: Callable[[int], date]) -> int | None:
    """The year for which `make` gives a day in the window around `today`."""
    for year in (today.year, today.year - 1, today.year + 1):
        try:
            gap = (make(year) - today).days
        except ValueError:  # 29 February
            continue
        if -_BACK <= gap < _AHEAD:
            return year
    return None


def _day(find: Find, day: int, month: int, year: int | None) -> date | None:
    if year is None:
        year = _nearest(find.today, lambda y: date(y, month, day))
    try:
        return date(year, month, day) if year else None
    except ValueError:
        return None


def on_day(find: Find) -> Resolved:
    """Day and month, with or without a year; a second day makes a range; `eve` is the night before."""
    month2 = find.names.month(find.parts.get("month2") or find.parts["month"])
    month = find.names.month(find.parts.get("month", "")) or month2
    if not month or not month2:
        return None
    last_day = int(find.parts.get("day2") or find.parts["day"])
    last = _day(find, last_day, month2, _relative_year(find))
    if last is None:
        return None
    if not find.has("day2"):
        return _night(find, last), "range" if find.has("eve") else "day"
    first = _day(find, int(find.parts["day"]), month, last.year - (month > month2))
    if first is None or not 0 <= (last - first).days <= 92:
        return None
    return DateSpan(first, last), "range"


def same_month(find: Find) -> Resolved:
    """A second day that borrows month and year from the day named right before it: August 6 and 8."""
    before = find.before
    if before is None or before.kind != "day" or find.at - before.end > 1:
        return None
    return _days(before.span.last.replace(day=int(find.parts["day"]))), "day"


def day_alone(find: Find) -> Resolved:
    """A day without its month (on the 20th), of the month named before it in the sentence."""
    before = find.before
    if before is None or before.kind not in ("day", "range", "month"):
        return None
    return _night(find, before.span.last.replace(day=int(find.parts["day"]))), "range" if find.has("eve") else "day"


def _night(find: Find, day: date) -> DateSpan:
    """`eve`: the night that ends on `day`; `over`: the night that begins on it."""
    return _shifted(day, -find.has("eve"), find.has("over"))


def numeric(find: Find) -> Resolved:
    """Figures only: year, month and day."""
    try:
        day = date(int(find.parts["year"]), int(find.parts["monthno"]), int(find.parts["day"]))
    except ValueError:
        return None
    return _days(day), "day"


def on_weekday(find: Find) -> Resolved:
    weekday = find.names.weekday(find.parts["weekday"])
    if weekday is None:
        return None
    back = (find.today.weekday() - weekday) % 7
    monday = find.today - timedelta(days=find.today.weekday())
    if find.has("lastweek"):
        day = monday + timedelta(days=weekday - 7)
    elif find.has("nextweek"):
        day = monday + timedelta(days=weekday + 7)
    elif find.has("next"):
        day = find.today + timedelta(days=7 - back)
    elif find.has("this"):
        day = monday + timedelta(days=weekday)
    else:
        day = find.today - timedelta(days=back or (7 if find.has("last") else 0))
        return _night(find, day), "relative" if find.has("last") else WEEKDAY
    return _night(find, day), "relative"


def offset(find: Find) -> Resolved:
    """Fixed days from publication: yesterday is (-1, -1), overnight (-1, 0)."""
    return _shifted(find.today, *find.fixed), "relative"


def vague(find: Find) -> Resolved:
    return _shifted(find.today, *find.fixed), "vague"


def _units_away(find: Find, anchor: datetime, sign: int) -> Resolved:
    count, unit = find.number(), find.names.unit(find.parts["unit"])
    if count is None or unit is None or count > 400:
        return None
    if unit == "hour":
        return _days((anchor + timedelta(hours=sign * count)).date()), "relative"
    length, slack, kind = _LENGTHS[unit]
    days = sign * count * length
    if unit == "day" and count > 14:
        slack = 2
    return _shifted(anchor.date(), days - slack, days + slack), kind


def ago(find: Find) -> Resolved:
    return _units_away(find, find.published, -1)


def ahead(find: Find) -> Resolved:
    return _units_away(find, find.published, 1)


def _anchored(find: Find, sign: int) -> Resolved:
    before = find.before
    if before is None or not before.exact or find.at - before.end > _ANCHOR_REACH:
        return None
    noon = datetime.combine(before.span.first, time(12), UTC)
    return _units_away(find, noon, sign)


def earlier(find: Find) -> Resolved:
    """Before the date named last ("two days earlier"); nothing without one."""
    return _anchored(find, -1)


def later(find: Find) -> Resolved:
    """After the date named last; nothing without one."""
    return _anchored(find, 1)


def ahead_or_later(find: Find) -> Resolved:
    """Languages that say both alike: after the date named last where there is one, else from publication.

    Months and years ahead without such a date are stories told ("a year later"), not plans.
    """
    near = find.names.unit(find.parts["unit"]) in {"hour", "day", "week"}
    return _anchored(find, 1) or (ahead(find) if near else None)


def week(find: Find) -> Resolved:
    """The week (Monday to Sunday) `fixed` weeks from that of publication."""
    monday = find.today - timedelta(days=find.today.weekday()) + timedelta(weeks=find.fixed[0])
    return _days(monday, 6), "range"


def weekend(find: Find) -> Resolved:
    """The weekend that began last (0), the one before (-1) or the next (1)."""
    saturday = find.today - timedelta(days=(find.today.weekday() - 5) % 7) + timedelta(weeks=find.fixed[0])
    return _days(saturday, 1), "relative"


def months_away(find: Find) -> Resolved:
    return _month(find.today.year, find.today.month + find.fixed[0]), "month"


def year_away(find: Find) -> Resolved:
    year = find.today.year + find.fixed[0]
    return DateSpan(date(year, 1, 1), date(year, 12, 31)), "year"


def _part(span: DateSpan, find: Find) -> DateSpan:
    """The third of a month that `early`, `mid` or `late` names."""
    first = span.first
    if find.has("early"):
        return DateSpan(first, first.replace(day=10))
    if find.has("mid"):
        return DateSpan(first.replace(day=11), first.replace(day=20))
    return DateSpan(first.replace(day=21), span.last) if find.has("late") else span


def _relative_year(find: Find) -> int | None:
    if find.has("lastyear"):
        return find.today.year - 1
    return find.today.year if find.has("thisyear") else find.year()


def in_month(find: Find) -> Resolved:
    month = find.names.month(find.parts["month"])
    if not month:
        return None
    year = _relative_year(find)
    if year is None and find.has("last"):
        year = find.today.year - (month >= find.today.month)
    elif year is None and find.has("next"):
        year = find.today.year + (month <= find.today.month)
    year = year or _nearest(find.today, lambda y: date(y, month, 15))
    return (_part(_month(year, month), find), "month") if year else None


def in_season(find: Find) -> Resolved:
    season = find.names.season(find.parts["season"])
    if not season:
        return None
    start = _SEASONS[season]
    year = _relative_year(find)
    if year is None:
        year = find.today.year - (start > find.today.month or find.has("last"))
    elif season == "winter":
        year -= 1  # the winter of a year is mostly its first months
    return DateSpan(_month(year, start).first, _month(year, start + 2).last), "season"


def in_year(find: Find) -> Resolved:
    year = int(find.parts["year"])
    return DateSpan(date(year, 1, 1), date(year, 12, 31)), "year"


def since_new_year(find: Find) -> Resolved:
    """Earlier this year: from New Year to publication."""
    return DateSpan(date(find.today.year, 1, 1), find.today), "vague"
