"""The examples that analysts write beside their rules, held against the real judgement."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from monitor.core.judge import Judge
from monitor.core.model import Article, Verdict
from monitor.core.rules import Example, ExampleArticle, Rule, RuleSet
from monitor.core.silence import why_silent
from monitor.judging import Desk, Outcome, judge_article
from monitor.memory import MemoryLedger

BEGIN = datetime(2030, 1, 1, tzinfo=UTC)  # when the first text of an example appears, unless it says otherwise
GAP = timedelta(hours=1)
SILENT, QUIET, UNMATCHED = "silent", "quiet", "unmatched"


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """What came of one text; `failure` says in words what should have come of it, empty when it did."""

    rule: Rule
    article: ExampleArticle
    failure: str = ""
    name: str = ""  # of the example

    @property
    def place(self) -> str:
        return f"{self.rule.watchlist}:{self.article.line}"


def run_examples(
    ruleset: RuleSet, seeded: Callable[[], MemoryLedger] | None = None, only: Collection[str] | None = None
) -> Iterator[ExampleResult]:
    """Judge every text of every example, by rule; `only` those of some rules. Each example begins with nothing
    known, or with a ledger of its own that `seeded` makes where it wants the seeds; without `seeded` those are
    passed over.

    All rules take part, as they do in production, but only the verdicts of the example's own rule
    count; a rule that is switched off is judged as if it were on.
    """
    judge = Judge(replace(ruleset, rules=tuple(replace(rule, enabled=True) for rule in ruleset.rules)))
    for rule in ruleset.rules:
        for example in rule.examples if only is None or rule.id in only else ():
            if not example.seeds:
                yield from _run(rule, example, Desk(judge, {}), MemoryLedger())
            elif seeded:
                yield from _run(rule, example, Desk(judge, {}), seeded())


def _run(rule: Rule, example: Example, desk: Desk, ledger: MemoryLedger) -> Iterator[ExampleResult]:
    time = _begin(example) - GAP
    for number, text in enumerate(example.articles):
        time = _moment(text.published) if text.published else time + GAP
        article = Article(str(number), text.title, text.text, time, time, text.language)
        outcome = judge_article(article, desk, ledger, time)
        yield ExampleResult(rule, text, _failure(rule, text, outcome, desk.judge), example.name)


def _begin(example: Example) -> datetime:
    """When the first text appeared: texts without a time come an hour apart, also before the first that has one."""
    for number, text in enumerate(example.articles):
        if text.published:
            return _moment(text.published) - number * GAP
    return BEGIN


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _failure(rule: Rule, text: ExampleArticle, outcome: Outcome, judge: Judge) -> str:
    verdict = next((d.verdict for d in outcome.decisions if d.verdict.rule == rule.id), None)
    alerted = any(alert.rule == rule.id for alert in outcome.alerts)
    kind = verdict.kind.value if verdict else SILENT
    as_expected = {
        SILENT: not alerted,
        QUIET: verdict is not None and not alerted,
        UNMATCHED: verdict is None,
        "new": alerted,
    }
    if not as_expected.get(text.expect, kind == text.expect and not alerted):
        got = f"{kind}, alerted" if alerted else f"{kind}, no alert" if verdict else kind
        return f"expected {text.expect}, got {got}: {_reason(rule, verdict, outcome, judge)}"
    if verdict and text.step and verdict.step != text.step:
        return f"expected the step {text.step}, got {verdict.step or 'none'}: {verdict.reason}"
    if text.step and not verdict:
        return f"expected the step {text.step}, got no verdict: {_reason(rule, verdict, outcome, judge)}"
    return ""


def _reason(rule: Rule, verdict: Verdict | None, outcome: Outcome, judge: Judge) -> str:
    if verdict is None:
        return why_silent(judge.matcher, outcome.judged.document, rule)
    decision = next(d for d in outcome.decisions if d.verdict is verdict)
    return decision.reason or verdict.reason
