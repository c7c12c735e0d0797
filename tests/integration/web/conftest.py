"""The pages on a real server on loopback, over both real databases, with a client that sends what it is told to."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from sqlalchemy.engine import Engine, make_url
from starlette.routing import BaseRoute

from monitor.configuration import Configuration, read_configuration
from monitor.core.alerts import Alert
from monitor.editing import Files
from monitor.editing.trials import Trials
from monitor.errors import ConfigurationError, Problem
from monitor.store.desk import DeskStore
from monitor.store.engine import create_engine
from monitor.store.migrate import upgrade
from monitor.store.shown import Shown
from monitor.store.sql import SqlStore
from monitor.store.views import Views
from monitor.web.app import build_app, desk_pages
from monitor.web.links import SignedLinks
from monitor.web.serving import WebServer
from monitor.web.site import Site
from tests import desk as watchlists_of_ours
from tests import postgres
from tests.integration.store import conftest as databases
from tests.integration.web import browser as browsing
from tests.integration.web import filling

newsroom = databases.newsroom

WEEK = timedelta(days=7)


@dataclass
class Clock:
    now: datetime = databases.NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    headers: dict[str, str]

    @property
    def words(self) -> str:
        """What a reader sees, on one line."""
        return " ".join(re.sub(r"<[^>]+>", " ", self.text).split())


class Phone:
    """Somebody with a browser and a link."""

    def __init__(self, session: aiohttp.ClientSession, address: str, links: SignedLinks, clock: Clock):
        self.session, self.address, self.links, self.clock = session, address, links, clock

    def token(self, alert: Alert) -> str:
        return self.links.answer_url(alert, self.clock()).rpartition("/")[2]

    async def ask(self, method: str, path: str, **more) -> Answer:
        async with self.session.request(method, self.address + path, allow_redirects=False, **more) as response:
            body = await response.read()
            return Answer(response.status, body.decode(), {k.lower(): v for k, v in response.headers.items()})

    async def open(self, alert: Alert) -> Answer:
        return await self.ask("GET", f"/a/{self.token(alert)}")

    async def say(self, alert: Alert, answer: str, author: str = "Ann", **fields: str) -> Answer:
        return await self.ask("POST", f"/a/{self.token(alert)}", data={"answer": answer, "author": author, **fields})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def links() -> SignedLinks:
    return SignedLinks("https://monitor.example", "k" * 32, WEEK)


@dataclass
class InForce:
    """What the daemon would have in force: the files of a folder, the last good ones where they have mistakes."""

    folder: Path
    problems: Sequence[Problem] = ()
    configuration: Configuration = field(init=False)

    def __post_init__(self) -> None:
        self.configuration = self._read()

    def _read(self) -> Configuration:
        return read_configuration(self.folder / "watchlists", self.folder / "seeds", {})

    async def reload(self) -> bool:
        try:
            self.configuration, self.problems = self._read(), ()
        except ConfigurationError as error:
            self.problems = error.problems
        return not self.problems


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With watchlists of our own: rules `about-WORD` (see `tests.desk`), two sources and one channel."""
    sources = {"outlet": "https://outlet.example/feed", "agency": "https://agency.example/feed"}
    watchlists_of_ours.write(tmp_path, *watchlists_of_ours.WORDS, sources=sources, channels={"screen": "console://"})
    (tmp_path / "seeds").mkdir(exist_ok=True)
    return tmp_path


@pytest.fixture
def in_force(folder: Path) -> InForce:
    return InForce(folder)


def make_site(
    engine: Engine, store: SqlStore, links: SignedLinks, clock: Callable[[], datetime], in_force: InForce
) -> Site:
    """The desk over a database, with the files of a folder in force."""
    return Site(
        views=Views(engine),
        shown=Shown(engine),
        store=store,
        desk=DeskStore(store),
        links=links,
        configuration=lambda: in_force.configuration,
        problems=lambda: in_force.problems,
        reload=in_force.reload,
        watchlists=in_force.folder / "watchlists",
        seeds=in_force.folder / "seeds",
        files=Files(in_force.folder / "watchlists", in_force.folder / "seeds", {}),
        trials=Trials(
            in_force.folder / "watchlists", in_force.folder / "seeds", engine.url.render_as_string(hide_password=False)
        ),
        pages=desk_pages(),
        now=clock,
        run=asyncio.to_thread,
        zone=ZoneInfo("Asia/Baku"),
        key="k" * 32,
    )


@pytest.fixture
def site(engine: Engine, store: SqlStore, links: SignedLinks, clock: Clock, in_force: InForce) -> Site:
    return make_site(engine, store, links, clock, in_force)


@pytest.fixture
async def server(site: Site) -> AsyncIterator[WebServer]:
    server = WebServer(build_app(site), "127.0.0.1", 0)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def phone(server: WebServer, links: SignedLinks, clock: Clock) -> AsyncIterator[Phone]:
    async with aiohttp.ClientSession() as session:
        yield Phone(session, server.address, links, clock)


class Reader:
    """Somebody at the desk, in a browser without scripts: keeps cookies, follows nothing by itself."""

    def __init__(self, session: aiohttp.ClientSession, address: str):
        self.session, self.address = session, address

    async def look(self, path: str, **headers: str) -> Answer:
        return await self._ask("GET", path, headers=headers)

    async def submit(self, path: str, **fields: str) -> Answer:
        """Send a form; the page that it leads to."""
        answer = await self._ask("POST", path, data=fields, headers={"Origin": self.address})
        return await self.look(answer.headers["location"]) if answer.status == 303 else answer

    async def _ask(self, method: str, path: str, **more) -> Answer:
        async with self.session.request(method, self.address + path, allow_redirects=False, **more) as response:
            body = await response.read()
            return Answer(response.status, body.decode(), {k.lower(): v for k, v in response.headers.items()})


@pytest.fixture
async def reader(server: WebServer) -> AsyncIterator[Reader]:
    jar = aiohttp.CookieJar(unsafe=True)  # keeps those of addresses that are numbers
    async with aiohttp.ClientSession(cookie_jar=jar) as session:
        yield Reader(session, server.address)


# --- a desk in the middle of its work, and a browser before it -------------------------------


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled")
    filling.write_files(folder)
    return folder


@pytest.fixture(scope="session")
def filled_sqlite(filled_folder: Path) -> Path:
    _fill(f"sqlite:///{filled_folder}/filled.db", filled_folder)
    return filled_folder / "filled.db"


@pytest.fixture(scope="session")
def filled_postgres(postgres_server: str, filled_folder: Path) -> Iterator[str]:
    with postgres.database(postgres_server) as url:
        _fill(url, filled_folder)
        yield str(make_url(url).database)


def _fill(url: str, folder: Path) -> None:
    engine = create_engine(url)
    upgrade(engine)
    filling.fill(SqlStore(engine), InForce(folder).configuration, databases.NOW)
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def filled_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database that holds the month before `clock`, see `filling`."""
    with contextlib.ExitStack() as stack:
        if request.param == "sqlite":
            shutil.copy(request.getfixturevalue("filled_sqlite"), tmp_path / "filled.db")
            url = f"sqlite:///{tmp_path}/filled.db"
        else:
            server, template = (request.getfixturevalue(name) for name in ("postgres_server", "filled_postgres"))
            url = stack.enter_context(postgres.database(server, template))
        engine = create_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def filled_site(filled_engine: Engine, filled_folder: Path, tmp_path: Path, links: SignedLinks, clock: Clock) -> Site:
    """The desk over it, with files of its own to edit."""
    for name in ("watchlists", "seeds"):
        shutil.copytree(filled_folder / name, tmp_path / "filled" / name)
    return make_site(filled_engine, SqlStore(filled_engine), links, clock, InForce(tmp_path / "filled"))


@pytest.fixture
async def filled_server(filled_site: Site) -> AsyncIterator[WebServer]:
    server = WebServer(build_app(filled_site), "127.0.0.1", 0)
    await server.start()
    yield server
    await server.stop()


browser = browsing.browser


@pytest.fixture
async def serving(site: Site) -> AsyncIterator[Callable[..., Awaitable[WebServer]]]:
    """Starts a server of its own for a changed site: `await serving(open=False)`."""
    servers: list[WebServer] = []

    async def serve(more: Sequence[BaseRoute] = (), **changes: object) -> WebServer:
        server = WebServer(build_app(replace(site, **changes), more), "127.0.0.1", 0)
        await server.start()
        servers.append(server)
        return server

    yield serve
    for server in servers:
        await server.stop()


@pytest.fixture
def shown(site: Site) -> Shown:
    return site.shown
