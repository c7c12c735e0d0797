"""A newsroom on loopback: six outlets, each a host of its own, whose feeds and pages change from edition to edition."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from aiohttp import web

from monitor.core.model import Source, SourceKind
from monitor.demo import pages
from monitor.demo.pages import Published
from monitor.demo.stories import Outlet, Story, load

NETWORK = "127.0.0.0/8"
_OUTLET = web.AppKey("outlet", Outlet)


class Newsroom:
    """Serves the demo's outlets on loopback. Drive it from the event loop that started it.

    It opens with edition 0, the background; every `advance()` publishes the next one. Publication
    times are those of the real clock, so that nothing the monitor sees of it is made up but the news.
    """

    def __init__(self) -> None:
        self.outlets, self.stories = load()
        self.edition = 0
        self.requests: list[tuple[str, str, int]] = []  # outlet, path, status: in the order of the answers
        self._homes: dict[str, str] = {}
        self._published: dict[str, Published] = {}
        self._runners: list[web.AppRunner] = []
        self._today = datetime.now(UTC).date()

    @property
    def last_edition(self) -> int:
        return max(story.edition for story in self.stories)

    async def start(self) -> None:
        """Listen, each outlet on an address and port of its own, with edition 0 published."""
        for number, outlet in enumerate(self.outlets, 2):
            app = web.Application()
            app[_OUTLET] = outlet
            app.add_routes([web.get("/feed", self._feed), web.get("/news/{story}", self._page)])
            runner = web.AppRunner(app, access_log=None)
            self._runners.append(runner)
            await runner.setup()
            self._homes[outlet.id] = await _listen(runner, f"127.0.0.{number}")
        self._publish()

    async def stop(self) -> None:
        """Close all ports."""
        for runner in self._runners:
            await runner.cleanup()
        self._runners.clear()

    def advance(self) -> int:
        """Publish the next edition and return its number. After the last one nothing new appears."""
        self.edition += 1
        self._publish()
        return self.edition

    def sources(self) -> list[Source]:
        """The outlets as the monitor should poll them. Only after `start()`."""
        return [
            Source(
                id=outlet.id,
                url=f"{self._homes[outlet.id]}/feed",
                name=outlet.name,
                kind=SourceKind.FEED,
                language=outlet.language,
                country=outlet.country,
                publisher=outlet.publisher,
                tier=outlet.tier,
                interval=timedelta(minutes=1),
            )
            for outlet in self.outlets
        ]

    def story_at(self, url: str) -> Story | None:
        """The story that a published URL leads to."""
        found = self._published.get(url.rsplit("/", 1)[-1])
        return found.told.story if found else None

    def on_air(self) -> list[Story]:
        """The stories of the present edition."""
        return [story for story in self.stories if story.edition == self.edition]

    def _publish(self) -> None:
        now = datetime.now(UTC).replace(microsecond=0)
        for story in self.on_air():
            url = f"{self._homes[story.outlet.id]}/news/{story.id}"
            self._published[story.id] = Published(story.on(self._today), url, now - timedelta(minutes=story.minutes))

    def _items(self, outlet: Outlet) -> list[Published]:
        return [item for item in self._published.values() if item.told.story.outlet == outlet]

    async def _feed(self, request: web.Request) -> web.Response:
        outlet = request.app[_OUTLET]
        if self.edition in outlet.fails_in:
            return self._answer(request, web.Response(status=500, text="Internal Server Error"))
        body = pages.feed(outlet, self._homes[outlet.id], self._items(outlet))
        etag = f'"{hashlib.sha256(body.data).hexdigest()[:16]}"'
        if request.headers.get("If-None-Match") == etag:
            return self._answer(request, web.Response(status=304, headers={"ETag": etag}))
        headers = {"ETag": etag, "Content-Type": body.content_type}
        return self._answer(request, web.Response(body=body.data, headers=headers))

    async def _page(self, request: web.Request) -> web.Response:
        outlet = request.app[_OUTLET]
        item = self._published.get(request.match_info["story"])
        if item is None or item.told.story.outlet != outlet:
            return self._answer(request, web.Response(status=404, text="Not Found"))
        related = [other for other in self._items(outlet) if other is not item][-4:]
        body = pages.article(item, related)
        return self._answer(request, web.Response(body=body.data, headers={"Content-Type": body.content_type}))

    def _answer(self, request: web.Request, response: web.Response) -> web.Response:
        self.requests.append((request.app[_OUTLET].id, request.path, response.status))
        return response


async def _listen(runner: web.AppRunner, host: str) -> str:
    """Listen on a free port; the URL. Some systems have no loopback address but 127.0.0.1: there it is that one."""
    try:
        await web.TCPSite(runner, host, 0).start()
    except OSError:
        host = "127.0.0.1"
        await web.TCPSite(runner, host, 0).start()
    return f"http://{host}:{runner.addresses[0][1]}"
