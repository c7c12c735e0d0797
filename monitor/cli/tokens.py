"""`monitor tokens …`: which programs may use the API, and as what."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.accounts import OfRole, by, people
from monitor.cli.context import OK, AsJson, Misuse, group, setup
from monitor.cli.given import Author
from monitor.cli.output import at, say, show, show_json, show_table
from monitor.cli.reading import utc_now
from monitor.store.shown import Shown
from monitor.web.access.names import token_name
from monitor.web.access.sessions import digest_of, fresh_token
from monitor.web.identity import Role

app = group("Which programs may use the API, and as what.")


@app.command("list")
def list_(
    revoked: Annotated[bool, typer.Option("--revoked", help="Also those that were revoked.")] = False,
    as_json: AsJson = False,
) -> int:
    """List the tokens, newest first. The tokens themselves are not kept."""
    with setup().store() as engine:
        found = Shown(engine).people.tokens(ended=revoked)
    if as_json:
        show_json(found)
    else:
        header = ("ID", "NAME", "ROLE", "MADE", "BY", "LAST USED", "REVOKED")
        rows = (
            (str(one.id), one.name, one.role, at(one.created_at), one.author, at(one.used_at), at(one.ended_at))
            for one in found
        )
        show_table(header, rows)
    return OK


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The program it is for.")],
    role: OfRole = Role.VIEWER,
    author_: Author = None,
) -> int:
    """Make a token, and print it this once."""
    found, made = token_name(name), fresh_token()
    if not found:
        raise Misuse("NAME: say which program the token is for")
    with people() as (accounts, _):
        number = accounts.add_token(found, role.value, digest_of(made), utc_now(), by(author_))
    show(made)
    say(f"token {number} of {found}, as {role.value}; it cannot be shown again")
    return OK


@app.command("revoke")
def revoke(
    number: Annotated[int, typer.Argument(metavar="ID", help="The token's number.")], author_: Author = None
) -> int:
    """Let a token be used no more."""
    with people() as (accounts, _):
        name = accounts.revoke_token(number, utc_now(), by(author_))
    if name is None:
        raise Misuse(f"there is no token {number} that can be used (see `monitor tokens list`)")
    say(f"token {number} of {name} cannot be used any more")
    return OK
