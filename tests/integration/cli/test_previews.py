"""`monitor channels preview`, and templates among the files that are checked and watched."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.configuration import read_configuration, stamp_of
from tests.integration.cli.conftest import CHANNELS, Desk

TEMPLATED = CHANNELS.replace("  oncall:\n", "  oncall:\n    template: desk\n    zone: Asia/Baku\n")


@pytest.fixture
def templated(desk: Desk) -> Desk:
    desk.write("watchlists/channels.yaml", TEMPLATED)
    desk.write("watchlists/templates/desk.slack.j2", ":bell: *{{ headline }}* {{ sent }}\n")
    return desk


def test_a_preview_shows_what_each_target_gets_without_its_secret(templated: Desk) -> None:
    ran = templated.run("channels", "preview", "oncall")
    assert ran.code == 0
    assert ran.err.splitlines() == ["monitor: oncall/screen (text):", "monitor: oncall/chat (slack):"]
    assert "[CRITICAL] Arms embargo: considering → lifted" in ran.out
    assert ":bell: *Arms embargo: considering → lifted — Silah embarqosu ləğv edildi* 06:31 UTC (10:31 Baku)" in ran.out
    assert "monitor alerts show arms-embargo:2030-03-12" in ran.out


@pytest.mark.parametrize(
    ("form", "said"),
    [("telegram", "<blockquote>"), ("email", "<!DOCTYPE html>"), ("text", "“Prezident"), ("slack", ":bell:")],
)
def test_a_preview_takes_any_form(templated: Desk, form: str, said: str) -> None:
    ran = templated.run("channels", "preview", "oncall", "--format", form)
    assert ran.err == f"monitor: oncall/{form} ({form}):\n"
    assert said in ran.out


def test_a_preview_shows_several_in_one_message(templated: Desk) -> None:
    out = templated.run("channels", "preview", "oncall", "--summary").out
    assert "Daily digest: 2 alerts, 1 watchlist" in out
    assert "the monitor itself" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("oncal",), "there is no channel oncal (did you mean “oncall”?)"),
        (("oncall", "--format", "html"), "there is no format html (there are text, slack, telegram, email, json)"),
        (("oncall", "--alert", "no:such"), "there is no alert no:such"),
    ],
)
def test_what_cannot_be_previewed_is_told(templated: Desk, arguments: tuple[str, ...], said: str) -> None:
    templated.run("db", "upgrade")
    ran = templated.run("channels", "preview", *arguments)
    assert ran.code == 2
    assert said in ran.err


def test_check_tells_what_is_wrong_with_a_template(templated: Desk) -> None:
    assert templated.run("check").code == 0
    templated.write("watchlists/templates/desk.telegram.j2", "{{ headlin }}")
    ran = templated.run("check")
    assert ran.code != 0
    assert "watchlists/templates/desk.telegram.j2:1:4: a message has no field “headlin”" in ran.err


def test_an_edited_template_is_noticed_and_taken_up(templated: Desk) -> None:
    folder = Path("watchlists")
    before = stamp_of(folder)
    assert stamp_of(folder) == before
    templated.write("watchlists/templates/desk.slack.j2", "{{ key }}")
    assert stamp_of(folder) != before
    assert read_configuration(folder, Path("seeds"), {}).templates.files["desk.slack.j2"].source == "{{ key }}"
