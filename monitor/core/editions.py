"""Editions: the files as they came into force, counted, and what changed from one to the next in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.alerts import OURSELVES, Alert
from monitor.core.model import Severity
from monitor.core.ourselves import own_alert
from monitor.core.routing import Routing

OWN_RULE = f"{OURSELVES}edition"
LATE = timedelta(hours=6)  # after that nobody is told any more that something changed
_NAMED = 8  # things in a line
_SECTIONS = ("rule", "source", "channel", "seed", "template")  # in this order; others by their name

# Section (`rule`) → name → what it says, as digests: of what counts first, then of its wording for people.
Inventory = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Edition:
    """`words` are what changed, in short; `details` name it, a line for each kind."""

    number: int
    at: datetime
    words: str
    details: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        return f"rules v{self.number} live: {self.words}"


@dataclass(frozen=True, slots=True)
class Saved:
    """Who saved which file at the desk, and why."""

    file: str
    author: str
    reason: str

    @property
    def words(self) -> str:
        return f"{self.file} was saved at the desk by {self.author}" + (f": {self.reason}" if self.reason else "")


@dataclass(frozen=True, slots=True)
class Changes:
    words: str
    details: tuple[str, ...] = ()


def changes(before: Inventory | None, after: Inventory) -> Changes:
    """What is new, gone, edited (it judges or goes elsewhere than before), or reworded; of the first edition, what
    there is."""
    if before is None:
        return Changes(", ".join(_number(len(after[name]), name) for name in _SECTIONS if after.get(name)))
    words, details = [], []
    for section in _sections({**before, **after}):
        old, new = before.get(section, {}), after.get(section, {})
        found = list(_differences(old, new))
        if found:
            words.append(_short(section, found))
            told = [f"{verb} {_some(names)}" for _, verb, names in found]
            details.append(f"{section.capitalize()}: {'; '.join(told)}")
    return Changes("; ".join(words) or "comments and layout only", tuple(details))


def announcement(edition: Edition, now: datetime, channels: tuple[str, ...], saved: Sequence[Saved] = ()) -> Alert:
    """The alert that tells of an edition, and who brought it about as far as that was done at the desk."""
    headline = f"{edition.told[:1].upper()}{edition.told[1:]}"
    reason = f"The files changed, and are in force since {edition.at:%Y-%m-%d %H:%M} UTC."
    routing = Routing(channels, "announce in channels.yaml")
    key = f"{OWN_RULE}:{edition.number}"
    lines = [*edition.details, *(one.words for one in saved)]
    return own_alert(
        OWN_RULE, "Files in force", key, Severity.LOW, headline, reason, lines, now, routing, about=edition.at
    )


def _sections(inventory: Inventory) -> list[str]:
    return [*(name for name in _SECTIONS if name in inventory), *sorted(inventory.keys() - set(_SECTIONS))]


def _differences(
    old: Mapping[str, Sequence[str]], new: Mapping[str, Sequence[str]]
) -> Iterator[tuple[str, str, list[str]]]:
    """Sign, verb and names of each kind of change that there is."""
    both = [name for name in new if name in old and list(old[name]) != list(new[name])]
    edited = [name for name in both if old[name][:1] != new[name][:1]]
    kinds = (
        ("+", "new", [name for name in new if name not in old]),
        ("−", "gone", [name for name in old if name not in new]),
        ("", "edited", edited),
        ("", "reworded", [name for name in both if name not in edited]),
    )
    return (kind for kind in kinds if kind[2])


def _short(section: str, found: Sequence[tuple[str, str, list[str]]]) -> str:
    """`+1 rule, 2 edited`: what is counted is said once."""
    if section not in _SECTIONS:
        return f"{section} {found[0][1]}"  # there is one of its kind
    parts: list[str] = []
    for sign, verb, names in found:
        counted = f"{len(names):,}" if parts else _number(len(names), section)
        parts.append(f"{sign}{counted}" if sign else f"{counted} {verb}")
    return ", ".join(parts)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return f"{', '.join(sorted(names)[:_NAMED])}{more}"


def _number(number: int, one: str) -> str:
    return f"{number:,} {one if number == 1 else one + 's'}"
