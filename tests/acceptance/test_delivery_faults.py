"""Short runs with kills and other faults; `python -m tests.acceptance.delivery_faults` makes the long ones."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests import postgres
from tests.acceptance.delivery_faults import BURST, VARIANTS, Faults, place, restarts, sqlite_url, with_schema
from tests.disk import NoMountError


@pytest.mark.parametrize("name", VARIANTS)
def test_no_alert_is_lost_and_what_comes_again_was_in_flight_or_unanswered_and_says_so(
    name: str,
) -> None:
    troubles, storms = VARIANTS[name]
    alerts = 2 * BURST if storms else 10
    with ExitStack() as stack:
        try:
            folder = stack.enter_context(place(troubles))
        except NoMountError as error:
            pytest.skip(str(error))
        books = Faults(sqlite_url(folder), kills=6, alerts=alerts, troubles=troubles, storms=storms).run()
    assert books.messages >= (2 if storms else 9) * 5 - books.unknown
    if storms:
        assert books.messages < books.alerts * 5 / 2, "told together"


def test_the_same_on_postgresql_where_a_lease_has_to_run_out() -> None:
    with postgres.server() as server, postgres.database(server) as url:
        # A life has to outlast the lease of the one before, three minutes of the sender's clock.
        faults = Faults(with_schema(url), kills=5, alerts=10, speed=240.0, life=3.0, aimed=0.4)
        assert faults.run().messages >= 50


def test_postgresql_stopped_and_started_under_the_sender_loses_and_doubles_nothing() -> None:
    """The sender goes on by itself; what it sent while the database was away is recorded afterwards."""
    assert restarts(kills=6, alerts=20).messages == 100
