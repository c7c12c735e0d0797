"""`monitor schema`: what editors need to help with the files, and receivers to read web hooks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.context import OK, Misuse
from monitor.cli.output import say, show
from monitor.messages.events import KIND, written_event_schema
from monitor.watchlists import schema as files

KINDS = (*files.KINDS, KIND)


def schema(
    kind: Annotated[str | None, typer.Argument(metavar="KIND", help=f"One of {', '.join(KINDS)}.")] = None,
    into: Annotated[Path | None, typer.Option(metavar="DIR", help="Write KIND.json there, or all of them.")] = None,
) -> int:
    """Print the JSON Schema of a kind of file, or of what signed web hooks carry, or write it into a directory."""
    if kind is not None and kind not in KINDS:
        raise Misuse(f"there is no kind {kind}: take one of {', '.join(KINDS)}")
    if into is None:
        if kind is None:
            raise Misuse(f"say which: one of {', '.join(KINDS)}, or --into DIR for all")
        show(_written(kind).rstrip("\n"))
        return OK
    for name in [kind] if kind else KINDS:
        path = into / f"{name}.json"
        try:
            into.mkdir(parents=True, exist_ok=True)
            path.write_text(_written(name), encoding="utf-8")
        except OSError as error:
            raise Misuse(f"{path} cannot be written: {error.strerror}") from None
        say(f"wrote {path}")
    return OK


def _written(kind: str) -> str:
    return written_event_schema() if kind == KIND else files.written(kind)
