"""The pages on rules say how well each does, and put it on trial or make it live."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from monitor.core.alerts import Action
from monitor.core.model import VerdictKind
from monitor.core.policy import LEARNED
from monitor.core.responses import Answer as Said
from monitor.core.responses import Fault, Response
from monitor.web.serving import WebServer
from monitor.web.site import Site
from tests.contracts.ledger import NOW, make_alert, make_article, make_decision
from tests.integration.web.conftest import Clock, InForce, Reader

RULE = "about-zorbium"
DAY = timedelta(days=1)


@pytest.fixture
async def desk(filled_server: WebServer) -> AsyncIterator[Reader]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield Reader(session, filled_server.address)


@pytest.fixture(autouse=True)
def _article(request: pytest.FixtureRequest) -> None:
    if "site" in request.fixturenames:
        request.getfixturevalue("newsroom").save(make_article())


def tell(site: Site, name: str, answer: Said | None = None, fault: Fault | None = None, **changes) -> None:
    """An event that a rule told, and what somebody said to it."""
    at = changes.pop("at", NOW - DAY)
    alert = make_alert(f"{RULE}:{name}", "a1", rule=RULE, event=name, created_at=at, **changes)
    site.store.judging(lambda unit: unit.record(make_article(), [], [], [(alert, [])], None, NOW))
    if answer:
        site.store.respond(Response(alert.thread, answer, "Ann", NOW, "", None, fault, "web"), NOW)


def on_trial(in_force: InForce, rule: str = RULE) -> None:
    path = in_force.folder / "watchlists" / "words.yaml"
    path.write_text(path.read_text().replace(f"- id: {rule}\n", f"- id: {rule}\n    stage: shadow\n"))
    in_force.configuration = InForce(in_force.folder).configuration


def order(page: str) -> list[str]:
    return re.findall(r'href="/rules/([\w-]+)"', page)


async def test_all_rules_stand_by_watchlist_each_with_how_it_does(desk: Reader) -> None:
    page = await desk.look("/rules")
    assert page.status == 200
    assert len(page.text) < 150_000
    assert re.findall(r'<th scope="rowgroup".*?>([\w-]+\.yaml)</a>', page.text) == [
        "caucasus.yaml",
        "ports.yaml",
        "war.yaml",
    ]
    assert re.search(r"event live \w+ \d+% \(\d+% to \d+%, of \d+ answered\) \d+", page.words)
    assert re.search(r"Trains across the border event live low .{0,60}\d+ \d+ in all, at most \d a day", page.words)
    assert "Articles by day over 30 days" in page.text


@pytest.mark.parametrize("sort", ["title", "stage", "severity", "precision", "alerts", "articles", "coverage", "last"])
async def test_rules_are_sorted_by_a_link(desk: Reader, sort: str) -> None:
    known = order((await desk.look("/rules")).text)
    page = await desk.look(f"/rules?sort={sort}")
    assert sorted(order(page.text)) == sorted(known)
    assert 'scope="rowgroup"' not in page.text


async def test_more_rules_than_fit_are_on_the_next_page(reader: Reader, in_force: InForce) -> None:
    rules = "".join(
        f"  - {{id: r{number:03}, kind: event, title: Rule {number:03}, match: {{all: [blast]}}}}\n"
        for number in range(70)
    )
    (in_force.folder / "watchlists" / "many.yaml").write_text(f"version: 1\nrules:\n{rules}")
    in_force.configuration = InForce(in_force.folder).configuration
    first = await reader.look("/rules")
    rest = re.search(r'<nav class="pager".*?href="([^"]+)"', first.text)
    assert rest
    second = await reader.look(rest[1].replace("&amp;", "&"))
    assert len(order(first.text)) == 60
    assert len(set(order(first.text) + order(second.text))) == 74
    assert (await reader.look("/rules?from=x&sort=y")).status == 200


async def test_a_rule_tells_what_it_looks_for_who_could_tell_of_it_and_where_it_goes(reader: Reader) -> None:
    page = await reader.look(f"/rules/{RULE}")
    assert page.status == 200
    for words in (
        "Explosion of zorbium",
        "- id: about-zorbium kind: event title: Explosion of zorbium severity: high",
        "Nobody has answered any of its alerts.",
        "any form of explode",
        "outlet (waiting: has not been asked yet)",
        "no route fits: the default channels",
        "It has not alerted yet.",
    ):
        assert words in page.words, words
    assert 'href="/watchlists/words.yaml#L' in page.text
    assert "about-quaxite" not in page.text


async def test_what_nearly_was_an_alert_stands_with_the_check_that_it_did_not_pass(
    reader: Reader, site: Site, newsroom
) -> None:
    """The last check first; neither copies nor what alerted, nor the articles of other rules."""
    kept = {"action": Action.DROP}
    told = (
        ("known", {"kind": VerdictKind.KNOWN}, {**kept, "reason": "it stood there"}),
        ("copied", {"kind": VerdictKind.KNOWN, "reason": "a copy of article:x, which was judged before"}, kept),
        ("earlier", {"kind": VerdictKind.NEW}, {**kept, "reason": LEARNED}),
        ("side-step", {"kind": VerdictKind.NEW}, {**kept, "reason": "The step “talks” is recorded."}),
        ("follow", {"kind": VerdictKind.FOLLOWUP, "previous": ""}, kept),
        ("update", {"kind": VerdictKind.FOLLOWUP}, kept),
        ("told", {"kind": VerdictKind.NEW}, {}),
        ("other", {"kind": VerdictKind.KNOWN, "rule": "about-quaxite"}, kept),
    )
    for name, verdict, changes in told:
        item = make_article(name, title=f"Title {name}")
        newsroom.save(item)
        made = replace(make_decision(name, **{"rule": RULE, **verdict}), **changes)
        site.store.judging(lambda unit, item=item, made=made: unit.record(item, [made], [], [], None, NOW - DAY))
    page = await reader.look(f"/rules/{RULE}")
    part = page.text.partition('id="misses"')[2].partition("</section>")[0]
    assert re.findall(r"Title ([\w-]+)", part) == ["side-step", "update", "follow", "known", "earlier"]
    assert re.findall(r'class="badge[^"]*">([^<]+)<', part) == [
        "a step never worth a message",
        "an update",
        "a follow-up",
        "known before",
        "there before we listened",
    ]
    assert "it stood there" in part
    assert f'href="/articles/known/explain?rule={RULE}"' in part


@pytest.mark.parametrize("path", ["/rules/nothing", "/rules/%3Cb%3E"])
async def test_a_rule_that_is_not_in_force_is_said_to_be_none(reader: Reader, path: str) -> None:
    assert (await reader.look(path)).status == 404


async def test_volume_is_a_picture_with_the_same_figures_in_a_table(desk: Reader) -> None:
    for days in (30, 90):
        page = await desk.look(f"/rules/border-trains?days={days}")
        assert len(page.text) < 150_000
        titles = re.findall(r"<title>(\d{4}-\d\d-\d\d): (\d+)</title>", page.text)
        rows = re.findall(r'<th scope="row">(\d{4}-\d\d-\d\d)</th><td class="number">(\d+)</td></tr>', page.text)
        assert titles
        assert titles == list(reversed(rows))


async def test_answers_on_trial_and_live_count_apart_and_lead_to_a_proposal(
    reader: Reader, site: Site, in_force: InForce
) -> None:
    on_trial(in_force)
    for number in range(10):
        tell(site, f"t{number}", Said.ACKNOWLEDGE, shadow=True, at=NOW - 9 * DAY)
    tell(site, "live", Said.REJECT, Fault.WRONG)
    page = await reader.look(f"/rules/{RULE}")
    assert "100% (86% to 100%, of 10 answered)" in page.words
    assert "promote 10 of 10 answered were right" in page.words
    assert "Before, live: 0% (0% to 62%, of 1 answered)" in page.words
    assert "on trial: shown, not sent" in page.words
    assert "promote" in (await reader.look("/rules")).words


async def test_a_rule_goes_live_by_a_button_and_back_by_undo(reader: Reader, site: Site, in_force: InForce) -> None:
    on_trial(in_force)
    path = in_force.folder / "watchlists" / "words.yaml"
    before = path.read_text()
    page = await reader.submit(f"/rules/{RULE}/stage", stage="live")
    assert "Saved words.yaml." in page.words
    assert "Put on trial" in page.words
    assert path.read_text() == before.replace("stage: shadow", "stage: live")
    assert not in_force.configuration.ruleset.rule(RULE).on_trial
    undo = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text.split("<main")[0]))
    action = re.search(r'<form method="post" action="(/watchlists/words.yaml/restore)"', page.text)
    await reader.submit(action[1], **undo)
    assert path.read_text() == before
    assert in_force.configuration.ruleset.rule(RULE).on_trial


async def test_what_cannot_be_changed_by_a_button_says_what_to_do(reader: Reader, in_force: InForce) -> None:
    path = in_force.folder / "watchlists" / "flow.yaml"
    path.write_text("version: 1\nrules:\n  - {id: one, kind: event, title: One, match: {all: [blast]}}\n")
    in_force.configuration = InForce(in_force.folder).configuration
    answer = await reader.submit("/rules/one/stage", stage="shadow")
    assert answer.status == 409
    assert "Write “stage: shadow” into the rule yourself, at line 3." in answer.words
    assert (await reader.submit("/rules/one/stage", stage="loud")).status == 400


async def test_the_examples_of_a_rule_are_tried_by_a_button(reader: Reader) -> None:
    answer = await reader.submit(f"/rules/{RULE}/examples")
    assert answer.status == 200
    assert "words.yaml" in answer.words


async def test_a_rule_that_was_put_elsewhere_in_its_file_is_still_found(
    reader: Reader, in_force: InForce, clock: Clock
) -> None:
    path = in_force.folder / "watchlists" / "words.yaml"
    path.write_text(path.read_text().replace("rules:\n", "rules:\n  # one\n  # two\n"))
    page = await reader.look(f"/rules/{RULE}")
    assert "- id: about-zorbium kind: event" in page.words
