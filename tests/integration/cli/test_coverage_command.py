"""`monitor coverage` and `monitor sources list --unhealthy`: who is heard, who is not, and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.model import Outcome, Polled, PollPlan, Source
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from tests.integration.cli.conftest import Desk


@pytest.fixture
def polled(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An English source that was heard half a day ago and has failed since; a Georgian one that is well."""
    now = datetime.now(UTC)
    url = f"sqlite:///{desk.folder}/monitor.db"
    monkeypatch.setenv("MONITOR_DATABASE_URL", url)
    assert desk.run("db", "upgrade").code == 0
    engine = create_engine(url)
    store = SqlStore(engine)
    english, georgian = (
        Source(name, f"https://{name}.example/feed", name, language=language)
        for name, language in (("orm-herald", "en"), ("orm-tbilisi", "ka"))
    )
    store.sync_sources([english, georgian], now)

    def record(source: Source, at: datetime, outcome: Outcome = Outcome.UNCHANGED, message: str = "") -> None:
        polled = Polled(source.id, at, outcome, status=200, message=message)
        store.record_poll(polled, PollPlan(at + timedelta(minutes=10), ""), frozenset())

    record(georgian, now)
    record(english, now - timedelta(hours=12))
    for hours in (9, 6, 3):
        record(english, now - timedelta(hours=hours), Outcome.HARD, "the server answered 403 Forbidden")
    engine.dispose()
    return desk


def test_a_rule_that_nobody_hears_is_told_with_the_cause_and_the_exit_code_is_1(polled: Desk) -> None:
    ran = polled.run("coverage")
    assert ran.code == 1
    assert ran.out.splitlines()[1].startswith(
        "sinkings  0      1   blind: its only source is not alive (orm-herald last"
    )
    assert "403 Forbidden" in ran.out
    assert ran.complaints == ["monitor: 1 rule of 1 blind: nothing that happens there is seen"]


def test_one_rule_is_told_source_by_source(polled: Desk) -> None:
    ran = polled.run("coverage", "sinkings")
    assert ran.code == 1
    assert "  en: 0 of 1 source alive\n    dead    orm-herald: last answered 12 h" in ran.out
    (item,) = polled.run("coverage", "sinkings", "--json").data
    assert (item["rule"], item["state"], item["alive"], item["sources"], item["blind_in"]) == (
        ("sinkings", "blind", 0, 1, ["en"])
    )
    assert [source["state"] for source in item["languages"][0]["sources"]] == ["dead"]


def test_an_unknown_rule_names_the_nearest(polled: Desk) -> None:
    ran = polled.run("coverage", "sinking")
    assert ran.code == 2
    assert "there is no rule sinking" in ran.err
    assert "sinkings" in ran.err


def test_unhealthy_sources_are_listed_with_the_cause_in_words(polled: Desk) -> None:
    ran = polled.run("sources", "list", "--unhealthy")
    _, line = ran.out.splitlines()
    assert line.startswith("orm-herald  failing  3")
    assert line.endswith(" ago, the last 3 polls failed: the server answered 403 Forbidden")
    (row,) = polled.run("sources", "list", "--unhealthy", "--json").data
    assert row["cause"].startswith("last answered 12 h")
    assert [row["cause"] for row in polled.run("sources", "list", "--json").data if row["id"] == "orm-tbilisi"] == [""]
