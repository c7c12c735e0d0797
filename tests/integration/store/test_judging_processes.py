"""Four processes judge one stream on PostgreSQL: each event alerts once, whoever is first, and whoever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from monitor.core.model import Article
from monitor.judging import judge_article
from monitor.memory import MemoryLedger
from monitor.store.engine import create_engine
from monitor.store.tables import alert, article, verdict
from tests import postgres
from tests.crowd import LATER, desk, doubled, stream
from tests.making import NOON

PROCESSES = 4


@pytest.fixture
def engine(postgres_server: str, postgres_template: str) -> Iterator[Engine]:
    with postgres.database(postgres_server, postgres_template) as url:
        made = create_engine(url)
        yield made
        made.dispose()


def put(engine: Engine, told: Sequence[Article]) -> None:
    """Have them stored and unjudged."""
    from monitor.store import rows

    with engine.begin() as connection:
        connection.execute(sa.insert(article), [rows.article_to(item) for item in told])


def judged_by_four(engine: Engine, seed: int, dies: int = 0) -> list[list[str]]:
    """The ids that each of them judged; of the one that was killed in its transaction `dies` nothing is known."""
    url = engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.crowd", url]
    each = [[*command, str(100 * seed + at), *(["--dies", str(dies)] if dies and not at else [])] for at in range(4)]
    processes = [
        subprocess.Popen(one, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ})
        for one in each
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        done = [process.communicate(timeout=60)[0].split() for process in processes]
        assert [process.returncode for process in processes] == [-signal.SIGKILL if dies else 0, 0, 0, 0]
        return done
    finally:
        for process in processes:
            process.kill()
            process.wait()


def alerts(engine: Engine) -> list[tuple[str, str]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.select(alert.c.rule, alert.c.article_id))]


@pytest.mark.parametrize("seed", range(5))
def test_the_stream_alerts_once_for_each_event_in_any_order(seed: int) -> None:
    """What the processes are held against: judged by one alone, the order is of no matter."""
    told, expected = stream(seed)
    ledger, rules = MemoryLedger(), desk()
    found = [
        (one.rule, one.article_id) for item in told for one in judge_article(item, rules, ledger, LATER).alerts
    ]
    assert not doubled(found)
    assert {(rule, name.partition("-")[0]) for rule, name in found} == expected


@pytest.mark.parametrize("seed", range(3))
def test_no_event_alerts_twice_and_none_is_lost_and_no_article_is_judged_twice(engine: Engine, seed: int) -> None:
    told, expected = stream(seed)
    put(engine, told)
    done = judged_by_four(engine, seed)
    assert sorted(name for names in done for name in names) == sorted(item.id for item in told)
    assert sum(bool(names) for names in done) > 1, "one did it all: nothing ran side by side"
    check(engine, told, expected)


@pytest.mark.parametrize("dies", [1, 3])
def test_with_one_killed_in_its_transaction_nothing_is_lost_and_nothing_comes_twice(engine: Engine, dies: int) -> None:
    told, expected = stream(10 + dies)
    put(engine, told)
    judged_by_four(engine, 10 + dies, dies)
    check(engine, told, expected)


def check(engine: Engine, told: Sequence[Article], expected: set[tuple[str, str]]) -> None:
    found = alerts(engine)
    assert not doubled(found)
    assert {(rule, name.partition("-")[0]) for rule, name in found} == expected
    with engine.connect() as connection:
        left = connection.execute(sa.select(article.c.id).where(article.c.judged_at.is_(None))).all()
        judged = set(connection.execute(sa.select(verdict.c.article_id).distinct()).scalars())
    assert not left
    assert judged == {item.id for item in told if not item.id.startswith("idle")}
    assert all(item.published >= NOON for item in told)
