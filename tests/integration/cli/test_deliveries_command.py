"""`monitor deliveries`: what did not go out, sent again or dropped, all or none, with who and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.core.alerts import DeliveryState
from monitor.core.model import Severity
from monitor.core.ourselves import own_alert
from monitor.core.routing import Routing
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from tests.integration.cli.conftest import CHANNELS, Desk

PLACES = [("oncall", "screen"), ("oncall", "chat"), ("desk", "mail"), ("desk", "fax")]
MINUTE = timedelta(minutes=1)


def tell(store: SqlStore, name: str, at: datetime) -> None:
    headline = f"Ferry {name} \x1b[31m sank"
    alert = own_alert("sinkings", "", f"sinkings:{name}", Severity.HIGH, headline, "", (), at, Routing((), ""))
    store.tell(alert, PLACES, (), ())


@pytest.fixture
def engine(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """Four deliveries of one alert, made an hour ago: 1 failed, 2 unknown, 3 sent, 4 pending in ten minutes."""
    url = f"sqlite:///{desk.folder}/monitor.db"
    monkeypatch.setenv("MONITOR_DATABASE_URL", url)
    assert desk.run("db", "upgrade").code == 0
    engine = create_engine(url)
    store, now = SqlStore(engine), datetime.now(UTC)
    tell(store, "Teal", now - 60 * MINUTE)
    store.claim(now, now + MINUTE, 10)
    store.failed(1, now - 59 * MINUTE, "token revoked")
    store.unknown(2, now, "no answer in time")
    store.sent(3, now)
    store.retry(4, now, now + 10 * MINUTE, "HTTP 500", False)
    yield engine
    engine.dispose()


def states(engine: Engine) -> dict[int, str]:
    with engine.connect() as connection:
        return {row.id: row.state for row in connection.execute(sa.text("select id, state from delivery order by id"))}


def noted(engine: Engine) -> list[tuple[int, str, str, str]]:
    with engine.connect() as connection:
        query = "select delivery_id, what, words, author from journal order by id"
        return [tuple(row) for row in connection.execute(sa.text(query))]


BEFORE = {1: "failed", 2: "unknown", 3: "sent", 4: "pending"}


# --- list ------------------------------------------------------------------------------------


def test_the_list_shows_what_was_not_sent_with_its_error(desk: Desk, engine: Engine) -> None:
    ran = desk.run("deliveries", "list")
    assert ran.code == 0
    head, *lines = ran.out.splitlines()
    assert head.split() == ["ID", "CREATED", "STATE", "TRIES", "NEXT", "TARGET", "ALERT", "HEADLINE", "WHY"]
    assert [line.split()[0] for line in lines] == ["4", "2", "1"]
    assert "oncall/screen" in lines[2]
    assert lines[2].endswith("token revoked")
    assert "\x1b" not in ran.out


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--state", "failed"], [1]),
        (["--state", "sent"], [3]),
        (["--state", "held"], []),
        (["--channel", "desk"], [4]),
        (["--since", "2h", "--state", "unknown"], [2]),
        (["--since", "30m"], []),
        (["--limit", "1"], [4]),
    ],
)
def test_the_list_is_narrowed_by_state_channel_and_time(
    desk: Desk, engine: Engine, options: list[str], expected: list[int]
) -> None:
    assert [item["id"] for item in desk.run("deliveries", "list", *options, "--json").data] == expected


def test_the_list_as_data_has_the_keys_that_the_page_names(desk: Desk, engine: Engine) -> None:
    (item,) = desk.run("deliveries", "list", "--state", "failed", "--json").data
    assert list(item) == [
        *("id", "state", "channel", "target", "attempts", "created_at", "next_at", "error", "reason", "alert"),
        *("rule", "severity", "headline"),
    ]
    assert (item["state"], item["attempts"], item["alert"], item["severity"]) == ("failed", 1, 1, "high")


# --- retry -----------------------------------------------------------------------------------


def test_deliveries_are_made_due_again_by_number_with_who_and_why(desk: Desk, engine: Engine) -> None:
    ran = desk.run("deliveries", "retry", "1", "2", "1", "--author", "ann", "--reason", "token mended")
    assert (ran.code, ran.complaints) == (0, ["monitor: 2 deliveries are due again"])
    assert states(engine) == BEFORE | {1: "pending", 2: "pending"}
    assert noted(engine) == [(1, "retry", "token mended", "ann"), (2, "retry", "token mended", "ann")]
    now = datetime.now(UTC)
    SqlStore(engine).claim(now, now + MINUTE, 10)
    assert states(engine) == BEFORE | {1: "sending", 2: "sending"}


def test_all_that_have_failed_of_a_channel_are_made_due_again(desk: Desk, engine: Engine) -> None:
    ran = desk.run("deliveries", "retry", "--all-failed", "--channel", "oncall", "--author", "ann")
    assert (ran.code, ran.complaints) == (0, ["monitor: 1 delivery is due again"])
    assert states(engine) == BEFORE | {1: "pending"}
    ran = desk.run("deliveries", "retry", "--all-failed", "--channel", "oncall", "--author", "ann")
    assert ran.complaints == ["monitor: 0 deliveries are due again"]


def test_where_a_channel_prefers_a_miss_what_may_have_arrived_is_sent_all_the_same(desk: Desk, engine: Engine) -> None:
    """A person has decided; elsewhere the message still says that it may be a repeat."""
    with engine.begin() as connection:
        connection.execute(sa.text("update delivery set doubtful = true, state = 'unknown' where id in (2, 4)"))
    missing = CHANNELS.replace("  oncall:\n", "  oncall:\n    prefer: miss\n")
    desk.write("watchlists/channels.yaml", missing.replace("slack://${SLACK_TOKENS}", "console://"))
    assert desk.run("deliveries", "retry", "2", "4", "--author", "ann").code == 0
    with engine.connect() as connection:
        query = sa.text("select id, doubtful from delivery where id in (2, 4) order by id")
        assert [tuple(row) for row in connection.execute(query)] == [(2, False), (4, True)]


# --- drop ------------------------------------------------------------------------------------


def test_deliveries_are_dropped_with_who_and_why(desk: Desk, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who it is, is the login name where nothing else is said."""
    monkeypatch.setenv("LOGNAME", "berta")
    ran = desk.run("deliveries", "drop", "1", "4", "--reason", "told by phone")
    assert (ran.code, ran.complaints) == (0, ["monitor: 2 deliveries are dropped"])
    assert states(engine) == BEFORE | {1: DeliveryState.SKIPPED, 4: DeliveryState.SKIPPED}
    assert noted(engine) == [(1, "drop", "told by phone", "berta"), (4, "drop", "told by phone", "berta")]
    assert [item["id"] for item in desk.run("deliveries", "list", "--json").data] == [2]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("retry",), "say which"),
        (("retry", "1", "--all-failed", "--channel", "oncall"), "say which"),
        (("retry", "--all-failed"), "--all-failed and --channel NAME go together"),
        (("retry", "1", "--channel", "oncall"), "--all-failed and --channel NAME go together"),
        (("retry", "1", "99"), "there is no delivery 99"),
        (("retry", "1", "3"), "delivery 3 is sent: only what is failed, unknown, pending can be sent again"),
        (("retry", str(2**64)), "Invalid value"),
        (("drop", "1", "3", "--reason", "old"), "delivery 3 is sent: only what is failed, unknown, pending, held"),
        (("drop", "1"), "Missing option '--reason'"),
        (("drop", "1", "--reason", " "), "--reason: say why"),
        (("list", "--since", "week"), "--since: expected a duration"),
        (("list", "--state", "dead"), "Invalid value for '--state'"),
    ],
)
def test_what_is_refused_changes_nothing_at_all(
    desk: Desk, engine: Engine, arguments: tuple[str, ...], words: str
) -> None:
    ran = desk.run("deliveries", *arguments)
    assert ran.code == 2
    assert words in ran.err
    assert states(engine) == BEFORE
    assert noted(engine) == []


def test_what_is_being_sent_is_left_alone(desk: Desk, engine: Engine) -> None:
    now = datetime.now(UTC)
    SqlStore(engine).claim(now + 20 * MINUTE, now + 30 * MINUTE, 10)
    for verb in (("retry", "4"), ("drop", "4", "--reason", "old")):
        ran = desk.run("deliveries", *verb)
        assert ran.code == 2
        assert "delivery 4 is sending" in ran.err


# --- doctor ----------------------------------------------------------------------------------


def faults(desk: Desk) -> list[str]:
    found = desk.run("doctor", "--offline", "--json").data
    return [item["what"] for item in found if item["level"] == "fail" and "deliveries" in item["what"]]


def test_the_doctor_faults_what_was_given_up_of_late_and_what_is_overdue(desk: Desk, engine: Engine) -> None:
    assert faults(desk) == ["2 deliveries were given up in the last 24 hours"]
    desk.run("deliveries", "drop", "1", "2", "--reason", "told by phone")
    assert faults(desk) == []
    store, now = SqlStore(engine), datetime.now(UTC)
    tell(store, "Heron", now - 16 * MINUTE)
    assert faults(desk) == ["4 deliveries should have been made more than 15 minutes ago"]


def test_the_doctor_only_warns_of_what_was_given_up_long_ago(desk: Desk, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("update attempt set ended_at = '2026-01-01 00:00:00.000000'"))
    assert faults(desk) == []
    assert "warn  1 delivery has failed for good" in desk.run("doctor", "--offline").out
