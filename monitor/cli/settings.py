"""`monitor config` and `monitor version`."""

from __future__ import annotations

import typer

from monitor import __version__
from monitor.cli.context import OK, AsJson, setup
from monitor.cli.output import show, show_json, show_table
from monitor.config import effective


def config(as_json: AsJson = False) -> int:
    """Show the settings in force, passwords masked, and where each comes from."""
    rows = effective(setup().settings)
    if as_json:
        show_json({name: {"value": value, "origin": origin} for name, value, origin in rows})
    else:
        show_table(("SETTING", "VALUE", "ORIGIN"), rows)
    return OK


def version() -> int:
    """Print the version of this program."""
    show(__version__)
    return OK


def tell_version(asked: bool) -> None:
    """`monitor --version`, before anything else is looked at."""
    if asked:
        raise typer.Exit(version())
