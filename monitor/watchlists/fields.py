"""The kinds of values that occur in YAML files, each with its own words for what is wrong."""

from __future__ import annotations

import base64
import binascii
import calendar
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from monitor.core import patterns
from monitor.core.rules import is_pattern
from monitor.watchlists.wording import found, nearest, one_of, shown

LANGUAGES = ("en", "ru", "uk", "az", "tr", "hy", "ka", "ro")
ANY_LANGUAGE = "any"
PACK = "pack:"  # begins the name of a pack where terms are named; no term's name has a colon
MAX_GAP = 20
MIN_PREFIX = 3

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"([0-9]{1,6})([smhdw])", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?", re.ASCII)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*", re.ASCII)


class Strict(BaseModel):
    """Base of every model of a file: no unknown key, no silent conversion, no value in messages."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


def objection(text: str, hint: str = "") -> PydanticCustomError:
    """An error whose words `checking.check` takes over as they are."""
    return PydanticCustomError("said", "{text}", {"text": text, "hint": hint})


def _check_choice(value: object, allowed: Iterable[str]) -> None:
    names = list(allowed)
    if value not in names:
        hint = nearest(value, names) if isinstance(value, str) else ""
        raise objection(f"expected {one_of(names)}, found {found(value)}", hint)


def _choice(*allowed: str) -> AfterValidator:
    def check(value: str) -> str:
        _check_choice(value, allowed)
        return value

    return AfterValidator(check)


def member_of(kind: type[StrEnum]) -> BeforeValidator:
    """For a field that holds a member of an enum, written as its value."""

    def convert(value: object) -> StrEnum:
        _check_choice(value, (member.value for member in kind))
        return kind(str(value))

    return BeforeValidator(convert)


def _version(value: object) -> object:
    if value != 1 or isinstance(value, bool):
        raise objection(f"expected version 1, found {found(value)}", "this program reads version 1 only")
    return value


def _identifier(value: str) -> str:
    if not _ID.fullmatch(value) or len(value) > 64:
        slug = "-".join(re.findall(r"[a-z0-9]+", value.lower(), re.ASCII))[:64].strip("-")
        hint = f"for example {shown(slug)}" if slug else "for example arms-embargo"
        raise objection("an id is made of a–z, 0–9 and single “-” (at most 64)", hint)
    return value


def _term_name(value: str) -> str:
    if not _NAME.fullmatch(value):
        slug = "_".join(re.findall(r"[a-z0-9]+", value.lower(), re.ASCII))
        hint = f"for example {shown(slug)}" if slug else "for example arms_embargo"
        raise objection("a term's name is made of a–z, 0–9, “_” and “-”", hint)
    return value


def _duration(value: object) -> timedelta:
    if isinstance(value, timedelta):
        return value
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise objection(f"expected a duration such as 90s, 30m, 12h, 7d or 2w, found {found(value)}")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def format_duration(value: timedelta) -> str:
    """The shortest way of writing a duration: 7d → 1w, 90 s → 90s."""
    seconds = int(value.total_seconds())
    sizes = (("w", 604800), ("d", 86400), ("h", 3600), ("m", 60), ("s", 1))
    return next(f"{seconds // size}{unit}" for unit, size in sizes if seconds % size == 0)


def _day(value: object) -> date:
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise objection(f"the calendar has no {shown(value)}") from None
    raise objection(f"expected a date such as 2025-08-08, found {found(value)}")


def _dates(value: object) -> object:
    """A day, month or year as the mapping {from, to}; a mapping is left to the model."""
    if isinstance(value, dict):
        return value
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    match = _MONTH.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        try:
            day = _day(value)
        except PydanticCustomError:
            if isinstance(value, str) and _DAY.fullmatch(value):
                raise
            expected = "2025-08-08, 2025-08, 2025 or {from: 2025-08-06, to: 2025-08-08}"
            raise objection(f"expected a date such as {expected}, found {found(value)}") from None
        return {"from": day, "to": day}
    year, first, last = int(match[1]), int(match[2] or 1), int(match[2] or 12)
    if not 1 <= first <= 12 or year < 1:
        raise objection(f"the calendar has no {shown(str(text))}")
    return {"from": date(year, first, 1), "to": date(year, last, calendar.monthrange(year, last)[1])}


def _moment(value: str) -> str:
    try:
        moment = datetime.fromisoformat(value)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat()
    except (ValueError, OverflowError):
        raise objection(f"expected a time such as 2025-08-27T06:00:00Z, found {found(value)}") from None


def _base64(value: object) -> bytes:
    try:
        return base64.b64decode(value, validate=True) if isinstance(value, str) else bytes(0)
    except (binascii.Error, ValueError):
        raise objection("expected base64 text", "copy it as “monitor seed add” wrote it") from None


def alternatives(value: object) -> object:
    """ "a | b" or a list of names → list of names."""
    if isinstance(value, dict) and list(value) == [PACK.strip(":")]:
        raise objection("a space after “pack:” makes a mapping of it", f"write {PACK}name")
    if not isinstance(value, str):
        return value
    names = [name.strip() for name in value.split("|")]
    if not all(names):
        raise objection("a name is missing beside “|”", "write one | other")
    return names


def _word(value: str) -> str:
    parts = value.split()
    if not parts:
        raise objection("an empty word", "remove it, or write the word")
    if parts[0].startswith("/"):
        return _checked_pattern(value.strip())
    for position, part in enumerate(parts):
        if part.startswith("~"):
            _check_gap(part, before=parts[:position], after=parts[position + 1 :])
        else:
            _check_part(part, shortest=MIN_PREFIX if len(parts) == 1 else 1)
    return " ".join(parts)


def _checked_pattern(value: str) -> str:
    if not is_pattern(value):
        raise objection("a pattern begins and ends with “/”", r"write '/No\. \d{3}/'")
    try:
        patterns.check(value)
    except patterns.BadPattern as error:
        raise objection(str(error), error.hint) from None
    return value


def _check_gap(part: str, before: list[str], after: list[str]) -> None:
    number = part[1:]
    if not (number.isascii() and number.isdigit()) or not 1 <= int(number[:6]) <= MAX_GAP:
        raise objection(f"“~” needs a number from 1 to {MAX_GAP}", "write lift ~3 ban")
    if not before or not after or before[-1].startswith("~") or after[0].startswith("~"):
        words = [word for word in (*before[-1:], *after[:1]) if not word.startswith("~")]
        hint = f"{shown(words[0])} is the only one beside it" if words else "there is none beside it"
        raise objection(f"{shown(part)} must stand between two words; {hint}", "write lift ~3 ban")


def _check_part(part: str, shortest: int) -> None:
    """`shortest`: letters that a prefix needs; in a phrase its neighbours narrow it down."""
    body = part.removeprefix("=").removeprefix("=")
    if not body:
        raise objection("“=” stands alone", "write =AZAL, without a space")
    if body == "*":
        raise objection("“*” alone would match every word", "write the beginning of the word before it: sanction*")
    if "*" in body[:-1]:
        raise objection(f"“*” stands inside {shown(part)}", "it may only end a word: sanction*")
    if "|" in body:
        raise objection("“|” has no place in a word", "make each alternative an item of its own")
    if body.endswith("*") and part.startswith("="):
        raise objection(f"“=” and “*” exclude each other in {shown(part)}", "write =AZAL or AZAL*")
    letters = sum(character.isalnum() for character in body)
    if letters == 0:
        raise objection(f"{shown(part)} has no letter or digit")
    if body.endswith("*") and letters < shortest:
        raise objection(f"{shown(part)} is too short", f"write at least {shortest} letters before “*”")


def _language(value: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", value, re.ASCII):
        raise objection(f"expected a language code such as en, found {found(value)}")
    return value


def _country(value: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}", value, re.ASCII):
        raise objection(f"expected a country code of two capitals such as AZ, found {found(value)}")
    return value


def shape(kind: str = "string", **more: object) -> WithJsonSchema:
    """What JSON Schema can say of a value that a function of ours checks: never more than that function."""
    return WithJsonSchema({"type": kind, **more})


def any_of(**item: object) -> WithJsonSchema:
    """ "one | other", or a list whose items are like `item`, and which may be empty."""
    listed = {"type": "array", "items": {"type": "string", **item}}
    return WithJsonSchema({"anyOf": [_joined(item), listed]})


def several(**item: object) -> WithJsonSchema:
    """ "one | other", or a list whose items are like `item`."""
    listed = {"type": "array", "items": {"type": "string", **item}, "minItems": 1}
    return WithJsonSchema({"anyOf": [_joined(item), listed]})


def _joined(item: Mapping[str, object]) -> dict[str, object]:
    names = item.get("enum")
    if not isinstance(names, list):
        return {"type": "string", "minLength": 1}
    one = f"\\s*({'|'.join(names)})\\s*"
    return {"type": "string", "pattern": f"^{one}(\\|{one})*$"}


_DAY_SHAPE = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_DATES_SHAPE: dict[str, object] = {
    "anyOf": [
        {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"},
        {"type": "integer"},
        {
            "type": "object",
            "properties": {"from": _DAY_SHAPE, "to": _DAY_SHAPE},
            "required": ["from", "to"],
            "additionalProperties": False,
        },
    ]
}

Version = Annotated[int, BeforeValidator(_version), WithJsonSchema({"const": 1})]
Text = Annotated[str, Field(min_length=1)]
Identifier = Annotated[str, AfterValidator(_identifier), shape(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", maxLength=64)]
TermName = Annotated[str, AfterValidator(_term_name), shape(pattern="^[a-z0-9][a-z0-9_-]*$")]
TermLanguage = Annotated[str, _choice(*LANGUAGES, ANY_LANGUAGE), shape(enum=[*LANGUAGES, ANY_LANGUAGE])]
LanguageCode = Annotated[str, AfterValidator(_language), shape(pattern="^[a-z]{2,3}$")]
CountryCode = Annotated[str, AfterValidator(_country), shape(pattern="^[A-Z]{2}$")]
Duration = Annotated[timedelta, BeforeValidator(_duration), shape(pattern="^[0-9]{1,6}[smhdw]$")]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema(_DAY_SHAPE)]
Moment = Annotated[str, AfterValidator(_moment), shape()]
Bytes = Annotated[bytes, BeforeValidator(_base64), shape()]
Word = Annotated[str, AfterValidator(_word), shape(minLength=1)]
Names = Annotated[list[Text], BeforeValidator(alternatives), Field(min_length=1), several(minLength=1)]
EXPECTED = ("new", "followup", "known", "quiet", "unmatched", "silent")
Expectation = Annotated[
    str,
    _choice(*EXPECTED),
    BeforeValidator(lambda value: "silent" if value in (None, "") else value),
    WithJsonSchema({"enum": [*EXPECTED, "", None]}),
]


class Dates(Strict):
    """When something happened: `{from: 2025-08-06, to: 2025-08-08}`, both included."""

    first: Day = Field(alias="from")
    last: Day = Field(alias="to")

    @model_validator(mode="after")
    def in_order(self) -> Dates:
        if self.first > self.last:
            raise objection("the date ends before it begins", "exchange “from” and “to”")
        return self


DateField = Annotated[Dates, BeforeValidator(_dates), WithJsonSchema(_DATES_SHAPE)]
