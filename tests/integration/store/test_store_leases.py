"""Leases: one owner at a time, nobody held up by the dead, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from monitor.store import leases
from monitor.store.tables import lease


@pytest.fixture
def connection(store):
    with store.writing() as connection:
        yield connection


def run_out(connection, *names):
    """As if the time of these were over."""
    past = leases.clock(connection) - timedelta(seconds=1)
    connection.execute(sa.update(lease).where(lease.c.name.in_(names)).values(until=past))


def test_what_is_free_is_taken_and_what_another_has_is_not(connection):
    assert leases.take(connection, ["a", "b"], "one", 60) == {"a", "b"}
    assert leases.take(connection, ["b", "c"], "two", 60) == {"c"}
    assert [(item.name, item.owner) for item in leases.held(connection, "")] == [
        ("a", "one"), ("b", "one"), ("c", "two")
    ]  # fmt: skip


def test_its_own_is_taken_again_and_lasts_longer(connection):
    leases.take(connection, ["a"], "one", 10)
    before = leases.held(connection, "a")[0].until
    assert leases.take(connection, ["a"], "one", 60) == {"a"}
    assert leases.held(connection, "a")[0].until > before + timedelta(seconds=30)


def test_what_ran_out_is_anybodys(connection):
    leases.take(connection, ["a"], "one", 60)
    run_out(connection, "a")
    assert leases.held(connection, "a") == []
    assert leases.take(connection, ["a"], "two", 60) == {"a"}


def test_kept_is_only_what_one_still_has(connection):
    leases.take(connection, ["a", "b", "c"], "one", 60)
    run_out(connection, "a", "b")
    leases.take(connection, ["a"], "two", 60)
    assert leases.keep(connection, ["a", "b", "c", "never"], "one", 60) == {"c"}


def test_what_is_given_back_is_free_and_nobody_gives_back_what_is_anothers(connection):
    leases.take(connection, ["a", "b"], "one", 60)
    leases.give_back(connection, ["a", "b"], "two")
    assert leases.take(connection, ["a"], "two", 60) == set()
    leases.give_back(connection, ["a"], "one")
    assert leases.take(connection, ["a", "b"], "two", 60) == {"a"}


def test_what_is_given_back_for_later_is_nobodys_until_then(connection):
    leases.take(connection, ["a"], "one", 60)
    leases.give_back(connection, ["a"], "one", free_in=30)
    assert leases.take(connection, ["a"], "one", 60) == set()
    run_out(connection, "a")
    assert leases.take(connection, ["a"], "two", 60) == {"a"}


def test_the_leases_of_the_dead_are_given_back_together(connection):
    leases.take(connection, ["a", "b"], "one", 60)
    leases.take(connection, ["c"], "two", 60)
    leases.take(connection, ["d"], "three", 60)
    assert leases.give_back_all(connection, ["one", "two"]) == 3
    assert [item.name for item in leases.held(connection, "")] == ["d"]


def test_a_sweep_forgets_what_ran_out_and_nothing_else(connection):
    leases.take(connection, ["a", "b"], "one", 60)
    run_out(connection, "a")
    assert leases.sweep(connection) == 1
    assert [item.name for item in leases.held(connection, "")] == ["b"]


def test_a_name_of_any_length_is_held_under_its_key(connection):
    long = "host:" + "x" * 500
    (taken,) = leases.take(connection, [long], "one", 60)
    assert leases.keep(connection, [long], "one", 60) == {taken}
    assert leases.take(connection, [long], "two", 60) == set()


def test_names_are_found_by_how_they_begin(connection):
    leases.take(connection, ["poll:a", "poll:b", "polls", "read:a"], "one", 60)
    assert [item.name for item in leases.held(connection, "poll:")] == ["poll:a", "poll:b"]
