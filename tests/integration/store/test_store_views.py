"""What people are shown."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.alerts import DeliveryState
from monitor.core.model import Entry, Outcome, Polled, PollPlan, Severity, VerdictKind
from tests.contracts.ledger import HOUR, NOW, TARGETS, make_alert, make_article, make_decision, make_fact


@pytest.fixture
def judged(store, newsroom):
    """Two articles: one alerted, held against a seed fact; one known."""
    store.replace_seed("one", [make_fact("f0", source="seed:one", recorded=NOW - HOUR)], None, NOW)
    for name in ("a1", "a2"):
        newsroom.save(make_article(name))
    store.judging(
        lambda unit: unit.record(
            make_article("a1"),
            [make_decision(), make_decision(rule="ships", kind=VerdictKind.FOLLOWUP)],
            [make_fact("f1")],
            [(make_alert("k1"), TARGETS), (make_alert("k2", rule="ships", created_at=NOW + HOUR), [])],
            None,
            NOW,
        )
    )
    store.judging(
        lambda unit: unit.record(make_article("a2"), [make_decision("a2", kind=VerdictKind.KNOWN)], [], [], None, NOW)
    )


def keys(rows):
    return [row.alert.key for row in rows]


@pytest.mark.usefixtures("judged")
class TestAlerts:
    def test_newest_first_filtered_and_limited(self, views):
        assert keys(views.alerts()) == ["k2", "k1"]
        assert keys(views.alerts(limit=1)) == ["k2"]
        assert keys(views.alerts(rule="port")) == ["k1"]
        assert keys(views.alerts(since=NOW + HOUR)) == ["k2"]
        assert keys(views.alerts(since=NOW + 2 * HOUR)) == []

    def test_a_list_counts_deliveries_by_state(self, store, views):
        delivery = store.claim(NOW, NOW + HOUR, 1)[0][0].delivery
        store.sent(delivery.id, NOW)
        assert [row.deliveries for row in views.alerts()] == [{}, {DeliveryState.PENDING: 1, DeliveryState.SENT: 1}]

    def test_one_alert_with_its_verdict_fact_and_deliveries(self, store, views):
        store.claim(NOW, NOW + HOUR, 10)
        detail = views.alert("k1")
        assert detail.alert == make_alert("k1")
        assert detail.verdict.decision == make_decision()
        assert (detail.verdict.alerted, detail.verdict.judged_at) == (True, NOW)
        assert detail.fact.source == "seed:one"
        assert [row.delivery.target for row in detail.deliveries] == ["mail", "phone"]
        assert [[attempt.began_at for attempt in row.attempts] for row in detail.deliveries] == [[NOW], [NOW]]

    def test_by_number_or_by_key_or_not_at_all(self, views):
        number = views.alerts()[1].id
        assert views.alert(number) == views.alert("k1")
        assert views.alert(number).id == number
        assert views.alert("nothing") is None
        assert views.alert(12345) is None
        assert views.alert(10**30) is None

    def test_a_fact_that_is_gone_leaves_the_alert_readable(self, store, views):
        store.remove_seeds(frozenset())
        detail = views.alert("k1")
        assert (detail.fact, detail.verdict.decision.verdict.fact) == (None, "f0")


@pytest.mark.usefixtures("judged")
class TestArticlesAndFacts:
    def test_an_article_is_found_by_id_by_its_url_and_by_a_url_it_was_listed_under(self, store, newsroom, views):
        newsroom.poll("harbour", Entry("a1", ("guid:harbour:a1", "url:https://short.example/1"), None, ""))
        for name in ("a1", "https://harbour.example/a1", "https://short.example/1"):
            row = views.article(name)
            assert (row.article, row.judged_at, row.error) == (make_article("a1"), NOW, "")
        assert views.article("https://harbour.example/none") is None

    def test_verdicts_of_an_article_by_rule(self, views):
        found = [
            (row.decision.verdict.rule, row.decision.verdict.kind.value, row.alerted) for row in views.verdicts("a1")
        ]
        assert found == [("port", "new", True), ("ships", "followup", True)]
        assert views.verdicts("none") == []

    def test_facts_by_rule_and_by_document(self, views):
        assert [fact.key for fact in views.facts()] == ["f0", "f1"]
        assert [fact.key for fact in views.facts(source="seed:one")] == ["f0"]
        assert [fact.key for fact in views.facts(rule="port", source="article:a1")] == ["f1"]
        assert [fact.key for fact in views.facts(limit=1)] == ["f1"]
        assert views.facts(rule="ships") == []

    def test_counts_of_everything(self, store, newsroom, views):
        newsroom.sources("harbour", "dead")
        newsroom.poll("harbour", Entry("p", ("p",), None, "P"))
        newsroom.save(make_article("a3"))
        newsroom.save(make_article("a4"))
        newsroom.sources("harbour", "dead")
        store.mark_unjudgeable("a4", "poison", NOW)
        store.record_polls([(Polled("dead", NOW, Outcome.HARD), PollPlan(NOW, ""), frozenset())])
        counts = views.counts()
        assert counts.verdicts == {"followup": 1, "known": 1, "new": 1}
        assert counts.deliveries == {"pending": 2}
        assert replace(counts, verdicts={}, deliveries={}) == type(counts)(
            sources=2,
            failing=1,
            entries=5,
            entries_pending=1,
            articles=4,
            unjudged=1,
            unjudgeable=1,
            facts=2,
            seeds=1,
            alerts=2,
            verdicts={},
            deliveries={},
        )

    def test_an_alert_of_unusual_severity_keeps_it(self, store, newsroom, views):
        store.judging(
            lambda unit: unit.record(
                make_article("a2"), [], [], [(make_alert("k3", "a2", severity=Severity.CRITICAL), [])], None, NOW
            )
        )
        assert views.alert("k3").alert.severity is Severity.CRITICAL


def test_sources_with_their_health(store, newsroom, views):
    newsroom.sources("b", "a", "gone")
    newsroom.sources("b", "a")
    newsroom.poll("a", Entry("x", ("x",), None, ""), Entry("y", ("y",), None, ""))
    store.save_article(store.pending_entries(NOW, 1)[0].id, make_article())
    later = NOW + timedelta(minutes=5)
    failure = Polled("a", later, Outcome.TEMPORARY, message="timed out after 20 s")
    store.record_polls([(failure, PollPlan(later + HOUR, "first failure in a row"), frozenset())])
    rows = views.sources()
    assert [(row.source.id, row.source.enabled) for row in rows] == [("a", True), ("b", True), ("gone", False)]
    first = rows[0]
    assert (first.entries, first.pending, first.plan) == (2, 1, "first failure in a row")
    assert (first.state.status, first.state.failures, first.state.error) == ("failing", 1, "timed out after 20 s")
    assert (first.state.last_success_at, first.state.next_poll_at) == (NOW, later + HOUR)
    assert (rows[1].state.status, rows[1].entries) == ("new", 0)
