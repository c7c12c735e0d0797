"""`monitor route`: who would get an alert, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated

import typer

from monitor.cli.channels import TargetRow, target_rows
from monitor.cli.context import FAILED, OK, AsJson, Misuse, Watchlists, setup
from monitor.cli.output import say, show, show_json, show_table
from monitor.core.alerts import OURSELVES
from monitor.core.model import Assertion, Severity
from monitor.core.policy import traits
from monitor.core.routing import TRAITS, Routing, Traits, open_traits
from monitor.core.routing import route as routed
from monitor.core.rules import Stage
from monitor.watchlists import Loaded
from monitor.watchlists.wording import nearest


@dataclass(frozen=True, slots=True)
class _Answer:
    traits: Traits
    routing: Routing
    targets: list[TargetRow]
    open: list[str]  # what routes ask for and nobody said
    timing: dict[str, tuple[str, ...]]  # by channel: when it rings, and what follows
    stage: Stage = Stage.LIVE


def route(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="A rule, or monitor:coverage.")],
    severity: Annotated[Severity | None, typer.Option(help="Instead of the rule's own.")] = None,
    language: Annotated[str, typer.Option(metavar="CODE", help="Of the article, such as az.")] = "",
    country: Annotated[str, typer.Option(metavar="CODE", help="Of the outlet, such as AZ.")] = "",
    assertion: Annotated[Assertion | None, typer.Option(help="How firmly it is said.")] = None,
    as_json: AsJson = False,
    watchlists: Watchlists = None,
) -> int:
    """Show who would get an alert of a rule, and why. What is not given fits no route that asks for it."""
    given = setup(watchlists_dir=watchlists)
    loaded = given.watchlists()
    asked, own = _traits(loaded, rule, assertion, language, country)
    asked = replace(asked, severity=severity.value) if severity else asked
    routing = routed(loaded.routes, asked, own)
    every_row = target_rows(given, loaded)
    rows = [row for name in routing.channels for row in every_row if row.channel == name]
    timing = {name: targets[0].policy.words for name in routing.channels if (targets := loaded.channels.get(name))}
    known = loaded.ruleset.rule(rule)
    stage = known.stage if known else Stage.LIVE
    answer = _Answer(asked, routing, rows, [] if own else open_traits(loaded.routes, asked), timing, stage)
    if as_json:
        show_json(answer)
    else:
        _tell(answer)
    return OK if any(not row.problem for row in rows) else FAILED


def _traits(
    loaded: Loaded, name: str, assertion: Assertion | None, language: str, country: str
) -> tuple[Traits, tuple[str, ...]]:
    """What an alert of the rule is routed by, and the channels that the rule names itself."""
    if name.startswith(OURSELVES):
        return Traits(name, severity=Severity.HIGH.value), ()
    rule = loaded.ruleset.rule(name)
    if rule is None:
        hint = nearest(name, (known.id for known in loaded.ruleset.rules)) or "see `monitor check`"
        raise Misuse(f"there is no rule {name} ({hint})")
    return traits(rule, assertion, language, country), rule.channels


def _tell(answer: _Answer) -> None:
    asked = ", ".join(f"{name} {value}" for name in TRAITS if (value := getattr(answer.traits, name)))
    show(f"{asked} → {', '.join(answer.routing.channels) or 'no channel'}")
    show(f"  because    {answer.routing.why}")
    cells = ([row.channel, row.target, row.address, row.problem or "ready"] for row in answer.targets)
    if answer.stage is Stage.SHADOW:
        show("  on trial   nothing is sent; so it would go once the rule is live")
    show_table(("CHANNEL", "TARGET", "ADDRESS", "STATUS"), cells)
    for channel, words in answer.timing.items():
        for told in words:
            show(f"{channel}: {told}")
    if answer.open:
        options = ", ".join(f"--{name}" for name in answer.open)
        say(f"some routes ask for more than was given: try {options}")
    if not any(not row.problem for row in answer.targets):
        say("it would reach nobody: none of these channels has a target that can be used")
