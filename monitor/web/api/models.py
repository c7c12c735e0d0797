"""What the API takes and gives. None of it is a value of the monitor itself: neither changes with the other."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Generic, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from monitor.core.alerts import Action, DeliveryState, Purpose
from monitor.core.model import Assertion, Attribution, RuleKind, Severity, VerdictKind, Zone
from monitor.core.responses import Answer, Fault
from monitor.core.rules import Stage
from monitor.core.silences import LONGEST

T = TypeVar("T")


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("that is no time in UTC") from None


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]


class Given(BaseModel):
    """A body. What is not known is refused: a misspelt field must not be left out unnoticed."""

    model_config = ConfigDict(extra="forbid")


class Page(BaseModel, Generic[T]):
    items: list[T]
    next: str | None = Field(
        None,
        description="The cursor of the next page; null at the end. A page with few items may have a next one.",
    )


# --- alerts ----------------------------------------------------------------------------------


class Evidence(BaseModel):
    """A stretch of the article that the verdict rests on; offsets are code points of title or text."""

    text: str
    zone: Zone
    start: int
    end: int


class Response(BaseModel):
    """What one person said to the event. `alert` is the key of the update of which alone it speaks."""

    answer: Answer
    author: str
    at: datetime
    reason: str
    until: datetime | None
    fault: Fault | None
    via: str
    alert: str


class Standing(BaseModel):
    """How the event stands with people."""

    answered: bool
    snoozed_until: datetime | None
    words: str = Field(examples=["acknowledged (Ann, 2026-03-01 09:30 UTC)"])


class Alert(BaseModel):
    """Alerts with the same `thread` tell one event and are answered together."""

    id: int
    key: str
    thread: str
    rule: str
    rule_title: str
    watchlist: str
    severity: Severity
    headline: str
    reason: str
    created_at: datetime
    updated_at: datetime = Field(description="When it was made, or somebody last said something to its event.")
    article_id: str
    article_title: str
    article_url: str
    outlet: str
    language: str
    country: str
    published: datetime
    first_seen: datetime
    assertion: Assertion
    attribution: Attribution
    evidence: list[Evidence]
    previous: str
    current: str
    channels: list[str]
    is_update: bool
    shadow: bool = Field(description="Its rule is on trial: shown, not sent.")
    standing: Standing


class Attempt(BaseModel):
    number: int
    began_at: datetime
    ended_at: datetime | None
    outcome: str


class Delivery(BaseModel):
    """One alert to one target, by the names of channel and target."""

    id: int
    channel: str
    target: str
    purpose: Purpose
    state: DeliveryState
    created_at: datetime
    sent_at: datetime | None
    next_at: datetime | None
    reason: str
    attempts: list[Attempt]


class Figure(BaseModel):
    value: float | None = Field(description="In base units.")
    unit: str
    total: bool


class Fact(BaseModel):
    """Something known. `source` is `seed:ID` or `article:ID`."""

    key: str
    rule: str
    kind: RuleKind
    step: str
    event: str
    words: str
    recorded: datetime
    source: str
    first_day: date | None
    last_day: date | None
    names: list[str]
    places: list[str]
    figures: list[Figure]
    assertion: Assertion
    attribution: Attribution
    language: str
    outlet: str
    url: str


class Verdict(BaseModel):
    """What an article is to a rule, and what was decided on it."""

    rule: str
    kind: VerdictKind
    event: str
    step: str
    reason: str
    fact: str | None = Field(description="The key of the fact that it was held against.")
    score: float | None
    assertion: Assertion
    attribution: Attribution
    evidence: list[Evidence]
    previous: str
    current: str
    action: Action
    decision_reason: str
    severity: Severity
    channels: list[str]


class AlertDetail(Alert):
    """`fact` is what it was held against; `following` are the keys of what else was told of its event."""

    verdict: Verdict | None
    fact: Fact | None
    deliveries: list[Delivery]
    responses: list[Response]


_REASON = Field("", max_length=500, description="Why, for others.")


class Saying(Given):
    reason: str = _REASON


class Snoozing(Saying):
    until: Moment = Field(description="Nothing more of the event until then; at most 30 days ahead.")


class Rejecting(Saying):
    fault: Fault = Field(description="What is wrong with it. What was learned of the event is put aside accordingly.")


class Said(BaseModel):
    """`changed` is false where the same person's same word stood already."""

    changed: bool
    alert: Alert


# --- articles --------------------------------------------------------------------------------


class ArticleBrief(BaseModel):
    """`judged_at` is null while it waits; `error` says why it could not be judged."""

    id: str
    title: str
    language: str
    outlet: str
    publisher: str
    url: str
    source: str
    tier: int
    published: datetime
    first_seen: datetime
    judged_at: datetime | None
    error: str


class ArticleVerdict(Verdict):
    alerted: bool
    judged_at: datetime


class Article(ArticleBrief):
    text: str
    version: int
    summary_only: bool
    note: str
    verdicts: list[ArticleVerdict]


class RuleExplained(Verdict):
    """`facts_known` counts the facts that had a say."""

    alerts: bool
    route: str
    facts_known: int


class RuleSilent(BaseModel):
    """A rule that the text does not touch: what it missed, and which of its terms stand there all the same."""

    rule: str
    missed: str
    lacking: int = Field(description="Groups of words of which none occurs; 0: all are there, but not together.")
    found: list[str]


class Explanation(BaseModel):
    """What would be said, and why. `copy_of` is an earlier document with the same text."""

    language: str
    copy_of: str | None
    touched: list[RuleExplained]
    silent: list[RuleSilent]
    left_out: list[str]


class Text(Given):
    """A text to judge as if it were an article. Nothing of it is kept."""

    title: str = Field(max_length=1_000, examples=["Azerbaijan suspends flights to Kazan"])
    text: str = Field("", max_length=50_000)
    language: str = Field("en", max_length=20, description="Where the text does not tell.")
    published: Moment | None = Field(None, description="Facts recorded later count for nothing; now if not given.")
    rule: str | None = Field(None, max_length=200, description="Only this rule.")


# --- rules, sources, silences, changes -------------------------------------------------------


class Precision(BaseModel):
    """Of the events that it told in 90 days in the stage in which it is: how many people answered, and which share of
    these were right."""

    events: int
    answered: int
    right: int
    precision: float | None


class Rule(BaseModel):
    id: str
    title: str
    description: str
    kind: RuleKind
    severity: Severity
    enabled: bool
    stage: Stage = Field(description="Alerts of a rule in the stage `shadow` are shown and sent to nobody.")
    watchlist: str
    steps: list[str]
    precision: Precision | None = Field(description="Null where it told nothing in that stage.")


class Source(BaseModel):
    """`health` in a word, `cause` in words; `next_entry_expected_at` lies in the past while one is overdue."""

    id: str
    name: str
    url: str
    kind: str
    language: str
    country: str
    publisher: str
    tier: int
    enabled: bool
    health: str = Field(examples=["healthy", "quiet", "failing", "blocked", "gone", "new", "off"])
    cause: str
    failures: int
    last_poll_at: datetime | None
    last_success_at: datetime | None
    last_new_at: datetime | None
    next_poll_at: datetime | None
    next_entry_expected_at: datetime | None


class Silence(BaseModel):
    """What fits all conditions of `match` is held, and told at the end."""

    id: int
    match: dict[str, list[str]] = Field(examples=[{"rule": ["gas-*"], "severity": ["low", "medium"]}])
    author: str
    reason: str
    created_at: datetime
    starts_at: datetime
    ends_at: datetime


class Silencing(Given):
    match: dict[str, list[str]] = Field(
        max_length=6,
        description="Traits (rule, watchlist, severity, assertion, language, country) with values; of each, one fits.",
        examples=[{"rule": ["gas-*"], "severity": ["low", "medium"]}],
    )
    reason: str = Field(min_length=1, max_length=500, description="Why, for those who wonder at the quiet.")
    ends_at: Moment
    long: bool = Field(False, description=f"Shall it last for more than {LONGEST.days} days?")


class Change(BaseModel):
    """What somebody did (`alert.acknowledge`) to which thing (`alert:12`); `via` says how we knew who it was."""

    id: int
    at: datetime
    author: str
    via: str
    what: str
    about: str
    words: str
