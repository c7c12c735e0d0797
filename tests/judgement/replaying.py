"""Streams through the shipped watchlists and seeds, as `monitor replay` passes them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from monitor.configuration import seed_fingerprint
from monitor.core.judge import Judge
from monitor.core.rules import RuleSet
from monitor.judging import Desk
from monitor.memory import MemoryLedger
from monitor.replay import read_stream, replay, verdict_lines
from monitor.watchlists import Seed, load, load_seeds
from tests.judgement.scoring import Alerted, Steps

ROOT = Path(__file__).resolve().parents[2]
OWN = Path(__file__).parent / "streams"


def evaluation() -> Path:
    """Where the evaluation streams are, if they are there."""
    return Path(os.environ.get("MONITOR_EVAL") or ROOT / "../shared/eval")


@dataclass(frozen=True, slots=True)
class Stream:
    """Labelled articles, and the folder with the watchlists and seeds that they are held against."""

    name: str
    path: Path
    home: Path = ROOT


def streams() -> list[Stream]:
    """Every stream that is at hand: our own, those for evaluation, those on other subjects."""
    shipped = [Stream(path.stem, path) for folder in (OWN, evaluation()) for path in sorted(folder.glob("*.jsonl"))]
    return shipped + [Stream(home.name, home / "stream.jsonl", home) for home in generality()]


def generality() -> list[Path]:
    """Folders with a stream of another region, and watchlists and seeds of its own."""
    return sorted(path.parent for path in (OWN.parent / "generality").glob("*/watchlists"))


@cache
def shipped(home: Path = ROOT) -> Shipped:
    return Shipped(home)


class Shipped:
    """The rules and seeds of a folder (the shipped ones if none is named), read once."""

    def __init__(self, home: Path = ROOT) -> None:
        self.ruleset: RuleSet = load(home / "watchlists").ruleset
        self.seeds: tuple[Seed, ...] = load_seeds(home / "seeds", self.ruleset)

    def alerted(self, stream: Path, judge: Judge | None = None) -> Alerted:
        """What is alerted of a stream on a fresh ledger; `judge` stands in for the shipped rules."""
        return frozenset(self.steps(stream, judge))

    def steps(self, stream: Path, judge: Judge | None = None) -> Steps:
        """The same, each alert with the step or state that it names."""
        ledger = MemoryLedger(
            (fact for seed in self.seeds for fact in seed.baseline),
            (found for seed in self.seeds if (found := seed_fingerprint(seed))),
        )
        desk = Desk(judge or Judge(self.ruleset), {})
        with stream.open(encoding="utf-8") as lines:
            return {
                (line["article"], line["rule"]): decision.verdict.step
                for outcome in replay(read_stream(lines, stream.name), desk, ledger)
                for decision, line in zip(outcome.decisions, verdict_lines(outcome), strict=True)
                if line["alerted"]
            }
