"""Several senders on one PostgreSQL, in processes of their own; the long form is a variant of `delivery_faults`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import postgres
from tests.acceptance.delivery_faults import with_schema
from tests.acceptance.several_senders import LEASE, Senders, faults_among, spread_over


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with postgres.server() as server:
        yield server


@pytest.fixture
def url(server: str) -> Iterator[str]:
    with postgres.database(server) as url:
        yield with_schema(url)


@pytest.mark.parametrize("count", [2, 4])
def test_each_is_sent_once_and_in_order_and_all_share_the_work(url: str, count: int) -> None:
    with Senders(url, count=count, targets=2 * count, hold=0.02) as senders:
        spread_over(senders, 60, 3.0)
        senders.settle()
        balance = senders.balance()
    assert balance.messages == 60 * 2 * count
    assert balance.again == 0
    assert len(balance.shares) == count, balance.shares


def test_a_target_gets_no_more_in_a_minute_than_it_takes_whoever_sends(url: str) -> None:
    with Senders(url, count=4, targets=3, per_minute=20) as senders:
        spread_over(senders, 90, 5.0)
        senders.settle()
        balance = senders.balance()
    assert balance.again == 0
    assert len(balance.shares) > 1, balance.shares


def test_what_comes_at_once_is_told_together_by_one_of_them(url: str) -> None:
    with Senders(url, count=4, targets=4, storm=20) as senders:
        bursts = []
        for _ in range(4):
            bursts.append(senders.add(30))
            senders.settle()
        for burst in bursts:
            senders.check_together(burst)


def test_of_those_that_are_killed_nothing_is_lost_and_only_what_was_in_flight_comes_again(url: str) -> None:
    with Senders(url, count=2, lease=LEASE) as senders:
        faults_among(senders, kills=4, stops=0, alerts=60)


def test_one_that_was_stopped_for_longer_than_its_lease_begins_nothing_of_what_it_had(url: str) -> None:
    with Senders(url, count=2, lease=LEASE) as senders:
        faults_among(senders, kills=0, stops=2, alerts=80)
