"""Updates through a real database: alerted once for each, whatever is killed, repeated or asked again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine

from monitor.core.alerts import Target
from monitor.core.judge import Judge
from monitor.core.model import Article
from monitor.core.routing import Route
from monitor.judging import Desk, Outcome, judge_article
from monitor.store.sql import SqlStore
from tests.making import NOON, article, rule, rule_set

HOUR = timedelta(hours=1)
STORY = (
    ("Mill in Varna hit, channels claim", "Telegram channels claimed that drones hit the mill in Varna overnight."),
    ("Strike on mill in Varna", "The mill in Varna was hit overnight, the ministry said. Four people were injured."),
    ("Mill in Varna still burns", "The number of injured in the strike on the mill in Varna rose to six."),
    ("Navy denies hitting mill in Varna", "The navy denied that it had hit the mill in Varna."),
    ("Mill in Varna: what we know", "Six people were injured when the mill in Varna was hit, the ministry said."),
)
PIECES = [article(title, text, NOON + n * HOUR, id=f"piece-{n}") for n, (title, text) in enumerate(STORY)]
CHANGES = {
    ("", "strike"),
    ("claimed by one side", "officially confirmed"),
    ("4 injured", "6 injured"),
    ("officially confirmed", "officially denied"),
}


def desk(updates: bool) -> Desk:
    screen = (Target("oncall", "screen", "console://"),)
    return Desk(Judge(rule_set(rule(updates=updates))), {"oncall": screen}, Route(("oncall",)))


@pytest.fixture
def judge(engine: Engine) -> Callable[..., Outcome]:
    """Judge a saved article in a transaction of its own, each time as a process that has just started would."""

    def judged(piece: Article, updates: bool = True, killed: bool = False) -> Outcome:
        def work(unit: object) -> Outcome:
            outcome = judge_article(piece, desk(updates), unit, piece.published)  # type: ignore[arg-type]
            if killed:
                raise RuntimeError("killed here")
            return outcome

        return SqlStore(engine).judging(work)

    return judged


def told(views):
    return [(row.alert.previous, row.alert.current) for row in views.alerts()]


def test_each_update_alerts_once(newsroom, views, judge):
    for piece in PIECES:
        newsroom.save(piece)
        judge(piece)
    assert sorted(told(views)) == sorted(CHANGES)
    assert len({row.alert.event for row in views.alerts()}) == 1


def test_a_rule_without_updates_alerts_on_the_event_alone(newsroom, views, judge):
    for piece in PIECES:
        newsroom.save(piece)
        judge(piece, updates=False)
    assert told(views) == [("", "strike")]
    assert {verdict.decision.verdict.previous for piece in PIECES for verdict in views.verdicts(piece.id)} == {
        previous for previous, _ in CHANGES
    }


def test_a_kill_before_the_end_and_judging_again_after_it_double_nothing(newsroom, views, judge):
    for piece in PIECES:
        newsroom.save(piece)
        with pytest.raises(RuntimeError, match="killed here"):
            judge(piece, killed=True)
        judge(piece)
        judge(piece)
    assert sorted(told(views)) == sorted(CHANGES)
