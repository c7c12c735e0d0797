"""What an edit of the rules would have changed, over the same articles."""

from __future__ import annotations

from datetime import timedelta

from monitor.backtest import backtest
from monitor.core.judge import Judge
from monitor.core.rules import Condition, Rule, Stage
from monitor.judging import Desk
from monitor.memory import MemoryLedger
from tests.making import NOON, TERMS, article, rule, rule_set

DAY = timedelta(days=1)
ARTICLES = [
    article("Drones hit mill", "The mill was hit overnight."),
    article("Union calls walkout at mill", "A strike at the mill begins today, the union said.", NOON + 9 * DAY),
    article("Harbour opens", "The harbour was opened today.", NOON + 10 * DAY),
]


def desk(*rules: Rule) -> Desk:
    return Desk(Judge(rule_set(*rules, terms=TERMS)), {})


def test_a_stricter_rule_takes_an_alert_away_and_says_why() -> None:
    strict = rule(match=Condition(all=(("mill",),), none=("labour",)))
    told = backtest(ARTICLES, desk(rule()), desk(strict), MemoryLedger)
    assert (told.articles, len(told.kept), told.added) == (3, 1, ())
    assert [(gone.article.title, gone.rule) for gone in told.removed] == [("Union calls walkout at mill", "mill")]
    assert "near “union” (labour)" in told.removed[0].reason


def test_a_new_rule_adds_alerts() -> None:
    told = backtest(ARTICLES, desk(rule()), desk(rule(), rule(id="more")), MemoryLedger)
    assert [new.rule for new in told.added] == ["more", "more"]
    assert not told.removed


def test_the_same_rules_change_nothing() -> None:
    told = backtest(ARTICLES, desk(rule()), desk(rule()), MemoryLedger)
    assert (len(told.kept), told.added, told.removed) == (2, (), ())


def test_what_a_rule_on_trial_finds_counts_and_is_marked() -> None:
    told = backtest(ARTICLES, desk(), desk(rule(stage=Stage.SHADOW)), MemoryLedger)
    assert [new.shadow for new in told.added] == [True, True]
