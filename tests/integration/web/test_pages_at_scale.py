"""However much is stored, a page asks the database a few questions, and each is answered from an index."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from random import Random

import aiohttp
import pytest
from sqlalchemy.engine import Engine

from benchmarks import _desk_files, _desk_store
from benchmarks._desk_pages import Page, pages
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from monitor.web.app import build_app
from monitor.web.serving import WebServer
from tests import postgres
from tests.integration.store.test_store_plans import bad_steps, listening
from tests.integration.web.conftest import Clock, InForce, Reader, make_site
from tests.making import NOON

FEW, MANY, SOURCES = 200, 600, 60  # articles
MOST = 30  # questions of one page; a search asks for a few weeks at a time
SPARED = 6  # questions, where a list is empty
EACH = 2  # addresses of a kind
BIG = "alert|article|attempt|delivery|entry|entry_key|fact|fact_figure|fingerprint|fingerprint_band|verdict"


@pytest.fixture(scope="module")
def in_force(tmp_path_factory: pytest.TempPathFactory) -> InForce:
    folder = tmp_path_factory.mktemp("large")
    _desk_files.write(folder, [f"https://s{place}.example/feed" for place in range(SOURCES)])
    return InForce(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def engines(request: pytest.FixtureRequest, tmp_path: Path, in_force: InForce) -> Iterator[tuple[Engine, Engine]]:
    """One with few articles and one with many."""
    with contextlib.ExitStack() as stack:
        found = []
        for number in (FEW, MANY):
            url = f"sqlite:///{tmp_path}/{number}.db"
            if request.param == "sqlite":
                (tmp_path / f"{number}.db").write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
            else:
                server, template = (request.getfixturevalue(f"postgres_{name}") for name in ("server", "template"))
                url = stack.enter_context(postgres.database(server, template))
            found.append(_filled(url, in_force, number))
        yield found[0], found[1]
        for engine in found:
            engine.dispose()


def _filled(url: str, in_force: InForce, number: int) -> Engine:
    engine = create_engine(url)
    SqlStore(engine).sync_sources(in_force.configuration.sources, NOON)
    _desk_store.Filling(engine, in_force.configuration, number, NOON).fill()
    _desk_store.finish(engine)
    engine.dispose()  # the connection that filled it is in haste
    return engine


@contextlib.asynccontextmanager
async def _desk(engine: Engine, in_force: InForce, links) -> AsyncIterator[Reader]:
    site = make_site(engine, SqlStore(engine), links, Clock(NOON), in_force)
    server = WebServer(build_app(site), "127.0.0.1", 0)
    await server.start()
    async with aiohttp.ClientSession() as session:
        yield Reader(session, server.address)
    await server.stop()


def _kinds(engine: Engine, in_force: InForce) -> dict[str, Page]:
    rules = [rule.id for rule in in_force.configuration.ruleset.rules if rule.enabled]
    return dict(pages(engine, rules, SOURCES))


@pytest.mark.timeout(300)  # a hundred pages twice, also beside other work
async def test_a_page_asks_few_questions_and_no_more_of_them_the_more_is_stored(engines, in_force, links):
    asked: list[dict[str, int]] = []
    for engine in engines:
        kinds = _kinds(engine, in_force)
        async with _desk(engine, in_force, links) as reader:
            for page in kinds.values():
                await reader.look(page(Random(1)))  # what is found out once a minute is
            counted = {}
            for kind, page in kinds.items():
                random, counts = Random(2), []
                for _ in range(EACH):
                    with listening(engine) as heard:
                        answer = await reader.look(page(random))
                    assert answer.status == 200, kind
                    counts.append(len(heard))
                counted[kind] = max(counts)
            asked.append(counted)
    few, many = asked
    assert {kind: number for kind, number in many.items() if number > MOST} == {}
    assert {kind: (few[kind], number) for kind, number in many.items() if number > few[kind] + SPARED} == {}


async def test_no_page_reads_a_table_that_grows_as_a_whole(engines, in_force, links):
    engine, bad = engines[1], {}
    async with _desk(engine, in_force, links) as reader:
        for kind, page in _kinds(engine, in_force).items():
            with listening(engine) as heard:
                await reader.look(page(Random(3)))
            for statement, values in heard:
                steps = bad_steps(engine, statement, values, BIG)
                if "LIMIT" in statement:  # an index is read from its end, and no further than to the limit
                    steps = [step for step in steps if " INDEX " not in step]
                if steps:
                    bad[kind, statement] = steps
    assert bad == {}
