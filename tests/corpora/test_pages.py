"""Real pages with the text that people found on them. Skipped where they are not at hand."""

import gzip
import json
import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trafilatura

from monitor.core.model import Page
from monitor.fetch.pages import extract
from tests.optional import corpus

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def pages() -> Path:
    return corpus("pages")


@pytest.fixture(scope="module")
def read() -> list[tuple[dict[str, Any], Page]]:
    rows = [json.loads(line) for line in (pages() / "index.jsonl").read_text().splitlines()]
    return [
        (
            row,
            extract(gzip.decompress((pages() / row["html"]).read_bytes()), row["url"], "text/html", row["lang"], NOW),
        )
        for row in rows
    ]


def f1(gold: str, text: str) -> float:
    """Over words, as bags."""
    wanted, got = (Counter(re.findall(r"\w+", part.lower())) for part in (gold, text))
    common = sum((wanted & got).values())
    return 2 * common / (sum(wanted.values()) + sum(got.values()))


def test_the_text_is_what_people_found(read):
    scores = {
        row["id"]: f1((pages() / row["gold_text"]).read_text(), page.text) for row, page in read if "gold_text" in row
    }
    assert sum(scores.values()) / len(scores) >= 0.93, sorted(scores.items(), key=lambda pair: pair[1])[:5]


def test_the_text_is_no_worse_than_the_librarys_own(read):
    """By its default settings, on the same pages. Both figures are printed."""
    gold = {row["id"]: (pages() / row["gold_text"]).read_text() for row, _ in read if "gold_text" in row}
    ours = [f1(gold[row["id"]], page.text) for row, page in read if row["id"] in gold]
    theirs = [
        f1(gold[row["id"]], trafilatura.extract(gzip.decompress((pages() / row["html"]).read_bytes())) or "")
        for row, _ in read
        if row["id"] in gold
    ]
    mine, other = sum(ours) / len(ours), sum(theirs) / len(theirs)
    print(f"F1 over {len(ours)} pages: ours {mine:.4f}, trafilatura alone {other:.4f}")
    assert mine >= other


def test_marked_passages_are_there_and_boilerplate_is_not(read):
    marked = [(row["id"], part, part in page.text) for row, page in read for part in row.get("with", ())]
    boilerplate = [(row["id"], part, part not in page.text) for row, page in read for part in row.get("without", ())]
    for name, passages in (("with", marked), ("without", boilerplate)):
        assert sum(right for *_, right in passages) / len(passages) >= 0.95, name


def test_titles_are_right_apart_from_the_name_of_the_site(read):
    def words(text: str) -> set[str]:
        return set(re.findall(r"\w+", text.lower()))

    titled = [(row["title"], page.title) for row, page in read if row.get("title")]
    right = [len(words(gold) & words(title)) >= 0.7 * len(words(gold)) for gold, title in titled]
    assert sum(right) / len(right) >= 0.9


def test_days_of_publication_are_within_one_of_the_true_ones(read):
    dated = [(datetime.fromisoformat(row["date"]), page.published) for row, page in read if row.get("date")]
    right = [
        found is not None and abs((gold.replace(tzinfo=gold.tzinfo or UTC) - found).total_seconds()) < 86400 * 1.2
        for gold, found in dated
    ]
    assert sum(right) / len(right) >= 0.85
