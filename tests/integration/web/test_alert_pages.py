"""The inbox, one alert, and answers at the desk; over HTTP, on both databases."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from monitor.core.alerts import event_key, update_key
from monitor.core.model import Assertion, Evidence, Severity, VerdictKind, Zone
from monitor.core.ourselves import own_alert
from monitor.core.responses import UNANSWERED, Answer, Fault, Response
from monitor.core.routing import Routing
from monitor.store.tables import alert as alert_table
from monitor.store.tables import delivery
from monitor.web.identity import Identity, Role
from tests.contracts.ledger import HOUR, NOW, TARGETS, make_alert, make_article, make_decision, make_fact
from tests.integration.store.test_store_rejections import FIRST
from tests.integration.store.test_store_rejections import Reader as Analyst
from tests.making import NOON, rule

MINUTE = timedelta(minutes=1)
EVENT = "port:2026-11-01"
THREAD = event_key("port", EVENT)


@pytest.fixture
def tell(store, newsroom):
    """Brings an alert into the store; its number."""
    numbers = iter(range(1, 1_000))

    def tell(event: str = EVENT, *, article=None, targets=TARGETS, became: str = "", decide=None, **changes) -> int:
        item = article or make_article()
        newsroom.save(item)
        key = update_key("port", event, became) if became else event_key(changes.get("rule", "port"), event)
        made = make_alert(key, item.id, **{"event": event, **changes})
        decision = decide or make_decision(item.id, rule=made.rule, event=event)
        stored = store.judging(lambda unit: unit.record(item, [decision], [], [(made, targets)], None, NOW))
        assert stored
        return next(numbers)

    return tell


def headlines(page) -> list[str]:
    return re.findall(r'class="headline"[^>]*>([^<]*)<', page.text)


# --- the inbox -------------------------------------------------------------------------------


async def test_the_newest_alert_comes_first_and_says_all_at_a_glance(reader, tell):
    tell("one", headline="Old news", created_at=NOW - HOUR)
    tell("two", headline="New news", previous="open", current="shut")
    page = await reader.look("/alerts")
    assert headlines(page) == ["New news", "Old news"]
    for words in ("high", "open → shut", "Ports", "Harbour Post", "not answered", "2 waiting"):
        assert words in page.words
    assert 'href="/alerts/2"' in page.text


FILTERS = {
    "severity=critical": "grave",
    "rule=strike": "strike",
    "rule=monitor:": "ours",
    "watchlist=sea": "sea",
    "country=ge": "georgia",
    "language=ka": "georgia",
    "text=İSTANBUL+limanı": "turkish",
    "text=ПОРТ": "russian",
    "shadow=only": "trial",
    "since=30m": "late",
    "since=2026-11-02T15:40": "late",  # in the reader's zone, Baku
}


@pytest.mark.parametrize("asked", FILTERS)
async def test_each_filter_finds_what_it_names_and_nothing_else(reader, store, tell, asked):
    early = {"created_at": NOW - HOUR}
    tell("plain", headline="plain", **early)
    tell("grave", headline="grave", severity=Severity.CRITICAL, **early)
    tell("strike", headline="strike", rule="strike", **early)
    tell("sea", headline="sea", watchlist="sea", **early)
    tell("georgia", headline="georgia", country="GE", language="ka-GE", **early)
    tell("turkish", headline="İstanbul limanı — turkish", **early)
    tell("russian", headline="Порт закрыт — russian", **early)
    tell("trial", headline="trial", shadow=True, targets=(), **early)
    store.tell(own("ours", at=NOW - HOUR), (), (), ())
    tell("late", headline="late", created_at=NOW - 10 * MINUTE)
    found = headlines(await reader.look(f"/alerts?standing=all&{asked}"))
    assert [line.rpartition("— ")[2] for line in found] == [FILTERS[asked]]


def own(headline: str, at=NOW):
    why = "all of its sources fail"
    return own_alert(
        "monitor:coverage", "Coverage", f"monitor:coverage:{headline}", Severity.HIGH, headline, why,
        ["one source", "another <b>source</b>"], at, Routing(("ops",), "default"),
    )  # fmt: skip


async def test_alerts_on_trial_are_not_among_the_others_unless_asked_for(reader, tell):
    tell("live", headline="live")
    tell("trial", headline="trial", shadow=True, targets=())
    assert headlines(await reader.look("/alerts")) == ["live"]
    page = await reader.look("/alerts?shadow=with")
    assert sorted(headlines(page)) == ["live", "trial"]
    assert "not sent: on trial" in page.words


async def test_what_the_monitor_tells_of_itself_may_be_left_out(reader, tell, store):
    tell("news", headline="news")
    store.tell(own("ours"), (), (), ())
    assert len(headlines(await reader.look("/alerts"))) == 2
    page = await reader.look("/alerts?own=without")
    assert headlines(page) == ["news"]
    assert '<option value="without" selected>' in page.text
    assert "own=without" in re.search(r'class="news" hx-get="([^"]*)"', page.text)[1]
    assert len(headlines(await reader.look("/alerts?own=without&rule=monitor:"))) == 1, "what is named is shown"
    assert len(headlines(await reader.look("/alerts?own=nonsense"))) == 2


async def test_the_inbox_begins_with_what_is_not_answered(reader, store, tell):
    tell("one", headline="answered")
    tell("two", headline="open")
    store.respond(Response("port:one", Answer.RESOLVE, "Ann", NOW, via="cli"), NOW)
    assert headlines(await reader.look("/alerts")) == ["open"]
    page = await reader.look("/alerts?standing=answered")
    assert headlines(page) == ["answered"]
    assert "resolved by Ann" in page.words
    assert len(headlines(await reader.look("/alerts?standing=all"))) == 2


async def test_pages_go_on_where_the_last_one_ended_also_among_alerts_of_one_moment(reader, site, tell):
    for number in range(7):
        tell(f"e{number}", headline=f"h{number}", created_at=NOW if number < 4 else NOW + MINUTE)
    site.shown.alerts.inbox = partial(site.shown.alerts.inbox, limit=3)
    seen, path = [], "/alerts?standing=all&text=h"
    while path:
        page = await reader.look(path)
        seen.append(headlines(page))
        found = re.search(r'class="pager"[^>]*><a href="([^"]*)"', page.text)
        path = found[1].replace("&amp;", "&") if found else ""
    assert seen == [["h6", "h5", "h4"], ["h3", "h2", "h1"], ["h0"]]


async def test_one_page_looks_through_a_bounded_number_and_says_how_far(reader, tell, monkeypatch):
    monkeypatch.setattr("monitor.store.shown.wanted.WINDOW", 3)
    for number in range(5):
        tell(f"e{number}", headline="rare" if number == 0 else "common", created_at=NOW + number * MINUTE)
    page = await reader.look("/alerts?text=rare")
    assert headlines(page) == []
    assert "Looked back to 2026-11-02 16:02" in page.words
    further = re.search(r'class="pager"[^>]*><a href="([^"]*)"', page.text)[1].replace("&amp;", "&")
    page = await reader.look(further)
    assert headlines(page) == ["rare"]
    assert "Looked back" not in page.words


async def test_news_are_counted_and_not_forced_on_the_reader(reader, tell):
    tell("one")
    page = await reader.look("/alerts?severity=high")
    news = re.search(r'class="news" hx-get="([^"]*)"', page.text)[1].replace("&amp;", "&")
    assert (await reader.look(news)).text.strip() == ""
    tell("two", created_at=NOW + MINUTE)
    tell("three", created_at=NOW + MINUTE, severity=Severity.LOW)
    told = await reader.look(news, **{"HX-Request": "true"})
    assert told.words == "1 new alert: show"
    assert 'href="/alerts?standing=unanswered&amp;severity=high"' in told.text


async def test_htmx_gets_the_list_alone_and_all_of_the_page_when_it_goes_back(reader, tell):
    tell()
    part = await reader.look("/alerts", **{"HX-Request": "true"})
    assert headlines(part) == ["Port shut"]
    assert "<html" not in part.text
    whole = await reader.look("/alerts", **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in whole.text


async def test_an_empty_inbox_says_so(reader, tell):
    assert "No alert waits for an answer." in (await reader.look("/alerts")).words
    assert "No alert fits." in (await reader.look("/alerts?severity=low")).words


async def test_what_is_no_filter_finds_no_fault(reader, tell):
    tell()
    odd = "standing=x&shadow=y&since=9999d&before=99999999999999999999&severity=%00&rule=%F0%9F%98%80"
    assert (await reader.look(f"/alerts?{odd}")).status == 200
    assert (await reader.look("/alerts?since=0001-01-01T00:00&before=7")).status == 200
    assert (await reader.look("/alerts/news?after=x")).status == 200


# --- one alert -------------------------------------------------------------------------------


async def test_the_evidence_is_marked_where_it_stands_in_the_escaped_text(reader, tell):
    text = "Раньше <b>& тихо</b>.\n\nВ море 😀 «порт закрыт» & точка. Конец."
    start = text.index("В море")
    quote = text[start : text.index(" Конец")]
    evidence = (Evidence(quote, start, start + len(quote), Zone.LEAD, (("закрыт", "shut_down"),)),)
    item = make_article(title="Порт <закрыт>", text=text, language="ru")
    number = tell(article=item, evidence=evidence, language="ru")
    page = await reader.look(f"/alerts/{number}")
    assert "<mark>В море 😀 «порт закрыт» &amp; точка.</mark> Конец.</p>" in page.text
    assert "Раньше &lt;b&gt;&amp; тихо&lt;/b&gt;." in page.text
    assert 'lang="ru" dir="auto"' in page.text
    assert "закрыт = shut down" in page.words


async def test_an_edited_article_is_shown_as_it_was_judged(reader, store, newsroom, tell):
    quote = "The port was shut."
    number = tell(evidence=(Evidence(quote, 0, len(quote), Zone.LEAD),))
    edited = make_article(text="Correction. The port is open.", version=2, extracted_at=NOW + HOUR, why="edited")
    assert store.reread(1, edited, NOW + HOUR)
    page = await reader.look(f"/alerts/{number}")
    assert f"<mark>{quote}</mark>" in page.text
    assert "The port is open" not in page.text
    assert "Judged as version 1 of 2" in page.words


async def test_evidence_that_no_version_has_is_told_apart(reader, tell):
    number = tell(evidence=(Evidence("It vanished.", 0, 12, Zone.LEAD),))
    page = await reader.look(f"/alerts/{number}")
    assert "No longer in the text as it is stored: It vanished." in page.words


async def test_a_long_article_stays_within_what_a_first_paint_may_weigh(reader, tell):
    text = "\n\n".join(f"Слово {number} о порте и море, и о том, что было потом." * 20 for number in range(500))
    number = tell(
        article=make_article(text=text), evidence=(Evidence("Слово 400", text.index("Слово 400"), 0, Zone.BODY),)
    )
    page = await reader.look(f"/alerts/{number}")
    assert len(page.text.encode()) < 150_000
    assert "It goes on." in page.words
    assert "<mark>Слово 400</mark>" in page.text


async def test_the_verdict_names_what_it_was_held_against_and_where_that_is_from(reader, store, tell):
    known = make_fact("seed:ports:1", source="seed:ports", words="The port was open in spring.")
    store.replace_seed("ports", [known], None, NOW)
    number = tell(decide=make_decision(event=EVENT, fact="seed:ports:1", reason="it was open before"))
    page = await reader.look(f"/alerts/{number}")
    for words in ("it was open before", "The port was open in spring.", "From the baseline document ports."):
        assert words in page.words
    assert 'href="/baseline?rule=port"' in page.text


async def test_the_thread_has_who_else_told_it_in_which_language_and_the_updates(reader, store, newsroom, tell):
    number = tell()
    other = make_article("a2", title="Порт закрито", language="uk", outlet="Хвиля", publisher="wave", tier=3)
    copy = make_article("a3", title="Port shut again", outlet="Echo", publisher="echo")
    for item, reason in ((other, "the same event"), (copy, "a copy of article:a1, which was judged before")):
        newsroom.save(item)
        decision = make_decision(item.id, event=EVENT, kind=VerdictKind.FOLLOWUP, reason=reason)
        store.judging(lambda unit, item=item, one=decision: unit.record(item, [one], [], [], None, NOW))
    tell(became="denied", headline="Update: denied", created_at=NOW + HOUR)
    page = await reader.look(f"/alerts/{number}")
    for words in (
        "Порт закрито",
        "Хвиля",
        "Ukrainian",
        "Told by 2 independent publishers.",
        "a copy",
        "Update: denied",
    ):
        assert words in page.words


@pytest.mark.parametrize(("most", "told"), [(200, "3 independent publishers"), (2, "2 independent publishers")])
async def test_of_an_event_that_thousands_tell_the_first_are_counted(
    reader, store, newsroom, tell, monkeypatch, most, told
):
    monkeypatch.setattr("monitor.store.shown.alerts._MOST_TELLERS", most)
    number = tell()
    for n in (2, 3):
        item = make_article(f"a{n}", publisher=f"p{n}")
        newsroom.save(item)
        decision = make_decision(item.id, event=EVENT, kind=VerdictKind.FOLLOWUP)
        at = NOW + n * MINUTE
        store.judging(lambda unit, item=item, one=decision, at=at: unit.record(item, [one], [], [], None, at))
    assert f"Told by {told}." in (await reader.look(f"/alerts/{number}")).words


async def test_each_step_has_its_time_and_each_delivery_its_reason(reader, store, tell):
    at = NOW + 10 * timedelta(seconds=1)
    item = make_article(extracted_at=NOW + timedelta(seconds=4))
    number = tell(article=item, created_at=at)
    waiting, _ = store.claim(at, at + HOUR, 10)
    first, second = (one.delivery.id for one in waiting)
    store.begin([first, second], at)
    store.sent(first, at + MINUTE + timedelta(seconds=5))
    store.failed(second, at + MINUTE, "HTTP 401: <gone>")
    page = await reader.look(f"/alerts/{number}")
    words = page.words
    assert re.search(r"first seen in a feed [\d: -]+ 1 h 1 h", words)
    assert re.search(r"page read [\d: -]+ 4 s", words)
    assert re.search(r"sent to ops/\w+ [\d: -]+ 1 min 5 s", words)
    assert "HTTP 401: &lt;gone&gt;" in page.text


async def test_an_alert_of_the_monitor_itself_has_its_points_and_no_article(reader, store):
    store.tell(own("Blind: gas"), TARGETS, (), ())
    page = await reader.look("/alerts/1")
    assert page.status == 200
    assert "another &lt;b&gt;source&lt;/b&gt;" in page.text
    assert "Evidence" not in page.words
    assert "/articles/" not in page.text
    assert "Why it is news" not in page.words


async def test_what_stands_in_an_alert_runs_nothing_on_the_page(reader, tell):
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    tell(
        article=make_article(title=evil, text=evil, outlet=evil, url="javascript:alert(1)"),
        headline=evil, outlet=evil, reason=evil, previous=evil, current=evil, rule_title=evil,
        article_url="javascript:alert(1)", evidence=(Evidence(evil, 0, len(evil), Zone.TITLE),),
    )  # fmt: skip
    for path in ("/alerts", "/alerts/1"):
        page = await reader.look(path)
        assert "<script>alert" not in page.text
        assert page.text.count("<img") == 1  # our own sign
        assert "javascript:" not in page.text


async def test_an_alert_that_is_not_there_is_not_found(reader):
    for path in ("/alerts/1", "/alerts/99999999999999999999999", "/alerts/x"):
        assert (await reader.look(path)).status == 404


# --- answers ---------------------------------------------------------------------------------

ANSWERS = {
    "acknowledge": ({"answer": "acknowledge"}, "Acknowledged."),
    "resolve": ({"answer": "resolve", "reason": "it is over"}, "Resolved: it is over."),
    "snooze": ({"answer": "snooze:4h"}, "Snoozed until 2026-11-02 20:00."),
    "morning": ({"answer": "snooze:morning"}, "Snoozed until 2026-11-03 08:00."),
    "not new": ({"answer": "reject", "fault": "not-new"}, "Rejected as not new."),
    "wrong": ({"answer": "reject", "fault": "wrong", "reason": "a toy"}, "Rejected as wrong: a toy."),
}


@pytest.mark.parametrize("name", ANSWERS)
async def test_each_answer_is_one_click_and_one_more_to_take_it_back(reader, views, tell, name):
    fields, words = ANSWERS[name]
    number = tell()
    page = await reader.submit(f"/alerts/{number}", **fields)
    assert words in page.words
    [said] = views.told(THREAD).responses
    assert (said.answer.value, said.author, said.via) == (fields["answer"].partition(":")[0], "local", "web")
    page = await undo(reader, page)
    assert "all is as it was before" in page.words
    assert views.told(THREAD).responses == ()
    assert views.told(THREAD).standing == UNANSWERED


async def undo(reader, page):
    band = re.search(r'<div class="band good".*?</div>', page.text, re.S)[0]
    action = re.search(r'action="([^"]*)"', band)[1]
    fields = dict(re.findall(r'name="([^"]*)" value="([^"]*)"', band))
    return await reader.submit(action, **fields)


async def test_taking_back_leaves_the_answer_of_before(reader, store, views, tell):
    number = tell()
    store.respond(Response(THREAD, Answer.ACKNOWLEDGE, "Ann", NOW - MINUTE, via="cli"), NOW - MINUTE)
    stood = views.told(THREAD)
    page = await reader.submit(f"/alerts/{number}", answer="reopen")
    assert views.told(THREAD).standing == UNANSWERED
    await undo(reader, page)
    assert views.told(THREAD) == stood


async def test_the_word_of_a_rejection_and_its_undo_reach_the_baseline(reader, store, views, newsroom):
    ann = Analyst(store, views, newsroom, rule())
    assert ann.tell(*FIRST) == "new!"
    before = views.facts("mill")
    page = await reader.submit("/alerts/1", answer="reject", fault="wrong")
    assert views.facts("mill") == []
    await undo(reader, page)
    assert views.facts("mill") == before
    assert ann.tell("Varna mill", "The mill in Varna was hit, two hurt.", NOON + HOUR) == "followup"


async def test_the_same_word_twice_is_said_once_and_offers_nothing_to_take_back(reader, views, tell):
    number = tell()
    await reader.submit(f"/alerts/{number}", answer="acknowledge")
    page = await reader.submit(f"/alerts/{number}", answer="acknowledge")
    assert "Nothing to do: acknowledged already." in page.words
    assert "Undo" not in page.words
    assert len(views.told(THREAD).responses) == 1


@pytest.mark.parametrize(
    "fields",
    [{}, {"answer": "explode"}, {"answer": "snooze:1y"}, {"answer": "snooze"}, {"answer": "reject"},
     {"answer": "reject", "fault": "odd"}],
)  # fmt: skip
async def test_what_nobody_can_say_is_refused(reader, views, tell, fields):
    number = tell()
    assert (await reader.submit(f"/alerts/{number}", **fields)).status == 400
    assert views.told(THREAD).responses == ()


@pytest.mark.parametrize("fields", [{}, {"answer": "acknowledge"}, {"answer": "acknowledge", "at": "2026-11-02"}])
async def test_an_undo_that_names_nothing_is_refused(reader, tell, fields):
    number = tell()
    assert (await reader.submit("/alerts/withdraw", alerts=str(number), **fields)).status == 400


async def test_several_are_answered_at_once_and_taken_back_at_once(reader, views, tell):
    for event in ("one", "two", "three"):
        tell(event, headline=event)
    ticked = {"alert-1": "on", "alert-3": "on", "alert-77": "on", "alert-x": "on"}
    page = await reader.submit("/alerts/answers", answer="acknowledge", back="/alerts?severity=high", **ticked)
    assert "Acknowledged: 2 events." in page.words
    assert headlines(page) == ["two"]
    await undo(reader, page)
    assert [views.told(f"port:{event}").standing for event in ("one", "two", "three")] == [UNANSWERED] * 3
    assert "Nothing was ticked." in (await reader.submit("/alerts/answers", answer="resolve")).words
    assert (await reader.submit("/alerts/answers", answer="reject", **ticked)).status == 400


async def test_nobody_is_led_elsewhere_after_an_answer(reader, tell):
    tell()
    for back in ("//evil.example", "https://evil.example", "/alertsevil", "/logout"):
        answer = await reader._ask(
            "POST", "/alerts/answers", data={"answer": "resolve", "back": back}, headers={"Origin": reader.address}
        )
        assert answer.headers["location"] == "/alerts"


async def test_people_at_this_machine_can_sign_with_their_name(reader, views, site, tell):
    number = tell()
    page = await reader.submit("/alerts/name", name="  Лейла <b> \u202e", back=f"/alerts/{number}")
    assert "signed with your name" in page.words
    await reader.submit(f"/alerts/{number}", answer="acknowledge")
    assert views.told(THREAD).responses[0].author == "Лейла <b>"
    assert site.shown.changes.latest()[0].author == "Лейла <b>"
    await reader.submit("/alerts/name", name="")
    await reader.submit(f"/alerts/{number}", answer="resolve")
    assert views.told(THREAD).responses[-1].author == "local"


async def test_every_answer_is_noted_among_the_changes(reader, site, tell):
    number = tell()
    await undo(reader, await reader.submit(f"/alerts/{number}", answer="resolve", reason="over"))
    assert [(one.what, one.about, one.words) for one in site.shown.changes.latest()] == [
        ("alert.withdraw", f"alert:{number}", "resolve"),
        ("alert.resolve", f"alert:{number}", "resolved: over"),
    ]


async def test_who_may_only_look_sees_no_buttons_and_is_refused(reader, tell, views, monkeypatch):
    number = tell()
    monkeypatch.setattr("monitor.web.access.gate.LOCAL", Identity("Vera", Role.VIEWER, "password"))
    for path in ("/alerts", f"/alerts/{number}"):
        page = await reader.look(path)
        assert page.status == 200
        assert 'name="answer"' not in page.text
    assert (await reader.submit(f"/alerts/{number}", answer="acknowledge")).status == 403
    assert views.told(THREAD).responses == ()


async def test_a_rejected_event_says_by_whom_and_why(reader, store, tell):
    number = tell()
    said = Response(THREAD, Answer.REJECT, "Ann", NOW, "a <toy> port", fault=Fault.NOT_RELEVANT, via="cli")
    store.respond(said, NOW)
    page = await reader.look(f"/alerts/{number}")
    assert "rejected as not relevant by Ann" in page.words
    assert "a &lt;toy&gt; port" in page.text


async def test_what_will_be_skipped_for_an_answer_is_not_shown_as_due(reader, store, tell, engine):
    number = tell()
    with engine.begin() as connection:
        first = sa.select(sa.func.min(delivery.c.id)).scalar_subquery()
        later = {"purpose": "escalation", "next_at": NOW + HOUR, "reason": "nobody at ops has acknowledged it"}
        connection.execute(sa.update(delivery).where(delivery.c.id == first).values(**later))
    assert "nobody at ops has acknowledged it" in (await reader.look(f"/alerts/{number}")).words
    store.respond(Response(make_alert().thread, Answer.ACKNOWLEDGE, "Ann", NOW, via="cli"), NOW)
    words = (await reader.look(f"/alerts/{number}")).words
    assert "never will be skipped: acknowledged by Ann at" in words
    assert "nobody at ops has acknowledged it" not in words
    assert words.count("will be skipped") == 1, "the alert itself is sent"


# --- the plan --------------------------------------------------------------------------------


async def test_the_inbox_is_looked_up_by_indexes(site, engine, tell):
    from monitor.store.shown.wanted import Wanted
    from tests.integration.store.test_store_plans import bad_steps, listening

    for number in range(30):
        tell(f"e{number}", created_at=NOW + number * MINUTE)
    inbox = site.shown.alerts
    with listening(engine) as heard:
        for wanted in (
            Wanted(),
            Wanted(answered=False),
            Wanted(answered=True),
            Wanted(rules=("port",), answered=False),
        ):
            inbox.inbox(replace(wanted, severities=("high",)), 20)
            inbox.newer(wanted, 20)
            inbox.told(replace(wanted, rules=("port", "strike"), ours=False), 20)
        inbox.thread(make_alert(THREAD, event=EVENT))
    tables = "article|verdict|response|delivery|alert"
    whole = "ix_alert_unanswered|ix_alert_created_at_id"  # read no further than a window

    def sound(step: str) -> bool:
        return re.search(rf"SCAN alert USING (COVERING )?INDEX ({whole})", step) is not None

    bad = [step for one in heard for step in bad_steps(engine, *one, tables) if not sound(step)]
    assert bad == []


async def test_an_alert_of_no_article_text_and_a_retold_assertion_is_shown(reader, tell, engine):
    """Old alerts may have neither evidence nor a verdict."""
    number = tell(evidence=(), assertion=Assertion.DENIED, outlet="", headline="")
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM verdict")
    page = await reader.look(f"/alerts/{number}")
    assert page.status == 200
    assert "Its verdict is not stored any more." in page.words
    with engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(alert_table)).scalar_one() == 1
