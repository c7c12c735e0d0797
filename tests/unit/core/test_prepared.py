"""What an article says by itself may be worked out at any time before it is judged."""

from __future__ import annotations

from dataclasses import replace

from monitor.core.judge import Judge
from monitor.judging import judge_article, judge_prepared, prepare, touched
from monitor.memory import MemoryLedger
from tests.crowd import LATER, desk, stream
from tests.making import article, rule, rule_set


def test_all_prepared_before_the_first_is_judged_gives_the_verdicts_of_one_after_the_other():
    told, _ = stream(4, events=10, idle=10)
    rules, one, other = desk(), MemoryLedger(), MemoryLedger()
    ready = [prepare(item, rules) for item in told]
    at_once = [judge_prepared(item, rules, one, LATER) for item in ready]
    by_turns = [judge_article(item, rules, other, LATER) for item in told]
    assert [(outcome.decisions, outcome.alerts) for outcome in at_once] == [
        (outcome.decisions, outcome.alerts) for outcome in by_turns
    ]


def test_what_is_touched_is_what_gets_a_verdict_and_nothing_else():
    told, _ = stream(5, events=6, idle=6)
    rules, ledger = desk(), MemoryLedger()
    for item in told:
        ready = prepare(item, rules)
        outcome = judge_prepared(ready, rules, ledger, LATER)
        assert ready.prepared.rules == {decision.verdict.rule for decision in outcome.decisions}
    assert touched(prepare(item, rules) for item in told if item.id.startswith("idle")) == frozenset()


def test_a_rule_that_is_nearly_touched_is_not_touched():
    prepared = Judge(rule_set(rule())).prepare(article("Mills", "The mill stands by the river."))
    assert prepared.rules == frozenset()


def test_a_prepared_article_has_the_language_of_its_text():
    text = "Мельница стоит у реки, и вода в ней не замерзает даже в самые холодные зимы."
    told = replace(article("Мельница", text), language="en")
    assert Judge(rule_set(rule())).prepare(told).article == replace(told, language="ru")
