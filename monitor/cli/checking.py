"""`monitor check`: is everything right that people wrote?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from monitor.cli.context import FAILED, OK, Seeds, Setup, Watchlists, seeded_ledger, setup
from monitor.cli.output import complain, count, counted, say, warn
from monitor.core.alerts import Target
from monitor.core.render import plain
from monitor.core.rules import RuleSet
from monitor.errors import ConfigurationError
from monitor.examples import run_examples
from monitor.notify import check_url
from monitor.watchlists import Loaded, Seed, load_seeds


def check(
    examples: Annotated[bool, typer.Option("--examples", help="Judge the examples of every rule, too.")] = False,
    watchlists: Watchlists = None,
    seeds: Seeds = None,
) -> int:
    """Check watchlists, sources, channels and seeds; with --examples also that rules do what they promise.

    Every problem is told with file:line:column; the exit code is 1 when there are any.
    """
    given = setup(watchlists_dir=watchlists, seeds_dir=seeds, or_shipped=True)
    try:
        loaded = given.watchlists()
    except ConfigurationError as error:
        complain(error)
        problems = count(len(error.problems), "problem")
        say(f"{problems} in {given.settings.watchlists_dir}; seeds are looked at when these are right")
        return FAILED
    warn(loaded.warnings)
    bad = _check_channels(target for targets in loaded.channels.values() for target in targets)
    known = _check_seeds(given, loaded.ruleset)
    say(_inventory(loaded, None if known is None else len(known)))
    failed = _check_examples(loaded.ruleset, known) if examples else 0
    return FAILED if bad or failed or known is None else OK


def _check_channels(targets: Iterable[Target]) -> int:
    bad = 0
    for target in targets:
        try:
            check_url(target.url, channel=f"{target.channel}, target {target.name}")
        except ConfigurationError as error:
            complain(error)
            bad += 1
    return bad


def _check_seeds(given: Setup, ruleset: RuleSet) -> tuple[Seed, ...] | None:
    """The seeds; None when something is wrong with them."""
    try:
        return load_seeds(given.settings.seeds_dir, ruleset)
    except ConfigurationError as error:
        complain(error)
        return None


def _inventory(loaded: Loaded, seeds: int | None) -> str:
    parts = [
        count(len(loaded.ruleset.rules), "rule"),
        count(len(loaded.ruleset.terms), "term"),
        count(len(loaded.sources), "source"),
        count(len(loaded.channels), "channel"),
    ]
    return ", ".join(parts) + (", seeds with problems" if seeds is None else f", {count(seeds, 'seed')}")


def _check_examples(ruleset: RuleSet, seeds: tuple[Seed, ...] | None) -> int:
    """How many texts failed; without seeds (None) the examples that are held against them are left out."""
    texts = failed = 0
    rules = set()
    seeded = None if seeds is None else lambda: seeded_ledger(seeds)
    if seeds is None and any(example.seeds for rule in ruleset.rules for example in rule.examples):
        say("examples with “seeds: true” are left out until the seeds are right")
    for result in counted(run_examples(ruleset, seeded), "text"):
        texts += 1
        rules.add(result.rule.id)
        if result.failure:
            failed += 1
            name = f", “{plain(result.name)}”" if result.name else ""
            say(f"{result.place}: rule {result.rule.id}{name}: {plain(result.failure)}")
    say(f"{count(texts, 'text')} of {count(len(rules), 'rule')}: {failed} failed")
    return failed
