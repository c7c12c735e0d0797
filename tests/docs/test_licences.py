"""docs/licences.md says what is installed, and nothing has a licence that nobody allowed."""

from __future__ import annotations

from email.message import Message

import pytest

from scripts import licences
from scripts.licences import Part

PARTS = licences.packages() + licences.vendored()


def test_the_page_is_fresh() -> None:
    written = licences.PAGE.read_text(encoding="utf-8")
    assert written == licences.page(licences.packages(), licences.vendored()), "run `make licences`"


def test_every_licence_is_allowed_or_noted_with_a_reason() -> None:
    assert licences.refused(PARTS) == []
    assert all(reason for _, reason in licences.NOTED.values())


def test_every_foreign_file_of_the_pages_stands_beside_its_licence() -> None:
    """Our own scripts are readable; what is minified came from elsewhere."""
    foreign = {
        path.stem
        for path in licences.STATIC.glob("*.js")
        if max(map(len, path.read_text(encoding="utf-8").splitlines())) > 1_000
    }
    assert foreign == {part.name for part in licences.vendored()} != set()


@pytest.mark.parametrize("licence", ["GPL-3.0-only", "MIT AND AGPL-3.0-only", "nothing is said", "BSD License"])
def test_what_nobody_looked_at_is_refused(licence: str) -> None:
    (problem,) = licences.refused([*PARTS, Part("newcomer", "1", licence)])
    assert problem == f"newcomer 1: {licence} is not allowed"


def test_a_noted_package_that_changes_its_licence_is_refused() -> None:
    changed = [part._replace(licence="AGPL-3.0-only") if part.name == "tld" else part for part in PARTS]
    assert [problem.split()[0] for problem in licences.refused(changed)] == ["tld"]


def test_a_note_on_what_is_not_there_any_more_is_refused() -> None:
    left = [part for part in PARTS if part.name != "certifi"]
    assert licences.refused(left) == ["certifi is noted and not there"]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"License-Expression": "MIT", "License": "another"}, "MIT"),
        ({"License": "ISC"}, "ISC"),
        ({"License": "A whole text " * 20, "Classifier": "License :: OSI Approved :: MIT License"}, "MIT License"),
        ({"Classifier": "Topic :: Internet"}, "nothing is said"),
    ],
)
def test_what_a_package_says_of_its_licence(headers: dict[str, str], expected: str) -> None:
    told = Message()
    for name, value in headers.items():
        told[name] = value
    assert licences.said(told) == expected
