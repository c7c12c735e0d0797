"""The dates that feeds and pages write, in the order: RFC 822, ISO 8601, local forms.

feedparser's own reading is not used: it takes MSK and EEST for UTC and knows no local month names.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

# Hours east of Greenwich. Names that mean different things in different places are left out.
_ZONES = {
    "utc": 0, "gmt": 0, "ut": 0, "z": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "cest": 2, "mest": 2,
    "eet": 2, "eest": 3, "msk": 3, "msd": 4, "trt": 3, "azt": 4, "azst": 5, "get": 4, "amt": 4, "samt": 4, "yekt": 5,
    "est": -5, "et": -5, "edt": -4, "cst": -6, "ct": -6, "cdt": -5, "mst": -7, "mt": -7, "mdt": -6, "pst": -8,
    "pt": -8, "pdt": -7, "ast": -4, "at": -4, "adt": -3, "jst": 9, "kst": 9, "мск": 3,
}  # fmt: skip
# A feed that names no zone means its readers' clock.
_HOME = {
    "az": "Asia/Baku", "hy": "Asia/Yerevan", "ka": "Asia/Tbilisi", "tr": "Europe/Istanbul", "uk": "Europe/Kyiv",
    "ru": "Europe/Moscow", "ro": "Europe/Bucharest", "bg": "Europe/Sofia", "el": "Europe/Athens", "be": "Europe/Minsk",
}  # fmt: skip
# First letters of month names: en, de, fr, ro / ru / uk / az / tr / hy / ka.
_MONTHS = (
    "jan ian янв січ yan oca հունվ იან",
    "feb fev fév фев лют şub փետ თებ",
    "mar mär мар бер մար მარ",
    "apr avr апр кві nis ապր აპრ",
    "may mai мая май тра մայ მაი",
    "jun jui iun июн чер iyun haz հունիս ივნ",
    "jul juil iul июл лип iyul tem հուլ ივლ",
    "aug aoû aou авг сер avq ağu օգ აგვ",
    "sep сен вер sen eyl սեպ სექ",
    "oct okt окт жов eki հոկ ოქტ",
    "nov noi ноя лис noy kas նոյ ნოე",
    "dec dez déc дек гру dek ara դեկ დეკ",
)
_STEMS = sorted(
    ((stem, number) for number, stems in enumerate(_MONTHS, 1) for stem in stems.split()),
    key=lambda pair: -len(pair[0]),
)
_WORD = r"([^\W\d_]{3,12})"
_DATES = (
    (re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[\s.,-]+{_WORD}[\s.,-]+(\d{{4}}|\d{{2}})(?![\d:])"), "dmy"),
    (re.compile(r"(?<!\d)(\d{4})[-./年년]\s?(\d{1,2})[-./月월]\s?(\d{1,2})(?!\d)"), "ymd"),
    (re.compile(r"(?<!\d)(\d{4})(\d{2})(\d{2})(?=T|$)"), "ymd"),
    (re.compile(r"(?<!\d)(\d{1,2})[./-](\d{1,2})[./-](\d{4}|\d{2})(?![\d:])"), "dmy"),
    (re.compile(rf"{_WORD}[\s.]+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?:.{{0,30}}\s)?(\d{{4}})(?!\d)"), "mdy"),
)
_TIME = re.compile(r"(?<![\d:+-])(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?(?![\d:])(?:\s*([ap])\.?m\b\.?)?", re.I)
_OFFSET = re.compile(r"(?:(?<=[\s\dTCM])|^)([+-])(\d{1,2}):?([0-5]\d)?(?!\d)")
_NAMED = re.compile(r"(?<![^\W\d_])([A-Za-z]{1,4}|[Мм][Сс][Кк])(?![^\W\d_]|/)")
_OTHER_TIMES = (  # "14.30" after the day; "T143000"
    re.compile(r"(?<![\d.:+-])([01]?\d|2[0-3])\.([0-5]\d)(?![\d.:])"),
    re.compile(r"T([01]\d|2[0-3])([0-5]\d)([0-5]\d)?(?=[Z+-]|\s|$)"),
)
_PLACE = re.compile(r"\b([A-Z][a-z]+/[A-Z][A-Za-z_]+)\b")
_USUAL = re.compile(  # in feeds
    r"(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) ((?:19|20)\d\d) (\d\d):(\d\d):([0-5]\d)"
    r" (?:GMT|UTC|([+-])(0\d|1[0-4])([0-5]\d))",
    re.ASCII,
)
_ENGLISH = {stems[:3].title(): number for number, stems in enumerate(_MONTHS, 1)}
_EPOCH = re.compile(r"\d{10}|\d{13}")


def parse_date(raw: str, language: str, now: datetime) -> datetime | None:
    """UTC, never later than `now`; None when it cannot be read. Without a zone, the language's home clock."""
    text = raw.strip()[:100]
    found = _read(text, language) if text else None
    if found is None or found.year <= 1970:  # the epoch stands for no date at all
        return None
    return min(found, now)


def _colons(rest: str) -> str:
    """A time written in another way, as the others are."""
    for pattern in _OTHER_TIMES:
        rest, found = pattern.subn(lambda time: " " + ":".join(filter(None, time.groups())), rest, count=1)
        if found:
            break
    return rest


def _read(text: str, language: str) -> datetime | None:
    usual = _USUAL.fullmatch(text)
    if usual and (found := _usual(*usual.groups())):
        return found
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text[:10]), UTC)
    for pattern, order in _DATES:
        match = pattern.search(text)
        day = _day(match.groups(), order) if match else None
        if match and day:
            rest = f"{text[: match.start()]} {text[match.end() :]}"
            if order == "mdy":  # "Jul 15 01:16:00 +0000 2012": the time stands inside
                rest = match[0][match.end(2) - match.start() : -4] + rest
            return _at(day, rest, language)
    return None


def _usual(day: str, month: str, year: str, *rest: str) -> datetime | None:
    """What `_at` would make of it, at a third of the price; None for what is no such date."""
    hour, minute, second, sign, *east = rest
    try:
        told = datetime(int(year), _ENGLISH[month], int(day), int(hour), int(minute), int(second), tzinfo=UTC)
    except (KeyError, ValueError):
        return None
    if not sign:
        return told
    offset = timedelta(hours=int(east[0]), minutes=int(east[1]))
    return told - offset if sign == "+" else told + offset


def _day(parts: tuple[str, ...], order: str) -> tuple[int, int, int] | None:
    named = dict(zip(order, parts, strict=True))
    month = int(named["m"]) if named["m"].isdigit() else _month(named["m"])
    day, year = int(named["d"]), int(named["y"])
    if order == "dmy" and month and month > 12 >= day:
        day, month = month, day  # the American order
    if not month or not 1 <= month <= 12 or not 1 <= day <= 31:
        return None
    return (year + 2000 if year < 70 else year + 1900 if year < 100 else year), month, day


def _month(word: str) -> int | None:
    folded = word.lower().replace("i̇", "i")
    return next((number for stem, number in _STEMS if folded.startswith(stem)), None)


def _at(day: tuple[int, int, int], rest: str, language: str) -> datetime | None:
    rest = rest if ":" in rest else _colons(rest)
    clock = _TIME.search(rest)
    hour, minute, second = (int(clock[i] or 0) for i in (1, 2, 3)) if clock else (0, 0, 0)
    if clock and clock[4]:
        hour = hour % 12 + (12 if clock[4].lower() == "p" else 0)
    zone = _zone(rest[clock.end(3) if clock and clock[3] else clock.end(2) :] if clock else rest, rest, language)
    try:
        return datetime(*day, hour, minute, 59 if second == 60 else second, tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(after: str, whole: str, language: str) -> tzinfo:
    """The zone written after the time, or else anywhere; the home clock where none is."""
    place = _PLACE.search(whole)
    if place:
        try:
            return ZoneInfo(place[1])
        except (KeyError, ValueError, OSError):
            pass
    offset = _OFFSET.search(after)
    if offset and int(offset[2]) <= 14:
        delta = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(delta if offset[1] == "+" else -delta)
    for name in _NAMED.findall(after):
        if name.lower() in _ZONES:
            return timezone(timedelta(hours=_ZONES[name.lower()]))
    home = _HOME.get(language[:2])
    return ZoneInfo(home) if home else UTC
