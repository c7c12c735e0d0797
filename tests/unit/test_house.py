"""The limits of the house that no tool checks (ruff holds complexity, import-linter the directions)."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 400  # lines: above that a folder gets a layer of its own

MODULES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "monitor").rglob("*.py"))


@pytest.mark.parametrize("module", MODULES)
def test_no_module_is_longer_than_a_reader_can_hold(module: str) -> None:
    lines = (ROOT / module).read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST


def test_alembics_folder_is_no_package() -> None:
    """Or it would hide the library of that name."""
    assert not (ROOT / "alembic" / "__init__.py").exists()
