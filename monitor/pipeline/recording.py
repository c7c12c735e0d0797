"""Polls are stored together: most bring nothing but a new plan."""

from __future__ import annotations

from monitor.core.model import Polled, PollPlan
from monitor.ports import ArticleStore
from monitor.together import Run, Together

Record = tuple[Polled, PollPlan, frozenset[str]]


class Recorder:
    """Stores polls in the order in which they come. `run(fn, *args)` calls the store off the event loop."""

    def __init__(self, store: ArticleStore, run: Run):
        self._records: Together[Record, tuple[str, ...]] = Together(store.record_polls, run)

    async def record(self, polled: Polled, plan: PollPlan, learn_only: frozenset[str]) -> tuple[str, ...]:
        """The identities of its entries that were new. Raises what the store raises for this poll."""
        return await self._records.store((polled, plan, learn_only))
