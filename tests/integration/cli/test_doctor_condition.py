"""`monitor doctor` on the condition of the database, and backups from the command line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.cli import conditions
from monitor.core.keeping import Room
from monitor.core.model import Outcome, Polled, PollPlan, Source
from monitor.store import upkeep
from monitor.store.engine import create_engine, transaction
from monitor.store.shown.condition import Condition, condition
from monitor.store.sql import SqlStore
from monitor.store.tables import lease
from tests.contracts.ledger import make_article
from tests.integration.cli.conftest import CHANNELS, Desk
from tests.integration.store.conftest import Newsroom

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
GB = 1_000_000_000
NOW = datetime(2030, 3, 12, 12, 0, tzinfo=UTC)


@pytest.fixture
def stored(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    """A database of this desk, not used yet."""
    url = f"sqlite:///{desk.folder}/data/monitor.db"
    monkeypatch.setenv("MONITOR_DATABASE_URL", url)
    desk.write("watchlists/channels.yaml", CHANNELS)
    assert desk.run("db", "upgrade").code == 0
    engine = create_engine(url)
    yield engine
    engine.dispose()


def found(desk: Desk, about: str) -> list[tuple[str, str]]:
    return [
        (item["level"], item["what"])
        for item in desk.run("doctor", "--offline", "--json").data
        if about in item["what"]
    ]


def levels(findings) -> list[tuple[str, str]]:
    return [(finding.level, finding.what) for finding in findings]


# --- the decisions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("room", "grown", "expected"),
    [
        (Room(2 * GB), 0, [("ok", "the database grows by 0.0 MB a day")]),
        (Room(2 * GB), GB, [("ok", "the database grows by 100.0 MB a day")]),
        (
            Room(2 * GB, 0, 10 * GB),
            GB,
            [("ok", "the database grows by 100.0 MB a day: at this rate there is room for 100 days")],
        ),
        (
            Room(2 * GB, 0, 2 * GB),
            GB,
            [("warn", "the database grows by 100.0 MB a day: at this rate there is room for 20 days")],
        ),
        (
            Room(9 * GB, 10 * GB),
            GB,
            [
                ("warn", "the database takes 9.00 GB, 90 % of the 10 GB that it may take"),
                ("warn", "the database grows by 100.0 MB a day: at this rate there is room for 10 days"),
            ],
        ),
    ],
)
def test_it_is_told_when_there_will_be_no_room(room: Room, grown: int, expected: list[tuple[str, str]]):
    sizes = [(NOW - 10 * DAY, room.size - grown), (NOW, room.size)]
    assert levels(conditions.space_left(room, sizes)) == expected


def test_of_one_size_no_growth_is_told():
    assert levels(conditions.space_left(Room(GB), [(NOW, GB)])) == [
        ("ok", "growth of the database: not known before it was measured for a day")
    ]


def of(**changes) -> Condition:
    values = {"clock": NOW, "size": 1, "sizes": (), "owners": 0, "stale": None}
    values |= {"last_poll": NOW - MINUTE, "last_alert": None, "last_backup": NOW - HOUR}
    return Condition(**(values | changes))


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        ({}, None),
        ({"clock": NOW - timedelta(seconds=29)}, None),
        ({"clock": NOW - 10 * MINUTE}, "the clock of the database is 10 min off from that of this machine"),
        ({"last_poll": NOW - 3 * HOUR}, "nothing has been polled for 3 h"),
        ({"last_poll": None}, None),
        ({"last_backup": None}, "there has been no backup yet"),
        ({"last_backup": NOW - 8 * DAY}, "the last backup is 8 days old"),
        ({"owners": 3, "stale": NOW - MINUTE}, None),
        ({"stale": NOW - 5 * HOUR}, "a process died with work in hand 5 h ago, and nobody cleared it away"),
    ],
)
def test_what_was_not_done_for_long_is_a_warning(changes: dict[str, object], warning: str | None):
    warned = [finding for finding in conditions.times(of(**changes), NOW) if finding.level != "ok"]
    assert [finding.what for finding in warned] == ([warning] if warning else [])
    assert all(finding.mend for finding in warned)


# --- on real databases -----------------------------------------------------------------------


def test_the_condition_is_that_of_the_database(engine: Engine, store: SqlStore):
    now = datetime.now(UTC)
    store.sync_sources([Source("harbour", "https://harbour.example/feed", "Harbour")], now)
    store.record_polls(
        [(Polled("harbour", now, Outcome.FRESH, (), status=200), PollPlan(now + HOUR, "r"), frozenset())]
    )
    with transaction(engine) as connection:
        upkeep.note(connection, upkeep.BACKUP, now - DAY, file="b", bytes=1)
        for days in (1, 2, 30):
            upkeep.note(connection, upkeep.SIZE, now - days * DAY, bytes=days)
        rows = [("a", "one", 1), ("b", "one", 1), ("c", "two", 1), ("d", "dead", -2)]
        connection.execute(
            sa.insert(lease), [{"name": name, "owner": owner, "until": now + at * HOUR} for name, owner, at in rows]
        )
    told = condition(engine, now - 14 * DAY)
    assert abs(told.clock - now) < MINUTE
    assert (told.owners, told.stale, told.last_poll, told.last_backup) == (2, now - 2 * HOUR, now, now - DAY)
    assert told.sizes == [(now - DAY, 1), (now - 2 * DAY, 2)]
    assert told.size > 100_000
    assert told.last_alert is None


def test_the_whole_of_it_on_a_new_database(desk: Desk, stored: Engine):
    assert found(desk, "backup") == [("warn", "there has been no backup yet")]
    assert desk.run("backup", ".").code == 0
    assert [level for level, what in found(desk, "last backup")] == ["ok"]
    assert found(desk, "polled yet") == [("ok", "nothing has been polled yet")]
    assert [level for level, what in found(desk, "dictionaries")] == ["ok"]


def test_files_with_secrets_that_others_may_read_are_named(desk: Desk, stored: Engine):
    (desk.folder / ".env").write_text("MONITOR_CONTACT=desk@example.org\n")
    key = desk.folder / "data/link.key"
    key.write_text("k" * 40)
    key.chmod(0o600)
    (desk.folder / ".env").chmod(0o640)
    assert found(desk, "others may read") == [("warn", ".env holds secrets, and others may read it")]
    (desk.folder / ".env").chmod(0o600)
    assert found(desk, "others may read") == []
    (desk.folder / "data/monitor.db").chmod(0o666)
    assert [level for level, what in found(desk, "can be changed by anybody")] == ["fail"]


def test_a_log_of_sqlite_that_grew_is_a_warning(tmp_path: Path):
    file = tmp_path / "monitor.db"
    assert list(conditions.log_size(file)) == []
    with (tmp_path / "monitor.db-wal").open("wb") as log:
        os.truncate(log.fileno(), 300_000_000)
    ((level, what),) = levels(conditions.log_size(file))
    assert level == "warn"
    assert "has grown to 300 MB" in what


def test_names_that_are_not_found_are_told():
    here = Source("one", "http://localhost/feed", "One")
    nowhere = Source("two", "http://nowhere.invalid/feed", "Two")
    assert levels([conditions.names([nowhere, here])]) == [("ok", "DNS finds localhost")]
    assert levels([conditions.names([nowhere])]) == [("warn", "DNS finds none of nowhere.invalid")]
    assert conditions.names([]) is None


def test_a_damaged_file_of_sqlite_is_noticed(desk: Desk, stored: Engine):
    """A page of the table of entries is overwritten."""
    with transaction(stored) as connection:
        root, size = connection.exec_driver_sql(
            "SELECT rootpage, page_size FROM sqlite_master, pragma_page_size() WHERE name = 'entry'"
        ).one()
        connection.exec_driver_sql("SELECT 1")
    with stored.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert desk.run("db", "check").code == 0
    stored.dispose()
    with (desk.folder / "data/monitor.db").open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    ran = desk.run("db", "check")
    assert ran.code == 1
    assert "damage: " in ran.err


# --- backup, restore and prune as commands -----------------------------------------------------


def test_what_was_backed_up_is_restored_where_another_database_is_named(
    desk: Desk, stored: Engine, monkeypatch: pytest.MonkeyPatch
):
    Newsroom(SqlStore(stored)).save(make_article("a1"))
    made = desk.run("backup", "b.zip")
    assert (made.code, made.out) == (0, "b.zip\n")
    refused = desk.run("restore", "b.zip")
    assert refused.code == 3
    assert "holds data" in refused.err
    assert desk.run("restore", "b.zip", "--replace").code == 0
    monkeypatch.setenv("MONITOR_DATABASE_URL", f"sqlite:///{desk.folder}/new/monitor.db")
    restored = desk.run("restore", "b.zip")
    assert restored.code == 0
    assert "1 article, 0 facts, 0 alerts" in restored.err
    assert desk.run("db", "check").code == 0


def test_what_is_no_backup_and_where_none_can_be_written_is_one_line(desk: Desk, stored: Engine):
    desk.write("b.zip", "no")
    for arguments in (["restore", "b.zip"], ["restore", "none.zip"], ["backup", "no/such/folder/b.zip"]):
        ran = desk.run(*arguments)
        assert (ran.code, ran.out, len(ran.complaints)) == (1, "", 1)


def test_pruning_tells_what_goes_and_what_stays(desk: Desk, stored: Engine):
    store = SqlStore(stored)
    long_ago = datetime.now(UTC) - 500 * DAY
    for name in ("a1", "a2"):
        item = make_article(name, published=long_ago, first_seen=long_ago)
        Newsroom(store).save(item)
    store.judging(lambda unit: unit.record(store.unjudged(1)[0], (), (), (), None, long_ago))
    dry = desk.run("db", "prune", "--dry-run")
    assert dry.out.splitlines() == [
        "goes  1 article: older than 400 days and touched no rule",
        "stays 1 article: it waits to be judged",
        "goes  0 tries of closed deliveries",
        "goes  0 documents of the quarantine",
    ]
    wet = desk.run("db", "prune")
    assert wet.out == dry.out.replace("goes", "went")
    assert "older than" not in desk.run("db", "prune").out
