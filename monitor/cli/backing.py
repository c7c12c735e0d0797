"""`monitor backup` and `monitor restore`: the database in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.context import OK, setup
from monitor.cli.output import at, count, say, show
from monitor.cli.reading import utc_now
from monitor.store import backup as backups
from monitor.store.archive import Archive
from monitor.store.engine import describe
from monitor.store.restore import restore as restore_all


def backup(
    target: Annotated[Path, typer.Argument(metavar="TARGET", help="A file, or a folder for a new one.")],
) -> int:
    """Write all that the database holds to one file, while the monitor works."""
    with setup().store() as engine:
        path, manifest = backups.write(engine, target, utc_now())
    rows = sum(manifest.rows.values())
    say(f"{count(rows, 'row')} of {manifest.database}, schema {manifest.schema}, {path.stat().st_size / 1e6:.1f} MB")
    show(str(path))
    return OK


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `monitor backup` wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of the data that the database holds.")
    ] = False,
) -> int:
    """Make the database what a backup holds, also one of the other kind; all of it or nothing."""
    with Archive(file) as archive, setup().engine() as engine:
        manifest = restore_all(engine, archive, replace)
        where = describe(engine.url)
    rows = manifest.rows
    say(
        f"{where} is as {manifest.database} was at {at(manifest.made_at)} UTC: {count(rows['article'], 'article')}, "
        f"{count(rows['fact'], 'fact')}, {count(rows['alert'], 'alert')}; the index of words is filled by `monitor run`"
    )
    return OK
