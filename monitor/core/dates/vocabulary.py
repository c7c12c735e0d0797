"""The form of a language's table of dates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from monitor.core.dates import resolve
from monitor.core.dates.resolve import Find, Resolved

# A rule: the function that resolves it, its template, fixed parameters of the function.
# Templates are regular expressions over small letters in which a space is any white space and
# <D> <D2> day, <M> <M2> month, <Y> year, <W> weekday, <N> number, <U> unit, <S> season stand for the
# table's words (<m> and <w>: month and weekday, not kept). Groups named eve, over, last, next, this,
# lastweek, nextweek, lastyear, thisyear, early, mid, late tell the function more. Earlier rules win.
Resolver = Callable[[Find], Resolved]
Rule = tuple[Resolver, str] | tuple[Resolver, str, int] | tuple[Resolver, str, int, int]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words of one language, as regular expressions over small letters.

    `months` and `weekdays` from January and Monday. `numbers` are literal words. `capitals` are
    months that are also common words and count only when written with a capital.
    """

    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    numbers: Mapping[str, int]
    units: Mapping[str, str]
    rules: tuple[Rule, ...]
    seasons: Mapping[str, str] = field(default_factory=dict)
    capitals: frozenset[str] = frozenset()

    def numeric(self, templates: tuple[str, ...]) -> list[Rule]:
        return [(resolve.numeric, template) for template in templates]
