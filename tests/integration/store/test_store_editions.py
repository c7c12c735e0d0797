"""Editions and edits on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.engine import Engine

from monitor.core.editions import Saved
from monitor.errors import ConfigurationError
from monitor.store.desk import DeskStore
from monitor.store.edits import Edit
from monitor.store.shown import Shown
from monitor.store.sql import SqlStore
from tests.contracts.ledger import NOW

MINUTE = timedelta(minutes=1)
GAS = {"rule": {"gas": ("a", "1")}}
OIL = {"rule": {"gas": ("a", "1"), "oil": ("b", "1")}}


@pytest.fixture
def shown(engine: Engine) -> Shown:
    return Shown(engine)


def test_an_edition_is_counted_when_the_files_differ_from_those_of_the_last(store: SqlStore, shown: Shown) -> None:
    first = store.count_edition("s1", GAS, NOW)
    assert first is not None
    assert first.told == "rules v1 live: 1 rule"
    assert store.count_edition("s1", GAS, NOW + MINUTE) is None
    second = store.count_edition("s2", OIL, NOW + MINUTE)
    assert second is not None
    assert (second.told, second.details) == ("rules v2 live: +1 rule", ("Rule: new oil",))
    back = store.count_edition("s1", GAS, NOW + 2 * MINUTE)
    assert back is not None
    assert back.told == "rules v3 live: −1 rule", "back to what was before is an edition of its own"
    assert store.latest_edition() == back
    assert shown.changes.editions(2) == [back, second]
    assert shown.changes.editions(2, before=2) == [first]


def test_an_edition_knows_what_was_saved_for_it_since_the_one_before(store: SqlStore) -> None:
    def save(file: str, author: str, at: datetime) -> None:
        edit = Edit(0, file, at, author, f"why {author}", "before", "after")
        DeskStore(store).keep_edit(edit, "password", lambda: None)

    save("watchlists/a.yaml", "Ann", NOW)
    first = store.count_edition("s1", GAS, NOW + MINUTE)
    save("watchlists/b.yaml", "Ben", NOW + 2 * MINUTE)  # in force only once Cleo has mended another file
    save("watchlists/c.yaml", "Cleo", NOW + 3 * MINUTE)
    second = store.count_edition("s2", OIL, NOW + 3 * MINUTE)
    save("watchlists/d.yaml", "Dan", NOW + 4 * MINUTE)
    elsewhere = store.count_edition("s1", GAS, NOW + 5 * MINUTE)
    assert (first and second and elsewhere) is not None
    assert store.saved_for(first) == [], "what there was before is nobody's edit"
    assert store.saved_for(second) == [
        Saved("watchlists/b.yaml", "Ben", "why Ben"),
        Saved("watchlists/c.yaml", "Cleo", "why Cleo"),
    ]
    assert [one.author for one in store.saved_for(elsewhere)] == ["Dan"]


def test_edits_are_kept_with_the_file_as_it_was_and_as_it_became(store: SqlStore, shown: Shown) -> None:
    desk = DeskStore(store)
    made = desk.keep_edit(Edit(0, "watchlists/a.yaml", NOW, "Ann", "begin", None, "one"), "password", lambda: None)
    desk.keep_edit(Edit(0, "watchlists/b.yaml", NOW, "Ben", "", None, "other"), "password", lambda: None)
    gone = desk.keep_edit(Edit(0, "watchlists/a.yaml", NOW + MINUTE, "Ben", "", "one", None), "token", lambda: None)
    assert [edit.id for edit in shown.changes.edits("watchlists/a.yaml")] == [gone, made]
    assert [edit.id for edit in shown.changes.edits("watchlists/a.yaml", before=gone)] == [made]
    found = shown.changes.edit(gone)
    assert found is not None
    assert (found.before, found.after, found.author) == ("one", None, "Ben")
    last = shown.changes.last_edits()
    assert {file: (edit.author, edit.made, edit.deleted) for file, edit in last.items()} == {
        "watchlists/a.yaml": ("Ben", False, True),
        "watchlists/b.yaml": ("Ben", True, False),
    }
    assert shown.changes.edit(10_000) is None
    notes = [(note.what, note.about, note.via) for note in shown.changes.latest(2)]
    assert notes == [
        ("file.delete", "file:watchlists/a.yaml", "token"),
        ("file.make", "file:watchlists/b.yaml", "password"),
    ]


def test_an_edit_that_cannot_be_written_is_not_kept(store: SqlStore, shown: Shown) -> None:
    def refuse() -> None:
        raise ConfigurationError("the disk is full")

    with pytest.raises(ConfigurationError):
        DeskStore(store).keep_edit(Edit(0, "watchlists/a.yaml", NOW, "Ann", "", None, "one"), "password", refuse)
    assert shown.changes.edits("watchlists/a.yaml") == []
    assert shown.changes.latest() == []
