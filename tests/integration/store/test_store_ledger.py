"""The stored ledger keeps the promises of every ledger."""

import pytest

from monitor.store import copies
from tests.contracts.ledger import LedgerContract


class TestSqlLedger(LedgerContract):
    @pytest.fixture
    def ledger(self, newsroom):
        return newsroom


class TestSqlLedgerWithCommonBands:
    """What holds of few near copies holds where there are too many to look at them all."""

    @pytest.fixture
    def ledger(self, newsroom, monkeypatch):
        monkeypatch.setattr(copies, "FEW", 20)
        monkeypatch.setattr(copies, "_ANY", copies._ANY.limit(20))
        return newsroom

    record = staticmethod(LedgerContract.record)
    test_latest = LedgerContract.test_of_a_band_that_many_share_the_latest_are_near
    test_most = LedgerContract.test_of_many_near_copies_those_that_share_most_are_chosen
    test_original = LedgerContract.test_a_band_that_many_share_does_not_hide_the_original
