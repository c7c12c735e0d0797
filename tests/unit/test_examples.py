"""The texts of a time-line and when they appear."""

from __future__ import annotations

from monitor.core.model import RuleKind
from monitor.core.rules import Condition, Example, ExampleArticle, VolumeSpec
from monitor.examples import run_examples
from tests.making import rule, rule_set


def test_texts_without_a_time_come_an_hour_apart_also_before_the_first_that_has_one() -> None:
    texts = (
        ExampleArticle("The mill was hit.", title="Mill hit", expect="new"),
        ExampleArticle(
            "The mill was hit.", title="Again: mill hit", expect="followup", published="2026-05-04T08:00:00Z"
        ),
    )
    example = rule(examples=(Example(texts),))
    burst = VolumeSpec(least=2, publishers=1, factor=1)
    volume = rule(
        id="talk", kind=RuleKind.VOLUME, steps=(), match=Condition(all=(("mill",),)), volume=burst,
        examples=(Example((ExampleArticle("The mill stands."), ExampleArticle(
            "A mill works.", expect="new", published="2026-05-04T08:00:00Z"))),),
    )  # fmt: skip
    assert [result.failure for result in run_examples(rule_set(example, volume))] == [""] * 4
