"""`monitor channels …`: where alerts go, and whether they arrive."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from monitor import __version__
from monitor.cli.context import FAILED, OK, AsJson, Misuse, Setup, Watchlists, group, setup
from monitor.cli.output import say, show_json, show_table
from monitor.cli.reading import utc_now
from monitor.core.alerts import Message, Target
from monitor.errors import ConfigurationError, SendError
from monitor.notify import CONSOLE, AppriseSender, ConsoleSender, RoutingSender, check_url, format_for
from monitor.watchlists import CHANNELS, Loaded
from monitor.watchlists.channels import ChannelsFile, missing_secrets
from monitor.watchlists.checking import check
from monitor.watchlists.wording import nearest
from monitor.watchlists.yamlfile import read_document

app = group("Look at the channels, and try one.")


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A target with its address as it is written: its secrets are names. `problem` is empty where it can be used."""

    channel: str
    target: str
    address: str
    format: str
    default: bool
    problem: str


def target_rows(given: Setup, loaded: Loaded) -> list[TargetRow]:
    """Every target of channels.yaml, those included that are off."""
    path = given.settings.watchlists_dir / f"{CHANNELS}.yaml"
    file = check(ChannelsFile, read_document(path)) if path.exists() else None
    if file is None:
        return []
    usable = {(target.channel, target.name): target for targets in loaded.channels.values() for target in targets}
    return [
        TargetRow(
            channel,
            target.name,
            target.url,
            format_for(target.url)[0],
            channel in file.default,
            _problem(usable.get((channel, target.name)), missing_secrets(target.url, given.secrets)),
        )
        for channel, model in file.channels.items()
        for target in model.targets
    ]


def _problem(target: Target | None, missing: Sequence[str] = ()) -> str:
    if target is None:
        return f"off: no value for {', '.join(missing)}"
    try:
        check_url(target.url)
    except ConfigurationError as error:
        return str(error)
    return ""


@app.command("list")
def list_(as_json: AsJson = False, watchlists: Watchlists = None) -> int:
    """List channels and their targets; secrets are shown by name only."""
    given = setup(watchlists_dir=watchlists)
    loaded = given.watchlists()
    rows = target_rows(given, loaded)
    if as_json:
        show_json(rows)
        return OK
    header = ("CHANNEL", "TARGET", "ADDRESS", "FORMAT", "DEFAULT", "STATUS")
    show_table(header, (_cells(row) for row in rows))
    for problem in loaded.warnings:
        say(f"warning: {problem}")
    if not rows:
        say("there are no channels: alerts would reach nobody (write channels.yaml)")
    return OK


def _cells(row: TargetRow) -> list[str]:
    default = "yes" if row.default else "no"
    return [row.channel, row.target, row.address, row.format, default, row.problem or "ready"]


@app.command("test")
def try_(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A channel.")],
    watchlists: Watchlists = None,
) -> int:
    """Send a test message to every target of a channel, for real."""
    given = setup(watchlists_dir=watchlists)
    loaded = given.watchlists()
    if name not in loaded.channels:
        hint = nearest(name, loaded.channels) or f"there are {', '.join(sorted(loaded.channels)) or 'none'}"
        raise Misuse(f"there is no channel {name} ({hint})")
    failed = 0
    for row in target_rows(given, loaded):
        if row.channel == name and row.problem:
            failed += 1
            say(f"{name}/{row.target}: {row.problem}")
    usable = [target for target in loaded.channels[name] if not _problem(target)]
    return FAILED if asyncio.run(_send(usable)) + failed else OK


async def _send(targets: list[Target]) -> int:
    """How many targets did not take the message."""
    default = AppriseSender()
    sender = RoutingSender({CONSOLE: ConsoleSender(sys.stdout)}, default)
    failed = 0
    try:
        for target in targets:
            place = f"{target.channel}/{target.name}"
            try:
                await sender.send(target, _message(place))
                say(f"{place}: sent")
            except SendError as error:
                failed += 1
                say(f"{place}: {error}")
    finally:
        default.close()
    return failed


def _message(place: str) -> Message:
    return Message(
        "Test of the news monitor",
        f"A message for {place}, sent by hand at {utc_now():%Y-%m-%d %H:%M} UTC (version {__version__}).\n"
        "Alerts will arrive here. Nothing has happened.",
    )
