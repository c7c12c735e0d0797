"""One rule within the text of its file: where it stands, and its stage changed without touching anything else."""

from __future__ import annotations

import re

from monitor.core.rules import Stage

_STAGE = re.compile(r"""^(?P<head>\s*(?:-\s+)?stage:\s*)(?:"\w*"|'\w*'|\w+)(?P<tail>\s*(?:#.*)?)$""")


def span(text: str, rule: str, line: int = 0) -> tuple[int, int] | None:
    """The first line of a rule and the one after its last, counted from 0. `line`, counted from 1, is where it stood
    when it was read last; it may have moved since. None where it is not found."""
    lines = text.splitlines()
    ends = [(start, _end(lines, start)) for start in range(len(lines)) if re.match(r"\s*-\s", lines[start])]
    mine = [(start, end) for start, end in ends if _names(lines[start:end], rule)]
    return min(mine, key=lambda found: (abs(found[0] + 1 - line), found), default=None)


def with_stage(text: str, rule: str, stage: Stage, line: int = 0) -> str | None:
    """The text with the rule in another stage; None where it is written in a way that is better left to people."""
    found = span(text, rule, line)
    lines = text.splitlines(keepends=True)
    if found is None or lines[found[0]].lstrip().startswith(("- {", "-  {")):
        return None
    start, end = found
    column = _column(lines[start])
    for number in range(start, end):
        if _key_column(lines[number]) == column and (written := _STAGE.match(lines[number].rstrip("\r\n"))):
            ending = lines[number][len(lines[number].rstrip("\r\n")) :]
            lines[number] = f"{written['head']}{stage.value}{written['tail']}{ending}"
            return "".join(lines)
    keys = [number for number in range(start, end) if _key_column(lines[number]) == column]
    first = next(number for number in keys if re.match(r"\s*(-\s+)?id:", lines[number]))
    ending = "\r\n" if lines[first].endswith("\r\n") else "\n"
    if not lines[first].endswith("\n"):
        lines[first] += ending
    lines.insert(first + 1, f"{' ' * column}stage: {stage.value}{ending}")
    return "".join(lines)


def _names(lines: list[str], rule: str) -> bool:
    column = _column(lines[0])
    wanted = re.compile(rf"""\s*(?:-\s+)?(?:\{{\s*)?id:\s*["']?{re.escape(rule)}["']?\s*(?:[,}}#].*)?$""")
    flow = lines[0].lstrip().startswith("- {")
    return any(wanted.match(line) for line in lines if flow or _key_column(line) == column)


def _column(line: str) -> int:
    """Of the first key of an item of a list."""
    return len(line) - len(line.lstrip(" ").removeprefix("-").lstrip(" "))


def _key_column(line: str) -> int:
    return _column(line) if line.lstrip(" ").startswith("- ") else len(line) - len(line.lstrip(" "))


def _end(lines: list[str], start: int) -> int:
    """Of the item of a list that begins there: without blank lines and comments at its end."""
    dash = len(lines[start]) - len(lines[start].lstrip(" "))
    end = start + 1
    for number in range(start + 1, len(lines)):
        words = lines[number].strip()
        if not words or words.startswith("#"):
            continue
        if len(lines[number]) - len(lines[number].lstrip(" ")) <= dash:
            break
        end = number + 1
    return end
