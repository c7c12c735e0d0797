"""The demo as a newcomer runs it, and what the wheel brings to a place without a checkout."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

import pytest

ROOT = Path(__file__).resolve().parents[2]


def monitor(folder: Path, *arguments: str, code: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """A command in an empty place: no settings, no files but those of `folder`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    command = [sys.executable, "-m", "monitor", *arguments]
    environment["PYTHONPATH"] = str(code)
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=100)


def test_the_demo_alerts_on_every_event_that_was_meant_to_be_news_and_on_nothing_else(tmp_path: Path) -> None:
    """Real newsroom, real daemon, shipped watchlists and seeds; it leaves nothing behind."""
    done = monitor(tmp_path, "demo")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert "6 of the 6 events that the newsroom meant to be news were alerted, 0 alerts too many." in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_desk_of_the_demo_says_why_the_second_article_raised_no_alert(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    environment["PYTHONPATH"] = str(ROOT)
    command = [sys.executable, "-m", "monitor", "demo", "--desk", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        address = next(line.split()[-1] for line in running.stdout if line.startswith("The desk: "))
        with urlopen(address) as answer:
            assert answer.status == 200
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 0


@pytest.mark.skipif(find_spec("hatchling") is None, reason="hatchling, which builds the wheel, is not installed")
def test_the_wheel_brings_migrations_watchlists_and_seeds(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=60)
    (wheel,) = tmp_path.glob("*.whl")
    site, empty = tmp_path / "site", tmp_path / "empty"
    zipfile.ZipFile(wheel).extractall(site)
    empty.mkdir()
    checked = monitor(empty, "check", code=site)
    assert checked.returncode == 0, checked.stderr
    assert f"taking those that came with the program, {site}/monitor/_shipped/watchlists" in checked.stderr
    assert monitor(empty, "db", "upgrade", code=site).returncode == 0
