"""Four processes judge one stream on PostgreSQL: each event alerts once, whoever is first, and whoever dies."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.core.model import Article
from monitor.judging import judge_article
from monitor.memory import MemoryLedger
from monitor.store import rows
from monitor.store.engine import create_engine
from monitor.store.tables import alert, article, verdict
from tests import postgres
from tests.crowd import LATER, desk, doubled, stream


@pytest.fixture
def engine(postgres_server: str, postgres_template: str) -> Iterator[Engine]:
    with postgres.database(postgres_server, postgres_template) as url:
        made = create_engine(url)
        yield made
        made.dispose()


class Judges:
    """Processes that take part in one round after the other, until they are killed."""

    def __init__(self, number: int):
        command = [sys.executable, "-m", "tests.crowd"]
        self._processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(number)
        ]
        assert [self._read(process) for process in self._processes] == ["ready\n"] * number

    @staticmethod
    def _read(process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        return process.stdout.readline()

    def begin(self, engine: Engine, seed: int, dies: int = 0) -> None:
        url = engine.url.render_as_string(hide_password=False)
        for number, process in enumerate(self._processes):
            assert process.stdin is not None
            process.stdin.write(f"{url} {100 * seed + number} {dies}\n")
            process.stdin.flush()

    def end(self) -> list[list[str]]:
        """What each of them judged."""
        lines = [self._read(process) for process in self._processes]
        assert all(lines), "a process broke: see its stderr"
        return [line.split() for line in lines]

    def exit_codes(self) -> list[int]:
        return [process.wait(timeout=60) for process in self._processes]

    def close(self) -> None:
        for process in self._processes:
            process.kill()
            process.communicate()


@contextmanager
def judges(number: int) -> Iterator[Judges]:
    made = Judges(number)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def four() -> Iterator[Judges]:
    with judges(4) as made:
        yield made


def put(engine: Engine, told: Sequence[Article]) -> None:
    """Have them stored and unjudged."""
    with engine.begin() as connection:
        connection.execute(sa.insert(article), [rows.article_to(item) for item in told])


def alerts(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.select(alert.c.rule, alert.c.article_id))]


@pytest.mark.parametrize("seed", range(5))
def test_the_stream_alerts_once_for_each_event_in_any_order(seed: int) -> None:
    """What the processes are held against: judged by one alone, the order is of no matter."""
    told, expected = stream(seed)
    ledger, rules = MemoryLedger(), desk()
    found = [(one.rule, one.article_id) for item in told for one in judge_article(item, rules, ledger, LATER).alerts]
    assert not doubled(found)
    assert {(rule, name.partition("-")[0]) for rule, name in found} == expected


@pytest.mark.parametrize("seed", range(3))
def test_no_event_alerts_twice_and_none_is_lost_and_no_article_is_judged_twice(
    engine: Engine, four: Judges, seed: int
) -> None:
    told, expected = stream(seed)
    put(engine, told)
    four.begin(engine, seed)
    done = four.end()
    assert sorted(name for names in done for name in names) == sorted(item.id for item in told)
    assert sum(bool(names) for names in done) > 1, "one did it all: nothing ran side by side"
    check(engine, told, expected)


@pytest.mark.parametrize("dies", [1, 3])
def test_with_one_killed_in_its_transaction_nothing_is_lost_and_nothing_comes_twice(
    engine: Engine, four: Judges, dies: int
) -> None:
    told, expected = stream(10 + dies)
    put(engine, told)
    with judges(1) as victim:
        victim.begin(engine, 99, dies)
        wait_until_it_is_at_work(engine)
        four.begin(engine, 10 + dies)
        assert victim.exit_codes() == [-signal.SIGKILL]
    four.end()
    check(engine, told, expected)


def wait_until_it_is_at_work(engine: Engine) -> None:
    sessions = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    deadline = time.monotonic() + 60
    with engine.connect() as connection:
        while connection.exec_driver_sql(sessions).scalar_one() < 2:
            assert time.monotonic() < deadline, "the victim never came"
            connection.exec_driver_sql("SELECT pg_stat_clear_snapshot(), pg_sleep(0.01)")


def check(engine: Engine, told: Sequence[Article], expected: set[tuple[str, str]]) -> None:
    found = alerts(engine)
    assert not doubled(found)
    assert {(rule, name.partition("-")[0]) for rule, name in found} == expected
    with engine.connect() as connection:
        left = connection.execute(sa.select(article.c.id).where(article.c.judged_at.is_(None))).all()
        judged = set(connection.execute(sa.select(verdict.c.article_id).distinct()).scalars())
    assert not left
    assert judged == {item.id for item in told if not item.id.startswith("idle")}
