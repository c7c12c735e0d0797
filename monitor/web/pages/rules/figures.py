"""What is counted of all rules once a minute."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.core.coverage import RuleCoverage
from monitor.core.lifecycle import Proposal, Record, interval, propose
from monitor.core.responses import Fault
from monitor.core.rules import Rule, Stage
from monitor.store.answered import Judged, record
from monitor.store.shown.rules import Told
from monitor.web.site import Site

DAYS, LONGEST = 30, 90
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Measured:
    """What people said to a rule in one stage. `low` and `high` are the range of its precision."""

    record: Record
    alerts: int
    low: float
    high: float
    proposal: Proposal

    @property
    def share(self) -> float | None:
        return self.record.right / self.record.answered if self.record.answered else None


@dataclass(frozen=True, slots=True)
class Figures:
    """`told`, `touched` are of 30 days, `answered` (by rule) of 90; `covered` is of rules in force."""

    at: datetime
    told: Mapping[tuple[str, Stage], Told]
    answered: Mapping[str, Sequence[Judged]]
    touched: Mapping[str, Mapping[date, int]]
    last: Mapping[str, datetime]
    covered: Mapping[str, RuleCoverage]

    @classmethod
    def of(cls, site: Site, now: datetime) -> Figures:
        configuration, shown = site.configuration(), site.shown.rules
        rules = [rule.id for rule in configuration.ruleset.rules]
        answered: dict[str, list[Judged]] = {}
        for judged in shown.answered(now - LONGEST * _DAY):
            answered.setdefault(judged.rule, []).append(judged)
        return cls(
            now,
            shown.told(now - DAYS * _DAY),
            answered,
            shown.touched(rules, first_day(now, DAYS)),
            shown.last(rules),
            site.surveyed().covered,
        )

    def measured(self, rule: str, stage: Stage) -> Measured:
        """Of the last 30 days."""
        mine = [one for one in self.answered.get(rule, ()) if one.stage is stage and one.at > self.at - DAYS * _DAY]
        faults = Counter(fault for one in mine for fault in one.faults)
        told = self.told.get((rule, stage))
        right = sum(one.right for one in mine)
        counted = record(
            stage,
            right,
            {fault: faults[fault] for fault in Fault},
            told.alerts if told else 0,
            told.first if told else None,
            self.at,
        )
        low, high = interval(right, counted.answered)
        return Measured(counted, told.alerts if told else 0, low, high, propose(counted))

    def days(self, rule: Rule) -> list[int]:
        """Articles on its subject on each of the last 30 days, today last."""
        touched = self.touched.get(rule.id, {})
        return [touched.get(day, 0) for day in days_until(self.at, DAYS)]


def first_day(now: datetime, number: int) -> datetime:
    return (now - (number - 1) * _DAY).replace(hour=0, minute=0, second=0, microsecond=0)


def days_until(now: datetime, number: int) -> list[date]:
    """So many days in UTC, today last."""
    return [now.date() - timedelta(days=ago) for ago in range(number - 1, -1, -1)]


def spark(counts: Sequence[int]) -> str:
    """Bars as one path in a picture of 100 by 20."""
    most = max(counts, default=0)
    wide = 100 / max(len(counts), 1)
    bars = (
        f"M{place * wide:.1f} 20v-{max(count / most * 20, 1):.1f}h{wide * 0.8:.1f}V20z"
        for place, count in enumerate(counts)
        if count
    )
    return "".join(bars)
