"""The way from the database of an older program to this one, on both databases, with everything in it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.store import migrate
from monitor.store.engine import create_engine, transaction
from monitor.store.totals import Counts
from monitor.store.views import Views
from tests import postgres
from tests.acceptance import old_database as old
from tests.acceptance.conftest import ROOT, Monitor
from tests.desk import WORDS, story
from tests.servers import Outlets, Receiver


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.server() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = create_engine(f"sqlite:///{tmp_path}/monitor.db")
        yield engine
        engine.dispose()
    else:
        with postgres.database(request.getfixturevalue("server")) as url:
            engine = create_engine(url)
            yield engine
            engine.dispose()


@pytest.fixture
def former(engine: Engine, outlets: Outlets) -> Engine:
    """A database of the older program, and the outlets that it listened to, with the four stories it knows of."""
    for word in (old.TOLD, old.WAITING, old.UNJUDGED, old.UNREAD):
        outlets.publish("harbour", *story(word))
    outlets.feeds["gazette"] = []
    old.make(engine, outlets.url, datetime.now(UTC))
    return engine


def address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def run(engine: Engine, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"MONITOR_DATABASE_URL": address(engine), "PYTHONPATH": str(ROOT)}
    return subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, timeout=100)


def upgrade(engine: Engine) -> None:
    migrate.upgrade(engine)
    migrate.check(engine)


def test_an_upgrade_keeps_every_row_of_every_table(former: Engine) -> None:
    before = old.contents(former)
    assert all(before.values())
    upgrade(former)
    assert old.contents(former, old.columns_of(before)) == before


def test_the_last_step_can_be_taken_back_and_made_again_with_all_that_was_there(former: Engine) -> None:
    before = old.contents(former)
    upgrade(former)
    old.to(former, "-1")
    assert migrate.current(former) != migrate.head()
    assert old.contents(former, old.columns_of(before)) == before
    upgrade(former)
    assert old.contents(former, old.columns_of(before)) == before


# --- the monitor afterwards ------------------------------------------------------------------

PAGES = (
    *("/", "/alerts", "/alerts?state=all", "/articles", "/articles?q=explosion", "/baseline", "/sources", "/silences"),
    *("/rules", "/watchlists", "/accounts", "/changes", "/sources/harbour", f"/articles/{old.TOLD}"),
    *(f"/articles/{old.TOLD}/explain?rule=about-{old.TOLD}", f"/rules/about-{old.TOLD}"),
    *(
        "/api/v1/alerts",
        "/api/v1/articles",
        "/api/v1/sources",
        "/api/v1/silences",
        f"/api/v1/facts?rule=about-{old.TOLD}",
        "/api/v1/changes",
    ),
    *("/feeds/alerts.atom", "/metrics", "/healthz"),
)


def get(port: int, path: str) -> tuple[int, str]:
    request = f"http://127.0.0.1:{port}{path}"
    try:
        with closing(urllib.request.urlopen(request, timeout=30)) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def all_judged(counts: Counts) -> bool:
    """With the one entry that came after the upgrade."""
    return (counts.entries, counts.entries_pending, counts.unjudged) == (5, 0, 0)


def test_after_an_upgrade_nothing_is_told_twice_and_what_waited_is_told(
    former: Engine, monitor: Monitor, outlets: Outlets, receiver: Receiver
) -> None:
    """What was told stays told, also when another outlet tells it; what was pending, unjudged or unread is told once;
    what a sender took with it is told with the word that it may be a repeat; what a silence holds waits on."""
    done = run(former, "-m", "monitor", "db", "upgrade")
    assert done.returncode == 0, done.stderr
    monitor.write(
        *WORDS,
        sources={name: outlets.feed_url(name) for name in ("harbour", "gazette")},
        channels={"hook": receiver.apprise_url},
    )
    again = "Harbour shaken again in the news: the zorbium explosion, told by us", story(old.TOLD)[1].split("\n\n")[0]
    outlets.publish("gazette", *again)
    views = Views(former)
    monitor.start(MONITOR_DATABASE_URL=address(former))
    expected = [old.WAITING, old.UNJUDGED, old.UNREAD, old.LOST, old.TRIED]
    monitor.until(lambda: all(receiver.count(word) for word in expected), "what waited is told")
    monitor.until(lambda: all_judged(views.counts()), "all read and judged")
    port = int(re.search(r'"address": "http://127.0.0.1:(\d+)"', monitor.logged)[1])
    answers = {path: get(port, path)[0] for path in PAGES}
    assert monitor.stop() == 0
    assert answers == dict.fromkeys(PAGES, 200)
    counted = {word: receiver.count(word) for word in (*expected, old.TOLD, old.HELD, old.DEAD, old.SKIPPED)}
    assert counted == {word: int(word in expected) for word in counted}
    (lost,) = (text for text in receiver.texts if old.LOST in text)
    assert "repeat" in lost
    with transaction(former) as connection:
        query = sa.text("SELECT alert_id, state FROM delivery WHERE alert_id <= 7 ORDER BY alert_id")
        states = [state for _, state in connection.execute(query)]
    assert states == ["sent", "sent", "held", "sent", "sent", "failed", "skipped"]


# --- an upgrade that is cut off --------------------------------------------------------------

KILLED = """
import os, signal, sys
import sqlalchemy as sa
from monitor.store import migrate
from monitor.store.engine import create_engine
engine = create_engine(os.environ["MONITOR_DATABASE_URL"])
def at(word):
    if word.startswith(sys.argv[1]):
        os.kill(os.getpid(), signal.SIGKILL)
sa.event.listen(engine, "before_cursor_execute", lambda c, k, statement, *_: at(" ".join(statement.split())))
sa.event.listen(engine, "commit", lambda c: at("COMMIT"))
migrate.upgrade(engine)
"""


@pytest.mark.parametrize("point", ["CREATE TABLE addition", "COMMIT"])
def test_an_upgrade_that_was_killed_leaves_the_old_database_and_can_be_made_again(former: Engine, point: str) -> None:
    """Killed as by a power cut in the middle of the migrations, and with all of them done and not yet committed."""
    before = old.contents(former)
    assert run(former, "-c", KILLED, point).returncode == -signal.SIGKILL
    assert migrate.current(former) == old.REVISION
    assert old.contents(former) == before
    upgrade(former)
    assert old.contents(former, old.columns_of(before)) == before
