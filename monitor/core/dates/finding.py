"""The scan: one pass of one expression over the text, each find resolved by its rule."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import count

from monitor.core.dates import az, en, other, ru, tr, uk
from monitor.core.dates.resolve import WEEKDAY, DateMention, Find, Names, Resolved, on_day
from monitor.core.dates.vocabulary import Vocabulary

_VOCABULARIES: dict[str, Vocabulary] = {
    "en": en.VOCABULARY,
    "ru": ru.VOCABULARY,
    "uk": uk.VOCABULARY,
    "az": az.VOCABULARY,
    "tr": tr.VOCABULARY,
    **other.VOCABULARIES,
}
# Only replacements of one character by one: offsets must stay those of the text.
_SAME_LENGTH = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
    **dict.fromkeys("\u2019\u2018\u02bc\u2032\u00b4\u0060", "'"),
    **dict.fromkeys("\u00a0\u2007\u2009\u202f", " "),
    "İ": "i",
    "ё": "е",
    "Ё": "е",
}
_TO_REPLACE = re.compile(f"[{''.join(_SAME_LENGTH)}]")
_NUMERIC = (
    r"(?P<year>(?:19|20)\d\d)-(?P<monthno>[01]\d)-(?P<day>[0-3]\d)",
    r"(?P<day>[0-3]?\d)\.(?P<monthno>[01]?\d)\.(?P<year>(?:19|20)\d\d)",
    r"(?P<day>1[3-9]|2\d|3[01])/(?P<monthno>[01]?\d)/(?P<year>(?:19|20)\d\d)",
    r"(?P<monthno>0?\d|1[0-2])/(?P<day>1[3-9]|2\d|3[01])/(?P<year>(?:19|20)\d\d)",
)
_GAPS = re.compile(r"(\(\?<[!=][^)]*\))| \??")
_PLACES = {
    "D": r"(?P<day>0?[1-9]|[12]\d|3[01])",
    "D2": r"(?P<day2>0?[1-9]|[12]\d|3[01])",
    "Y": r"(?P<year>(?:19|20)\d\d)",
}

_YEARS = frozenset(("year", "lastyear", "thisyear"))


@dataclass(frozen=True, slots=True)
class _Scanner:
    expression: re.Pattern[str]
    rules: tuple[tuple[Callable[[Find], Resolved], tuple[int, ...]], ...]
    names: Names
    capitals: frozenset[str]


def _lookup(words: tuple[str, ...]) -> Callable[[str], int | None]:
    """The place of a word among patterns. What a pattern says of the words around it is left aside."""
    patterns = [re.compile(re.sub(r"\(\?<?[=!][^)]*\)", "", word)) for word in words]
    return cache(lambda text: next((at for at, pattern in enumerate(patterns) if pattern.fullmatch(text)), None))


def _places(words: Vocabulary) -> dict[str, str]:
    months, weekdays = "|".join(words.months), "|".join(words.weekdays)
    numbers = "|".join(sorted(words.numbers, key=len, reverse=True)) or "(?!)"
    return {
        **_PLACES,
        "M": f"(?P<month>{months})",
        "M2": f"(?P<month2>{months})",
        "W": f"(?P<weekday>{weekdays})",
        "w": f"(?:{weekdays})",
        "m": f"(?:{months})",
        "N": rf"(?P<number>\d{{1,3}}|{numbers})",
        "U": f"(?P<unit>{'|'.join(words.units.values())})",
        "S": f"(?P<season>{'|'.join(words.seasons.values()) or '(?!)'})",
    }


def _filled(template: str, places: dict[str, str]) -> str:
    """`template` with its <places> filled in and every space standing for any white space."""
    template = re.sub(r"(?<!P)<(\w+)>", lambda found: places[found.group(1)], template)
    return _GAPS.sub(_gap, template)


def _gap(found: re.Match[str]) -> str:
    if found.group(1):  # a look-behind must be of fixed width
        return found.group(1).replace(" ", r"\s")
    return r"\s{0,3}" if found.group().endswith("?") else r"\s{1,3}"


def _numbered(pattern: str, rule: int) -> str:
    """Group names carry the number of their rule and a serial, for all rules share one expression."""
    serial = count()
    return re.sub(r"\(\?P<(\w+)>", lambda found: f"(?P<{found.group(1)}__{rule}_{next(serial)}>", pattern)


def _names(words: Vocabulary) -> Names:
    month, weekday = _lookup(words.months), _lookup(words.weekdays)
    units, seasons = list(words.units), list(words.seasons)
    unit, season = _lookup(tuple(words.units.values())), _lookup(tuple(words.seasons.values()))

    def named(found: int | None, of: list[str]) -> str | None:
        return None if found is None else of[found]

    return Names(
        month=lambda text: None if (at := month(text)) is None else at + 1,
        weekday=weekday,
        number=words.numbers.get,
        unit=lambda text: named(unit(text), units),
        season=lambda text: named(season(text), seasons),
    )


@cache
def _scanner(lang: str) -> _Scanner:
    words = _VOCABULARIES[lang]
    places = _places(words)
    rules: list[tuple[Callable[[Find], Resolved], tuple[int, ...]]] = []
    patterns: list[str] = []
    for number, rule in enumerate([*words.numeric(_NUMERIC), *words.rules]):
        # The mark of the rule comes last: the engine passes over a branch at once if its first letter is another.
        patterns.append(f"(?:{_numbered(_filled(rule[1], places), number)})(?P<rule__{number}>)")
        rules.append((rule[0], rule[2:]))
    expression = re.compile(rf"(?<![\w.])(?:{'|'.join(patterns)})(?![\w])")
    return _Scanner(expression, tuple(rules), _names(words), words.capitals)


def _prepared(text: str, lang: str) -> str:
    """`text` in small letters, of the same length."""
    if lang in {"az", "tr"}:
        text = text.replace("I", "ı")
    return _TO_REPLACE.sub(lambda found: _SAME_LENGTH[found[0]], text).lower()


def _parts(found: re.Match[str]) -> tuple[int, dict[str, str]]:
    """The number of the rule that found this, and its named parts."""
    parts, rule = {}, -1
    for name, value in found.groupdict().items():
        if value is not None:
            part, _, number = name.rpartition("__")
            parts[part], rule = value, int(number.partition("_")[0])
    return rule, parts


def _is_verb(text: str, found: re.Match[str], due: frozenset[str]) -> bool:
    """Is this "may" or "march" no month? True if it stands in small letters where the name has a capital."""
    months = (name for name, value in found.groupdict().items() if value in due and name.startswith("month__"))
    return any(text[found.start(name)].islower() for name in months)


def find_dates(text: str, lang: str, published: datetime) -> tuple[DateMention, ...]:
    """The dates `text` mentions, in order, not overlapping, resolved against `published` (aware, UTC).

    A language that is not one of ours is read as English, for the sake of figures. Never raises for
    any text; a find that would lie outside the calendar is left out.
    """
    return tuple(_mentions(text, lang if lang in _VOCABULARIES else "en", published))


def _mentions(text: str, lang: str, published: datetime) -> Iterator[DateMention]:
    scanner = _scanner(lang)
    before: DateMention | None = None
    for found in scanner.expression.finditer(_prepared(text, lang)):
        number, parts = _parts(found)
        resolver, fixed = scanner.rules[number]
        if scanner.capitals and _is_verb(text, found, scanner.capitals):
            continue
        try:
            resolved = resolver(Find(parts, fixed, scanner.names, published, found.start(), before))
        except (OverflowError, ValueError):  # beyond the first or last year of the calendar
            continue
        if resolved:
            span, kind = resolved
            bare = kind == WEEKDAY
            yearless = resolver is on_day and _YEARS.isdisjoint(parts)
            kind = "relative" if bare else kind
            before = DateMention(found.start(), found.end(), span, span.days <= 2, kind, bare, yearless)
            yield before
