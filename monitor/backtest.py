"""Backtest: what would an edit have alerted on? The same articles through the live rules and the edited ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from monitor.core.alerts import Alert
from monitor.core.model import Article
from monitor.judging import Desk, Outcome, judge_article
from monitor.memory import MemoryLedger


@dataclass(frozen=True, slots=True)
class Difference:
    """An alert that one of the two rule sets gives, or both. `reason` is the edited rules' word on it, `shadow` says
    that it is shown only, for its rule is on trial."""

    article: Article
    rule: str
    headline: str
    reason: str
    shadow: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changes: alerts gained, alerts lost, and those that stay, over so many articles."""

    articles: int
    added: tuple[Difference, ...]
    removed: tuple[Difference, ...]
    kept: tuple[Difference, ...]


def backtest(
    articles: Iterable[Article],
    live: Desk,
    edited: Desk,
    ledger: Callable[[], MemoryLedger],
    edited_ledger: Callable[[], MemoryLedger] | None = None,
) -> Comparison:
    """Judge articles, in order of publication, twice; each run begins with a `ledger()` of its own, that of the edited
    rules with an `edited_ledger()` where what is known was edited too."""
    before, after = ledger(), (edited_ledger or ledger)()
    added: list[Difference] = []
    removed: list[Difference] = []
    kept: list[Difference] = []
    count = 0
    for article in articles:
        count += 1
        was = judge_article(article, live, before, article.published)
        now = judge_article(article, edited, after, article.published)
        old, new = _by_rule(was.alerts), _by_rule(now.alerts)
        for rule, alert in new.items():
            gone_on = kept if rule in old else added
            gone_on.append(Difference(article, rule, alert.headline, alert.reason, alert.shadow))
        removed += [
            Difference(article, rule, alert.headline, _why_not(now, rule), alert.shadow)
            for rule, alert in old.items()
            if rule not in new
        ]
    return Comparison(count, tuple(added), tuple(removed), tuple(kept))


def _by_rule(alerts: Sequence[Alert]) -> dict[str, Alert]:
    return {alert.rule: alert for alert in alerts}


def _why_not(outcome: Outcome, rule: str) -> str:
    """What the edited rules say of an article on which they do not alert."""
    decision = next((decision for decision in outcome.decisions if decision.verdict.rule == rule), None)
    if decision is not None:
        return decision.reason
    match = next((match for match in outcome.judged.silent if match.rule.id == rule), None)
    return f"Not touched: {match.missed}." if match else "The rule is gone, or its rarest words do not occur."
