"""Which sources could carry a rule, when one counts as dead, and what operators hear of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.coverage import OWN_RULE, Life, carrier, languages, news, survey
from monitor.core.model import PollState, RuleKind, Source
from monitor.core.routing import Route
from monitor.core.rules import Condition, Rule, RuleSet, Score, Stage, Step, Term
from tests.making import written

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
TERMS = {
    "blast": Term("blast", {"en": ("explosion",), "ru": ("взрыв",), "uk": ("вибух",)}),
    "port": Term("port", {"en": ("port",), "ru": ("порт",), "az": ("liman",)}),
    "socar": Term("socar", {"any": ("SOCAR",)}),
    "barge": Term("barge", {"en": ("barge",)}),
}


def rule(id_="r", match=None, **more):
    return Rule(id_, RuleKind.EVENT, id_.upper(), match or Condition(all=(("port",), ("blast",))), **more)


def source(id_="s", language="en", **more):
    return Source(id_, f"https://{id_}.example/feed", id_, language=language, **more)


def heard(hours=0.1, **more):
    """Answered so long ago, next poll an interval later."""
    then = NOW - hours * HOUR
    given = {"last_success_at": then, "last_poll_at": then, "next_poll_at": then + timedelta(minutes=10)}
    return PollState(**(given | more))


def failing(times, hours, error="no connection"):
    return heard(hours, failures=times, last_poll_at=NOW, next_poll_at=NOW + HOUR, error=error, status="failing")


def cover(rules, *polled, since=None):
    return survey(RuleSet(tuple(rules), TERMS), polled, NOW, since)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (rule(), ("en", "ru")),
        (rule(match=Condition(all=(("port", "socar"), ("blast",)))), ("en", "ru", "uk")),
        (rule(match=Condition(all=(("socar",),))), ("any",)),
        (rule(context=Condition(all=(("barge",),))), ("en",)),
        (rule(match=Condition(all=(("blast",),), actor=("port",))), ("en", "ru")),
        (rule(match=Condition(all=(("blast",),), score=Score((("port", 2.0), ("blast", 1.0)), 3.0))), ("en", "ru")),
        (rule(match=Condition(all=(("port",),)), steps=(Step("a", ("blast",)), Step("b", ("barge",)))), ("en", "ru")),
        (rule(match=Condition(all=(("port",),)), steps=(Step("a", ("blast",), needs=(("barge",),)),)), ("en",)),
    ],
)
def test_the_languages_of_a_rule_are_those_in_which_all_its_groups_have_words(asked, expected):
    assert languages(asked, TERMS) == expected


def test_a_step_that_never_alerts_gives_a_rule_no_language():
    silent = rule(match=Condition(all=(("port",),)), steps=(Step("a", ("blast",), alerts=False), Step("b", ("barge",))))
    assert languages(silent, TERMS) == ("en",)


@pytest.mark.parametrize(
    ("state", "since", "life"),
    [
        (heard(0.1), None, Life.ALIVE),
        (heard(5.9), None, Life.ALIVE),
        (heard(6.3), None, Life.DEAD),  # nobody asks it any more
        (heard(20, next_poll_at=NOW + HOUR), None, Life.ALIVE),  # a slow rhythm: it is not its turn yet
        (heard(20), NOW - HOUR, Life.WAITING),  # after a long stop the first polls have to come
        (heard(20), NOW - 7 * HOUR, Life.DEAD),  # … and did not
        (failing(9, 5), None, Life.ALIVE),
        (failing(2, 20), None, Life.WAITING),  # the network was not up yet when we started
        (failing(3, 20), NOW, Life.DEAD),
        (PollState(), None, Life.WAITING),
        (PollState(), NOW - 7 * HOUR, Life.DEAD),
        (PollState(failures=3, last_poll_at=NOW), None, Life.DEAD),
    ],
)
def test_a_source_is_alive_while_its_last_success_is_recent_and_dead_only_after_it_had_its_chance(state, since, life):
    assert carrier(source(), state, NOW, since).life is life


def test_a_source_with_a_long_interval_may_be_silent_for_three_of_them():
    assert carrier(source(interval=timedelta(hours=4)), heard(11, failures=4), NOW).life is Life.ALIVE
    assert carrier(source(interval=timedelta(hours=4)), heard(13, failures=4), NOW).life is Life.DEAD


def test_a_rule_is_blind_when_none_of_the_sources_in_its_languages_is_alive():
    dead, alive = failing(5, 9, "403 Forbidden"), heard()
    (item,) = cover([rule()], (source("a"), dead), (source("b", "ru"), dead), (source("c", "ka"), alive))
    assert item.blind
    assert [carrier.source.id for carrier in item.carriers] == ["a", "b"]
    assert item.words.startswith(
        "blind: none of its 2 sources is alive (a last answered 9 h ago, the last 5 polls failed"
    )
    assert "403 Forbidden" in item.words


def test_a_language_nobody_hears_is_named_while_another_one_sees():
    (item,) = cover([rule()], (source("a"), failing(5, 9)), (source("b", "ru-RU"), heard()))
    assert (item.blind, item.blind_in, item.alive) == (False, ("en",), 1)
    assert item.words == "seeing: 1 of 2 sources alive; nobody hears en"


def test_a_source_that_is_switched_off_carries_nothing_and_a_rule_without_sources_says_in_which_language_it_wants_one():
    (item,) = cover([rule()], (source("a", enabled=False), heard()))
    assert item.words == "blind: no source is in a language that it has all its words in (en, ru)"


def test_rules_that_are_switched_off_are_left_out():
    assert cover([rule(enabled=False)], (source(), heard())) == ()


def test_one_alert_names_all_rules_that_went_blind_and_remembers_each():
    rules = [rule(f"r{number}") for number in range(5)]
    (telling,) = news(cover(rules, (source("a"), failing(5, 9))), set(), NOW, Route(("oncall",)))
    assert telling.alert.rule == OWN_RULE
    assert telling.alert.channels == ("oncall",)
    assert telling.alert.headline == "Blind: r0, r1, r2 and 2 more rules"
    assert [fact.event for fact in telling.standing] == [f"r{number}" for number in range(5)]
    assert telling.settled == ()


def test_what_was_told_is_not_told_again():
    covered = cover([rule()], (source("a"), failing(5, 9)))
    assert news(covered, {"r"}, NOW) == []


def test_a_rule_told_as_blind_is_told_once_when_it_sees_again_and_not_while_it_waits():
    (telling,) = news(cover([rule()], (source("a"), heard())), {"r"}, NOW)
    assert telling.alert.headline == "Seeing again: r"
    assert (telling.standing, telling.settled) == ((), ("r",))
    assert news(cover([rule()], (source("a"), PollState())), {"r"}, NOW) == []
    assert news(cover([rule()], (source("a"), heard())), set(), NOW) == []


def test_the_message_to_operators_speaks_of_rules_and_causes_and_of_no_article():
    (telling,) = news(cover([rule()], (source("a"), failing(5, 9, "no connection"))), set(), NOW)
    message = written(telling.alert)
    assert message.title == "[MONITOR] Blind: r"
    assert "r (R): blind: its only source is not alive (a last answered 9 h ago" in message.body
    assert "Published" not in message.body
    assert "Source:" not in message.body
    long = replace(telling.alert, evidence=telling.alert.evidence * 8)
    assert "and 3 more" in written(long).body


def test_coverage_says_that_a_rule_is_on_trial():
    [item] = cover([rule(stage=Stage.SHADOW)], (source(), heard()))
    assert item.words == "seeing: 1 of 1 source alive; on trial"
