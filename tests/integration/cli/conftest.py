"""A place of work of its own for each test, and the command line run in it."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import structlog

from monitor.cli import main

FERRIES = """\
version: 1
terms:
  ferry: {en: [ferry, ferryboat]}
  lake: {en: [Lake Orm]}
  sink: {en: [sink, sank, capsize]}
  raise_up: {en: [raise, salvage]}
rules:
  - id: sinkings
    kind: event
    title: A ferry sinks on Lake Orm
    severity: high
    match:
      all: [ferry, lake]
    steps:
      - {id: raised, title: raised again, cues: [raise_up]}
      - {id: sunk, title: sunk, cues: [sink]}
    examples:
      - name: sunk, told again, raised
        timeline:
          - text: A ferry sank on Lake Orm on 3 May.
            published: 2030-05-03T08:00:00Z
            expect: new
            step: sunk
          - text: The ferry that sank on Lake Orm on 3 May was old.
            expect: followup
          - text: The ferry was raised from Lake Orm on 20 May.
            published: 2030-05-20T08:00:00Z
            expect: new
            step: raised
      - text: A cruise ship sank on Lake Orm.
"""

SOURCES = """\
version: 1
sources:
  - {id: orm-herald, url: "URL", name: Orm Herald, language: en, tier: 2, interval: 10m}
"""

CHANNELS = """\
version: 1
default: [oncall]
channels:
  oncall:
    targets:
      - {name: screen, url: "console://"}
      - {name: chat, url: "slack://${SLACK_TOKENS}"}
"""


@pytest.fixture(autouse=True)
def _logging_as_before() -> Iterator[None]:
    """A command that sets up logging does so for this whole process, on a stream that ends with the test."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    yield
    for handler in [handler for handler in root.handlers if handler not in before]:
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter):
            root.removeHandler(handler)
    root.setLevel(level)
    structlog.reset_defaults()


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)

    @property
    def complaints(self) -> list[str]:
        return self.err.splitlines()


class Desk:
    """A folder with watchlists and seeds, which is the working directory while a test runs."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]):
        self.folder = folder
        self._capsys = capsys

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def run(self, *arguments: str) -> Ran:
        """The command in this process, as the console script would run it."""
        self._capsys.readouterr()
        code = main(arguments)
        out, err = self._capsys.readouterr()
        return Ran(code, out, err)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    """Watchlists with one rule; no sources, no channels, no seeds, no database."""
    for name in [name for name in os.environ if name.upper().startswith(("MONITOR_", "SLACK_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    desk = Desk(tmp_path, capsys)
    desk.write("watchlists/ferries.yaml", FERRIES)
    (tmp_path / "seeds").mkdir()
    return desk
