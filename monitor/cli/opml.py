"""`monitor sources import|export`: the lists of feed readers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.context import FAILED, OK, Watchlists, setup
from monitor.cli.output import count, say, show, warn
from monitor.cli.reading import utc_now
from monitor.watchlists.listing import HEAD, append, as_line, sources_in
from monitor.watchlists.opml import read_opml, write_opml


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An OPML file.")],
    into: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A sources.yaml to append to, instead of printing YAML.")
    ] = None,
) -> int:
    """Turn the list of a feed reader (OPML) into sources."""
    found = read_opml(file, sources_in(into) if into else ())
    if into is None:
        show(HEAD + "\n".join(map(as_line, found.sources)) if found.sources else f"{HEAD.rstrip()} []")
    elif found.sources:
        append(into, found.sources)
    warn([*found.repeated, *found.left_out])
    say(f"{count(len(found.sources), 'source')} taken over{f' into {into}' if into else ''}")
    return FAILED if found.left_out else OK


def export(watchlists: Watchlists = None) -> int:
    """Print the sources of sources.yaml as OPML."""
    show(write_opml(setup(watchlists_dir=watchlists).watchlists().sources, utc_now()).rstrip("\n"))
    return OK
