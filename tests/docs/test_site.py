"""The documentation site: it can be built, is whole, reads well, and asks nobody else for anything."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from markdown_it import MarkdownIt

from tests.integration.web import browser as browsing
from tests.optional import missing

ROOT = Path(__file__).resolve().parents[2]
DOCS = sorted(path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md"))
# Elements that make a browser fetch something by themselves, and by which attribute.
FETCHING = {
    **dict.fromkeys(("audio", "embed", "iframe", "img", "input", "script", "source", "track", "video"), "src"),
    "link": "href",
    "object": "data",
}
COUNTED = {
    "bullet_list_open": "ul",
    "ordered_list_open": "ol",
    "table_open": "table",
    "fence": "pre",
    "code_block": "pre",
}
QUIET = {"NO_MKDOCS_2_WARNING": "1"}
PAGES = ["index.html", "judgement.html", "settings.html", "tutorials/operator.html", "observing.html"]

browser = browsing.browser


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `make docs` makes it: what is wrong with a link or with the navigation ends it."""
    if find_spec("mkdocs") is None or find_spec("material") is None:
        missing("no site: mkdocs and mkdocs-material are not installed (dependency group docs)")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, env={**os.environ, **QUIET})
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="session")
def served(site: Path) -> Iterator[str]:
    class Silent(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(site)))
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


class Elements(HTMLParser):
    """The elements of a page, and how many of each kind its article has."""

    def __init__(self, text: str):
        super().__init__()
        self.all: list[tuple[str, dict[str, str | None]]] = []
        self.of_the_article: Counter[str] = Counter()
        self._inside = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, dict(attrs)))
        self._inside |= tag == "article"
        self.of_the_article[tag] += self._inside

    def handle_endtag(self, tag: str) -> None:
        self._inside &= tag != "article"


def elements(path: Path) -> Elements:
    return Elements(path.read_text(encoding="utf-8"))


def test_no_page_names_a_thing_of_another_host_to_be_fetched(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > len(DOCS)
    for page in pages:
        for tag, attributes in elements(page).all:
            address = attributes.get(FETCHING.get(tag, "")) or ""
            assert not re.match(r"([a-z]+:)?//", address), (page.name, tag, address)
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*[\"']?(https?:)?//", sheet.read_text(encoding="utf-8")), sheet.name


@pytest.mark.parametrize("name", DOCS)
def test_a_page_has_the_lists_tables_and_code_that_are_written(site: Path, name: str) -> None:
    """The site's reader of Markdown wants blank lines and indents where others do not."""
    written = (ROOT / "docs" / name).read_text(encoding="utf-8")
    tokens = MarkdownIt("commonmark").enable("table").parse(written)
    expected = Counter(COUNTED[token.type] for token in tokens if token.type in COUNTED)
    found = elements(site / name.replace(".md", ".html")).of_the_article
    assert {tag: found[tag] for tag in set(COUNTED.values())} == {tag: expected[tag] for tag in set(COUNTED.values())}


def test_the_readme_is_the_first_page_and_leads_to_pages(site: Path) -> None:
    inside = {attributes.get("href") for tag, attributes in elements(site / "index.html").all if tag == "a"}
    assert {"watchlists.html", "settings.html", "contributing.html", "changelog.html", "licence.html"} <= inside


def test_the_reference_has_every_operation_of_the_api_with_its_fields(site: Path) -> None:
    described = json.loads((site / "reference" / "openapi.json").read_text(encoding="utf-8"))
    text = re.sub(r"<[^>]+>", "", (site / "reference" / "api.html").read_text(encoding="utf-8"))
    for path, methods in described["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}" in text
    fields = {name for schema in described["components"]["schemas"].values() for name in schema.get("properties", ())}
    assert {name for name in fields if not re.search(rf"\b{name}\b", text)} == set()


def test_each_figure_that_alarms_are_made_of_is_explained(site: Path) -> None:
    text = (site / "observing.html").read_text(encoding="utf-8")
    rules = (ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8")
    named = {name.removesuffix("_bucket") for name in re.findall(r"monitor_[a-z_]+", rules)}
    assert named
    assert {name for name in named if name not in text} == set()


def test_the_schemas_are_those_of_the_program(site: Path) -> None:
    for path in (ROOT / "schema").glob("*.json"):
        assert (site / "reference" / path.name).read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_reads_well_in_a_browser_which_asks_nobody_else(browser: Any, served: str, name: str) -> None:
    """Light, dark and on a telephone: nothing is wider than the window, no grave fault for those who see badly."""
    for scheme, size in (("light", browsing.SCREEN), ("dark", browsing.SCREEN), ("light", browsing.PHONE)):
        page = await browser.new_page(viewport=size, color_scheme=scheme)
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        await page.goto(f"{served}/{name}")
        await page.wait_for_load_state("networkidle")
        assert [url for url in asked if not url.startswith((served, "data:", "blob:"))] == []
        assert await browsing.overflow(page) == []
        assert await browsing.violations(page, ["color-contrast", "image-alt", "link-in-text-block", "link-name"]) == []
        await page.close()


async def test_a_search_finds_a_setting(browser: Any, served: str) -> None:
    page = await browser.new_page(viewport=browsing.SCREEN)
    await page.goto(f"{served}/index.html")
    await page.fill("input.md-search__input", "MONITOR_PING_URL")
    await page.wait_for_selector(".md-search-result__item a[href*='settings.html']")
