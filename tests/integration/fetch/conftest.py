"""A newsroom on loopback: a real HTTP server that answers as a test tells it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
from aiohttp import web

from monitor.fetch.http import Http

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Newsroom:
    """Answers by path; remembers what it was asked."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {}
        self.requests: list[web.BaseRequest] = []
        self.root = ""

    def says(self, path: str, body: bytes | str = b"", status: int = 200, **headers: str) -> str:
        """Answer `path` so from now on; `Content_Type="…"` is a header. Returns the URL."""
        data = body.encode() if isinstance(body, str) else body
        names = {name.replace("_", "-"): value for name, value in headers.items()}

        async def answer(request: web.BaseRequest) -> web.Response:
            return web.Response(body=data, status=status, headers=names)

        return self.does(path, answer)

    def does(self, path: str, handler: Handler) -> str:
        self.handlers[path] = handler
        return self.root + path

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(request)
        handler = self.handlers.get(request.path)
        return await handler(request) if handler else web.Response(status=404)


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    room = Newsroom()
    runner = web.ServerRunner(web.Server(room.handle), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    room.root = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield room
    await runner.cleanup()


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(user_agent="newsmonitor/test", allow_networks=["127.0.0.0/8"], min_gap=0.0) as client:
        yield client
