"""How often somebody may try to log in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.web.access.throttle import NONE, Limit, Throttle, peer_key

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def tries(throttle: Throttle, number: int, now: datetime = NOW, **keys: str) -> list[timedelta]:
    return [throttle.take(now, **keys) for _ in range(number)]


def test_after_the_free_ones_each_try_waits_twice_as_long_up_to_the_longest() -> None:
    throttle, now, waits = Throttle({"peer": Limit(3, 20 * SECOND)}), NOW, []
    assert tries(throttle, 3, peer="a") == [NONE] * 3
    for _ in range(6):
        waits.append(throttle.take(now, peer="a") // SECOND)
        now += waits[-1] * SECOND
        assert throttle.take(now, peer="a") == NONE
    assert waits == [1, 2, 4, 8, 16, 20]


def test_a_try_that_has_to_wait_is_not_counted() -> None:
    throttle = Throttle({"peer": Limit(1, timedelta(hours=1))})
    assert tries(throttle, 50, peer="a") == [NONE] + [SECOND] * 49
    assert throttle.take(NOW + SECOND, peer="a") == NONE


def test_the_longest_wait_counts_and_others_go_free() -> None:
    throttle = Throttle({"peer": Limit(2, 60 * SECOND), "name": Limit(4, 60 * SECOND)})
    tries(throttle, 2, peer="a", name="ann")
    assert throttle.take(NOW, peer="a", name="bob") == SECOND
    assert tries(throttle, 3, peer="b", name="ann") == [NONE, NONE, SECOND]
    assert throttle.take(NOW, peer="c", name="bob") == NONE


def test_a_try_that_succeeds_does_not_count_but_those_before_do() -> None:
    throttle = Throttle({"peer": Limit(3, 60 * SECOND)})
    for _ in range(9):
        assert throttle.take(NOW, peer="a") == NONE
        throttle.succeeded(NOW, peer="a")
    tries(throttle, 2, peer="a")
    throttle.take(NOW, peer="a")
    throttle.succeeded(NOW, peer="a")
    assert tries(throttle, 2, peer="a") == [NONE, SECOND]


def test_after_an_hour_all_is_forgotten() -> None:
    throttle = Throttle({"peer": Limit(2, SECOND)})
    tries(throttle, 2, peer="a")
    later = NOW + timedelta(hours=1, seconds=2)
    assert tries(throttle, 3, later, peer="a") == [NONE, NONE, SECOND]


def test_whatever_is_tried_memory_has_a_bound_and_the_latest_are_kept() -> None:
    throttle = Throttle({"peer": Limit(1, SECOND)}, most=100)
    for number in range(1_000):
        throttle.take(NOW, peer=str(number))
    assert len(throttle._tries["peer"]) == 100
    assert throttle.take(NOW, peer="999") == SECOND
    assert throttle.take(NOW, peer="0") == NONE


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("::ffff:198.51.100.7", "::ffff:198.51.100.7"),
        ("", ""),
    ],
)
def test_all_addresses_that_one_has_of_ipv6_are_one(address: str, key: str) -> None:
    assert peer_key(address) == key
