"""The ledger in memory keeps the promises of the stored one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TypeVar

import pytest

from monitor.core.model import Article
from monitor.memory import MemoryLedger
from monitor.ports import JudgingUnit
from tests.contracts.ledger import LedgerContract

T = TypeVar("T")


class Harness:
    def __init__(self) -> None:
        self.unit = MemoryLedger()

    def save(self, article: Article) -> None:
        """Nothing to do: a ledger in memory judges what it is given."""

    def judging(self, work: Callable[[JudgingUnit], T], rules: Collection[str] | None = None) -> T:
        return work(self.unit)


class TestMemoryLedger(LedgerContract):
    @pytest.fixture
    def ledger(self) -> Harness:
        return Harness()
