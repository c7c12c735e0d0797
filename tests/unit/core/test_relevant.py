"""Which facts have a say: handing over more of them, however many, changes no opinion."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.core import relevant
from monitor.core.figures import same_figure
from monitor.core.model import (
    Article,
    Claim,
    DateSpan,
    Evidence,
    Fact,
    Figure,
    RuleKind,
    VerdictKind,
    Zone,
)
from monitor.core.novelty import opine
from monitor.core.relevant import Near, Question, Sum, question, select
from monitor.core.rules import SameEvent
from monitor.memory import MemoryLedger
from tests.chance import DAY, RULES, TODAY, VOLUME, Making
from tests.making import NOON, article, rule

MANY = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])

cases = st.builds(lambda seed, of: Making(Random(seed), of), st.integers(0, 10**9), st.sampled_from(RULES))
TOLD: Article = article("It was hit", "It was hit.")


def oldest_first(facts: list[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: (fact.recorded, fact.key))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds so low that random facts go beyond them."""
    for module in ("monitor.core.relevant", "monitor.memory"):
        for name, bound in (("NEAR", 3), ("BEYOND", 2), ("SUMS", 2), ("TOLD", 2)):
            monkeypatch.setattr(f"{module}.{name}", bound)


@pytest.mark.parametrize("bounds", ["as they are", "low"])
@given(case=cases)
@settings(MANY, suppress_health_check=[*MANY.suppress_health_check, HealthCheck.function_scoped_fixture])
def test_an_opinion_on_what_is_asked_for_equals_that_on_all_facts(bounds, request, case: Making) -> None:
    """Also if what is asked for was asked for several claims together; with the same reason."""
    if bounds == "low":
        request.getfixturevalue("small")
    of, facts, claims = case.rule, case.facts(), case.claims()
    ledger = MemoryLedger(facts)
    asked = ledger.facts(question(of, claims), NOON)
    coverage = ledger.coverage(relevant.window(of, of.volume, NOON), NOON) if of.volume else None
    for claim in claims:
        assert opine(claim, of, asked, TOLD, coverage) == opine(claim, of, oldest_first(facts), TOLD)


@given(case=cases, hours=st.integers(0, 100), without=st.sampled_from(("", "article:a")))
@settings(MANY, suppress_health_check=[*MANY.suppress_health_check, HealthCheck.function_scoped_fixture])
def test_a_ledger_in_memory_answers_as_is_said(small, case: Making, hours: int, without: str) -> None:
    of, facts, claims, now = case.rule, case.facts(), case.claims(), NOON - timedelta(hours=hours)
    known = [fact for fact in facts if fact.recorded <= now]
    asked = replace(question(of, claims), events=("e1", "none"), without=without)
    assert MemoryLedger(facts).facts(asked, now) == select(asked, known)
    window = replace(relevant.window(of, VOLUME.volume, now - DAY), without=without)
    assert MemoryLedger(facts).coverage(window, now) == relevant.count(window, known)


@given(value=st.floats(0, 1e15), other=st.floats(0.9, 1.1))
def test_every_figure_that_says_the_same_is_asked_for(value: float, other: float) -> None:
    figure, alike = Figure(value, "USD"), Figure(value * other, "USD")
    if same_figure(figure, alike):
        asked = Sum.like(figure)
        assert asked.low <= alike.value <= asked.high


def dated(key: str, day: date, recorded: datetime = NOON - DAY, last: date | None = None, **changes) -> Fact:
    made = Fact(key, "mill", RuleKind.EVENT, "hit", f"hit-{key}", recorded, "article:x", "", DateSpan(day, last or day))
    return replace(made, **changes)


def chosen(asked: Question, *facts: Fact) -> list[str]:
    return [fact.key for fact in select(asked, facts)]


def test_of_the_facts_around_a_date_the_nearest_are_chosen_on_each_side(small) -> None:
    around = Question("mill", (Near("hit", DateSpan(TODAY, TODAY), 3),))
    before = [dated(f"b{n}", TODAY - n * DAY) for n in range(1, 9)]
    after = [dated(f"c{n}", TODAY + n * DAY) for n in range(1, 9)]
    # three within reach, and the two nearest beyond
    assert chosen(around, *before, *after) == ["b1", "b2", "b3", "b4", "b5", "c1", "c2", "c3", "c4", "c5"]


def test_of_one_day_those_told_last_are_chosen(small) -> None:
    around = Question("mill", (Near("hit", DateSpan(TODAY, TODAY), 3),))
    assert chosen(around, *(dated(f"{n}", TODAY, NOON - n * DAY) for n in range(1, 6))) == ["3", "2", "1"]


def test_what_lasts_beyond_the_date_is_near_however_long_ago_it_began(small) -> None:
    around = Question("mill", (Near("hit", DateSpan(TODAY, TODAY)),))
    crowd = [dated(f"{n}", TODAY - n * DAY) for n in range(9)]
    assert "long" in chosen(around, *crowd, dated("long", TODAY - 500 * DAY, last=TODAY + DAY))


def test_a_plan_told_lately_is_chosen_whatever_its_date(small) -> None:
    claim = Near("hit", DateSpan(TODAY, TODAY), 1, TODAY)
    crowd = [dated(f"{n}", TODAY + n * DAY, NOON + 90 * DAY) for n in range(1, 20)]
    plan = dated("plan", TODAY + 80 * DAY, NOON - 2 * DAY)
    assert "plan" in chosen(Question("mill", (claim,)), *crowd, plan)
    assert "plan" not in chosen(Question("mill", (replace(claim, told=TODAY + 20 * DAY),)), *crowd, plan)


def test_other_steps_stand_in_only_where_nothing_is_known_of_the_step(small) -> None:
    asked = Question("mill", (Near("hit", DateSpan(TODAY, TODAY), instead=("repaired",)),))
    other = dated("other", TODAY, step="repaired")
    assert chosen(asked, other) == ["other"]
    assert chosen(asked, other, dated("own", TODAY - 900 * DAY)) == ["own"]


def test_a_date_at_the_end_of_the_calendar_is_no_mistake() -> None:
    far = Near("hit", DateSpan(date.min, date.max), 10**6, date.max)
    assert select(Question("mill", (far,)), [dated("a", TODAY)]) == [dated("a", TODAY)]
    assert relevant.Window("mill", datetime.min.replace(tzinfo=UTC) + DAY, 100 * DAY).begins.year == 1


def test_a_name_is_common_by_the_events_about_that_time(small) -> None:
    """A name in three events of these weeks tells none from another; three of other years do not make it common."""
    of = rule(same_event=SameEvent(days=2, memory=7 * DAY))
    claim = Claim(
        "mill",
        RuleKind.EVENT,
        "hit",
        (Evidence("", 0, 0, Zone.LEAD),),
        DateSpan(TODAY, TODAY),
        names=frozenset({"aliyev"}),
    )
    told = dated("told", TODAY - 5 * DAY, names=frozenset({"aliyev"}))

    def others(*ago: int) -> list[Fact]:
        return [dated(f"o{n}", TODAY - n * DAY, names=frozenset({"aliyev"})) for n in ago]

    years_ago = [dated(f"p{n}", TODAY - n * DAY) for n in (30, 31)] + others(400, 401)
    assert opine(claim, of, [*years_ago, told], TOLD).kind is not VerdictKind.NEW
    assert opine(claim, of, [*others(6, 7), told], TOLD).kind is VerdictKind.NEW
