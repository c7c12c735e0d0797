"""Documents that are not parsed again, on both databases."""

from datetime import timedelta

from monitor.store import quarantine
from monitor.store.engine import transaction
from tests.contracts.ledger import HOUR, NOW


def test_what_was_caught_for_certain_is_held_and_what_was_not_from_the_second_time_on(store):
    store.quarantine("a" * 64, "https://a.example/", "crashed", True, NOW)
    store.quarantine("b" * 64, "https://b.example/", "took long", False, NOW)
    assert store.quarantined() == {"a" * 64: "crashed"}
    store.quarantine("b" * 64, "https://b.example/2", "took longer", False, NOW + HOUR)
    assert store.quarantined() == {"a" * 64: "crashed", "b" * 64: "took longer"}


def test_a_document_once_held_stays_held(store):
    store.quarantine("a" * 64, "", "crashed", True, NOW)
    store.quarantine("a" * 64, "", "took long", False, NOW)
    assert list(store.quarantined()) == ["a" * 64]


def test_the_list_tells_when_and_how_often_the_latest_first(store, engine):
    for hours, name in enumerate("abca"):
        store.quarantine(name * 64, f"https://{name}.example/\x00", "slow", False, NOW + hours * HOUR)
    with transaction(engine) as connection:
        found = quarantine.listed(connection)
    assert [(row.digest[0], row.times, row.held) for row in found] == [("a", 2, True), ("c", 1, False), ("b", 1, False)]
    assert (found[0].first_at, found[0].last_at) == (NOW, NOW + 3 * HOUR)
    assert found[0].url == "https://a.example/\ufffd"


def test_a_document_that_is_cleared_is_as_if_never_met(store, engine):
    store.quarantine("a" * 64, "", "crashed", True, NOW)
    with transaction(engine) as connection:
        assert quarantine.clear(connection, ["a" * 64, "b" * 64]) == 1
    assert store.quarantined() == {}
    store.quarantine("a" * 64, "", "slow", False, NOW)
    assert store.quarantined() == {}


def test_the_number_of_documents_is_bounded_and_the_oldest_go(store, engine, monkeypatch):
    monkeypatch.setattr(quarantine, "MOST", 3)
    for number in range(5):
        store.quarantine(str(number) * 64, "", "crashed", True, NOW + timedelta(minutes=number))
    with transaction(engine) as connection:
        assert [row.digest[0] for row in quarantine.listed(connection)] == ["4", "3", "2"]
