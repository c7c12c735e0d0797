"""The files that people write, at the desk: listed, checked while they are written, tried, saved, taken back."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from monitor.judging import judge_article
from monitor.store.shown import Shown
from monitor.web.identity import Identity, Role
from tests import desk
from tests.contracts.ledger import NOW
from tests.integration.store.conftest import Newsroom
from tests.integration.web.conftest import Answer, InForce, Reader
from tests.making import article

WORDS = "/watchlists/words.yaml"
SEED = """version: 1
document: {id: old, outlet: Gazette, title: Old, date: 2026-01-05, language: en}
facts:
  - {rule: about-zorbium, step: exploded, date: 2026-01-04, words: It exploded.}
"""


@pytest.fixture
def judged_articles(newsroom: Newsroom, in_force: InForce) -> None:
    """Two stories that are alerts."""
    for number, word in enumerate(("zorbium", "quaxite")):
        found = article(*desk.story(word), NOW - timedelta(days=3 - number), id=word, url=f"https://a.example/{word}")
        newsroom.save(found)
        newsroom.judging(lambda unit, found=found: judge_article(found, in_force.configuration.desk, unit, NOW))


@pytest.fixture
def file(folder: Path) -> Path:
    return folder / "watchlists" / "words.yaml"


def field(page: Answer, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, f"no field {name}"
    return unescape(found[1])


def text_of(page: Answer) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page.text, re.DOTALL)
    assert found
    return unescape(found[1])


async def save(reader: Reader, text: str, path: str = WORDS, reason: str = "") -> Answer:
    page = await reader.look(path)
    return await reader.submit(f"{path}/save", text=text, started=field(page, "started"), reason=reason)


async def test_the_list_has_every_file_with_what_it_holds(reader: Reader, folder: Path) -> None:
    (folder / "seeds" / "old.yaml").write_text(SEED)
    page = await reader.look("/watchlists")
    assert "words.yaml rules 4 rules" in page.words
    assert "sources.yaml sources 2 sources" in page.words
    assert "channels.yaml channels 1 channel" in page.words
    assert "old.yaml seed" in page.words


async def test_the_text_in_the_editor_is_the_file_to_the_letter(reader: Reader, file: Path) -> None:
    file.write_text("\n# begins with an empty line & <markup>\n" + file.read_text())
    assert text_of(await reader.look(WORDS)) == file.read_text()


async def test_a_saved_text_is_in_the_file_and_in_force(
    reader: Reader, file: Path, in_force: InForce, shown: Shown
) -> None:
    text = file.read_text().replace("severity: high", "severity: low", 1)
    page = await save(reader, text.replace("\n", "\r\n"), reason="too loud")
    assert page.status == 200
    assert "Saved words.yaml. In force." in page.words
    assert file.read_text() == text, "browsers send other line ends"
    assert in_force.configuration.ruleset.rules[0].severity.value == "low"
    [edit] = shown.changes.edits("watchlists/words.yaml")
    assert (edit.author, edit.reason) == ("local", "too loud")
    [note] = shown.changes.latest()
    assert (note.what, note.about) == ("file.save", "file:watchlists/words.yaml")


async def test_a_text_with_mistakes_is_not_saved_and_not_lost(reader: Reader, file: Path, shown: Shown) -> None:
    before = file.read_text()
    text = before.replace("severity: high", "severity: huge", 1)
    page = await save(reader, text)
    assert page.status == 400
    line = text[: text.index("huge")].count("\n") + 1
    assert f'data-line="{line}" data-column="15"' in page.text
    assert "expected critical, high, medium or low, found “huge”" in page.words
    assert text_of(page) == text
    assert file.read_text() == before
    assert shown.changes.edits("watchlists/words.yaml") == []


async def test_a_check_says_what_is_wrong_here_and_what_it_would_break_elsewhere(reader: Reader, folder: Path) -> None:
    (folder / "watchlists" / "more.yaml").write_text(
        "version: 1\nrules:\n  - {id: more, kind: event, title: More, match: {all: [zorbium]}}\n"
    )
    text = (folder / "watchlists" / "words.yaml").read_text()
    page = await reader.submit(f"{WORDS}/check", text=text)
    assert "no problem" in page.words
    page = await reader.submit(f"{WORDS}/check", text=desk.watchlist("quaxite"))
    assert "other files would no longer be" in page.words
    assert "there is no term “zorbium”" in page.words
    page = await save(reader, desk.watchlist("quaxite"))
    assert page.status == 400


async def test_mistakes_that_other_files_have_anyway_do_not_keep_a_right_text_from_being_saved(
    reader: Reader, folder: Path, in_force: InForce
) -> None:
    (folder / "watchlists" / "bad.yaml").write_text("version: 2\n")
    await in_force.reload()
    page = await save(reader, desk.watchlist("zorbium"))
    assert "Saved words.yaml. It is not in force yet, for other files have mistakes." in page.words


async def test_who_saves_what_somebody_else_has_changed_is_shown_both(reader: Reader, file: Path) -> None:
    page = await reader.look(WORDS)
    theirs = file.read_text().replace("Explosion of quaxite", "THEIRS")
    file.write_text(theirs)
    mine = file.read_text().replace("Explosion of zorbium", "MINE").replace("THEIRS", "Explosion of quaxite")
    answer = await reader.submit(f"{WORDS}/save", text=mine, started=field(page, "started"), reason="r")
    assert answer.status == 409
    assert "Somebody else has changed this file" in answer.words
    assert "removed: title: THEIRS" in answer.words
    assert "added: title: MINE" in answer.words
    assert text_of(answer) == mine
    assert file.read_text() == theirs
    merged = mine.replace("Explosion of quaxite", "THEIRS")
    done = await reader.submit(f"{WORDS}/save", text=merged, started=field(answer, "started"), reason="r")
    assert done.status == 200
    assert file.read_text() == merged


async def test_what_was_saved_can_be_undone_at_once(reader: Reader, file: Path) -> None:
    before = file.read_text()
    page = await save(reader, before.replace("high", "low"))
    fields = {name: field(page, name) for name in ("edit", "which")}
    started = re.search(r'name="started" value="([^"]*)"', page.text)[1]  # that of the band stands first
    page = await reader.submit(f"{WORDS}/restore", **fields, started=started)
    assert "Saved words.yaml" in page.words
    assert file.read_text() == before


async def test_history_shows_each_edit_and_leads_back(reader: Reader, file: Path, shown: Shown) -> None:
    first = file.read_text()
    await save(reader, first.replace("high", "low"), reason="quieter")
    await save(reader, first.replace("high", "critical"), reason="louder")
    page = await reader.look(f"{WORDS}/history")
    assert page.words.index("louder") < page.words.index("quieter")
    oldest = shown.changes.edits("watchlists/words.yaml")[-1]
    page = await reader.look(f"{WORDS}/history/{oldest.id}")
    assert "removed: severity: high" in page.words
    assert "added: severity: low" in page.words
    started = field(page, "started")
    await reader.submit(f"{WORDS}/restore", edit=str(oldest.id), which="before", started=started)
    assert file.read_text() == first


async def test_a_file_is_made_deleted_and_brought_back(reader: Reader, folder: Path, in_force: InForce) -> None:
    begun = await reader.submit("/watchlists/new", folder="watchlists", name="More rules?")
    assert begun.status == 400
    page = await reader.submit("/watchlists/new", folder="watchlists", name="more")
    assert "A new file" in page.words
    made = folder / "watchlists" / "more.yaml"
    assert not made.exists()
    text = "version: 1\nrules:\n  - {id: more, kind: event, title: More, match: {all: [zorbium]}}\n"
    await reader.submit("/watchlists/more.yaml/save", text=text, started=field(page, "started"), reason="")
    assert made.read_text() == text
    page = await reader.look("/watchlists/more.yaml")
    page = await reader.submit("/watchlists/more.yaml/delete", started=field(page, "started"), reason="")
    assert not made.exists()
    assert "Deleted more.yaml. In force." in page.words
    assert "watchlists/more.yaml" in page.words, "the list tells what was deleted"
    fields = {name: field(page, name) for name in ("edit", "which", "started")}
    await reader.submit("/watchlists/more.yaml/restore", **fields)
    assert made.read_text() == text
    assert "more" in {rule.id for rule in in_force.configuration.ruleset.rules}


async def test_what_others_need_cannot_be_deleted(reader: Reader, folder: Path) -> None:
    (folder / "seeds" / "old.yaml").write_text(SEED)
    page = await reader.look(WORDS)
    answer = await reader.submit(f"{WORDS}/delete", started=field(page, "started"))
    assert answer.status == 400
    assert "words.yaml cannot be deleted." in answer.words
    assert (folder / "watchlists" / "words.yaml").exists()


async def test_seeds_are_edited_like_all_others(reader: Reader, folder: Path, in_force: InForce) -> None:
    path = "/watchlists/seeds/old.yaml"
    page = await save(reader, SEED.replace("exploded,", "explode,"), path)
    assert "has no step or state “explode”" in page.words
    await save(reader, SEED, path)
    assert [seed.id for seed in in_force.configuration.seeds] == ["old"]


async def test_no_path_leads_out_of_the_two_folders(reader: Reader, folder: Path) -> None:
    (folder / "secret.yaml").write_text("version: 1\n")
    for name in ("..%2Fsecret.yaml", "%2E%2E%2Fsecret.yaml", ".hidden.yaml", "words.yml", "a%00.yaml"):
        assert (await reader.look(f"/watchlists/{name}")).status == 404, name
        assert (await reader.submit(f"/watchlists/{name}/save", text="x", started="")).status == 404, name


async def test_viewers_look_but_see_no_addresses_of_channels(
    reader: Reader, folder: Path, in_force: InForce, monkeypatch
) -> None:
    channels = folder / "watchlists" / "channels.yaml"
    channels.write_text(channels.read_text() + "nonsense: swordfish\n")
    await in_force.reload()
    monkeypatch.setattr("monitor.web.access.gate.LOCAL", Identity("Vi", Role.VIEWER, "password"))
    page = await reader.look(WORDS)
    assert page.status == 200
    assert "<textarea" not in page.text
    assert "Explosion of zorbium" in page.text
    for path in ("", "/history", "/download"):
        assert (await reader.look(f"/watchlists/channels.yaml{path}")).status == 403
    assert (await reader.submit(f"{WORDS}/save", text="", started="")).status == 403
    listed = await reader.look("/watchlists")
    assert re.search(r"channels.yaml:\d+:1 ?: it has a mistake", listed.words)
    assert "nonsense" not in listed.text


async def test_a_secret_that_stood_in_channels_is_not_kept_in_the_history(
    reader: Reader, folder: Path, shown: Shown
) -> None:
    file = folder / "watchlists" / "channels.yaml"
    good = file.read_text()
    file.write_text(good.replace("console://", "slack://T0KEN1234567890abcdefgh/B/C"))
    await save(reader, good, "/watchlists/channels.yaml")
    [edit] = shown.changes.edits("watchlists/channels.yaml")
    assert "T0KEN" not in str(shown.changes.edit(edit.id))
    page = await save(
        reader, good.replace("console://", "slack://T0KEN1234567890abcdefgh/B/C"), "/watchlists/channels.yaml"
    )
    assert "secrets never stand in YAML" in page.words


async def test_a_file_that_is_no_text_is_not_edited_here(reader: Reader, file: Path) -> None:
    file.write_bytes(b"\xff\xfe\x00broken")
    page = await reader.look(WORDS)
    assert "This file cannot be edited here: it is not UTF-8 text" in page.words
    assert "<textarea" not in page.text


async def tried(reader: Reader, kind: str, **fields: str) -> Answer:
    page = await reader.submit(f"{WORDS}/{kind}", **fields)
    address = (
        "/watchlists/trials/" + re.search(r"/watchlists/trials/([\w-]+)", page.text)[1]
        if page.headers.get("refresh")
        else ""
    )
    async with asyncio.timeout(100):
        while page.headers.get("refresh"):
            await asyncio.sleep(0.1)
            page = await reader.look(address)
    return page


async def test_examples_run_on_the_text_that_is_not_saved(reader: Reader, file: Path) -> None:
    text = file.read_text().replace(
        "    match: {all: [zorbium, blast]}\n",
        "    match: {all: [zorbium, blast]}\n    examples:\n"
        "      - {text: An explosion of zorbium shook the harbour on Monday., expect: new}\n"
        "      - {name: no blast, text: Zorbium was sold at the harbour on Monday., expect: new}\n",
    )
    page = await tried(reader, "examples", text=text)
    assert "1 text fails 2 of 2 texts were judged" in page.words
    assert "about-zorbium, “no blast”: expected new, got silent" in page.words
    assert "Zorbium was sold" in page.words


async def test_a_text_with_mistakes_is_not_tried(reader: Reader) -> None:
    page = await reader.submit(f"{WORDS}/examples", text="version: 2\n")
    assert "mend them first" in page.words


async def test_a_backtest_tells_which_alerts_come_and_go(reader: Reader, file: Path, judged_articles: None) -> None:
    text = file.read_text().replace(
        "severity: high\n    match: {all: [zorbium, blast]}", "match: {all: [zorbium, flooping]}"
    )
    page = await tried(reader, "backtest", text=text, days="90")
    assert "2 articles since" in page.words
    assert "+0 alerts gained, −1 lost, 1 kept" in page.words
    assert "Explosion: the zorbium affair" in page.words
