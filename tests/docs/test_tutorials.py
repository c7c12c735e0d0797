"""docs/tutorials: what they tell people to write and to run comes out as they say."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.optional import missing

ROOT = Path(__file__).resolve().parents[2]
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.md"))
BLOCK = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.DOTALL | re.MULTILINE)
NEWSROOM, DESK, NOBODY = "8099", "8765", "8098"  # ports on which the tutorials have the outlet, the desk, and nobody
# What differs from day to day, and from machine to machine.
VARYING = (
    (r"\d{4}-\d\d-\d\d", "DATE"),
    (r"\b\d\d:\d\d(:\d\d)?(\.\d+Z)?", "TIME"),
    (r"\b\d+[hm]( \d+m)?\b", "SPAN"),
    (r"\b[0-9a-f]{6,16}\b", "HEX"),
    (r"\bp?\d+\.\d+\.\d+\b", "VERSION"),
    (r"[─—-]{3,}|[ \t]+", " "),
)


@dataclass
class Step:
    """Files to be written, then a command, and what it prints: `…` stands for anything, alone on a line for lines."""

    files: dict[str, str]
    command: str
    printed: list[str] = field(default_factory=list)


def steps(text: str) -> Iterator[Step]:
    files: dict[str, str] = {}
    for kind, title, body in BLOCK.findall(text):
        if title:
            files[title] = body
        elif kind == "console":
            step: Step | None = None
            for line in body.splitlines():
                if line.startswith("$ "):
                    if step:
                        yield step
                    step, files = Step(files, line[2:]), {}
                else:
                    assert step, f"output before a command: {line}"
                    step.printed.append(line)
            assert step
            yield step


def ordinary(line: str) -> str:
    for pattern, word in VARYING:
        line = re.sub(pattern, word, line)
    return line.strip()


def fits(printed: list[str], told: str) -> bool:
    lines = [r"(?:.*\n)*?" if line == "…" else rf"{_pattern(line)}\n" for line in printed]
    return re.fullmatch("".join(lines), "".join(f"{ordinary(line)}\n" for line in told.splitlines())) is not None


def _pattern(line: str) -> str:
    return ".*".join(re.escape(part) for part in ordinary(line).split("…"))


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return str(found.getsockname()[1])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty place; `monitor` is the program of this checkout."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "monitor"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m monitor "$@"\n')
    program.chmod(0o755)
    (tmp_path / "work" / "www").mkdir(parents=True)
    return tmp_path


@pytest.fixture
def ports(folder: Path) -> Iterator[dict[str, str]]:
    """Those of the tutorials → free ones; on the first the files of `www` are served."""

    class Silent(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    handler = partial(Silent, directory=str(folder / "work" / "www"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield {NEWSROOM: str(server.server_address[1]), DESK: free_port(), NOBODY: free_port()}
    server.shutdown()
    server.server_close()


class Shell:
    """One shell for all commands of a tutorial, as a reader has one; what a command prints is read up to a mark."""

    MARK = "---- done ----"

    def __init__(self, folder: Path):
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder / "work",
            env={**kept, "PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PYTHONUNBUFFERED": "1", "TZ": "UTC"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def run(self, command: str) -> str:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{command}\necho '{self.MARK}'\n")
        self._process.stdin.flush()
        told = []
        for line in self._process.stdout:
            if line.endswith(f"{self.MARK}\n"):  # what was printed last may have had no end of line
                return "".join([*told, line.removesuffix(f"{self.MARK}\n")])
            told.append(line)
        raise AssertionError(f"the shell ended at: {command}\n{''.join(told)}")

    def close(self) -> None:
        """And everything that was left running in the background."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()


@pytest.fixture
def shell(folder: Path) -> Iterator[Shell]:
    found = Shell(folder)
    yield found
    found.close()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda path: path.stem)
def test_every_command_of_a_tutorial_prints_what_the_page_shows(
    tutorial: Path, folder: Path, ports: dict[str, str], shell: Shell
) -> None:
    for program in ("bash", "curl"):
        if shutil.which(program) is None:
            missing(f"{program} is not here")
    for step in steps(_moved(tutorial.read_text(encoding="utf-8"), ports)):
        for name, text in step.files.items():
            path = folder / "work" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        told = shell.run(step.command)
        assert fits(step.printed, told), f"$ {step.command}\n{told}"


def _moved(text: str, ports: dict[str, str]) -> str:
    return re.sub("|".join(ports), lambda found: ports[found[0]], text)


def test_the_output_that_a_page_shows_is_compared_line_by_line() -> None:
    told = "made at 2030-05-03 08:00 UTC\none  two\nthree\n"
    assert fits(["made at 2026-01-02 10:30 UTC", "one two", "three"], told)
    assert fits(["…", "three"], told)
    assert fits(["made at … UTC", "one two", "…"], told)
    assert not fits(["made at 2026-01-02 10:30 UTC", "one two"], told)
    assert not fits(["…", "four"], told)


def test_there_is_a_tutorial_for_each_who_uses_it() -> None:
    assert [path.stem for path in TUTORIALS] == ["analyst", "oncall", "operator"]
    for path in TUTORIALS:
        assert len(list(steps(path.read_text(encoding="utf-8")))) >= 8, path.name
