"""A store to which tests bring things the way the flow does."""

from __future__ import annotations

import pytest

from monitor.core.model import Article, Entry, Outcome, Polled, PollPlan, Source
from monitor.store.sql import SqlStore
from tests.contracts.ledger import HOUR, NOW


class Newsroom:
    """Verbs for tests: brings things into a store the way the flow does."""

    def __init__(self, store: SqlStore):
        self.store = store

    def sources(self, *ids: str) -> None:
        self.store.sync_sources([Source(name, f"https://{name}.example/feed", name.title()) for name in ids], NOW)

    def poll(self, source: str, *entries: Entry, at=NOW, learn_only: frozenset[str] = frozenset()) -> int:
        polled = Polled(source, at, Outcome.FRESH, entries, status=200)
        return len(self.store.record_polls([(polled, PollPlan(at + HOUR, "rhythm"), learn_only)])[0])

    def save(self, article: Article) -> None:
        """Let a feed list the article and store its text; again, and it changes nothing."""
        self.sources("harbour")
        self.poll("harbour", Entry(article.id, (f"guid:harbour:{article.id}",), article.url, article.title))
        for pending in self.store.pending_entries(NOW, 100):
            if pending.entry.identity == article.id:
                self.store.save_article(pending.id, article)

    def judging(self, work, rules=None):
        return self.store.judging(work, rules)


@pytest.fixture
def newsroom(store: SqlStore) -> Newsroom:
    return Newsroom(store)
