"""`monitor coverage` and `monitor sources list --unhealthy`: who is heard, who is not, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.model import Entry, Outcome, Polled, PollPlan, Source
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

    def record(source: Source, at: datetime, outcome: Outcome = Outcome.FRESH, message: str = "") -> None:
        heard = outcome is Outcome.FRESH
        entries = (Entry("1", (source.id,), None, "Ferry", published=at - timedelta(minutes=5)),) if heard else ()
        polled = Polled(source.id, at, outcome, entries, 200, message=message)
        store.record_polls([(polled, PollPlan(at + timedelta(minutes=10), "", 240.0 if heard else None), frozenset())])

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
    assert line.endswith("3 polls in a row failed, last success 12 h ago: the server answered 403 Forbidden")
    (row,) = polled.run("sources", "list", "--unhealthy", "--json").data
    assert (row["health"], row["cause"][:23]) == ("failing", "3 polls in a row failed")
    assert [row["cause"] for row in polled.run("sources", "list", "--json").data if row["id"] == "orm-tbilisi"] == [""]


def test_the_list_tells_health_and_rhythm_and_below_it_what_ails_whom(polled: Desk) -> None:
    ran = polled.run("sources", "list")
    header, herald, tbilisi, gap, cause = ran.out.splitlines()
    assert " ".join(header.split()) == "ID LANG HEALTH EVERY RHYTHM LAST NEW EXPECTED NEXT POLL ENTRIES"
    assert herald.split()[:6] == ["orm-herald", "en", "failing", "10m", "4", "min"]
    assert tbilisi.split()[:6] == ["orm-tbilisi", "ka", "healthy", "10m", "4", "min"]
    assert (gap, ran.err) == ("", "")
    assert cause.startswith("orm-herald: failing, 3 polls in a row failed")
    assert max(map(len, (header, herald, tbilisi))) <= 120
    row = next(row for row in polled.run("sources", "list", "--json").data if row["id"] == "orm-tbilisi")
    assert (row["health"], row["rhythm_seconds"], row["expected_at"], row["moved_hint"]) == ("healthy", 240.0, None, "")


def test_what_doctor_counts_is_what_the_list_shows(polled: Desk) -> None:
    assert "1 of 2 sources is not healthy: 1 failing" in polled.run("doctor", "--offline").out


@pytest.fixture
def moved(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A source whose permanent redirect has held for two days, one that writes every hour and is late, one switched
    off, one not asked yet."""
    now = datetime.now(UTC)
    url = f"sqlite:///{desk.folder}/monitor.db"
    monkeypatch.setenv("MONITOR_DATABASE_URL", url)
    assert desk.run("db", "upgrade").code == 0
    engine = create_engine(url)
    store = SqlStore(engine)
    sources = [Source(name, f"https://{name}.example/feed", name) for name in ("moved", "late", "off", "new")]
    store.sync_sources([*sources[:2], replace(sources[2], enabled=False), sources[3]], now)

    def record(name: str, hours: int, *published: int, to: str | None = None) -> None:
        at = now - timedelta(hours=hours)
        entries = tuple(Entry(str(age), (f"{name}{age}",), None, "", published=now - timedelta(hours=age))
                        for age in published)  # fmt: skip
        polled = Polled(name, at, Outcome.FRESH, entries, 200, moved_to=to)
        store.record_polls([(polled, PollPlan(now + timedelta(hours=1), ""), frozenset())])

    for hours in (48, 24, 0):
        record("moved", hours, hours, to="https://new.example/feed")
    record("late", 0, 3, 4, 5)
    engine.dispose()
    return desk


def test_a_source_that_moved_is_told_where_to_and_one_that_is_late_by_how_much(moved: Desk) -> None:
    ran = moved.run("sources", "list")
    assert ran.out.splitlines()[-1] == (
        "moved: it has moved for good and is read at https://new.example/feed: put that address into sources.yaml"
    )
    health = {line.split()[0]: line.split()[2] for line in ran.out.splitlines()[1:5]}
    assert health == {"moved": "healthy", "late": "healthy", "off": "off", "new": "new"}
    assert "  overdue 2 h  " in ran.out
    rows = {row["id"]: row for row in moved.run("sources", "list", "--json").data}
    assert "https://new.example/feed" in rows["moved"]["moved_hint"]
    assert rows["late"]["expected_at"] < datetime.now(UTC).isoformat()
    assert moved.run("sources", "list", "--unhealthy", "--json").data == [], "off and new are no illness"
