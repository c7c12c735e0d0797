"""The values that travel through the monitor.

Everything here is frozen. Datetimes are aware and in UTC; dates are calendar dates of the
event as told; offsets count code points in the text they belong to, end exclusive.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

# --- sources and polling ---------------------------------------------------------------------


class SourceKind(StrEnum):
    """How a source is read. `feed` covers RSS, Atom and JSON Feed: the bytes say which."""

    FEED = "feed"
    SITEMAP = "sitemap"  # of news or plain, or an index of them
    PAGE = "page"  # a web page whose links to articles a CSS selector finds
    TELEGRAM = "telegram"  # the public web preview of a channel


@dataclass(frozen=True, slots=True)
class Source:
    """Something that is polled.

    `publisher` names the family that owns it (wire copies within one family are not
    independent); `tier` is 1 (official or agency of record) to 4 (unverified). `select` is the CSS
    selector of a source of kind `page`, and empty for the others. `robots` says whether robots.txt is heeded for its
    article pages; `allow` has networks (CIDRs) where its own host may be although they are not public. It is asked
    every `interval` at first; what is learned from it stays between `min_interval` and `max_interval`.
    """

    id: str
    url: str
    name: str
    kind: SourceKind = SourceKind.FEED
    language: str = "en"
    country: str = ""
    publisher: str = ""
    tier: int = 3
    interval: timedelta = timedelta(minutes=10)
    enabled: bool = True
    select: str = ""
    robots: bool = True
    allow: tuple[str, ...] = ()
    min_interval: timedelta = timedelta(minutes=2)
    max_interval: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class PollState:
    """What we remember about a source between polls. `failures` counts polls in a row without success.

    Spans are in seconds, None until they are known. `last_new_at` is when its list last had an
    entry that it did not have before; `seen` names those it had (see `core.rhythm`).
    """

    etag: str | None = None
    modified: str | None = None
    body_hash: str | None = None
    next_poll_at: datetime | None = None
    last_poll_at: datetime | None = None
    last_success_at: datetime | None = None
    last_new_at: datetime | None = None
    failures: int = 0
    status: str = "new"
    error: str = ""
    rhythm: float | None = None  # the wait between two polls, as learned
    gap: float | None = None  # between two new entries, usually
    pause: float | None = None  # the longest without any, of late
    seen: str | None = None
    last_body_at: datetime | None = None  # when it last sent its list instead of a 304
    lied_at: datetime | None = None  # when a 304 was found to have hidden new entries
    ttl: float | None = None  # the least wait that the feed itself asks for
    moved_to: str | None = None  # where permanent redirects lead …
    moved_since: datetime | None = None
    moved_polls: int = 0  # … at so many successful polls in a row


class Outcome(StrEnum):
    """How a poll ended. The grade of a failure decides how far to back off; a poll put off is none."""

    FRESH = "fresh"  # a body that was parsed
    UNCHANGED = "unchanged"  # 304, or the same bytes as last time
    TEMPORARY = "temporary"  # time-out, 5xx, 429, DNS: likely to pass by itself
    SOFT = "soft"  # answered, but with no feed (HTML, empty, malformed)
    HARD = "hard"  # 401, 403, 404, 410, 451, forbidden address: somebody has to act
    POSTPONED = "postponed"  # not asked: its host wants to be left alone, or our turn there did not come


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed, as text. `identity` names it within its source and never changes.

    `keys` are all the names under which it may be known already (guid, canonical URL,
    content fingerprint). `published` is None when the feed gave none that could be read;
    `published_raw` is what it wrote, `updated` what it wrote as the time of the last change.
    `content` is the feed's full text where it has one. `shown` is a digest of its words (see
    `core.editing`), which who reads the feed may make, so that it is made once; "" while nobody has.
    """

    identity: str
    keys: tuple[str, ...]
    url: str | None
    title: str
    summary: str = ""
    content: str = ""
    published: datetime | None = None
    published_raw: str = ""
    author: str = ""
    language: str = ""
    updated: str = ""
    shown: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Polled:
    """The answer to one poll; a value also when it failed."""

    source_id: str
    at: datetime
    outcome: Outcome
    entries: tuple[Entry, ...] = ()
    status: int | None = None
    etag: str | None = None
    modified: str | None = None
    body_hash: str | None = None
    retry_after: float | None = None  # seconds
    message: str = ""  # the failure, or a warning beside a success, in words
    max_age: float | None = None  # seconds for which the server calls this answer fresh
    ttl: float | None = None  # seconds, as the feed itself says
    moved_to: str | None = None  # the address that answered, where all redirects were permanent


@dataclass(frozen=True, slots=True)
class PollPlan:
    """When to ask again, and why. `rhythm` in seconds is what was learned; None leaves it as it was."""

    next_poll_at: datetime
    reason: str
    rhythm: float | None = None


# --- articles --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """What extraction made of one web page. `text` has paragraphs separated by blank lines; `extractor` names
    what made it, with its version."""

    url: str
    title: str
    text: str
    published: datetime | None = None
    language: str = ""
    author: str = ""
    extractor: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """An entry with its text. `published` is never later than `first_seen`.

    `summary_only` says that the page could not be read and the feed's own text stands in;
    `note` says why, in words. `learn_only` marks what was there before we began to listen:
    it is judged and remembered, never alerted.

    An edit is a new `version` of the same article, counted from 1: `extracted_at` is when this one was
    read, `extractor` what read it, `why` what made us read it again ("" for the first).
    """

    id: str
    title: str
    text: str
    published: datetime
    first_seen: datetime
    language: str = ""
    outlet: str = ""
    publisher: str = ""
    url: str = ""
    source_id: str = ""
    tier: int = 3
    summary_only: bool = False
    learn_only: bool = False
    note: str = ""
    version: int = 1
    extractor: str = ""
    extracted_at: datetime | None = None
    why: str = ""

    @property
    def told(self) -> datetime:
        """From when what it says counts as known: an edit tells what it tells when it was read."""
        return self.published if self.version == 1 or self.extracted_at is None else self.extracted_at


# --- judgement -------------------------------------------------------------------------------


class Zone(StrEnum):
    """Where in an article something stands. What is new stands in the title or the lead."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"


class RuleKind(StrEnum):
    EVENT = "event"
    STATE = "state"
    QUANTITY = "quantity"
    VOLUME = "volume"


class Severity(StrEnum):
    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Assertion(StrEnum):
    """How firmly the article says it."""

    ASSERTED = "asserted"
    REPORTED = "reported"  # told on somebody else's word
    CONSIDERED = "considered"  # may, mulls, plans
    CONDITIONAL = "conditional"  # if, in case
    DENIED = "denied"
    RETROSPECTIVE = "retrospective"  # background: told as long past


class Attribution(StrEnum):
    """On whose word, from weakest to strongest."""

    UNNAMED = "unnamed"
    ONE_SIDE = "one-side"
    OUTLET = "outlet"
    OFFICIAL = "official"


class VerdictKind(StrEnum):
    NEW = "new"
    FOLLOWUP = "followup"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A stretch of the article that a decision rests on. Offsets are into title or text, by zone.

    `terms`, of text that is not English, pairs words in it with the terms of the rule that they stand for.
    """

    text: str
    start: int
    end: int
    zone: Zone
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DateSpan:
    """When something happened: from `first` to `last`, both included."""

    first: date
    last: date

    def distance(self, other: DateSpan) -> int:
        """Days between two spans; 0 when they touch or overlap."""
        if self.first > other.last:
            return (self.first - other.last).days
        if other.first > self.last:
            return (other.first - self.last).days
        return 0

    @property
    def days(self) -> int:
        """Length in days, at least 1: how exact the date is."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit (`USD`, `m3`, `people` …) in base units: 2 million dollars = 2e6 USD."""

    value: float
    unit: str
    total: bool = False  # a sum of all packages so far rather than one package
    text: str = ""
    fate: str = ""  # of people: killed, injured, detained or missing, where the text says so


@dataclass(frozen=True, slots=True)
class Claim:
    """What an article asserts about a rule's subject, in one place of its text.

    `step` names the step of the process (event rules) or the state (state rules).
    `when` is when it happened as far as the text says; `dated` tells whether the text itself
    gave that date or it was taken from the time of publication. `names` and `places` are
    canonical (see `core.names`); `signature` holds the content lemmas of the passage. `told` is the
    day of publication. `headline` says that the title tells it; `background` that the article does
    not put it forward as its news, `why` for what reason; `past` that its date lies well before
    publication; `again` that it calls its figure another one; `recalls` that it speaks of the event as of a known one,
    without its day ("after the strikes", "this month's arrests"). `actor` is the one who acts, as the
    text names him, where the rule asks for an actor; `weakened` are the words that make the claim
    less than a plain statement, `vouched` those on which its attribution rests. `spelt` has the names
    as (canonical, as written) pairs.
    """

    rule: str
    kind: RuleKind
    step: str
    evidence: tuple[Evidence, ...]
    when: DateSpan | None = None
    dated: bool = False
    names: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    figures: tuple[Figure, ...] = ()
    assertion: Assertion = Assertion.ASSERTED
    attribution: Attribution = Attribution.OUTLET
    signature: frozenset[str] = frozenset()
    told: date | None = None
    headline: bool = False
    background: bool = False
    past: bool = False
    again: bool = False
    recalls: bool = False
    why: str = ""
    score: float = 0.0
    actor: str = ""
    weakened: str = ""
    vouched: str = ""
    spelt: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known: from a seed document or learned from an article.

    `key` is unique. `event` groups what belongs to one event: its first report, its retellings.
    `source` is `seed:ID` or `article:ID`; `words` is the fact in one sentence, with `recorded`
    the time from which it counts as known.
    """

    key: str
    rule: str
    kind: RuleKind
    step: str
    event: str
    recorded: datetime
    source: str
    words: str
    when: DateSpan | None = None
    dated: bool = False
    names: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    figures: tuple[Figure, ...] = ()
    assertion: Assertion = Assertion.ASSERTED
    attribution: Attribution = Attribution.OUTLET
    signature: frozenset[str] = frozenset()
    language: str = ""
    outlet: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one article is to one rule, with the reason and the fact it was held against."""

    article: str
    rule: str
    kind: VerdictKind
    event: str
    reason: str
    fact: str | None = None
    score: float = 0.0
    step: str = ""
    assertion: Assertion = Assertion.ASSERTED
    attribution: Attribution = Attribution.OUTLET
    evidence: tuple[Evidence, ...] = ()
    when: DateSpan | None = None
    previous: str = ""  # what changed from what: the state or figure before, in words
    current: str = ""
