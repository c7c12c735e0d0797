"""`monitor accounts` and `monitor tokens`, on both databases; and what `monitor doctor` says of access."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from monitor.store.shown import Shown
from monitor.web.access.passwords import Passwords
from monitor.web.access.sessions import digest_of

ROOT = Path(__file__).resolve().parents[3]
PASSWORD = "correct horse battery"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch):
    def type_(line: str) -> None:
        monkeypatch.setattr("sys.stdin", io.StringIO(line))

    return type_


@pytest.fixture
def console(desk, url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("MONITOR_DATABASE_URL", url)
    return desk


def test_an_account_is_added_listed_changed_and_removed_and_each_step_is_noted(console, typed, engine: Engine) -> None:
    typed(f"{PASSWORD}\nnot read\n")
    ran = console.run("accounts", "add", "Ann", "--role", "admin", "--author", "root")
    assert (ran.code, ran.out, ran.complaints) == (0, "", ["monitor: ann may log in, as admin"])
    people = Shown(engine).people
    assert Passwords().is_right(PASSWORD, people.named("ann").password)
    typed(f"{PASSWORD}\n")
    assert console.run("accounts", "add", "ann").code == 2
    assert [(one["name"], one["role"]) for one in console.run("accounts", "list", "--json").data] == [("ann", "admin")]
    ran = console.run("accounts", "role", "ann", "viewer", "--author", "root")
    assert (ran.code, "nobody is an admin now" in ran.err) == (0, True)
    typed("another long password\r\n")
    assert console.run("accounts", "password", "ann", "--author", "root").code == 0
    assert Passwords().is_right("another long password", people.named("ann").password)
    assert console.run("accounts", "remove", "ANN", "--author", "root").code == 0
    assert people.named("ann") is None
    noted = [(one.what, one.about, one.author, one.via) for one in Shown(engine).changes.latest()]
    steps = ("account.remove", "account.password", "account.role", "account.add")
    assert noted == [(what, "person:ann", "root", "command line") for what in steps]
    typed(f"{PASSWORD}\n")
    assert console.run("accounts", "add", "ann").code == 0  # a name may come back


def test_what_will_not_do_is_told_and_changes_nothing(console, typed, engine: Engine) -> None:
    for name, password, words in (
        ("ann", "short", "at least 12 characters"),
        ("ann", "", "at least 12 characters"),
        ("ann", "aaaaaaaaaaaaaaaa", "what others would try first"),
        ("ann smith", PASSWORD, "made of letters"),
        ("", PASSWORD, "made of letters"),
    ):
        typed(f"{password}\n")
        ran = console.run("accounts", "add", name)
        assert (ran.code, words in ran.err) == (2, True), name
        assert not password or password not in ran.err
    for command in (("role", "bob", "viewer"), ("remove", "bob"), ("password", "bob")):
        ran = console.run("accounts", *command)
        assert (ran.code, "bob has no account" in ran.err) == (2, True)
    assert console.run("accounts", "role", "bob", "boss").code == 2
    assert Shown(engine).people.counts() == (0, 0)


def test_a_token_is_printed_once_kept_as_a_digest_and_revoked(console, engine: Engine) -> None:
    ran = console.run("tokens", "add", "grafana", "--role", "analyst", "--author", "root")
    token = ran.out.strip()
    found = Shown(engine).people.token(digest_of(token))
    assert (found.name, found.role, found.author) == ("grafana", "analyst", "root")
    assert token not in ran.err
    listed = console.run("tokens", "list", "--json")
    assert token not in listed.out
    assert digest_of(token) not in listed.out
    assert console.run("tokens", "revoke", str(found.id)).code == 0
    assert Shown(engine).people.token(digest_of(token)) is None
    assert console.run("tokens", "revoke", str(found.id)).code == 2
    assert console.run("tokens", "list", "--json").data == []
    assert [one["id"] for one in console.run("tokens", "list", "--revoked", "--json").data] == [found.id]
    assert console.run("tokens", "add", " ").code == 2


def test_the_first_account_makes_an_embedded_database(desk, typed) -> None:
    assert desk.run("accounts", "list").code == 3
    typed(f"{PASSWORD}\n")
    assert desk.run("accounts", "add", "ann").code == 0
    assert desk.run("accounts", "list").code == 0


def at_a_terminal(folder: Path, *lines: str) -> tuple[int, str]:
    """`monitor accounts add ann` with these lines typed at its prompts; the exit code, and what the terminal shows."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "monitor", "accounts", "add", "ann"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    streams = {"stdin": theirs, "stdout": theirs, "stderr": theirs}
    with subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True, **streams) as process:
        os.close(theirs)
        shown, typed = "", list(lines)
        while piece := _read(ours):
            shown += piece
            if typed and shown.endswith(": "):
                os.write(ours, f"{typed.pop(0)}\n".encode())
                shown += "⏎"
    os.close(ours)
    return process.returncode, shown


def _read(terminal: int) -> str:
    try:
        return os.read(terminal, 1_024).decode()
    except OSError:  # the other end is closed
        return ""


def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(desk) -> None:
    code, shown = at_a_terminal(desk.folder, PASSWORD, "something else")
    assert (code, "two different passwords" in shown) == (2, True)
    code, shown = at_a_terminal(desk.folder, PASSWORD, PASSWORD)
    assert (code, "ann may log in" in shown) == (0, True)
    assert "password of ann: " in shown
    assert PASSWORD not in shown


def access(ran) -> tuple[str, str]:
    [found] = [(one["level"], one["what"]) for one in ran.data if one["what"].startswith("the desk on")]
    return found


def test_doctor_says_how_one_comes_to_the_desk(console, typed, monkeypatch) -> None:
    def look() -> tuple[str, str]:
        return access(console.run("doctor", "--offline", "--json"))

    assert look() == ("ok", "the desk on 127.0.0.1 is open to whoever is on this machine, and to nobody else")
    monkeypatch.setenv("MONITOR_PUBLIC_URL", "https://monitor.example")
    assert look() == ("warn", "the desk on 127.0.0.1 needs a login, and nobody has an account")
    monkeypatch.setenv("MONITOR_WEB_HOST", "0.0.0.0")
    assert look()[0] == "fail"
    monkeypatch.setenv("MONITOR_PROXY_USER_HEADER", "X-Remote-User")
    assert look() == ("ok", "the desk on 0.0.0.0 needs a login: a proxy's X-Remote-User")
    typed(f"{PASSWORD}\n")
    console.run("accounts", "add", "ann")
    console.run("tokens", "add", "grafana")
    assert look() == ("ok", "the desk on 0.0.0.0 needs a login: 1 account, 1 token, a proxy's X-Remote-User")
