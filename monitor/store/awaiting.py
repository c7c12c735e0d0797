"""A database that is still to come: it starts beside us, or somebody is about to make its schema."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog
from sqlalchemy.engine import Engine

from monitor.errors import StoreError
from monitor.store import migrate

log = structlog.get_logger(__name__)

_PAUSE = 1.0  # seconds


def awaited(engine: Engine, seconds: float, look: Callable[[Engine], object] = migrate.check) -> None:
    """Returns when `look` does. What it raises is raised after so many seconds, on SQLite at once."""
    deadline = time.monotonic() + (seconds if engine.dialect.name == "postgresql" else 0.0)
    told = False
    while True:
        try:
            look(engine)
        except StoreError as error:
            if time.monotonic() + _PAUSE > deadline:
                raise
            if not told:
                log.info("waiting for the database", problem=str(error), seconds=seconds)
            told = True
            time.sleep(_PAUSE)
        else:
            return
