"""Facts of analysts, made comparable with what is read off articles."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from monitor.core.baseline import comparable
from monitor.core.model import DateSpan, Fact, RuleKind
from monitor.memory import MemoryLedger
from tests.making import NOON, Stream, article, rule, rule_set

FACT = Fact(
    key="seed:s:1",
    rule="mill",
    kind=RuleKind.EVENT,
    step="hit",
    event="seed:s:1",
    recorded=datetime(2030, 3, 1, tzinfo=UTC),
    source="seed:s",
    words="Drones hit the mill in Odesa.",
    when=DateSpan(date(2030, 3, 10), date(2030, 3, 10)),
    dated=True,
    names=frozenset({"Zelensky"}),
    places=frozenset({"Odesa"}),
)


def test_names_of_a_seed_meet_the_same_names_in_another_alphabet() -> None:
    known = MemoryLedger(comparable([FACT], "en"))
    told = article("Млин зруйновано ударом", "Удар зруйнував млин, повідомив у місті Одеса Зеленський.", language="uk")
    verdict = Stream(rule_set(rule()), known).tell(told).decisions[0].verdict
    assert verdict.kind.value == "known"
    assert verdict.fact == "seed:s:1"


def test_an_undated_report_that_names_nobody_known_is_news() -> None:
    known = MemoryLedger(comparable([replace(FACT, when=DateSpan(date(2030, 3, 7), date(2030, 3, 7)))], "en"))
    told = article("Drones hit mill", "The mill near Varna burned after drones had come, said Mayor Petkov.", NOON)
    assert Stream(rule_set(rule()), known).verdicts(told) == {"mill": "new!"}
