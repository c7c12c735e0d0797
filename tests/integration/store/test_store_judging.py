"""Judging is one transaction; seeds are replaced as a whole."""

import pytest

from monitor.errors import StoreError
from tests.contracts.ledger import (
    HOUR,
    NOW,
    TARGETS,
    everything,
    make_alert,
    make_article,
    make_decision,
    make_fact,
    make_fingerprint,
)


def record_all(unit, article="a1", **changes):
    return unit.record(
        make_article(article),
        [make_decision(article)],
        [make_fact(f"fact of {article}")],
        [(make_alert(changes.get("key", "k1"), article), TARGETS)],
        make_fingerprint(f"article:{article}", 1, 2),
        NOW,
    )


def test_a_judged_article_leaves_the_queue_and_its_deliveries_are_due(store, newsroom):
    newsroom.save(make_article())
    store.judging(record_all)
    assert store.unjudged(10) == []
    claimed, _ = store.claim(NOW, NOW + HOUR, 10)
    assert [(waiting.delivery.channel, waiting.delivery.target) for waiting in claimed] == list(TARGETS)
    assert {waiting.alert for waiting in claimed} == {make_alert("k1")}


def test_an_exception_while_judging_leaves_nothing(store, newsroom, views):
    newsroom.save(make_article())
    before = views.counts()

    def work(unit):
        record_all(unit)
        raise RuntimeError("killed here")

    with pytest.raises(RuntimeError, match="killed here"):
        store.judging(work)
    assert views.counts() == before
    assert [article.id for article in store.unjudged(10)] == ["a1"]
    assert store.judging(lambda unit: list(unit.near_copies(make_fingerprint("article:new", 1)))) == []


def test_a_refused_statement_while_judging_leaves_nothing_and_is_a_store_error(store, newsroom, views):
    newsroom.save(make_article())
    before = views.counts()

    def work(unit):
        record_all(unit)
        unit.facts(everything("port"), NOW.replace(tzinfo=None))

    with pytest.raises(StoreError, match="naive datetime"):
        store.judging(work)
    assert views.counts() == before


def test_an_article_that_was_never_saved_cannot_be_judged(store):
    with pytest.raises(StoreError, match="a1 is not in the store") as caught:
        store.judging(record_all)
    assert caught.value.permanent


def test_an_alert_that_exists_brings_no_second_deliveries(store, newsroom, views):
    for name in ("a1", "a2"):
        newsroom.save(make_article(name))
        store.judging(lambda unit, name=name: record_all(unit, name))
    assert views.counts().deliveries == {"pending": 2}
    assert [row.alerted for row in views.verdicts("a1")] == [True]
    assert [row.alerted for row in views.verdicts("a2")] == [False]


def test_a_verdict_that_alerted_stays_so_when_judged_again(store, newsroom, views):
    newsroom.save(make_article())
    store.judging(record_all)
    store.judging(record_all)
    (row,) = views.verdicts("a1")
    assert (row.alerted, row.decision) == (True, make_decision())


class TestSeeds:
    def test_a_seed_is_exactly_what_was_loaded_last(self, store, views):
        old = [make_fact(key, source="seed:one") for key in ("f1", "f2")]
        new = [make_fact("f2", source="seed:one", words="edited"), make_fact("f3", source="seed:one", rule="ships")]
        store.replace_seed("one", old, make_fingerprint("seed:one", 1), NOW)
        store.replace_seed("one", new, make_fingerprint("seed:one", 2), NOW + HOUR)
        assert views.facts(source="seed:one") == new
        (row,) = views.seeds()
        assert (row.id, row.loaded_at, row.facts, row.rules, row.fingerprint) == (
            "one",
            NOW + HOUR,
            2,
            ("port", "ships"),
            True,
        )
        assert store.judging(lambda unit: list(unit.near_copies(make_fingerprint("article:x", 1)))) == []
        assert len(store.judging(lambda unit: list(unit.near_copies(make_fingerprint("article:x", 2))))) == 1

    def test_seeds_that_are_not_kept_go_with_their_facts_and_fingerprints(self, store, newsroom, views):
        newsroom.save(make_article())
        store.judging(record_all)
        for name in ("one", "two", "three"):
            store.replace_seed(name, [make_fact(name, source=f"seed:{name}")], make_fingerprint(f"seed:{name}", 7), NOW)
        assert store.remove_seeds(frozenset({"two"})) == 2
        assert store.remove_seeds(frozenset({"two"})) == 0
        assert [row.id for row in views.seeds()] == ["two"]
        assert sorted(fact.source for fact in views.facts()) == ["article:a1", "seed:two"]
        copies = store.judging(lambda unit: list(unit.near_copies(make_fingerprint("article:x", 7))))
        assert [copy.document for copy in copies] == ["seed:two"]

    def test_a_seed_may_be_named_by_its_document(self, store, views):
        store.replace_seed("seed:one", [make_fact(source="seed:one")], None, NOW)
        assert store.remove_seeds(frozenset({"seed:one"})) == 0
        assert [(row.id, row.fingerprint) for row in views.seeds()] == [("one", False)]

    def test_a_seed_without_facts_is_loaded_too(self, store, views):
        store.replace_seed("one", [], None, NOW)
        assert [(row.id, row.facts) for row in views.seeds()] == [("one", 0)]

    def test_a_fact_key_of_another_document_is_refused_by_name_and_the_old_seed_stays(self, store, views):
        store.replace_seed("one", [make_fact("f1", source="seed:one")], None, NOW)
        store.replace_seed("two", [make_fact("f2", source="seed:two")], None, NOW)
        with pytest.raises(StoreError, match="seed:two: the fact key f1 is taken by seed:one"):
            store.replace_seed("two", [make_fact("f1", source="seed:two")], None, NOW)
        assert [fact.key for fact in views.facts()] == ["f1", "f2"]


def test_the_rules_that_have_learned_are_exactly_those_given_last(store):
    assert store.learned_rules() == {}
    store.replace_rules({"port": "a1", "ships": "b1"}, NOW)
    store.replace_rules({"port": "a2", "embargo": "c1"}, NOW)
    assert store.learned_rules() == {"port": "a2", "embargo": "c1"}
