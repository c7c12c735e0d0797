"""One article through judgement and policy. The daemon and the replay share it.

`prepare` needs nothing but the article, and takes most of the time; `judge_prepared` belongs into one transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.core import duplicates
from monitor.core.alerts import Action, Alert, Decision, Target
from monitor.core.judge import Copy, Judge, Judged, Judgement, Prepared, judge
from monitor.core.model import Article, Fact
from monitor.core.policy import decide, make_alert
from monitor.core.routing import NOWHERE, Route
from monitor.core.text import Document
from monitor.ports import Fingerprint, JudgingUnit, Ledger


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one article: every decision with its reason, and the alerts that were stored."""

    article: Article
    judged: Judged
    decisions: tuple[Decision, ...]
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class Desk:
    """The rules in force and where alerts go: replaced as a whole when an analyst saves a file."""

    judge: Judge
    targets: Mapping[str, Sequence[Target]]
    routes: Route = NOWHERE
    countries: Mapping[str, str] = field(default_factory=dict)  # of the outlets, by source

    def decide(self, judgement: Judgement, article: Article) -> Decision:
        """What is done about a verdict on the article, and why."""
        return decide(judgement.verdict, judgement.rule, article, self.routes, self.country(article))

    def country(self, article: Article) -> str:
        """Of its outlet; "" where it is not known."""
        return self.countries.get(article.source_id, "")

    def addresses(self, alert: Alert) -> list[tuple[str, str]]:
        """(channel, target name) of every delivery that an alert needs."""
        return [(channel, target.name) for channel in alert.channels for target in self.targets.get(channel, ())]


@dataclass(frozen=True, slots=True)
class Ready:
    """An article to be held against what is known, and how near copies of it are found again."""

    prepared: Prepared
    fingerprint: Fingerprint

    @property
    def article(self) -> Article:
        return self.prepared.article


def prepare(article: Article, desk: Desk) -> Ready:
    """What the article says by itself: touches no store."""
    prepared = desk.judge.prepare(article)
    return Ready(prepared, fingerprint_of(f"article:{article.id}", prepared.document))


def touched(ready: Iterable[Ready]) -> frozenset[str]:
    """The rules that nobody else may have while these are judged."""
    return frozenset(rule for one in ready for rule in one.prepared.rules)


def judge_waiting(ready: Sequence[Ready], desk: Desk, unit: JudgingUnit, now: datetime) -> list[Outcome]:
    """What comes of those that are still to be judged; what somebody else has judged meanwhile is left out."""
    waiting = unit.waiting([one.article for one in ready])
    return [judge_prepared(one, desk, unit, now) for one in ready if one.article.id in waiting]


def judge_article(article: Article, desk: Desk, unit: JudgingUnit, now: datetime) -> Outcome:
    """Judge, decide and record. Raises StoreError; anything else is a mistake of ours."""
    return judge_prepared(prepare(article, desk), desk, unit, now)


def judge_prepared(ready: Ready, desk: Desk, unit: JudgingUnit, now: datetime) -> Outcome:
    """The rest of `judge_article`, by the desk that prepared it."""
    article, fingerprint = ready.article, ready.fingerprint
    judged = judge(ready.prepared, unit, now, lambda: _original(article, fingerprint, unit))
    decisions: list[Decision] = []
    alerts: list[tuple[Alert, Sequence[tuple[str, str]]]] = []
    facts: list[Fact] = []
    for judgement in judged.judgements:
        decision = desk.decide(judgement, article)
        decisions.append(decision)
        facts.extend(judgement.facts)
        if decision.action is Action.NOTIFY:
            alert = make_alert(decision, judgement.rule, article, now, desk.country(article))
            alerts.append((alert, desk.addresses(alert)))
    stored = unit.record(article, decisions, facts, alerts, fingerprint, now)
    return Outcome(article, judged, tuple(decisions), tuple(stored))


def _original(article: Article, fingerprint: Fingerprint, ledger: Ledger) -> Copy | None:
    """The earlier text that an article repeats. What an edit is like may be a reprint of what it was before:
    then its corrections are its own."""
    copy = find_copy(fingerprint, ledger)
    if copy is None or article.version == 1:
        return copy
    before = {event for _, event in ledger.article_verdicts(f"article:{article.id}").values() if event}
    return None if before.intersection(event for _, event in copy.verdicts.values()) else copy


def fingerprint_of(name: str, document: Document) -> Fingerprint:
    """How near copies of a document are found again under another link."""
    likeness = duplicates.likeness(document.title, document.text)
    return Fingerprint(name, likeness.signature, likeness.bands)


def find_copy(fingerprint: Fingerprint, ledger: Ledger) -> Copy | None:
    """The earlier text that this one repeats, most alike first; None when it is a text of its own."""
    scored = [
        (duplicates.similarity(fingerprint.signature, other.signature), other.document)
        for other in ledger.near_copies(fingerprint)
        if duplicates.same_text(fingerprint.signature, other.signature)
    ]
    if not scored:
        return None
    document = min(scored, key=lambda item: (-item[0], item[1]))[1]
    return Copy(document, ledger.article_verdicts(document))
