"""A rule that is new or was edited is run over stored articles first, so that it does not alert on old news."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from monitor.core.alerts import Alert, Decision
from monitor.core.judge import Judge
from monitor.core.model import Article, Fact
from monitor.core.relevant import Coverage, Question, Window
from monitor.core.rules import Rule, RuleSet
from monitor.judging import Desk, judge_article
from monitor.ports import Fingerprint, JudgingUnit


class Lesson:
    """Rules learning from stored articles, given in order of publication; nothing of it is sent."""

    def __init__(self, rules: Sequence[Rule], ruleset: RuleSet):
        self.rules = frozenset(rule.id for rule in rules)
        self._desk = Desk(Judge(replace(ruleset, rules=tuple(rules))), {})

    def take(self, article: Article, unit: JudgingUnit, now: datetime) -> bool:
        """Whether it teaches anything. What a rule has judged before stays as it was judged. Raises StoreError."""
        unread = self.rules - unit.article_verdicts(f"article:{article.id}").keys()
        if not unread:
            return False
        hindsight = _Hindsight(unit, article.published, unread)
        judge_article(replace(article, learn_only=True), self._desk, hindsight, now)
        return hindsight.learned


class _Hindsight:
    """The ledger as it was when the article came out: no later facts, and no copies, whose originals the
    rules have not judged either. Only `rules` may write."""

    def __init__(self, unit: JudgingUnit, then: datetime, rules: frozenset[str]):
        self.learned = False
        self._unit, self._then, self._rules = unit, then, rules

    def facts(self, question: Question, now: datetime) -> Sequence[Fact]:
        return self._unit.facts(question, self._then)

    def coverage(self, window: Window, now: datetime) -> Coverage:
        return self._unit.coverage(window, self._then)

    def near_copies(self, fingerprint: Fingerprint) -> Sequence[Fingerprint]:
        return ()

    def article_verdicts(self, document: str) -> Mapping[str, tuple[str, str]]:
        return self._unit.article_verdicts(document)

    def waiting(self, articles: Sequence[Article]) -> Collection[str]:
        return self._unit.waiting(articles)

    def record(
        self,
        article: Article,
        decisions: Sequence[Decision],
        facts: Sequence[Fact],
        alerts: Sequence[tuple[Alert, Sequence[tuple[str, str]]]],
        fingerprint: Fingerprint | None,
        now: datetime,
    ) -> list[Alert]:
        decisions = [decision for decision in decisions if decision.verdict.rule in self._rules]
        facts = [fact for fact in facts if fact.rule in self._rules]
        self.learned = bool(decisions)
        return self._unit.record(article, decisions, facts, (), None, now) if decisions else []
