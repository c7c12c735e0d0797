"""Exit codes, error lines and the commands that need neither network nor a daemon."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from monitor import __version__
from monitor.cli.doctor import space
from monitor.store.migrate import head
from tests.integration.cli.conftest import CHANNELS, FERRIES, SOURCES, Desk

ROOT = Path(__file__).resolve().parents[3]


def in_a_process(desk: Desk, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LC_ALL": "C", "PYTHONIOENCODING": ""}
    command = [sys.executable, "-m", "monitor", *arguments]
    return subprocess.run(command, cwd=desk.folder, env=environment, capture_output=True, text=True, timeout=60)


# --- the process -----------------------------------------------------------------------------


def test_the_program_runs_as_a_process_and_keeps_data_and_words_apart(desk: Desk) -> None:
    for asked in ("version", "--version"):
        ran = in_a_process(desk, asked)
        assert (ran.returncode, ran.stdout, ran.stderr) == (0, f"{__version__}\n", "")


def test_a_reader_that_goes_away_is_no_traceback(desk: Desk) -> None:
    words = ", ".join(f"word{number}" for number in range(20_000))
    desk.write("watchlists/more.yaml", f"version: 1\nterms:\n  many: {{en: [{words}]}}\n")
    shell = f"{sys.executable} -m monitor terms show many | head -1; exit ${{PIPESTATUS[0]}}"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = ["/bin/bash", "-c", shell]
    ran = subprocess.run(command, cwd=desk.folder, env=environment, capture_output=True, text=True, timeout=60)
    assert (ran.stdout, ran.stderr) == ("en\n", "")
    assert ran.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["chekc"], "monitor: No such command 'chekc'. Did you mean 'check'? (see `monitor --help`)"),
        (["check", "--exampels"], "monitor: No such option: --exampels"),
        (["replay"], "monitor: Missing argument 'STREAM'. (see `monitor replay --help`)"),
        (["db", "down"], "monitor: No such command 'down'. (see `monitor db --help`)"),
        (["alerts", "list", "--limit", "none"], "monitor: Invalid value for '--limit'"),
        (["alerts", "list", "--since", "week"], "monitor: --since: expected a duration such as 90s, 30m, 12h, 7d"),
        (["explain", "a.txt", "--rule", "sinking"], "monitor: there is no rule sinking (did you mean “sinkings”?)"),
        (["terms", "show", "fery"], "monitor: there is no term fery (did you mean “ferry”?)"),
        (["channels", "test", "oncal"], "monitor: there is no channel oncal"),
        (["sources", "test", "herald"], "monitor: there is no source herald"),
    ],
)
def test_wrong_usage_exits_with_2_and_one_line(desk: Desk, arguments: list[str], complaint: str) -> None:
    ran = desk.run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.complaints[-1].startswith(complaint)
    assert len(ran.complaints) == 1


@pytest.mark.parametrize("arguments", [[], ["db"]])
def test_without_a_command_the_help_is_shown(desk: Desk, arguments: list[str]) -> None:
    ran = desk.run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage: monitor" in ran.err


def test_help_is_data_and_no_error(desk: Desk) -> None:
    ran = desk.run("check", "--help")
    assert (ran.code, ran.err) == (0, "")
    assert "--examples" in ran.out


# --- settings --------------------------------------------------------------------------------


def test_config_masks_secrets_and_names_origins(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_DATABASE_URL", "postgresql://me:hush-hush@db.example/monitor")
    desk.write(".env", "MONITOR_WORKERS=3\n")
    ran = desk.run("config")
    assert ran.code == 0
    lines = {line.split()[0]: line.split() for line in ran.out.splitlines()}
    assert lines["MONITOR_DATABASE_URL"][1:] == ["postgresql://me:***@db.example/monitor", "environment"]
    assert lines["MONITOR_WORKERS"][1:] == ["3", ".env"]
    assert "hush" not in ran.out + ran.err
    assert desk.run("config", "--json").data["MONITOR_WORKERS"] == {"value": "3", "origin": ".env"}


def test_an_unknown_setting_is_a_warning_and_a_wrong_one_ends_with_2(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_WORKER", "3")
    ran = desk.run("config")
    assert ran.code == 0
    assert ran.complaints == [
        "monitor: warning: environment: MONITOR_WORKER is not a setting and was ignored (did you mean MONITOR_WORKERS?)"
    ]
    desk.write(".env", "# ours\nMONITOR_WORKERS=many\n")
    ran = desk.run("config")
    assert (ran.code, ran.out) == (2, "")
    assert ran.complaints == [
        "monitor: .env:2:1: MONITOR_WORKERS: expected a whole number (see MONITOR_WORKERS in docs/settings.md)"
    ]


# --- the database ----------------------------------------------------------------------------


def test_a_database_is_made_by_upgrade_alone(desk: Desk) -> None:
    ran = desk.run("db", "current")
    assert (ran.code, ran.out) == (0, "none\n")
    for command in (["db", "check"], ["alerts", "list"], ["sources", "list", "--unhealthy"], ["seed", "load"]):
        ran = desk.run(*command)
        assert ran.code == 3
        assert ran.complaints == [
            "monitor: there is no database var/monitor.db yet: run `monitor run` or `monitor db upgrade`"
        ]
    assert not (desk.folder / "var").exists()
    assert desk.run("db", "upgrade").code == 0
    assert desk.run("db", "check").code == 0
    assert desk.run("db", "current").out == f"{head()}\n"
    assert desk.run("alerts", "list", "--json").data == []


def test_a_file_that_is_no_database_ends_with_3(desk: Desk) -> None:
    desk.write("var/monitor.db", "not a database, but long enough to be looked at " * 100)
    for command in (["db", "check"], ["db", "upgrade"], ["alerts", "list"]):
        ran = desk.run(*command)
        assert ran.code == 3
        assert ran.complaints == ["monitor: SQLite database var/monitor.db: file is not a database"]


def test_the_migrations_lead_to_the_tables_whatever_database_is_configured(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    assert desk.run("db", "drift").code == 0


# --- seeds -----------------------------------------------------------------------------------

NEWS = """\
Ferry sinks on Lake Orm

A ferry sank on Lake Orm on 3 May 2030, the harbour master Anna Halloran said. Forty people were saved by boats from
the village of Teal, and the ferry now lies on the ground in thirty metres of water, where divers will look for it.
"""


def test_a_proposed_seed_is_edited_loaded_and_listed(desk: Desk) -> None:
    desk.write("news.txt", NEWS)
    options = ("--id", "herald-1", "--outlet", "Orm Herald", "--date", "2030-05-03")
    ran = desk.run("seed", "add", "news.txt", *options, "--out", "seeds/herald-1.yaml")
    assert (ran.code, ran.out) == (0, "")
    text = (desk.folder / "seeds/herald-1.yaml").read_text(encoding="utf-8")
    assert (
        "  # 1. dated by the text; told as asserted\n  - rule: sinkings\n    step: sunk\n    date: 2030-05-03\n" in text
    )
    assert "Halloran" in text
    assert desk.run("check").code == 0

    desk.run("db", "upgrade")
    ran = desk.run("seed", "load")
    assert ran.code == 1
    assert "seeds/herald-1.yaml: has facts that are not in our own words yet" in ran.err
    desk.write("seeds/herald-1.yaml", text.replace("TODO, in your own words: ", "Told so: "))
    assert desk.run("seed", "load").code == 0
    (row,) = desk.run("seed", "list", "--json").data
    assert (row["id"], row["facts"], row["fingerprint"], row["rules"]) == ("herald-1", 1, True, ["sinkings"])
    assert row["loaded_at"] is not None

    (desk.folder / "seeds/herald-1.yaml").unlink()
    assert "herald-1" in desk.run("seed", "list").err
    assert desk.run("seed", "load").complaints == ["monitor: 0 seeds with 0 facts loaded, 1 dropped"]


def test_a_proposal_never_writes_over_a_file(desk: Desk) -> None:
    desk.write("news.txt", NEWS)
    desk.write("seeds/mine.yaml", "mine")
    ran = desk.run("seed", "add", "news.txt", "--out", "seeds/mine.yaml")
    assert ran.code == 2
    assert (desk.folder / "seeds/mine.yaml").read_text() == "mine"


# --- explain, terms --------------------------------------------------------------------------


def test_explain_tells_every_gate_of_a_rule_that_is_touched(desk: Desk) -> None:
    desk.write("news.txt", NEWS)
    ran = desk.run("explain", "news.txt")
    assert ran.code == 0
    assert "  It alerts for sinkings.\n\nsinkings: NEW, ALERT (A ferry sinks on Lake Orm)\n" in ran.out
    assert "The title tells of “sunk” by “sink” beside “ferry” and “Lake Orm” (lake)." in ran.out
    assert "Who: it names Anna, Halloran and Teal." in ran.out
    assert "on the word of the outlet itself" in ran.out
    assert "title: “Ferry sinks on Lake Orm”" in ran.out
    assert "2030-05-03" in ran.out
    assert ran.complaints[-1] == "monitor: held against the seeds alone: there is no database yet"
    data = desk.run("explain", "news.txt", "--json").data
    assert data["rules"][0]["verdict"]["rule"] == "sinkings"
    assert data["silent"] == []


def test_explain_tells_what_a_silent_rule_missed(desk: Desk) -> None:
    desk.write("news.txt", "Cruise ship sinks\n\nA cruise ship sank on Lake Orm.\n")
    ran = desk.run("explain", "news.txt", "--rule", "sinkings")
    assert "Nearest miss:\n  sinkings: it has words of lake and sink, but no word of ferry.\n" in ran.out


def test_explain_holds_a_file_against_the_articles_given_as_of_the_time_given(desk: Desk) -> None:
    desk.write("news.txt", NEWS)
    first = {"id": "a", "published": "2030-05-03T06:00:00Z", "title": "A ferry sank on Lake Orm", "text": "It sank."}
    late = first | {"id": "b", "published": "2031-05-03T06:00:00Z"}
    desk.write("before.jsonl", "\n".join(map(json.dumps, (first, late))))
    ran = desk.run("explain", "news.txt", "--after", "before.jsonl", "--published", "2030-05-03T12:00:00")
    assert "sinkings: FOLLOWUP, no alert" in ran.out
    assert "published 2030-05-03 12:00 UTC" in ran.out
    assert ran.complaints[-1] == "monitor: held against the seeds and the 2 articles of before.jsonl"
    ran = desk.run("explain", "news.txt", "--after", "before.jsonl", "--published", "2030-05-02T12:00:00")
    assert "sinkings: NEW, ALERT" in ran.out, "what comes later is not known yet"


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["news.txt", "--published", "noon"], "noon is no ISO 8601 time"),
        (["news.txt", "--after", "none.jsonl"], "none.jsonl cannot be read"),
        (["abc123", "--published", "2030-05-03"], "a stored article has a time and a past of its own"),
    ],
)
def test_explain_refuses_what_makes_no_sense(desk: Desk, options: list[str], complaint: str) -> None:
    desk.write("news.txt", NEWS)
    ran = desk.run("explain", *options)
    assert ran.code == 2
    assert complaint in ran.complaints[-1]


def test_explain_names_the_words_that_tell_events_apart(desk: Desk) -> None:
    rule = "{id: calls, kind: event, title: Calls, match: {all: [vessel, dock]}, same_event: {by: [vessel]}}"
    terms = "{vessel: {any: [Teal, Heron]}, dock: {en: [dock]}}"
    desk.write("watchlists/calls.yaml", f"version: 1\nterms: {terms}\nrules: [{rule}]\n")
    desk.write("news.txt", "Teal docks at Poti\n\nThe Teal docked at Poti.\n")
    ran = desk.run("explain", "news.txt", "--rule", "calls")
    assert "It is told apart from others by “Teal” (vessel)." in ran.out
    assert "vessel:" not in ran.out.partition("Words found")[0]
    desk.write("first.jsonl", json.dumps(
        {"id": "a", "published": "2030-05-03T06:00:00Z", "title": "Ship docks", "text": "The Teal docked at Poti."}
    ))  # fmt: skip
    desk.write("news.txt", "A ship docks\n\nThe Heron docked in the evening.\n")
    ran = desk.run(
        "explain", "news.txt", "--rule", "calls", "--after", "first.jsonl", "--published", "2030-05-03T22:00"
    )
    assert "calls: NEW, ALERT" in ran.out


def test_explain_of_nothing_says_so(desk: Desk) -> None:
    ran = desk.run("explain", "abc123")
    assert ran.code == 2
    assert "abc123 is neither a URL nor a file" in ran.complaints[-1]


def test_explain_shows_no_control_characters_of_an_article(desk: Desk) -> None:
    desk.write("news.txt", "Ferry sinks \x1b[31m on Lake Orm\n\nA ferry \x9b2J sank on Lake Orm.\n")
    ran = desk.run("explain", "news.txt")
    assert "\x1b" not in ran.out
    assert "\x9b" not in ran.out


def test_terms_show_what_a_word_stands_for(desk: Desk) -> None:
    desk.write("watchlists/more.yaml", "version: 1\nterms:\n  kinds: {en: [=AZAL, ==US, sanct*, fuel ~2 depot]}\n")
    assert desk.run("terms", "show", "kinds").out.splitlines() == [
        "en",
        "  =AZAL  =  only azal",
        "  ==US  =  exactly US",
        "  sanct*  =  sanct…",
        "  fuel ~2 depot  =  any form of fuel … at most 2 words … any form of depot",
    ]


# --- channels --------------------------------------------------------------------------------


def test_channels_are_listed_with_the_names_of_their_secrets(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.write("watchlists/channels.yaml", CHANNELS)
    screen, chat = desk.run("channels", "list", "--json").data
    assert (screen["target"], screen["problem"], screen["default"]) == ("screen", "", True)
    assert (chat["address"], chat["problem"]) == ("slack://${SLACK_TOKENS}", "off: no value for SLACK_TOKENS")
    monkeypatch.setenv("SLACK_TOKENS", "hush1/hush2")
    ran = desk.run("channels", "list")
    assert "slack://${SLACK_TOKENS}" in ran.out
    assert "hush" not in ran.out + ran.err


def test_a_test_message_is_sent_and_a_target_that_is_off_fails(desk: Desk) -> None:
    desk.write("watchlists/channels.yaml", CHANNELS)
    ran = desk.run("channels", "test", "oncall")
    assert ran.code == 1
    assert "Test of the news monitor" in ran.out
    assert "monitor: oncall/screen: sent" in ran.complaints
    assert "monitor: oncall/chat: off: no value for SLACK_TOKENS" in ran.complaints


# --- doctor ----------------------------------------------------------------------------------


def test_the_doctor_finds_nothing_to_mend_in_a_sound_installation(desk: Desk) -> None:
    desk.write("watchlists/channels.yaml", CHANNELS)
    desk.write("watchlists/sources.yaml", SOURCES.replace("URL", "http://herald.example/rss"))
    desk.run("db", "upgrade")
    ran = desk.run("doctor", "--offline")
    assert ran.code == 0
    assert "fail" not in {line.split()[0] for line in ran.out.splitlines()}
    assert "ok    1 source is polled" in ran.out
    assert "warn  channel oncall, target chat: off: no value for SLACK_TOKENS" in ran.out


def test_the_doctor_names_all_that_is_broken_and_how_to_mend_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_DATABASE_URL", "postgresql://me:hush@127.0.0.1:1/monitor")
    monkeypatch.setenv("MONITOR_WORKER", "1")
    desk.write("watchlists/ferries.yaml", FERRIES.replace("kind: event", "kind: evnt"))
    ran = desk.run("doctor", "--offline", "--json")
    assert ran.code == 1
    found = [(finding["level"], finding["what"].split(":")[0]) for finding in ran.data if finding["level"] != "ok"]
    assert found == [
        ("warn", "settings"),
        ("warn", "no contact is set"),
        ("fail", "database"),
        ("warn", "messages have no link to answer by"),
        ("fail", "watchlists"),
    ]
    assert all(finding["mend"] for finding in ran.data if finding["level"] != "ok")
    assert "hush" not in ran.out


def test_the_doctor_misses_the_contact_until_it_is_set(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "set MONITOR_CONTACT" in desk.run("doctor", "--offline").out
    monkeypatch.setenv("MONITOR_CONTACT", "desk@example.org")
    assert "MONITOR_CONTACT" not in desk.run("doctor", "--offline").out


@pytest.mark.parametrize(
    ("free", "found"),
    [
        (0, [("fail", "the disk is full: 0.0 MB are free in /srv")]),
        (4_999_999, [("fail", "the disk is full: 5.0 MB are free in /srv")]),
        (5_000_000, [("warn", "only 5 MB are free in /srv")]),
        (200_000_000, []),
    ],
)
def test_the_doctor_warns_of_little_room_and_faults_none(free: int, found: list[tuple[str, str]]) -> None:
    assert [(finding.level, finding.what) for finding in space(Path("/srv"), free)] == found


def test_the_doctor_says_when_alerts_would_reach_nobody(desk: Desk) -> None:
    desk.write("watchlists/channels.yaml", CHANNELS.replace('      - {name: screen, url: "console://"}\n', ""))
    ran = desk.run("doctor", "--offline")
    assert ran.code == 1
    assert "fail  no default channel has a target that can be used" in ran.out


def test_the_doctor_looks_at_settings_that_cannot_be_used(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_WORKERS", "none")
    ran = desk.run("doctor")
    assert ran.code == 1
    assert "fail  settings: environment: MONITOR_WORKERS: expected a whole number" in ran.out
