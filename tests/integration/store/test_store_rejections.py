"""Rejecting an alert corrects the baseline: a repeat of the story stays quiet, what is true alerts. Real judging."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from monitor.core.judge import Judge
from monitor.core.model import Article, RuleKind
from monitor.core.responses import Answer, Fault, Response
from monitor.core.routing import Route
from monitor.core.rules import Condition, QuantitySpec, Rule, SameEvent, Step, VolumeSpec
from monitor.judging import Desk, Outcome, judge_article
from tests.making import NOON, article, rule, rule_set, term

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WORDS = (
    term("mill", en=["mill"]), term("hit", en=["hit", "strike"]), term("border", en=["border"]),
    term("close", en=["close", "shut"]), term("open", en=["open", "reopen"]), term("aid", en=["aid"]),
)  # fmt: skip
BORDER = rule(
    id="border", kind=RuleKind.STATE, title="The border", match=Condition(all=(("border",),)), initial="open",
    steps=(Step("closed", ("close",), "closed"), Step("open", ("open",), "open")),
)  # fmt: skip
AID = rule(
    id="aid", kind=RuleKind.QUANTITY, title="Aid", match=Condition(all=(("aid",),)), steps=(),
    quantity=QuantitySpec("money"),
)  # fmt: skip
NOISE = rule(
    id="noise", kind=RuleKind.VOLUME, title="Noise", match=Condition(all=(("mill",),)), steps=(),
    volume=VolumeSpec(timedelta(hours=24), 2.0, 3, 2),
)  # fmt: skip


class Reader:
    """Somebody who reads along: tells articles to a store, and answers its alerts."""

    def __init__(self, store, views, newsroom, *rules: Rule):
        self.store, self.views, self.newsroom = store, views, newsroom
        self.desk = Desk(Judge(rule_set(*rules, terms=WORDS)), {}, Route(("oncall",)))
        self.thread, self.now = "", NOON
        self.told = 0

    def outcome(self, item: Article) -> Outcome:
        self.newsroom.save(item)
        return self.store.judging(lambda unit: judge_article(item, self.desk, unit, item.published))

    def tell(self, title: str, text: str, at: datetime = NOON, outlet: str = "harbour") -> str:
        """The verdict, with `!` where it alerted."""
        self.told += 1
        item = article(title, text, at, id=f"a{self.told}", url=f"https://x.example/{self.told}", publisher=outlet)
        outcome = self.outcome(item)
        if outcome.alerts:
            self.thread = outcome.alerts[0].thread
        return outcome.decisions[0].verdict.kind.value + ("!" if outcome.alerts else "")

    def answer(self, answer: Answer, fault: Fault | None = None, thread: str = "", alert: str = "") -> bool:
        self.now += timedelta(minutes=1)
        said = Response(thread or self.thread, answer, "Ann", self.now, "I was there", None, fault, "cli", alert)
        return self.store.respond(said, self.now)

    def reject(self, fault: Fault = Fault.WRONG) -> bool:
        return self.answer(Answer.REJECT, fault)


@pytest.fixture
def reader(store, views, newsroom):
    return partial(Reader, store, views, newsroom)


ANY_FAULT = pytest.mark.parametrize("fault", list(Fault))
NOT_TRUE = pytest.mark.parametrize("fault", [Fault.WRONG, Fault.NOT_RELEVANT])

# --- events ----------------------------------------------------------------------------------

FIRST = ("Drones hit mill in Varna", "Drones hit the mill in Varna, residents of the quarter wrote.")
AGAIN = ("Fire at Varna mill", "The mill in Varna was hit by drones, the agency writes.")


@ANY_FAULT
def test_a_rejected_story_told_again_by_others_stays_quiet_for_as_long_as_it_is_told(reader, fault):
    ann = reader(rule())
    assert ann.tell(*FIRST) == "new!"
    assert ann.reject(fault)
    told = [ann.tell(*AGAIN, NOON + days * DAY, f"outlet{days}") for days in (0.2, 1, 3, 8, 14)]
    assert told == ["followup"] * 5
    assert [ann.tell(*FIRST, NOON + 3 * HOUR)] == ["followup"]  # word by word


@ANY_FAULT
def test_after_a_rejection_an_event_of_a_later_day_is_news_however_alike(reader, fault):
    ann = reader(rule())
    ann.tell(*FIRST)
    ann.reject(fault)
    assert ann.tell(*AGAIN, NOON + HOUR) == "followup"
    later = ("Drones hit mill in Varna", "Drones hit the mill in Varna on Wednesday, the fire brigade said.")
    assert ann.tell(*later, NOON + DAY + 2 * HOUR) == "new!"
    assert (
        ann.tell("Varna mill burns", "The mill in Varna, hit on Wednesday, still burns.", NOON + 2 * DAY) == "followup"
    )


def test_without_a_rejection_that_event_would_have_been_held_for_known(reader):
    ann = reader(rule())
    ann.tell(*FIRST)
    later = ("Drones hit mill in Varna", "Drones hit the mill in Varna on Wednesday, the fire brigade said.")
    assert ann.tell(*later, NOON + DAY + 2 * HOUR) == "followup"


@ANY_FAULT
def test_a_rejected_event_hides_no_other_one_of_its_day(reader, fault):
    ann = reader(rule())
    ann.tell(*FIRST)
    ann.reject(fault)
    other = ("Drones hit mill near Burgas", "A mill near Burgas was hit by eleven drones; the miller Petar Kolev died.")
    assert ann.tell(*other, NOON + 2 * HOUR) == "new!"


def test_reopening_makes_the_event_known_again_with_all_that_was_told_of_it_meanwhile(reader):
    ann = reader(rule())
    ann.tell(*FIRST)
    before = ann.views.facts("mill")
    ann.reject()
    ann.tell(*AGAIN, NOON + HOUR)
    assert ann.views.facts("mill") == []
    assert ann.answer(Answer.REOPEN)
    assert ann.views.facts("mill")[: len(before)] == before
    assert len(ann.views.facts("mill")) == len(before) + 1
    assert ann.tell("Varna mill: two hurt", "Two were hurt when the mill in Varna was hit.", NOON + DAY) == "followup"


def test_facts_that_are_taken_out_are_kept_with_who_and_why(reader, engine):
    ann = reader(rule())
    ann.tell(*FIRST)
    [taught] = ann.views.facts("mill")
    ann.reject()
    with engine.connect() as connection:
        [row] = connection.exec_driver_sql("SELECT fact_key, author, reason FROM retraction").all()
    assert tuple(row) == (taught.key, "Ann", "wrong: I was there")
    ann.answer(Answer.REOPEN)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM retraction").scalar_one() == 0


def test_the_verdict_on_a_repeat_says_that_people_rejected_the_story(reader):
    ann = reader(rule())
    ann.tell(*FIRST)
    ann.reject()
    ann.tell(*AGAIN, NOON + HOUR)
    [row] = ann.views.verdicts("a2")
    assert "but people rejected this story, as told on 2030-03-11 – 2030-03-12" in row.decision.verdict.reason


def test_what_seeds_say_of_an_event_is_not_touched(reader):
    ann = reader(rule(updates=True, same_event=SameEvent(memory=timedelta(days=30))))
    ann.tell(*FIRST)
    [fact] = ann.views.facts("mill")
    ann.store.replace_seed("s", [replace(fact, key="seed:s:1", source="seed:s")], None, NOON)
    ann.reject()
    assert [left.source for left in ann.views.facts("mill")] == ["seed:s"]


# --- updates ---------------------------------------------------------------------------------

TOLL = ("Drones hit mill in Varna", "Drones hit the mill in Varna on Monday, four people were killed.")
MORE = ("Varna mill: six killed", "Six people were killed when drones hit the mill in Varna on Monday.")
EIGHT = ("Varna mill: eight killed", "Eight people were killed when drones hit the mill in Varna on Monday.")


def last_alert(ann):
    return ann.views.alerts(limit=1)[0].alert


def test_a_rejected_update_takes_out_what_it_told_and_leaves_the_event_as_it_was(reader):
    ann = reader(rule(updates=True))
    assert ann.tell(*TOLL) == "new!"
    before = ann.views.facts("mill")
    assert ann.tell(*MORE, NOON + HOUR, "two") == "followup!"
    update = last_alert(ann)
    assert (update.previous, update.current) == ("4 killed", "6 killed")
    assert ann.answer(Answer.REJECT, Fault.WRONG, alert=update.key)
    assert ann.views.facts("mill") == before
    assert ann.tell(*MORE, NOON + 2 * HOUR, "three") == "followup"  # told before, and rejected


def test_after_a_rejected_update_the_next_one_changes_what_was_known_before_it(reader):
    ann = reader(rule(updates=True))
    ann.tell(*TOLL)
    ann.tell(*MORE, NOON + HOUR, "two")
    ann.answer(Answer.REJECT, Fault.WRONG, alert=last_alert(ann).key)
    assert ann.tell(*EIGHT, NOON + 2 * HOUR, "three") == "followup!"
    assert (last_alert(ann).previous, last_alert(ann).current) == ("4 killed", "8 killed")


def test_an_update_that_is_only_not_new_stays_known_and_a_rejected_event_takes_its_updates_along(reader):
    ann = reader(rule(updates=True))
    ann.tell(*TOLL)
    ann.tell(*MORE, NOON + HOUR, "two")
    taught = ann.views.facts("mill")
    update = last_alert(ann).key
    ann.answer(Answer.REJECT, Fault.NOT_NEW, alert=update)
    assert ann.views.facts("mill") == taught
    ann.answer(Answer.REJECT, Fault.WRONG, alert=update)
    assert len(ann.views.facts("mill")) == len(taught) - 1
    ann.reject()
    assert ann.views.facts("mill") == []
    ann.answer(Answer.REOPEN)
    assert ann.views.facts("mill") == taught


def test_of_an_article_that_brought_both_only_the_edit_is_taken_out(reader):
    ann = reader(rule(updates=True))
    first = article(*TOLL, NOON, id="edited", url="https://x.example/e", publisher="one")
    ann.outcome(first)
    before = ann.views.facts("mill")
    title, text = MORE
    edit = replace(first, title=title, text=text, version=2, extracted_at=NOON + HOUR)
    outcome = ann.store.judging(lambda unit: judge_article(edit, ann.desk, unit, NOON + HOUR))
    [update] = outcome.alerts
    assert update.is_update
    ann.answer(Answer.REJECT, Fault.WRONG, thread=update.thread, alert=update.key)
    assert ann.views.facts("mill") == before


# --- states ----------------------------------------------------------------------------------

CLOSED = ("Border closed", "The border was closed, drivers wrote.")
REOPENED = ("Border reopened", "The border was reopened, the guards said.")


@NOT_TRUE
def test_after_a_rejection_the_state_before_is_the_state_again(reader, fault):
    ann = reader(BORDER)
    assert ann.tell(*CLOSED) == "new!"
    assert ann.reject(fault)
    assert ann.tell(*REOPENED, NOON + HOUR) == "known"  # it is open already
    assert ann.tell("Drivers: border closed", "The border was closed, say drivers.", NOON + 5 * HOUR) == "followup"
    later = ("Border closed", "The government closed the border on Thursday.")
    assert ann.tell(*later, NOON + 2 * DAY + HOUR) == "new!"
    assert ann.tell("Border open", "After four days the border opened for lorries.", NOON + 5 * DAY) == "new!"


def test_a_state_that_is_not_new_holds(reader):
    ann = reader(BORDER)
    ann.tell(*CLOSED)
    assert ann.reject(Fault.NOT_NEW)
    assert ann.tell("Border still closed", "The border was closed on Monday.", NOON + 2 * DAY) == "followup"
    assert ann.tell(*REOPENED, NOON + 3 * DAY) == "new!"


def test_another_reason_for_a_rejection_corrects_the_correction(reader):
    ann = reader(BORDER)
    ann.tell(*CLOSED)
    ann.reject(Fault.WRONG)
    assert ann.views.facts("border") == []
    ann.reject(Fault.NOT_NEW)
    assert [fact.step for fact in ann.views.facts("border")] == ["closed"]


# --- figures ---------------------------------------------------------------------------------


@NOT_TRUE
def test_after_a_rejection_the_figure_before_is_the_last_one_and_the_rejected_one_stays_quiet(reader, fault):
    ann = reader(AID)
    assert ann.tell("Aid of $3 million", "Aid of $3 million was sent.", NOON - 40 * DAY) == "new!"
    assert ann.tell("Aid of $5 million", "Aid of $5 million was sent.") == "new!"
    assert ann.reject(fault)
    assert ann.tell("More aid", "The ministry sent aid worth $5 million.", NOON + DAY) == "followup"
    item = article("Aid of $7 million", "Aid of $7 million was sent.", NOON + 2 * DAY, id="seven")
    [alert] = ann.outcome(item).alerts
    assert (alert.previous, alert.current) == ("$3 million", "$7 million")


@NOT_TRUE
def test_the_same_figure_after_the_memory_of_its_rule_is_another_one(reader, fault):
    ann = reader(AID)
    ann.tell("Aid of $5 million", "Aid of $5 million was sent.")
    ann.reject(fault)
    assert ann.tell("Aid of $5 million", "Aid of $5 million left the port today.", NOON + 30 * DAY) == "new!"


def test_a_new_figure_beside_a_rejected_one_is_news(reader):
    ann = reader(AID)
    ann.tell("Aid of $5 million", "Aid of $5 million was sent.")
    ann.reject()
    assert ann.tell("Aid of $2 million", "Aid of $2 million follows that of $5 million.", NOON + DAY) == "new!"


def test_a_figure_that_is_not_new_stays_known(reader):
    ann = reader(AID)
    ann.tell("Aid of $5 million", "Aid of $5 million was sent.")
    ann.reject(Fault.NOT_NEW)
    assert len(ann.views.facts("aid")) == 1
    assert ann.tell("Aid of $5 million", "Aid of $5 million left the port today.", NOON + 30 * DAY) == "known"


# --- coverage --------------------------------------------------------------------------------


@ANY_FAULT
def test_a_rejected_burst_does_not_burst_again(reader, fault):
    ann = reader(NOISE)
    for day in range(-30, 0, 10):
        ann.tell("The mill", f"The mill opened its gate {day}.", NOON + day * DAY, "one")
    told = [ann.tell("The mill", f"Word {n} of the mill.", NOON + n * HOUR, f"outlet{n}") for n in range(4)]
    assert "new!" in told
    before = ann.views.facts("noise")
    ann.reject(fault)
    assert ann.views.facts("noise") == before
    assert ann.tell("The mill", "One more word of the mill.", NOON + 5 * HOUR, "late") == "followup"
