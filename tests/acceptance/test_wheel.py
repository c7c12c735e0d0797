"""The wheel, installed in a folder far from the tree beside the locked packages: all that it needs came with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor import __version__
from tests.desk import WORDS, story, write
from tests.optional import ROOT, missing
from tests.servers import Outlets, Receiver

pytestmark = pytest.mark.timeout(400)  # it is built and installed first, maybe beside other work
RUNTIME = ROOT / "var" / "runtime"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `monitor` command of an environment that holds the wheel, and sees what requirements.lock names: no more."""
    if not (RUNTIME / "bin" / "python").exists():
        missing("no environment of the locked packages: scripts/environment runtime makes it")
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, capture_output=True, check=True, timeout=100)
    (wheel,) = folder.glob("*.whl")
    place = folder / "environment"
    # The interpreter of the locked packages, for some of them are compiled for it.
    subprocess.run([RUNTIME / "bin" / "python", "-m", "venv", place], check=True, timeout=100)
    packages = _site_packages(place)
    (packages / "locked.pth").write_text(f"{_site_packages(RUNTIME)}\n")
    pip = [place / "bin" / "python", "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel]
    subprocess.run(pip, check=True, timeout=100)
    return place / "bin" / "monitor"


def _site_packages(environment: Path) -> Path:
    return next((environment / "lib").glob("python3.*/site-packages"))


def run(program: Path, folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """As a newcomer runs it: nothing of the tree, and no setting, is in the environment."""
    kept = {"HOME", "LANG", "TMPDIR", "XDG_CACHE_HOME"}
    environment = {name: value for name, value in os.environ.items() if name in kept} | settings
    environment["PATH"] = f"{program.parent}:/usr/bin:/bin"
    command = [str(program), *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=110)


def test_the_program_is_there_with_its_version_and_asks_for_no_package_that_is_missing(
    installed: Path, tmp_path: Path
) -> None:
    assert run(installed, tmp_path, "--version").stdout == f"{__version__}\n"
    command = [installed.parent / "python", "-m", "pip", "check"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0, told.stdout


def test_the_demo_runs_from_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    done = run(installed, tmp_path, "demo")
    assert done.returncode == 0, done.stderr
    assert "6 of the 6 events" in done.stdout, done.stdout[-2000:]
    assert list(tmp_path.iterdir()) == []


def test_the_shipped_watchlists_and_the_schema_are_found(installed: Path, tmp_path: Path) -> None:
    checked = run(installed, tmp_path, "check")
    assert checked.returncode == 0, checked.stderr
    assert run(installed, tmp_path, "init").returncode == 0
    for name in ("watchlists", "seeds", "schema"):
        brought = {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()}
        assert brought == {path.name: path.read_bytes() for path in (ROOT / name).iterdir()}


def test_a_database_is_made_and_one_pass_tells_what_is_new(installed: Path, tmp_path: Path) -> None:
    """Migrations, templates of messages and pages all come from the wheel."""
    with Outlets() as outlets, Receiver() as receiver:
        outlets.publish("harbour", *story(WORDS[0]))
        write(tmp_path, *WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels={"h": receiver.apprise_url})
        upgraded = run(installed, tmp_path, "db", "upgrade")
        assert upgraded.returncode == 0, upgraded.stderr
        assert run(installed, tmp_path, "db", "check").returncode == 0
        settings = {"MONITOR_ALLOW_NETWORKS": "127.0.0.0/8", "MONITOR_WEB_PORT": "0"}
        done = run(installed, tmp_path, "run", "--once", **settings)
        assert done.returncode == 0, done.stderr
        assert receiver.count(WORDS[0]) == len(receiver.messages) == 1
    assert (tmp_path / "var" / "monitor.db").is_file()
