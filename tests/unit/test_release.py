"""What looks a release over sees what is wrong with it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor import __version__
from scripts import audit, release_check

ROOT = Path(__file__).resolve().parents[2]
FILES = {"monitor/cli.py", "alembic/env.py", "seeds/s.yaml", "tests/test_x.py", "pyproject.toml", "docs/monitor/a.md"}
INFO = "newswatch_monitor-1.dist-info"
WHEEL = release_check.expected_wheel(FILES, INFO)


# --- the version -----------------------------------------------------------------------------


def test_the_version_has_one_place_and_the_image_says_the_same() -> None:
    assert release_check.version() == __version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)
    assert f'image.version="{__version__}"' in (ROOT / "Dockerfile").read_text()
    assert 'dynamic = ["version"]' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    ("text", "sound"),
    [
        ("## [1.2.0] - 2026-11-22\n", True),
        ("# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-11-22\n", True),
        ("## [1.2.0]\n", False),
        ("## [1.2.0] - soon\n", False),
        ("## [1.2.01] - 2026-11-22\n", False),
        ("## [Unreleased]\n", False),
    ],
)
def test_a_release_has_a_section_of_the_changelog_with_its_date(text: str, sound: bool) -> None:
    assert (release_check.changelog(text, "1.2.0") == []) is sound


# --- what is in the wheel --------------------------------------------------------------------


def test_a_wheel_holds_the_package_and_what_lies_beside_it_and_no_more() -> None:
    ours = {"monitor/cli.py", "monitor/_alembic/env.py", "monitor/_shipped/seeds/s.yaml"}
    assert {name for name in WHEEL if INFO not in name} == ours
    assert f"{INFO}/licenses/LICENSE" in WHEEL


def test_what_is_missing_and_what_does_not_belong_there_are_named() -> None:
    found = WHEEL - {"monitor/cli.py"} | {"monitor/.env"}
    assert release_check.differences("the wheel", found, WHEEL) == [
        "the wheel lacks monitor/cli.py",
        "the wheel has monitor/.env, which does not belong there",
    ]


def test_what_a_wheel_needs_is_in_the_tree() -> None:
    places = {place: folder for folder, place in release_check.PLACES.items()}
    for name in release_check.NEEDED:
        place = max((place for place in places if name.startswith(f"{place}/")), key=len)
        assert (ROOT / places[place] / name.removeprefix(f"{place}/")).is_file(), name


# --- vulnerabilities -------------------------------------------------------------------------


def test_a_vulnerability_is_a_finding_unless_it_is_known_not_to_touch_us(monkeypatch: pytest.MonkeyPatch) -> None:
    hole = {"id": "PYSEC-1", "aliases": ["CVE-1"], "fix_versions": ["2.1"]}
    told = [{"name": "sound", "version": "1", "vulns": []}, {"name": "holed", "version": "2.0", "vulns": [hole]}]
    assert audit.findings(told) == ["holed 2.0: PYSEC-1, mended in 2.1"]
    monkeypatch.setitem(audit.HARMLESS, "CVE-1", "the function is not called")
    assert audit.findings(told) == []


def test_a_package_that_could_not_be_looked_up_is_a_finding() -> None:
    assert audit.findings([{"name": "gone", "skip_reason": "not on PyPI"}]) == ["gone: not looked up: not on PyPI"]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ([{"name": "urllib3", "skip_reason": "not found"}], "not found"),
        ([{"name": "urllib3", "version": "1.24.1", "vulns": []}], "not even of"),
        ("ConnectionError: no route", "no route"),
    ],
)
def test_a_registry_that_knows_no_hole_in_the_probe_tells_of_none(
    told: list[dict[str, object]] | str, words: str
) -> None:
    """One that finds nothing in a package that is known to be holed would find nothing in ours either."""
    assert words in audit.silence(told)


def test_a_registry_that_knows_the_holes_of_the_probe_is_believed() -> None:
    assert audit.silence([{"name": "urllib3", "version": "1.24.1", "vulns": [{"id": "PYSEC-1"}]}]) == ""
