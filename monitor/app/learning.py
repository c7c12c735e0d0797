"""A rule that was added or edited is run over stored articles first, so that it does not alert on old news."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.core.alerts import Alert
from monitor.core.judge import Judge
from monitor.core.model import Article, Decision, Fact
from monitor.core.rules import Rule, RuleSet
from monitor.judging import Desk, judge_article
from monitor.ports import Fingerprint, JudgingUnit


class Lesson:
    """One rule learning from stored articles, given in order of publication; nothing of it is sent."""

    def __init__(self, rule: Rule, ruleset: RuleSet):
        self._rule = rule.id
        self._desk = Desk(Judge(replace(ruleset, rules=(rule,))), {})

    def take(self, article: Article, unit: JudgingUnit, now: datetime) -> bool:
        """Whether the rule is touched. What it has judged before stays as it was judged. Raises StoreError."""
        if self._rule in unit.article_verdicts(f"article:{article.id}"):
            return False
        hindsight = _Hindsight(unit, article.published)
        return bool(judge_article(replace(article, learn_only=True), self._desk, hindsight, now).decisions)


class _Hindsight:
    """The ledger as it was when the article came out: no later facts, and no copies, whose originals the
    rule has not judged either."""

    def __init__(self, unit: JudgingUnit, then: datetime):
        self._unit, self._then = unit, then

    def facts(self, rule: str, now: datetime) -> Sequence[Fact]:
        return self._unit.facts(rule, self._then)

    def near_copies(self, fingerprint: Fingerprint) -> Sequence[Fingerprint]:
        return ()

    def article_verdicts(self, document: str) -> Mapping[str, tuple[str, str]]:
        return self._unit.article_verdicts(document)

    def record(
        self,
        article: Article,
        decisions: Sequence[Decision],
        facts: Sequence[Fact],
        alerts: Sequence[tuple[Alert, Sequence[tuple[str, str]]]],
        fingerprint: Fingerprint | None,
        now: datetime,
    ) -> list[Alert]:
        return self._unit.record(article, decisions, facts, (), None, now) if decisions else []
