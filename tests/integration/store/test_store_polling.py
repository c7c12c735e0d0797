"""Sources, polls, entries and articles, on both databases."""

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from monitor.core.model import Entry, Outcome, Polled, PollPlan, PollState, Source
from monitor.core.polling import next_state, plan
from monitor.errors import StoreError
from tests.contracts.ledger import HOUR, NOW, make_article

PLAN = PollPlan(NOW + HOUR, "rhythm")
MINUTE = timedelta(minutes=1)


def entry(name: str, *keys: str, **changes) -> Entry:
    return Entry(name, keys or (f"guid:{name}",), f"https://x.example/{name}", name.title(), **changes)


def source(source_id: str, **changes) -> Source:
    return replace(Source(source_id, f"https://{source_id}.example/feed", source_id.title()), **changes)


def pending(store, now=NOW):
    return [item.entry.identity for item in store.pending_entries(now, 100)]


def due(store, now=NOW):
    return [name for name, _ in store.due_sources(now, 100)]


class TestSources:
    def test_new_sources_are_due_at_once_whatever_their_rhythm(self, store):
        store.sync_sources([source("b"), source("a", interval=99 * HOUR), source("c")], NOW)
        assert sorted(due(store)) == ["a", "b", "c"]

    def test_sources_of_one_rhythm_are_due_in_the_order_of_the_list(self, store):
        store.sync_sources([source(name) for name in "dbca"], NOW)
        assert due(store) == list("dbca")

    def test_the_limit_takes_the_longest_overdue(self, store):
        store.sync_sources([source(name) for name in "dbca"], NOW)
        assert [name for name, _ in store.due_sources(NOW, 2)] == ["d", "b"]

    def test_of_one_host_no_more_are_taken_than_asked_for_the_longest_overdue_first(self, store):
        crowd = [source(name, url=f"https://crowd.example/{name}") for name in "edcb"]
        store.sync_sources([*crowd, source("a"), source("f")], NOW)
        assert [name for name, _ in store.due_sources(NOW, 100, 2)] == ["e", "d", "a", "f"]
        assert [name for name, _ in store.due_sources(NOW, 3, 2)] == ["e", "d", "a"]
        assert [name for name, _ in store.due_sources(NOW - 9 * HOUR, 100, 2)] == []

    def test_a_source_comes_back_as_configured(self, store, views):
        full = Source(
            "s", "https://s.example", "С", language="ru", country="UA", publisher="p", tier=1, interval=7 * MINUTE,
            min_interval=5 * MINUTE, max_interval=9 * MINUTE,
        )  # fmt: skip
        store.sync_sources([full], NOW)
        assert [row.source for row in views.sources()] == [full]

    def test_syncing_again_keeps_the_poll_state_and_takes_over_the_configuration(self, store, views):
        store.sync_sources([source("a")], NOW)
        store.record_polls([(Polled("a", NOW, Outcome.FRESH, etag='"1"'), PLAN, frozenset())])
        store.sync_sources([source("a", name="Renamed", tier=1), source("b")], NOW + MINUTE)
        row = views.sources()[0]
        assert (row.source.name, row.source.tier, row.state.etag, row.state.next_poll_at) == (
            "Renamed",
            1,
            '"1"',
            PLAN.next_poll_at,
        )

    def test_a_new_url_forgets_what_belongs_to_the_old_one_and_is_due(self, store):
        store.sync_sources([source("a")], NOW)
        store.record_polls(
            [(Polled("a", NOW, Outcome.FRESH, etag='"1"', modified="m", body_hash="h"), PLAN, frozenset())]
        )
        store.sync_sources([source("a", url="https://moved.example")], NOW)
        ((_, state),) = store.due_sources(NOW, 10)
        assert (state.etag, state.modified, state.body_hash) == (None, None, None)
        assert state.last_success_at is None, "its first poll is a first one: what is listed there was there before"

    def test_following_a_permanent_redirect_in_the_file_forgets_nothing_but_the_redirect(self, store):
        store.sync_sources([source("a")], NOW)
        moved = Polled("a", NOW, Outcome.FRESH, etag='"1"', body_hash="h", moved_to="https://new.example/feed")
        store.record_polls([(moved, PollPlan(NOW, "", rhythm=300.0), frozenset())])
        store.sync_sources([source("a", url="https://new.example/feed")], NOW)
        ((_, state),) = store.due_sources(NOW, 10)
        assert (state.etag, state.last_success_at, state.rhythm) == ('"1"', NOW, 300.0)
        assert (state.moved_to, state.moved_since, state.moved_polls) == (None, None, 0)

    def test_who_asks_for_more_patience_waits_and_who_asks_for_less_is_answered_at_once(self, store):
        def configure(hours: int) -> list[str]:
            store.sync_sources([source("a", max_interval=hours * HOUR)], NOW)
            return due(store)

        configure(12)
        store.record_polls([(Polled("a", NOW, Outcome.FRESH), PollPlan(NOW + 9 * HOUR, ""), frozenset())])
        assert configure(24) == []
        assert configure(1) == ["a"]

    def test_a_source_that_fails_is_not_asked_sooner_for_being_configured_so(self, store):
        store.sync_sources([source("a", max_interval=12 * HOUR)], NOW)
        store.record_polls([(Polled("a", NOW, Outcome.TEMPORARY), PollPlan(NOW + 9 * HOUR, ""), frozenset())])
        store.sync_sources([source("a", max_interval=HOUR)], NOW)
        assert due(store) == []

    def test_a_source_that_is_gone_or_disabled_is_not_due_and_comes_back_with_its_state(self, store):
        store.sync_sources([source("a"), source("b")], NOW)
        store.record_polls([(Polled("a", NOW, Outcome.FRESH, etag='"1"'), PollPlan(NOW, ""), frozenset())])
        store.sync_sources([source("b", enabled=False)], NOW)
        assert due(store) == []
        store.sync_sources([source("a")], NOW)
        assert [(name, state.etag) for name, state in store.due_sources(NOW, 10)] == [("a", '"1"')]

    def test_a_source_never_polled_has_the_state_of_a_new_one(self, store):
        store.sync_sources([source("a")], NOW)
        ((_, state),) = store.due_sources(NOW, 10)
        assert replace(state, next_poll_at=None) == PollState()


class TestPollStates:
    @pytest.fixture(autouse=True)
    def _source(self, store):
        store.sync_sources([source("a")], NOW)

    def state(self, store, *polls: Polled) -> PollState:
        for polled in polls:
            store.record_polls([(polled, PLAN, frozenset())])
        ((_, state),) = store.due_sources(NOW + 2 * HOUR, 10)
        return state

    def test_a_fresh_body_sets_the_validators_also_to_none(self, store):
        first = Polled("a", NOW, Outcome.FRESH, (entry("e"),), 200, "e1", "m1", "h1")
        second = Polled("a", NOW + MINUTE, Outcome.FRESH, (entry("e"),), 200, None, "m2", "h2")
        state = self.state(store, first, second)
        assert replace(state, seen=None, last_body_at=None) == PollState(
            None, "m2", "h2", PLAN.next_poll_at, NOW + MINUTE, NOW + MINUTE, NOW, 0, "healthy", ""
        )

    def test_what_is_learned_is_stored_as_the_core_has_it(self, store):
        """The store adds nothing of its own and loses nothing: both go through `next_state`."""
        state, plan = PollState(), replace(PLAN, rhythm=90.5)
        at = NOW
        for names, more in (("a", {}), ("ab", {"ttl": 600.0}), ("abc", {"etag": "same"}), ("abcd", {"etag": "same"})):
            entries = tuple(entry(name, published=at - HOUR) for name in names)
            polled = Polled("a", at, Outcome.FRESH, entries, 200, body_hash=names, moved_to="https://b.example", **more)
            told_304 = Polled("a", at + MINUTE, Outcome.UNCHANGED, status=304, moved_to="https://b.example")
            for answer in (polled, told_304):
                state = next_state(state, answer, plan)
                store.record_polls([(answer, plan, frozenset())])
            at += 9 * HOUR
        ((_, stored),) = store.due_sources(NOW + 2 * HOUR, 10)
        assert stored == state
        assert None not in (stored.gap, stored.pause, stored.lied_at, stored.moved_since, stored.seen)
        assert (stored.rhythm, stored.moved_polls) == (90.5, 8)

    def test_unchanged_keeps_validators_that_were_not_repeated(self, store):
        first = Polled("a", NOW, Outcome.FRESH, (), 200, "e1", "m1", "h1")
        state = self.state(store, first, Polled("a", NOW + MINUTE, Outcome.UNCHANGED, status=304, etag="e2"))
        assert (state.etag, state.modified, state.body_hash) == ("e2", "m1", "h1")
        assert state.last_success_at == NOW + MINUTE
        assert state.last_new_at is None

    @pytest.mark.parametrize(
        ("outcome", "status"),
        [(Outcome.TEMPORARY, "failing"), (Outcome.SOFT, "unreadable"), (Outcome.HARD, "refused")],
    )
    def test_failures_are_counted_until_the_next_success_and_keep_the_validators(self, store, outcome, status):
        first = Polled("a", NOW, Outcome.FRESH, (), 200, "e1", "m1", "h1")
        failure = Polled("a", NOW + MINUTE, outcome, message="it broke")
        state = self.state(store, first, failure, failure)
        assert (state.failures, state.status, state.error, state.etag) == (2, status, "it broke", "e1")
        assert (state.last_success_at, state.last_poll_at) == (NOW, NOW + MINUTE)
        state = self.state(store, Polled("a", NOW, Outcome.UNCHANGED))
        assert (state.failures, state.error) == (0, "")

    def test_a_poll_of_an_unknown_source_is_refused_and_leaves_nothing(self, store):
        with pytest.raises(StoreError, match="ghost") as caught:
            store.record_polls([(Polled("ghost", NOW, Outcome.FRESH), PLAN, frozenset())])
        assert caught.value.permanent


class TestManySources:
    def test_a_busy_host_is_left_alone_by_all_its_sources_also_after_a_restart(self, store, views):
        here = [source(name, url=f"https://busy.example/{name}") for name in "abc"]
        store.sync_sources([*here, source("other")], NOW)
        store.record_polls([(Polled("c", NOW, Outcome.FRESH), PollPlan(NOW + 9 * HOUR, "later"), frozenset())])
        busy = Polled("a", NOW, Outcome.TEMPORARY, status=429, retry_after=1800.0)
        store.record_polls([(busy, PollPlan(NOW + HOUR, ""), frozenset())])
        assert due(store, NOW + 29 * MINUTE) == ["other"]
        assert due(store, NOW + 36 * MINUTE) == ["other", "b"]
        plans = {row.source.id: row.plan for row in views.sources()}
        assert plans["b"] == "waiting: busy.example asked to be left alone until 2026-11-02 12:30 UTC"
        assert plans["c"] == "later", "one that is due later stays where it is"

    def test_a_failure_of_one_source_leaves_its_host_alone_only_when_asked(self, store):
        store.sync_sources([source(name, url=f"https://busy.example/{name}") for name in "ab"], NOW)
        failed = Polled("a", NOW, Outcome.TEMPORARY, status=500, retry_after=1800.0)
        store.record_polls([(failed, PollPlan(NOW + HOUR, ""), frozenset())])
        assert due(store) == ["b"]

    def test_a_poll_that_was_put_off_moves_the_source_and_says_nothing_of_it_or_its_neighbours(self, store, views):
        store.sync_sources([source(name, url=f"https://busy.example/{name}") for name in "ab"], NOW)
        broke = Polled("a", NOW, Outcome.TEMPORARY, status=500, message="it broke")
        store.record_polls([(broke, PollPlan(NOW, ""), frozenset())])
        before = {row.source.id: row for row in views.sources()}
        put_off = Polled("a", NOW + MINUTE, Outcome.POSTPONED, retry_after=1800.0, message="busy.example is silent")
        planned = plan(before["a"].source, before["a"].state, put_off, NOW + MINUTE)
        assert store.record_polls([(put_off, planned, frozenset())]) == [()]
        after = {row.source.id: row for row in views.sources()}
        assert after["b"] == before["b"]
        assert after["a"].state == replace(before["a"].state, next_poll_at=planned.next_poll_at)
        assert after["a"].plan == "waiting: busy.example is silent until 2026-11-02 12:31 UTC"
        assert due(store, NOW + 30 * MINUTE) == ["b"]
        assert due(store, NOW + 36 * MINUTE) == ["b", "a"]

    def test_after_an_outage_what_is_overdue_comes_one_after_the_other(self, store):
        names = [f"s{number:03}" for number in range(200)]
        store.sync_sources([source(name) for name in names], NOW)
        for name in names:
            store.record_polls([(Polled(name, NOW, Outcome.FRESH), PLAN, frozenset())])
        back = NOW + 5 * HOUR
        store.sync_sources([*(source(name) for name in names), source("new")], back)
        assert store.spread_overdue(back) == 200
        counts = [len(store.due_sources(back + timedelta(seconds=s), 1000)) for s in (0, 2.5, 5, 10)]
        assert counts == [2, 52, 102, 201], "the new one at once"

    def test_what_is_hardly_late_keeps_its_turn(self, store):
        store.sync_sources([source("a")], NOW)
        store.record_polls([(Polled("a", NOW, Outcome.FRESH), PLAN, frozenset())])
        assert store.spread_overdue(PLAN.next_poll_at + MINUTE / 2) == 0


class TestEntries:
    @pytest.fixture(autouse=True)
    def _sources(self, newsroom):
        newsroom.sources("a", "b")

    def test_an_entry_comes_back_whole(self, store, newsroom):
        baku = timezone(timedelta(hours=4))
        full = Entry(
            "id", ("guid:a:1", "url:https://x"), "https://x", "Т", "S", "C", NOW.astimezone(baku), "raw", "A", "ru"
        )
        bare = Entry("bare", ("guid:a:2",), None, "")
        assert newsroom.poll("a", full, bare, learn_only=frozenset({"bare"})) == 2
        first, second = store.pending_entries(NOW, 10)
        assert (first.entry, first.source_id, first.first_seen, first.learn_only) == (full, "a", NOW, False)
        assert (second.entry, second.learn_only, second.attempts) == (bare, True, 0)

    def test_a_key_known_from_another_source_makes_an_entry_known(self, store, newsroom):
        newsroom.poll("a", entry("x", "guid:a:1", "url:https://x"))
        assert newsroom.poll("b", entry("y", "guid:b:1", "url:https://x")) == 0
        assert pending(store) == ["x"]

    def test_an_entry_learns_its_further_keys_from_later_polls(self, newsroom):
        newsroom.poll("a", entry("x", "guid:a:1"))
        newsroom.poll("a", entry("x", "guid:a:1", "url:https://x"))
        assert newsroom.poll("b", entry("y", "guid:b:1", "url:https://x")) == 0
        assert newsroom.poll("b", entry("y", "guid:b:1")) == 0

    def test_duplicates_within_one_poll_are_one_entry(self, store, newsroom):
        assert newsroom.poll("a", entry("x", "k1", "k2"), entry("y", "k2", "k3"), entry("z", "k3")) == 1
        assert pending(store) == ["x"]
        assert newsroom.poll("b", entry("w", "k3")) == 0

    def test_an_entry_that_joins_two_known_ones_is_not_new(self, newsroom):
        newsroom.poll("a", entry("x", "k1"), entry("y", "k2"))
        assert newsroom.poll("a", entry("z", "k2", "k1", "k3")) == 0
        assert newsroom.poll("a", entry("w", "k3")) == 0

    def test_an_entry_without_keys_is_known_by_its_identity_within_its_source(self, newsroom):
        bare = Entry("x", (), None, "X")
        assert [newsroom.poll("a", bare), newsroom.poll("a", bare), newsroom.poll("b", bare)] == [1, 0, 1]

    def test_a_large_poll_is_stored_in_order(self, store, newsroom):
        many = [entry(f"n{number:04}", f"k{number}", f"l{number}") for number in range(1200)]
        assert newsroom.poll("a", *many) == 1200
        assert newsroom.poll("a", *many, entry("extra")) == 1
        found = store.pending_entries(NOW, 5000)
        assert [item.entry.identity for item in found] == [item.identity for item in many] + ["extra"]
        assert found[700].entry.keys == ("k700", "l700")

    def test_pending_entries_are_ordered_by_poll_then_by_publication(self, store, newsroom):
        newsroom.poll("b", entry("later", published=NOW - 9 * HOUR), at=NOW)
        newsroom.poll(
            "a", entry("new", published=NOW - 2 * HOUR), entry("old", published=NOW - 3 * HOUR), at=NOW - HOUR
        )
        assert pending(store) == ["old", "new", "later"]

    def test_a_postponed_entry_waits_and_counts_its_attempts(self, store, newsroom):
        newsroom.poll("a", entry("x"), entry("y"))
        first = store.pending_entries(NOW, 1)[0]
        store.postpone_entry(first.id, NOW + HOUR, "timed out")
        assert pending(store) == ["y"]
        assert pending(store, NOW + HOUR) == ["y", "x"]
        assert store.pending_entries(NOW + HOUR, 2)[1].attempts == 1

    def test_a_failed_poll_stores_nothing_at_all(self, store, newsroom, views):
        with pytest.raises(StoreError, match="naive"):
            newsroom.poll("a", entry("x"), entry("y", published=NOW.replace(tzinfo=None)))
        assert pending(store) == []
        assert views.sources()[0].state.status == "new"


class TestArticles:
    @pytest.fixture(autouse=True)
    def _entries(self, newsroom):
        newsroom.sources("a")
        newsroom.poll("a", entry("x"), entry("y"))

    def test_an_article_comes_back_whole_and_its_entry_is_no_longer_pending(self, store):
        article = make_article(summary_only=True, learn_only=True, note="403", text="д" * 300_000)
        assert store.save_article(store.pending_entries(NOW, 1)[0].id, article)
        assert store.unjudged(10) == [article]
        assert pending(store) == ["y"]

    def test_saved_twice_the_first_text_stays(self, store):
        entry_id = store.pending_entries(NOW, 1)[0].id
        assert store.save_article(entry_id, make_article(text="first"))
        assert not store.save_article(entry_id, make_article(text="second"))
        assert not store.save_article(entry_id, make_article("other", text="third"))
        assert [article.text for article in store.unjudged(10)] == ["first"]

    def test_two_entries_with_one_article_share_it(self, store):
        first, second = store.pending_entries(NOW, 2)
        assert store.save_article(first.id, make_article())
        assert not store.save_article(second.id, make_article())
        assert pending(store) == []
        assert len(store.unjudged(10)) == 1

    def test_unjudged_articles_come_in_order_of_publication(self, store):
        first, second = store.pending_entries(NOW, 2)
        store.save_article(first.id, make_article("late", published=NOW))
        store.save_article(second.id, make_article("early", published=NOW - HOUR))
        assert [article.id for article in store.unjudged(10)] == ["early", "late"]
        assert [article.id for article in store.unjudged(1)] == ["early"]

    def test_an_unjudgeable_article_leaves_the_queue_and_keeps_its_error(self, store, views):
        store.save_article(store.pending_entries(NOW, 1)[0].id, make_article())
        store.mark_unjudgeable("a1", "ValueError: poison", NOW)
        assert store.unjudged(10) == []
        row = views.article("a1")
        assert (row.judged_at, row.error) == (NOW, "ValueError: poison")

    def test_an_unknown_entry_is_refused(self, store):
        with pytest.raises(StoreError, match="999"):
            store.save_article(999, make_article())
