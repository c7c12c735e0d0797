"""An analyst at work, in a real browser and with the real program: breaks a rule, sees where, mends it, tries it, saves
it, and sees it in force."""

from __future__ import annotations

import io
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, async_playwright, expect

from monitor.app import App, build
from tests import desk
from tests.integration.web.test_pages_of_the_app import settings
from tests.optional import missing

EXAMPLE = """    match: {all: [zorbium, blast]}
    examples:
      - {text: An explosion of zorbium shook the harbour on Monday., expect: new}
"""


@pytest.fixture
async def app(tmp_path: Path) -> AsyncIterator[App]:
    desk.write(tmp_path, "zorbium", sources={}, channels={"screen": "console://"})
    app = build(settings(tmp_path, web=True, web_port=0), console=io.StringIO(), secrets={})
    assert app.web is not None
    await app.web.start()
    yield app
    await app.close()


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    chromium = shutil.which("chromium")
    if chromium is None:
        missing("no chromium: apt-get install chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = await browser.new_page()
        page.set_default_timeout(60_000)
        expect.set_options(timeout=60_000)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        await browser.close()
        assert errors == []


async def test_a_rule_is_broken_mended_tried_and_saved(app: App, page: Page) -> None:
    assert app.web is not None
    await page.goto(f"{app.web.address}/watchlists/words.yaml")
    await expect(page.locator("#findings")).to_contain_text("no problem")
    text = await page.input_value("#text")

    await page.fill("#text", text.replace("severity: high", "severity: huge"))
    await expect(page.locator("#findings")).to_contain_text("expected critical, high, medium or low")
    await page.click("#findings a[data-line]")
    chosen = "() => { const t = document.activeElement; return t.value.slice(t.selectionStart, t.selectionEnd); }"
    assert await page.evaluate(chosen) == "huge", "the way leads to the mistake"
    await page.keyboard.type("low")
    await expect(page.locator("#findings")).to_contain_text("no problem")
    mended = await page.input_value("#text")
    assert mended == text.replace("high", "low")

    await page.fill("#text", mended.replace("    match: {all: [zorbium, blast]}\n", EXAMPLE))
    await expect(page.locator("#findings")).to_contain_text("no problem")
    await page.click("text=Run its examples")
    await expect(page.locator("#trial")).to_contain_text("all as they should be")
    await page.click("text=Which alerts would change?")
    await expect(page.locator("#trial")).to_contain_text("No alert would come or go.")

    await page.fill("input[name=reason]", "too loud at night")
    await page.click("button.primary")
    band = page.locator(".band.good")
    await expect(band).to_contain_text("Saved words.yaml. In force: rules v2, 1 rule edited.")
    [rule] = app.configuration.ruleset.rules
    assert (rule.severity.value, len(rule.examples)) == ("low", 1)
    await band.locator("button").click()
    await expect(band).to_contain_text("In force: rules v3, 1 rule edited.")
    assert await page.input_value("#text") == text


async def test_the_tab_key_indents_and_escape_lets_it_leave(app: App, page: Page) -> None:
    assert app.web is not None
    await page.goto(f"{app.web.address}/watchlists/words.yaml")
    await page.focus("#text")
    await page.keyboard.press("Control+Home")
    await page.keyboard.press("Tab")
    assert (await page.input_value("#text")).startswith("  version: 1")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Tab")
    assert await page.evaluate("() => document.activeElement.id") != "text"


@pytest.mark.parametrize("path", ["", "/words.yaml", "/words.yaml/history", "/channels.yaml"])
async def test_nothing_serious_keeps_anybody_out(app: App, page: Page, path: str) -> None:
    assert app.web is not None
    await page.set_viewport_size({"width": 380, "height": 800})
    await page.goto(f"{app.web.address}/watchlists{path}")
    found = (await Axe().run(page)).response["violations"]
    assert [violation["id"] for violation in found if violation["impact"] in ("serious", "critical")] == []
    width = "() => document.documentElement.scrollWidth"
    assert await page.evaluate(width) <= 380, "nothing has to be pushed sideways"
