"""What the answers of people speak for: promoting, muting, tightening, or waiting."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.lifecycle import GOOD, Record, Step, Z, interval, propose
from monitor.core.responses import Fault
from monitor.core.rules import Stage

NUMBERS = st.integers(min_value=0, max_value=300)


@st.composite
def records(draw: st.DrawFn) -> Record:
    return Record(
        draw(st.sampled_from(Stage)),
        draw(NUMBERS),
        {fault: draw(NUMBERS) for fault in Fault},
        draw(st.floats(min_value=0, max_value=400)),
        draw(st.floats(min_value=0, max_value=100)),
    )


def trial(right: int, days: float = 14.0, a_day: float = 1.0, **faults: int) -> Record:
    return Record(Stage.SHADOW, right, {Fault[name.upper()]: number for name, number in faults.items()}, days, a_day)


@given(answered=st.integers(min_value=1, max_value=1000), part=st.floats(min_value=0, max_value=1))
def test_the_ends_of_the_interval_are_wilson_s(answered: int, part: float) -> None:
    """At each end the share that was seen is just so many standard errors of that end away."""
    share = round(answered * part) / answered
    for end in interval(round(answered * part), answered):
        if 0 < end < 1:
            assert abs(share - end) == pytest.approx(Z * sqrt(end * (1 - end) / answered), abs=1e-9)


def test_three_right_answers_prove_little_and_none_prove_nothing() -> None:
    assert interval(0, 0) == (0, 1)
    assert interval(3, 3)[0] < GOOD < interval(6, 6)[0]


@given(answered=st.integers(min_value=1, max_value=1000), share=st.floats(min_value=0, max_value=1))
def test_the_interval_holds_the_share_itself(answered: int, share: float) -> None:
    right = round(answered * share)
    low, high = interval(right, answered)
    assert 0 <= low <= right / answered + 1e-9
    assert right / answered - 1e-9 <= high <= 1


@pytest.mark.parametrize(
    ("record", "step", "words"),
    [
        (trial(0), Step.KEEP, "Nobody has answered any of its alerts."),
        (trial(3), Step.KEEP, "More answers will tell"),
        (trial(10), Step.PROMOTE, "10 of 10 answered were right: it is right in 86% to 100% of cases."),
        (trial(10, days=3), Step.KEEP, "a trial takes 7 days at least"),
        (trial(10, a_day=25), Step.TIGHTEN, "alerts 25 times a day"),
        (trial(4, not_relevant=5, wrong=1), Step.TIGHTEN, "look at “match”"),
        (trial(4, not_new=5, wrong=1), Step.TIGHTEN, "look at “same_event”"),
        (trial(4, wrong=5), Step.TIGHTEN, "mostly as wrong"),
        (trial(15, not_new=5, wrong=5), Step.KEEP, "too little to tell people"),
        (replace(trial(1, wrong=9), stage=Stage.LIVE), Step.MUTE, "wrong more often than right"),
        (replace(trial(0, wrong=1), stage=Stage.LIVE), Step.KEEP, "0 of 1 answered was right"),
        (replace(trial(9, not_new=4), stage=Stage.LIVE), Step.TIGHTEN, "look at “same_event”"),
        (replace(trial(30, not_new=3), stage=Stage.LIVE), Step.KEEP, "30 of 33"),
    ],
)
def test_what_is_proposed_and_why(record: Record, step: Step, words: str) -> None:
    told = propose(record)
    assert (told.step, words in told.reason) == (step, True), told


@given(records())
def test_only_a_rule_on_trial_is_promoted_and_only_a_live_one_muted(record: Record) -> None:
    step = propose(record).step
    assert step is not Step.PROMOTE or record.stage is Stage.SHADOW
    assert step is not Step.MUTE or record.stage is Stage.LIVE


@given(records(), NUMBERS)
def test_right_answers_never_speak_for_muting_nor_against_promoting(record: Record, more: int) -> None:
    before, after = propose(record).step, propose(replace(record, right=record.right + more)).step
    assert after is not Step.MUTE or before is Step.MUTE
    assert before is not Step.PROMOTE or after is Step.PROMOTE


@given(records(), st.sampled_from(Fault), NUMBERS)
def test_rejections_never_speak_for_promoting_nor_against_muting(record: Record, fault: Fault, more: int) -> None:
    worse = replace(record, faults={**record.faults, fault: record.faults[fault] + more})
    before, after = propose(record).step, propose(worse).step
    assert after is not Step.PROMOTE or before is Step.PROMOTE
    assert before is not Step.MUTE or after is Step.MUTE


@given(records())
def test_a_proposal_is_whole_sentences_in_one_line(record: Record) -> None:
    reason = propose(record).reason
    assert reason[-1] == "."
    assert len(reason.splitlines()) == 1
