"""`monitor check`: every mistake with its place, and rules that do not do what they promise."""

from __future__ import annotations

from tests.integration.cli.conftest import FERRIES, Desk


def test_files_without_mistakes_pass_and_are_counted(desk: Desk) -> None:
    ran = desk.run("check")
    assert (ran.code, ran.out) == (0, "")
    assert ran.complaints == ["monitor: 1 rule, 4 terms, 0 sources, 0 channels, 0 seeds"]


def test_every_mistake_of_every_file_is_told_with_line_and_column(desk: Desk) -> None:
    desk.write("watchlists/ferries.yaml", FERRIES.replace("[ferry, lake]", "[ferry, laek]"))
    desk.write(
        "watchlists/sources.yaml",
        "version: 1\nsources:\n  - {id: a, url: gopher://a.example/, tier: 9}\n",
    )
    ran = desk.run("check")
    assert ran.code == 1
    assert ran.complaints == [
        "monitor: watchlists/ferries.yaml:13:20: there is no term “laek” (did you mean “lake”?)",
        "monitor: watchlists/sources.yaml:3:18: expected an address that begins with http:// or https://",
        "monitor: watchlists/sources.yaml:3:45: expected a number of at most 4, found 9",
        "monitor: 3 problems in watchlists; seeds are looked at when these are right",
    ]


def test_a_seed_that_names_an_unknown_rule_fails_the_check(desk: Desk) -> None:
    desk.write(
        "seeds/old.yaml",
        "version: 1\ndocument: {id: old, outlet: Herald, title: Old, date: 2025-01-02, language: en}\n"
        "facts:\n  - {rule: sinking, step: sunk, words: A ferry sank.}\n",
    )
    ran = desk.run("check")
    assert ran.code == 1
    assert ran.complaints[0] == ("monitor: seeds/old.yaml:4:12: there is no rule “sinking” (did you mean “sinkings”?)")


def test_an_address_that_no_service_would_take_fails_the_check_without_showing_it(
    desk: Desk,
) -> None:
    desk.write(
        "watchlists/channels.yaml",
        "version: 1\ndefault: [a]\nchannels:\n  a:\n    targets:\n      - {name: x, url: 'file:///etc/hush'}\n",
    )
    ran = desk.run("check")
    assert ran.code == 1
    assert "hush" not in ran.err


def test_examples_that_hold_pass(desk: Desk) -> None:
    ran = desk.run("check", "--examples")
    assert ran.code == 0
    assert ran.complaints[-1] == "monitor: 4 texts of 1 rule: 0 failed"


def test_an_example_that_fails_is_told_with_its_line_what_was_expected_and_why_it_came_out_so(desk: Desk) -> None:
    wrong = FERRIES.replace("expect: followup", "expect: new").replace(
        "      - text: A cruise ship sank on Lake Orm.\n",
        "      - text: A cruise ship sank on Lake Orm.\n        expect: new\n",
    )
    desk.write("watchlists/ferries.yaml", wrong.replace("step: raised\n", "step: sunk\n"))
    ran = desk.run("check", "--examples")
    assert ran.code == 1
    places = [line.partition(": expected")[0] for line in ran.complaints[1:-1]]
    names = {24: ", “sunk, told again, raised”", 26: ", “sunk, told again, raised”", 30: ""}
    assert places == [f"monitor: watchlists/ferries.yaml:{line}: rule sinkings{name}" for line, name in names.items()]
    told_again, raised, cruise = ran.complaints[1:-1]
    assert "expected new, got followup, no alert: Sunk: " in told_again
    assert "expected the step sunk, got raised: " in raised
    assert cruise.endswith("expected new, got silent: no word of ferry")
    assert ran.complaints[-1] == "monitor: 4 texts of 1 rule: 3 failed"


RETOLD = """\
      - seeds: true
        text: The ferry that sank on Lake Orm on 2 May was forty years old.
        published: 2030-06-10T08:00:00Z
        expect: EXPECTED
"""
SEED = (
    "version: 1\ndocument: {id: old, outlet: Herald, title: Old, date: 2030-05-03, language: en}\n"
    "facts:\n  - {rule: sinkings, step: STEP, date: 2030-05-02, words: A ferry sank on Lake Orm.}\n"
)


def test_an_example_with_seeds_is_held_against_them_and_one_without_is_not(desk: Desk) -> None:
    told = RETOLD.replace("EXPECTED", "known") + RETOLD.replace("EXPECTED", "new").replace("that ", "").replace(
        "2 May was forty years old", "8 June"
    )
    desk.write("watchlists/ferries.yaml", FERRIES + told)
    desk.write("seeds/old.yaml", SEED.replace("STEP", "sunk"))
    ran = desk.run("check", "--examples")
    assert ran.complaints[-1] == "monitor: 6 texts of 1 rule: 0 failed"


def test_examples_with_seeds_are_left_out_while_the_seeds_have_problems(desk: Desk) -> None:
    desk.write("watchlists/ferries.yaml", FERRIES + RETOLD.replace("EXPECTED", "quiet"))
    desk.write("seeds/old.yaml", SEED.replace("STEP", "sank"))
    ran = desk.run("check", "--examples")
    assert ran.code == 1
    assert ran.complaints[-2:] == [
        "monitor: examples with “seeds: true” are left out until the seeds are right",
        "monitor: 4 texts of 1 rule: 0 failed",
    ]


def test_an_example_with_seeds_needs_a_time(desk: Desk) -> None:
    desk.write("watchlists/ferries.yaml", FERRIES + "      - {text: A ferry sank on Lake Orm., seeds: true}\n")
    ran = desk.run("check")
    assert ran.complaints[0].startswith(
        "monitor: watchlists/ferries.yaml:31:9: an example that is held against the seeds needs a time"
    )


def test_a_rule_that_is_switched_off_is_tried_by_its_examples_all_the_same(desk: Desk) -> None:
    desk.write("watchlists/ferries.yaml", FERRIES.replace("kind: event", "kind: event\n    enabled: false"))
    assert desk.run("check", "--examples").code == 0


def test_a_directory_that_is_not_there_is_named(desk: Desk) -> None:
    ran = desk.run("check", "--watchlists", "nowhere")
    assert ran.code == 1
    assert ran.complaints[0].startswith("monitor: nowhere: the directory does not exist")
