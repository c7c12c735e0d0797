"""`monitor init`: a folder to begin in."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated

import typer

from monitor.app.shipped import shipped
from monitor.cli.context import OK, Misuse
from monitor.cli.output import say

_FOLDERS = ("watchlists", "seeds", "schema")  # side by side: files name their schema by ../schema


def init(
    into: Annotated[Path, typer.Option(metavar="DIR", help="Where; the working directory unless given.")] = Path(),
) -> int:
    """Copy the watchlists, seeds and schemas that came with the program to where they can be edited."""
    there = [name for name in _FOLDERS if (into / name).exists()]
    if there:
        raise Misuse(f"{into / there[0]} is there already, and nothing was written: name another directory")
    for name in _FOLDERS:
        source = shipped(name)
        if source is None:
            raise Misuse(f"the program came without {name}: install it again")
        try:
            shutil.copytree(source, into / name)
        except OSError as error:
            raise Misuse(f"{into / name} cannot be written: {error}") from None
        say(f"wrote {into / name}")
    return OK
