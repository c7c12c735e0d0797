"""A file is replaced in one step or not at all, on a real file system, whatever goes wrong meanwhile."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.errors import ConfigurationError
from monitor.watchlists.writing import remove_file, replace_file

ROOT = Path(__file__).resolve().parents[3]
KILLED_BEFORE_THE_RENAME = """
import os, signal, sys
sys.addaudithook(lambda event, arguments: os.kill(os.getpid(), signal.SIGKILL) if event == "os.rename" else None)
"""
DISK_FULL_AFTER_100_BYTES = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
"""


def _replaced(fault: str, file: Path, data: str) -> subprocess.CompletedProcess[str]:
    script = f"{fault}\nimport sys\nfrom pathlib import Path\nfrom monitor.watchlists.writing import replace_file\n"
    script += "replace_file(Path(sys.argv[1]), sys.argv[2].encode())"
    command = [sys.executable, "-c", script, str(file), data]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "rules.yaml"
    file.write_text("old")
    return file


def test_the_new_text_is_there_and_nothing_beside_it(file: Path) -> None:
    replace_file(file, b"new")
    assert file.read_text() == "new"
    assert list(file.parent.iterdir()) == [file]


def test_the_mode_stays(file: Path) -> None:
    file.chmod(0o640)
    replace_file(file, b"new")
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_link_stays_and_what_it_leads_to_is_replaced(file: Path) -> None:
    (file.parent / "real").mkdir()
    target = file.rename(file.parent / "real" / "rules.yaml")
    file.symlink_to("real/rules.yaml")
    replace_file(file, b"new")
    assert file.is_symlink()
    assert target.read_text() == "new"


def test_killed_between_writing_and_renaming_the_old_file_is_whole(file: Path) -> None:
    done = _replaced(KILLED_BEFORE_THE_RENAME, file, "new")
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert file.read_text() == "old"
    assert all(left.name.startswith(".") for left in file.parent.iterdir() if left != file), "nobody reads such"


def test_on_a_full_disk_the_old_file_is_whole_and_nothing_is_left_behind(file: Path) -> None:
    done = _replaced(DISK_FULL_AFTER_100_BYTES, file, "x" * 10_000)
    assert "cannot be written: File too large" in done.stderr
    assert file.read_text() == "old"
    assert list(file.parent.iterdir()) == [file]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be written: No such file"):
        replace_file(tmp_path / "gone" / "rules.yaml", b"new")
    with pytest.raises(ConfigurationError, match="cannot be written: No such file"):
        remove_file(tmp_path / "gone.yaml")
