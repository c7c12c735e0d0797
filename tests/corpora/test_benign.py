"""News on other matters, written by others: the shipped rules have to stay silent on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.core.judge import Judge
from monitor.core.model import Article
from monitor.judging import Desk, judge_article
from monitor.memory import MemoryLedger
from monitor.watchlists import load, load_seeds
from tests.optional import corpus

ROOT = Path(__file__).resolve().parents[2]
WHEN = datetime(2025, 11, 3, 12, tzinfo=UTC)


def lines(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        yield from (json.loads(line) for line in file)


def pages() -> Iterator[tuple[str, str, str, str]]:
    folder = corpus("pages")
    for entry in lines(folder / "index.jsonl"):
        if entry.get("gold_text"):
            text = (folder / entry["gold_text"]).read_text(encoding="utf-8")
            title, _, rest = text.strip().partition("\n")
            yield entry["id"], title, rest, entry["lang"]


def reports() -> Iterator[tuple[str, str, str, str]]:
    for entry in lines(corpus("novelty") / "ecbplus.jsonl"):
        yield entry["id"], entry["headline"], entry["text"], "en"
    for entry in lines(corpus("novelty") / "uci_news_stories.jsonl"):
        yield f"uci{entry['id']}", entry["headline"], "", "en"


def headlines() -> Iterator[tuple[str, str, str, str]]:
    for number, entry in enumerate(lines(corpus("novelty") / "headline_cause.jsonl")):
        for side in ("left", "right"):
            yield f"hc{number}{side}", entry[side], "", entry["lang"]


@pytest.mark.parametrize("read", [pages, reports, headlines])
def test_the_shipped_rules_are_silent_on_other_news(read) -> None:
    loaded = load(ROOT / "watchlists")
    desk = Desk(Judge(loaded.ruleset), {}, ("oncall",))
    seeds = load_seeds(ROOT / "seeds", loaded.ruleset)
    known = [fact for seed in seeds for fact in seed.baseline]
    alerted, seen = [], 0
    for name, title, text, lang in read():
        seen += 1
        told = Article(name, title, text, WHEN, WHEN, lang, "Elsewhere")
        # Each against the seeds alone: these texts are years apart and know nothing of one another.
        alerted += [
            f"{alert.rule}: {title[:100]}" for alert in judge_article(told, desk, MemoryLedger(known), WHEN).alerts
        ]
    assert seen > 10
    assert not alerted
