"""How commands speak."""

from __future__ import annotations

import io

import pytest

from monitor.cli.output import count, counted


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_running_count_goes_to_a_terminal_and_is_taken_away_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    for letter in counted("ab", "article"):
        terminal.write(f"{letter}\n")
    erased = "\r\x1b[K"
    assert terminal.getvalue() == f"{erased}a\n1 article …{erased}b\n2 articles …{erased}"


def test_what_is_no_terminal_is_told_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(counted("ab", "article")) == ["a", "b"]
    assert capsys.readouterr() == ("", "")


def test_one_is_one_and_none_are_many() -> None:
    assert [count(number, "rule") for number in (0, 1, 2)] == ["0 rules", "1 rule", "2 rules"]
