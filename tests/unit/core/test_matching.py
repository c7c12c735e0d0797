"""Where a rule is touched, and what kept it silent."""

from __future__ import annotations

import pytest

from monitor.core.matching import Match, Matcher
from monitor.core.rules import Condition, Rule, Step
from monitor.core.text import read
from tests.making import TERMS, rule, rule_set, term

FILLER = " ".join(f"Nothing of note was said in part {n} of the report." for n in range(8))


def match(subject: Rule, title: str, text: str, *more: object) -> Match | None:
    found = Matcher(rule_set(subject, terms=(*TERMS, *more))).match(read(title, text, "en"))
    return found[0] if found else None


def touched(*args: object) -> bool:
    found = match(*args)  # type: ignore[arg-type]
    return found is not None and bool(found.passages)


def test_a_cue_beside_the_subject_is_a_passage() -> None:
    assert touched(rule(), "News", "Drones hit the mill at dawn.")


def test_words_far_apart_in_the_body_are_no_passage() -> None:
    found = match(rule(), "News", f"The mill opened a shop. {FILLER} {FILLER} A storm hit the coast.")
    assert found is not None
    assert not found.passages
    assert "without mill near it" in found.missed


def test_the_title_is_a_neighbour_of_the_whole_lead() -> None:
    assert touched(rule(), "Fire at the mill", "It was a calm night. People slept. Then a drone hit it.")


def test_a_word_that_must_not_be_near_silences() -> None:
    subject = rule(match=Condition(all=(("mill",),), none=("labour",), within=2))
    found = match(subject, "Union calls strike at the mill", "Workers of the mill will strike, the union said.")
    assert found is not None
    assert not found.passages
    assert "labour" in found.missed


def test_the_first_actor_named_must_be_the_right_one() -> None:
    us, them = term("us", en=["Ruritania"]), term("them", en=["Sylvania"])
    subject = rule(match=Condition(all=(("mill",),), within=2, actor=("us",), rivals=("them",)))
    assert touched(subject, "Ruritania strikes Sylvania's mill", "It was at dawn.", us, them)
    assert not touched(subject, "Sylvania strikes Ruritania's mill", "It was at dawn.", us, them)
    assert not touched(subject, "Strike on mill", "It was at dawn.", us, them)


def test_context_is_asked_of_title_and_lead_only() -> None:
    land = term("land", en=["Ruritania"])
    subject = rule(context=Condition(all=(("land",),)))
    assert touched(subject, "Ruritania: strike on mill", "It was at dawn.", land)
    assert not touched(subject, "Strike on mill", f"It was at dawn. {FILLER} {FILLER} Ruritania is far.", land)


def test_a_step_asks_for_its_own_words_too() -> None:
    night = term("night", en=["night"])
    subject = rule(steps=(Step("hit", ("hit",), needs=(("night",),)),))
    assert touched(subject, "Mill hit in the night", "No more is known.", night)
    assert not touched(subject, "Mill hit", "No more is known.", night)


@pytest.mark.parametrize("text", ["", "Drones hit the harbour.", "The mill is open."])
def test_an_article_without_all_words_has_no_passage(text: str) -> None:
    assert not touched(rule(), "News", text)


def test_an_unrelated_rule_changes_no_other_rules_matches() -> None:
    other = rule(id="other", match=Condition(all=(("labour",),)))
    document = read("Drones hit the mill", "It was at dawn.", "en")
    alone = Matcher(rule_set(rule())).match(document)
    together = [m for m in Matcher(rule_set(other, rule())).match(document) if m.rule.id == "mill"]
    assert [m.passages for m in alone] == [m.passages for m in together]
