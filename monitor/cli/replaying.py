"""`monitor replay`: a file of articles through judgement, without a database and without sending."""

from __future__ import annotations

import io
import json
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from monitor.cli.context import FAILED, OK, Misuse, Seeds, Setup, Watchlists, seeded_ledger, setup
from monitor.cli.output import complain, count, counted, say, warn
from monitor.core.judge import Judge
from monitor.core.rules import RuleSet
from monitor.errors import ConfigurationError, Problem
from monitor.judging import Desk
from monitor.replay import read_stream, verdict_lines
from monitor.replay import replay as replayed
from monitor.watchlists import Seed, load_seeds

STDIN = "-"


def replay(
    stream: Annotated[str, typer.Argument(metavar="STREAM", help="Articles as JSON lines; - reads stdin.")],
    watchlists: Watchlists = None,
    seeds: Seeds = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the verdicts there, not to stdout.")] = None,
) -> int:
    """Pass a file of articles through the rules, knowing the seeds only, and write one line for each verdict.

    Nothing is fetched, stored or sent; `now` is each article's own time.
    """
    given = setup(watchlists_dir=watchlists, seeds_dir=seeds)
    ruleset = given.watchlists().ruleset
    ledger = seeded_ledger(known_seeds(given, ruleset))
    told: Counter[str] = Counter()
    with _opened(stream) as lines, _target(out) as target:
        try:
            outcomes = replayed(read_stream(lines, stream), Desk(Judge(ruleset), {}), ledger)
            for outcome in counted(outcomes, "article"):
                told["articles"] += 1
                for line in verdict_lines(outcome):
                    target.write(json.dumps(line, ensure_ascii=False) + "\n")
                    told[line["verdict"]] += 1
                    told["alerted"] += line["alerted"]
        except ConfigurationError as error:  # here it can only be about the stream: data, not configuration
            complain(error)
            return FAILED
        except UnicodeDecodeError:
            complain(ConfigurationError([Problem(stream, 0, 0, "the stream is not UTF-8 text")]))
            return FAILED
    say(
        f"{count(told['articles'], 'article')}: {told['new']} new, {told['followup']} followup, {told['known']} known; "
        f"{told['alerted']} alerted"
    )
    return OK


def known_seeds(given: Setup, ruleset: RuleSet) -> tuple[Seed, ...]:
    """The seeds; without any there is a warning, since then everything is news."""
    directory = given.settings.seeds_dir
    found = load_seeds(directory, ruleset) if directory.exists() else ()
    if not found:
        what = "there are no seeds" if directory.exists() else "the directory does not exist"
        warn([Problem(directory.as_posix(), 0, 0, f"{what}: nothing counts as known")])
    return found


@contextmanager
def _opened(name: str) -> Iterator[TextIO]:
    if name == STDIN:
        yield io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig")
        return
    try:
        stream = Path(name).open(encoding="utf-8-sig")  # noqa: SIM115  (closed below, outside of the try)
    except OSError as error:
        raise Misuse(f"{name} cannot be read: {error.strerror}") from None
    with stream:
        yield stream


@contextmanager
def _target(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    try:
        target = out.open("w", encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise Misuse(f"{out} cannot be written: {error.strerror}") from None
    with target:
        yield target
