"""docs/settings.md: a row for every setting, with its default, limits and description as in the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from monitor import __version__
from monitor.config import effective, load_settings
from monitor.settings import Settings, variable

DOC = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
ROWS = {
    row[1]: (row[2], row[3], row[4])
    for row in re.finditer(r"^\| `(MONITOR_\w+)` \| (.*?) \| (.*?) ?\| (.*?) \|$", DOC, re.MULTILINE)
}
DEFAULTS = {name: value for name, value, _ in effective(load_settings({}, None, Path("/nowhere"))[0])}


def test_the_page_has_exactly_the_settings() -> None:
    assert list(ROWS) == [variable(name) for name in Settings.model_fields]


@pytest.mark.parametrize("name", Settings.model_fields)
def test_a_row_says_what_the_code_says(name: str) -> None:
    field = Settings.model_fields[name]
    default, limits, meaning = ROWS[variable(name)]
    expected = DEFAULTS[variable(name)].replace(__version__, "VERSION")
    assert default == (f"`{expected}`" if expected else "empty")
    assert limits.strip() == ", ".join(
        f"{sign} {getattr(bound, attribute):g}"
        for bound in field.metadata
        for attribute, sign in (("ge", "≥"), ("gt", ">"), ("le", "≤"))
        if hasattr(bound, attribute)
    )
    assert meaning == field.description
