"""CONTRIBUTING.md: the places it leads to are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOC = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PLACES = sorted(set(re.findall(r"`((?:alembic|benchmarks|docs|monitor|scripts|tests|\.ci)/[\w./-]*)`", DOC)))


@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_is_named_exists(place: str) -> None:
    assert (ROOT / place).exists()


def test_it_says_how_each_thing_is_added() -> None:
    for thing in (
        "source",
        "rule",
        "channel",
        "page of the desk",
        "migration",
        "dependency",
        "page of the documentation",
    ):
        assert thing in DOC
    assert len(PLACES) > 20
