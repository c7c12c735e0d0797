"""What the overview counts, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.alerts import Hold
from monitor.core.dispatch import Held
from monitor.core.model import Entry, Outcome, Polled, PollPlan, Severity
from monitor.core.responses import Answer, Response
from monitor.store.shown import Shown
from monitor.store.shown.overview import OverviewShown
from tests.contracts.ledger import HOUR, NOW, TARGETS, make_alert, make_article, make_decision

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def overview(engine) -> OverviewShown:
    return Shown(engine).overview


def tell(newsroom, name: str, at: datetime, **changes) -> None:
    """An article is judged at a time, and an alert made of it; `decided`: on which rules' subjects it is."""
    decided = changes.pop("decided", ("port",))
    article = make_article(name, published=at - 10 * MINUTE, first_seen=at - 2 * MINUTE, source_id="harbour")
    newsroom.save(article)
    alert = make_alert(f"key-{name}", name, event=name, created_at=at, published=article.published, **changes)
    decisions = [make_decision(name, rule) for rule in decided]
    newsroom.judging(lambda unit: unit.record(article, decisions, [], [(alert, TARGETS)], None, at))


def test_of_an_empty_store_everything_is_nothing(overview):
    work, totals, steps = overview.work(NOW, MINUTE), overview.totals(NOW - DAY, NOW), overview.steps(NOW - DAY)
    assert (work.unread, work.late, work.unjudged, work.unasked, dict(work.unsent), work.judged_at) == (
        *(0, 0, 0, 0),
        {},
        None,
    )
    assert not any((totals.by_hour, totals.by_country, totals.touched, totals.last, totals.read_lately))
    assert not any((steps.seen, steps.judged, steps.sent, steps.told))
    assert overview.polled() == {}
    assert overview.newest() == (0, 0)


def test_alerts_are_counted_by_the_hour_in_utc_by_country_and_by_rule(overview, newsroom):
    hour = NOW.replace(minute=0)
    tell(newsroom, "a1", hour + MINUTE, severity=Severity.HIGH, country="UA")
    tell(newsroom, "a2", hour + 59 * MINUTE, severity=Severity.HIGH, country="UA")
    tell(newsroom, "a3", hour + 60 * MINUTE, severity=Severity.HIGH, country="AZ", rule="ships")
    tell(newsroom, "a4", hour - 30 * HOUR, severity=Severity.LOW, country="")
    tell(newsroom, "a5", hour - 10 * DAY, severity=Severity.LOW, country="GE")
    found = overview.totals(NOW - 5 * DAY, NOW - DAY)
    assert found.by_hour == {(hour, "high"): 2, (hour + HOUR, "high"): 1, (hour - 30 * HOUR, "low"): 1}
    assert all(at.tzinfo is UTC or at.utcoffset() == timedelta(0) for at, _ in found.by_hour)
    assert found.by_country == {"UA": 2, "AZ": 1, "": 1}
    assert found.alerts_lately == {"port": 2, "ships": 1}


def test_articles_are_counted_by_rule_and_day_and_by_source(overview, newsroom):
    tell(newsroom, "a1", NOW, decided=("port", "ships"))
    tell(newsroom, "a2", NOW - HOUR)
    tell(newsroom, "a3", NOW - 3 * DAY)
    tell(newsroom, "a4", NOW - 9 * DAY)
    found = overview.totals(NOW - 5 * DAY, NOW - DAY)
    today, before = NOW.date(), (NOW - 3 * DAY).date()
    assert found.touched == {("port", today): 2, ("port", before): 1, ("ships", today): 1}
    assert found.touched_lately == {"port": 2, "ships": 1}
    assert found.read_lately == {"harbour": 2}
    assert found.last == {"port": NOW}


def test_what_the_monitor_tells_of_itself_and_what_is_on_trial_is_no_news(overview, newsroom, store):
    own = make_alert("monitor:x:1", "monitor:x", rule="monitor:x", event="1", created_at=NOW)
    store.tell(own, TARGETS, (), ())
    tell(newsroom, "a1", NOW, shadow=True)
    found = overview.totals(NOW - DAY, NOW - DAY)
    assert not any((found.by_hour, found.by_country, found.alerts_lately))
    assert "monitor:x" not in found.read_lately
    assert overview.steps(NOW - DAY).sent == []


def test_steps_are_told_from_what_was_sent_without_being_held(overview, newsroom, store):
    tell(newsroom, "a1", NOW)
    for waiting in store.claim(NOW, NOW + HOUR, 10)[0]:
        store.sent(waiting.delivery.id, NOW + (3 if waiting.delivery.target == "mail" else 5) * MINUTE)
    tell(newsroom, "a2", NOW + HOUR)
    held = store.claim(NOW + HOUR, NOW + 2 * HOUR, 10)[0]
    store.hold([Held(waiting, NOW + 9 * HOUR, Hold.QUIET.value, "quiet hours") for waiting in held], NOW + HOUR)
    for waiting in store.claim(NOW + 9 * HOUR, NOW + 10 * HOUR, 10)[0]:
        store.sent(waiting.delivery.id, NOW + 9 * HOUR)
    steps = overview.steps(NOW - DAY)
    assert (steps.sent, steps.told) == ([3 * MINUTE], [13 * MINUTE])
    assert (steps.seen, steps.judged) == ([8 * MINUTE] * 2, [2 * MINUTE] * 2)


def test_what_was_there_before_and_what_was_edited_says_nothing_of_our_pace(overview, newsroom):
    for name, changes in (("a1", {"learn_only": True}), ("a2", {"version": 2})):
        article = make_article(name, **changes)
        newsroom.save(article)
        newsroom.judging(lambda unit, article=article: unit.record(article, [], [], [], None, NOW))
    assert not any((overview.steps(NOW - DAY).seen, overview.steps(NOW - DAY).judged))


def test_what_waits_is_counted_and_what_waits_too_long_is_late(overview, newsroom, store):
    newsroom.sources("harbour", "coast")
    entries = [Entry(name, (f"guid:{name}",), f"https://harbour.example/{name}", name) for name in ("one", "two")]
    newsroom.poll("harbour", entries[0], at=NOW - 10 * MINUTE)
    newsroom.poll("harbour", entries[1], at=NOW)
    newsroom.save(make_article("a1"))
    found = overview.work(NOW, 5 * MINUTE)
    assert (found.unread, found.late, found.unjudged, found.judged_at) == (2, 1, 1, None)
    store.sync_sources([], NOW)
    assert overview.work(NOW + 9 * HOUR, MINUTE).unasked == 0  # a source that is switched off is not late


def _poll(store, polled, plan):
    store.record_polls([(polled, plan, frozenset())])


def test_sources_that_should_have_been_polled_are_late(overview, newsroom, store):
    newsroom.sources("harbour")
    assert overview.work(NOW + HOUR, 5 * MINUTE).unasked == 1
    _poll(store, Polled("harbour", NOW, Outcome.UNCHANGED), PollPlan(NOW + 3 * HOUR, ""))
    assert overview.work(NOW + HOUR, 5 * MINUTE).unasked == 0


def test_the_state_of_a_source_is_enough_to_tell_its_health(overview, newsroom, store):
    newsroom.sources("harbour")
    _poll(store, Polled("harbour", NOW, Outcome.HARD, status=404, message="HTTP 404"), PollPlan(NOW + HOUR, ""))
    [(_, whole)] = store.due_sources(NOW + 2 * HOUR, 10)
    found = overview.polled()
    for_polls = {"etag": None, "modified": None, "body_hash": None, "seen": None, "rhythm": None, "ttl": None}
    assert found == {"harbour": replace(whole, **for_polls, last_body_at=None)}


def test_an_alert_and_an_answer_are_noticed(overview, newsroom, store):
    before = overview.newest()
    tell(newsroom, "a1", NOW)
    told = overview.newest()
    store.respond(Response("port:a1", Answer.ACKNOWLEDGE, "Ann", NOW), NOW)
    assert len({before, told, overview.newest()}) == 3
