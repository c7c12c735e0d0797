"""The labelled streams keep their own rules, and the watchlists beside them load."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from monitor.watchlists import load, load_seeds
from tests.judgement.replaying import ROOT, streams

WATCHLISTS = {stream.path: stream.home for stream in streams() if stream.path.is_relative_to(ROOT)}
STREAMS = pytest.mark.parametrize("path", WATCHLISTS, ids=lambda path: f"{path.parent.name}-{path.stem}")


def articles(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@STREAMS
def test_articles_stand_in_order_of_publication_under_ids_of_their_own(path: Path) -> None:
    stream = articles(path)
    times = [datetime.fromisoformat(article["published"]) for article in stream]
    assert times == sorted(times)
    assert len({article["id"] for article in stream}) == len(stream)


@STREAMS
def test_the_first_report_of_an_event_is_new_and_every_later_one_a_followup(path: Path) -> None:
    seen: set[tuple[str, str]] = set()
    for article in articles(path):
        for rule, label in article["labels"].items():
            if label["label"] == "known":
                assert "event" not in label, article["id"]
                continue
            event = rule, label["event"]
            assert label["label"] == ("followup" if event in seen else "new"), article["id"]
            seen.add(event)


@STREAMS
def test_every_label_names_a_rule_of_the_watchlists_which_load_with_their_seeds(path: Path) -> None:
    loaded = load(WATCHLISTS[path] / "watchlists")
    load_seeds(WATCHLISTS[path] / "seeds", loaded.ruleset)
    named = {rule for article in articles(path) for rule in article["labels"]}
    assert named <= {rule.id for rule in loaded.ruleset.rules}
