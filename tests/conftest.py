"""What all tests share: dictionaries from the cache, for nobody wants to make them for each run, and examples of
Hypothesis that may take as long as a busy machine makes them."""

import pytest
from hypothesis import settings

from monitor import dictionaries

pytest.register_assert_rewrite("tests.contracts.ledger", "tests.contracts.channels")
dictionaries.keep()
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
