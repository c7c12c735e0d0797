"""The whole monitor while its database takes nothing: PostgreSQL is down, or the disk has no room left."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.store.engine import create_engine
from monitor.store.views import Views
from tests import postgres
from tests.acceptance.conftest import Monitor
from tests.acceptance.delivery_faults import with_schema
from tests.desk import WORDS, story
from tests.disk import NoMountError, small_disk
from tests.servers import Answer, Outlets, Receiver


@dataclass
class Trouble:
    """A database, what makes it refuse, and what ends that."""

    url: str
    begin: Any
    end: Any


@pytest.fixture(params=["immediate", "disk"])
def trouble(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Trouble]:
    with ExitStack() as stack:
        if request.param == "disk":
            try:
                disk = stack.enter_context(small_disk(tmp_path / "disk"))
            except NoMountError as error:
                pytest.skip(str(error))
            yield Trouble(f"sqlite:///{disk.folder}/monitor.db", disk.fill, disk.free)
        else:
            server = stack.enter_context(postgres.private())
            url = stack.enter_context(postgres.database(server.url))
            yield Trouble(with_schema(url), lambda: server.stop("immediate"), server.start)


def doctor(monitor: Monitor, url: str) -> str:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")},
        "MONITOR_DATABASE_URL": url,
        "MONITOR_WATCHLISTS_DIR": str(monitor.folder / "watchlists"),
        "MONITOR_SEEDS_DIR": str(monitor.folder / "seeds"),
        "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
    }
    command = [sys.executable, "-m", "monitor", "doctor", "--offline"]
    done = subprocess.run(command, cwd=monitor.folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


def test_a_database_that_takes_nothing_is_told_of_and_waited_for_and_nothing_is_lost_or_repeated(
    monitor: Monitor, outlets: Outlets, receiver: Receiver, trouble: Trouble
) -> None:
    """One alert is under way and three pages are being read when it begins: each alert comes once, each page is asked
    for once, and nobody has to start anything anew."""
    hold = threading.Event()
    pages = {}
    for word in WORDS:
        pages[word] = outlets.publish(word, *story(word))
        if word != WORDS[0]:
            outlets.answer(pages[word], Answer(hold=hold))
    sources = {word: outlets.feed_url(word) for word in WORDS}
    monitor.write(*WORDS, sources=sources, channels={"hook": receiver.apprise_url})
    receiver.hold = threading.Event()
    monitor.start(MONITOR_DATABASE_URL=trouble.url, MONITOR_FETCH_TIMEOUT_SECONDS="60")
    monitor.until(lambda: receiver.messages and set(pages.values()) <= set(outlets.asked), "an alert under way")
    trouble.begin()
    outlets.answers.clear()
    hold.set()
    receiver.hold.set()
    monitor.until(lambda: "the store takes nothing" in monitor.logged, "it says so")
    told = doctor(monitor, trouble.url)
    trouble.end()
    monitor.until(lambda: all(receiver.count(word) for word in WORDS), "every alert")
    views = Views(create_engine(trouble.url))
    monitor.until(lambda: set(views.counts().deliveries) == {"sent"}, "all recorded as sent")
    monitor.until(lambda: "the store takes what it is told again" in monitor.logged, "it says that it is over")
    assert monitor.stop() == 0
    assert [receiver.count(word) for word in WORDS] == [1] * len(WORDS)
    assert [outlets.asked.count(pages[word]) for word in WORDS[1:]] == [1] * (len(WORDS) - 1)
    assert views.counts().unjudgeable == 0
    assert ("the disk is full" if "sqlite" in trouble.url else "fail  database: PostgreSQL") in told


def test_a_start_on_a_full_disk_is_refused_with_the_reason_and_one_with_room_goes_on(
    monitor: Monitor, outlets: Outlets, receiver: Receiver, tmp_path: Path
) -> None:
    """Killed with the disk full, the database, its log and its lock as they were."""
    outlets.publish("harbour", *story(WORDS[0]))
    sources = {"harbour": outlets.feed_url("harbour")}
    monitor.write(*WORDS, sources=sources, channels={"hook": receiver.apprise_url})
    try:
        with small_disk(tmp_path / "disk") as disk:
            url = f"sqlite:///{disk.folder}/monitor.db"
            receiver.hold = threading.Event()
            monitor.start(MONITOR_DATABASE_URL=url)
            monitor.until(lambda: receiver.messages, "an alert under way")
            disk.fill()
            monitor.kill()
            assert monitor.start(MONITOR_DATABASE_URL=url).wait(60) == 3
            assert "the database refuses" in monitor.logged
            disk.free()
            receiver.hold.set()
            monitor.start(MONITOR_DATABASE_URL=url)
            views = Views(create_engine(url))
            monitor.until(lambda: receiver.count(WORDS[0]) == 2, "what was under way comes again")
            monitor.until(lambda: set(views.counts().deliveries) == {"sent"}, "and is recorded")
            assert monitor.stop() == 0
    except NoMountError as error:
        pytest.skip(str(error))
