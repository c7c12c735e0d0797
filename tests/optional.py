"""Inputs that tests use where they are at hand, and do without where they are not. See CONTRIBUTING.md."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[1]


def missing(reason: str) -> NoReturn:
    """The test is skipped with the reason; on CI (environment `CI`), where nothing may be missing, it fails."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def corpus(name: str) -> Path:
    """A folder of the corpora; the test is skipped where it is missing."""
    corpora = Path(os.environ.get("MONITOR_CORPORA") or ROOT.parent / "shared" / "corpora")
    if not (corpora / name).is_dir():
        pytest.skip(f"no corpus {name}: set MONITOR_CORPORA to the folder that holds {name}/")
    return corpora / name
