"""When people hear of dead letters, and where."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.alerts import DeliveryState
from monitor.core.deadletters import GAP, OWN_RULE, DeadLetter, channel_of, news
from monitor.core.model import Severity
from monitor.core.routing import Route
from tests.making import written

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
STARTED = NOW - timedelta(days=1)
ROUTES = Route(("chat", "mail"))
ALL = ("chat", "mail", "phone")


def letter(number=1, channel="chat", ended=NOW - GAP, **more):
    given = {
        "target": "room",
        "state": DeliveryState.FAILED,
        "error": "404 no such room",
        "rule": "port",
        "severity": Severity.HIGH,
        "headline": "Port shut",
    }
    return DeadLetter(delivery=number, channel=channel, ended_at=ended, **(given | more))


def heard(*letters, told=None, now=NOW, started=STARTED, usable=ALL, routes=ROUTES):
    return news(letters, told or {}, now, started, usable, routes)


def test_those_of_a_channel_are_told_together_the_worst_first_an_hour_after_the_first():
    letters = (letter(1), letter(2, ended=NOW - MINUTE, severity=Severity.CRITICAL, headline="Embargo lifted"))
    assert heard(*letters, now=NOW - MINUTE) == []
    (notice,) = heard(*letters)
    assert notice.alert.headline == "2 deliveries were given up on channel chat"
    assert [item.delivery for item in notice.letters] == [1, 2]
    assert notice.alert.severity is Severity.CRITICAL
    body = written(notice.alert).body
    assert body.index("Embargo lifted: 404") < body.index("Port shut: 404")
    assert "retry --all-failed --channel chat" in body


def test_those_of_an_earlier_run_are_told_at_once():
    """Their notice may have gone down with it."""
    assert heard(letter(ended=NOW - MINUTE), started=NOW - 2 * MINUTE) == []
    assert len(heard(letter(ended=NOW - 3 * MINUTE), started=NOW - 2 * MINUTE)) == 1


def test_a_channel_is_told_of_once_an_hour_at_most():
    assert heard(letter(), told={"chat": NOW - GAP + MINUTE}) == []
    assert len(heard(letter(), told={"chat": NOW - GAP})) == 1


def test_dead_letters_about_dead_letters_are_not_told():
    assert heard(letter(rule=OWN_RULE)) == []
    (notice,) = heard(letter(1, rule=OWN_RULE), letter(2))
    assert [item.delivery for item in notice.letters] == [2]


@pytest.mark.parametrize(
    ("letters", "told", "usable", "channels"),
    [
        ([letter()], {}, ALL, ("mail",)),
        ([letter(), letter(2, "mail", ended=NOW - MINUTE)], {}, ALL, ("phone",)),
        ([letter()], {"mail": NOW - MINUTE}, ALL, ("phone",)),
        ([letter(), letter(2, "mail", ended=NOW - MINUTE)], {}, ("chat", "mail"), ("mail",)),
        ([letter()], {}, ("chat",), ("chat",)),
    ],
    ids=["its route", "all that are alive", "told of lately is not alive", "all others", "its other targets"],
)
def test_it_goes_to_the_channels_that_are_likeliest_alive(letters, told, usable, channels):
    (notice,) = heard(*letters, told=told, usable=usable)
    assert notice.alert.channels == channels
    assert notice.alert.route


def test_it_is_never_sent_to_the_very_target_that_is_dead():
    (notice,) = heard(letter(), usable=("chat",))
    assert notice.addresses([("chat", "room"), ("chat", "hall")]) == [("chat", "hall")]


def test_the_channel_is_known_from_the_alert():
    notices = heard(letter(), letter(2, "mail"))
    assert [channel_of(notice.alert) for notice in notices] == ["chat", "mail"]
