"""What is decided on deliveries at the time of sending. Each delivery ends up in exactly one intent."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alerts import Delivery, DeliveryState, Hold, Occasion, Planned, Purpose, Target, Waiting
from monitor.core.channels import (
    ANY_TIME,
    ChannelPolicy,
    Digest,
    Escalating,
    Grouping,
    QuietHours,
    Reminding,
    Schedule,
)
from monitor.core.dispatch import Held, Intent, Past, Send, Skipped, arrange, follow_ups
from monitor.core.model import Severity
from monitor.core.responses import Answer, Fault, Response, Standing, standing
from monitor.core.silences import Silence
from tests.making import ALERT

NOW = datetime.fromisoformat("2026-11-22T02:00:00+00:00")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NIGHT = ChannelPolicy(quiet=QuietHours(time(23), time(7), through=frozenset({Severity.CRITICAL})))
DAILY = ChannelPolicy(digest=Digest(Schedule(time(8)), frozenset({Severity.CRITICAL})))
MORNING = NOW.replace(hour=7)


def waiting(number: int = 1, severity: Severity = Severity.HIGH, said: Sequence[Response] = (), **changes: Any) -> Any:
    alert = replace(ALERT, key=f"k{number}", event=f"e{number}", severity=severity, created_at=NOW)
    fields = {"attempts": 1, "created_at": NOW} | changes
    return Waiting(
        Delivery(number, alert.key, "oncall", "main", DeliveryState.SENDING, **fields), alert, standing(said)
    )


def said(answer: Answer, **changes: Any) -> Response:
    return Response("arms-embargo:e1", answer, "leyla", NOW - HOUR, **changes)


def silence(match: Any = (("rule", ("arms-*",)),), ends_at: datetime = NOW + HOUR) -> Silence:
    return Silence(12, match, "leyla", "exercise", NOW - HOUR, NOW - HOUR, ends_at)


def one(
    item: Waiting,
    policy: ChannelPolicy = ANY_TIME,
    silences: Sequence[Silence] = (),
    past: Past = Past(),  # noqa: B008
) -> Intent:
    [intent] = arrange([item], policy, silences, NOW, past)
    return intent


def held(intent: Intent) -> tuple[str, datetime]:
    assert isinstance(intent, Held), intent
    assert intent.reason
    return intent.hold, intent.until


# --- one by one ------------------------------------------------------------------------------


def test_without_a_policy_an_alert_is_sent_at_once() -> None:
    assert one(waiting()) == Send((waiting(),), "")


def test_quiet_hours_hold_until_they_end() -> None:
    intent = one(waiting(), NIGHT)
    assert held(intent) == ("quiet", MORNING)
    assert isinstance(intent, Held)
    assert intent.reason == "quiet hours until 2026-11-22 07:00 UTC"


def test_quiet_hours_let_through_what_they_say() -> None:
    assert isinstance(one(waiting(severity=Severity.CRITICAL), NIGHT), Send)


def test_a_digest_holds_until_its_time_and_lets_through_what_it_says() -> None:
    assert held(one(waiting(), DAILY)) == ("digest", NOW.replace(hour=8))
    assert isinstance(one(waiting(severity=Severity.CRITICAL), DAILY), Send)


def test_an_escalation_does_not_wait_for_a_digest() -> None:
    assert isinstance(one(waiting(purpose=Purpose.ESCALATION), DAILY), Send)


def test_a_digest_whose_time_is_within_quiet_hours_is_sent() -> None:
    policy = replace(DAILY, quiet=NIGHT.quiet)
    assert isinstance(one(waiting(hold="digest"), policy), Send)


def test_a_silence_holds_what_fits_until_it_ends_and_says_whose_it_is() -> None:
    intent = one(waiting(), silences=[silence()])
    assert held(intent) == ("silence:12", NOW + HOUR)
    assert isinstance(intent, Held)
    assert "leyla" in intent.reason
    assert "exercise" in intent.reason
    assert isinstance(one(waiting(), silences=[silence((("rule", ("gas-*",)),))]), Send)


def test_of_several_silences_the_one_that_lasts_longest_counts() -> None:
    longer = replace(silence(), id=13, ends_at=NOW + 2 * HOUR)
    assert held(one(waiting(), silences=[longer, silence()]))[0] == "silence:13"


@pytest.mark.parametrize("ends", [NOW, NOW - MINUTE])
def test_a_silence_that_is_over_holds_nothing(ends: datetime) -> None:
    assert isinstance(one(waiting(), silences=[silence(ends_at=ends)]), Send)


def test_a_snooze_holds_until_it_ends() -> None:
    snooze = said(Answer.SNOOZE, until=NOW + HOUR)
    assert held(one(waiting(said=[snooze]))) == ("snooze", NOW + HOUR)
    assert isinstance(one(waiting(said=[replace(snooze, until=NOW)])), Send)


@pytest.mark.parametrize("purpose", [Purpose.REMINDER, Purpose.ESCALATION])
@pytest.mark.parametrize("answer", [Answer.ACKNOWLEDGE, Answer.RESOLVE, Answer.REJECT])
def test_an_answer_ends_reminders_and_escalations(purpose: Purpose, answer: Answer) -> None:
    intent = one(waiting(said=[said(answer, reason="seen", fault=Fault.WRONG)], purpose=purpose))
    assert isinstance(intent, Skipped)
    assert "leyla" in intent.reason


@pytest.mark.parametrize("answer", [Answer.ACKNOWLEDGE, Answer.RESOLVE])
def test_what_comes_after_an_answer_is_told_all_the_same(answer: Answer) -> None:
    """To acknowledge stops reminders, not news."""
    assert isinstance(one(waiting(said=[said(answer)])), Send)


def test_what_was_rejected_is_not_sent_any_more() -> None:
    intent = one(waiting(said=[said(Answer.REJECT, fault=Fault.WRONG, reason="an old film")], hold="quiet"))
    assert isinstance(intent, Skipped)
    assert intent.reason == "rejected by leyla at 2026-11-22 01:00 UTC: an old film"


def test_to_reopen_takes_back_all_that_was_said() -> None:
    assert standing([said(Answer.ACKNOWLEDGE), said(Answer.REJECT), said(Answer.REOPEN)]) == Standing()


def test_a_first_message_waits_for_its_group() -> None:
    policy = ChannelPolicy(group=Grouping(wait=timedelta(seconds=30)))
    assert held(one(waiting(), policy)) == ("group", NOW + timedelta(seconds=30))
    for changes in ({"hold": "group"}, {"attempts": 2}, {"purpose": Purpose.REMINDER}, {"hold": "quiet"}):
        assert isinstance(one(waiting(**changes), policy), Send), changes


# --- together --------------------------------------------------------------------------------


def test_many_at_once_become_one_message_the_most_severe_first() -> None:
    items = [waiting(number, Severity.LOW) for number in range(1, 10)] + [waiting(10, Severity.CRITICAL)]
    [send] = arrange(items, ANY_TIME, (), NOW, Past())
    assert isinstance(send, Send)
    assert send.occasion is Occasion.STORM
    assert [item.delivery.id for item in send.waiting] == [10, *range(1, 10)]
    assert send.reason == "told in one message with 9 others: many at once"


def test_fewer_are_told_one_by_one() -> None:
    sends = arrange([waiting(number) for number in range(1, 10)], ANY_TIME, (), NOW, Past())
    assert [send.waiting[0].delivery.id for send in sends if isinstance(send, Send)] == list(range(1, 10))


@pytest.mark.parametrize(
    ("hold", "occasion"),
    [
        ("quiet", Occasion.QUIET),
        ("silence:3", Occasion.SILENCE),
        ("snooze", Occasion.SNOOZE),
        ("storm", Occasion.STORM),
        ("pace", Occasion.STORM),
    ],
)
def test_those_that_were_held_for_the_same_reason_are_told_together(hold: str, occasion: Occasion) -> None:
    both = [waiting(number, hold=hold) for number in (1, 2)]
    [send] = arrange(both, ANY_TIME, (), NOW, Past())
    assert isinstance(send, Send)
    assert (send.occasion, len(send.waiting)) == (occasion, 2)
    assert one(both[0]) == Send((both[0],), "")


def test_a_digest_is_one_even_of_a_single_alert() -> None:
    intent = one(waiting(hold="digest"), DAILY)
    assert isinstance(intent, Send)
    assert intent.occasion is Occasion.DIGEST


def test_reminders_are_given_together() -> None:
    both = [waiting(number, purpose=Purpose.REMINDER, round=1) for number in (1, 2)]
    [send] = arrange(both, ANY_TIME, (), NOW, Past())
    assert isinstance(send, Send)
    assert send.occasion is Occasion.REMINDER


def test_after_a_summary_the_next_message_waits_unless_it_is_critical() -> None:
    past = Past(storm=NOW - MINUTE)
    assert held(one(waiting(), past=past)) == ("storm", NOW + 4 * MINUTE)
    assert isinstance(one(waiting(severity=Severity.CRITICAL), past=past), Send)
    assert isinstance(one(waiting(), past=Past(storm=NOW - 5 * MINUTE)), Send)


def test_no_more_messages_than_the_target_takes_in_a_minute() -> None:
    policy = ChannelPolicy(per_minute=3)
    past = Past(sent=(NOW - 61 * timedelta(seconds=1), NOW - 50 * timedelta(seconds=1)))
    intents = arrange([waiting(number) for number in (1, 2, 3)], policy, (), NOW, past)
    assert [type(intent) for intent in intents] == [Send, Send, Held]
    assert held(intents[2]) == ("pace", NOW + timedelta(seconds=10))


# --- whatever comes --------------------------------------------------------------------------

policies = st.builds(
    ChannelPolicy,
    quiet=st.sampled_from([None, NIGHT.quiet]),
    digest=st.sampled_from([None, DAILY.digest]),
    group=st.builds(
        Grouping,
        wait=st.sampled_from([timedelta(), timedelta(seconds=30)]),
        interval=st.just(5 * MINUTE),
        storm=st.integers(2, 6),
    ),
    per_minute=st.integers(0, 3),
)
items = st.builds(
    lambda severity, answers, purpose, hold, attempts: (severity, answers, purpose, hold, attempts),
    st.sampled_from(Severity),
    st.lists(st.sampled_from(Answer), max_size=3),
    st.sampled_from(Purpose),
    st.sampled_from(["", *(hold.value for hold in Hold if hold), "silence:9"]),
    st.integers(1, 3),
)


@given(
    st.lists(items, max_size=12),
    policies,
    st.booleans(),
    st.integers(0, 47).map(lambda half: half * 30 * MINUTE),
    st.booleans(),
)
def test_each_delivery_ends_up_in_exactly_one_intent_and_what_is_held_is_due_later_with_a_reason(
    drawn: list[Any], policy: ChannelPolicy, silenced: bool, later: timedelta, stormy: bool
) -> None:
    now = NOW + later
    given_ = [
        waiting(
            number,
            severity,
            [said(answer, until=NOW + 3 * HOUR) for answer in answers],
            purpose=purpose,
            hold=hold,
            attempts=attempts,
        )
        for number, (severity, answers, purpose, hold, attempts) in enumerate(drawn, 1)
    ]
    silences = [silence((("severity", ("high",)),), NOW + 6 * HOUR)] if silenced else []
    past = Past((now - MINUTE / 2,), now - MINUTE if stormy else None)
    intents = arrange(given_, policy, silences, now, past)
    told = [
        item.delivery.id
        for intent in intents
        for item in (intent.waiting if isinstance(intent, Send) else [intent.waiting])
    ]
    assert sorted(told) == [item.delivery.id for item in given_]
    for intent in intents:
        if isinstance(intent, Held):
            assert intent.until > now
            assert Hold(intent.hold.partition(":")[0])
            assert intent.reason
        if isinstance(intent, Skipped):
            assert intent.waiting.standing.answered
    if policy.per_minute:
        assert sum(isinstance(intent, Send) for intent in intents) <= max(policy.per_minute - 1, 0)


# --- what follows ----------------------------------------------------------------------------

BOSS = {"boss": [Target("boss", "phone", "json://a"), Target("boss", "mail", "json://b")]}
DUTY = ChannelPolicy(remind=Reminding(30 * MINUTE, most=2), escalate=Escalating(15 * MINUTE, ("boss",)))


def follow(item: Waiting, policy: ChannelPolicy = DUTY) -> list[Planned]:
    return follow_ups(item, policy, BOSS, NOW)


def test_a_message_is_followed_by_a_reminder_and_an_escalation() -> None:
    reminder, *escalations = follow(waiting())
    assert (reminder.target, reminder.purpose, reminder.round) == ("main", Purpose.REMINDER, 1)
    assert reminder.at == NOW + 30 * MINUTE
    assert {(item.channel, item.target, item.purpose, item.at) for item in escalations} == {
        ("boss", name, Purpose.ESCALATION, NOW + 15 * MINUTE) for name in ("phone", "mail")
    }


def test_a_reminder_is_followed_by_the_next_one_only_and_by_no_more_than_are_asked_for() -> None:
    [second] = follow(waiting(purpose=Purpose.REMINDER, round=1))
    assert (second.purpose, second.round) == (Purpose.REMINDER, 2)
    assert follow(waiting(purpose=Purpose.REMINDER, round=2)) == []


def test_nothing_follows_what_was_answered_nor_what_the_monitor_says_of_itself() -> None:
    assert follow(waiting(said=[said(Answer.ACKNOWLEDGE)])) == []
    item = waiting()
    assert follow(replace(item, alert=replace(item.alert, rule="monitor:coverage"))) == []
