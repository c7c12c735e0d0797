"""Build what is released and look it over: the same bytes twice, nothing missing, nothing that does not belong there.

usage: python -m scripts.release_check [--final]     (needs git, and the packages of requirements-release.lock)
Leaves the source distribution, the wheel and SHA256SUMS in dist/. Exit code 1: something is not as it should be.
--final: the changelog has a section of this version with a date, and all files are committed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
# Folder of the tree → folder of the wheel.
PLACES = {
    "monitor": "monitor",
    "alembic": "monitor/_alembic",
    "watchlists": "monitor/_shipped/watchlists",
    "seeds": "monitor/_shipped/seeds",
    "schema": "monitor/_shipped/schema",
}
# Without these it would install, and not work: a list that does not come from the tree.
NEEDED = [
    "monitor/__main__.py",
    "monitor/_alembic/env.py",
    "monitor/_alembic/versions/0001_first_schema.py",
    "monitor/_shipped/schema/watchlist.json",
    "monitor/_shipped/watchlists/sources.yaml",
    "monitor/demo/stories.yaml",
    "monitor/messages/templates/alert.text.j2",
    "monitor/web/static/htmx.LICENSE",
    "monitor/web/static/htmx.js",
    "monitor/web/templates/desk/overview.html",
]
_INFO = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}


def version() -> str:
    found = re.search(r'^__version__ = "(.+)"$', (ROOT / "monitor" / "__init__.py").read_text(encoding="utf-8"), re.M)
    if found is None:
        raise SystemExit("release: monitor/__init__.py names no version")
    return found[1]


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def tracked() -> set[str]:
    """All files of the tree that git knows, without those that are deleted."""
    return {name for name in git("ls-files", "-z").split("\0") if name and (ROOT / name).is_file()}


def expected_wheel(files: set[str], info: str) -> set[str]:
    """What is in a wheel of these files; `info` is the name of its folder of metadata."""
    inside = {f"{info}/{name}" for name in _INFO}
    for name in files:
        folder, _, rest = name.partition("/")
        if rest and folder in PLACES:
            inside.add(f"{PLACES[folder]}/{rest}")
    return inside


def differences(what: str, found: set[str], expected: set[str]) -> list[str]:
    missing = [f"{what} lacks {name}" for name in sorted(expected - found)]
    return missing + [f"{what} has {name}, which does not belong there" for name in sorted(found - expected)]


def in_wheel(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as wheel:
        return set(wheel.namelist())


def in_sdist(path: Path) -> set[str]:
    """Names below its one folder."""
    with tarfile.open(path) as archive:
        return {member.name.partition("/")[2] for member in archive if member.isfile()}


def build(tree: Path, target: Path) -> list[Path]:
    """Source distribution and wheel of the tree, in that order."""
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(target)]
    subprocess.run(command, cwd=tree, env=os.environ | {"SOURCE_DATE_EPOCH": _epoch()}, stdout=sys.stderr, check=True)
    return [next(target.glob("*.tar.gz")), next(target.glob("*.whl"))]


def _epoch() -> str:
    """When the last commit was made, in seconds: the date of every file, wherever and whenever it is built."""
    return git("log", "-1", "--format=%ct").strip()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def built_twice() -> tuple[list[Path], list[str]]:
    """Built from the tree, and again from its own source distribution elsewhere: what was built, and what differs."""
    shutil.rmtree(DIST, ignore_errors=True)
    first = build(ROOT, DIST)
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(first[0]) as archive:
            archive.extractall(folder, filter="data")
        (tree,) = Path(folder).iterdir()
        (tree / "PKG-INFO").unlink()  # or it would be there twice
        second = build(tree, Path(folder) / "again")
        differing = [
            f"{one.name} is not the same bytes when it is built again"
            for one, other in zip(first, second, strict=True)
            if digest(one) != digest(other)
        ]
    return first, differing


def contents(sdist: Path, wheel: Path) -> list[str]:
    files = tracked()
    info = f"{wheel.name.split('-py3')[0]}.dist-info"
    found = in_wheel(wheel)
    problems = differences("the wheel", found, expected_wheel(files, info))
    problems += [f"the wheel lacks {name}" for name in NEEDED if name not in found]
    return problems + differences("the source distribution", in_sdist(sdist), files | {"PKG-INFO"})


def changelog(text: str, number: str) -> list[str]:
    """What keeps this changelog from being that of the release."""
    if re.search(rf"^## \[{re.escape(number)}\] - \d{{4}}-\d\d-\d\d$", text, re.M):
        return []
    return [f"CHANGELOG.md has no section `## [{number}] - YYYY-MM-DD`"]


def uncommitted() -> list[str]:
    return ["there are changes that are not committed"] if git("status", "--porcelain") else []


def main(arguments: list[str]) -> int:
    number = version()
    built, problems = built_twice()
    problems += contents(*built)
    if "--final" in arguments:
        problems += changelog((ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), number) + uncommitted()
    twine = [sys.executable, "-m", "twine", "check", "--strict", *map(str, built)]
    if subprocess.run(twine, stdout=sys.stderr, check=False).returncode:
        problems.append("the metadata is not as registries want it")
    (DIST / "SHA256SUMS").write_text("".join(f"{digest(path)}  {path.name}\n" for path in built))
    for problem in problems:
        print(f"release: {problem}", file=sys.stderr)
    if not problems:
        print(f"release: {number} is in dist/, twice the same bytes", file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
