"""What a message says, before any template: in words, harmless, and the least of it first to go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alerts import OURSELVES, Alert, Hold, Occasion, Purpose
from monitor.core.channels import ANY_TIME, ChannelPolicy, Digest, Schedule
from monitor.core.model import Assertion, Attribution, Evidence, Severity, Zone
from monitor.core.render import REPEAT, size
from monitor.core.responses import Answer, Response, Standing
from monitor.core.summary import MOST_SHOWN, leaner_summary, summary_of
from monitor.core.view import leaner, notice_of, time_words, view_of
from tests.making import ALERT, HARD, delivery

NOW = ALERT.created_at
BAKU = ZoneInfo("Asia/Baku")


def test_the_subject_stands_alone_on_a_lock_screen() -> None:
    told = "Arms embargo: considering → lifted — Fərman imzalandı"
    assert view_of(ALERT, delivery(), NOW).subject == f"[CRITICAL] {told}"
    reminder = delivery(purpose=Purpose.REMINDER, round=2)
    assert view_of(ALERT, reminder, NOW).subject == f"[CRITICAL] Reminder 2: {told}"
    escalation = delivery(purpose=Purpose.ESCALATION)
    assert view_of(ALERT, escalation, NOW).subject == f"[CRITICAL] Not acknowledged: {told}"
    assert size(view_of(replace(ALERT, headline="нафта " * 90), reminder, NOW).subject) <= 160


def test_evidence_is_the_sentence_its_language_and_what_its_words_stand_for() -> None:
    view = view_of(HARD, delivery(), NOW)
    assert view.language == "Azerbaijani"
    assert view.terms == (("silah", "arms"), ("embarqonu", "embargo"), ("ləğv edib", "lift it"))
    assert (view.quote[:9], len(view.further)) == ("Prezident", 1)
    english = view_of(replace(HARD, language="en"), delivery(), NOW)
    assert (english.language, english.terms) == ("", ()), "who reads English needs no help with it"


def test_evidence_that_only_repeats_the_title_gives_way_to_other_evidence() -> None:
    title = Evidence(ALERT.article_title, 0, 16, Zone.TITLE)
    both = view_of(replace(ALERT, evidence=(title, *ALERT.evidence)), delivery(), NOW)
    assert both == view_of(ALERT, delivery(), NOW)
    assert view_of(replace(ALERT, evidence=(title,)), delivery(), NOW).quote == ALERT.article_title


def test_the_title_is_told_only_where_the_headline_had_no_room_for_it() -> None:
    assert view_of(ALERT, delivery(), NOW).title == ""
    other = "A title that the headline had to cut"
    assert view_of(replace(ALERT, article_title=other), delivery(), NOW).title == other


@pytest.mark.parametrize(("publishers", "words"), [(1, "told by one publisher so far"), (3, "told by 3 independent")])
def test_it_says_how_many_independent_publishers_told_it(publishers: int, words: str) -> None:
    assert view_of(ALERT, delivery(), NOW, publishers=publishers).publishers.startswith(words)


def test_times_are_in_utc_and_in_the_zone_of_the_channel() -> None:
    view = view_of(ALERT, delivery(), NOW, zone=BAKU)
    assert view.published == "2026-11-20 21:04 UTC (21 Nov 01:04 Baku)"
    assert view.first_seen == "21:06 UTC (21 Nov 01:06 Baku)", "the day is told once"
    assert view.sent == "21:07 UTC (21 Nov 01:07 Baku)"
    assert view_of(ALERT, delivery(), NOW).sent == "21:07 UTC"
    late = NOW + timedelta(days=1)
    assert time_words(late, UTC, NOW) == "2026-11-21 21:07 UTC"
    assert time_words(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), ZoneInfo("America/New_York")).endswith(
        "(08:00 New York)"
    )


def test_a_change_is_told_from_what_to_what() -> None:
    assert (view_of(ALERT, delivery(), NOW).was, view_of(ALERT, delivery(), NOW).became) == ("considering", "lifted")
    first = view_of(replace(ALERT, previous=""), delivery(), NOW)
    assert (first.was, first.became) == ("", "")


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"doubtful": True}, REPEAT),
        ({"purpose": Purpose.REMINDER, "round": 3}, "Reminder 3: nobody has acknowledged it."),
        ({"purpose": Purpose.ESCALATION}, "Escalated from urgent: nobody has acknowledged it there."),
        (
            {"hold": "quiet", "created_at": NOW - timedelta(hours=3)},
            "Held since 2026-11-20 18:07 UTC while quiet hours lasted.",
        ),
        ({"hold": "silence:12"}, "Held while a silence lasted."),
    ],
)
def test_what_is_special_about_a_message_is_noted(changes: dict[str, object], note: str) -> None:
    assert view_of(ALERT, delivery(**changes), NOW).notes == (note,)


@pytest.mark.parametrize("hold", [Hold.NONE, Hold.GROUP, Hold.PACE])
def test_waiting_for_seconds_is_not_worth_a_note(hold: Hold) -> None:
    assert view_of(ALERT, delivery(hold=hold.value), NOW).notes == ()


@pytest.mark.parametrize(
    ("answer", "said"),
    [(Answer.ACKNOWLEDGE, "acknowledged"), (Answer.REJECT, "rejected"), (Answer.RESOLVE, "resolved")],
)
def test_who_reads_a_follow_up_learns_who_answered_its_event(answer: Answer, said: str) -> None:
    response = Response(ALERT.thread, answer, "aygün@desk", NOW)
    places = {Answer.ACKNOWLEDGE: "acknowledged", Answer.REJECT: "rejected", Answer.RESOLVE: "resolved"}
    view = view_of(ALERT, delivery(), NOW, standing=Standing(**{places[answer]: response}))
    assert view.notes == (f"Its event was {said} by aygün@\u200bdesk, 2026-11-20 21:07 UTC.",)


def test_an_alert_of_ourselves_has_points_and_no_article() -> None:
    points = tuple(Evidence(f"rule {number}", 0, 0, Zone.BODY) for number in range(8))
    view = view_of(replace(ALERT, rule=f"{OURSELVES}coverage", evidence=points), delivery(), NOW)
    assert (view.mark, view.ours, len(view.points), view.more) == ("MONITOR", True, 5, 3)
    assert (view.outlet, view.article, view.quote, view.publishers) == ("", "", "", "")


@pytest.mark.parametrize("attribution", Attribution)
@pytest.mark.parametrize("assertion", Assertion)
def test_every_grade_of_certainty_has_its_own_words(assertion: Assertion, attribution: Attribution) -> None:
    def words(assertion: Assertion, attribution: Attribution) -> tuple[str, str]:
        view = view_of(replace(ALERT, assertion=assertion, attribution=attribution), delivery(), NOW)
        return view.assertion, view.attribution

    others = {words(a, b) for a in Assertion for b in Attribution if (a, b) != (assertion, attribution)}
    assert words(assertion, attribution) not in others


def test_what_matters_least_goes_first_and_the_key_stays() -> None:
    views = list(leaner(view_of(HARD, delivery(doubtful=True), NOW, answer="https://a.example/x")))
    gone = {}
    for step, view in enumerate(views):
        for entry in fields(view):
            if not getattr(view, entry.name):
                gone.setdefault(entry.name, step)
    order = [
        "further",
        "terms",
        "why",
        "published",
        "publishers",
        "quote",
        "was",
        "outlet",
        "notes",
        "answer",
        "article",
    ]
    assert sorted(order, key=lambda name: gone[name]) == order
    assert {"key", "command", "subject", "headline"}.isdisjoint(gone)


def test_points_that_give_way_are_counted() -> None:
    points = tuple(Evidence(f"rule {number}", 0, 0, Zone.BODY) for number in range(8))
    view = view_of(replace(ALERT, rule=f"{OURSELVES}coverage", evidence=points), delivery(), NOW)
    assert all(len(leaner_view.points) + leaner_view.more == 8 for leaner_view in leaner(view))


def test_a_notice_names_the_target_the_error_and_the_alerts() -> None:
    view = notice_of("urgent", "night", [(replace(ALERT, headline=f"alert {n}"), "HTTP 500") for n in range(7)])
    assert view.subject == "[MONITOR] Channel urgent does not take alerts"
    assert view.why == "Not delivered to target night, 7 in number; the last error: HTTP 500"
    assert view.points[0] == "[CRITICAL] alert 0"
    assert (len(view.points), view.more, view.command) == (5, 2, "monitor channels test urgent")


# --- several in one ------------------------------------------------------------------------------


def several(count: int = 7, **changes: object) -> list[Alert]:
    """Alerts a second apart, of every severity."""
    return [
        replace(
            ALERT,
            key=f"arms-embargo:{number}",
            headline=f"alert {number}",
            severity=list(Severity)[number % 4],
            created_at=NOW + timedelta(seconds=number),
            watchlist=("caucasus", "war")[number % 2],
            **changes,
        )
        for number in range(count)
    ]


WEEKLY = ChannelPolicy(digest=Digest(Schedule(NOW.time(), frozenset({0}))))
DAILY = ChannelPolicy(digest=Digest(Schedule(NOW.time())))


@pytest.mark.parametrize(
    ("occasion", "alerts", "policy", "headline"),
    [
        (Occasion.QUIET, several(7), ANY_TIME, "7 alerts while quiet hours lasted"),
        (Occasion.QUIET, several(1), ANY_TIME, "1 alert while quiet hours lasted"),
        (Occasion.STORM, several(41), ANY_TIME, "Storm: 41 alerts in 40 s"),
        (Occasion.DIGEST, several(5), DAILY, "Daily digest: 5 alerts, 2 watchlists"),
        (Occasion.DIGEST, several(1), WEEKLY, "Weekly digest: 1 alert, 1 watchlist"),
        (Occasion.SILENCE, several(2), ANY_TIME, "2 alerts while a silence lasted"),
        (Occasion.SNOOZE, several(2), ANY_TIME, "2 alerts while their events were snoozed"),
        (Occasion.REMINDER, several(3), ANY_TIME, "3 alerts still unacknowledged"),
    ],
)
def test_a_summary_says_how_many_and_why_together(
    occasion: Occasion, alerts: Sequence[Alert], policy: ChannelPolicy, headline: str
) -> None:
    summary = summary_of(occasion, alerts, policy, NOW)
    assert summary.headline == headline
    assert summary.subject == f"[CRITICAL] {headline}"


def test_the_severest_come_first_by_watchlist() -> None:
    summary = summary_of(Occasion.QUIET, several(8), ANY_TIME, NOW)
    assert [(group.name, [item.mark for item in group.items]) for group in summary.groups] == [
        ("caucasus", ["CRITICAL", "CRITICAL", "MEDIUM", "MEDIUM"]),
        ("war", ["HIGH", "HIGH", "LOW", "LOW"]),
    ]


def test_what_the_monitor_says_of_itself_comes_last() -> None:
    own = replace(ALERT, rule=f"{OURSELVES}coverage", key="monitor:coverage:x")
    summary = summary_of(Occasion.QUIET, [own, *several(2)], ANY_TIME, NOW)
    assert [group.name for group in summary.groups] == ["caucasus", "war", "the monitor itself"]


@given(count=st.integers(1, 200))
def test_none_is_left_uncounted_however_little_room_there_is(count: int) -> None:
    versions = list(leaner_summary(summary_of(Occasion.STORM, several(count), ANY_TIME, NOW)))
    assert all(len(version.items) + version.left == count for version in versions)
    assert len(versions[0].items) == min(count, MOST_SHOWN)
    assert versions[-1].items == ()


def test_each_alert_has_its_time_and_its_day_where_that_was_another() -> None:
    alerts = [replace(ALERT, created_at=NOW - timedelta(hours=hours)) for hours in (24, 1)]
    summary = summary_of(Occasion.DIGEST, alerts, replace(ANY_TIME, zone=BAKU), NOW)
    assert [item.alerted for item in summary.items] == [
        "2026-11-19 21:07 UTC (20 Nov 01:07 Baku)",
        "20:07 UTC (21 Nov 00:07 Baku)",
    ]


def test_every_alert_keeps_its_own_link_for_answers() -> None:
    alerts = several(4)
    links = [f"https://a.example/{alert.key}" for alert in alerts]
    summary = summary_of(Occasion.QUIET, alerts, ANY_TIME, NOW, answers=links)
    assert all(item.answer == f"https://a.example/{item.key}" for item in summary.items)
