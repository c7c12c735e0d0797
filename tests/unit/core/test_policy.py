"""What becomes of a verdict, and the line that people read first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.alerts import Action
from monitor.core.model import Article, Evidence, RuleKind, Severity, Verdict, VerdictKind, Zone
from monitor.core.policy import decide, headline, make_alert
from monitor.core.routing import Route
from monitor.core.rules import Condition, Rule, Stage, Step

NOW = datetime(2026, 11, 20, 21, 6, tzinfo=UTC)
DEFAULT = Route(("desk",))

ARTICLE = Article(
    id="a1",
    title="Aliyev signs decree allowing arms exports to Ukraine",
    text="The decree was published on Friday.",
    published=NOW,
    first_seen=NOW,
    outlet="Caspian Post",
    url="https://caspian.example/decree",
)
EMBARGO = Rule(
    id="arms-embargo",
    kind=RuleKind.STATE,
    title="Arms embargo",
    match=Condition(),
    severity=Severity.CRITICAL,
    channels=("urgent", "desk"),
    steps=(
        Step("lifted", ("lift",)),
        Step("considering", ("consider",), title="Considering", alerts=False),
    ),
)
STRIKE = Rule(id="strikes", kind=RuleKind.EVENT, title="Attack on energy facilities", match=Condition())
LIFTED = Verdict(
    article="a1",
    rule="arms-embargo",
    kind=VerdictKind.NEW,
    event="2026-11-20",
    reason="The embargo was under consideration; now it is lifted",
    step="lifted",
    previous="considering",
    current="lifted",
)
STRUCK = Verdict("a1", "strikes", VerdictKind.NEW, "depot-2026-11-20", "No strike on this date is known")
RISEN = replace(
    STRUCK, kind=VerdictKind.FOLLOWUP, reason="Kyiv confirms it", previous="one side's claim", current="official"
)


def test_new_is_told_with_the_severity_and_channels_of_its_rule() -> None:
    decision = decide(LIFTED, EMBARGO, ARTICLE, DEFAULT)
    assert decision.action is Action.NOTIFY
    assert decision.severity is Severity.CRITICAL
    assert decision.channels == ("urgent", "desk")
    assert decision.reason == "The embargo was under consideration; now it is lifted."


def test_a_reason_that_ends_in_a_quotation_gets_no_second_full_stop() -> None:
    quoting = replace(STRUCK, reason="The nearest known: “A depot was struck.”")
    assert decide(quoting, STRIKE, ARTICLE, DEFAULT).reason == "The nearest known: “A depot was struck.”"
    assert decide(replace(STRUCK, reason="Told as “struck”"), STRIKE, ARTICLE, DEFAULT).reason == "Told as “struck”."


def test_a_rule_without_channels_uses_the_default_ones() -> None:
    assert decide(STRUCK, STRIKE, ARTICLE, DEFAULT).channels == ("desk",)


@pytest.mark.parametrize(
    ("verdict", "rule", "article", "reason"),
    [
        pytest.param(LIFTED, EMBARGO, replace(ARTICLE, learn_only=True), "before we began to listen", id="learn-only"),
        pytest.param(replace(LIFTED, step="considering"), EMBARGO, ARTICLE, "step “Considering”", id="silent-step"),
        pytest.param(replace(STRUCK, kind=VerdictKind.KNOWN), STRIKE, ARTICLE, "No strike on this date", id="known"),
        pytest.param(replace(STRUCK, kind=VerdictKind.FOLLOWUP), STRIKE, ARTICLE, "No strike on this", id="follow-up"),
        pytest.param(replace(STRUCK, kind=VerdictKind.FOLLOWUP, reason=""), STRIKE, ARTICLE, "A follow-up", id="bare"),
        pytest.param(RISEN, STRIKE, ARTICLE, "does not ask for updates", id="update-not-wanted"),
        pytest.param(
            RISEN, replace(STRIKE, updates=True), replace(ARTICLE, learn_only=True), "before we began", id="old-update"
        ),
    ],
)
def test_silence_has_its_reason(verdict: Verdict, rule: Rule, article: Article, reason: str) -> None:
    decision = decide(verdict, rule, article, DEFAULT)
    assert decision.action is Action.DROP
    assert reason in decision.reason


def test_a_change_of_what_was_told_is_an_update_where_the_rule_asks_for_updates() -> None:
    decision = decide(RISEN, replace(STRIKE, updates=True), ARTICLE, DEFAULT)
    assert decision.action is Action.NOTIFY
    assert decision.reason == "Kyiv confirms it."
    assert decide(replace(RISEN, reason=""), replace(STRIKE, updates=True), ARTICLE, DEFAULT).reason == (
        "Update: one side's claim → official."
    )


@given(
    kind=st.sampled_from(VerdictKind),
    reason=st.text(),
    previous=st.text(max_size=5),
    current=st.text(max_size=5),
    learn_only=st.booleans(),
    updates=st.booleans(),
)
def test_every_decision_has_a_reason_in_one_line(
    kind: VerdictKind, reason: str, previous: str, current: str, learn_only: bool, updates: bool
) -> None:
    verdict = replace(STRUCK, kind=kind, reason=reason, previous=previous, current=current)
    decision = decide(verdict, replace(STRIKE, updates=updates), replace(ARTICLE, learn_only=learn_only), DEFAULT)
    assert decision.reason[-1:] in {".", "!", "?", "…"}
    assert len(decision.reason.splitlines()) == 1


@pytest.mark.parametrize(
    ("verdict", "rule", "expected"),
    [
        pytest.param(
            LIFTED,
            EMBARGO,
            "Arms embargo: considering → lifted — Aliyev signs decree allowing arms exports to Ukraine",
            id="state",
        ),
        pytest.param(
            STRUCK,
            STRIKE,
            "Attack on energy facilities: Aliyev signs decree allowing arms exports to Ukraine",
            id="event",
        ),
        pytest.param(
            replace(STRUCK, step="off"),
            replace(STRIKE, title="Summit", steps=(Step("set", ("set",)), Step("off", ("off",), title="cancelled"))),
            "Summit: cancelled — Aliyev signs decree allowing arms exports to Ukraine",
            id="step",
        ),
        pytest.param(
            RISEN,
            STRIKE,
            "Update: Attack on energy facilities: one side's claim → official — "
            "Aliyev signs decree allowing arms exports to Ukraine",
            id="update",
        ),
    ],
)
def test_the_headline_says_what_changed_from_what(verdict: Verdict, rule: Rule, expected: str) -> None:
    assert headline(verdict, rule, ARTICLE) == expected


def test_without_a_title_the_headline_quotes_the_evidence() -> None:
    verdict = replace(STRUCK, evidence=(Evidence("Горит нефтебаза.", 0, 16, Zone.LEAD),))
    assert headline(verdict, STRIKE, replace(ARTICLE, title=" ")) == "Attack on energy facilities: Горит нефтебаза."


def test_a_long_headline_is_cut_at_a_word() -> None:
    told = headline(STRUCK, STRIKE, replace(ARTICLE, title="burning " * 40))
    assert len(told) <= 140
    assert told.endswith("burning…")


@given(title=st.text(), rule_title=st.text(), previous=st.text(), current=st.text())
def test_no_headline_is_longer_than_a_lock_screen(title: str, rule_title: str, previous: str, current: str) -> None:
    verdict = replace(RISEN, previous=previous, current=current)
    told = headline(verdict, replace(STRIKE, title=rule_title), replace(ARTICLE, title=title))
    assert len(told) <= 140
    assert len(told.splitlines()) <= 1


def test_the_key_is_the_rule_and_the_event() -> None:
    alert = make_alert(decide(LIFTED, EMBARGO, ARTICLE, DEFAULT), EMBARGO, ARTICLE, NOW)
    assert alert.key == "arms-embargo:2026-11-20"
    assert (alert.created_at, alert.channels, alert.previous, alert.current) == (
        NOW,
        ("urgent", "desk"),
        "considering",
        "lifted",
    )


def test_updates_of_one_event_are_told_once_for_each_thing_it_becomes() -> None:
    rule = replace(STRIKE, updates=True)

    def key(verdict: Verdict, article: Article = ARTICLE) -> str:
        return make_alert(decide(verdict, rule, article, DEFAULT), rule, article, NOW).key

    first = key(RISEN)
    assert first == "strikes:depot-2026-11-20:update:official"
    assert key(replace(RISEN, reason="Another outlet says so"), replace(ARTICLE, id="a2", title="Другое")) == first
    assert key(replace(RISEN, current="denied")) != first
    long_ones = {key(replace(RISEN, current="the ministry says in a long statement that " + end)) for end in "ab"}
    assert len(long_ones) == 2
    assert key(replace(RISEN, current="!!!")).removeprefix("strikes:depot-2026-11-20:update:")


def test_an_update_rings_where_its_rule_asks_for_that_and_news_always_does() -> None:
    for rings in (False, True):
        rule = replace(STRIKE, updates=True, rings=rings)
        assert make_alert(decide(RISEN, rule, ARTICLE, DEFAULT), rule, ARTICLE, NOW).rings is rings
    news = replace(RISEN, kind=VerdictKind.NEW)
    assert make_alert(decide(news, STRIKE, ARTICLE, DEFAULT), STRIKE, ARTICLE, NOW).rings


@given(kind=st.sampled_from(VerdictKind), updates=st.booleans(), learn_only=st.booleans())
def test_a_rule_on_trial_decides_as_a_live_one_but_tells_nobody(
    kind: VerdictKind, updates: bool, learn_only: bool
) -> None:
    verdict, article = replace(RISEN, kind=kind), replace(ARTICLE, learn_only=learn_only)
    live = replace(STRIKE, channels=("urgent",), updates=updates)
    told = decide(verdict, live, article, DEFAULT)
    tried = decide(verdict, replace(live, stage=Stage.SHADOW), article, DEFAULT)
    assert (tried.action, tried.severity) == (told.action, told.severity)
    assert tried.channels == ()
    if tried.action is Action.NOTIFY:
        assert tried.reason == f"{told.reason} The rule is on trial: shown, not sent."
    else:
        assert tried.reason == told.reason


def test_an_alert_of_a_rule_on_trial_says_that_it_is_one() -> None:
    tried = replace(STRIKE, stage=Stage.SHADOW)
    assert make_alert(decide(STRUCK, tried, ARTICLE, DEFAULT), tried, ARTICLE, NOW).shadow
    assert not make_alert(decide(STRUCK, STRIKE, ARTICLE, DEFAULT), STRIKE, ARTICLE, NOW).shadow
