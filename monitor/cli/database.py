"""`monitor db …`: the schema of the database, and what goes after its time."""

from __future__ import annotations

import tempfile
from typing import Annotated

import typer

from monitor.app.upkeep import AT_ONCE, keeping_of
from monitor.cli.context import FAILED, OK, group, setup
from monitor.cli.output import count, say, show
from monitor.cli.reading import utc_now
from monitor.store import migrate, upkeep
from monitor.store.awaiting import awaited
from monitor.store.engine import create_engine, describe
from monitor.store.keeping import Dropped, Keeper
from monitor.store.sql import SqlStore

app = group("Look after the database.")


@app.command()
def upgrade() -> int:
    """Bring the database to the schema that this program needs; creates it where there is none."""
    given = setup()
    with given.engine() as engine:
        awaited(engine, given.settings.database_wait_seconds, migrate.current)
        before = migrate.current(engine)
        migrate.upgrade(engine)
        after = migrate.current(engine)
        what = f"is at {after} already" if before == after else f"was upgraded from {before or 'nothing'} to {after}"
        say(f"{describe(engine.url)} {what}")
    return OK


@app.command()
def current() -> int:
    """Print the revision that the database has (`none` for an empty one)."""
    given = setup()
    file = given.database_file
    if file is not None and not file.exists():
        found, where = None, f"SQLite database {file}, which does not exist yet,"
    else:
        with given.engine() as engine:
            found, where = migrate.current(engine), describe(engine.url)
    show(found or "none")
    say(f"{where} has {found or 'no schema'}; this program needs {migrate.head()}")
    return OK


@app.command()
def check() -> int:
    """Check that the database has exactly the schema that this program needs, and that a SQLite file is sound."""
    with setup().store() as engine:
        damage = [f"damage: {told}" for told in upkeep.damage(engine)]
        differences = damage or [f"difference: {told}" for told in migrate.drift(engine)]
        _tell(differences, f"{describe(engine.url)} has the schema {migrate.head()}")
    return FAILED if differences else OK


@app.command()
def drift() -> int:
    """Check that the migrations lead to the tables that the code declares, on a new database of their own."""
    with tempfile.TemporaryDirectory(prefix="monitor-drift-") as folder:
        engine = create_engine(f"sqlite:///{folder}/drift.db")
        try:
            migrate.upgrade(engine)
            differences = [f"difference: {told}" for told in migrate.drift(engine)]
        finally:
            engine.dispose()
    _tell(differences, f"the migrations up to {migrate.head()} lead to the tables of the code")
    return FAILED if differences else OK


@app.command()
def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what would go, and what stays.")] = False,
) -> int:
    """Drop what is past its time, as the daemon does once a day."""
    given, now, done = setup(), utc_now(), Dropped()
    keeping = keeping_of(given.settings)
    with given.store() as engine:
        keeper = Keeper(engine, SqlStore(engine))
        after = keeper.articles(keeping, now, None, done, AT_ONCE, dry_run)
        while after is not None:
            after = keeper.articles(keeping, now, after, done, AT_ONCE, dry_run)
        while keeper.rest(keeping, now, done, dry_run):
            pass
        if not dry_run:
            keeper.note(upkeep.PRUNED, now, articles=done.articles, attempts=done.attempts, documents=done.documents)
    for verb, reasons in (("goes" if dry_run else "went", done.went), ("stays", done.stayed)):
        for why, number in reasons.most_common():
            show(f"{verb:5} {count(number, 'article')}: {why}")
    show(f"{'goes' if dry_run else 'went':5} {count(done.attempts, 'try', 'tries')} of closed deliveries")
    show(f"{'goes' if dry_run else 'went':5} {count(done.documents, 'document')} of the quarantine")
    return OK


def _tell(differences: list[str], fine: str) -> None:
    for difference in differences:
        say(difference)
    if not differences:
        say(fine)
