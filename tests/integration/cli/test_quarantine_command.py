"""`monitor sources quarantine`: which documents are not parsed again, and how to let them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from tests.integration.cli.conftest import Desk

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def store(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqlStore]:
    url = f"sqlite:///{desk.folder}/monitor.db"
    monkeypatch.setenv("MONITOR_DATABASE_URL", url)
    assert desk.run("db", "upgrade").code == 0
    engine = create_engine(url)
    store = SqlStore(engine)
    store.quarantine("ab" + "0" * 62, "https://wire.example/feed", "parse_feed crashed", True, NOW)
    store.quarantine("ac" + "0" * 62, "https://wire.example/a\x1b[31m", "took long", False, NOW)
    yield store
    engine.dispose()


def test_the_list_says_what_is_held_where_it_came_from_and_why(desk: Desk, store: SqlStore) -> None:
    ran = desk.run("sources", "quarantine", "list")
    assert ran.code == 0
    head, first, second = ran.out.splitlines()
    assert head.split() == ["DIGEST", "SINCE", "LAST", "TIMES", "HELD", "URL", "WHY"]
    assert first.split()[0] == "ab0000000000"
    assert "https://wire.example/feed" in first
    assert first.endswith("parse_feed crashed")
    assert "tried once more" in second
    assert "\x1b" not in ran.out


def test_the_list_is_data_when_asked_for(desk: Desk, store: SqlStore) -> None:
    rows = desk.run("sources", "quarantine", "list", "--json").data
    assert list(rows[0]) == ["digest", "url", "reason", "times", "held", "first_at", "last_at"]
    assert [row["held"] for row in rows] == [True, False]


def test_a_document_is_cleared_by_the_beginning_of_its_digest(desk: Desk, store: SqlStore) -> None:
    ran = desk.run("sources", "quarantine", "clear", "ab")
    assert (ran.code, ran.complaints) == (0, ["monitor: cleared 1 document"])
    assert store.quarantined() == {}


def test_all_documents_are_cleared_at_once(desk: Desk, store: SqlStore) -> None:
    assert desk.run("sources", "quarantine", "clear", "--all").code == 0
    assert desk.run("sources", "quarantine", "list", "--json").data == []
    assert desk.run("sources", "quarantine", "clear", "--all").complaints == ["monitor: cleared 0 documents"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "say which"),
        (("a",), "beginning of 2"),
        (("ff",), "there is no document ff"),
        (("ab", "--all"), "say which"),
    ],
)
def test_what_to_clear_has_to_be_said_clearly(
    desk: Desk, store: SqlStore, arguments: tuple[str, ...], words: str
) -> None:
    ran = desk.run("sources", "quarantine", "clear", *arguments)
    assert ran.code == 2
    assert words in ran.err
    assert store.quarantined()
