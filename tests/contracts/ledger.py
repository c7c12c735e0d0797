"""What every `JudgingUnit` promises, as tests to be run on each implementation.

    class TestMyLedger(LedgerContract):
        @pytest.fixture
        def ledger(self): return MyHarness()

The harness has `save(article)`, which makes an article ready to be judged (nothing to do for a
ledger in memory), and `judging(work, rules)`, which runs `work(unit)` and returns its result.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any, Protocol, TypeVar

import pytest

from monitor.core.alerts import Action, Alert, Decision
from monitor.core.model import (
    Article,
    Assertion,
    Attribution,
    DateSpan,
    Evidence,
    Fact,
    Figure,
    RuleKind,
    Severity,
    Verdict,
    VerdictKind,
    Zone,
)
from monitor.core.relevant import Near, Question, Window, count, question, select
from monitor.core.rules import Rule
from monitor.ports import COPIES, SHARING, Fingerprint, JudgingUnit
from tests.chance import RULES, Making
from tests.making import NOON

T = TypeVar("T")

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVIDENCE = (Evidence("Порт закрыт", 4, 15, Zone.LEAD, (("закрыт", "shut"),)), Evidence("Port shut", 0, 9, Zone.TITLE))
TARGETS = (("ops", "phone"), ("ops", "mail"))


class Harness(Protocol):
    def save(self, article: Article) -> None: ...

    def judging(self, work: Callable[[JudgingUnit], T], rules: Collection[str] | None = None) -> T: ...


def make_article(name: str = "a1", **changes: Any) -> Article:
    article = Article(
        id=name,
        title=f"Port shut ({name})",
        text="The port was shut.\n\nПорт закрыт.",
        published=NOW - HOUR,
        first_seen=NOW,
        language="en",
        outlet="Harbour Post",
        publisher="harbour",
        url=f"https://harbour.example/{name}",
        source_id="harbour",
        tier=2,
    )
    return replace(article, **changes)


def make_fact(key: str = "f1", **changes: Any) -> Fact:
    fact = Fact(
        key=key,
        rule="port",
        kind=RuleKind.EVENT,
        step="shut",
        event="port:2026-11-01",
        recorded=NOW,
        source="article:a1",
        words="The port was shut on 1 November.",
        when=DateSpan(date(2026, 11, 1), date(2026, 11, 2)),
        dated=True,
        names=frozenset({"novaport", "ivan petrov"}),
        places=frozenset({"odesa"}),
        figures=(Figure(2e6, "USD", True, "$2m"), Figure(12.5, "m3")),
        assertion=Assertion.REPORTED,
        attribution=Attribution.OFFICIAL,
        signature=frozenset({"порт", "закрыть"}),
        language="ru",
        outlet="Harbour Post",
        url="https://harbour.example/a1",
    )
    return replace(fact, **changes)


def make_decision(article: str = "a1", rule: str = "port", **changes: Any) -> Decision:
    verdict = Verdict(
        article=article,
        rule=rule,
        kind=VerdictKind.NEW,
        event="port:2026-11-01",
        reason="no earlier report of this event",
        fact="f0",
        score=0.75,
        step="shut",
        assertion=Assertion.REPORTED,
        attribution=Attribution.ONE_SIDE,
        evidence=EVIDENCE,
        when=DateSpan(date(2026, 11, 1), date(2026, 11, 1)),
        previous="open",
        current="shut",
    )
    return Decision(replace(verdict, **changes), Action.NOTIFY, "new and severe enough", Severity.HIGH, ("ops",))


def make_alert(key: str = "port|2026-11-01", article: str = "a1", **changes: Any) -> Alert:
    alert = Alert(
        key=key,
        rule="port",
        rule_title="Ports",
        severity=Severity.HIGH,
        event="port:2026-11-01",
        headline="Port shut",
        reason="no earlier report of this event",
        created_at=NOW,
        article_id=article,
        article_title="Port shut",
        article_url="https://harbour.example/a1",
        outlet="Harbour Post",
        language="en",
        published=NOW - HOUR,
        first_seen=NOW,
        tier=2,
        assertion=Assertion.REPORTED,
        attribution=Attribution.ONE_SIDE,
        evidence=EVIDENCE,
        previous="open",
        current="shut",
        channels=("ops",),
    )
    return replace(alert, **changes)


def make_fingerprint(document: str = "article:a1", *bands: int) -> Fingerprint:
    return Fingerprint(document, document.encode() * 8, bands)


def everything(rule: str = "port") -> Question:
    """Asks for all facts that tests here make, as long as they are few."""
    return Question(rule, (Near("shut", DateSpan(date(2026, 11, 1), date(2026, 11, 2))),), ("",))


class LedgerContract:
    """Subclass it, and give it a `ledger` fixture that returns a Harness on an empty ledger."""

    @pytest.fixture
    def ledger(self) -> Harness:
        raise NotImplementedError

    @staticmethod
    def record(
        ledger: Harness,
        article: str = "a1",
        *,
        decisions: tuple[Decision, ...] = (),
        facts: tuple[Fact, ...] = (),
        alerts: tuple[Alert, ...] = (),
        fingerprint: Fingerprint | None = None,
        now: datetime = NOW,
    ) -> list[Alert]:
        item = make_article(article)
        ledger.save(item)
        with_targets = [(alert, TARGETS) for alert in alerts]
        return ledger.judging(lambda unit: unit.record(item, decisions, facts, with_targets, fingerprint, now))

    @staticmethod
    def facts(ledger: Harness, rule: str = "port", now: datetime = NOW) -> list[Fact]:
        """All that the ledger knows of a rule, as long as it is little."""
        return ledger.judging(lambda unit: list(unit.facts(everything(rule), now)))

    def test_an_empty_ledger_knows_nothing(self, ledger: Harness) -> None:
        assert self.facts(ledger) == []
        assert ledger.judging(lambda unit: list(unit.near_copies(make_fingerprint("article:x", 1, 2)))) == []
        assert ledger.judging(lambda unit: dict(unit.article_verdicts("article:x"))) == {}

    def test_judging_returns_what_the_work_returns(self, ledger: Harness) -> None:
        assert ledger.judging(lambda unit: "done") == "done"

    def test_judging_some_rules_sees_what_judging_others_or_all_of_them_left(self, ledger: Harness) -> None:
        item = make_article()
        ledger.save(item)

        def learn(unit: JudgingUnit) -> int:
            unit.record(item, [make_decision()], [make_fact()], [], make_fingerprint("article:a1", 7), NOW)
            return len(unit.facts(everything(), NOW))

        def known(unit: JudgingUnit) -> tuple[list[str], list[str]]:
            rules = [fact.key for rule in ("port", "ships") for fact in unit.facts(everything(rule), NOW)]
            return rules, [copy.document for copy in unit.near_copies(make_fingerprint("article:x", 7))]

        assert ledger.judging(learn, {"port"}) == 1
        assert ledger.judging(known, {"port", "ships"}) == (["f1"], ["article:a1"])
        assert ledger.judging(known) == (["f1"], ["article:a1"])
        assert ledger.judging(lambda unit: len(unit.near_copies(make_fingerprint("article:x", 7))), ()) == 1

    def test_what_waits_is_what_nobody_has_judged(self, ledger: Harness) -> None:
        first, second = make_article(), make_article("a2")
        for item in (first, second):
            ledger.save(item)
        assert set(ledger.judging(lambda unit: unit.waiting([first, second]), ())) == {"a1", "a2"}
        ledger.judging(lambda unit: unit.record(first, [], [], [], None, NOW), ())
        assert set(ledger.judging(lambda unit: unit.waiting([second, first]), ())) == {"a2"}
        assert set(ledger.judging(lambda unit: unit.waiting([]), ())) == set()

    def test_a_fact_comes_back_whole(self, ledger: Harness) -> None:
        bare = Fact("f2", "port", RuleKind.STATE, "", "e2", NOW, "article:a1", "Nothing but words.")
        self.record(ledger, facts=(make_fact(), bare))
        assert self.facts(ledger) == [make_fact(), bare]

    def test_facts_are_ordered_by_time_then_by_code_points_of_the_key(self, ledger: Harness) -> None:
        keys = ("b", "B", "a-1", "a1", "ё", "я", "_", "Ə")
        late = make_fact("0", recorded=NOW)
        early = tuple(make_fact(key, recorded=NOW - HOUR) for key in keys)
        self.record(ledger, facts=(late, *early))
        assert [fact.key for fact in self.facts(ledger)] == [*sorted(keys), "0"]

    def test_facts_recorded_after_now_are_not_known_yet(self, ledger: Harness) -> None:
        moment = timedelta(microseconds=1)
        self.record(
            ledger,
            facts=(
                make_fact("before", recorded=NOW - moment),
                make_fact("at"),
                make_fact("after", recorded=NOW + moment),
            ),
        )
        assert [fact.key for fact in self.facts(ledger)] == ["before", "at"]
        assert [fact.key for fact in self.facts(ledger, now=NOW + moment)] == ["before", "at", "after"]

    @pytest.mark.parametrize("of", RULES, ids=lambda rule: rule.kind.value)
    def test_every_question_is_answered_as_the_core_says(self, ledger: Harness, of: Rule) -> None:
        """Also where there is more than is handed over, and of what was known at an earlier time."""
        made = Making(Random(1), of, 600)
        facts = made.facts()
        self.record(ledger, facts=tuple(facts))
        self.record(ledger, "a2", facts=tuple(replace(f, rule="other", key=f"x{f.key}") for f in facts[:50]))
        for _ in range(25):
            now = NOON - made.random.choice((0, 0, 30)) * HOUR
            known = [fact for fact in facts if fact.recorded <= now]
            without = made.random.choice(("", "article:a"))
            asked = replace(question(of, made.claims()), events=("e1", "none"), without=without)
            assert ledger.judging(lambda unit, q=asked, now=now: list(unit.facts(q, now))) == select(asked, known)
            window = Window(of.id, now - timedelta(hours=24), timedelta(hours=24), without)
            assert ledger.judging(lambda unit, w=window, now=now: unit.coverage(w, now)) == count(window, known)

    def test_facts_are_asked_for_by_rule(self, ledger: Harness) -> None:
        self.record(ledger, facts=(make_fact("f1"), make_fact("f2", rule="ships")))
        assert [fact.key for fact in self.facts(ledger, "ships")] == ["f2"]

    def test_a_fact_whose_key_exists_is_left_as_it_was(self, ledger: Harness) -> None:
        self.record(ledger, facts=(make_fact(words="first"),))
        self.record(ledger, "a2", facts=(make_fact(words="second"), make_fact("f2")))
        assert [fact.words for fact in self.facts(ledger)] == ["first", make_fact().words]

    def test_a_unit_sees_what_it_recorded(self, ledger: Harness) -> None:
        item = make_article()
        ledger.save(item)

        def work(unit: JudgingUnit) -> tuple[list[str], dict[str, tuple[str, str]]]:
            unit.record(item, [make_decision()], [make_fact()], [], make_fingerprint("article:a1", 1), NOW)
            return [fact.key for fact in unit.facts(everything("port"), NOW)], dict(unit.article_verdicts("article:a1"))

        assert ledger.judging(work) == (["f1"], {"port": ("new", "port:2026-11-01")})

    def test_near_copies_share_a_band(self, ledger: Harness) -> None:
        high = 2**63 - 1
        for name, bands in (("a1", (1, 2, high)), ("a2", (3, 4, high - 1)), ("a3", (2, 9, -(2**63)))):
            self.record(ledger, name, fingerprint=make_fingerprint(f"article:{name}", *bands))

        def near(*bands: int) -> list[Fingerprint]:
            copies = ledger.judging(lambda unit: list(unit.near_copies(make_fingerprint("article:new", *bands))))
            return sorted(copies, key=lambda copy: copy.document)

        assert near(7, 8) == []
        assert near() == []
        assert near(4, 8) == [make_fingerprint("article:a2", 3, 4, high - 1)]
        assert [copy.document for copy in near(1, 2)] == ["article:a1", "article:a3"]
        assert [copy.document for copy in near(-(2**63))] == ["article:a3"]
        assert near(high) == [make_fingerprint("article:a1", 1, 2, high)]

    def test_of_a_band_that_many_share_the_latest_are_near(self, ledger: Harness) -> None:
        for number in range(SHARING + 5):
            self.record(ledger, f"a{number:02}", fingerprint=make_fingerprint(f"article:a{number:02}", 1))
        self.record(ledger, "a00", fingerprint=make_fingerprint("article:a00", 1))  # judged again
        probe = make_fingerprint("article:new", 1)
        near = [copy.document for copy in ledger.judging(lambda unit: list(unit.near_copies(probe)))]
        assert near == ["article:a00", *(f"article:a{number:02}" for number in range(6, SHARING + 5))]

    def test_of_many_near_copies_those_that_share_most_are_chosen(self, ledger: Harness) -> None:
        """The original of a copy is found behind any number of texts that share a phrase with it."""
        self.record(ledger, "old", fingerprint=make_fingerprint("article:old", 1, 2, 3, 4, 5))
        for number in range(3 * (SHARING - 1)):
            name, band = f"a{number:02}", number % 3 + 1
            self.record(ledger, name, fingerprint=make_fingerprint(f"article:{name}", band, 100 + number))
        probe = make_fingerprint("article:new", 1, 2, 3, 4, 5)
        near = [copy.document for copy in ledger.judging(lambda unit: list(unit.near_copies(probe)))]
        assert len(near) == COPIES
        assert "article:old" in near
        assert f"article:a{3 * (SHARING - 1) - 1:02}" in near
        assert "article:a00" not in near

    def test_a_band_that_many_share_does_not_hide_the_original(self, ledger: Harness) -> None:
        self.record(ledger, "old", fingerprint=make_fingerprint("article:old", 1, 2))
        for number in range(SHARING + 9):
            self.record(ledger, f"a{number:04}", fingerprint=make_fingerprint(f"article:a{number:04}", 1))
        probe = make_fingerprint("article:new", 1, 2, 3)
        near = [copy.document for copy in ledger.judging(lambda unit: list(unit.near_copies(probe)))]
        assert near == [*(f"article:a{number:04}" for number in range(9, SHARING + 9)), "article:old"]

    def test_a_fingerprint_is_no_copy_of_itself(self, ledger: Harness) -> None:
        own = make_fingerprint("article:a1", 1, 2)
        self.record(ledger, fingerprint=own)
        assert ledger.judging(lambda unit: list(unit.near_copies(own))) == []

    def test_a_document_keeps_its_latest_fingerprint_only(self, ledger: Harness) -> None:
        self.record(ledger, fingerprint=make_fingerprint("article:a1", 1, 2))
        self.record(ledger, fingerprint=make_fingerprint("article:a1", 2, 3))
        probe = make_fingerprint("article:new", 1)
        assert ledger.judging(lambda unit: list(unit.near_copies(probe))) == []
        probe = make_fingerprint("article:new", 3)
        assert ledger.judging(lambda unit: list(unit.near_copies(probe))) == [make_fingerprint("article:a1", 2, 3)]

    def test_record_returns_the_alerts_that_were_stored(self, ledger: Harness) -> None:
        alerts = (make_alert("k1"), make_alert("k2", rule="ships"))
        assert self.record(ledger, alerts=alerts) == list(alerts)

    def test_an_alert_key_is_stored_once(self, ledger: Harness) -> None:
        assert self.record(ledger, alerts=(make_alert("k1"),)) == [make_alert("k1")]
        again = self.record(ledger, "a2", alerts=(make_alert("k1", "a2"), make_alert("k2", "a2")))
        assert [alert.key for alert in again] == ["k2"]

    def test_an_alert_key_is_stored_once_also_within_one_record(self, ledger: Harness) -> None:
        twice = (make_alert("k1", headline="first"), make_alert("k1", headline="second"))
        assert [alert.headline for alert in self.record(ledger, alerts=twice)] == ["first"]

    def test_verdicts_of_an_article_are_remembered_by_rule(self, ledger: Harness) -> None:
        self.record(
            ledger, decisions=(make_decision(), make_decision(rule="ships", kind=VerdictKind.KNOWN, event="ships:1"))
        )
        self.record(ledger, "a2", decisions=(make_decision("a2", kind=VerdictKind.FOLLOWUP),))
        verdicts = ledger.judging(lambda unit: dict(unit.article_verdicts("article:a1")))
        assert verdicts == {"port": ("new", "port:2026-11-01"), "ships": ("known", "ships:1")}

    def test_a_document_that_is_no_article_has_no_verdicts(self, ledger: Harness) -> None:
        self.record(ledger, decisions=(make_decision(),))
        for document in ("seed:a1", "a1", "article:a2"):
            assert ledger.judging(lambda unit, name=document: dict(unit.article_verdicts(name))) == {}

    def test_judging_again_replaces_the_verdict(self, ledger: Harness) -> None:
        self.record(ledger, decisions=(make_decision(), make_decision(rule="ships")))
        self.record(ledger, decisions=(make_decision(kind=VerdictKind.KNOWN, event="older"),))
        verdicts = ledger.judging(lambda unit: dict(unit.article_verdicts("article:a1")))
        assert verdicts == {"port": ("known", "older"), "ships": ("new", "port:2026-11-01")}
