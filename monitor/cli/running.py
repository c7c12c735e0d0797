"""`monitor run` and `monitor demo`: the monitor at work."""

from __future__ import annotations

import asyncio
import sys
from typing import Annotated, Any, Literal

import typer

from monitor import logs
from monitor.cli.context import FAILED, OK, Seeds, Watchlists, setup, stand_ins
from monitor.daemon import run as run_daemon
from monitor.demo.run import run_demo
from monitor.demo.wiring import build_app


def run(
    once: Annotated[bool, typer.Option("--once", help="Poll what is due, finish all of it, and end.")] = False,
    role: Annotated[
        Literal["all", "scheduler", "worker", "sender", "web"] | None,
        typer.Option("--role", help="What this process does of the work that several share on PostgreSQL."),
    ] = None,
    watchlists: Watchlists = None,
    seeds: Seeds = None,
) -> int:
    """Run the monitor until it is stopped: poll, read, judge, alert."""
    return run_daemon(setup(role=role, watchlists_dir=watchlists, seeds_dir=seeds).settings, once)


def demo(
    watchlists: Watchlists = None,
    seeds: Seeds = None,
    desk: Annotated[
        bool, typer.Option("--desk", help="Serve the desk afterwards, to look around in a browser.")
    ] = False,
    port: Annotated[int, typer.Option(metavar="PORT", help="Where to serve it; 0 takes any port that is free.")] = 8765,
) -> int:
    """Show the main job on a newsroom of our own: real feeds and pages, real judgement, no network, no account."""
    logs.configure("console", "ERROR")
    directories: dict[str, Any] = {} if watchlists or seeds else stand_ins()
    given = {"watchlists_dir": watchlists, "seeds_dir": seeds}
    directories |= {name: path for name, path in given.items() if path}
    tally = asyncio.run(run_demo(build_app, sys.stdout, desk_port=port if desk else None, **directories))
    return OK if tally.as_meant else FAILED
