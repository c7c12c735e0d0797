"""Files as somebody edits them: what is refused before anything is written, and differences of texts."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.editing import WATCHLISTS, ConflictError, Files, Kind, is_new_name
from monitor.editing.differences import difference
from monitor.errors import ConfigurationError
from tests import desk

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(*desk.write(tmp_path, "zorbium", sources={}, channels={"screen": "console://"}), {})


def test_files_are_listed_by_kind(files: Files) -> None:
    assert [(file.name, file.kind) for file in files.listed()] == [
        ("words.yaml", Kind.RULES),
        ("sources.yaml", Kind.SOURCES),
        ("channels.yaml", Kind.CHANNELS),
    ]


@pytest.mark.parametrize(
    "name", ["../words.yaml", "a/b.yaml", ".words.yaml", "words", "words.yml", "a\0.yaml", "a\n.yaml"]
)
def test_no_name_leads_elsewhere(files: Files, name: str) -> None:
    assert files.find(WATCHLISTS, name) is None
    assert not is_new_name(name)


def test_who_began_with_another_text_is_told_what_it_has_become(files: Files) -> None:
    file = files.find(WATCHLISTS, "words.yaml")
    assert file is not None
    begun = files.read(file)
    prepared = files.prepare(file, begun.text, begun.digest)
    file.path.write_text(f"# theirs\n{begun.text}")
    for attempt in (lambda: files.prepare(file, begun.text, begun.digest), lambda: files.write(prepared)):
        with pytest.raises(ConflictError) as caught:
            attempt()
        assert caught.value.now.text == f"# theirs\n{begun.text}"
    assert file.path.read_text().startswith("# theirs")


def test_a_new_file_does_not_overwrite_one_that_came_meanwhile(files: Files) -> None:
    file = files.find(WATCHLISTS, "more.yaml")
    assert file is not None
    prepared = files.prepare(file, "version: 1\n", "")
    file.path.write_text("theirs")
    with pytest.raises(ConflictError):
        files.write(prepared)


def test_line_ends_of_the_file_stay(files: Files) -> None:
    file = files.find(WATCHLISTS, "words.yaml")
    assert file is not None
    file.path.write_bytes(file.path.read_bytes().replace(b"\n", b"\r\n"))
    begun = files.read(file)
    assert begun.text is not None
    files.write(files.prepare(file, begun.text.replace("high", "low"), begun.digest))
    assert file.path.read_bytes().count(b"\r\n") == file.path.read_bytes().count(b"\n") > 5


def test_the_last_file_of_rules_cannot_go(files: Files) -> None:
    file = files.find(WATCHLISTS, "words.yaml")
    assert file is not None
    with pytest.raises(ConfigurationError, match="there is no watchlist file"):
        files.prepare(file, None, files.read(file).digest)


@pytest.fixture
def read_only() -> Iterator[Path]:
    """A folder in which whoever is not root may not write, and which everybody may reach."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        folder.chmod(0o755)
        desk.write(folder, "zorbium", sources={}, channels={"screen": "console://"})
        (folder / "watchlists").chmod(0o555)
        yield folder
        (folder / "watchlists").chmod(0o755)


def test_a_read_only_folder_is_told_beforehand_and_refuses_to_be_written(read_only: Path) -> None:
    script = """
import os, sys
from pathlib import Path
from monitor.editing import Files
from monitor.errors import ConfigurationError
files = Files(Path(sys.argv[1]) / "watchlists", Path(sys.argv[1]) / "seeds", {})
file = files.find("watchlists", "words.yaml")
begun = files.read(file)
prepared = files.prepare(file, begun.text + "#", begun.digest)  # the program itself may be out of reach afterwards
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
print(files.why_read_only(file))
try:
    files.write(prepared)
except ConfigurationError as error:
    print(error.problems[0].message)
"""
    command = [sys.executable, "-B", "-c", script, str(read_only)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines() == [
        "the directory watchlists is read-only here",
        "cannot be written: Permission denied",
    ], done.stderr


def test_a_difference_has_both_numbers_and_leaves_out_what_stays() -> None:
    before = "".join(f"line {number}\n" for number in range(1, 21))
    found = difference(before, before.replace("line 10\n", "line ten\nline ten and a half\n"))
    assert (found.added, found.removed) == (2, 1)
    assert [(line.sign, line.old, line.new, line.text) for line in found.lines] == [
        ("…", 0, 0, ""),
        (" ", 7, 7, "line 7"),
        (" ", 8, 8, "line 8"),
        (" ", 9, 9, "line 9"),
        ("-", 10, 0, "line 10"),
        ("+", 0, 10, "line ten"),
        ("+", 0, 11, "line ten and a half"),
        (" ", 11, 12, "line 11"),
        (" ", 12, 13, "line 12"),
        (" ", 13, 14, "line 13"),
    ]


def test_no_file_differs_from_one_by_all_its_lines() -> None:
    assert [line.sign for line in difference(None, "a\nb\n").lines] == ["+", "+"]
    assert [line.sign for line in difference("a\nb\n", None).lines] == ["-", "-"]
    assert difference("a\n", "a\n").lines == ()
