"""Other people's pollers, in a scratch folder of the benchmark: `reader` from PyPI, newsboat from Debian.

Nothing is installed into the system. What cannot be had is None, and the benchmark says so.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks._measure import progress

SCRATCH = Path(__file__).resolve().parent.parent / "var" / "peers"
# What an update costs a program that has its feeds already: importing and adding them is not counted.
_READER = """
import json, sys, time
from reader import make_reader
database, workers = sys.argv[1], int(sys.argv[2])
reader = make_reader(database)
for url in json.load(sys.stdin):
    reader.add_feed(url)
seconds = []
for turn in range(2):
    began = time.perf_counter()
    reader.update_feeds(workers=workers, scheduled=False)
    seconds.append(time.perf_counter() - began)
entries = reader.get_entry_counts().total
print(json.dumps({"seconds": seconds, "entries": entries}))
"""
WORKERS = 20


class Reader:
    """The `reader` library with threads; `python` is that of its virtual environment."""

    def __init__(self, python: Path):
        self._python = python
        done = subprocess.run(
            [python, "-c", "import reader; print(reader.__version__)"], capture_output=True, text=True, check=True
        )
        self.name = f"reader {done.stdout.strip()} ({WORKERS} workers)"

    def updates(self, urls: Sequence[str]) -> tuple[float, float, int]:
        """Seconds of the first update of a new database and of a second one; entries stored."""
        with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
            command = [self._python, "-c", _READER, f"{folder}/reader.sqlite", str(WORKERS)]
            done = subprocess.run(command, input=json.dumps(urls), capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
        return found["seconds"][0], found["seconds"][1], found["entries"]


class Newsboat:
    """newsboat, unpacked."""

    def __init__(self, root: Path):
        self._program = root / "usr/bin/newsboat"
        libraries = {str(path.parent) for path in root.rglob("libstfl.so*")}
        self._environment = {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(libraries)}
        told = self._run("-v")
        self.name = " ".join(told.splitlines()[0].split()[:2])

    def first_update(self, urls: Sequence[str]) -> float:
        """Seconds of the first update of a new cache."""
        with tempfile.TemporaryDirectory(prefix="monitor-bench-") as folder:
            place = Path(folder)
            (place / "urls").write_text("\n".join(urls) + "\n")
            (place / "config").write_text(f"reload-threads {WORKERS}\nauto-reload no\n")
            files = ("-u", place / "urls", "-c", place / "cache.db", "-C", place / "config")
            began = time.perf_counter()
            self._run(*map(str, files), "-x", "reload")
            return time.perf_counter() - began

    def _run(self, *arguments: str) -> str:
        command = [str(self._program), *arguments]
        return subprocess.run(command, env=self._environment, capture_output=True, text=True, check=True).stdout


def reader(*, make: bool) -> Reader | None:
    """The library in its virtual environment, which is made where it is missing and `make` allows it."""
    folder = SCRATCH / "reader"
    python = folder / "bin" / "python"
    try:
        if make and not python.exists():
            progress(f"making {folder}")
            subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
            packages = ("reader", "sgmllib3k")  # the latter is needed by its feedparser
            subprocess.run([python, "-m", "pip", "install", "-q", *packages], check=True, capture_output=True)
        return Reader(python) if python.exists() else None
    except (OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        progress(f"reader cannot be had: {_why(error)}")
        return None


def newsboat(*, make: bool) -> Newsboat | None:
    """newsboat unpacked from its Debian packages, which are fetched where they are missing and `make` allows it."""
    root = SCRATCH / "newsboat"
    try:
        if make and not root.exists():
            progress(f"unpacking newsboat into {root}")
            with tempfile.TemporaryDirectory() as folder:
                names = ("newsboat", "libstfl0")
                subprocess.run(["apt-get", "download", *names], cwd=folder, check=True, capture_output=True)
                for package in Path(folder).glob("*.deb"):
                    subprocess.run(["dpkg", "-x", package, root], check=True, capture_output=True)
        return Newsboat(root) if root.exists() else None
    except (OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(root, ignore_errors=True)
        progress(f"newsboat cannot be had: {_why(error)}")
        return None


def _why(error: OSError | subprocess.CalledProcessError) -> str:
    words = getattr(error, "stderr", None) or str(error)
    return (words.decode(errors="replace") if isinstance(words, bytes) else words).strip().splitlines()[-1]
