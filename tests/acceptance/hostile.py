"""A hostile internet on loopback: outlets that publish all the time, each with a bad habit of its own."""

from __future__ import annotations

import asyncio
import gzip
import hashlib
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from aiohttp import web

from tests.servers import Item, page, rss

SENTENCES = (
    "The harbour office counted {n} crates on the western quay before noon.",
    "A clerk named {name} wrote every one of them into the ledger by hand.",
    "Buyers from the upper valley had asked for {m} crates, and two of them left without any.",
    "The weighing took until the evening, since the old scale shows {n} grams too much.",
    "Nobody knows yet who will pay for the repair, said {name}, who has kept the keys for {m} years.",
)
RETRY_AFTER = 1800  # seconds of the monitor's clock


@dataclass
class Outlet:
    """`habit` names what it does wrong while it is `hostile`. `asked`: time and status of each request for the
    feed; 0 = not answered yet."""

    name: str
    habit: str
    base: str = ""
    hostile: bool = True
    items: list[Item] = field(default_factory=list)
    asked: list[tuple[float, int]] = field(default_factory=list)
    turns: int = 0


class HostileInternet:
    """Use as a context manager. Every outlet has an address of its own; `now` dates what is published."""

    def __init__(self, now: Callable[[], datetime], seed: int = 1):
        self.outlets = [Outlet(f"outlet-{habit}", habit) for habit in HABITS]
        self._now, self._random = now, Random(seed)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._runners: list[web.AppRunner] = []

    def __enter__(self) -> HostileInternet:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def publish(self) -> None:
        """A new item at every outlet."""
        for outlet in self.outlets:
            number, random = len(outlet.items) + 1, self._random
            words = {"n": random.randint(100, 999), "m": random.randint(10, 99), "name": f"Clerk {number} Orvel"}
            text = "\n\n".join(sentence.format(**words) for sentence in random.sample(SENTENCES, 4))
            title = f"Crates of {outlet.name}, list {number}"
            outlet.items.insert(0, Item(title, text, self._now(), f"/{outlet.name}/news/{number}"))

    def calm(self) -> None:
        """From now on everybody behaves."""
        for outlet in self.outlets:
            outlet.hostile = False

    async def _start(self) -> None:
        for number, outlet in enumerate(self.outlets, 1):
            app = web.Application()
            app.router.add_get("/{path:.*}", self._handler(outlet))
            runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
            self._runners.append(runner)
            await runner.setup()
            outlet.base = await _listen(runner, f"127.0.3.{number}")

    async def _stop(self) -> None:
        for runner in self._runners:
            await runner.cleanup()
        left = asyncio.all_tasks() - {asyncio.current_task()}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _handler(self, outlet: Outlet) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handler(request: web.Request) -> web.StreamResponse:
            return await self._answer(outlet, request)

        return handler

    async def _answer(self, outlet: Outlet, request: web.Request) -> web.StreamResponse:
        at = time.time()
        if request.path.rstrip("/").endswith(("feed", "moved")):
            outlet.turns += 1
            if request.path.endswith("feed"):
                place = len(outlet.asked)
                outlet.asked.append((at, 0))  # at once: the answer may never go out
            habit = HABITS[outlet.habit] if outlet.hostile else None
            answer = await habit(outlet, request) if habit else None
            answer = answer or feed(outlet, request)
            if request.path.endswith("feed"):
                outlet.asked[place] = at, answer.status
            return answer
        item = next((item for item in outlet.items if item.path == request.path), None)
        if item is None:
            return web.Response(status=404, text="not here")
        return web.Response(text=page(item.title, item.text), content_type="text/html")


def feed(outlet: Outlet, request: web.Request) -> web.Response:
    """The feed as it should be: conditional, compressed."""
    body = rss(outlet.name, outlet.base, outlet.items).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
    if request.headers.get("If-None-Match") == etag:
        return web.Response(status=304, headers={"ETag": etag})
    headers = {"ETag": etag, "Content-Encoding": "gzip"}
    return web.Response(body=gzip.compress(body), content_type="application/rss+xml", headers=headers)


async def _listen(runner: web.AppRunner, host: str) -> str:
    try:
        await web.TCPSite(runner, host, 0).start()
    except OSError:  # some systems have no loopback address but 127.0.0.1
        host = "127.0.0.1"
        await web.TCPSite(runner, host, 0).start()
    return f"http://{host}:{runner.addresses[0][1]}"


# --- habits: an answer, or None for the feed as it should be ----------------------------------


async def _behave(outlet: Outlet, request: web.Request) -> None:
    return None


async def _be_slow(outlet: Outlet, request: web.Request) -> None:
    await asyncio.sleep(1.5)


async def _hang(outlet: Outlet, request: web.Request) -> None:
    """Every other time there is no answer at all."""
    if outlet.turns % 2:
        await asyncio.sleep(60)


async def _lie(outlet: Outlet, request: web.Request) -> web.Response | None:
    """Two of three answers to a conditional request are 304, whatever is new."""
    if "If-None-Match" in request.headers and outlet.turns % 3:
        return web.Response(status=304, headers={"ETag": request.headers["If-None-Match"]})
    return None


async def _ask_for_quiet(outlet: Outlet, request: web.Request) -> web.Response | None:
    if outlet.turns % 2 == 0:
        return web.Response(status=429, headers={"Retry-After": str(RETRY_AFTER)})
    return None


async def _fail(outlet: Outlet, request: web.Request) -> web.Response | None:
    return web.Response(status=500, text="down") if outlet.turns % 3 else None


async def _move(outlet: Outlet, request: web.Request) -> web.Response | None:
    """The feed has moved, and the place it moved to sends visitors one step further."""
    if request.path.endswith("feed"):
        return web.Response(status=301, headers={"Location": f"{outlet.base}/then/moved"})
    if request.path.endswith("then/moved"):
        return web.Response(status=308, headers={"Location": f"{outlet.base}/new/moved/"})
    return None


async def _talk_rubbish(outlet: Outlet, request: web.Request) -> web.Response | None:
    answers = {
        1: web.Response(text="<!doctype html><title>Soon back</title><h1>Soon back</h1>", content_type="text/html"),
        2: web.Response(body=bytes(range(256)) * 40, content_type="application/rss+xml"),
        3: web.Response(body=b"", content_type="application/rss+xml"),
    }
    return answers.get(outlet.turns % 5)


async def _cut_short(outlet: Outlet, request: web.Request) -> web.Response | None:
    """Compressed, and cut off in the middle."""
    if outlet.turns % 2:
        body = gzip.compress(rss(outlet.name, outlet.base, outlet.items).encode())
        return web.Response(
            body=body[: len(body) // 2], content_type="application/rss+xml", headers={"Content-Encoding": "gzip"}
        )
    return None


HABITS = {
    "well": _behave,
    "slow": _be_slow,
    "dead": _hang,
    "lying": _lie,
    "busy": _ask_for_quiet,
    "down": _fail,
    "moving": _move,
    "garbage": _talk_rubbish,
    "truncated": _cut_short,
}
