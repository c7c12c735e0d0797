"""One article through every gate, recording nothing: what matched, what it asserts, what is known, what follows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.core.alerts import Decision
from monitor.core.judge import Copy, Judgement, Note, judge
from monitor.core.matching import Match
from monitor.core.model import Article, Fact
from monitor.core.relevant import Baseline, Coverage, Question, Window
from monitor.core.silence import Miss, misses
from monitor.core.text import Document
from monitor.judging import Desk, find_copy, prepare
from monitor.ports import Fingerprint, Ledger


@dataclass(frozen=True, slots=True)
class Explained:
    """A rule that the article touches. `known` counts the facts that had a say on its claims."""

    match: Match
    judgement: Judgement
    decision: Decision
    known: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """`silent` are the rules that the article does not touch, nearest first; `notes` say what was left out."""

    article: Article
    document: Document
    copy: Copy | None
    rules: tuple[Explained, ...]
    silent: tuple[Miss, ...]
    notes: tuple[Note, ...] = ()


def explain(article: Article, desk: Desk, ledger: Ledger, now: datetime) -> Explanation:
    """Judge an article as `judge_article` does, but record nothing. `now`: facts recorded later count for nothing."""
    ready = prepare(article, desk)
    article, copy = ready.article, find_copy(ready.fingerprint, ledger)
    counting = _Counting(ledger)
    judged = judge(ready.prepared, counting, now, lambda: copy)
    matches = {match.rule.id: match for match, _ in ready.prepared.touched}
    explained = (
        Explained(
            matches[judgement.rule.id],
            judgement,
            desk.decide(judgement, article),
            counting.known[judgement.rule.id],
        )
        for judgement in judged.judgements
    )
    silent = misses(desk.judge.matcher, judged.document)
    return Explanation(article, judged.document, copy, tuple(explained), tuple(silent), judged.notes)


_ARTICLE = "article:"  # stands before the ids of documents that are articles


class _Counting:
    """A baseline that counts what it handed over: `known`, by rule."""

    def __init__(self, baseline: Baseline):
        self.known: dict[str, int] = {}
        self._baseline = baseline

    def facts(self, question: Question, now: datetime) -> Sequence[Fact]:
        facts = self._baseline.facts(question, now)
        self.known[question.rule] = len(facts)
        return facts

    def coverage(self, window: Window, now: datetime) -> Coverage:
        coverage = self._baseline.coverage(window, now)
        self.known[window.rule] = coverage.recent + coverage.before
        return coverage


class Before:
    """A ledger as it was before an article came: without what that article taught, and without later copies of it."""

    def __init__(self, ledger: Ledger, article: Article, published: Callable[[Sequence[str]], Mapping[str, datetime]]):
        """`published` tells when the articles with these ids were published, as far as they are there."""
        self._ledger, self._article, self._published = ledger, article, published

    def facts(self, question: Question, now: datetime) -> Sequence[Fact]:
        return self._ledger.facts(replace(question, without=f"{_ARTICLE}{self._article.id}"), now)

    def coverage(self, window: Window, now: datetime) -> Coverage:
        return self._ledger.coverage(replace(window, without=f"{_ARTICLE}{self._article.id}"), now)

    def near_copies(self, fingerprint: Fingerprint) -> Sequence[Fingerprint]:
        found = self._ledger.near_copies(fingerprint)
        ids = {one.document.removeprefix(_ARTICLE): one.document for one in found if one.document.startswith(_ARTICLE)}
        published = self._published(list(ids)) if ids else {}
        before = {ids[name] for name, at in published.items() if at <= self._article.published}
        later = set(ids.values()) - before
        return [other for other in found if other.document not in later]

    def article_verdicts(self, document: str) -> Mapping[str, tuple[str, str]]:
        return self._ledger.article_verdicts(document)
