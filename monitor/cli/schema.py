"""`monitor schema`: what editors need to help with the files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.context import OK, Misuse
from monitor.cli.output import say, show
from monitor.watchlists.schema import KINDS, written


def schema(
    kind: Annotated[str | None, typer.Argument(metavar="KIND", help=f"One of {', '.join(KINDS)}.")] = None,
    into: Annotated[Path | None, typer.Option(metavar="DIR", help="Write KIND.json there, or all of them.")] = None,
) -> int:
    """Print the JSON Schema of a kind of file, or write it into a directory."""
    if kind is not None and kind not in KINDS:
        raise Misuse(f"there is no kind {kind}: take one of {', '.join(KINDS)}")
    if into is None:
        if kind is None:
            raise Misuse(f"say which: one of {', '.join(KINDS)}, or --into DIR for all")
        show(written(kind).rstrip("\n"))
        return OK
    for name in [kind] if kind else KINDS:
        path = into / f"{name}.json"
        try:
            into.mkdir(parents=True, exist_ok=True)
            path.write_text(written(name), encoding="utf-8")
        except OSError as error:
            raise Misuse(f"{path} cannot be written: {error.strerror}") from None
        say(f"wrote {path}")
    return OK
