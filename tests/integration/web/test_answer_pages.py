"""The page behind a link: it shows an event, and takes what a person says to it, and nothing else."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import lxml.html
import pytest
from sqlalchemy import event as sa_event

from monitor.core.alerts import Alert, event_key, update_key
from monitor.core.model import Evidence, Zone
from monitor.core.render import cut
from monitor.core.responses import Answer, Fault
from monitor.errors import ConfigurationError
from monitor.web.links import Permit
from monitor.web.serving import WebServer
from tests.contracts.ledger import HOUR, NOW, TARGETS, make_alert, make_article

EVENT = "port:2026-11-01"
ALERT = make_alert(event_key("port", EVENT), event=EVENT, headline="Ports: open → shut — Port shut")
UPDATE = replace(ALERT, key=update_key("port", EVENT, "denied"), headline="Update: denied by the harbour master")
OTHER = replace(ALERT, key="port:other", event="other", headline="Another port")


@pytest.fixture(autouse=True)
def _told(store, newsroom) -> None:
    newsroom.save(make_article())
    store_alerts(store, ALERT, UPDATE, OTHER)


def store_alerts(store, *alerts: Alert) -> None:
    given = [(alert, TARGETS) for alert in alerts]
    store.judging(lambda unit: unit.record(make_article(), [], [], given, None, NOW))


async def test_the_page_shows_the_alert_its_evidence_its_updates_and_how_it_stands(phone):
    page = await phone.open(ALERT)
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for words in (ALERT.headline, "open → shut", "Порт закрыт", "Harbour Post", UPDATE.headline, "not answered"):
        assert words in page.words
    assert f'href="{ALERT.article_url}"' in page.text
    assert "Another port" not in page.words


LONG = "Səhər saatlarında limanın bütün körpüləri bağlanıb, dənizçilərə geri qayıtmaq əmri verilib, rəislik susur"


@pytest.mark.parametrize(
    ("changes", "heading"),
    [
        ({"headline": f"Ports: open → shut — {LONG}"}, "Ports: open → shut"),
        ({"headline": cut(f"Ports of the Caspian: open → shut — {LONG}", 90)}, "Ports of the Caspian: open → shut"),
        ({"headline": f"Ports: {LONG}"}, "Ports"),
        ({"headline": LONG}, LONG),
    ],
)
async def test_a_title_stands_once_however_long_it_is_and_also_where_it_is_the_evidence(phone, store, changes, heading):
    alert = make_alert("port:long", event="long", article_title=LONG, language="az", **changes)
    store_alerts(store, replace(alert, evidence=(Evidence(LONG, 0, 9, Zone.TITLE),)))
    page = lxml.html.document_fromstring((await phone.open(alert)).text)
    words = page.body.text_content()
    assert page.find(".//h1").text == heading
    assert words.count(LONG) == 1
    assert words.count("Səhər") == 1
    assert words.count("open → shut") == 1
    assert "Original in Azerbaijani" in words


async def test_what_the_monitor_says_of_itself_has_no_article(phone, store):
    blind = make_alert("monitor:coverage:port", rule="monitor:coverage", event="port", headline="1 rule is blind")
    store_alerts(store, blind)
    page = await phone.open(blind)
    assert "1 rule is blind no earlier report of this event" in page.words
    assert "Harbour Post" not in page.words
    assert "Published" not in page.words


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_to_look_at_a_link_changes_nothing(phone, engine, method):
    written = []
    sa_event.listen(engine, "before_cursor_execute", lambda *given: written.append(given[2].split()[0]))
    page = await phone.ask(method, f"/a/{phone.token(ALERT)}?answer=acknowledge&author=Scanner")
    assert page.status == 200
    assert set(written) <= {"SELECT", "BEGIN"}
    assert written


@pytest.mark.parametrize(
    ("fields", "answer", "words"),
    [
        ({"answer": "acknowledge"}, Answer.ACKNOWLEDGE, "acknowledged"),
        ({"answer": "resolve", "reason": "over"}, Answer.RESOLVE, "resolved: over"),
        ({"answer": "reject", "fault": "not-new"}, Answer.REJECT, "rejected as not new"),
        ({"answer": "snooze:1h"}, Answer.SNOOZE, "snoozed until 2026-11-02 13:00 UTC"),
        ({"answer": "snooze:4h"}, Answer.SNOOZE, "snoozed until 2026-11-02 16:00 UTC"),
        ({"answer": "snooze:morning"}, Answer.SNOOZE, "snoozed until 2026-11-03 04:00 UTC"),  # 08:00 in Baku
    ],
)
async def test_a_click_says_it_for_that_event_alone_and_shows_what_was_done(phone, views, fields, answer, words):
    page = await phone.say(ALERT, **fields)
    assert page.status == 200
    assert page.words.split(" Undo ")[0].endswith(words)
    [said] = views.told(ALERT.thread).responses
    assert (said.answer, said.author, said.via, said.at, said.words) == (answer, "Ann", "link", NOW, words)
    assert views.told(OTHER.thread).responses == ()
    assert views.alert(UPDATE.key).journal[0].words == words


async def test_the_same_click_twice_is_one_answer_also_a_snooze(phone, views, clock):
    for answer in ("acknowledge", "snooze:1h"):
        await phone.say(ALERT, answer)
        clock.now += timedelta(seconds=20)
        again = await phone.say(ALERT, answer)
        assert (again.status, "nothing to do" in again.words) == (200, True)
    assert len(views.told(ALERT.thread).responses) == 2


async def test_two_clicks_at_once_are_one_answer(phone, views):
    pages = await asyncio.gather(*(phone.say(ALERT, "acknowledge") for _ in range(5)))
    assert [page.status for page in pages] == [200] * 5
    assert len(views.told(ALERT.thread).responses) == 1


async def test_what_was_said_can_be_undone(phone, views):
    await phone.say(ALERT, "reject", fault="wrong")
    assert views.told(ALERT.thread).standing.rejected.fault is Fault.WRONG
    page = await phone.say(ALERT, "reopen")
    assert "reopened" in page.words
    assert "not answered" in page.words
    assert views.told(ALERT.thread).standing.rejected is None


async def test_an_update_can_be_rejected_alone_and_that_undone(phone, views):
    page = await phone.open(ALERT)
    assert re.findall(r'name="update" value="([^"]*)"', page.text) == ["", UPDATE.key]
    assert 'name="update"' not in (await phone.open(OTHER)).text
    page = await phone.say(ALERT, "reject", fault="wrong", update=UPDATE.key)
    assert "update denied rejected as wrong" in page.words
    assert views.told(ALERT.thread).standing.rejected is None
    assert views.alert(UPDATE.key).standing.rejected.fault is Fault.WRONG
    undo = re.search(r"<form.*?</form>", page.text, re.DOTALL).group()
    assert f'name="update" value="{UPDATE.key}"' in undo
    await phone.say(ALERT, "acknowledge", update=UPDATE.key)  # speaks of the event, as it always does
    page = await phone.say(ALERT, "reopen", update=UPDATE.key)
    assert views.alert(UPDATE.key).standing == views.told(ALERT.thread).standing
    assert views.told(ALERT.thread).standing.acknowledged.author == "Ann"


async def test_what_is_missing_is_asked_for_and_what_was_written_is_kept(phone, views):
    nameless = await phone.say(ALERT, "reject", author=" ", fault="wrong", reason="I was there")
    assert (nameless.status, "Say who you are" in nameless.words) == (400, True)
    assert 'value="I was there"' in nameless.text
    faultless = await phone.say(ALERT, "reject", author="Ann")
    assert (faultless.status, "Say what is wrong" in faultless.words) == (400, True)
    assert 'value="Ann"' in faultless.text
    assert views.told(ALERT.thread).responses == ()


# --- links that do not do --------------------------------------------------------------------


async def test_an_expired_link_says_so_and_takes_nothing(phone, views, clock):
    token = phone.token(ALERT)
    clock.now += timedelta(days=8)
    for method in ("GET", "POST"):
        page = await phone.ask(method, f"/a/{token}", data={"answer": "acknowledge", "author": "Ann"})
        assert (page.status, "has expired" in page.words) == (410, True)
        assert "links of their own" in page.words
    assert views.told(ALERT.thread).responses == ()


async def test_a_forged_link_is_refused_and_says_what_to_do(phone, views):
    token = phone.token(ALERT)
    for path in (token[:-3], f"{token}x", "guess", token.swapcase(), "%00", "%F0%9F%92%A9"):
        for method in ("GET", "POST"):
            page = await phone.ask(method, f"/a/{path}", data={"answer": "acknowledge", "author": "Ann"})
            assert (page.status, "Copy all of it" in page.words) == (403, True)
    assert views.told(ALERT.thread).responses == ()


async def test_a_link_to_an_event_that_is_gone_is_not_found(phone):
    page = await phone.open(replace(ALERT, event="gone"))
    assert (page.status, "not stored here any more" in page.words) == (404, True)


async def test_a_link_allows_what_it_says_and_no_more(phone, views):
    permit = Permit(ALERT.thread, frozenset({Answer.ACKNOWLEDGE}), NOW + HOUR)
    path = f"/a/{phone.links.token(permit)}"
    page = await phone.ask("GET", path)
    assert re.findall(r'<button name="answer" value="([^"]+)"', page.text) == ["acknowledge"]
    refused = await phone.ask("POST", path, data={"answer": "resolve", "author": "Ann"})
    assert (refused.status, "does not allow that" in refused.words) == (403, True)
    assert (await phone.ask("POST", path, data={"answer": "acknowledge", "author": "Ann"})).status == 200
    assert [said.answer for said in views.told(ALERT.thread).responses] == [Answer.ACKNOWLEDGE]


# --- hostile requests ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "more"),
    [
        (413, {"data": {"answer": "acknowledge", "author": "A" * 20_000}}),
        (415, {"json": {"answer": "acknowledge", "author": "Ann"}}),
        (415, {"data": b"answer=acknowledge&author=Ann", "headers": {"Content-Type": "text/plain"}}),
        (403, {"data": {"author": "Ann"}}),
        (403, {"data": {"answer": "delete", "author": "Ann"}}),
        (400, {"data": {"answer": "snooze:99y", "author": "Ann"}}),
        (400, {"data": {"answer": "reject", "fault": "wrong", "author": "Ann", "update": "port:other"}}),
        (400, {"data": [("answer", "acknowledge")] * 30}),
    ],
)
async def test_what_is_not_the_pages_form_is_refused(phone, views, status, more):
    page = await phone.ask("POST", f"/a/{phone.token(ALERT)}", **more)
    assert page.status == status
    assert views.told(ALERT.thread).responses == ()


async def test_a_body_without_an_end_is_not_read_to_its_end(phone):
    async def endless():
        yield b"answer=acknowledge&author="
        while True:
            yield b"A" * 4_096

    form = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        page = await phone.ask("POST", f"/a/{phone.token(ALERT)}", data=endless(), headers=form)
    except OSError:
        return  # the server closed the connection while we were still writing
    assert page.status == 413


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/a/", 404), ("DELETE", "/a/x", 405), ("GET", "/style.css", 200), ("GET", "/a/x", 403)],
)
async def test_every_answer_carries_the_headers(phone, method, path, status):
    page = await phone.ask(method, path)
    assert page.status == status
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in policy
    for name, value in (
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ):
        assert page.headers[name] == value
    assert "server" not in page.headers


async def test_a_mistake_of_ours_is_a_page_with_the_headers_and_without_details(phone, engine):
    phone.clock.now = NOW.replace(tzinfo=None)  # what no clock of ours says
    page = await phone.ask("GET", f"/a/{phone.links.token(Permit(ALERT.thread, frozenset(Answer), NOW + HOUR))}")
    assert (page.status, "Something went wrong here" in page.words) == (500, True)
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "Traceback" not in page.text


async def test_where_the_database_refuses_nothing_is_said_to_be_done(phone, engine):
    token = phone.token(ALERT)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE response RENAME TO elsewhere")
    page = await phone.ask("POST", f"/a/{token}", data={"answer": "acknowledge", "author": "Ann"})
    assert (page.status, "Nothing was changed" in page.words) == (503, True)
    assert "elsewhere" not in page.text


MARKUP = """<script>alert(1)</script><img src=x onerror=alert(2)>'"</title></textarea>{{ 7*7 }}\u202e<!--"""


OURS = {
    "html",
    "head",
    "meta",
    "title",
    "link",
    "body",
    "main",
    "section",
    "p",
    "h1",
    "blockquote",
    "a",
    "strong",
    "ul",
}
OURS |= {"b", "time", "li", "form", "label", "input", "div", "button", "fieldset", "legend"}


async def test_hostile_text_in_an_alert_never_becomes_markup(phone, store):
    everywhere = ("headline", "rule_title", "reason", "outlet", "article_title", "previous", "current")
    hostile = replace(
        make_alert("port:evil", event="evil"),
        **dict.fromkeys(everywhere, MARKUP),
        article_url="javascript:alert(3)",
        language='en" onload="alert(4)',
        evidence=(Evidence(MARKUP, 0, 1, Zone.TITLE),),
    )
    store_alerts(store, hostile)
    pages = [
        await phone.say(hostile, "reject", author=MARKUP, reason=MARKUP),  # no fault: the form comes back
        await phone.say(hostile, "resolve", author=MARKUP, reason=MARKUP),
        await phone.open(hostile),
    ]
    assert [page.status for page in pages] == [400, 200, 200]
    for page in pages:
        elements = list(lxml.html.document_fromstring(page.text).iter())
        assert {element.tag for element in elements} <= OURS
        names = {name for element in elements for name in element.attrib}
        assert not {name for name in names if name.startswith("on") or name == "style"}
        targets = [element.get("href") or element.get("action") for element in elements]
        assert {target for target in targets if target} == {"../style.css"}
        assert "{{ 7*7 }}" in page.text
        assert "\u202e" not in page.text


# --- the server ------------------------------------------------------------------------------


async def test_a_port_that_is_in_use_is_told_by_the_name_of_its_setting(phone):
    port = int(phone.address.rpartition(":")[2])
    with pytest.raises(ConfigurationError, match=r"MONITOR_WEB_PORT: cannot listen on 127\.0\.0\.1, port \d+: Address"):
        await WebServer(phone.session, "127.0.0.1", port).start()


async def test_after_the_stop_nobody_is_served_and_the_port_is_free(phone, links):
    server = WebServer(phone.session, "127.0.0.1", 0)
    await server.start()
    await server.stop()
    again = WebServer(phone.session, "127.0.0.1", int(server.address.rpartition(":")[2]))
    await again.start()
    await again.stop()
