"""Different reports of one event are not copies: on ECB+ (86 events, 976 reports)."""

from __future__ import annotations

import itertools
import json
from collections import defaultdict

import pytest

from monitor.core.duplicates import likeness, same_text, similarity
from tests.optional import corpus

LEAST_WORDS = 40


@pytest.fixture(scope="module")
def events() -> dict[str, list[str]]:
    groups = defaultdict(list)
    for line in (corpus("novelty") / "ecbplus.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if len(row["text"].split()) >= LEAST_WORDS:
            groups[row["group"]].append(row["text"])
    return groups


def _shared(left: str, right: str) -> int:
    """The longest run of words that two texts have in common: the independent measure of a copy."""
    words, others = left.lower().split(), right.lower().split()
    longest, previous = 0, [0] * (len(others) + 1)
    for word in words:
        current = [0]
        current += [previous[i] + 1 if word == other else 0 for i, other in enumerate(others)]
        longest, previous = max(longest, *current), current
    return longest


def test_reports_of_one_event_are_told_from_copies(events: dict[str, list[str]]) -> None:
    """Whatever is called a copy shares at least eight words in a row. Reached: 42 called, none wrong."""
    pairs = called = wrong = 0
    for texts in events.values():
        for left, right in itertools.combinations(texts, 2):
            pairs += 1
            a, b = likeness("", left).signature, likeness("", right).signature
            if same_text(a, b):
                called += 1
                wrong += _shared(left, right) < 8
    print(f"{pairs} pairs of one event, {called} called copies, {wrong} of them without a shared run of words")
    assert pairs > 500
    assert wrong <= 2


def test_reports_of_different_events_are_never_copies(events: dict[str, list[str]]) -> None:
    firsts = [likeness("", texts[0]).signature for texts in events.values()]
    assert max(similarity(a, b) for a, b in itertools.combinations(firsts, 2)) < 0.3
