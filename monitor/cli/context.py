"""What commands share: exit codes, settings, files read when asked for, the store opened late."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.engine import Engine

from monitor import dictionaries
from monitor.app.shipped import shipped
from monitor.cli.output import say, warn
from monitor.config import SECRETS_DIRECTORY, channel_secrets, load_settings
from monitor.configuration import seed_fingerprint
from monitor.errors import MonitorError, StoreError
from monitor.memory import MemoryLedger
from monitor.settings import Settings
from monitor.store import migrate
from monitor.store.engine import create_engine
from monitor.watchlists import Loaded, Seed, load

OK, FAILED, USAGE, DATABASE = 0, 1, 2, 3
DOTENV = Path(".env")
_DIRECTORIES = {"watchlists_dir", "seeds_dir"}

Watchlists = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Watchlists to use instead of MONITOR_WATCHLISTS_DIR.")
]
Seeds = Annotated[Path | None, typer.Option(metavar="DIR", help="Seeds to use instead of MONITOR_SEEDS_DIR.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")]


class Misuse(MonitorError):
    """A command was asked for what cannot be: a file that is not there, a name that nothing has."""


def group(words: str) -> typer.Typer:
    """A command that holds others."""
    return typer.Typer(help=words, no_args_is_help=True, rich_markup_mode=None)


@dataclass(frozen=True, slots=True)
class Setup:
    """The settings in force, those of the command line included."""

    settings: Settings
    secrets: Mapping[str, str]

    def watchlists(self) -> Loaded:
        """Raises ConfigurationError with every problem of every file."""
        return load(self.settings.watchlists_dir, self.secrets)

    @property
    def database(self) -> str:
        return self.settings.database_url.get_secret_value()

    @property
    def database_file(self) -> Path | None:
        """The file of a SQLite database; None for another database."""
        scheme, _, rest = self.database.partition(":///")
        return Path(rest.partition("?")[0]) if scheme.partition("+")[0] == "sqlite" else None

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """The database, whatever its schema. Raises StoreError."""
        engine = create_engine(self.database)
        try:
            yield engine
        finally:
            engine.dispose()

    @contextmanager
    def store(self) -> Iterator[Engine]:
        """The database with the schema that this program needs; never makes a new one. Raises StoreError."""
        file = self.database_file
        if file is not None and not file.exists():
            raise StoreError(f"there is no database {file} yet: run `monitor run` or `monitor db upgrade`")
        with self.engine() as engine:
            migrate.check(engine)
            yield engine


def setup(*, quiet: bool = False, or_shipped: bool = False, **changed: Any) -> Setup:
    """Read the settings, tell (unless `quiet`) what is odd about them, and put the command's own options in.

    Options that are None were not given. With `or_shipped` the directories that came with the program
    stand in where nobody named any and there are none here. Raises ConfigurationError.
    """
    settings, warnings = load_settings(os.environ, DOTENV, SECRETS_DIRECTORY)
    if not quiet:
        warn(warnings)
    dictionaries.keep(settings.cache_dir)
    given = {name: value for name, value in changed.items() if value is not None}
    if or_shipped and not _DIRECTORIES & (given.keys() | settings.model_fields_set):
        given |= stand_ins()
    secrets = channel_secrets(os.environ, DOTENV, SECRETS_DIRECTORY)
    return Setup(settings.model_copy(update=given), secrets)


def stand_ins() -> dict[str, Path]:
    """Where there are no watchlists here: those that came with the program, and its seeds, which is told."""
    found = {f"{name}_dir": path for name in ("watchlists", "seeds") if (path := shipped(name))}
    if Path("watchlists").exists() or not found:
        return {}
    say(f"there are no watchlists here: taking those that came with the program, {found['watchlists_dir']}")
    return found


def seeded_ledger(seeds: tuple[Seed, ...]) -> MemoryLedger:
    """A ledger that knows the seeds and nothing else."""
    facts = (fact for seed in seeds for fact in seed.baseline)
    return MemoryLedger(facts, (found for seed in seeds if (found := seed_fingerprint(seed))))
