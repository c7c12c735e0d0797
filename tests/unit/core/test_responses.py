"""What people said to an event, and how it stands after that."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.responses import UNANSWERED, Answer, Fault, Response, Standing, says_nothing_new, standing
from tests.making import NOON

HOUR = timedelta(hours=1)


def said(answer: Answer, author: str = "Ann", **more) -> Response:
    return Response("mill:hit", answer, author, NOON, **more)


@st.composite
def anything(draw) -> Response:
    answer = draw(st.sampled_from(Answer))
    until = NOON + draw(st.integers(1, 3)) * HOUR if answer is Answer.SNOOZE else None
    fault = draw(st.sampled_from(Fault)) if answer is Answer.REJECT else None
    return said(answer, draw(st.sampled_from(["Ann", "Ben"])), until=until, fault=fault)


def test_of_each_answer_the_last_counts_and_reopening_takes_all_back() -> None:
    ann, ben = said(Answer.ACKNOWLEDGE), said(Answer.ACKNOWLEDGE, "Ben")
    assert standing([ann, ben]).acknowledged == ben
    assert standing([ann, said(Answer.RESOLVE), said(Answer.REOPEN)]) == UNANSWERED


@pytest.mark.parametrize("answer", [Answer.ACKNOWLEDGE, Answer.RESOLVE, Answer.REJECT])
def test_whatever_is_said_after_a_snooze_ends_it_and_a_snooze_ends_nothing(answer: Answer) -> None:
    snooze, other = said(Answer.SNOOZE, until=NOON + HOUR), said(answer)
    assert standing([snooze, other]).snoozed_until(NOON) is None
    after = standing([other, snooze])
    assert (after.answered, after.snoozed_until(NOON)) == (other, NOON + HOUR)
    assert after.snoozed_until(NOON + HOUR) is None


def test_saying_once_more_what_stands_ends_a_snooze_that_came_in_between() -> None:
    stands = standing([said(Answer.ACKNOWLEDGE), said(Answer.SNOOZE, until=NOON + HOUR)])
    assert not says_nothing_new(said(Answer.ACKNOWLEDGE), stands)


@given(st.lists(anything(), max_size=8), anything())
def test_what_says_nothing_new_changes_nothing(before: list[Response], response: Response) -> None:
    if says_nothing_new(response, standing(before)):
        assert standing([*before, response]) == standing(before)


@given(st.lists(anything(), max_size=8), anything())
def test_what_was_just_said_says_nothing_new(before: list[Response], response: Response) -> None:
    assert says_nothing_new(replace(response, at=NOON + HOUR), standing([*before, response]))


def test_another_reason_fault_or_person_is_something_new() -> None:
    stands = standing([said(Answer.REJECT, fault=Fault.WRONG, reason="no mill there")])
    assert says_nothing_new(said(Answer.REJECT, fault=Fault.WRONG), stands)
    assert not says_nothing_new(said(Answer.REJECT, fault=Fault.WRONG, reason="a toy mill"), stands)
    assert not says_nothing_new(said(Answer.REJECT, fault=Fault.NOT_NEW), stands)
    assert not says_nothing_new(said(Answer.REJECT, "Ben", fault=Fault.WRONG), stands)


def test_how_it_stands_is_told_in_words() -> None:
    assert UNANSWERED.words(NOON) == "not answered"
    rejected = said(Answer.REJECT, fault=Fault.NOT_RELEVANT, reason="a toy mill")
    snoozed = said(Answer.SNOOZE, "Ben", until=NOON + HOUR)
    stands = Standing(rejected=rejected, acknowledged=said(Answer.ACKNOWLEDGE), snoozed=snoozed)
    first = "rejected as not relevant: a toy mill (Ann, 2030-03-12 12:00 UTC)"
    assert stands.words(NOON) == f"{first}; snoozed until 2030-03-12 13:00 UTC (Ben, 2030-03-12 12:00 UTC)"
    assert stands.words(NOON + HOUR) == first
