"""`monitor replay`: articles in, verdicts out, the same at every run."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from tests.integration.cli.conftest import Desk

STREAM = [
    {
        "id": "a1",
        "published": "2030-05-03T08:00:00Z",
        "title": "Ferry sinks on Lake Orm",
        "text": "A ferry sank on Lake Orm on 3 May, the harbour master said.",
        "lang": "en",
        "outlet": "Herald",
        "anything": ["else"],
    },
    {"id": "a2", "published": "2030-05-03T09:00:00+01:00", "title": "Weather", "text": "It will rain on Lake Orm."},
    {
        "id": "a3",
        "published": "2030-05-04T08:00:00",
        "title": "Divers search ferry that sank on Lake Orm",
        "text": "Divers are searching the ferry which sank on Lake Orm on 3 May.",
    },
]
KEYS = ["article", "rule", "verdict", "alerted", "event", "fact", "score", "assertion", "evidence", "reason"]


def stream(desk: Desk, *lines: object) -> Path:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    return desk.write("stream.jsonl", text + "\n")


def test_one_line_comes_out_for_each_article_and_rule_with_a_verdict(desk: Desk) -> None:
    ran = desk.run("replay", str(stream(desk, *STREAM)))
    assert ran.code == 0
    first, second = (json.loads(line) for line in ran.out.splitlines())
    assert list(first) == list(second) == KEYS
    assert (first["article"], first["rule"], first["verdict"], first["alerted"]) == ("a1", "sinkings", "new", True)
    assert (second["article"], second["verdict"], second["alerted"]) == ("a3", "followup", False)
    assert second["event"] == first["event"]
    assert second["fact"] == "article:a1:sinkings:0"
    assert 0 <= first["score"] <= 1
    for line, article in ((first, STREAM[0]), (second, STREAM[2])):
        for piece in line["evidence"]:
            source = article["title"] if piece["zone"] == "title" else article["text"]
            assert source[piece["start"] : piece["end"]] == piece["text"]  # type: ignore[index]
    assert ran.complaints == [
        "monitor: warning: seeds: there are no seeds: nothing counts as known",
        "monitor: 3 articles: 1 new, 1 followup, 0 known; 1 alerted",
    ]


def propose(desk: Desk, paper: str) -> None:
    """Make a seed of a text."""
    document = desk.write("paper.txt", f"Ferry sinks on Lake Orm\n\n{paper}\n")
    options = ("--id", "paper", "--date", "2030-05-03", "--outlet", "Herald", "--out", "seeds/paper.yaml")
    assert desk.run("seed", "add", str(document), *options).code == 0


def test_what_the_seeds_say_is_known(desk: Desk) -> None:
    propose(desk, "A ferry sank on Lake Orm on 3 May.")
    ran = desk.run("replay", str(stream(desk, STREAM[0])))
    line = json.loads(ran.out)
    assert (line["verdict"], line["alerted"], line["fact"]) == ("known", False, "seed:paper:1")


def test_a_reprint_of_a_seed_is_recognised_however_late(desk: Desk) -> None:
    paper = " ".join(f"The ferry sank on Lake Orm, and {word} followed at once." for word in "abcdefghijklm")
    propose(desk, paper)
    late = {"published": "2030-09-30T08:00:00Z", "title": "Another headline"}
    other = "The ferry sank on Lake Orm. " + " ".join(
        f"Nobody {word} heard of it before noon." for word in "nopqrstuvwxyz"
    )
    ran = desk.run("replay", str(stream(desk, late | {"id": "a", "text": paper}, late | {"id": "b", "text": other})))
    reprint, another = (json.loads(line) for line in ran.out.splitlines())
    assert (reprint["verdict"], reprint["reason"]) == ("known", "a copy of seed:paper, which was judged before")
    assert another["verdict"] == "new"


def test_the_result_is_the_same_at_every_run_and_goes_to_a_file_where_asked(desk: Desk) -> None:
    path = stream(desk, *STREAM)
    printed = desk.run("replay", str(path))
    written = desk.run("replay", str(path), "--out", "out.jsonl")
    assert written.out == ""
    assert (desk.folder / "out.jsonl").read_text(encoding="utf-8") == printed.out


def test_a_dash_reads_standard_input(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    data = json.dumps(STREAM[0]).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    assert json.loads(desk.run("replay", "-").out)["article"] == "a1"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("{", "monitor: stream.jsonl:2:1: this line is no JSON: "),
        ("[1]", "monitor: stream.jsonl:2:1: this line is no JSON object "),
        ({"id": "b", "published": "2030-05-04"}, "monitor: stream.jsonl:2:1: title, text: missing or no text"),
        (
            STREAM[1] | {"published": "yesterday"},
            "monitor: stream.jsonl:2:1: published: 'yesterday' is no ISO 8601 time",
        ),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_ends_the_replay(desk: Desk, line: object, complaint: str) -> None:
    stream(desk, STREAM[0], line, STREAM[2])
    ran = desk.run("replay", "stream.jsonl")
    assert ran.code == 1
    assert ran.complaints[-1].startswith(complaint)
    assert len(ran.out.splitlines()) == 1


def test_a_stream_that_is_not_text_is_told_in_one_line(desk: Desk) -> None:
    (desk.folder / "stream.jsonl").write_bytes(b"\xff\xfe\n")
    ran = desk.run("replay", "stream.jsonl")
    assert (ran.code, ran.complaints[-1]) == (1, "monitor: stream.jsonl: the stream is not UTF-8 text")


def test_a_missing_seeds_directory_is_a_warning(desk: Desk) -> None:
    ran = desk.run("replay", str(stream(desk, STREAM[0])), "--seeds", "nowhere")
    assert ran.code == 0
    assert ran.complaints[0] == "monitor: warning: nowhere: the directory does not exist: nothing counts as known"


def test_a_stream_that_is_not_there_is_wrong_usage(desk: Desk) -> None:
    ran = desk.run("replay", "nowhere.jsonl")
    assert (ran.code, ran.complaints[-1]) == (2, "monitor: nowhere.jsonl cannot be read: No such file or directory")


def test_broken_watchlists_are_a_configuration_error(desk: Desk) -> None:
    desk.write("watchlists/ferries.yaml", "version: 1\nrules: 3\n")
    ran = desk.run("replay", str(stream(desk, STREAM[0])))
    assert ran.code == 2
    (complaint,) = ran.complaints
    assert complaint.startswith("monitor: watchlists/ferries.yaml:2:8: expected a list, found the number 3 (")


def test_letters_that_no_encoding_has_do_not_stop_a_replay(desk: Desk) -> None:
    odd = dict(STREAM[0], title="Ferry sinks \\ud800 on Lake Orm")
    ran = desk.run("replay", str(stream(desk, json.dumps(odd).replace("\\\\ud800", "\\ud800"))))
    assert ran.code == 0
    assert json.loads(ran.out)["verdict"] == "new"
