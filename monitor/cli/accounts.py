"""`monitor accounts …`: who may come to the desk, and as what. A password is never given on the command line, where
others on the machine see it."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from sqlalchemy.engine import Engine

from monitor.cli.context import OK, AsJson, Misuse, group, setup
from monitor.cli.given import Author, author
from monitor.cli.output import at, count, say, show_json, show_table
from monitor.cli.reading import utc_now
from monitor.store import migrate
from monitor.store.people import By, People
from monitor.store.shown import Shown
from monitor.store.sql import SqlStore
from monitor.web.access.names import account_name, fault_of
from monitor.web.access.passwords import Passwords
from monitor.web.access.passwords import fault_of as fault_of_password
from monitor.web.identity import Role

app = group("Who may come to the desk, and as what.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The name to log in with.")]
OfRole = Annotated[Role, typer.Option("--role", metavar="ROLE", help="viewer, analyst or admin.")]


@contextmanager
def people() -> Iterator[tuple[People, Shown]]:
    """Writes and reads. An embedded database is made and upgraded, as at the start of the monitor: nobody can come in
    before there is an account. Raises StoreError."""
    given = setup()
    with given.engine() as engine:
        if given.database_file is not None:
            migrate.upgrade(engine)
        migrate.check(engine)
        yield _both(engine)


def _both(engine: Engine) -> tuple[People, Shown]:
    return People(SqlStore(engine)), Shown(engine)


def by(written: str | None) -> By:
    return By(author(written), "command line")


@app.command("list")
def list_(as_json: AsJson = False) -> int:
    """List the accounts, by name."""
    with setup().store() as engine:
        found = Shown(engine).people.all()
    if as_json:
        show_json([{"name": one.name, "role": one.role, "created_at": one.created_at} for one in found])
    else:
        show_table(("NAME", "ROLE", "SINCE"), ((one.name, one.role, at(one.created_at)) for one in found))
    return OK


@app.command("add")
def add(name: Name, role: OfRole = Role.VIEWER, author_: Author = None) -> int:
    """Make an account. The password is asked for, or read from standard input."""
    found = account_name(name)
    if fault := fault_of(found):
        raise Misuse(f"{name}: {fault}")
    hashed = _hashed(found)
    with people() as (accounts, _):
        if not accounts.add(found, role.value, hashed, utc_now(), by(author_)):
            raise Misuse(f"{found} has an account already (`monitor accounts password` gives it another password)")
    say(f"{found} may log in, as {role.value}")
    return OK


@app.command("password")
def password(name: Name, author_: Author = None) -> int:
    """Give an account another password, which ends its sessions. It is asked for, or read from standard input."""
    found = account_name(name)
    with people() as (accounts, shown):
        if shown.people.named(found) is None:
            raise _unknown(found)
        if not accounts.set_password(found, _hashed(found), utc_now(), by(author_)):
            raise _unknown(found)
    say(f"{found} has another password, and is logged out everywhere")
    return OK


@app.command("role")
def role(
    name: Name,
    role_: Annotated[Role, typer.Argument(metavar="ROLE", help="viewer, analyst or admin.")],
    author_: Author = None,
) -> int:
    """Give somebody another role, from the next click on."""
    found = account_name(name)
    with people() as (accounts, shown):
        if not accounts.set_role(found, role_.value, utc_now(), by(author_)):
            raise _unknown(found)
        _tell_admins(shown)
    say(f"{found} is {role_.value} from now on")
    return OK


@app.command("remove")
def remove(name: Name, author_: Author = None) -> int:
    """Remove an account, and end its sessions. What the person did stays in the log of changes."""
    found = account_name(name)
    with people() as (accounts, shown):
        if not accounts.remove(found, utc_now(), by(author_)):
            raise _unknown(found)
        left = [token for token in shown.people.tokens() if token.author == found]
        _tell_admins(shown)
    say(f"{found} may not come in any more")
    if left:
        say(f"{count(len(left), 'token')} made by {found} can still be used (see `monitor tokens list`)")
    return OK


def _hashed(name: str) -> str:
    """Raises Misuse where it will not do."""
    if sys.stdin.isatty():
        given = getpass.getpass(f"password of {name}: ")
        if given != getpass.getpass("again: "):
            raise Misuse("these are two different passwords")
    else:
        given = sys.stdin.readline().rstrip("\r\n")
    if fault := fault_of_password(given, name):
        raise Misuse(fault)
    return Passwords().hashed(given)


def _tell_admins(shown: Shown) -> None:
    if not any(one.role == Role.ADMIN.value for one in shown.people.all()):
        say("nobody is an admin now: accounts can be changed by this command only")


def _unknown(name: str) -> Misuse:
    return Misuse(f"{name} has no account (see `monitor accounts list`)")
