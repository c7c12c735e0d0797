"""docs/observing.md: the figures as the code declares them, and every line of the log, both ways."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.core.lags import NONE
from monitor.core.pulse import Pulse
from monitor.daemon.jobs import JOBS
from monitor.web.api import measures

ROOT = Path(__file__).parents[2]
DOC = (ROOT / "docs" / "observing.md").read_text(encoding="utf-8")
LEVELS = ("debug", "info", "warning", "error", "critical", "exception")
# Who is told it first has it as a name: `told = log.info if … else log.warning`.
NAMES_OF_LOGS = ("log", "told", "line", "tell")
EVENTS = {
    row[1]: (row[2], row[3], row[4])
    for row in re.finditer(
        rf"^\| `([^`]+)` \| ((?:{'|'.join(LEVELS)})(?:, \w+)*) \| (.*?) ?\| (.*?) \|$", DOC, re.MULTILINE
    )
}


def _calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call that writes to the log, with its file."""
    for path in sorted((ROOT / "monitor").rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "structlog" in text or "monitor.reporting import" in text:
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.Call) and _writes(node):
                    yield path.relative_to(ROOT).as_posix(), node


def _writes(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    if isinstance(call.func, ast.Attribute) and call.func.attr in LEVELS:
        return name.split(".")[0].split("(")[0] in NAMES_OF_LOGS
    return name in ("told", "tell") and bool(call.args) and not isinstance(call.args[0], ast.Name | ast.Attribute)


LOGGED = {
    call.args[0].value: file
    for file, call in _calls()
    if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
}


def test_the_table_of_figures_is_that_of_the_code():
    """Where it is not: python -c 'from monitor.web.api import measures; print(measures.table())'"""
    assert measures.table() in DOC


def test_figures_know_every_job_and_every_lag():
    assert set(measures.JOBS) == set(JOBS)
    assert len(NONE) == sum(one.kind is measures.HISTOGRAM for one in measures.MEASURES.values())
    assert Pulse((), frozenset(), {}).lags == {}


def test_every_line_of_the_log_is_told():
    assert sorted(set(LOGGED) - set(EVENTS)) == []


@pytest.mark.parametrize("event", sorted(LOGGED))
def test_a_line_is_told_with_the_fields_that_it_is_written_with(event: str):
    fields = EVENTS[event][1]
    for _, call in _calls():
        if isinstance(call.args[0], ast.Constant) and call.args[0].value == event:
            for name in (keyword.arg for keyword in call.keywords if keyword.arg):
                assert ("exception" if name == "exc_info" else name) in fields


def test_every_line_that_is_told_is_written():
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "monitor").rglob("*.py"))
    assert [event for event in EVENTS if event not in LOGGED and f'"{event}"' not in code] == []


@pytest.mark.parametrize("event", EVENTS)
def test_a_line_is_told_with_its_level_and_with_what_to_do(event: str):
    level, _, advice = EVENTS[event]
    assert all(one in LEVELS for one in level.split(", "))
    assert advice
