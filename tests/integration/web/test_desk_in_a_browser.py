"""Every page of the desk, as a real browser shows it: readable for everybody, at any width, with nothing refused."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.web.serving import WebServer
from tests.integration.web.browser import PHONE, SCREEN, kind, links_of, overflow, violations
from tests.integration.web.test_desk_pages import PAGES

LIGHTEST = 150_000  # bytes of a first paint
_MOST = 60  # kinds of pages

pytestmark = pytest.mark.timeout(600)


async def _visit(page: Any, address: str, path: str) -> list[str]:
    """What is wrong with it, in light, in the dark and on a phone."""
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size(SCREEN)
    await page.goto(address + path)
    wrong = await violations(page)
    await page.emulate_media(color_scheme="dark")
    wrong += [f"in the dark: {item}" for item in await violations(page, ["color-contrast"])]
    await page.set_viewport_size(PHONE)
    wrong += [f"on a phone: {item}" for item in await violations(page)]
    wrong += [f"too wide for a phone: {item}" for item in await overflow(page)]
    return wrong


@pytest.mark.parametrize("filled_engine", ["sqlite"], indirect=True)
async def test_every_page_can_be_read_by_everybody(browser: Any, filled_server: WebServer) -> None:
    """Found by following links from the main pages, one page of each kind."""
    page = await browser.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    waiting, seen, wrong = list(PAGES), {kind(path) for path in PAGES}, {}
    while waiting and len(seen) < _MOST:
        path = waiting.pop(0)
        found = await _visit(page, filled_server.address, path)
        if found or told:
            wrong[path] = [*found, *told]
        told.clear()
        for link in await links_of(page):
            if kind(link) not in seen and not link.startswith(("/static/", "/api/", "/feeds/")):
                seen.add(kind(link))
                waiting.append(link)
    assert wrong == {}


@pytest.mark.parametrize("filled_engine", ["sqlite"], indirect=True)
async def test_a_first_paint_is_light(browser: Any, filled_server: WebServer) -> None:
    script = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
        .reduce((sum, entry) => sum + entry.transferSize, 0)"""
    sizes = {}
    for path in PAGES:
        context = await browser.new_context()  # with an empty cache
        page = await context.new_page()
        await page.goto(filled_server.address + path)
        sizes[path] = await page.evaluate(script)
        await context.close()
    assert {path: size for path, size in sizes.items() if not 0 < size <= LIGHTEST} == {}
