"""The replay interface: one line for each article and rule with a verdict."""

from __future__ import annotations

import json

import pytest

from monitor.core.rules import Stage
from monitor.errors import ConfigurationError
from monitor.memory import MemoryLedger
from monitor.replay import read_stream, replay, verdict_lines
from tests.making import Stream, rule, rule_set

LINE = {"id": "a", "published": "2030-03-12T12:00:00Z", "title": "Drones hit mill", "text": "It was at dawn."}


def test_a_verdict_line_has_the_agreed_form() -> None:
    desk = Stream(rule_set(rule())).desk
    articles = read_stream([json.dumps(LINE), "", json.dumps(LINE | {"id": "b", "extra": 1})], "s")
    lines = [line for outcome in replay(articles, desk, MemoryLedger()) for line in verdict_lines(outcome)]
    assert [(line["article"], line["rule"], line["verdict"], line["alerted"]) for line in lines] == [
        ("a", "mill", "new", True),
        ("b", "mill", "followup", False),
    ]
    assert set(lines[0]) == {
        "article", "rule", "verdict", "alerted", "event", "fact", "score", "assertion", "evidence", "reason",
    }  # fmt: skip
    for piece in lines[0]["evidence"]:
        source = LINE["title"] if piece["zone"] == "title" else LINE["text"]
        assert source[piece["start"] : piece["end"]] == piece["text"]
    assert lines[1]["event"] == lines[0]["event"]
    assert lines[1]["fact"]
    assert 0 <= lines[0]["score"] <= 1


def test_an_alert_of_a_rule_on_trial_counts_and_is_marked() -> None:
    desk = Stream(rule_set(rule(stage=Stage.SHADOW))).desk
    [outcome] = replay(read_stream([json.dumps(LINE)], "s"), desk, MemoryLedger())
    [line] = verdict_lines(outcome)
    assert (line["alerted"], line["shadow"]) == (True, True)


@pytest.mark.parametrize("updates", [True, False])
def test_an_update_is_a_follow_up_that_is_alerted_where_the_rule_asks_for_it(updates: bool) -> None:
    told = [
        LINE | {"text": "The mill in Varna was hit, bloggers claimed."},
        LINE | {"id": "b", "title": "Strike on mill", "text": "The mill in Varna was hit, the ministry said."},
        LINE | {"id": "c", "title": "Mill in Varna", "text": "The mill was hit in Varna, the police said."},
    ]
    desk = Stream(rule_set(rule(updates=updates))).desk
    outcomes = replay(read_stream(map(json.dumps, told), "s"), desk, MemoryLedger())
    lines = [line for outcome in outcomes for line in verdict_lines(outcome)]
    assert [(line["verdict"], line["alerted"]) for line in lines] == [
        ("new", True), ("followup", updates), ("followup", False),
    ]  # fmt: skip
    assert lines[1]["reason"].startswith("update: only claimed by one side")


def test_the_result_is_the_same_at_every_run() -> None:
    def run() -> list[str]:
        articles = read_stream([json.dumps(LINE | {"id": str(n)}) for n in range(5)], "s")
        desk = Stream(rule_set(rule())).desk
        return [json.dumps(x) for o in replay(articles, desk, MemoryLedger()) for x in verdict_lines(o)]

    assert run() == run()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "no JSON"),
        ("[]", "no JSON object"),
        (json.dumps({"id": "a"}), "published, title, text: missing"),
        (json.dumps(LINE | {"published": "yesterday"}), "no ISO 8601 time"),
    ],
)
def test_a_bad_line_is_named_by_file_and_line(line: str, words: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        list(read_stream([json.dumps(LINE), line], "stream.jsonl"))
    assert "stream.jsonl:2:1" in str(raised.value)
    assert words in str(raised.value)
