"""Whose turn at a host it is, decided from the marks that are held there."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.turns import QUEUED, Asking, Mark, Turn, turn
from tests.making import NOON


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def asking(owner="me", at_once=2, gap=1.0, longer=False, lasting=30.0):
    return Asking(owner, at_once, gap, longer, lasting)


class Host:
    """Marks as the store would keep them."""

    def __init__(self):
        self.marks: dict[str, Mark] = {}

    def ask(self, asking, seconds=0.0):
        answer = turn(list(self.marks.values()), asking, at(seconds))
        self.marks |= {mark.name: mark for mark in answer.marks}
        for name in answer.dropped:
            del self.marks[name]
        return answer.turn

    def leave(self, owner):
        self.marks = {
            name: mark
            for name, mark in self.marks.items()
            if mark.owner != owner or not name.startswith(("place", "queue"))
        }


def test_the_first_begins_at_once_and_the_second_a_gap_later():
    host = Host()
    assert host.ask(asking("a")) == Turn("place 0")
    assert host.ask(asking("b")) == Turn("place 1", after=1.0)
    assert host.marks["place 1"].until == at(31.0), "from its start on"


def test_when_all_places_are_taken_one_asks_again_and_gets_the_next_that_is_free():
    host = Host()
    host.ask(asking("a", at_once=1))
    assert host.ask(asking("b", at_once=1), 1.0) == Turn(after=0.5)
    host.leave("a")
    assert host.ask(asking("b", at_once=1), 2.0) == Turn("place 0")
    assert "queue 000000001" not in host.marks


def test_who_came_first_is_first_whoever_asks_more_often():
    host = Host()
    host.ask(asking("a", at_once=1))
    host.ask(asking("b", at_once=1), 1.0)
    host.ask(asking("c", at_once=1), 1.1)
    host.leave("a")
    assert not host.ask(asking("c", at_once=1), 2.0).place, "the place is b's"
    assert not host.ask(asking("a2", at_once=1), 2.0).place
    assert host.ask(asking("b", at_once=1), 2.1).place
    host.leave("b")
    assert host.ask(asking("c", at_once=1), 4.0).place


def test_one_in_the_queue_who_is_gone_holds_nobody_up():
    host = Host()
    host.ask(asking("a", at_once=1))
    host.ask(asking("gone", at_once=1))
    host.ask(asking("c", at_once=1), QUEUED - 1)
    host.leave("a")
    assert not host.ask(asking("c", at_once=1), QUEUED - 0.5).place
    assert host.ask(asking("c", at_once=1), QUEUED + 0.5).place


def test_a_place_whose_request_never_ended_is_free_when_its_time_is_over():
    host = Host()
    host.ask(asking("killed", at_once=1, lasting=30.0))
    assert not host.ask(asking("b", at_once=1), 29.0).place
    assert host.ask(asking("b", at_once=1), 31.0).place


def test_a_silent_host_is_not_asked_by_anybody():
    host = Host()
    host.marks["silence"] = Mark("silence", "a", at(60))
    assert host.ask(asking("b"), 20.0) == Turn(silent=40.0)
    assert host.ask(asking("b"), 60.0).place


def test_a_longer_gap_that_one_found_is_kept_by_all():
    host = Host()
    host.ask(asking("a", gap=10.0, longer=True))
    assert host.ask(asking("b"), 0.0).after == 10.0
    host.leave("a")
    assert host.ask(asking("c"), 0.0).after == 20.0
    host.leave("b")
    assert host.ask(asking("d"), 100.0).after == 0.0
    host.leave("c")
    assert host.ask(asking("e"), 100.0).after == 1.0, "nobody found it longer for a while"


def test_a_wish_is_not_shortened_by_who_found_a_shorter_one():
    host = Host()
    host.ask(asking("a", gap=10.0, longer=True))
    host.ask(asking("b", gap=4.0, longer=True))
    assert host.marks["wish"].owner == "10.0"


@given(
    at_once=st.integers(1, 4),
    gap=st.sampled_from((0.0, 0.5, 3.0)),
    steps=st.lists(st.tuples(st.integers(0, 5), st.floats(0.0, 2.0), st.booleans()), max_size=60),
)
def test_however_it_comes_there_are_never_more_than_so_many_and_starts_are_a_gap_apart(at_once, gap, steps):
    host, now, starts, inside = Host(), 0.0, [], {}
    for who, passing, leaves in steps:
        now += passing
        name = f"w{who}"
        if name in inside:
            if leaves:
                del inside[name]
                host.leave(name)
            continue
        got = host.ask(asking(name, at_once=at_once, gap=gap, lasting=1000.0), now)
        if got.place:
            assert got.place not in inside.values()
            inside[name] = got.place
            starts.append(now + got.after)
        assert len(inside) <= at_once
    assert all(later - earlier >= gap - 1e-5 for earlier, later in pairwise(starts))
