"""How well the judgement does on every labelled stream at hand, and what its thresholds do to that.

Figures: F1 of each stream against alerting on everything that touches a rule (the other
yardstick, silence, has F1 0). Tables by rule and language, with every mistake, go to stderr.

`--sweep NAME` varies one threshold instead and prints the scores for each value; `--sweep list`
names the thresholds. An asterisk marks the value in force.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib import import_module
from typing import Any

from benchmarks._measure import emit, options, progress
from monitor.core.judge import Judge
from monitor.core.rules import Rule, RuleSet
from tests.judgement.replaying import ROOT, Stream, shipped, streams
from tests.judgement.scoring import every_match, mistakes, read, score, steps_line, table, together, wrong_steps

# Rules that say how far two dates of one event may lie apart and the like: all get the value swept.
IN_RULES: dict[str, tuple[Sequence[int], Callable[[Rule, int], Rule]]] = {
    "within": ((1, 2, 3, 4), lambda rule, value: replace(rule, match=replace(rule.match, within=value))),
    "same_event.days": (
        (0, 1, 2, 3, 4, 7),
        lambda rule, value: replace(rule, same_event=replace(rule.same_event, days=value)),
    ),
    "same_event.memory": (
        (2, 4, 7, 10, 14, 30),
        lambda rule, value: replace(rule, same_event=replace(rule.same_event, memory=timedelta(days=value))),
    ),
}


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of a module of the core, and the values to try."""

    module: str
    values: Sequence[Any]  # numbers or time spans


IN_CODE = {
    "LEAD_WORDS": Threshold("monitor.core.text", (0, 30, 45, 60, 80, 120, 200, 10_000)),
    "LEAD_SENTENCES": Threshold("monitor.core.text", (0, 1, 2, 3, 4, 6)),
    "FRESH_DAYS": Threshold("monitor.core.telling", (0, 1, 2, 3, 4, 5, 7, 14)),
    "LIKE": Threshold("monitor.core.novelty", (0.0, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 1.1)),
    "COMMON": Threshold("monitor.core.novelty", (1, 2, 3, 4, 6, 100)),
    "NEXT_DAY": Threshold("monitor.core.novelty", (0, 1, 2, 3, 5)),
    "JUST_TOLD": Threshold("monitor.core.relevant", [timedelta(days) for days in (0, 1, 2, 3, 5, 10)]),
    "AFTERMATH": Threshold("monitor.core.judge", [timedelta(days) for days in (0, 1, 2, 3, 5, 10)]),
    "SAME": Threshold("monitor.core.duplicates", (0.2, 0.3, 0.34, 0.4, 0.5, 1.1)),
    "SAME_SHORT": Threshold("monitor.core.duplicates", (0.34, 0.4, 0.5, 0.6, 1.1)),
}


def tables(found: Sequence[Stream]) -> None:
    for stream in found:
        articles = read(stream.path)
        told = shipped(stream.home).steps(stream.path)
        alerted = frozenset(told)
        total, loud = score(articles, alerted), score(articles, every_match(articles))
        progress(f"\n{stream.name}: {len(articles)} articles\n{table(articles, alerted)}")
        for words in (mistakes(total), steps_line(*wrong_steps(articles, told))):
            if words:
                progress(words)
        emit(f"judgement_{stream.name}_f1", total.f1, "F1", "an alert on every match", loud.f1)


# --- sweeps ----------------------------------------------------------------------------------


def sweep(found: Sequence[Stream], name: str) -> None:
    """A line for each value: all streams taken together, then the F1 of each."""
    print(f"{name}: recall, precision, F1 and repeats of all streams together, and the F1 of each")
    print(_row("value", ["recall", "precision", "F1", "repeats", *(stream.name for stream in found)]))
    labelled = [read(stream.path) for stream in found]
    homes = list(dict.fromkeys([ROOT, *(stream.home for stream in found)]))
    for marked in zip(*(variants(shipped(home).ruleset, name) for home in homes), strict=True):
        judges = {home: judge for home, (_, judge) in zip(homes, marked, strict=True)}
        parts = [
            score(articles, shipped(stream.home).alerted(stream.path, judges[stream.home]))
            for articles, stream in zip(labelled, found, strict=True)
        ]
        whole = together(parts)
        figures = [whole.recall, whole.precision, whole.f1, len(whole.repeats), *(part.f1 for part in parts)]
        cells = [f"{figure:.3f}" if isinstance(figure, float) else figure for figure in figures]
        print(_row(marked[0][0], cells), flush=True)


def variants(ruleset: RuleSet, name: str) -> Iterator[tuple[str, Judge]]:
    """Each value in words, with a judge that judges by it as long as the next is not asked for."""
    if name in IN_RULES:
        values, change = IN_RULES[name]
        yield "as shipped*", Judge(ruleset)
        for value in values:
            yield str(value), Judge(replace(ruleset, rules=tuple(change(rule, value) for rule in ruleset.rules)))
        return
    threshold = IN_CODE[name]
    in_force = getattr(import_module(threshold.module), name)
    for value in sorted({*threshold.values, in_force}):
        with changed(threshold.module, name, value):
            words = f"{value.days} d" if isinstance(value, timedelta) else f"{value:g}"
            yield words + "*" * (value == in_force), Judge(ruleset)


@contextmanager
def changed(module: str, name: str, value: Any) -> Iterator[None]:
    holder = import_module(module)
    before = getattr(holder, name)
    setattr(holder, name, value)
    try:
        yield
    finally:
        setattr(holder, name, before)


def _row(mark: str, cells: Sequence[object]) -> str:
    return f"{mark:<12}" + "".join(f"{cell:>10}" for cell in cells)


def main() -> None:
    parser = options(__doc__)
    known = sorted({*IN_RULES, *IN_CODE})
    parser.add_argument("--sweep", metavar="NAME", help="vary one threshold: " + ", ".join(known))
    chosen = parser.parse_args()
    if chosen.sweep == "list":
        print("\n".join(known))
        return
    if chosen.sweep and chosen.sweep not in known:
        parser.error(f"there is no threshold {chosen.sweep!r}; take one of: {', '.join(known)}")
    found = streams()[: 1 if chosen.quick else None]
    if not found:
        sys.exit("judgement: no stream found in tests/judgement/streams, nor where MONITOR_EVAL says")
    if chosen.sweep:
        sweep(found, chosen.sweep)
    else:
        tables(found)


if __name__ == "__main__":
    main()
