"""The store: `ArticleStore` and `Outbox` of `monitor.ports` on SQLite or PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar

from sqlalchemy.engine import Connection, Engine

from monitor.core.alerts import Alert, Occasion, Planned, Waiting
from monitor.core.dispatch import Held, Past, Skipped
from monitor.core.editions import Edition, Inventory, Saved
from monitor.core.model import Article, Fact, Polled, PollPlan, PollState, Source
from monitor.core.responses import Response
from monitor.core.routing import Match
from monitor.core.silences import Silence
from monitor.core.turns import Asking, Turn
from monitor.ports import Call, Fingerprint, JudgingUnit, Owner, PendingEntry
from monitor.store import (
    deliveries,
    editions,
    hosts,
    judging,
    ourselves,
    outbox,
    past,
    places,
    polling,
    quarantine,
    rereading,
    responses,
    searching,
    silences,
)
from monitor.store.dialect import LOCK_JUDGE, serialise, serialise_rules
from monitor.store.engine import reading, transaction
from monitor.store.searching import Indexed, Unindexed

T = TypeVar("T")


class SqlStore:
    """Each method is one transaction and raises StoreError. Safe to share between threads.

    On SQLite the threads of one process queue for a lock of ours before they ask for the
    database's: its own waiting is by polling, and unfair.
    """

    def __init__(self, engine: Engine):
        self._engine = engine
        self._reader = reading(engine)
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else None

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A write transaction. For what belongs together in one method; people's own changes: `DeskStore`."""
        if self._turn is None:
            with transaction(self._engine) as connection:
                yield connection
        else:
            with self._turn, transaction(self._engine) as connection:
                yield connection

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else of this process writes to a SQLite database meanwhile."""
        if self._turn is None:
            yield
        else:
            with self._turn:
                yield

    # --- ArticleStore ------------------------------------------------------------------------

    def sync_sources(self, sources: Sequence[Source], now: datetime) -> None:
        with self.writing() as connection:
            polling.sync_sources(connection, sources, now)

    def due_sources(
        self, now: datetime, limit: int, per_host: int | None = None, only: Sequence[str] | None = None
    ) -> list[tuple[str, PollState]]:
        with transaction(self._reader) as connection:
            return polling.due_sources(connection, now, limit, per_host, only)

    def spread_overdue(self, now: datetime) -> int:
        """After an outage: let what is overdue come one after the other; how many sources."""
        with self.writing() as connection:
            return polling.spread_overdue(connection, now)

    def record_polls(self, polls: Sequence[tuple[Polled, PollPlan, frozenset[str]]]) -> list[tuple[str, ...]]:
        with self.writing() as connection:
            return polling.record_polls(connection, polls)

    def pending_entries(self, now: datetime, limit: int, only: Sequence[int] | None = None) -> list[PendingEntry]:
        with transaction(self._reader) as connection:
            return polling.pending_entries(connection, now, limit, only)

    def postpone_entry(self, entry_id: int, next_try_at: datetime, error: str) -> None:
        with self.writing() as connection:
            polling.postpone_entry(connection, entry_id, next_try_at, error)

    def save_article(self, entry_id: int, article: Article) -> bool:
        with self.writing() as connection:
            return polling.save_article(connection, entry_id, article)

    def reread(self, entry_id: int, article: Article | None, now: datetime, next_at: datetime | None = None) -> bool:
        with self.writing() as connection:
            return rereading.reread(connection, entry_id, article, now, next_at)

    def unjudged(self, limit: int, only: Sequence[str] | None = None) -> list[Article]:
        with transaction(self._reader) as connection:
            return polling.unjudged(connection, limit, only)

    def mark_unjudgeable(self, article_id: str, error: str, now: datetime) -> None:
        with self.writing() as connection:
            polling.mark_unjudgeable(connection, article_id, error, now)

    def judging(self, work: Callable[[JudgingUnit], T], rules: Collection[str] | None = None) -> T:
        """Of each rule one at a time over all processes: two articles on one event must not both find it new."""
        with self.writing() as connection:
            if rules is None:
                serialise(connection, LOCK_JUDGE)
            else:
                serialise_rules(connection, rules)
            return work(judging.SqlUnit(connection, rules))

    def replace_seed(self, seed: str, facts: Sequence[Fact], fingerprint: Fingerprint | None, now: datetime) -> None:
        with self.writing() as connection:
            serialise(connection, LOCK_JUDGE)
            judging.replace_seed(connection, seed, facts, fingerprint, now)

    def remove_seeds(self, keep: frozenset[str]) -> int:
        with self.writing() as connection:
            serialise(connection, LOCK_JUDGE)
            return judging.remove_seeds(connection, keep)

    def learned_rules(self) -> dict[str, str]:
        """The rules that know the stored articles: id → what it looked for then, as a digest."""
        with transaction(self._reader) as connection:
            return judging.learned_rules(connection)

    def replace_rules(self, meanings: Mapping[str, str], now: datetime) -> None:
        """Make the rules that know the stored articles exactly these."""
        with self.writing() as connection:
            serialise(connection, LOCK_JUDGE)
            judging.replace_rules(connection, meanings, now)

    def count_edition(self, stamp: str, contents: Inventory, now: datetime) -> Edition | None:
        """Note that the files with this stamp are in force; None where those of the last edition are the same."""
        with self.writing() as connection:
            return editions.count(connection, stamp, contents, now)

    def latest_edition(self) -> Edition | None:
        with transaction(self._reader) as connection:
            return next(iter(editions.latest(connection, 1)), None)

    def saved_for(self, edition: Edition) -> list[Saved]:
        """See `editions.saved_for`."""
        with transaction(self._reader) as connection:
            return editions.saved_for(connection, edition)

    # --- the index of words --------------------------------------------------------------------

    def unindexed(self, limit: int) -> list[Unindexed]:
        with transaction(self._reader) as connection:
            return searching.unindexed(connection, limit)

    def index(self, items: Sequence[Indexed], now: datetime) -> int:
        """Put articles into the index; how many of them still stood as they were read."""
        with self.writing() as connection:
            return searching.put(connection, items, now)

    # --- what the monitor tells of itself ------------------------------------------------------

    def standing(self, rule: str) -> frozenset[str]:
        """The events that were told by this rule of our own and are not settled."""
        with transaction(self._reader) as connection:
            return ourselves.standing(connection, rule)

    def tell(
        self, alert: Alert, targets: Sequence[tuple[str, str]], facts: Sequence[Fact], settled: Sequence[str]
    ) -> bool:
        """Store an alert of our own with its deliveries, `facts` (events that stand) and what is settled.

        False when the alert's key exists.
        """
        with self.writing() as connection:
            serialise_rules(connection, [alert.rule])
            return ourselves.tell(connection, alert, targets, facts, settled)

    def tell_dead_letters(self, alert: Alert, targets: Sequence[tuple[str, str]], told: Sequence[int]) -> bool:
        """Store an alert of our own on the deliveries `told`, and note of each that it was told. False when the
        alert's key exists."""
        with self.writing() as connection:
            serialise_rules(connection, [alert.rule])
            return deliveries.tell(connection, alert, targets, told)

    # --- what people say -----------------------------------------------------------------------

    def respond(self, response: Response, now: datetime) -> bool:
        """Store what somebody says to an event, with all that follows: an entry in the journal of each of its
        alerts, snoozed deliveries let go, the baseline corrected.

        False when nothing changed: the same person's same word stands already, or nothing was told of the event.
        """
        with self.writing() as connection:
            return responses.respond(connection, response, now)

    def withdraw(self, response: Response, author: str, now: datetime) -> bool:
        """Let it be as if this had never been said: the event stands as the other answers have it, and so do the
        baseline and what was not sent because of it. The journal keeps who took back what.

        False when nobody said it, or it was taken back before.
        """
        with self.writing() as connection:
            return responses.withdraw(connection, response, author, now)

    def add_silence(
        self,
        match: Match,
        author: str,
        reason: str,
        now: datetime,
        ends_at: datetime,
        starts_at: datetime | None = None,
    ) -> Silence:
        """One that begins now, or at `starts_at`."""
        with self.writing() as connection:
            return silences.add(connection, match, author, reason, now, starts_at or now, ends_at)

    def resume_silence(self, silence_id: int, ends_at: datetime, now: datetime) -> Silence | None:
        """Let one that was ended last until `ends_at` again; what has been told meanwhile is told. None where there is
        no such silence."""
        with self.writing() as connection:
            return silences.resume(connection, silence_id, ends_at, now)

    def end_silence(self, silence_id: int, now: datetime) -> Silence | None:
        """What it holds is due at once. One that is over stays as it was; None where there is no such silence."""
        with self.writing() as connection:
            return silences.end(connection, silence_id, now)

    # --- turns at hosts ------------------------------------------------------------------------

    def ask_turn(self, host: str, asking: Asking) -> Turn:
        with self.writing() as connection:
            return hosts.ask(connection, host, asking)

    def leave_turn(self, host: str, owner: str, silence: float) -> None:
        with self.writing() as connection:
            hosts.leave(connection, host, owner, silence)

    # --- QuarantineStore ---------------------------------------------------------------------

    def quarantined(self) -> dict[str, str]:
        with transaction(self._reader) as connection:
            return quarantine.held(connection)

    def quarantine(self, digest: str, url: str, reason: str, certain: bool, now: datetime) -> None:
        with self.writing() as connection:
            quarantine.put(connection, digest, url, reason, certain, now)

    # --- Outbox ------------------------------------------------------------------------------

    def claim(
        self, now: datetime, lease_until: datetime, limit: int, owner: Owner | None = None
    ) -> tuple[list[Waiting], list[Silence]]:
        with self.writing() as connection:
            return outbox.claim(connection, now, lease_until, limit, owner)

    def give_back(self, those: Sequence[tuple[str, str]], owner: Owner) -> None:
        with self.writing() as connection:
            places.give_back(connection, those, owner)

    def turn_to_notice(self, place: tuple[str, str], owner: Owner, seconds: float) -> bool:
        with self.writing() as connection:
            return places.turn_to_notice(connection, place, owner, seconds)

    def release(self, now: datetime) -> int:
        """Make due at once what another process had claimed that is surely gone; how many deliveries. Those of
        targets that a sender has are left alone."""
        with self.writing() as connection:
            return outbox.release(connection, now)

    def together(self, calls: Sequence[Call], owner: Owner | None = None) -> None:
        with self.writing() as connection:
            outbox.together(connection, places.still_ours(connection, calls, owner) if owner else calls)

    def hold(self, held: Sequence[Held], now: datetime) -> None:
        with self.writing() as connection:
            outbox.hold(connection, held, now)

    def skip(self, skipped: Sequence[Skipped], now: datetime) -> None:
        with self.writing() as connection:
            outbox.skip(connection, skipped, now)

    def begin(self, delivery_ids: Sequence[int], now: datetime, occasion: Occasion | None = None) -> None:
        with self.writing() as connection:
            outbox.begin(connection, delivery_ids, now, occasion)

    def past(
        self, began_after: datetime, now: datetime, places: Mapping[tuple[str, str], bool] | None = None
    ) -> dict[tuple[str, str], Past]:
        with transaction(self._reader) as connection:
            return past.past(connection, began_after, now, places)

    def sent(
        self, delivery_id: int, now: datetime, reason: str = "", reference: str = "", planned: Sequence[Planned] = ()
    ) -> None:
        with self.writing() as connection:
            outbox.sent(connection, delivery_id, now, reason, reference, planned)

    def sent_together(
        self, deliveries: Mapping[int, Sequence[Planned]], now: datetime, reason: str, reference: str
    ) -> None:
        with self.writing() as connection:
            outbox.sent_together(connection, deliveries, now, reason, reference)

    def retry(self, delivery_id: int, now: datetime, next_at: datetime, error: str, doubtful: bool) -> None:
        with self.writing() as connection:
            outbox.retry(connection, delivery_id, now, next_at, error, doubtful)

    def unknown(self, delivery_id: int, now: datetime, error: str, planned: Sequence[Planned] = ()) -> None:
        with self.writing() as connection:
            outbox.unknown(connection, delivery_id, now, error, planned)

    def failed(self, delivery_id: int, now: datetime, error: str, planned: Sequence[Planned] = ()) -> None:
        with self.writing() as connection:
            outbox.failed(connection, delivery_id, now, error, planned)
