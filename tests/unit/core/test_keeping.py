"""What may go after its time, and when people hear of too little room."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core import keeping
from monitor.core.keeping import Aged, Fate, Keeping, Room, fate
from monitor.core.model import Severity
from tests.making import NOON

DAY = timedelta(days=1)
KEEPING = Keeping(400 * DAY, 1200 * DAY, 400 * DAY)
GB = 1_000_000_000


def aged(days: float, **changes) -> Aged:
    at = NOON - days * DAY
    return replace(Aged("a", at, at, judged=True, touched=False), **changes)


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (aged(400), Fate(True, "older than 400 days and touched no rule")),
        (aged(399.9), Fate(False, "younger than 400 days")),
        (aged(400, touched=True), Fate(False, "younger than 1200 days")),
        (aged(1200, touched=True), Fate(True, "older than 1200 days and touched a rule")),
        (aged(9000, judged=False), Fate(False, "it waits to be judged")),
        (aged(9000, touched=True, refers="an alert"), Fate(False, "an alert refers to it")),
        (aged(9000, first_seen=NOON - DAY), Fate(False, "younger than 400 days")),
        (aged(9000, published=NOON + DAY), Fate(False, "younger than 400 days")),
    ],
)
def test_an_article_goes_when_it_is_old_in_every_way_and_nothing_needs_it(item: Aged, expected: Fate):
    assert fate(item, KEEPING, NOON) == expected


@given(
    days=st.floats(0, 20_000),
    touched=st.booleans(),
    judged=st.booleans(),
    refers=st.sampled_from(["", "an alert"]),
    hard=st.booleans(),
)
def test_what_is_referred_to_waits_or_is_young_never_goes_however_little_room_there_is(
    days: float, touched: bool, judged: bool, refers: str, hard: bool
):
    item = aged(days, touched=touched, judged=judged, refers=refers)
    for kept in (KEEPING, keeping.pressed(KEEPING, hard)):
        if fate(item, kept, NOON).goes:
            assert not refers
            assert judged
            assert days >= 30


def test_without_room_articles_that_touched_nothing_go_first():
    soft, hard = (keeping.pressed(KEEPING, hard) for hard in (False, True))
    assert fate(aged(30), soft, NOON).goes
    assert not fate(aged(30, touched=True), soft, NOON).goes
    assert fate(aged(30, touched=True), hard, NOON).goes


def test_a_limit_is_made_room_under_before_it_is_reached():
    assert not Room(90 * GB, 100 * GB).too_much
    assert Room(91 * GB, 100 * GB).too_much
    assert not Room(91 * GB).too_much
    assert keeping.surplus(Room(100 * GB, 100 * GB), 1_000_000) == 150_000
    assert keeping.surplus(Room(90 * GB, 100 * GB), 1_000_000) == 0


def test_files_that_do_not_shrink_are_not_pruned_for_the_same_bytes_twice():
    """PostgreSQL keeps the room of rows that went for new ones."""
    peak = (100 * GB, 1_000_000)
    assert keeping.in_use(100 * GB, peak, 850_000) == 85 * GB
    assert keeping.in_use(101 * GB, peak, 850_000) == 86 * GB, "it has grown since"
    assert keeping.in_use(50 * GB, peak, 850_000) == 50 * GB, "somebody made the files smaller"
    assert keeping.in_use(100 * GB, None, 850_000) == 100 * GB


def test_growth_is_told_from_a_day_on():
    assert keeping.growth([]) is None
    assert keeping.growth([(NOON, GB), (NOON + DAY / 2, 2 * GB)]) is None
    assert keeping.growth([(NOON + 4 * DAY, 3 * GB), (NOON, GB)]) == 0.5 * GB


@pytest.mark.parametrize(
    ("room", "rate", "expected"),
    [
        (Room(6 * GB, 10 * GB, 1 * GB), GB, 1),
        (Room(6 * GB, 10 * GB, 90 * GB), GB, 4),
        (Room(6 * GB, 0, 90 * GB), GB, 90),
        (Room(11 * GB, 10 * GB), GB, 0),
        (Room(6 * GB), GB, None),
        (Room(6 * GB, 10 * GB), -GB, None),
        (Room(6 * GB, 10 * GB), None, None),
    ],
)
def test_the_first_end_of_room_counts(room: Room, rate: float | None, expected: float | None):
    assert keeping.days_left(room, rate) == expected


def test_people_hear_once_that_room_gets_short_and_once_that_it_is_over():
    short = Room(81 * GB, 100 * GB, 100_000_000)
    first = keeping.news(short, frozenset(), NOON)
    assert [telling.alert.headline for telling in first] == [
        "The database takes 81.00 GB, 81 % of the 100 GB that it may take",
        "100 MB are free on the disk of the database",
    ]
    assert {telling.alert.severity for telling in first} == {Severity.HIGH}
    told = frozenset(fact.event for telling in first for fact in telling.standing)
    assert told == {"limit", "disk"}
    assert keeping.news(short, told, NOON + DAY) == []
    assert keeping.news(Room(76 * GB, 100 * GB, 300_000_000), told, NOON) == [], "not clearly better"
    over = keeping.news(Room(74 * GB, 100 * GB, GB), told, NOON + 2 * DAY)
    assert [(telling.settled, telling.alert.severity) for telling in over] == [
        (("disk",), Severity.LOW),
        (("limit",), Severity.LOW),
    ]
    assert len({telling.alert.key for telling in (*first, *over)}) == 4


def test_a_small_disk_is_short_below_a_twentieth_of_it():
    assert keeping.troubles(Room(GB, 0, 60_000_000, 64_000_000)) == {}
    assert set(keeping.troubles(Room(GB, 0, 3_000_000, 64_000_000))) == {"disk"}
    assert set(keeping.troubles(Room(GB, 0, 199_000_000, 1000 * GB))) == {"disk"}


def test_with_room_there_is_nothing_to_say():
    assert keeping.news(Room(80 * GB, 100 * GB, GB), frozenset(), NOON) == []
    assert keeping.news(Room(80 * GB), frozenset(), NOON) == []
