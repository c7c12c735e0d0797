"""Replay: a file of articles through judgement and policy, on a fresh ledger, without sending anything."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from monitor.core.alerts import Action
from monitor.core.model import Article
from monitor.errors import ConfigurationError, Problem
from monitor.judging import Desk, Outcome, judge_article
from monitor.memory import MemoryLedger


def read_stream(lines: Iterable[str], name: str) -> Iterator[Article]:
    """One article from each line of JSON that is not empty. Raises ConfigurationError with the line."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _article(line, name, number)


def _article(line: str, name: str, number: int) -> Article:
    def problem(message: str, hint: str = "") -> ConfigurationError:
        return ConfigurationError([Problem(name, number, 1, message, hint)])

    try:
        fields = json.loads(line)
    except ValueError as error:
        raise problem(f"this line is no JSON: {error}", "write one JSON object a line") from None
    if not isinstance(fields, dict):
        raise problem("this line is no JSON object", 'write {"id": …, "published": …, "title": …, "text": …}')
    lacking = [key for key in ("id", "published", "title", "text") if not isinstance(fields.get(key), str)]
    if lacking:
        raise problem(f"{', '.join(lacking)}: missing or no text")
    try:
        published = datetime.fromisoformat(fields["published"])
    except ValueError:
        hint = "write it as 2025-08-27T06:00:00Z"
        raise problem(f"published: {fields['published']!r} is no ISO 8601 time", hint) from None
    published = published.astimezone(UTC) if published.tzinfo else published.replace(tzinfo=UTC)
    text_of = {key: fields[key] if isinstance(fields.get(key), str) else "" for key in ("lang", "outlet", "url")}
    return Article(
        id=fields["id"],
        title=fields["title"],
        text=fields["text"],
        published=published,
        first_seen=published,
        language=text_of["lang"],
        outlet=text_of["outlet"],
        publisher=text_of["outlet"],
        url=text_of["url"],
    )


def replay(articles: Iterable[Article], desk: Desk, ledger: MemoryLedger) -> Iterator[Outcome]:
    """Judge articles in order; `now` is each article's own time."""
    for article in articles:
        yield judge_article(article, desk, ledger, article.published)


def verdict_lines(outcome: Outcome) -> Iterator[Mapping[str, Any]]:
    """The verdicts of one article in the form of the replay interface, see docs/cli.md."""
    alerted = {alert.rule for alert in outcome.alerts}
    on_trial = {alert.rule for alert in outcome.alerts if alert.shadow}
    for decision in outcome.decisions:
        verdict = decision.verdict
        yield {
            "article": verdict.article,
            "rule": verdict.rule,
            "verdict": verdict.kind.value,
            "alerted": decision.action is Action.NOTIFY and verdict.rule in alerted,
            "event": verdict.event,
            "fact": verdict.fact,
            "score": verdict.score,
            "assertion": verdict.assertion.value,
            "evidence": [
                {"text": piece.text, "start": piece.start, "end": piece.end, "zone": piece.zone.value}
                for piece in verdict.evidence
            ],
            "reason": verdict.reason,
            **({"shadow": True} if verdict.rule in on_trial else {}),
        }
