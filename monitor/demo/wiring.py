"""The real monitor, put together for the demo: other sources, another database, one channel."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from monitor import logs
from monitor.app import App, build
from monitor.config import load_settings
from monitor.configuration import ON_CONSOLE
from monitor.core.model import Source


async def build_app(
    *,
    sources: Sequence[Source],
    watchlists_dir: Path,
    seeds_dir: Path,
    database_url: str,
    allow_networks: Sequence[str],
    console: TextIO,
    desk_port: int | None,
) -> App:
    """Implements `monitor.demo.run.BuildApp`. Settings of this machine have no part in it; the account stands
    for the log."""
    logs.configure("console", "ERROR")
    given = {
        "MONITOR_WATCHLISTS_DIR": str(watchlists_dir),
        "MONITOR_SEEDS_DIR": str(seeds_dir),
        "MONITOR_DATABASE_URL": database_url,
        "MONITOR_ALLOW_NETWORKS": ",".join(allow_networks),
        "MONITOR_PER_HOST_GAP_SECONDS": "0",  # our own newsroom minds no haste
        "MONITOR_PER_HOST_CONCURRENCY": "4",
        "MONITOR_WEB": str(desk_port is not None),
        "MONITOR_WEB_PORT": str(desk_port or 0),
    }
    settings, _ = load_settings(given, secrets_dir=Path("/nonexistent"))
    return build(settings, sources=sources, channels=ON_CONSOLE, console=console, secrets={})
