"""The stored ledger keeps the promises of every ledger."""

import pytest

from tests.contracts.ledger import LedgerContract


class TestSqlLedger(LedgerContract):
    @pytest.fixture
    def ledger(self, newsroom):
        return newsroom
