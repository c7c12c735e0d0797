"""A rule on trial: what it finds is stored and known, and nobody is told of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.core.alerts import Target
from monitor.core.judge import Judge
from monitor.core.routing import Route
from monitor.core.rules import Stage
from monitor.judging import Desk, judge_article
from monitor.store.accounts import Accounts
from monitor.store.tables import delivery
from tests import making
from tests.contracts.ledger import NOW, make_article

DAY = timedelta(days=1)
TEXTS = (
    ("Drones hit mill in Varna", "The mill in Varna was hit by drones overnight, the police said."),
    ("Varna mill struck", "A strike hit the mill in Varna overnight, officials said on Monday; nobody was hurt."),
    ("Mill in Burgas hit", "The mill in Burgas was hit on 20 November 2026, the ministry of the interior said."),
)


def desk(stage: Stage, **more) -> Desk:
    rules = making.rule_set(making.rule(stage=stage, **more))
    return Desk(Judge(rules), {"oncall": [Target("oncall", "screen", "console://")]}, Route(("oncall",)))


@pytest.fixture
def tell(store, newsroom):
    def told(number: int, stage: Stage, at=NOW):
        title, text = TEXTS[number]
        article = replace(make_article(f"t{number}"), title=title, text=text, published=at, first_seen=at, url="")
        newsroom.save(article)
        return store.judging(lambda unit: judge_article(article, desk(stage), unit, at)).alerts

    return told


def deliveries(engine) -> int:
    with engine.connect() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(delivery)).scalar_one()


def test_an_alert_on_trial_is_kept_without_a_delivery(engine, views, tell):
    [alert] = tell(0, Stage.SHADOW)
    assert views.alert(alert.key).alert.shadow
    assert "The rule is on trial: shown, not sent." in views.alert(alert.key).alert.reason
    assert deliveries(engine) == 0


def test_the_heartbeat_does_not_count_what_nobody_was_to_be_told(engine, tell):
    tell(0, Stage.SHADOW)
    assert Accounts(engine).activity(NOW - DAY, NOW).alerts == 0
    tell(2, Stage.LIVE, NOW + timedelta(hours=1))
    assert Accounts(engine).activity(NOW - DAY, NOW + DAY).alerts == 1


def test_a_rule_that_goes_live_tells_nothing_of_its_trial_but_what_is_new(engine, tell):
    tell(0, Stage.SHADOW)
    assert tell(1, Stage.LIVE, NOW + timedelta(hours=2)) == ()
    assert deliveries(engine) == 0
    [alert] = tell(2, Stage.LIVE, NOW + timedelta(hours=3))
    assert not alert.shadow
    assert deliveries(engine) == 1
