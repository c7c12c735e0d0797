"""The bounds on what a ledger hands over are for years of work: no stream comes near them."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.core.judge import Judge
from monitor.judging import Desk
from monitor.memory import MemoryLedger
from monitor.replay import read_stream, replay, verdict_lines
from tests.judgement.replaying import OWN, Shipped


@pytest.fixture(scope="module")
def shipped() -> Shipped:
    return Shipped()


def verdicts(shipped: Shipped, name: str) -> list[Any]:
    ledger = MemoryLedger(fact for seed in shipped.seeds for fact in seed.baseline)
    with (OWN / f"{name}.jsonl").open(encoding="utf-8") as lines:
        outcomes = replay(read_stream(lines, name), Desk(Judge(shipped.ruleset), {}), ledger)
        return [line for outcome in outcomes for line in verdict_lines(outcome)]


@pytest.mark.parametrize("name", ["long", "portal"])
def test_every_verdict_and_reason_is_the_same_without_bounds(shipped: Shipped, name: str, monkeypatch) -> None:
    bounded = verdicts(shipped, name)
    for module in ("monitor.core.relevant", "monitor.memory"):
        for bound in ("NEAR", "BEYOND", "SUMS", "TOLD"):
            monkeypatch.setattr(f"{module}.{bound}", 10**6)
    assert verdicts(shipped, name) == bounded
