"""The monitor does not start where other machines would find a desk that nobody can log in to, and says what to do."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from pydantic import SecretStr

from monitor.app import build
from monitor.config import load_settings
from monitor.errors import ConfigurationError
from monitor.setting_types import Password
from monitor.settings import Settings
from monitor.store.people import By, People
from monitor.store.shown import Shown
from monitor.store.sql import SqlStore
from monitor.web.access.passwords import Passwords
from tests import desk
from tests.making import NOON

ROOT = Path(__file__).resolve().parents[3]
BY = By("root", "command line")
ELSEWHERE = {"web_host": "0.0.0.0"}
PUBLIC = {"public_url": "https://monitor.example"}
PROXY = {"proxy_user_header": "X-Remote-User"}


@pytest.fixture
def people(store: SqlStore) -> People:
    return People(store)


@pytest.fixture
def settings(tmp_path: Path, url: str) -> Settings:
    desk.write(tmp_path, "zorbium", sources={}, channels={"screen": "console://"})
    given, _ = load_settings({"MONITOR_WEB_PORT": "0"}, None, Path("/nowhere"))
    folders = {"watchlists_dir": tmp_path / "watchlists", "seeds_dir": tmp_path / "seeds"}
    return given.model_copy(update={"database_url": SecretStr(url), "link_key": SecretStr("k" * 40), **folders})


async def warnings_of_start(settings: Settings) -> list[str]:
    """Raises what the start raises."""
    app = build(settings, console=io.StringIO(), secrets={})
    try:
        with structlog.testing.capture_logs() as lines:
            await app.web.start()
    finally:
        await app.close()
    return [line["event"] for line in lines if line["log_level"] == "warning"]


@pytest.mark.parametrize(
    "changes", [ELSEWHERE, ELSEWHERE | PUBLIC, ELSEWHERE | PROXY | {"trusted_proxies": ()}], ids=str
)
async def test_where_other_machines_reach_it_somebody_must_be_able_to_come_in(settings, people, changes) -> None:
    given = settings.model_copy(update=ELSEWHERE | changes)
    with pytest.raises(ConfigurationError, match="monitor accounts add NAME --role admin"):
        await warnings_of_start(given)
    people.add("ann", "admin", "hash", NOON, BY)
    assert await warnings_of_start(given) == []
    people.remove("ann", NOON, BY)
    with pytest.raises(ConfigurationError, match="nobody has an account"):
        await warnings_of_start(given)
    people.add_token("grafana", "viewer", "digest", NOON, BY)
    assert len(await warnings_of_start(given)) == 1


async def test_on_loopback_it_starts_and_warns_where_a_login_is_needed_that_nobody_has(settings) -> None:
    assert await warnings_of_start(settings) == []
    assert await warnings_of_start(settings.model_copy(update=PROXY)) == []
    assert await warnings_of_start(settings.model_copy(update=ELSEWHERE | PROXY)) == []
    [warning] = await warnings_of_start(settings.model_copy(update=PUBLIC))
    assert "nobody has an account" in warning


async def test_a_password_that_is_given_makes_the_first_account_once(settings, engine) -> None:
    given = settings.model_copy(update=ELSEWHERE | {"admin_password": Password("four words in a row")})
    assert await warnings_of_start(given) == []
    first = Shown(engine).people.named("admin")
    assert first is not None
    assert first.role == "admin"
    assert Passwords().is_right("four words in a row", first.password)
    assert (
        await warnings_of_start(given.model_copy(update={"admin_password": Password("another, not looked at")})) == []
    )
    assert Shown(engine).people.named("admin") == first
    [noted] = [change for change in Shown(engine).changes.latest() if change.what == "account.add"]
    assert (noted.author, noted.via) == ("monitor", "MONITOR_ADMIN_PASSWORD")


async def test_a_password_that_is_too_short_makes_none_and_where_nobody_has_to_log_in_neither(settings, engine) -> None:
    short = {"admin_password": Password("short")}
    with pytest.raises(ConfigurationError, match="MONITOR_ADMIN_PASSWORD"):
        await warnings_of_start(settings.model_copy(update=ELSEWHERE | short))
    assert await warnings_of_start(settings.model_copy(update=short)) == []
    assert Shown(engine).people.all() == []


def test_the_program_ends_with_2_and_starts_no_server(tmp_path: Path) -> None:
    desk.write(tmp_path, "zorbium", sources={}, channels={"screen": "console://"})
    ours = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    environment = {**ours, "PYTHONPATH": str(ROOT), "MONITOR_WEB_HOST": "0.0.0.0", "MONITOR_WEB_PORT": "0"}
    command = [sys.executable, "-m", "monitor", "run"]
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert ran.returncode == 2
    assert "MONITOR_WEB_HOST" in ran.stdout + ran.stderr
    assert "`monitor accounts add NAME --role admin`" in ran.stdout + ran.stderr
    assert "serving pages" not in ran.stdout + ran.stderr
