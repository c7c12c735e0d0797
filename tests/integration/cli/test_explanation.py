"""What a stored article is held against: the baseline as it was before it came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.core.judge import Judge
from monitor.core.model import Article, VerdictKind
from monitor.explanation import Before, explain
from monitor.judging import Desk, judge_article
from monitor.memory import MemoryLedger
from monitor.watchlists import load
from tests.integration.cli.conftest import FERRIES

MAY = datetime(2030, 5, 3, 8, tzinfo=UTC)
TEXT = " ".join(f"A ferry sank on Lake Orm on 3 May, and {word} was lost with all her cargo." for word in "abcdefgh")


def article(name: str, hours: int) -> Article:
    at = MAY + timedelta(hours=hours)
    return Article(name, "Ferry sinks on Lake Orm", TEXT, at, at, "en", name)


def test_neither_an_articles_own_facts_nor_its_later_copies_count(tmp_path: Path) -> None:
    (tmp_path / "ferries.yaml").write_text(FERRIES)
    desk, ledger = Desk(Judge(load(tmp_path).ruleset), {}), MemoryLedger()
    articles = {found.id: found for found in (article("first", 0), article("second", 1))}
    for found in articles.values():
        judge_article(found, desk, ledger, found.published)

    def told(name: str) -> tuple[VerdictKind, str | None]:
        subject = articles[name]
        published = {found.id: found.published for found in articles.values()}
        before = Before(ledger, subject, lambda names: {name: published[name] for name in names if name in published})
        explanation = explain(subject, desk, before, subject.published)
        copy = explanation.copy.document if explanation.copy else None
        return explanation.rules[0].judgement.verdict.kind, copy

    assert told("first") == (VerdictKind.NEW, None)
    assert told("second") == (VerdictKind.FOLLOWUP, "article:first")
