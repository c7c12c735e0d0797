"""The pages on a real server on loopback, over both real databases, with a client that sends what it is told to."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from monitor.core.alerts import Alert
from monitor.store.sql import SqlStore
from monitor.store.views import Views
from monitor.web.app import build_app
from monitor.web.links import SignedLinks
from monitor.web.serving import WebServer
from tests.integration.store import conftest as databases

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


@pytest.fixture
async def phone(store: SqlStore, views: Views, links: SignedLinks, clock: Clock) -> AsyncIterator[Phone]:
    app = build_app(store, views, links, now=clock, run=asyncio.to_thread, zone=ZoneInfo("Asia/Baku"))
    server = WebServer(app, "127.0.0.1", 0)
    await server.start()
    async with aiohttp.ClientSession() as session:
        yield Phone(session, server.address, links, clock)
    await server.stop()
