"""What options say: durations, times, and who speaks."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError

from monitor.cli.context import Misuse
from monitor.core.render import plain
from monitor.watchlists.fields import Duration

_DURATION: TypeAdapter[Any] = TypeAdapter(Duration)

Author = Annotated[
    str | None, typer.Option("--author", metavar="NAME", help="Who says so, instead of your login name.")
]
For = Annotated[str | None, typer.Option("--for", metavar="DURATION", help="How long, such as 90m, 4h or 2d.")]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="Until when (ISO 8601; UTC if it names no zone).")]


def duration(option: str, written: str) -> timedelta:
    try:
        found: timedelta = _DURATION.validate_python(written)
    except ValidationError as error:
        raise Misuse(f"{option}: {error.errors()[0]['ctx']['text']}") from None
    return found


def moment(option: str, written: str) -> datetime:
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        raise Misuse(f"{option}: {written} is no ISO 8601 time; write 2025-08-27T06:00:00Z") from None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def end(for_: str | None, until: str | None, now: datetime) -> datetime:
    """The end that one of the two options names; always later than `now`."""
    if (for_ is None) == (until is None):
        raise Misuse("say how long: --for DURATION or --until TIME, one of the two")
    try:
        ends = now + duration("--for", for_) if for_ is not None else moment("--until", until or "")
    except OverflowError:
        raise Misuse(f"--for: {for_} is longer than the calendar goes") from None
    if ends <= now:
        raise Misuse(f"--until: {until} has passed")
    return ends


def author(written: str | None) -> str:
    """A name in one line: the one given, or that of the login."""
    try:
        name = plain(getpass.getuser() if written is None else written).strip()
    except (KeyError, OSError, ImportError):  # a container may run as a user without a name
        name = ""
    if not name:
        raise Misuse("nobody knows who you are: give --author NAME")
    return name
