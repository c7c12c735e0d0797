"""Several processes share the work on PostgreSQL: here in one, each a daemon of its own with its role."""

from __future__ import annotations

import asyncio
import io
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiohttp import ClientSession

from monitor.app import build
from monitor.daemon import Daemon
from monitor.errors import ConfigurationError
from monitor.store.desk import DeskStore
from monitor.store.dispatching import SharedWork
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from tests import desk as words
from tests.integration.flow.test_app import settings
from tests.servers import Outlets

COUNT = 4


@pytest.fixture
def desk(folder: Path, outlets: Outlets) -> Path:
    words.write(folder, *words.WORDS, sources={"harbour": outlets.feed_url("harbour")}, channels={"c": "console://"})
    return folder


@asynccontextmanager
async def at_work(folder: Path, url: str, role: str, console: io.StringIO):
    """A daemon in this role, until the block ends."""
    app = build(settings(folder, url, role=role), console=console, secrets={}, shared=True)
    stopping = asyncio.Event()
    daemon = Daemon(app, 0.1, stopping, asyncio.Event())
    serving = asyncio.create_task(daemon.serve())
    try:
        yield daemon
        assert not serving.done()
    finally:
        stopping.set()
        await serving
        await app.close()


async def until(condition, seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.05)


async def test_each_in_its_role_they_bring_what_is_new_to_people_once(desk, outlets, postgresql_url):
    for word in words.WORDS:
        outlets.publish("harbour", *words.story(word))
    console = io.StringIO()
    async with AsyncExitStack() as stack:
        roles = ("scheduler", "worker", "worker", "sender", "web")
        daemons = [await stack.enter_async_context(at_work(desk, postgresql_url, role, console)) for role in roles]
        total = lambda name: sum(daemon.counts[name] for daemon in daemons)  # noqa: E731
        await until(lambda: total("sent") >= COUNT)
        counts = {
            role: Counter(daemon.counts) for role, daemon in zip(("s", "w1", "w2", "n", "d"), daemons, strict=True)
        }
    assert total("alerts") == total("judged") == total("articles") == COUNT
    assert total("sent") == COUNT
    assert counts["s"]["polls"] == counts["n"]["polls"] == counts["d"]["polls"] == 0
    assert counts["w1"]["polls"] + counts["w2"]["polls"] == total("polls") >= 1
    assert console.getvalue().count("Explosion: the") >= COUNT


async def test_one_that_does_everything_works_alone_and_with_others(desk, outlets, postgresql_url):
    outlets.publish("harbour", *words.story("zorbium"))
    console = io.StringIO()
    async with at_work(desk, postgresql_url, "all", console) as one:
        await until(lambda: one.counts["sent"] == 1)
        async with at_work(desk, postgresql_url, "all", console) as two:
            await until(lambda: all(job.succeeded_at for job in two.pulse().jobs if job.name in two.pulse().vital))
            shared = SharedWork(create_engine(postgresql_url))
            leader = shared.leader()
    assert leader is not None
    assert two.counts["handed_out"] == 0


async def test_when_the_one_that_schedules_stops_the_next_takes_over_at_once(desk, outlets, postgresql_url):
    console = io.StringIO()
    async with at_work(desk, postgresql_url, "worker", console) as worker, AsyncExitStack() as first:
        one = await first.enter_async_context(at_work(desk, postgresql_url, "scheduler", console))
        await until(lambda: one.leads)
        async with at_work(desk, postgresql_url, "scheduler", console) as two:
            await until(lambda: worker.counts["polls"] == 1)
            assert not two.leads
            await first.aclose()
            await until(lambda: two.leads)
            outlets.publish("harbour", *words.story("zorbium"))
            store = SqlStore(create_engine(postgresql_url))
            assert DeskStore(store).poll_now("harbour", datetime.now(UTC), "asked for")
            await until(lambda: worker.counts["alerts"] == 1)
    assert one.counts["handed_out"] + two.counts["handed_out"] >= 2 + 1 + 1


@pytest.mark.parametrize("role", ["scheduler", "worker", "sender", "web"])
def test_a_role_is_refused_where_nobody_could_share(desk, role):
    with pytest.raises(ConfigurationError, match=r"MONITOR_ROLE.*PostgreSQL"):
        build(settings(desk, role=role), console=io.StringIO(), secrets={}, shared=True)


def test_a_single_pass_is_made_whole(desk, postgresql_url):
    with pytest.raises(ConfigurationError, match="--once"):
        build(settings(desk, postgresql_url, role="worker"), console=io.StringIO(), secrets={})


@pytest.mark.parametrize("role", ["sender", "web"])
def test_where_links_are_signed_by_one_and_read_by_another_the_key_is_asked_for(desk, postgresql_url, role):
    given = settings(desk, postgresql_url, role=role, public_url="https://monitor.example.org")
    with pytest.raises(ConfigurationError, match="MONITOR_LINK_KEY"):
        build(given, console=io.StringIO(), secrets={}, shared=True)


async def test_one_without_the_desk_serves_its_health_and_figures_alone(desk, postgresql_url):
    async with at_work(desk, postgresql_url, "worker", io.StringIO()) as worker:
        await until(lambda: worker.pulse().jobs[0].succeeded_at)
        address = worker._app.web.address
        async with ClientSession() as asking:
            found = {}
            for path in ("/healthz", "/readyz", "/metrics", "/", "/alerts", "/api/v1/who", "/a/token"):
                async with asking.get(address + path) as answer:
                    found[path] = answer.status
    assert found.pop("/readyz") in (200, 503)  # until a scheduler is there
    assert found == {"/healthz": 200, "/metrics": 200, "/": 404, "/alerts": 404, "/api/v1/who": 404, "/a/token": 404}
