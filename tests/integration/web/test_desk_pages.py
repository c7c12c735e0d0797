"""Every page of the desk is there, and says who it is for."""

from datetime import UTC, datetime

import aiohttp
import pytest

from monitor.web.serving import WebServer
from monitor.web.site import Site
from tests.integration.web.conftest import Reader

PAGES = (
    "/",
    "/alerts",
    "/articles",
    "/watchlists",
    "/rules",
    "/baseline",
    "/sources",
    "/silences",
    "/system",
    "/accounts",
)


@pytest.mark.parametrize("path", PAGES)
async def test_each_page_of_the_desk_opens_on_an_empty_database(reader: Reader, path: str) -> None:
    answer = await reader.look(path)
    assert answer.status == 200
    assert "<h1>" in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_a_page_that_is_not_there_says_so_within_the_desk(reader: Reader) -> None:
    answer = await reader.look("/nowhere")
    assert answer.status == 404
    assert "There is no such page." in answer.words


async def test_static_files_are_kept_under_the_name_of_what_they_hold(reader: Reader) -> None:
    page = await reader.look("/")
    style = page.text.split('rel="stylesheet" href="')[1].split('"')[0]
    answer = await reader.look(style)
    assert answer.status == 200
    assert "immutable" in answer.headers["cache-control"]


async def test_times_are_in_the_readers_own_zone(reader: Reader) -> None:
    assert "Asia/Baku" in (await reader.look("/")).words
    assert "Europe/Kyiv" in (await reader.look("/", Cookie="zone=Europe/Kyiv")).words
    assert "Asia/Baku" in (await reader.look("/", Cookie="zone=../../etc/passwd")).words


@pytest.mark.parametrize("filled_engine", ["sqlite"], indirect=True)
async def test_everything_of_a_filled_desk_opens(filled_server: WebServer, filled_site: Site) -> None:
    """Whatever became of it: each alert, article, rule and source has a page."""
    views, ever = filled_site.views, datetime(2000, 1, 1, tzinfo=UTC)
    things = [
        *(f"/alerts/{row.id}" for row in views.alerts(limit=1_000)),
        *(f"/articles/{article.id}" for article in views.judged_articles((ever, ""), 1_000)),
        *(f"/rules/{rule.id}" for rule in filled_site.configuration().ruleset.rules),
        *(f"/sources/{row.source.id}" for row in views.sources()),
    ]
    assert len(things) > 100
    async with aiohttp.ClientSession() as session:
        reader = Reader(session, filled_server.address)
        answers = {path: (await reader.look(path)).status for path in things}
    assert {path: status for path, status in answers.items() if status != 200} == {}
