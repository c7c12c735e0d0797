"""A database that is still to come is waited for as long as somebody said."""

from __future__ import annotations

import threading
import time

import pytest

from monitor.errors import StoreError
from monitor.store import awaiting, migrate
from monitor.store.awaiting import awaited
from monitor.store.engine import create_engine
from tests import postgres


def test_a_schema_that_somebody_makes_meanwhile_is_waited_for(postgres_server):
    with postgres.database(postgres_server) as url:
        engine = create_engine(url)
        making = threading.Thread(target=lambda: (time.sleep(0.3), migrate.upgrade(create_engine(url))))
        making.start()
        awaited(engine, 60)
        migrate.check(engine)
        making.join()
        engine.dispose()


def test_a_server_that_is_not_there_is_waited_for_and_then_the_start_fails_with_the_reason(monkeypatch):
    """The clock is the tests' own."""
    at = iter(range(1000))
    monkeypatch.setattr(awaiting.time, "monotonic", lambda: float(next(at)))
    monkeypatch.setattr(awaiting.time, "sleep", lambda seconds: None)
    engine = create_engine("postgresql://nobody:@/none?host=/nonexistent")
    with pytest.raises(StoreError, match="/nonexistent"):
        awaited(engine, 5)
    assert next(at) == 6


def test_a_file_of_sqlite_is_not_waited_for(tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/monitor.db")
    with pytest.raises(StoreError, match="is empty"):
        awaited(engine, 3600)
    engine.dispose()
