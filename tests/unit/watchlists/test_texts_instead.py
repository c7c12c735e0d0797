"""A text read in place of a file: the directory as it would be, without writing it."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.errors import ConfigurationError
from monitor.watchlists import load, load_seeds
from tests import desk

NEW = b"version: 1\nrules:\n  - {id: more, kind: event, title: More, match: {all: [zorbium]}}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return desk.write(tmp_path, "zorbium", sources={}, channels={"screen": "console://"})[0]


def test_a_text_stands_for_its_file_and_nothing_is_written(folder: Path) -> None:
    before = (folder / "words.yaml").read_bytes()
    text = before.replace(b"about-zorbium", b"on-zorbium")
    assert [rule.id for rule in load(folder, {}, {folder / "words.yaml": text}).ruleset.rules] == ["on-zorbium"]
    assert (folder / "words.yaml").read_bytes() == before


def test_a_text_may_be_a_file_that_is_not_there_yet(folder: Path) -> None:
    loaded = load(folder, {}, {folder / "more.yaml": NEW})
    assert {rule.id for rule in loaded.ruleset.rules} == {"about-zorbium", "more"}


def test_a_file_can_be_read_as_if_it_were_gone(folder: Path) -> None:
    (folder / "more.yaml").write_bytes(NEW)
    assert [rule.id for rule in load(folder, {}, {folder / "more.yaml": None}).ruleset.rules] == ["about-zorbium"]
    with pytest.raises(ConfigurationError, match="there is no watchlist file"):
        load(folder, {}, {folder / "more.yaml": None, folder / "words.yaml": None})


def test_mistakes_have_the_name_of_the_file_and_are_held_against_the_others(folder: Path) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(folder, {}, {folder / "more.yaml": NEW.replace(b"zorbium", b"zorbiun")})
    [problem] = caught.value.problems
    assert (problem.file, problem.line) == ((folder / "more.yaml").as_posix(), 3)
    assert "did you mean “zorbium”?" in problem.hint


def test_the_version_of_the_rules_is_that_of_the_texts(folder: Path) -> None:
    text = (folder / "words.yaml").read_bytes()
    assert load(folder, {}, {folder / "words.yaml": text}).ruleset.version == load(folder).ruleset.version
    assert load(folder, {}, {folder / "words.yaml": text + b"#\n"}).ruleset.version != load(folder).ruleset.version


def test_texts_of_other_folders_are_not_of_this_one(folder: Path) -> None:
    assert len(load(folder, {}, {folder.parent / "seeds" / "x.yaml": b"nonsense"}).ruleset.rules) == 1


def test_seeds_too_are_read_from_texts(folder: Path) -> None:
    ruleset, seeds = load(folder).ruleset, folder.parent / "seeds"
    text = b"version: 1\ndocument: {id: old, outlet: O, title: T, date: 2026-01-05, language: en}\n"
    assert [seed.id for seed in load_seeds(seeds, ruleset, {seeds / "old.yaml": text})] == ["old"]
