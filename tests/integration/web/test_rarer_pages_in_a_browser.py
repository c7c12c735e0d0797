"""Pages to which no link leads, and those that tell of mistakes, are readable for everybody too."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from playwright.async_api import Page, expect
from starlette.requests import Request
from starlette.responses import Response

from monitor.core.model import Entry, Outcome, Polled, Source
from monitor.fetch.discovery import Found
from monitor.web.app import build_app
from monitor.web.identity import Role
from monitor.web.paths import looks
from monitor.web.serving import WebServer
from monitor.web.site import Site
from tests.integration.store.conftest import NOW
from tests.integration.web.test_desk_in_a_browser import faults_of
from tests.integration.web.visitors import PASSWORD, enrol

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.parametrize("filled_engine", ["sqlite"], indirect=True),
]

Serve = Callable[..., Awaitable[str]]


@pytest.fixture
async def serve(filled_site: Site) -> AsyncIterator[Serve]:
    """Serves the filled desk, changed as told; its address. `/broken` is a mistake of ours."""
    servers: list[WebServer] = []

    def broken(site: Site, request: Request) -> Response:
        raise ArithmeticError

    async def start(**changes: Any) -> str:
        server = WebServer(
            build_app(replace(filled_site, **changes), [looks(filled_site, "/broken", broken)]), "127.0.0.1", 0
        )
        await server.start()
        servers.append(server)
        return server.address

    yield start
    for server in servers:
        await server.stop()


async def test_login_accounts_and_refusals(serve: Serve, filled_site: Site, browser: Any) -> None:
    for name, role in (("vera", Role.VIEWER), ("root", Role.ADMIN)):
        enrol(filled_site, name, role)
    address = await serve(open=False)
    page: Page = await browser.new_page()
    wrong: dict[str, list[str]] = {}
    await page.goto(f"{address}/login")
    wrong["login"] = await faults_of(page)
    await _log_in(page, "vera", "not the password")
    await expect(page.get_by_role("alert")).to_be_visible()
    wrong["wrong password"] = await faults_of(page)
    await _log_in(page, "vera")
    for path, status in (("/account", 200), ("/accounts", 403), ("/nowhere", 404), ("/broken", 500)):
        assert (await page.goto(address + path)).status == status
        wrong[path] = await faults_of(page)
    other: Page = await (await browser.new_context()).new_page()
    await other.goto(f"{address}/login")
    await _log_in(other, "root")
    await other.goto(f"{address}/accounts")
    await expect(other.locator("table").first).to_contain_text("vera")
    wrong["accounts"] = await faults_of(other)
    assert {name: found for name, found in wrong.items() if found} == {}


async def _log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("main").get_by_role("button", name="Log in").click()


async def _find(url: str, language: str, select: str) -> list[Found]:
    entries = tuple(Entry(f"e{n}", (f"e{n}",), url, f"Ferry {n} is late", published=NOW) for n in range(3))
    source = Source("test", url, url, language="en")
    return [Found(source, Polled("test", NOW, Outcome.FRESH, entries), "RSS 2.0", title="Ferry News")]


async def test_forms_that_are_half_filled(serve: Serve, filled_site: Site, browser: Any) -> None:
    address = await serve(find=_find)
    page: Page = await browser.new_page()
    wrong: dict[str, list[str]] = {}

    await page.goto(f"{address}/sources/add")
    await page.get_by_label("Address").fill("ferry.example/feed")
    await page.get_by_role("button", name="Look it up").click()
    await expect(page.get_by_role("heading", name="Ferry News")).to_be_visible()
    wrong["what was found"] = await faults_of(page)
    await page.get_by_label("Id", exact=True).fill("not an id!")
    await page.get_by_role("button", name="Add to sources.yaml").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    wrong["what was refused"] = await faults_of(page)

    await page.goto(f"{address}/watchlists/ports.yaml")
    text = await page.input_value("#text")
    await page.fill("#text", text.replace("severity:", "severety:", 1))
    await expect(page.locator("#findings a[data-line]").first).to_be_visible(timeout=30_000)
    wrong["a mistake"] = await faults_of(page)

    [alert] = [row for row in filled_site.views.alerts() if not row.alert.of_ourselves][:1]
    detail = filled_site.views.alert(alert.id)
    rule, article = detail.alert.rule, detail.alert.article_id
    fact = filled_site.views.facts(rule)[0].key
    for path in (
        *(f"/alerts/{alert.id}", f"/articles/{article}", f"/articles/{article}/explain?rule={rule}", f"/rules/{rule}"),
        *(f"/facts/{fact}", f"/facts/{fact}/correct", f"/baseline/{rule}/add", "/silences?rule=nowhere"),
    ):
        assert (await page.goto(address + path)).status == 200, path
        wrong[path] = await faults_of(page)
    assert {name: found for name, found in wrong.items() if found} == {}


async def test_the_pages_behind_the_links_of_messages(serve: Serve, filled_site: Site, browser: Any) -> None:
    address = await serve()
    [row] = [row for row in filled_site.views.alerts() if not row.alert.of_ourselves][:1]
    path = f"{address}/a/{filled_site.links.answer_url(row.alert, filled_site.now()).rpartition('/')[2]}"
    page: Page = await browser.new_page()
    wrong: dict[str, list[str]] = {}
    for name, where in (("answer", path), ("forged", path[:-3])):
        await page.goto(where)
        wrong[name] = await faults_of(page)
    await page.goto(path)
    await page.locator("input[name=author]").first.fill("Ann")
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.locator("main")).to_contain_text("acknowledged")
    wrong["answered"] = await faults_of(page)
    assert {name: found for name, found in wrong.items() if found} == {}
