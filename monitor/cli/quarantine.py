"""`monitor sources quarantine …`: documents that are not parsed again."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.context import OK, AsJson, Misuse, group, setup
from monitor.cli.output import at, say, show_json, show_table
from monitor.core.render import plain
from monitor.store import quarantine
from monitor.store.engine import transaction

app = group("Documents that cost a worker process, or were made to: they are not parsed again.")

_SHORT = 12  # characters of a digest: enough to tell them apart


@app.command("list")
def list_(as_json: AsJson = False) -> int:
    """List the documents in quarantine, the latest first, with where they came from and why."""
    with setup().store() as engine, transaction(engine) as connection:
        found = quarantine.listed(connection)
    if as_json:
        show_json(found)
        return OK
    header = ("DIGEST", "SINCE", "LAST", "TIMES", "HELD", "URL", "WHY")
    show_table(
        header,
        (
            [
                item.digest[:_SHORT],
                at(item.first_at),
                at(item.last_at),
                str(item.times),
                "yes" if item.held else "tried once more",
                plain(item.url),
                plain(item.reason),
            ]
            for item in found
        ),
    )
    return OK


@app.command("clear")
def clear(
    digest: Annotated[
        str | None, typer.Argument(metavar="DIGEST", help="The document's digest, or its first characters.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Clear all of them.")] = False,
) -> int:
    """Let a document be parsed again when it is met next; a running monitor knows within a minute."""
    if (digest is None) == (not everything):
        raise Misuse("say which: the digest of a document, or --all")
    with setup().store() as engine, transaction(engine) as connection:
        chosen = [
            item.digest for item in quarantine.listed(connection) if everything or item.digest.startswith(digest or "")
        ]
        if not chosen and not everything:
            raise Misuse(f"there is no document {digest} in quarantine (see `monitor sources quarantine list`)")
        if len(chosen) > 1 and not everything:
            raise Misuse(f"{digest} is the beginning of {len(chosen)} digests: give more of it")
        cleared = quarantine.clear(connection, chosen)
    say(f"cleared {cleared} {'document' if cleared == 1 else 'documents'}")
    return OK
