"""The pages on which admins see to accounts and tokens, and read who changed what."""

from __future__ import annotations

import re

import pytest

from monitor.store.people import By
from monitor.web.access.sessions import digest_of
from monitor.web.identity import Role
from tests.integration.web.conftest import Answer, Reader
from tests.integration.web.visitors import PASSWORD, enrol, session_of

MARKUP = """<script>alert(1)</script>"><img src=x onerror=alert(2)>{{ 7*7 }}\u202e"""


async def test_an_account_is_made_changed_removed_and_brought_back(reader: Reader, site) -> None:
    page = await reader.submit("/accounts", name="Ann", role="viewer", password=PASSWORD)
    assert "ann has an account, as viewer." in page.words
    page = await reader.submit("/accounts/role", name="ann", role="analyst")
    assert "ann is analyst from now on." in page.words
    await undo(reader, page)
    assert site.shown.people.named("ann").role == "viewer"
    session_of(site, "ann")
    before = site.shown.people.named("ann").password
    page = await reader.submit("/accounts/password", name="ann", password="another long password")
    assert "another password" in page.words
    assert site.shown.people.named("ann").password != before
    page = await reader.submit("/accounts/remove", name="ann")
    assert site.shown.people.named("ann") is None
    await undo(reader, page)
    assert site.shown.people.named("ann") is not None
    noted = [(one.what, one.about, one.author) for one in site.shown.changes.latest()]
    assert noted[:2] == [("account.restore", "person:ann", "local"), ("account.remove", "person:ann", "local")]
    page = await reader.look("/changes?about=person:ann")
    assert "account.add" in page.words


async def undo(reader: Reader, page: Answer) -> None:
    form = re.search(r'<div class="band good".*?</form>', page.text, re.DOTALL)[0]
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    await reader.submit(re.search(r'action="([^"]+)"', form)[1], **fields)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"password": "short"}, "at least 12 characters"),
        ({"password": "annannannann", "name": "annann"}, "what others would try first"),
        ({"password": "x" * 1_001}, "at most 1000 characters"),
        ({"name": "ann smith"}, "made of letters"),
        ({"name": "a" * 81}, "at most 80"),
        ({"name": "ANN"}, "has an account already"),
        ({"role": "boss"}, "There is no such role"),
    ],
)
async def test_what_will_not_do_is_told(reader: Reader, site, fields, words) -> None:
    enrol(site)
    page = await reader.submit("/accounts", **{"name": "eve", "role": "viewer", "password": PASSWORD, **fields})
    assert words in page.words
    assert [person.name for person in site.shown.people.all()] == ["ann"]


async def test_the_last_admin_stays(reader: Reader, site) -> None:
    enrol(site, "ann", Role.ADMIN)
    enrol(site, "bob")
    for path in ("/accounts/remove", "/accounts/role"):
        page = await reader.submit(path, name="ann", role="viewer")
        assert (page.status, "the last admin" in page.words) == (409, True)
    await reader.submit("/accounts/role", name="bob", role="admin")
    assert "may not come in any more" in (await reader.submit("/accounts/remove", name="ann")).words


async def test_a_token_is_shown_once_and_can_be_revoked(reader: Reader, site) -> None:
    page = await reader.submit("/accounts/tokens", name="grafana", role="viewer")
    made = re.search(r"mon_[\w-]{43}", page.text)[0]
    assert page.headers["cache-control"] == "no-store"
    found = site.shown.people.token(digest_of(made))
    assert (found.name, found.role, found.author) == ("grafana", "viewer", "local")
    again = await reader.look("/accounts")
    assert "grafana" in again.words
    assert made not in again.text
    assert made not in (await reader.look("/changes")).text
    await reader.submit("/accounts/tokens/revoke", id=str(found.id))
    assert site.shown.people.token(digest_of(made)) is None
    for number in (str(found.id), "0", "x", "9" * 40, "²"):
        assert (await reader.submit("/accounts/tokens/revoke", id=number)).status == 404


async def test_tokens_of_somebody_who_is_removed_are_told(reader: Reader, site) -> None:
    enrol(site, "ann")
    site.desk.people.add_token("x", "viewer", "digest", site.now(), By("ann", "password"))
    assert "Tokens made by ann can still be used: 1." in (await reader.submit("/accounts/remove", name="ann")).words


async def test_the_log_of_changes_is_read_in_pages(reader: Reader, site) -> None:
    for number in range(120):
        site.desk.note(site.now(), "ann", "password", "rule.edit", "rule:gas", f"change {number:03}")
    page, seen = await reader.look("/changes"), []
    while True:
        seen += re.findall(r"change (\d{3})", page.words)
        older = re.search(r'href="(/changes\?[^"]*before=\d+)"', page.text)
        if older is None:
            break
        page = await reader.look(older[1])
    assert seen == [f"{number:03}" for number in reversed(range(120))]
    for odd in ("before=x", "before=-1", f"before={2**70}", "before=", "about=%00", f"about={'x' * 9000}"):
        assert (await reader.look(f"/changes?{odd}")).status == 200, odd


async def test_hostile_words_are_shown_as_words(reader: Reader, site) -> None:
    site.desk.note(site.now(), MARKUP, MARKUP, MARKUP, MARKUP, MARKUP)
    site.desk.people.add_token(MARKUP, "viewer", "digest", site.now(), By(MARKUP, "proxy"))
    for path in (
        "/changes",
        "/accounts",
        "/changes?about=%3Cscript%3Ealert(1)%3C/script%3E",
        "/login?back=/%22%3E%3Cscript%3E",
    ):
        page = await reader.look(path)
        assert "<script>alert" not in page.text
        assert page.text.count("<img") <= 1  # our own sign
