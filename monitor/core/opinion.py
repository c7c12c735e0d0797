"""What one claim amounts to: the opinion, the name of its event, and how a retelling counts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from monitor.core.model import Article, Assertion, Claim, Fact, VerdictKind
from monitor.core.rules import Rule

# What an article only weighs, supposes or denies is no event.
NOT_ASSERTED = {
    Assertion.CONSIDERED: "it is only considered",
    Assertion.CONDITIONAL: "it depends on a condition",
    Assertion.DENIED: "it is denied",
    Assertion.RETROSPECTIVE: "it is told as background",
}


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one claim amounts to. `fact` is what it was held against; `event` names the event it belongs to."""

    kind: VerdictKind
    claim: Claim
    reason: str
    fact: Fact | None = None
    event: str = ""
    previous: str = ""
    current: str = ""
    step: str = ""  # the step or state that we believe, where it is not the claim's own


def echo(fact: Fact | None, article: Article) -> VerdictKind:
    """A retelling of what was learned from an article is a follow-up, of the seeds' facts is known."""
    if fact and fact.source.startswith("article:") and article.published - fact.recorded < timedelta(days=14):
        return VerdictKind.FOLLOWUP
    return VerdictKind.KNOWN


def event_key(claim: Claim, article: Article, step: str = "") -> str:
    """Names an event for good: its step, its day, and a mark of the article that told it first."""
    day = claim.when.first if claim.when else article.published.date()
    mark = hashlib.sha256(article.id.encode()).hexdigest()[:6]
    return "-".join(part for part in (step or claim.step, day.isoformat(), mark) if part)


def step_title(rule: Rule, step_id: str) -> str:
    step = next((step for step in rule.steps if step.id == step_id), None)
    return (step.title if step and step.title else step_id.replace("_", " ")) or rule.title
