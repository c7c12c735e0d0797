"""`monitor init` writes what was shipped, and over nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.cli.conftest import Desk

ROOT = Path(__file__).resolve().parents[3]


def test_what_was_shipped_is_written_and_found_by_other_commands(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = desk.folder / "begun"
    assert desk.run("init", "--into", str(begun)).code == 0
    monkeypatch.chdir(begun)
    checked = desk.run("check")
    assert checked.code == 0, checked.err
    assert "came with the program" not in checked.err
    for name in ("watchlists", "seeds", "schema"):
        assert {path.name for path in (begun / name).iterdir()} == {path.name for path in (ROOT / name).iterdir()}


@pytest.mark.parametrize("name", ["watchlists", "seeds", "schema"])
def test_where_something_is_there_already_nothing_is_written(desk: Desk, name: str) -> None:
    begun = desk.folder / "begun"
    (begun / name).mkdir(parents=True)
    ran = desk.run("init", "--into", str(begun))
    assert (ran.code, ran.out) == (2, "")
    assert f"{name} is there already" in ran.err
    assert [path.name for path in begun.iterdir()] == [name]


def test_a_place_that_takes_nothing_is_told(desk: Desk) -> None:
    ran = desk.run("init", "--into", str(desk.write("file", "not a folder")))
    assert ran.code == 2
    assert "cannot be written" in ran.err
