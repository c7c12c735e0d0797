"""The texts of a time-line and when they appear."""

from __future__ import annotations

from monitor.core.model import RuleKind
from monitor.core.rules import Condition, Example, ExampleArticle, VolumeSpec
from monitor.examples import run_examples
from monitor.memory import MemoryLedger
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


def test_quiet_wants_a_match_without_an_alert_and_unmatched_no_match() -> None:
    hit, other = "The mill was hit.", "The church was hit."
    cases = [(hit, "quiet"), (hit, "unmatched"), (other, "quiet"), (other, "unmatched"), (other, "silent")]
    examples = [
        Example((ExampleArticle(hit, title="Mill hit", expect="new"), ExampleArticle(text, expect=expected)))
        for text, expected in cases
    ]
    results = [result.failure for result in run_examples(rule_set(rule(examples=tuple(examples))))][1::2]
    assert [failure.partition(":")[0] for failure in results] == [
        "",
        "expected unmatched, got followup, no alert",
        "expected quiet, got silent",
        "",
        "",
    ]


def test_an_example_that_wants_the_seeds_gets_a_ledger_of_its_own() -> None:
    told = Example((ExampleArticle("The mill was hit.", title="Mill hit", expect="new"),), seeds=True)
    made: list[MemoryLedger] = []

    def seeded() -> MemoryLedger:
        made.append(MemoryLedger())
        return made[-1]

    rules = rule_set(rule(examples=(told, told)))
    assert [result.failure for result in run_examples(rules, seeded)] == ["", ""]
    assert len(made) == 2
    assert list(run_examples(rules)) == [], "without seeds such an example is passed over"
