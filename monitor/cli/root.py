"""All commands together, and what becomes of errors."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from monitor import dictionaries
from monitor.cli import (
    accounts,
    alerting,
    answering,
    articles,
    backing,
    backtesting,
    beginning,
    channels,
    checking,
    coverage,
    database,
    deliveries,
    doctor,
    explaining,
    previewing,
    quarantine,
    replaying,
    routing,
    running,
    schema,
    searching,
    seeding,
    settings,
    silencing,
    sources,
    terms,
    tokens,
)
from monitor.cli.context import DATABASE, FAILED, USAGE, Misuse
from monitor.cli.output import complain, say
from monitor.errors import ConfigurationError, MonitorError, StoreError

app = typer.Typer(
    help="Polls news feeds, judges each article against what is known, and alerts once per new event.",
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_FIRST: tuple[Callable[..., int], ...] = (
    running.run,
    running.demo,
    beginning.init,
    checking.check,
    replaying.replay,
    explaining.explain,
    backtesting.backtest,
    coverage.coverage,
    routing.route,
    schema.schema,
)
_LAST: tuple[Callable[..., int], ...] = (
    *(settings.config, doctor.doctor, settings.version),
    *(backing.backup, backing.restore),
)
_GROUPS = {
    "sources": sources.app,
    "articles": articles.app,
    "alerts": alerting.app,
    "deliveries": deliveries.app,
    "silences": silencing.app,
    "channels": channels.app,
    "accounts": accounts.app,
    "tokens": tokens.app,
    "seed": seeding.app,
    "terms": terms.app,
    "db": database.app,
}
for answer in (
    *(answering.acknowledge, answering.snooze, answering.reject, answering.resolve, answering.reopen),
    answering.stats,
):
    alerting.app.command()(answer)
articles.app.command("search")(searching.search)
channels.app.command("preview")(previewing.preview)
sources.app.add_typer(quarantine.app, name="quarantine")


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=settings.tell_version, help="Print the version.")
    ] = False,
) -> None:
    pass


for command in _FIRST:
    app.command()(command)
for name, commands in _GROUPS.items():
    app.add_typer(commands, name=name)
for command in _LAST:
    app.command()(command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command (that of the process when None) and return its exit code. Expected errors are one line each."""
    dictionaries.keep()  # until settings are read, which may name another folder
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a foreign letter is no reason to stop
    try:
        code = app(args=arguments, prog_name="monitor", standalone_mode=False) or 0
        sys.stdout.flush()
    except typer.TyperException as error:
        return _misused(error)
    except (ConfigurationError, Misuse) as error:
        complain(error)
        return USAGE
    except StoreError as error:
        complain(error)
        return DATABASE
    except MonitorError as error:
        complain(error)
        return FAILED
    except BrokenPipeError:
        # Whoever read us has seen enough; Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return int(code)


def _misused(error: typer.TyperException) -> int:
    """Wrong usage; without any arguments the help is the answer."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error.format_message(), file=sys.stderr)
    else:
        path = context.command_path if context else "monitor"
        say(f"{' '.join(error.format_message().split())} (see `{path} --help`)")
    return USAGE
