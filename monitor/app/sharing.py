"""Whether this process shares the work with others."""

from __future__ import annotations

from sqlalchemy.engine import Engine

from monitor import queueing
from monitor.errors import ConfigurationError, Problem
from monitor.settings import Settings
from monitor.store.dispatching import SharedWork


def shared_work(settings: Settings, engine: Engine, shared: bool) -> SharedWork | None:
    """None for a process that does everything by itself. Raises ConfigurationError for a role that cannot be."""
    sharing = shared and engine.dialect.name == "postgresql"
    if settings.role != "all" and not sharing:
        why = "SQLite has one process" if shared else "a single pass (--once) is made by one process"
        hint = "leave the role out, or work on PostgreSQL and without --once"
        message = f"{settings.role} works together with others, but {why}"
        raise ConfigurationError([Problem("MONITOR_ROLE", 0, 0, message, hint)])
    if not sharing:
        return None
    queueing.quiet()
    return SharedWork(engine)
