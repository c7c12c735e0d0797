"""`monitor schema`, and a backtest of a file that is not among the live ones."""

from __future__ import annotations

import asyncio
from pathlib import Path

from monitor.app import build
from monitor.cli.context import OK, USAGE
from monitor.settings import Settings
from monitor.watchlists.schema import KINDS, schema
from tests.integration.cli.conftest import FERRIES, Desk


def test_a_kind_is_printed_as_json(desk: Desk) -> None:
    ran = desk.run("schema", "channels")
    assert (ran.code, ran.data) == (OK, schema("channels"))


def test_all_are_written_into_a_folder_that_is_made(desk: Desk) -> None:
    assert desk.run("schema", "--into", "deep/schema").code == OK
    assert {path.stem for path in (desk.folder / "deep/schema").iterdir()} == {*KINDS, "webhook"}


def test_a_kind_that_there_is_not_and_none_at_all_are_misuse(desk: Desk) -> None:
    assert desk.run("schema", "rules").complaints == [
        "monitor: there is no kind rules: take one of watchlist, sources, channels, seed, webhook"
    ]
    assert desk.run("schema").code == USAGE


def test_an_edited_file_stands_for_the_live_one_without_a_copy_of_the_folder(desk: Desk) -> None:
    """Templates and all that lies beside it are those of the live folder."""
    url = f"sqlite:///{desk.folder}/var/monitor.db"
    folders = {"watchlists_dir": Path("watchlists"), "seeds_dir": Path("seeds")}
    asyncio.run(build(Settings(database_url=url, **folders), secrets={}).close())  # makes the database
    desk.write(
        "watchlists/channels.yaml",
        "version: 1\ndefault: [a]\nchannels: {a: {targets: [{name: s, url: 'console://'}], template: short}}\n",
    )
    desk.write("watchlists/templates/short.text.j2", "{{ headline }}")
    edited = desk.write("edited/ferries.yaml", FERRIES.replace("ferryboat", "boat"))
    ran = desk.run("backtest", str(edited), "--json")
    assert ran.code == OK, ran.err
    assert ran.data == {"articles": 0, "days": 30, "kept": 0, "added": [], "removed": []}
