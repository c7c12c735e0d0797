"""Every page of the desk, as a real browser shows it: readable for everybody, at any width, with nothing refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from monitor.web.serving import WebServer
from tests.integration.web.browser import PHONE, SCREEN, kind, links_of, overflow, violations
from tests.integration.web.test_desk_pages import PAGES

LIGHTEST = 150_000  # bytes of a first paint
_MOST = 60  # kinds of pages

pytestmark = pytest.mark.timeout(600)


# What is no page: read by programs, or kept as a file.
FOR_PROGRAMS = ("/static/", "/api/", "/feeds/", "/baseline/people.yaml", "/metrics", "/healthz", "/readyz")


async def faults_of(page: Any) -> list[str]:
    """What is wrong with it, in light, in the dark and on a phone."""
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size(SCREEN)
    wrong = await violations(page)
    await page.emulate_media(color_scheme="dark")
    wrong += [f"in the dark: {item}" for item in await violations(page, ["color-contrast"])]
    await page.set_viewport_size(PHONE)
    wrong += [f"on a phone: {item}" for item in await violations(page)]
    wrong += [f"too wide for a phone: {item}" for item in await overflow(page)]
    return wrong


async def _every_page(page: Any, address: str) -> AsyncIterator[tuple[str, int]]:
    """Paths with their status, one of each kind: the main pages, and what links lead to from there."""
    waiting, seen = list(PAGES), {kind(path) for path in PAGES}
    while waiting and len(seen) < _MOST:
        path = waiting.pop(0)
        answer = await page.goto(address + path)
        for link in await links_of(page):
            if kind(link) not in seen and not link.startswith(FOR_PROGRAMS) and not link.endswith("/download"):
                seen.add(kind(link))
                waiting.append(link)
        yield path, answer.status


@pytest.mark.parametrize("filled_engine", ["sqlite"], indirect=True)
async def test_every_page_can_be_read_by_everybody(browser: Any, filled_server: WebServer) -> None:
    page = await browser.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    wrong = {}
    async for path, status in _every_page(page, filled_server.address):
        found = await faults_of(page)
        told = [words for words in told if "404" not in words] if status == 404 else told
        if found or told:
            wrong[path] = [*found, *told]
        told.clear()
    assert wrong == {}


@pytest.mark.parametrize("filled_engine", ["sqlite"], indirect=True)
async def test_every_link_of_the_desk_leads_somewhere(browser: Any, filled_server: WebServer) -> None:
    page = await browser.new_page()
    found = {path: status async for path, status in _every_page(page, filled_server.address)}
    assert {path: status for path, status in found.items() if status != 200} == {}


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


async def test_what_cannot_be_read_is_found(browser: Any) -> None:
    page = await browser.new_page(viewport=PHONE)
    await page.set_content('<title>x</title><p style="color: #999; width: 900px">pale and wide</p><input>')
    found = await violations(page)
    assert {line.partition(":")[0] for line in found} >= {"color-contrast", "label"}
    assert await overflow(page)


@pytest.mark.parametrize("filled_engine", ["sqlite"], indirect=True)
async def test_a_thumb_finds_the_menu_and_the_keyboard_the_content(browser: Any, filled_server: WebServer) -> None:
    page = await browser.new_page(viewport=PHONE)
    await page.goto(filled_server.address)
    assert not await page.get_by_role("link", name="Silences").is_visible()
    await page.get_by_text("Menu").click()
    link = page.get_by_role("link", name="Silences")
    assert (await link.bounding_box())["height"] >= 40
    await link.click()
    assert page.url == f"{filled_server.address}/silences"
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.keyboard.press("Enter")
    assert page.url.endswith("#main")
