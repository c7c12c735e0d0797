"""Finds amounts and reads their value: one pattern per language, made from the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import pairwise

from monitor.core.figures.numbers import ALONE, HALVES, MULTIPLIERS, NUMERALS, THOUSAND
from monitor.core.figures.people import fate_of
from monitor.core.figures.units import CODES, EVERYWHERE, FILLERS, LINKS, PEGS, SYMBOLS, TOLLS, TOLLS_BEHIND, UNITS
from monitor.core.model import Figure

_LONGEST = 100_000  # characters of a text that are looked at
_BEFORE_NOUN = 120  # characters before a noun in which the number of it stands
_BEFORE_NUMBER = 20  # … and before a number that say what it is: a year, the end of another


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """A figure and where it stands: code points, end exclusive."""

    start: int
    end: int
    figure: Figure


_COLLECTIVES = ("двое", "трое", "четверо", "пятеро", "п'ятеро", "шестеро", "семеро", "двоє", "троє", "восьмеро")
_HARMED = (
    r"(?:kill(?:ed|ing|s)|injur(?:ed|ing|es)|wound(?:ed|ing|s)|detain(?:ed|ing|s)|arrest(?:ed|ing|s)) "
    r"(?:at least |about |around |some |more than |up to |another )?"
)
_HARMED_END = r"(?=\s*(?:$|[.,;:)]|(?:and|in|on|at|after|others|more|during|when|as|near|including|overnight)\b))"
_YEAR = re.compile(r"(?:19|20)\d\d")
_BEFORE_YEAR = re.compile(
    r"(?:\b(?:in|since|of|by|until|from|в|у|с|з|до|від|от)|(?:ary|ber|ust|april|june|july|ября|аря|аля|уста))\s$"
)
_ARTICLES = {"a", "bir", "un", "una"}  # "a drone" counts nothing; "a million" does

_GAP = r"[ \t\u00a0\u202f-]{0,2}"
_SPACED = r"\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,4}(?!\d)(?:,\d+)?"
_DIGITS = {
    "point": rf"\d{{1,3}}(?:,\d{{3}}){{1,4}}(?!\d)(?:\.\d+)?|{_SPACED}|\d{{1,15}}(?!\d)(?:,\d{{1,2}}(?!\d)|\.\d+)?",
    "comma": rf"{_SPACED}|\d{{1,15}}(?!\d)(?:[.,]\d+)?",
    "dotted": rf"\d{{1,3}}(?:\.\d{{3}}){{1,4}}(?!\d)(?:,\d+)?|{_SPACED}|\d{{1,15}}(?!\d)(?:[.,]\d+)?",
}
_SPACE = "[ \u00a0\u202f]"
_HUNDREDS = r"\d{1,3}(?![\d.,]*\d|[ \u00a0\u202f]\d)"
# A unit ends where nothing makes another of it: km/h, «МВт·ч».
_END = r"(?![\w²³]|/[hч]|[·⋅∙]\w|-(?:ч|год))"
_STYLES = {"en": "point", "ru": "comma", "uk": "comma"}


def same_figure(a: Figure, b: Figure, tolerance: float = 0.02) -> bool:
    """Whether two figures say the same: one unit, and values no farther apart than `tolerance`, relatively, nor than
    rounding to the digits of the coarser one explains (98 million is not 96.2 million). A currency whose rate is fixed
    counts in the other's."""
    if (a.unit, b.unit) in PEGS:
        a = replace(a, value=a.value * PEGS[a.unit, b.unit], unit=b.unit)
        return abs(a.value - b.value) <= tolerance * max(abs(a.value), abs(b.value))
    rounding = max(_last_place(a.value), _last_place(b.value)) / 2
    apart = min(tolerance * max(abs(a.value), abs(b.value)), rounding)
    return a.unit == b.unit and abs(a.value - b.value) <= apart + 1e-9 * abs(a.value)


def in_other_units(figure: Figure) -> tuple[Figure, ...]:
    """The figure, and what it is in a currency to which its own has a fixed rate."""
    pegged = ((other, rate) for (unit, other), rate in PEGS.items() if unit == figure.unit)
    return (figure, *(replace(figure, value=figure.value * rate, unit=other) for other, rate in pegged))


def _last_place(value: float) -> float:
    """What one more in the last digit that is not 0 would add: 10,000 for 120,000."""
    _, digits, exponent = Decimal(f"{value:.12g}").normalize().as_tuple()
    return 10.0 ** int(exponent) if any(digits) else 1.0


def find_figures(text: str, lang: str) -> tuple[FoundFigure, ...]:
    """Every figure of the text, in order. `lang` is an ISO 639-1 code; an unknown one is read as English.

    A sum and its worth in another currency in brackets after it share one `text`: they are one amount.
    """
    reader = _reader(lang[:2].lower())
    folded = _fold(text[:_LONGEST], lang)
    found = [
        _with_fate(figure, folded, lang[:2].lower())
        for match in reader.pattern.finditer(folded)
        for figure in reader.read(match, text)
    ]
    for number, (one, other) in enumerate(pairwise(found)):
        if _is_conversion(one, other, text):
            words = text[one.start : other.end].strip()
            found[number : number + 2] = (replace(it, figure=replace(it.figure, text=words)) for it in (one, other))
    return tuple(found)


def numbers_before(text: str, lang: str, end: int, unit: str) -> tuple[list[FoundFigure], list[str]]:
    """The number that ends at `end`, or a few words before it, as figures of `unit`; and these words, in lower case."""
    reader = _reader(lang)
    first = max(0, end - _BEFORE_NOUN)
    lead = min(first, _BEFORE_NUMBER)
    near = text[first - lead : end]
    match = reader.counting.search(_fold(near, lang), lead)
    if match is None:
        return [], []
    shift = first - lead
    found = [replace(it, start=it.start + shift, end=it.end + shift) for it in reader.read(match, near, unit)]
    return found, re.findall(r"[^\W\d][\w'-]*", match["between"])


_BRACKET = re.compile(r"\s*\((?:[^\d()]{0,25}\s)?[^\w()]{0,2}")


def _is_conversion(one: FoundFigure, other: FoundFigure, text: str) -> bool:
    currencies = {one.figure.unit, other.figure.unit}
    money = len(currencies) == 2 and all(len(unit) == 3 and unit.isupper() for unit in currencies)
    return money and bool(_BRACKET.fullmatch(text, one.end, other.start))


def _with_fate(found: FoundFigure, folded: str, lang: str) -> FoundFigure:
    if found.figure.unit != "people":
        return found
    return replace(found, figure=replace(found.figure, fate=fate_of(folded, found.start, found.end, lang)))


def _fold(text: str, lang: str) -> str:
    """Lower case of the same length, so that offsets hold."""
    text = text.replace("İ", "i").replace("’", "'").replace("ʼ", "'")
    if lang[:2].lower() in ("az", "tr"):
        text = text.replace("I", "ı")
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c if len(c.lower()) != 1 else c.lower() for c in text)


def _link(lang: str) -> str:
    """What stands between the numbers of a range or a list; “and” before a half is none."""
    half = HALVES.get(lang, r"(?!)")
    return rf"(?!{half})(?:\s?[-–—/]\s?|,? (?:{LINKS.get(lang, '(?!)')}) )"


@cache
def _reader(lang: str) -> _Reader:
    return _Reader(lang if lang in UNITS else "en")


class _Reader:
    """One language's pattern, and what its groups mean."""

    def __init__(self, lang: str):
        self.style = _STYLES.get(lang, "dotted")
        self.values = {form: value for value, forms in NUMERALS.get(lang, {}).items() for form in forms.split()}
        self.multipliers = [(value, re.compile(pattern)) for value, pattern in MULTIPLIERS[lang].items()]
        tables = (UNITS[lang], EVERYWHERE)
        self.units = [(unit, re.compile(pattern)) for table in tables for unit, pattern in table.items()]
        words = "|".join(sorted(map(re.escape, self.values), key=len, reverse=True)) or r"(?!)"
        spelled = rf"(?:{words})(?!\w)(?:(?:[ -]|(?<=hundred) and )(?:{words})(?!\w)){{0,7}}"
        half = HALVES.get(lang, r"(?!)")
        self.half = re.compile(rf"(?:{half})$")
        multiplier = "|".join(pattern.pattern for _, pattern in self.multipliers)
        great = "|".join(pattern.pattern for value, pattern in self.multipliers if value > THOUSAND)
        thousand = MULTIPLIERS[lang][THOUSAND]
        # Atomic, so that "twenty-five" is no range from twenty to five.
        number = rf"(?>(?:{_DIGITS[self.style]}|{spelled})(?:{half})?|(?:{ALONE})(?=(?:{multiplier})(?!\w)))"
        ending = rf"(?:(?:{half})(?!\w))?"
        self.part = re.compile(rf"(?P<number>{number}){_GAP}(?P<multiplier>(?:{multiplier})(?!\w){ending})?")
        # "1 milyar 250 milyon 300 bin", «124 тыс. 300»: the scales fall, and hundreds follow a thousand only.
        great, thousand = rf"{_GAP}(?:{great})(?!\w){ending}", rf"{_GAP}(?:{thousand})(?!\w){ending}"
        hundreds = rf"(?:{_SPACE}(?>{_HUNDREDS}|{spelled}))?"

        def amount(rest: str = "") -> str:
            after = rf"{great}(?:{_SPACE}{number}{great})?(?:{_SPACE}{number}{thousand}{rest})?"
            return rf"{number}(?:{after}|{thousand}{rest})?"

        self.pattern = self._figure(lang, number, amount(hundreds), amount())
        self.counting = self._count(lang, amount(hundreds))

    def _count(self, lang: str, amount: str) -> re.Pattern[str]:
        link = _link(lang)
        words = r"(?P<between>(?:[ \u00a0]+[^\W\d][\w'-]*){0,3}[ \u00a0-]+)$"
        return re.compile(rf"(?<![\w.,:])(?<!\w-)(?:(?P<low>{amount}){link})?(?P<number>{amount})(?!\w){words}")

    def _figure(self, lang: str, number: str, amount: str, sum_: str) -> re.Pattern[str]:
        link = _link(lang)
        symbols = "".join(SYMBOLS)
        prefix = rf"(?:(?<!\w)(?:us|u\.s\. ?)?[{symbols}]|(?<!\w)(?:{'|'.join(CODES)})(?=[ \d]))"
        filler = FILLERS.get(lang, r"(?!)")
        names = "|".join(pattern.pattern for _, pattern in self.units)
        unit = rf"(?:{_GAP}{filler}(?!\w)){{0,2}}{_GAP}(?P<unit>(?:{names}){_END}|[{symbols}%])"
        start = r"(?<![\w.,:])(?<!\w-)"
        kinds = [
            rf"(?P<prefix>{prefix}) ?(?:(?P<plow>{sum_})(?:{link}{prefix} ?|\s?[-–—]\s?| to ))?(?P<pnumber>{sum_})",
            rf"{start}(?:(?P<low>{amount}){link})?(?P<number>{amount}){unit}",
        ]
        if lang in TOLLS:
            kinds.append(rf"(?<!\w)(?:{TOLLS[lang]})(?P<toll>{number})")
        if lang in TOLLS_BEHIND:
            kinds.append(rf"{start}(?P<rise>{number}) {TOLLS_BEHIND[lang]}")
        if lang in ("ru", "uk"):
            known = "|".join(form for form in _COLLECTIVES if form in self.values)
            kinds.append(rf"{start}(?P<people>(?:{known})(?! сут| діб| дн))")
        if lang == "en":
            kinds.append(rf"{start}{_HARMED}(?P<harmed>{number}){_HARMED_END}")
        if lang == "tr":
            kinds.insert(0, rf"(?:%|yüzde )(?P<percent>{number})")
        return re.compile("|".join(kinds))

    def read(self, match: re.Match[str], text: str, counted: str = "") -> Iterator[FoundFigure]:
        """The one or two figures of a match of `pattern` or, with what is counted, of `counting`; none where it is a
        year after all."""
        groups = {name: group for name, group in match.groupdict().items() if group is not None}
        unit, factor = (counted, 1.0) if counted else self._unit(groups)
        high = next(
            name for name in ("pnumber", "number", "people", "harmed", "toll", "rise", "percent") if name in groups
        )
        low = next((name for name in ("plow", "low") if name in groups), "")
        top, scale = self._value(groups[high])
        if low and not self._is_year(match, low):
            bottom, own = self._value(groups[low])
            shares = own == 1 and bottom < 1000  # "two to three million", not "$800,000 to $1 million"
            value = bottom * (scale if shares else 1) * factor
            start, end = (match.start() if low == "plow" else match.start(low)), match.end(low)
            yield FoundFigure(start, end, Figure(value, unit, text=text[start:end]))
        bare = groups[high] in _ARTICLES and (unit != "people" or groups[high] == "a")
        if bare or (not low and "prefix" not in groups and self._is_year(match, high)):
            return
        start = match.start(high) if low else match.start()
        yield FoundFigure(start, match.end(), Figure(top * factor, unit, text=text[start : match.end()]))

    def _unit(self, groups: Mapping[str, str]) -> tuple[str, float]:
        said = groups.get("unit") or groups.get("prefix") or ""
        if "percent" in groups:
            return "percent", 1.0
        if not said:
            return "people", 1.0
        if said[-1] in SYMBOLS:
            return SYMBOLS[said[-1]], 1.0
        name = next(unit for unit, pattern in self.units if pattern.fullmatch(said))
        unit, _, factor = name.partition("*")
        return unit, float(factor or 1)

    def _is_year(self, match: re.Match[str], group: str) -> bool:
        before = match.string[max(0, match.start(group) - 12) : match.start(group)]
        return bool(_YEAR.fullmatch(match[group]) and _BEFORE_YEAR.search(before))

    def _value(self, amount: str) -> tuple[float, float]:
        """An amount as (value, greatest multiplier): "2 million 300 thousand" is (2300000, 1000000)."""
        total, greatest = 0.0, 1.0
        for part in self.part.finditer(amount):
            said = self.half.sub("", part["multiplier"] or "")
            scale = next((value for value, pattern in self.multipliers if said and pattern.fullmatch(said)), 1.0)
            more = 0.5 if said != (part["multiplier"] or "") else 0.0  # "a million and a half"
            total += (self._number(part["number"]) + more) * scale
            greatest = max(greatest, scale)
        return total, greatest

    def _number(self, number: str) -> float:
        if not number:
            return 1.0
        whole = self.half.sub("", number)
        half = 0.5 if whole != number else 0.0
        if whole[0].isdigit():
            return _digits(whole, self.style) + half
        value = 0.0
        for word in re.split(r"[ -]+|(?<=d) and ", re.sub(r"^a (?!hundred)(?=\w)", "", whole)):  # "a two-million grant"
            said = self.values.get(word, 0.0)
            if said == 100 and 1 <= value < 10:
                value *= 100
            elif not (value == 0.5 and said == 1):  # "half a"
                value += said
        return value + half


def _digits(number: str, style: str) -> float:
    number = re.sub(r"[ \u00a0\u202f]", "", number)
    if style == "point":
        number = re.sub(r",(\d\d?)$", r".\1", number) if "." not in number else number
        return float(number.replace(",", ""))
    if style == "dotted" and re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", number):
        number = number.replace(".", "")
    return float(number.replace(",", "."))
