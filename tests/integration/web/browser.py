"""A real browser for tests: Debian's Chromium, steered by Playwright, with axe-core to judge what it shows."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from tests.optional import missing

PHONE = {"width": 380, "height": 800}
SCREEN = {"width": 1280, "height": 900}
_GRAVE = ("serious", "critical")


@pytest.fixture
async def browser() -> AsyncIterator[Any]:
    """A `playwright.async_api.Browser`. Without Chromium the test is skipped with the reason; on CI it fails."""
    path = shutil.which("chromium")
    if path is None:
        missing("no browser: there is no chromium on PATH (Debian: apt install chromium)")
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield found
        await found.close()


async def violations(page: Any, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core finds grave on a page as it now looks, each with the first elements; `rules`: only these."""
    from axe_playwright_python.async_playwright import Axe

    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = list(rules)
    found = (await Axe().run(page, options=options)).response["violations"]
    return [
        f"{item['id']}: {[(node['target'], node['failureSummary']) for node in item['nodes'][:3]]}"
        for item in found
        if item["impact"] in _GRAVE
    ]


async def overflow(page: Any) -> list[str]:
    """The elements that make the page wider than its window."""
    script = """() => {
        const width = document.documentElement.clientWidth;
        if (document.documentElement.scrollWidth <= width) return [];
        return [...document.querySelectorAll("body *")]
            .filter((element) => element.getBoundingClientRect().right > width + 1)
            .map((element) => `${element.tagName}.${element.className} ${element.textContent.slice(0, 40)}`)
            .slice(0, 5);
    }"""
    found: list[str] = await page.evaluate(script)
    return found


async def links_of(page: Any) -> list[str]:
    """Where the page leads within the desk."""
    script = """() => [...document.links].filter((link) => link.origin === location.origin)
        .map((link) => link.pathname + link.search)"""
    found: list[str] = await page.evaluate(script)
    return found


def kind(path: str) -> tuple[str, ...]:
    """Which page it is, of whatever thing: `/alerts/12` and `/alerts/13` are of one kind."""
    path, _, query = path.partition("?")
    parts = path.strip("/").split("/")
    names = sorted(pair.partition("=")[0] for pair in query.split("&") if pair)
    return parts[0], *("*" for _ in parts[1:2]), *parts[2:], "?", *names
