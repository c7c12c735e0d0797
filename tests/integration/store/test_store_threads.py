"""What else was told of an event stands with its alert, and counts its publishers."""

from dataclasses import replace

from monitor.core.alerts import Action
from monitor.core.judge import A_COPY
from monitor.core.model import VerdictKind
from tests.contracts.ledger import HOUR, NOW, TARGETS, make_alert, make_article, make_decision


def told(newsroom, name, publisher, kind=VerdictKind.FOLLOWUP, reason="it goes on with the event", event="", alerts=()):
    article = make_article(name, publisher=publisher, outlet=publisher.title())
    decision = make_decision(name)
    verdict = replace(decision.verdict, kind=kind, reason=reason, event=event or decision.verdict.event)
    decision = replace(decision, verdict=verdict, action=Action.DROP)
    newsroom.save(article)
    newsroom.judging(lambda unit: unit.record(article, [decision], [], alerts, None, NOW))


def test_follow_ups_attach_to_the_alert_without_a_message(newsroom, views, store):
    told(newsroom, "a1", "harbour", VerdictKind.NEW, alerts=[(make_alert("k1"), TARGETS)])
    told(newsroom, "a2", "courier")
    told(newsroom, "a3", "lagoon", event="port:2026-12-24")
    [followed] = views.alert("k1").followed
    assert (followed.article_id, followed.outlet, followed.kind) == ("a2", "Courier", VerdictKind.FOLLOWUP)
    assert followed.decision == make_decision().reason
    assert len(store.claim(NOW, NOW + HOUR, 10)[0]) == len(TARGETS)


def test_publishers_count_once_and_copies_do_not(newsroom, store):
    told(newsroom, "a1", "harbour", VerdictKind.NEW, alerts=[(make_alert("k1"), TARGETS[:1])])
    told(newsroom, "a2", "courier")
    told(newsroom, "a3", "courier")
    told(newsroom, "a4", "lagoon", reason=f"{A_COPY} article:a1, which was judged before")
    told(newsroom, "a5", "beacon", event="port:2026-12-24")
    [waiting], _ = store.claim(NOW, NOW + HOUR, 10)
    assert waiting.publishers == 2
