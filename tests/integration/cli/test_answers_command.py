"""`monitor alerts acknowledge` and its like, and `monitor silences`: what people say is taken, shown and counted."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.core.alerts import event_key, update_key
from monitor.core.model import Article
from monitor.store import rows
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from monitor.store.tables import article, delivery, journal
from tests.contracts.ledger import TARGETS, make_alert, make_article
from tests.integration.cli.conftest import Desk

HOUR = timedelta(hours=1)
ONE, TWO = event_key("sinkings", "sunk-1"), event_key("sinkings", "sunk-2")


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def engine(desk: Desk, now: datetime) -> Iterator[sa.Engine]:
    """A database with two alerts of two events, an hour old."""
    assert desk.run("db", "upgrade").code == 0
    engine = create_engine("sqlite:///var/monitor.db")
    story: Article = make_article()
    with engine.begin() as connection:
        connection.execute(sa.insert(article), rows.article_to(story))
    alerts = [
        (
            make_alert(key, rule="sinkings", event=key.partition(":")[2], created_at=now - HOUR, watchlist="ferries"),
            TARGETS,
        )
        for key in (ONE, TWO)
    ]
    SqlStore(engine).judging(lambda unit: unit.record(story, [], [], alerts, None, now - HOUR))
    yield engine
    engine.dispose()


pytestmark = pytest.mark.usefixtures("engine")


def shown(desk: Desk, key: str = ONE) -> dict:
    return desk.run("alerts", "show", key, "--json").data


def test_acknowledging_takes_keys_and_numbers_and_signs_with_the_login_name(desk: Desk) -> None:
    ran = desk.run("alerts", "acknowledge", ONE, "2", "--reason", "looking into it")
    assert (ran.code, ran.out) == (0, "")
    assert ran.complaints == [f"monitor: {key}: acknowledged: looking into it" for key in (ONE, TWO)]
    for key in (ONE, TWO):
        said = shown(desk, key)["standing"]["acknowledged"]
        assert (said["author"], said["reason"], said["via"]) == (getpass.getuser(), "looking into it", "cli")


def test_saying_it_again_changes_nothing_and_is_told(desk: Desk) -> None:
    first = desk.run("alerts", "resolve", ONE, "--author", "Ann", "--json").data
    again = desk.run("alerts", "resolve", ONE, "--author", "Ann", "--json").data
    assert [row["changed"] for row in first + again] == [True, False]
    assert again[0]["standing"]["resolved"]["author"] == "Ann"
    assert desk.run("alerts", "resolve", ONE, "--author", "Ann").complaints == [
        f"monitor: {ONE}: nothing to do, resolved already"
    ]


def test_where_one_key_is_unknown_none_is_answered(desk: Desk) -> None:
    ran = desk.run("alerts", "acknowledge", ONE, "sinkings:sunk-9")
    assert (ran.code, ran.complaints) == (
        2, ["monitor: there is no alert sinkings:sunk-9 (see `monitor alerts list`)"],
    )  # fmt: skip
    assert shown(desk)["responses"] == []


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ([], "monitor: say how long: --for DURATION or --until TIME, one of the two"),
        (["--for", "2h", "--until", "2090-01-01"], "monitor: say how long: --for DURATION or --until TIME"),
        (["--for", "long"], "monitor: --for: expected a duration such as 90s, 30m, 12h, 7d or 2w, found “long”"),
        (["--for", "999999w"], "monitor: --for: 999999w is longer than the calendar goes"),
        (["--until", "tomorrow"], "monitor: --until: tomorrow is no ISO 8601 time"),
        (["--until", "2020-01-01"], "monitor: --until: 2020-01-01 has passed"),
        (["--for", "2h", "--author", " "], "monitor: nobody knows who you are: give --author NAME"),
    ],
)
def test_a_snooze_needs_an_end_that_is_to_come_and_somebody_who_says_it(desk: Desk, options, complaint) -> None:
    ran = desk.run("alerts", "snooze", ONE, *options)
    assert (ran.code, len(ran.complaints)) == (2, 1)
    assert ran.complaints[0].startswith(complaint)


def test_a_snooze_ends_when_it_was_said_to(desk: Desk, now: datetime) -> None:
    desk.run("alerts", "snooze", ONE, "--until", f"{now + 2 * HOUR:%Y-%m-%dT%H:%M}")
    desk.run("alerts", "snooze", TWO, "--for", "2h")
    first, second = (shown(desk, key)["standing"]["snoozed"]["until"] for key in (ONE, TWO))
    assert first == f"{now + 2 * HOUR:%Y-%m-%dT%H:%M}:00Z"
    assert timedelta() <= datetime.fromisoformat(second) - (now + 2 * HOUR) < HOUR


def test_a_rejection_names_its_fault_and_is_counted_until_it_is_taken_back(desk: Desk) -> None:
    assert desk.run("alerts", "reject", ONE).code == 2
    assert "Invalid value for '--fault'" in desk.run("alerts", "reject", ONE, "--fault", "dull").err
    assert desk.run("alerts", "reject", ONE, "--fault", "not-relevant", "--reason", "a toy ferry").code == 0
    desk.run("alerts", "acknowledge", TWO)
    assert desk.run("alerts", "stats", "--json").data == [
        {"rule": "sinkings", "stage": "live", "events": 2, "answered": 2, "right": 1, "precision": 0.5,
         "rejected": {"not-new": 0, "not-relevant": 1, "wrong": 0}, "interval": [0.164, 0.836],
         "proposal": {"step": "keep", "reason": "1 of 2 answered were right: it is right in 16% to 84% of cases."}}
    ]  # fmt: skip
    assert desk.run("alerts", "stats").out.splitlines() == [
        "RULE      STAGE  EVENTS  ANSWERED  RIGHT  NOT NEW  NOT RELEVANT  WRONG  PRECISION",
        "sinkings  live   2       2         1      0        1             0      0.50 (0.16–0.84)",
    ]
    desk.run("alerts", "reopen", ONE)
    assert desk.run("alerts", "stats", "--json").data[0]["precision"] == 1.0
    assert desk.run("alerts", "stats", "--since", "1m", "--json").data == []


def test_an_update_is_rejected_and_reopened_alone(desk: Desk, engine: sa.Engine, now: datetime) -> None:
    key = update_key("sinkings", "sunk-1", "denied")
    made = make_alert(key, rule="sinkings", event="sunk-1", created_at=now - HOUR / 2)
    SqlStore(engine).judging(lambda unit: unit.record(make_article(), [], [], [(made, TARGETS)], None, now))
    desk.run("alerts", "acknowledge", ONE, "--author", "Ann")
    ran = desk.run("alerts", "reject", key, "--fault", "wrong")
    assert ran.complaints == [f"monitor: {key}: update denied rejected as wrong"]
    assert [shown(desk, which)["standing"]["rejected"] is None for which in (ONE, key)] == [True, False]
    [row] = desk.run("alerts", "stats", "--json").data
    assert (row["right"], row["rejected"]["wrong"], row["precision"]) == (1, 1, 0.5)
    assert desk.run("alerts", "reopen", key).complaints == [f"monitor: {key}: update denied reopened"]
    for which in (ONE, key):
        standing = shown(desk, which)["standing"]
        assert (standing["rejected"], standing["acknowledged"]["author"]) == (None, "Ann")


def test_the_list_has_the_last_answer(desk: Desk) -> None:
    desk.run("alerts", "acknowledge", ONE, "--author", "Ann")
    header, *lines = desk.run("alerts", "list").out.splitlines()
    assert [line[header.index("ANSWER") : header.index("HEADLINE")].strip() for line in lines] == [
        "-",
        "acknowledge (Ann)",
    ]


def test_an_alert_shows_how_it_stands_its_deliveries_and_all_decisions_in_order(
    desk: Desk, engine: sa.Engine, now: datetime
) -> None:
    with engine.begin() as connection:
        connection.execute(
            sa.update(delivery)
            .where(delivery.c.alert_id == 1, delivery.c.target == "mail")
            .values(state="held", hold="quiet", next_at=now + HOUR, reason="quiet hours until 07:00")
            .values(purpose="reminder", round=2)
        )
        mail = connection.execute(sa.select(delivery.c.id).where(delivery.c.hold == "quiet")).scalar_one()
        entry = {"alert_id": 1, "delivery_id": mail, "at": now - HOUR / 2, "what": "hold", "author": ""}
        connection.execute(sa.insert(journal), {**entry, "words": "quiet hours until 07:00"})
    until = f"{now + HOUR:%Y-%m-%d %H:%M}"
    to_come = f"  delivery   ops/mail (reminder 2): held by quiet until {until}: quiet hours until 07:00"
    assert to_come in desk.run("alerts", "show", ONE).out.splitlines()
    desk.run("alerts", "acknowledge", ONE, "--author", "Ann\x1b[31m", "--reason", "on it")
    out = desk.run("alerts", "show", ONE).out
    lines = [line.strip() for line in out.splitlines()]
    answered = next(line for line in lines if line.startswith("stands"))
    assert answered.startswith("stands     acknowledged: on it (Ann")
    [mail] = [line for line in lines if line.startswith("delivery   ops/mail")]
    assert mail.startswith("delivery   ops/mail (reminder 2): held, will be skipped: acknowledged by Ann")
    assert mail.endswith("UTC: on it")
    assert [line for line in lines if "ops/hook" in line and "skipped" in line] == [], "the alert itself is sent"
    entries = [line.split(maxsplit=3)[3] for line in lines if line.startswith("journal")]
    assert [words.partition(" (")[0] for words in entries] == [
        "hold ops/mail: quiet hours until 07:00",
        "acknowledge: acknowledged: on it",
    ]
    assert "\x1b" not in out


# --- silences --------------------------------------------------------------------------------


def silenced(desk: Desk, match: str = "rule=sink* severity=high|low", *more: str):
    return desk.run("silences", "add", "--match", match, "--reason", "divers at work", "--for", "4h", *more)


def test_a_silence_is_added_listed_and_ended(desk: Desk) -> None:
    ran = silenced(desk, "rule=sink* severity=high|low", "--author", "Ann")
    assert ran.code == 0
    assert ran.complaints[0].startswith("monitor: silence 1 holds rule sink* and severity high or low until ")
    assert ran.complaints[1] == "monitor: of the last 7 days it would have held 2 of 2 alerts"
    [row] = desk.run("silences", "list", "--json").data
    assert row["match"] == {"rule": ["sink*"], "severity": ["high", "low"]}
    assert (row["author"], row["reason"]) == ("Ann", "divers at work")
    assert "3h 59m  Ann     rule sink* and severity high or low  divers at work" in desk.run("silences", "list").out
    assert desk.run("silences", "end", "1").complaints == ["monitor: silence 1 ended"]
    assert desk.run("silences", "list", "--json").data == []
    assert [row["id"] for row in desk.run("silences", "list", "--ended", "--json").data] == [1]
    assert "  over  " in desk.run("silences", "list", "--ended").out
    assert desk.run("silences", "end", "1").complaints[0].startswith("monitor: silence 1 was over at ")


def test_what_fits_no_alert_would_have_held_none(desk: Desk) -> None:
    data = silenced(desk, "severity=low language=en", "--json").data
    assert (data["would_have_held"], data["of"]) == (0, 2)


@pytest.mark.parametrize(
    ("match", "complaints"),
    [
        ("rule=sinkigns", ["--match: there is no rule “sinkigns” (did you mean “sinkings”?)"]),
        ("rule=sunk-*", ["--match: there is no rule “sunk-*”"]),
        ("watchlist=ferrys", ["--match: there is no watchlist “ferrys” (did you mean “ferries”?)"]),
        ("severty=high", ["--match: unknown key “severty” (did you mean “severity”?)"]),
        (
            "severity=hihg language=english",
            [
                "--match: severity: expected critical, high, medium or low, found “hihg” (did you mean “high”?)",
                "--match: language: expected a language code such as en, found “english”",
            ],
        ),
        ("severity", ["--match: “severity” has no value (write severity=…, without spaces)"]),
        ("severity=high severity=low", ["--match: “severity” stands there twice (write severity=one|other)"]),
        ("severity=high|", ["--match: severity: a name is missing beside “|” (write one | other)"]),
        ("rule=*", ["--match: rule: “*” may only end a name: gas-* (leave the key out to match every name)"]),
    ],
)
def test_names_in_a_silence_are_checked_as_in_a_route(desk: Desk, match: str, complaints: list[str]) -> None:
    ran = silenced(desk, match)
    assert (ran.code, ran.complaints) == (2, [f"monitor: {complaint}" for complaint in complaints])
    assert desk.run("silences", "list", "--json").data == []


def test_a_silence_needs_conditions_a_reason_and_an_end_and_a_long_one_is_said_to_be_long(desk: Desk) -> None:
    assert "--match: without conditions it would fit every alert" in silenced(desk, " ").err
    add = ("silences", "add", "--match", "severity=high")
    assert desk.run(*add, "--for", "4h").complaints == [
        "monitor: Missing option '--reason'. (see `monitor silences add --help`)"
    ]
    assert "--reason: say why" in desk.run(*add, "--for", "4h", "--reason", " ").err
    assert "say how long" in desk.run(*add, "--reason", "divers").err
    ran = desk.run(*add, "--reason", "divers", "--for", "31d")
    assert (ran.code, ran.complaints) == (
        2, ["monitor: it would last for more than 30 days: mend the rule instead, or add --long"],
    )  # fmt: skip
    assert desk.run(*add, "--reason", "divers", "--for", "31d", "--long").code == 0
    assert desk.run("silences", "end", "7").complaints == [
        "monitor: there is no silence 7 (see `monitor silences list`)"
    ]


def test_what_the_monitor_tells_of_itself_can_be_silenced(desk: Desk) -> None:
    assert silenced(desk, "rule=monitor:coverage").code == 0
