"""Which of the rejected facts have a say on news, and what they make of it."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Fact, RuleKind, VerdictKind
from monitor.core.novelty import opine
from monitor.core.opinion import Opinion
from monitor.core.rejected import asked_aside, corrects, is_aside, shelf, with_rejection
from monitor.core.relevant import question, select
from monitor.core.responses import Fault
from monitor.core.rules import Rule
from tests.chance import EVENT, QUANTITY, STATE, Making
from tests.making import NOON, article

ARTICLE = article("The mill", "It was hit.", NOON)


def put_aside(facts: list[Fact]) -> list[Fact]:
    return [replace(fact, rule=shelf(fact.rule), source="article:x", key=f"{fact.key}~") for fact in facts]


def opinions(making: Making, rule: Rule, known: list[Fact]) -> list[Opinion]:
    return [opine(claim, rule, known, ARTICLE) for claim in making.claims()]


RULES = pytest.mark.parametrize("rule", [EVENT, STATE, QUANTITY], ids=lambda rule: rule.id)


@RULES
@given(seed=st.integers())
def test_what_is_asked_of_the_shelf_is_all_that_has_a_say(rule: Rule, seed: int) -> None:
    making = Making(Random(seed), rule)
    known, aside = making.facts()[:20], put_aside(making.facts())
    told = opinions(making, rule, known)
    asked = asked_aside(rule, told)
    found = select(asked, aside) if asked else []
    for opinion in told:
        held = select(question(rule, (opinion.claim,)), known)
        after = with_rejection(opinion, rule, known, found, ARTICLE)
        assert after == with_rejection(opinion, rule, held, aside, ARTICLE)
        if opinion.kind is not VerdictKind.NEW:
            assert after == opinion
        elif after != opinion:
            assert after.kind is VerdictKind.FOLLOWUP
            assert is_aside(after.fact)
            assert (after.previous, after.current) == ("", "")
            assert after.reason.startswith(opinion.reason)


@RULES
@given(seed=st.integers())
def test_what_is_put_aside_has_no_say_on_what_is_known(rule: Rule, seed: int) -> None:
    making = Making(Random(seed), rule)
    known, aside = making.facts(), put_aside(making.facts())
    for claim in making.claims():
        assert opine(claim, rule, known, ARTICLE) == opine(claim, rule, [*known, *aside], ARTICLE)


def test_where_nothing_is_new_nothing_is_asked_of_the_shelf() -> None:
    making = Making(Random(1), EVENT)
    told = [replace(opinion, kind=VerdictKind.KNOWN) for opinion in opinions(making, EVENT, [])]
    assert asked_aside(EVENT, told) is None


@pytest.mark.parametrize("fault", list(Fault))
def test_a_burst_stays_and_of_states_and_figures_what_is_only_not_new(fault: Fault) -> None:
    true = fault is Fault.NOT_NEW
    assert [corrects(kind, fault) for kind in RuleKind] == [True, not true, not true, False]
