"""Which of the facts known for a rule have a say on a claim.

A baseline grows for years, and no verdict may become slower by it. So judgement does not ask
for all that is known of a rule, but puts a `Question` that a ledger can answer from indexes,
however much it holds. `select` says what the answer is; what is not in it has no say:

- *event*: the facts of the claim's step within reach of its date (`NEAR` on each side, nearest
  first, of one day the last told first), the nearest beyond (`BEYOND` on each side: they tell
  which names are common and what the nearest known is), and those that were told within
  `JUST_TOLD` if one of the two speaks of a plan and the other does not. Where nothing is known
  of the step, the nearest facts of the rule's other steps stand in;
- *state*: the last fact of each state;
- *quantity*: the last facts with the same figure, the last with a figure of its sort, and those of the last days;
- *volume*: no facts but counts (`Coverage`).

What has been told of one event so far is asked for by the event's name (`TOLD` facts from either end).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any, Protocol

from monitor.core.figures import in_other_units
from monitor.core.model import Claim, DateSpan, Fact, Figure, RuleKind
from monitor.core.rules import Rule, VolumeSpec

# Of one step within reach, on each side. More than this only a story has that is told some dozen times a day: there
# a report without a date is held against the last days instead of the last weeks.
NEAR = 128
BEYOND = 16  # facts beyond reach, on each side
SUMS = 8  # facts with one and the same figure
TOLD = 64  # facts of one event: so many from its first and from its last report
JUST_TOLD = timedelta(days=3)  # reports of one announcement come within
WINDOWS = 30  # before the present one, of which coverage is the usual one
BURST, MENTION = "burst", "mention"  # the steps of the facts that a burst leaves, and each other article
_SAME_FIGURE = 0.02 + 1e-9  # as `core.figures.same_figure`, whatever is lost in rounding


@dataclass(frozen=True, slots=True)
class Near:
    """The facts of a step around a date. `reach` in days; `told` is the day on which the article came out.

    `instead` are the steps that stand in where nothing is known of this one.
    """

    step: str
    when: DateSpan
    reach: int = 0
    told: date | None = None
    instead: tuple[str, ...] = ()

    @property
    def ahead(self) -> bool:
        """Does it speak of what is still to come?"""
        return self.told is not None and self.when.first > self.told

    @property
    def reaches(self) -> DateSpan:
        """All days within reach."""
        return DateSpan(_day_off(self.when.first, -self.reach), _day_off(self.when.last, self.reach))

    @property
    def just_told(self) -> tuple[datetime, datetime] | None:
        """From when until when (exclusive) reports of the same announcement were recorded."""
        if self.told is None:
            return None
        first, last = _day_off(self.told, -JUST_TOLD.days), _day_off(self.told, JUST_TOLD.days + 1)
        return datetime.combine(first, time(), UTC), datetime.combine(last, time(), UTC)


@dataclass(frozen=True, slots=True)
class Sum:
    """The facts with a figure from `low` to `high`, and the last with any of that unit, total or package."""

    unit: str
    total: bool
    low: float
    high: float

    @classmethod
    def like(cls, figure: Figure) -> Sum:
        """Asks for all figures that `same_figure` may call the same."""
        ends = sorted((figure.value * (1 - _SAME_FIGURE), figure.value / (1 - _SAME_FIGURE)))
        return cls(figure.unit, figure.total, *ends)


@dataclass(frozen=True, slots=True)
class Question:
    """What judgement asks of one rule's facts. `last` names states, `events` events; `without` is a source that
    does not count."""

    rule: str
    near: tuple[Near, ...] = ()
    last: tuple[str, ...] = ()
    sums: tuple[Sum, ...] = ()
    events: tuple[str, ...] = ()
    without: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """What judgement asks of the coverage of a volume rule: the time after `since`, and the windows before it."""

    rule: str
    since: datetime
    span: timedelta
    without: str = ""

    @property
    def begins(self) -> datetime:
        """The time before which nothing counts."""
        return self.since - min(WINDOWS * self.span, self.since - datetime.min.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Coverage:
    """Mentions in the window by publisher; how many there were before it, the first of them; the burst if there is."""

    recent: int = 0
    publishers: frozenset[str] = frozenset()
    before: int = 0
    first: datetime | None = None
    burst: Fact | None = None


class Baseline(Protocol):
    """What is known, as judgement asks for it. `now`: what was recorded later is not known yet."""

    def facts(self, question: Question, now: datetime) -> Sequence[Fact]:
        """`select(question, all facts recorded up to now)`."""
        ...

    def coverage(self, window: Window, now: datetime) -> Coverage:
        """`count(window, all facts recorded up to now)`."""
        ...


# --- what a claim asks -----------------------------------------------------------------------


def judged_as(claim: Claim, rule: Rule) -> RuleKind:
    """The kind by which a claim is judged: a state rule may have steps that are events."""
    if rule.kind is RuleKind.STATE and any(step.event and step.id == claim.step for step in rule.steps):
        return RuleKind.EVENT
    return rule.kind


def is_watched(figure: Figure, rule: Rule) -> bool:
    """Is this one of the figures that a quantity rule is about?"""
    spec = rule.quantity
    if spec is None:
        return False
    return (
        (spec.unit == "money" and is_currency(figure.unit)) or figure.unit == spec.unit
    ) and figure.value >= spec.minimum


def is_currency(unit: str) -> bool:
    """Is the unit a currency's ISO code?"""
    return len(unit) == 3 and unit.isupper()


def question(rule: Rule, claims: Iterable[Claim]) -> Question:
    """All that judging these claims of a rule needs to know of it."""
    near: list[Near] = []
    last: tuple[str, ...] = ()
    sums: list[Sum] = []
    for claim in claims:
        kind = judged_as(claim, rule)
        if kind is RuleKind.EVENT and claim.when:
            near.append(_near(claim, claim.when, rule))
        elif kind is RuleKind.STATE:
            last = tuple(step.id for step in rule.steps if not step.event)
        elif kind is RuleKind.QUANTITY:
            watched = [figure for figure in claim.figures if is_watched(figure, rule)]
            sums += [Sum.like(other) for figure in watched for other in in_other_units(figure)]
            if claim.when:  # a sum in another currency is looked for among what was told lately
                near.append(Near(claim.step, claim.when, JUST_TOLD.days))
    return Question(rule.id, tuple(dict.fromkeys(near)), last, tuple(dict.fromkeys(sums)))


def _near(claim: Claim, when: DateSpan, rule: Rule) -> Near:
    reach = rule.same_event.days + 1 if claim.dated else rule.same_event.memory.days
    others = tuple(step.id for step in rule.steps if step.id != claim.step)
    return Near(claim.step, when, reach, claim.told, others)


def window(rule: Rule, spec: VolumeSpec, published: datetime) -> Window:
    """The coverage up to an article."""
    return Window(rule.id, published - spec.window, spec.window)


# --- what is the answer ----------------------------------------------------------------------


def age(fact: Fact) -> tuple[datetime, str]:
    """Facts are handed over oldest first."""
    return fact.recorded, fact.key


def by_end(fact: Fact) -> tuple[Any, ...]:
    """Of facts that have a date."""
    assert fact.when is not None
    return (fact.when.last, *age(fact))


def by_begin(fact: Fact) -> tuple[Any, ...]:
    """Of facts that have a date."""
    assert fact.when is not None
    return (fact.when.first, *age(fact))


def is_ahead(fact: Fact) -> bool:
    """Does it tell of a day after the one on which it was recorded?"""
    return fact.when is not None and fact.when.first > fact.recorded.date()


def select(asked: Question, facts: Iterable[Fact]) -> list[Fact]:
    """The facts among `facts` that answer a question, oldest first."""
    mine = [fact for fact in facts if fact.rule == asked.rule and fact.source != asked.without]
    chosen = {
        fact.key: fact
        for part in (
            *(_with_stand_ins(near, mine) for near in asked.near),
            *(_last_of(step, mine) for step in asked.last),
            *(_like(sum_, mine) for sum_ in asked.sums),
            *(_of_event(event, mine) for event in asked.events),
        )
        for fact in part
    }
    return sorted(chosen.values(), key=age)


def _with_stand_ins(near: Near, facts: Sequence[Fact]) -> list[Fact]:
    return list(_around(near, facts)) or [fact for other in stand_ins(near) for fact in _around(other, facts)]


def stand_ins(near: Near) -> list[Near]:
    """What is asked where nothing is known of a step."""
    return [Near(step, near.when) for step in near.instead]


def _around(near: Near, facts: Iterable[Fact]) -> Iterator[Fact]:
    dated = [fact for fact in facts if fact.step == near.step and fact.when]
    last, reaches = near.when.last, near.reaches

    def nearest(key: Callable[[Fact], Any], most: int, test: Callable[[DateSpan], bool], down: bool) -> list[Fact]:
        found = [fact for fact in dated if fact.when and test(fact.when)]
        return sorted(found, key=key, reverse=down)[:most]

    yield from nearest(by_end, NEAR, lambda when: reaches.first <= when.last <= last, True)
    yield from nearest(by_end, BEYOND, lambda when: when.last < reaches.first, True)
    yield from nearest(by_begin, NEAR, lambda when: last < when.first <= reaches.last, False)
    yield from nearest(by_begin, BEYOND, lambda when: when.first > reaches.last, False)
    yield from nearest(age, NEAR, lambda when: when.first <= last < when.last, True)
    if (told := near.just_told) is not None:
        other = [f for f in dated if is_ahead(f) is not near.ahead and told[0] <= f.recorded < told[1]]
        yield from sorted(other, key=age, reverse=True)[:NEAR]


def _last_of(step: str, facts: Sequence[Fact]) -> Iterator[Fact]:
    """The last with a date by that date, and the last without."""
    yield from islice(sorted((f for f in facts if f.step == step and f.when), key=by_begin, reverse=True), 1)
    yield from islice(sorted((f for f in facts if f.step == step and not f.when), key=age, reverse=True), 1)


def _like(sum_: Sum, facts: Sequence[Fact]) -> Iterator[Fact]:
    def last(most: int, test: Callable[[Figure], bool]) -> list[Fact]:
        found = [fact for fact in facts if any(figure.unit == sum_.unit and test(figure) for figure in fact.figures)]
        return sorted(found, key=age, reverse=True)[:most]

    yield from last(SUMS, lambda figure: sum_.low <= figure.value <= sum_.high)
    yield from last(1, lambda figure: figure.total == sum_.total)


def _of_event(event: str, facts: Sequence[Fact]) -> list[Fact]:
    told = sorted((fact for fact in facts if fact.event == event), key=age)
    return told[:TOLD] + told[-TOLD:]


def count(asked: Window, facts: Iterable[Fact]) -> Coverage:
    """The coverage that `facts` tell of."""
    mine = [
        fact
        for fact in facts
        if fact.rule == asked.rule
        and fact.kind is RuleKind.VOLUME
        and fact.source != asked.without
        and fact.recorded > asked.begins
    ]
    mentions = [fact for fact in mine if fact.step != BURST]
    recent = [fact for fact in mentions if fact.recorded > asked.since]
    before = [fact.recorded for fact in mentions if fact.recorded <= asked.since]
    bursts = [fact for fact in mine if fact.step == BURST and fact.recorded > asked.since]
    return Coverage(
        len(recent),
        frozenset(fact.outlet for fact in recent),
        len(before),
        min(before, default=None),
        max(bursts, key=age, default=None),
    )


def _day_off(day: date, days: int) -> date:
    """So many days away, as far as the calendar goes."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.min if days < 0 else date.max
