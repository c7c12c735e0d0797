"""Files that change while the monitor runs: noticed at once, counted, told; on real directories."""

from __future__ import annotations

import asyncio
import io
import shutil
from collections.abc import Callable
from contextlib import asynccontextmanager
from pathlib import Path

from structlog.testing import capture_logs

from monitor.app import App, noticing
from monitor.daemon import Daemon
from monitor.store.desk import DeskStore
from monitor.store.edits import Edit
from tests import desk as words
from tests.integration.flow.test_app import CONSOLE, make

ANNOUNCED = """\
version: 1
default: [oncall]
channels:
  oncall: {targets: [{name: screen, url: "console://"}]}
  desk: {targets: [{name: screen, url: "console://"}]}
announce: [desk]
"""


def write(folder: Path, *rules: str) -> None:
    words.write(folder, *rules, sources={}, channels=CONSOLE)
    (folder / "watchlists" / "channels.yaml").write_text(ANNOUNCED)


def rules(app: App) -> set[str]:
    return {rule.id for rule in app.configuration.ruleset.rules}


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not true():
            await asyncio.sleep(0.02)


@asynccontextmanager
async def running(folder: Path):
    app = make(folder, io.StringIO())
    stopping = asyncio.Event()
    serving = asyncio.create_task(Daemon(app, 1.0, stopping, asyncio.Event()).serve())
    try:
        yield app
    finally:
        stopping.set()
        assert await serving == 0
        await app.close()


async def test_each_change_is_an_edition_told_in_log_and_channel(folder: Path, url: str) -> None:
    write(folder, "zorbium")
    app = make(folder, io.StringIO(), url)
    try:
        first = await app.tell_operators()
        assert [alert.headline for alert in first] == ["Rules v1 live: 1 rule, 2 channels"]
        assert await app.tell_operators() == []
        write(folder, "zorbium", "quaxite")
        with capture_logs() as logged:
            assert await app.reload_if_changed() is True
        assert [entry["edition"] for entry in logged if entry["event"] == "reloaded"] == ["rules v2 live: +1 rule"]
        [row, _] = app.views.alerts(rule="monitor:edition")
        assert "was saved at the desk" not in row.alert.evidence[-1].text
        assert (row.alert.headline, row.alert.channels) == ("Rules v2 live: +1 rule", ("desk",))
        assert await app.tell_operators() == [], "it was told at once"
        await app.reload()
        assert len(app.views.alerts(rule="monitor:edition")) == 2, "the same files are no edition"
    finally:
        await app.close()
    again = make(folder, io.StringIO(), url)
    try:
        assert await again.tell_operators() == [], "nor are they after a restart"
    finally:
        await again.close()
    write(folder, "zorbium")
    last = make(folder, io.StringIO(), url)
    try:
        assert [alert.headline for alert in await last.tell_operators()] == ["Rules v3 live: −1 rule"]
    finally:
        await last.close()


async def test_a_channel_hears_who_saved_the_file_at_the_desk(folder: Path, url: str) -> None:
    write(folder, "zorbium")
    app = make(folder, io.StringIO(), url)
    try:
        await app.tell_operators()
        path = folder / "watchlists" / "words.yaml"
        text = path.read_text().replace("severity: high", "severity: low")
        edit = Edit(0, "watchlists/words.yaml", app.now(), "Ann", "too loud", path.read_text(), text)
        DeskStore(app.store).keep_edit(edit, "password", lambda: path.write_text(text))
        await app.reload()
        [row, _] = app.views.alerts(rule="monitor:edition")
        assert row.alert.evidence[-1].text == "watchlists/words.yaml was saved at the desk by Ann: too loud"
    finally:
        await app.close()


async def test_a_mistake_is_no_edition(folder: Path) -> None:
    write(folder, "zorbium")
    app = make(folder, io.StringIO())
    try:
        (folder / "watchlists" / "words.yaml").write_text("version: 2\n")
        assert await app.reload_if_changed() is False
        assert app.store.latest_edition().number == 1
    finally:
        await app.close()


async def test_a_saved_file_is_in_force_without_waiting_for_the_next_look(folder: Path, monkeypatch) -> None:
    """The regular look is an hour away here: what brings the change is the system's word."""
    monkeypatch.setattr("monitor.daemon.jobs.RELOAD_SECONDS", 3600.0)
    write(folder, "zorbium")
    async with running(folder) as app:
        await asyncio.sleep(0)
        write(folder, "zorbium", "quaxite")
        await until(lambda: "about-quaxite" in rules(app))


async def test_a_folder_removed_and_made_again_is_watched_again(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr("monitor.daemon.jobs.RELOAD_SECONDS", 3600.0)
    monkeypatch.setattr(noticing, "LOOK_AGAIN_MS", 100)
    write(folder, "zorbium")
    async with running(folder) as app:
        shutil.rmtree(folder / "watchlists")
        await until(lambda: bool(app.problems))
        assert rules(app) == {"about-zorbium"}, "the last good ones stay in force"
        write(folder, "zorbium", "quaxite")
        await until(lambda: "about-quaxite" in rules(app))
        write(folder, "flooping")
        await until(lambda: rules(app) == {"about-flooping"})


async def test_without_the_systems_word_the_regular_look_is_enough(folder: Path, monkeypatch) -> None:
    """A path that cannot be watched is told once, and hurts nothing."""
    monkeypatch.setattr("monitor.daemon.jobs.RELOAD_SECONDS", 0.2)
    write(folder, "zorbium")
    monkeypatch.setattr(noticing, "awatch", _no_watches_left)
    with capture_logs() as logged:
        async with running(folder) as app:
            write(folder, "zorbium", "quaxite")
            await until(lambda: "about-quaxite" in rules(app))
    told = [entry for entry in logged if entry["event"] == "changes of files are noticed some seconds later"]
    assert [entry["reason"] for entry in told] == ["no space left on device"]


async def _no_watches_left(*paths: Path, **options: object):
    raise OSError("no space left on device")
    yield
