"""`monitor coverage`: which sources could carry a rule, and whether anybody hears them."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.context import FAILED, OK, AsJson, Misuse, Setup, Watchlists, setup
from monitor.cli.output import count, say, show, show_json, show_table
from monitor.cli.reading import utc_now
from monitor.core.coverage import Life, RuleCoverage, Tongue, survey
from monitor.core.render import plain
from monitor.core.rules import Stage
from monitor.store.views import Views
from monitor.watchlists.wording import nearest


def coverage(
    rule: Annotated[
        str | None, typer.Argument(metavar="RULE", help="Only this rule, with each of its sources.")
    ] = None,
    as_json: AsJson = False,
    watchlists: Watchlists = None,
) -> int:
    """Tell for each rule which sources could carry it, and whether they are alive."""
    covered = _covered(setup(watchlists_dir=watchlists))
    if rule is not None:
        known = [item.rule for item in covered]
        covered = [item for item in covered if item.rule == rule]
        if not covered:
            raise Misuse(f"there is no rule {rule} in force ({nearest(rule, known) or 'see `monitor coverage`'})")
    if as_json:
        show_json([_data(item) for item in covered])
    elif rule is not None:
        _show(covered[0])
    else:
        show_table(("RULE", "ALIVE", "OF", "COVERAGE"), (_cells(item) for item in covered))
    blind = sum(item.blind for item in covered)
    if blind:
        say(f"{count(blind, 'rule')} of {len(covered)} blind: nothing that happens there is seen")
    return FAILED if blind else OK


def _covered(given: Setup) -> list[RuleCoverage]:
    ruleset = given.watchlists().ruleset
    with given.store() as engine:
        polled = [(row.source, row.state) for row in Views(engine).sources()]
    return list(survey(ruleset, polled, utc_now()))


def _cells(item: RuleCoverage) -> list[str]:
    return [item.rule, str(item.alive), str(len(item.carriers)), item.words]


def _show(item: RuleCoverage) -> None:
    show(f"{item.rule} ({plain(item.title)})")
    show(plain(item.words))
    for tongue in item.tongues:
        show(f"  {tongue.language or 'any'}: {_of_tongue(tongue)}")
        for carrier in tongue.carriers:
            show(f"    {carrier.life.value:8}{carrier.source.id}: {plain(carrier.why)}")


def _of_tongue(tongue: Tongue) -> str:
    if not tongue.carriers:
        return "no source"
    alive = sum(carrier.life is Life.ALIVE for carrier in tongue.carriers)
    return f"{alive} of {count(len(tongue.carriers), 'source')} alive"


def _data(item: RuleCoverage) -> dict[str, object]:
    return {
        "rule": item.rule,
        "title": item.title,
        "state": "blind" if item.blind else "seeing" if item.life is Life.ALIVE else "waiting",
        "stage": (Stage.SHADOW if item.on_trial else Stage.LIVE).value,
        "alive": item.alive,
        "sources": len(item.carriers),
        "blind_in": list(item.blind_in),
        "words": item.words,
        "languages": [
            {
                "language": tongue.language,
                "sources": [
                    {"id": carrier.source.id, "state": carrier.life.value, "why": carrier.why}
                    for carrier in tongue.carriers
                ],
            }
            for tongue in item.tongues
        ],
    }
