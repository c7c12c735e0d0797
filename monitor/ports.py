"""What the flow needs from the world, as protocols. Adapters implement them; the flow knows no adapter.

Every method says what it may raise. Store methods are synchronous and short: each is one
transaction, takes `now` from its caller and never touches the network. They raise `StoreError`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from monitor.core.alerts import Alert, Decision, Message, Occasion, Planned, Target, Waiting
from monitor.core.dispatch import Held, Past, Skipped
from monitor.core.model import Article, Entry, Fact, Page, Polled, PollPlan, PollState, Source
from monitor.core.relevant import Baseline
from monitor.core.responses import UNANSWERED, Response, Standing
from monitor.core.silences import Silence
from monitor.core.turns import Asking, Turn

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PendingEntry:
    """A stored entry whose text is to be read. `attempts` counts tries that failed.

    `former` is its article as it stands where it is to be read again, and `why` says what for.
    """

    id: int
    source_id: str
    entry: Entry
    first_seen: datetime
    attempts: int = 0
    learn_only: bool = False
    former: Article | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A text's likeness in a fixed number of bytes. `bands` are the keys under which near copies meet.

    A band is a signed number of 64 bits.
    """

    document: str  # `article:ID` or `seed:ID`
    signature: bytes
    bands: tuple[int, ...]


class Fetcher(Protocol):
    """Polls sources and reads pages. The only thing that talks to publishers' servers."""

    async def poll(self, source: Source, state: PollState, now: datetime) -> Polled:
        """Ask the source once, unless its host is not to be asked. Never raises for what a server does: the
        failure is in the answer, as is that it was put off."""
        ...

    async def page(self, url: str, language: str, now: datetime, source: Source | None = None) -> Page:
        """Fetch and extract one article page that `source` led to; without one, that a person named.

        Raises FetchError, UnreadableError.
        """
        ...


# Of texts that share a band, how many are looked at: a template that a hundred thousand bulletins share must not
# make each of them a hundred thousand comparisons. A true copy also shares the bands of what is its own.
SHARING = 32  # texts, in each band, the latest
COPIES = 64  # texts in all: those that share most bands, of equals the latest


class HostTurns(Protocol):
    """Whose turn at a host it is, over all processes that ask. Both raise StoreError."""

    async def ask(self, host: str, asking: Asking) -> Turn:
        """Leave to begin, or when to ask again (`core.turns`). The owner is another one for each request."""
        ...

    async def leave(self, host: str, owner: str, silence: float = 0.0) -> None:
        """The owner's request is over, or is not to be made. The host asked to be left alone for so many seconds."""
        ...


class Ledger(Baseline, Protocol):
    """What judgement asks: the baseline, and the texts that were there before. However much it holds, an
    answer comes from indexes and is bounded."""

    def near_copies(self, fingerprint: Fingerprint) -> Sequence[Fingerprint]:
        """Stored fingerprints that share a band with this one, by document; itself left out.

        In each band the latest `SHARING`, and of these the `COPIES` that share most bands.
        """
        ...

    def article_verdicts(self, document: str) -> Mapping[str, tuple[str, str]]:
        """For `article:ID`: rule → (verdict, event) as recorded when it was judged."""
        ...


class JudgingUnit(Ledger, Protocol):
    """A ledger inside one write transaction."""

    def waiting(self, articles: Sequence[Article]) -> Collection[str]:
        """The ids of those that are still to be judged as they are here: not judged meanwhile, nor stored in a later
        version, which waits by itself. Nobody else judges these before the unit ends."""
        ...

    def record(
        self,
        article: Article,
        decisions: Sequence[Decision],
        facts: Sequence[Fact],
        alerts: Sequence[tuple[Alert, Sequence[tuple[str, str]]]],
        fingerprint: Fingerprint | None,
        now: datetime,
    ) -> list[Alert]:
        """Store it all and mark the article as judged.

        `alerts` come with their (channel, target) pairs. An alert whose key exists already is
        left out together with its deliveries. Returns the alerts that were stored.
        """
        ...


class ArticleStore(Protocol):
    """Sources, entries, articles."""

    def sync_sources(self, sources: Sequence[Source], now: datetime) -> None:
        """Make the stored sources those given: add, update, disable what is gone. Keeps poll states.

        A new source is due at once, spread over its interval only by its place in the list.
        """
        ...

    def due_sources(
        self, now: datetime, limit: int, per_host: int | None = None, only: Sequence[str] | None = None
    ) -> list[tuple[str, PollState]]:
        """Enabled sources with `next_poll_at` <= now, longest overdue first; of one host at most `per_host`; of `only`
        these, where they are given."""
        ...

    def record_polls(self, polls: Sequence[tuple[Polled, PollPlan, frozenset[str]]]) -> list[tuple[str, ...]]:
        """Store of each its state, plan and the entries of which no key is known, in one transaction: all of them or
        none. Of each the identities that were new, as stored.

        Of those that are known, the pages of the edited ones are read again (`core.editing`).
        The set holds identities of entries that were there before we began to listen.
        """
        ...

    def pending_entries(self, now: datetime, limit: int, only: Sequence[int] | None = None) -> list[PendingEntry]:
        """Entries whose text is to be read now, oldest first; then those whose page is to be read again; of `only`
        these, where they are given."""
        ...

    def postpone_entry(self, entry_id: int, next_try_at: datetime, error: str) -> None: ...

    def save_article(self, entry_id: int, article: Article) -> bool:
        """Store the text; False when it was stored before (a crash in between)."""
        ...

    def reread(self, entry_id: int, article: Article | None, now: datetime, next_at: datetime | None = None) -> bool:
        """A page was read again. `article` is its next version, to be judged, or None when it says nothing else;
        at `next_at` it is tried once more, as far as the most that we ask for allows.

        False when no version was stored: none was given, or that one was stored before.
        """
        ...

    def unjudged(self, limit: int, only: Sequence[str] | None = None) -> list[Article]:
        """Articles stored but not judged, in order of publication; of `only` these, where they are given."""
        ...

    def mark_unjudgeable(self, article_id: str, error: str, now: datetime) -> None:
        """Take a poison article out of the queue; it stays, with the error, for people to see."""
        ...

    def judging(self, work: Callable[[JudgingUnit], T], rules: Collection[str] | None = None) -> T:
        """Run `work` inside one write transaction; commit if it returns, roll back if it raises.

        `rules` are those whose facts it asks for or adds to: nobody else has them at the same time, and others may be
        judged beside it. Without them nobody else judges at all.
        """
        ...

    def replace_seed(self, seed: str, facts: Sequence[Fact], fingerprint: Fingerprint | None, now: datetime) -> None:
        """Make the facts of `seed:ID` exactly these."""
        ...

    def remove_seeds(self, keep: frozenset[str]) -> int:
        """Drop the facts of seed documents that are not in `keep`; how many documents went."""
        ...


class QuarantineStore(Protocol):
    """Documents that are not to be parsed again, by the SHA-256 of their bytes in hexadecimal."""

    def quarantined(self) -> Mapping[str, str]:
        """Those that are held: digest → why."""
        ...

    def quarantine(self, digest: str, url: str, reason: str, certain: bool, now: datetime) -> None:
        """Note one that was caught. It is held when that is `certain`, else from the second time on."""
        ...


Call = tuple[str, tuple[Any, ...]]  # a method of the outbox that answers nothing, and its arguments


@dataclass(frozen=True, slots=True)
class Owner:
    """One of several senders: what it takes is its own for `seconds`, by the clock of the database.

    No two have the same name, nor has one that is started anew.
    """

    name: str
    seconds: float


class Outbox(Protocol):
    """Deliveries that are still to be made. Every decision on them is kept with its reason.

    With an `owner` each (channel, target) belongs to one sender at a time.
    """

    def together(self, calls: Sequence[Call], owner: Owner | None = None) -> None:
        """Several of the methods below in one transaction: all of them or none. What is not the owner's any more is
        left out, but for what was sent; where it is to begin, raises StoreError."""
        ...

    def claim(
        self, now: datetime, lease_until: datetime, limit: int, owner: Owner | None = None
    ) -> tuple[list[Waiting], list[Silence]]:
        """Deliveries that are due, or whose lease ran out, with those that wait at the same targets for their
        group; marked `sending`, attempt counted: of what was claimed before and never begun, not for a second time.
        Their targets are the owner's from now on, until it gives them back. And the silences in force."""
        ...

    def give_back(self, places: Sequence[tuple[str, str]], owner: Owner) -> None:
        """Another sender may have these targets."""
        ...

    def turn_to_notice(self, place: tuple[str, str], owner: Owner, seconds: float) -> bool:
        """Whether the owner is to tell of this target elsewhere: then nobody else is for so long; with 0 anybody."""
        ...

    def hold(self, held: Sequence[Held], now: datetime) -> None:
        """Not yet: due again at `until`, or when what holds them ends. The attempts do not count."""
        ...

    def skip(self, skipped: Sequence[Skipped], now: datetime) -> None:
        """Never: they are not needed any more. The attempts do not count."""
        ...

    def begin(self, delivery_ids: Sequence[int], now: datetime, occasion: Occasion | None = None) -> None:
        """They are sent now, in one message: whatever becomes of the sender, from here on it may have arrived
        (`doubtful`), and was an attempt. `occasion`: for what they are told together."""
        ...

    def past(
        self, began_after: datetime, now: datetime, places: Mapping[tuple[str, str], bool] | None = None
    ) -> Mapping[tuple[str, str], Past]:
        """By (channel, target) the messages that were begun since then and have arrived, or may have: of all, or
        of `places`; of those with False only summaries of storms."""
        ...

    def sent(
        self, delivery_id: int, now: datetime, reason: str = "", reference: str = "", planned: Sequence[Planned] = ()
    ) -> None:
        """`reference`: what the service calls the message. `planned` follow from it; those that exist stay."""
        ...

    def sent_together(
        self, deliveries: Mapping[int, Sequence[Planned]], now: datetime, reason: str, reference: str
    ) -> None:
        """One message told them all: all of them are sent or none. Of each id what follows from it."""
        ...

    def retry(self, delivery_id: int, now: datetime, next_at: datetime, error: str, doubtful: bool) -> None:
        """To be tried again; `doubtful` when this try or one before may have arrived."""
        ...

    def unknown(self, delivery_id: int, now: datetime, error: str, planned: Sequence[Planned] = ()) -> None:
        """It may have arrived, and is not tried again."""
        ...

    def failed(self, delivery_id: int, now: datetime, error: str, planned: Sequence[Planned] = ()) -> None: ...


@dataclass(frozen=True, slots=True)
class Told:
    """An event as people were told of it, and what they said. `alerts`: at least one, oldest first."""

    alerts: tuple[Alert, ...]
    standing: Standing = UNANSWERED
    responses: tuple[Response, ...] = ()


class Responses(Protocol):
    """Takes what people say to events."""

    def respond(self, response: Response, now: datetime) -> bool:
        """Store it with all that follows from it; False when the same person's same word stands already, or nothing
        was told of the event."""
        ...


class Events(Protocol):
    """What was told, for people to look at."""

    def told(self, thread: str) -> Told | None: ...


class Links(Protocol):
    """Where people can answer."""

    def answer_url(self, alert: Alert, now: datetime) -> str:
        """The page on which the alert's event can be answered; "" where there is none."""
        ...


class Writer(Protocol):
    """Puts alerts into words for a target. Never raises for what stands in an alert."""

    def write(self, waiting: Waiting, target: Target, now: datetime) -> Message: ...

    def summary(self, occasion: Occasion, waiting: Sequence[Waiting], target: Target, now: datetime) -> Message:
        """Several alerts in one message; none is left unmentioned, at least in number."""
        ...

    def notice(self, channel: str, name: str, troubled: Sequence[tuple[Alert, str]], target: Target) -> Message:
        """Word that target `name` of `channel` does not take alerts, for people at another one."""
        ...


class Sender(Protocol):
    """Sends one message to one target."""

    async def send(self, target: Target, message: Message) -> str:
        """Returns when the service accepted it: what it calls the message, "" if it does not say. Raises SendError."""
        ...
