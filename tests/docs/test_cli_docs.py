"""docs/cli.md: a section for every command with exactly its arguments and options, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from monitor.cli import app, context

DOC = (Path(__file__).parents[2] / "docs" / "cli.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### (monitor [^\n]+)\n(.*?)(?=^##|\Z)", DOC, re.DOTALL | re.MULTILINE))


def commands(command: Any, path: str = "monitor") -> Iterator[tuple[str, Any]]:
    """Every command that does something, with its name in full."""
    if inner := getattr(command, "commands", None):
        for name, child in inner.items():
            yield from commands(child, f"{path} {name}")
    else:
        yield path, command


COMMANDS = dict(commands(typer.main.get_command(app)))


def test_the_page_has_exactly_the_commands() -> None:
    assert sorted(SECTIONS) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_section_lists_exactly_the_arguments_and_options_of_its_command(name: str) -> None:
    parameters = COMMANDS[name].params
    expected = {
        parameter.opts[0] if parameter.param_type_name == "option" else parameter.metavar for parameter in parameters
    }
    listed = re.findall(r"^- `(\S+?)(?: [A-Z]+)?`", SECTIONS[name], re.MULTILINE)
    assert sorted(listed) == sorted(expected)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_says_what_it_is_for(name: str) -> None:
    command = COMMANDS[name]
    assert command.help
    for parameter in command.params:
        assert parameter.help, parameter.name


def test_every_exit_code_is_told() -> None:
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", DOC, re.MULTILINE)}
    assert codes == {context.OK, context.FAILED, context.USAGE, context.DATABASE, 130}


def test_the_replay_format_is_told_key_by_key() -> None:
    """The keys that come out are those of `verdict_lines`, which tests of the command pin."""
    section = SECTIONS["monitor replay"]
    keys = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", section, re.MULTILINE))))
    assert keys == {"id", "published", "title", "text", "lang", "outlet", "url"} | {
        *("article", "rule", "verdict", "alerted", "event", "fact", "score", "assertion", "evidence", "reason")
    }
