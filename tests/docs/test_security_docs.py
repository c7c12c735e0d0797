"""docs/security.md: whatever it says is defended is held by tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOC = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (?!against \||---)([^|]+) \| [^|]+ \| ([^|]+) \|$", DOC, re.MULTILINE)
TESTS = {path.name: path for path in (ROOT / "tests").rglob("test_*.py")}


@pytest.mark.parametrize(("against", "held"), ROWS)
def test_each_defence_names_tests_that_there_are(against: str, held: str) -> None:
    if held.strip("-") == "":
        return
    named = re.findall(r"`(test_\w+\.py)`", held)
    assert named, against
    assert [name for name in named if name not in TESTS] == []


def test_there_are_defences_in_three_parts() -> None:
    assert len(ROWS) > 20
    assert DOC.count("| against | stands | held by |") == 3


def test_what_is_not_defended_is_said() -> None:
    assert len(re.findall(r"^- \*\*", DOC.partition("## What is not defended")[2], re.MULTILINE)) >= 5
