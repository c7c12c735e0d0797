"""Pictures of every page of the filled desk, to look at: python -m tests.integration.web.pictures FOLDER

Each page is taken as it is in the light, in the dark and on a phone, to its end. With `--docs` those that the
documentation shows are taken anew, small, as `docs/pictures` has them.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.async_api import async_playwright

from monitor import dictionaries
from monitor.app.indexing import Indexing
from monitor.store.engine import create_engine
from monitor.store.migrate import upgrade
from monitor.store.sql import SqlStore
from monitor.web.app import build_app
from monitor.web.identity import Role
from monitor.web.links import SignedLinks
from monitor.web.serving import WebServer
from monitor.web.site import Site
from tests.integration.store.conftest import NOW
from tests.integration.web.browser import PHONE, SCREEN
from tests.integration.web.conftest import WEEK, InForce, make_site
from tests.integration.web.filling import fill, write_files
from tests.integration.web.visitors import enrol

LOOKS: Mapping[str, tuple[str, dict[str, int]]] = {
    "light": ("light", SCREEN),
    "dark": ("dark", SCREEN),
    "phone": ("light", PHONE),
}
# What the documentation shows: a page, how it is looked at, and how much of its height.
SHOWN = {
    "overview": ("light", 1000),
    "overview-dark": ("dark", 1000),
    "alerts": ("light", 800),
    "alert": ("light", 1050),
    "alert-phone": ("phone", 800),
    "explain": ("light", 1000),
    "rule": ("light", 1000),
    "editor": ("light", 900),
    "state": ("light", 700),
    "sources": ("light", 700),
}
_QUALITY = 62  # of WebP


def pages(site: Site) -> dict[str, str]:
    """Name and path of one page of each kind, those with the most to show."""
    alerts = [row for row in site.views.alerts() if not row.alert.of_ourselves]
    told = next(row for row in alerts if row.alert.previous and not row.alert.is_update)
    one = site.views.alert(told.id).alert
    fact = next(fact.key for fact in site.views.facts(one.rule) if fact.source.startswith("article:"))
    return {
        "overview": "/",
        "alerts": "/alerts",
        "alert": f"/alerts/{told.id}",
        "articles": "/articles",
        "articles-found": "/articles?q=port",
        "article": f"/articles/{one.article_id}",
        "explain": f"/articles/{one.article_id}/explain?rule={one.rule}",
        "rules": "/rules",
        "rule": f"/rules/{one.rule}",
        "watchlists": "/watchlists",
        "editor": "/watchlists/ports.yaml",
        "history": "/watchlists/ports.yaml/history",
        "baseline": "/baseline",
        "facts": f"/baseline/{one.rule}",
        "fact": f"/facts/{fact}",
        "fact-correct": f"/facts/{fact}/correct",
        "state": "/baseline/arms-embargo",
        "fact-add": f"/baseline/{one.rule}/add",
        "sources": "/sources",
        "source": "/sources/sahil",
        "source-add": "/sources/add",
        "silences": "/silences",
        "accounts": "/accounts",
        "account": "/account",
        "changes": "/changes",
        "system": "/system",
        "programs": "/api",
        "nowhere": "/nowhere",
        "answer": "/a/" + site.links.answer_url(one, site.now()).rpartition("/")[2],
    }


async def _take(page: Any, path: Path, height: int | None = None) -> None:
    """A PNG of the whole page, or a WebP of its upper part."""
    if height is None:
        await page.screenshot(path=path.with_suffix(".png"), full_page=True)
        return
    session = await page.context.new_cdp_session(page)
    taken = await session.send("Page.captureScreenshot", {"format": "webp", "quality": _QUALITY})
    path.with_suffix(".webp").write_bytes(base64.b64decode(taken["data"]))


async def _look(page: Any, look: str, address: str, height: int | None = None) -> None:
    scheme, size = LOOKS[look]
    await page.emulate_media(color_scheme=scheme)
    await page.set_viewport_size({**size, "height": height or size["height"]})
    await page.goto(address)
    await page.wait_for_load_state("networkidle")


async def take(site: Site, closed: str, address: str, folder: Path, docs: bool) -> None:
    found = {name: address + path for name, path in pages(site).items()} | {"login": f"{closed}/login"}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = await browser.new_page()
        if docs:
            for name, (look, height) in SHOWN.items():
                await _look(page, look, found[name.removesuffix(f"-{look}")], height)
                await _take(page, folder / name, height)
        else:
            for name, where in found.items():
                for look in LOOKS:
                    await _look(page, look, where)
                    await _take(page, folder / f"{name}-{look}")
        await browser.close()


async def run(folder: Path, docs: bool) -> None:
    dictionaries.keep()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="monitor-pictures-") as scratch:
        engine = create_engine(f"sqlite:///{scratch}/monitor.db")
        upgrade(engine)
        store = SqlStore(engine)
        fill(store, write_files(Path(scratch)), NOW)
        await Indexing(store, asyncio.to_thread, lambda: NOW).work(patience=60.0)
        links = SignedLinks("https://monitor.example", "k" * 32, WEEK)
        site = make_site(engine, store, links, lambda: NOW, InForce(Path(scratch)))
        enrol(site, "leyla", Role.ANALYST)
        servers = [WebServer(build_app(one), "127.0.0.1", 0) for one in (site, replace(site, open=False))]
        for server in servers:
            await server.start()
        await take(site, servers[1].address, servers[0].address, folder, docs)
        for server in servers:
            await server.stop()
        engine.dispose()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--docs", action="store_true", help="only those that the documentation shows")
    given = parser.parse_args()
    asyncio.run(run(given.folder, given.docs))


if __name__ == "__main__":
    main()
