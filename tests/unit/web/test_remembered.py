"""What is dear is looked up once a minute, whoever asks, and never shown when it is too old."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from monitor.web.remembered import Remembered
from tests.making import NOON
from tests.servers import eventually

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class Looking:
    """Counts how often somebody looked; the first look of each kind can be held up."""

    def __init__(self) -> None:
        self.times = 0
        self.began, self.go_on = threading.Event(), threading.Event()
        self.go_on.set()

    def __call__(self, now) -> int:
        self.times += 1
        self.began.set()
        assert self.go_on.wait(10)
        return self.times


def test_within_a_minute_it_is_what_it_was():
    remembered = Remembered(looking := Looking())
    found = [remembered.get(NOON + after) for after in (0 * SECOND, 30 * SECOND, MINUTE, 3 * MINUTE)]
    assert [each.value for each in found] == [1, 1, 1, 2]
    assert [each.at - NOON for each in found] == [0 * SECOND, 0 * SECOND, 0 * SECOND, 3 * MINUTE]
    assert looking.times == 2


def test_for_something_else_it_is_found_out_anew():
    remembered = Remembered(Looking())
    assert [remembered.get(NOON, of).value for of in ("v1", "v1", "v2", "v2")] == [1, 1, 2, 2]


def test_a_little_later_nobody_waits_and_who_comes_next_is_shown_what_is_new():
    remembered = Remembered(looking := Looking())
    remembered.get(NOON)
    looking.began.clear()
    looking.go_on.clear()
    later = NOON + MINUTE + SECOND
    assert remembered.get(later).value == 1  # though nobody has found anything yet
    assert looking.began.wait(10)
    assert remembered.get(later).value == 1
    looking.go_on.set()
    eventually(lambda: remembered.get(later).value == 2)
    assert looking.times == 2


def test_a_failure_beside_is_told_to_whoever_waits_for_it():
    answers = iter([7, ValueError("the database is away"), ValueError("the database is away")])

    def find(now):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    remembered = Remembered(find)
    assert [remembered.get(NOON + after).value for after in (0 * SECOND, 90 * SECOND)] == [7, 7]
    eventually(lambda: not remembered._turn.locked())
    with pytest.raises(ValueError, match="away"):
        remembered.get(NOON + 8 * MINUTE)


def test_while_one_looks_others_get_what_was_found_before():
    remembered = Remembered(looking := Looking())
    remembered.get(NOON)
    looking.began.clear()
    looking.go_on.clear()
    later = NOON + 3 * MINUTE
    first = threading.Thread(target=remembered.get, args=(later,))
    first.start()
    assert looking.began.wait(10)
    assert remembered.get(later).value == 1
    looking.go_on.set()
    first.join(10)
    assert remembered.get(later).value == 2


def test_what_is_too_old_is_waited_for():
    remembered = Remembered(looking := Looking())
    remembered.get(NOON)
    looking.began.clear()
    looking.go_on.clear()
    much_later, found = NOON + timedelta(hours=8), []
    readers = [threading.Thread(target=lambda: found.append(remembered.get(much_later).value)) for _ in range(3)]
    for reader in readers:
        reader.start()
    assert looking.began.wait(10)
    assert found == []
    looking.go_on.set()
    for reader in readers:
        reader.join(10)
    assert found == [2, 2, 2]


def test_after_a_failure_the_next_one_asks_again():
    answers = iter([ValueError("the database is away"), 7])

    def find(now):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    remembered = Remembered(find)
    with pytest.raises(ValueError, match="away"):
        remembered.get(NOON)
    assert remembered.get(NOON).value == 7
