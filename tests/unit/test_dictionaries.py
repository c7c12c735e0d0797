"""Dictionaries are kept as files, made where they are missing, and never kept from anybody by a bad file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor import dictionaries
from monitor.core.language import dictionary


@pytest.fixture
def _loads_anew(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(dictionary, "_dictionaries", {})
    yield
    dictionaries.keep()


pytestmark = pytest.mark.usefixtures("_loads_anew")


def english(folder: Path) -> str | None:
    dictionaries.keep(folder)
    return dictionary.dictionary("en").lemma("mice")


def test_a_missing_file_is_made_once_and_then_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert english(tmp_path) == "mouse"
    assert [file.name for file in dictionaries.home(tmp_path).iterdir()] == ["en.trie"]
    monkeypatch.setattr(dictionary, "_dictionaries", {})
    monkeypatch.setattr(dictionaries, "_keep", None)  # would fail if it were called
    assert english(tmp_path) == "mouse"


@pytest.mark.parametrize("content", [b"", b"We love Marisa.", b"no trie at all"])
def test_a_broken_file_is_made_anew(tmp_path: Path, content: bytes) -> None:
    file = dictionaries.home(tmp_path) / "en.trie"
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    assert english(tmp_path) == "mouse"
    assert file.stat().st_size > 1_000_000


def test_without_a_place_to_keep_it_a_dictionary_is_made_in_memory(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("no folder")
    assert english(in_the_way) == "mouse"
    assert [failure.partition(":")[0] for failure in dictionaries.prepare(in_the_way, ["en", "ka"])] == ["en", "ka"]


def test_a_maker_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    assert "no-python" in dictionaries.prepare(tmp_path, ["en"])[0]


def test_preparing_makes_what_is_missing_only(tmp_path: Path) -> None:
    assert dictionaries.prepare(tmp_path, ["en", "ro"]) == []
    kept = {file.name: file.stat().st_mtime_ns for file in dictionaries.home(tmp_path).iterdir()}
    assert sorted(kept) == ["en.trie", "ro.trie"]
    assert dictionaries.prepare(tmp_path, ["en", "ro"]) == []
    assert kept == {file.name: file.stat().st_mtime_ns for file in dictionaries.home(tmp_path).iterdir()}
