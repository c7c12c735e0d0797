"""How commands speak: data on stdout, words on stderr."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from monitor.core.render import count as count
from monitor.core.render import plain
from monitor.errors import ConfigurationError, MonitorError, Problem

T = TypeVar("T")

_ERASE = "\r\x1b[K"  # the line of a terminal


def say(words: object) -> None:
    """A line for people, on stderr."""
    print(f"monitor: {words}", file=sys.stderr)


def warn(problems: Iterable[Problem]) -> None:
    for problem in problems:
        say(f"warning: {in_words(problem)}")


def complain(error: MonitorError) -> None:
    """An expected error: each of its problems on a line of its own."""
    if isinstance(error, ConfigurationError):
        for problem in error.problems:
            say(in_words(problem))
    else:
        say(plain(str(error)))


def in_words(problem: Problem) -> str:
    """One line, also where a problem quotes what somebody else wrote."""
    return plain(str(problem).removeprefix(": "))


def show(line: str = "") -> None:
    """A line of data, on stdout."""
    print(line)


def show_json(value: Any) -> None:
    """One JSON document on a line of its own."""
    print(json.dumps(value, ensure_ascii=False, default=_encoded))


def show_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Columns under a header; what comes from outside loses its control characters."""
    lines = [list(header), *([plain(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        cells = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        show("  ".join(cells).rstrip())


def counted(items: Iterable[T], what: str) -> Iterator[T]:
    """The items, with a running count on stderr where that is a terminal, while the next one is made."""
    if not sys.stderr.isatty():
        yield from items
        return
    try:
        for number, item in enumerate(items, start=1):
            print(_ERASE, end="", file=sys.stderr, flush=True)
            yield item
            print(f"{count(number, what)} …", end="", file=sys.stderr, flush=True)
    finally:
        print(_ERASE, end="", file=sys.stderr, flush=True)


def at(moment: datetime | None) -> str:
    """A time as people read it; “-” for none."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment else "-"


def _encoded(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    if isinstance(value, Path):
        return value.as_posix()
    return dict(value)
