"""`monitor db …`: the schema of the database."""

from __future__ import annotations

import tempfile

from monitor.cli.context import FAILED, OK, group, setup
from monitor.cli.output import say, show
from monitor.store import migrate
from monitor.store.awaiting import awaited
from monitor.store.engine import create_engine, describe

app = group("Look after the database's schema.")


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
    """Check that the database has exactly the schema that this program needs."""
    with setup().store() as engine:
        differences = migrate.drift(engine)
        _tell(differences, f"{describe(engine.url)} has the schema {migrate.head()}")
    return FAILED if differences else OK


@app.command()
def drift() -> int:
    """Check that the migrations lead to the tables that the code declares, on a new database of their own."""
    with tempfile.TemporaryDirectory(prefix="monitor-drift-") as folder:
        engine = create_engine(f"sqlite:///{folder}/drift.db")
        try:
            migrate.upgrade(engine)
            differences = migrate.drift(engine)
        finally:
            engine.dispose()
    _tell(differences, f"the migrations up to {migrate.head()} lead to the tables of the code")
    return FAILED if differences else OK


def _tell(differences: list[str], fine: str) -> None:
    for difference in differences:
        say(f"difference: {difference}")
    if not differences:
        say(fine)
