"""Every page of the desk is there, and says who it is for."""

import pytest

from tests.integration.web.conftest import Reader

PAGES = ("/", "/alerts", "/articles", "/watchlists", "/rules", "/baseline", "/sources", "/silences", "/accounts")


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
