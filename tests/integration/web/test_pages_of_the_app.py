"""The daemon serves the pages while it runs, with links that its settings make."""

from __future__ import annotations

import asyncio
import io
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from monitor.app import build
from monitor.app.answering import key_file, signed_links
from monitor.config import load_settings
from monitor.daemon import Daemon
from monitor.errors import ConfigurationError
from monitor.logs import secrets
from monitor.settings import Settings
from tests import desk
from tests.making import ALERT, NOON
from tests.servers import Server

ROOT = Path(__file__).resolve().parents[3]


def settings(folder: Path, **changes: object) -> Settings:
    given, _ = load_settings({"MONITOR_DATABASE_URL": f"sqlite:///{folder}/monitor.db"}, None, Path("/nowhere"))
    folders = {"watchlists_dir": folder / "watchlists", "seeds_dir": folder / "seeds"}
    return given.model_copy(update={**folders, **changes})


def _unused() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


async def _answers(url: str) -> int:
    """The status; 0 where nobody listens."""
    try:
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            return response.status
    except aiohttp.ClientConnectionError:
        return 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    desk.write(tmp_path, "zorbium", sources={}, channels={"screen": "console://"})
    return tmp_path


async def test_the_pages_are_there_from_start_to_stop_and_not_after(folder: Path) -> None:
    app = build(settings(folder, web=True, web_port=(port := _unused())), console=io.StringIO(), secrets={})
    stopping = asyncio.Event()
    serving = asyncio.create_task(Daemon(app, 0.1, stopping, asyncio.Event()).serve())
    url = f"http://127.0.0.1:{port}/style.css"
    async with asyncio.timeout(20):
        while await _answers(url) != 200:
            assert not serving.done()
            await asyncio.sleep(0.02)
    stopping.set()
    assert await serving == 0
    await app.close()
    assert await _answers(url) == 0


async def test_the_daemon_is_ready_once_its_jobs_have_gone_well(folder: Path) -> None:
    app = build(settings(folder, web=True, web_port=(port := _unused())), console=io.StringIO(), secrets={})
    assert app.pulse() is None
    stopping = asyncio.Event()
    daemon = Daemon(app, 0.1, stopping, asyncio.Event())
    assert {job.succeeded_at for job in app.pulse().jobs} == {None}
    serving = asyncio.create_task(daemon.serve())
    seen = set[int]()
    async with asyncio.timeout(20):
        while 200 not in seen:
            assert not serving.done()
            seen.add(await _answers(f"http://127.0.0.1:{port}/readyz"))
            await asyncio.sleep(0.02)
    assert seen <= {0, 503, 200}
    assert all(job.succeeded_at for job in app.pulse().jobs if job.name in app.pulse().vital)
    stopping.set()
    assert await serving == 0
    await app.close()


async def test_a_port_in_use_stops_the_start_and_the_app_still_closes(folder: Path) -> None:
    with Server() as taken:
        app = build(settings(folder, web=True, web_port=taken.port), console=io.StringIO(), secrets={})
        with pytest.raises(ConfigurationError, match="MONITOR_WEB_PORT: cannot listen on 127"):
            await Daemon(app, 0.1, asyncio.Event(), asyncio.Event()).serve()
        await app.close()


def test_the_program_ends_with_2_and_says_which_port_is_taken(folder: Path) -> None:
    with Server() as taken:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")},
            "PYTHONPATH": str(ROOT),
            "MONITOR_PUBLIC_URL": "https://monitor.example",
            "MONITOR_WEB_PORT": str(taken.port),
        }
        command = [sys.executable, "-m", "monitor", "run"]
        ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 2
    assert f"MONITOR_WEB_PORT: cannot listen on 127.0.0.1, port {taken.port}: Address" in ran.stdout + ran.stderr
    assert (folder / "var" / "link.key").exists()


async def test_where_the_pages_are_switched_off_nothing_is_served_and_no_key_is_made(folder: Path) -> None:
    app = build(settings(folder, web=False), console=io.StringIO(), secrets={})
    assert app.web is None
    await app.close()
    assert not key_file(settings(folder, web=False)).exists()


def test_a_key_is_made_once_kept_beside_the_database_and_for_nobody_else_to_read(folder: Path) -> None:
    given = settings(folder, public_url="https://monitor.example")
    url = signed_links(given).answer_url(ALERT, NOON)
    path = folder / "link.key"
    assert path == key_file(given)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [found.name for found in folder.iterdir() if "link.key" in found.name] == ["link.key"]
    assert signed_links(given).answer_url(ALERT, NOON) == url
    path.chmod(0o644)
    signed_links(given)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = path.read_text().strip()
    assert key not in secrets.mask(f"the key is {key}")


def test_a_given_key_is_taken_and_none_is_kept(folder: Path) -> None:
    key = SecretStr("0123456789abcdef" * 2)
    given = settings(folder, public_url="https://monitor.example", link_key=key)
    assert signed_links(given).answer_url(ALERT, NOON).startswith("https://monitor.example/a/")
    assert not key_file(given).exists()


@pytest.mark.parametrize("content", [b"short", b"", b"\xff" * 60], ids=["short", "empty", "bytes"])
def test_a_file_without_a_key_is_told_with_what_to_do(folder: Path, content: bytes) -> None:
    given = settings(folder, public_url="https://monitor.example")
    key_file(given).write_bytes(content)
    with pytest.raises(ConfigurationError, match="delete the file to have a new one made"):
        signed_links(given)


def test_with_another_database_the_key_is_among_the_users_data(folder: Path, monkeypatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(folder))
    given = settings(folder, database_url=SecretStr("postgresql://monitor:secret@db/monitor"))
    assert key_file(given) == folder / "newswatch-monitor" / "link.key"
