"""Whole ways of people through the desk, in a real browser: on call, logging in, correcting, without a mouse."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Page, expect

from monitor.app import App, build
from monitor.core.alerts import DeliveryState, Purpose
from monitor.web.app import build_app
from monitor.web.identity import Role
from monitor.web.serving import WebServer
from monitor.web.site import Site
from tests import desk
from tests.integration.web.test_pages_of_the_app import settings
from tests.integration.web.visitors import PASSWORD, enrol
from tests.servers import Outlets

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
LOOPBACK = (ip_network("127.0.0.0/8"),)
REMINDERS = "    remind: {every: 30m}\n"

pytestmark = pytest.mark.timeout(300)


class Ahead:
    """The time of the day, and as much later as a test says."""

    by = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.by


@pytest.fixture
def clock() -> Ahead:
    return Ahead()


@pytest.fixture
def outlets() -> Iterator[Outlets]:
    with Outlets() as outlets:
        outlets.feeds["gazette"] = []
        yield outlets


@pytest.fixture
async def app(tmp_path: Path, outlets: Outlets, clock: Ahead) -> AsyncIterator[App]:
    """The program, which polls a feed and reminds every half hour; nobody else drives its jobs."""
    desk.write(tmp_path, "zorbium", sources={"gazette": outlets.feed_url("gazette")}, channels={"screen": "console://"})
    with (tmp_path / "watchlists" / "channels.yaml").open("a") as file:
        file.write(REMINDERS)
    ours = settings(tmp_path, web=True, web_port=0, allow_networks=LOOPBACK, per_host_gap_seconds=0.0, workers=1)
    app = build(ours, console=io.StringIO(), secrets={}, now=clock)
    assert app.web is not None
    await app.web.start()
    yield app
    await app.close()


async def _come(app: App) -> None:
    """Whatever the feed has by now is polled, read, judged and sent."""
    app.force_due()
    await app.tick()


def _deliveries(app: App, purpose: Purpose) -> list[DeliveryState]:
    [alert] = app.views.alerts()
    rows = app.views.alert(alert.id).deliveries
    return [row.delivery.state for row in rows if row.delivery.purpose is purpose]


async def test_an_alert_arrives_is_opened_acknowledged_reopened_and_acknowledged(
    app: App, outlets: Outlets, clock: Ahead, browser: Any
) -> None:
    assert app.web is not None
    page: Page = await browser.new_page()
    await page.clock.install()
    await page.goto(f"{app.web.address}/alerts")
    await expect(page.locator("main")).to_contain_text("No alert waits for an answer.")

    outlets.publish("gazette", *desk.story("zorbium"))
    await _come(app)
    await page.clock.fast_forward(31_000)  # the page asks by itself
    await page.get_by_text("1 new alert: show").click()
    await page.locator("a.headline").click()
    await expect(page.locator("h1")).to_contain_text("Explosion of zorbium")
    await expect(page.locator("mark").first).to_be_visible()
    standing, band = page.locator("section.answer"), page.locator(".band.good")
    await expect(standing).to_contain_text("not answered")

    await page.get_by_role("button", name="Acknowledge").click()
    await expect(band).to_contain_text("Acknowledged")
    await expect(standing).to_contain_text("acknowledged by local")
    await band.get_by_role("button", name="Undo").click()
    await expect(standing).to_contain_text("not answered")
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(standing).to_contain_text("acknowledged by local")

    clock.by = 31 * MINUTE
    await app.tick()
    assert _deliveries(app, Purpose.REMINDER) == [DeliveryState.SKIPPED]
    await page.reload()
    row = page.locator("tr", has_text="reminder 1")
    await expect(row).to_contain_text("not needed")
    await expect(row).to_contain_text("acknowledged by local")


async def test_what_nobody_acknowledges_is_reminded_of(app: App, outlets: Outlets, clock: Ahead) -> None:
    """So that the reminder above was skipped for the answer."""
    outlets.publish("gazette", *desk.story("zorbium"))
    await _come(app)
    clock.by = 31 * MINUTE
    await app.tick()
    assert DeliveryState.SENT in _deliveries(app, Purpose.REMINDER)


# --- who may come in -------------------------------------------------------------------------

CLOSED = ("/", "/alerts", "/alerts/1", "/articles", "/rules", "/watchlists", "/baseline", "/sources", "/silences")
CLOSED += ("/account", "/accounts", "/changes", "/api", "/nowhere")
FOR_PROGRAMS = ("/api/v1/alerts", "/metrics", "/feeds/alerts.atom")
FORMS = """() => [...document.querySelectorAll("form[method=post]")]
    .filter((form) => form.querySelector("button, input[type=submit]")).map((form) => form.getAttribute("action"))"""
SEND = """async (path) => {
    const said = new URLSearchParams({answer: "acknowledge"});
    return (await fetch(path, {method: "POST", body: said})).status;
}"""


@pytest.fixture
async def closed(filled_site: Site) -> AsyncIterator[WebServer]:
    """The filled desk as other machines reach it, with accounts of two people."""
    for name, role in (("vera", Role.VIEWER), ("ann", Role.ANALYST)):
        enrol(filled_site, name, role)
    server = WebServer(build_app(replace(filled_site, open=False)), "127.0.0.1", 0)
    await server.start()
    yield server
    await server.stop()


async def _log_in(page: Page, name: str, password: str = PASSWORD) -> None:
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("button", name="Log in").click()


@pytest.mark.parametrize("filled_engine", ["sqlite"], indirect=True)
async def test_nobody_comes_in_without_the_right_password(closed: WebServer, browser: Any) -> None:
    page: Page = await browser.new_page()
    for path in CLOSED:
        await page.goto(closed.address + path)
        assert page.url.startswith(f"{closed.address}/login"), path
        assert await page.locator("main form").count() == 1, path
    for path in FOR_PROGRAMS:
        assert (await page.request.get(closed.address + path)).status == 401, path

    await page.goto(f"{closed.address}/sources")
    await _log_in(page, "vera", "incorrect horse battery")
    await expect(page.get_by_role("alert")).to_contain_text("The name or the password is not right.")
    await page.goto(f"{closed.address}/sources")
    await _log_in(page, "vera")
    assert page.url == f"{closed.address}/sources", "where she wanted to go"


@pytest.mark.parametrize("filled_engine", ["sqlite"], indirect=True)
async def test_a_viewer_looks_and_an_analyst_changes(closed: WebServer, filled_site: Site, browser: Any) -> None:
    [alert] = [row for row in filled_site.views.alerts() if row.standing.answered is None][:1]
    one = f"{closed.address}/alerts/{alert.id}"
    page: Page = await browser.new_page()
    await page.goto(one)
    await _log_in(page, "vera")
    assert page.url == one
    fact = filled_site.views.facts(alert.alert.rule)[0]
    here = ("/", "/alerts", f"/alerts/{alert.id}", "/rules", f"/rules/{alert.alert.rule}", "/watchlists")
    here += ("/watchlists/ports.yaml", "/baseline", f"/facts/{fact.key}", "/sources", "/sources/sahil", "/silences")
    for path in here:
        await page.goto(closed.address + path)
        assert page.url == closed.address + path
        assert await page.evaluate(FORMS) == ["/logout"] * 2, path  # the one in the menu of phones, too
    for path in (
        f"/alerts/{alert.id}",
        "/alerts/answers",
        "/silences",
        "/watchlists/ports.yaml/save",
        "/sources/sahil/poll",
    ):
        assert await page.evaluate(SEND, path) == 403, path
    for path in ("/accounts", "/changes"):
        assert (await page.goto(closed.address + path)).status == 403
    await page.get_by_role("button", name="Log out").click()

    await page.goto(one)
    await _log_in(page, "ann")
    await page.get_by_role("button", name="Acknowledge").click()
    await expect(page.locator("section.answer")).to_contain_text("acknowledged by ann")
    assert filled_site.views.alert(alert.id).standing.answered.author == "ann"


@pytest.mark.parametrize("filled_engine", ["sqlite"], indirect=True)
async def test_after_the_logout_neither_the_way_back_nor_the_old_cookie_leads_in(
    closed: WebServer, browser: Any
) -> None:
    context = await browser.new_context()
    page: Page = await context.new_page()
    await page.goto(f"{closed.address}/alerts")
    await _log_in(page, "ann")
    await page.locator("a.headline").first.click()
    await expect(page.locator("section.answer")).to_be_visible()
    cookies = await context.cookies()
    await page.get_by_role("button", name="Log out").click()
    await page.wait_for_url("**/login")
    await page.go_back()
    await page.wait_for_url("**/login*")
    assert await page.get_by_label("Password").is_visible()

    thief = await browser.new_context()
    await thief.add_cookies(cookies)
    page = await thief.new_page()
    await page.goto(f"{closed.address}/alerts")
    assert page.url.startswith(f"{closed.address}/login")


# --- correcting ------------------------------------------------------------------------------

BLAST = "An explosion of zorbium wrecked the harbour of Varna on {day}. "
FIRST = ("Blast in Varna", BLAST + "Two cranes fell into the basin.")
NEXT = ("Harbour in flames", BLAST + "Insurers count eleven barges and a ferry.")


@pytest.mark.parametrize("corrected", [True, False])
async def test_a_fact_is_corrected_and_the_next_article_judged_by_it(
    app: App, outlets: Outlets, browser: Any, corrected: bool
) -> None:
    """The first article gave a wrong day. Who then tells of the right one has news only where nobody corrected it."""
    assert app.web is not None
    today = datetime.now(UTC)
    page: Page = await browser.new_page()

    async def told(title: str, text: str, days_ago: int) -> str:
        outlets.publish("gazette", title, text.format(day=f"{today - days_ago * DAY:%-d %B %Y}"))
        await _come(app)
        await page.goto(f"{app.web.address}/articles")
        return str(await page.locator("ol.articles > li", has_text=title).inner_text())

    assert "no alert" not in await told(*FIRST, days_ago=6)
    if corrected:
        right = f"{today - DAY:%Y-%m-%d}"
        await page.goto(f"{app.web.address}/baseline/about-zorbium")
        await page.locator("td a[href^='/facts/']").first.click()
        await page.get_by_text("Correct this fact").click()
        await page.get_by_label("Happened on").fill(right)
        await page.get_by_label("Why you correct it").fill("the fire service gives another day")
        await page.get_by_role("button", name="Put it in the place of the other").click()
        await expect(page.locator(".band.good")).to_contain_text("The fact is corrected")
        await expect(page.locator("main dl")).to_contain_text(right)
    assert ("no alert" in await told(*NEXT, days_ago=1)) == corrected
    await page.goto(f"{app.web.address}/alerts")
    assert await page.locator("a.headline").count() == (1 if corrected else 2)


# --- without a mouse -------------------------------------------------------------------------

FOCUSED = """() => {
    const element = document.activeElement, style = getComputedStyle(element), box = element.getBoundingClientRect();
    return {
        words: (element.textContent || element.getAttribute("aria-label") || element.name || "").trim(),
        tag: element.tagName, kind: element.className,
        outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
        inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    };
}"""
_FURTHEST = 40  # stops


async def _tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the element with that class or text has the focus; each stop on the way must be seen to."""
    for _ in range(_FURTHEST):
        await page.keyboard.press("Tab")
        now = await page.evaluate(FOCUSED)
        assert now["outlined"], now
        assert now["inside"], now
        if wanted in (now["kind"], now["words"]):
            return
    pytest.fail(f"{wanted} is not reached within {_FURTHEST} stops; the last was {now}")


@pytest.mark.parametrize("filled_engine", ["sqlite"], indirect=True)
async def test_the_first_alert_is_acknowledged_by_the_keyboard_alone(filled_server: WebServer, browser: Any) -> None:
    page: Page = await browser.new_page()
    await page.goto(f"{filled_server.address}/alerts")
    first = await page.locator("a.headline").first.inner_text()
    await _tab_to(page, "skip")
    await page.keyboard.press("Enter")
    await _tab_to(page, "headline")
    assert (await page.evaluate(FOCUSED))["words"] == first
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/alerts/\d+$"))
    await _tab_to(page, "skip")
    await page.keyboard.press("Enter")
    await _tab_to(page, "Acknowledge")
    await page.keyboard.press("Enter")
    await expect(page.locator(".band.good")).to_contain_text("Acknowledged")
    await _tab_to(page, "Undo")
    await page.keyboard.press("Enter")
    await expect(page.locator("section.answer")).to_contain_text("not answered")


async def test_a_stop_without_an_outline_is_found(browser: Any) -> None:
    page: Page = await browser.new_page()
    await page.set_content("<style>:focus { outline: none }</style><button>x</button>")
    with pytest.raises(AssertionError, match="outlined"):
        await _tab_to(page, "x")


# --- a newcomer ------------------------------------------------------------------------------


@pytest.mark.parametrize("filled_engine", ["sqlite"], indirect=True)
async def test_a_newcomer_finds_why_the_second_article_raised_no_alert(filled_server: WebServer, browser: Any) -> None:
    """The stories are those of the demo. One click tells that it is known already, the next one from which article."""
    page: Page = await browser.new_page()
    await page.goto(filled_server.address)
    await page.get_by_role("navigation").get_by_role("link", name="Articles").first.click()
    second = page.locator("ol.articles > li", has_text="Azerbaijan lifts arms embargo on Ukraine, Aliyev decree shows")
    await expect(second).to_contain_text("no alert")
    await expect(second).to_contain_text("Lifted is the state already.")
    await second.get_by_role("link", name="arms-embargo").click()
    told = page.locator("li", has=page.get_by_role("heading", name="What was known"))
    await expect(told.get_by_role("link", name="the article that told it")).to_be_visible()
