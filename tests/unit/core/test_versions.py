"""What an edit teaches: facts of its own, known from when it was read, and nothing to coverage."""

from dataclasses import replace
from datetime import timedelta

from monitor.core.judge import Judge
from monitor.core.model import Article, RuleKind, VerdictKind
from monitor.core.relevant import MENTION
from monitor.core.routing import Route
from monitor.core.rules import VolumeSpec
from monitor.judging import Desk, judge_article
from monitor.memory import MemoryLedger
from tests.making import NOON, article, rule, rule_set

LATER = NOON + timedelta(hours=5)
FIRST = article("Drone hits mill", "A drone hit the mill near Poti on Monday. Two workers were killed.", id="a")
EDIT = replace(FIRST, text=FIRST.text.replace("Two", "Seven"), version=2, extracted_at=LATER)
STRIKE = rule(updates=True)
COVERAGE = rule(
    kind=RuleKind.VOLUME, steps=(), volume=VolumeSpec(window=timedelta(days=1), factor=1.0, least=2, publishers=1)
)


def judged(ledger: MemoryLedger, watched, *articles: Article):
    desk = Desk(Judge(rule_set(watched)), {}, Route(("oncall",)))
    return [judge_article(one, desk, ledger, LATER) for one in articles]


def test_a_first_version_is_told_when_it_was_published_and_an_edit_when_it_was_read():
    assert replace(FIRST, extracted_at=LATER).told == NOON
    assert EDIT.told == LATER


def test_an_edit_leaves_facts_beside_those_of_the_version_before():
    ledger = MemoryLedger()
    first, edit = judged(ledger, STRIKE, FIRST, EDIT)
    before, after = (outcome.judged.judgements[0].facts[0] for outcome in (first, edit))
    assert before.source == after.source == "article:a"
    assert before.key != after.key
    assert before.event == after.event
    assert (before.recorded, after.recorded) == (NOON, LATER)


def test_the_same_version_judged_again_changes_nothing():
    ledger = MemoryLedger()
    judged(ledger, STRIKE, FIRST, EDIT)
    [again] = judged(ledger, STRIKE, EDIT)
    assert again.alerts == ()


def test_an_edit_corrects_what_another_outlet_told_in_between():
    """It is younger than that report, although its article is older."""
    between = replace(
        FIRST, id="b", publisher="other", published=NOON + timedelta(hours=1), title="Mill near Poti hit by drone",
        text="Five workers were killed when a drone hit the mill near Poti on Monday, a rescuer told the paper.",
    )  # fmt: skip
    outcomes = judged(MemoryLedger(), STRIKE, FIRST, between, EDIT)
    assert [alert.current for outcome in outcomes[1:] for alert in outcome.alerts] == ["5 killed", "7 killed"]


def test_a_reprint_of_the_first_version_does_not_make_the_edit_a_copy():
    text = FIRST.text + " " + "The mill stands by the river and has ground wheat for the whole of the valley. " * 4
    first, edit = replace(FIRST, text=text), replace(EDIT, text=text.replace("Two", "Seven"))
    reprint = replace(first, id="b", publisher="other", published=NOON + timedelta(hours=1))
    outcomes = judged(MemoryLedger(), STRIKE, first, reprint, edit)
    assert [len(outcome.alerts) for outcome in outcomes] == [1, 0, 1]


def test_however_often_it_is_edited_an_article_counts_once_as_coverage():
    ledger = MemoryLedger()
    edits = [replace(FIRST, version=number, extracted_at=LATER) for number in (2, 3)]
    for outcome in judged(ledger, COVERAGE, FIRST, *edits):
        [judgement] = outcome.judged.judgements
        assert judgement.verdict.kind is VerdictKind.KNOWN
        assert [fact.step for fact in judgement.facts] == [MENTION]
    assert len(ledger._facts["mill"]) == 1
