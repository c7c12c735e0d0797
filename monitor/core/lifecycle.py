"""Whether a rule has earned to be live, or to be muted, by what people said to its alerts; always with the reason.

A few answers prove little, so what counts is not the share of right ones but the range in which the rule's true share
may lie: the interval of Wilson (E. B. Wilson, “Probable inference, the law of succession, and statistical inference”,
Journal of the American Statistical Association 22, 1927, pp. 209–212), which holds for few answers, and where all or
none were right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt

from monitor.core.responses import Fault
from monitor.core.rules import Stage

Z = 1.2816  # of one side: the true share lies below the lower end in one case of ten, as above the upper end
GOOD = 0.75  # a rule whose lower end is here is right three times in four at the very least: worth being woken for
BAD = 0.50  # one whose upper end is below is wrong more often than right: people stop to read it
LEAST_DAYS = 7.0  # of a trial: news has a rhythm of weeks
MOST_A_DAY = 10.0  # alerts: more than that from one rule is read by nobody, however right they are
LEAST_FAULTS = 3  # rejections before anything is said of what they have in common
MOSTLY = 0.5  # share of one fault among them, above which it is what is wrong


class Step(StrEnum):
    """What to do with a rule."""

    PROMOTE = "promote"  # from trial to live
    MUTE = "mute"  # from live to trial
    TIGHTEN = "tighten"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Record:
    """What people said to a rule's events in one stage. `days` since the first of them, `a_day`: alerts on average."""

    stage: Stage
    right: int = 0
    faults: Mapping[Fault, int] = field(default_factory=dict)
    days: float = 0.0
    a_day: float = 0.0

    @property
    def wrong(self) -> int:
        return sum(self.faults.values())

    @property
    def answered(self) -> int:
        return self.right + self.wrong


@dataclass(frozen=True, slots=True)
class Proposal:
    step: Step
    reason: str


def interval(right: int, answered: int) -> tuple[float, float]:
    """Between which shares the true one lies in four cases of five. Without answers it may be any."""
    if answered == 0:
        return 0.0, 1.0
    share, z2 = right / answered, Z * Z
    middle = (share + z2 / (2 * answered)) / (1 + z2 / answered)
    half = Z / (1 + z2 / answered) * sqrt(share * (1 - share) / answered + z2 / (4 * answered * answered))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def propose(record: Record) -> Proposal:
    """What the answers speak for. More right answers never speak for muting, nor more wrong ones for promoting."""
    low, high = interval(record.right, record.answered)
    said = _said(record, low, high)
    if record.stage is Stage.SHADOW:
        return _of_trial(record, low, high, said)
    if high < BAD:
        muted = "It is wrong more often than right: put it on trial."
        return Proposal(Step.MUTE, f"{said} {muted} {_hint(record)}".strip())
    if hint := _hint(record) if low < GOOD else "":
        return Proposal(Step.TIGHTEN, f"{said} {hint}")
    return Proposal(Step.KEEP, said)


def _of_trial(record: Record, low: float, high: float, said: str) -> Proposal:
    if low >= GOOD:
        if record.a_day > MOST_A_DAY:
            return Proposal(
                Step.TIGHTEN,
                f"{said} But it alerts {record.a_day:.0f} times a day; more than {MOST_A_DAY:.0f} are read by nobody.",
            )
        if record.days < LEAST_DAYS:
            return Proposal(Step.KEEP, f"{said} Good so far; a trial takes {LEAST_DAYS:.0f} days at least.")
        return Proposal(Step.PROMOTE, f"{said} That is good enough to tell people.")
    if hint := _hint(record):
        return Proposal(Step.TIGHTEN, f"{said} {hint}")
    more = "More answers will tell whether that is enough." if high >= GOOD else "That is too little to tell people."
    return Proposal(Step.KEEP, f"{said} {more}")


def _said(record: Record, low: float, high: float) -> str:
    if not record.answered:
        return "Nobody has answered any of its alerts."
    return (
        f"{record.right} of {record.answered} answered {'was' if record.answered == 1 else 'were'} right: "
        f"it is right in {low:.0%} to {high:.0%} of cases."
    )


_ADVICE = {
    Fault.NOT_RELEVANT: "Rejected mostly as not relevant: look at “match”, and at its “none”.",
    Fault.NOT_NEW: "Rejected mostly as not new: look at “same_event”, and at the seeds.",
    Fault.WRONG: "Rejected mostly as wrong: look at its steps, and at what outlets they rest on.",
}


def _hint(record: Record) -> str:
    """What most rejections have in common; "" where there are few, or nothing is most of them."""
    if record.wrong < LEAST_FAULTS:
        return ""
    fault, number = max(record.faults.items(), key=lambda item: (item[1], item[0].value))
    return _ADVICE[fault] if number / record.wrong > MOSTLY else ""
