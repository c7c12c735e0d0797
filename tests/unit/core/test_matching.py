"""Where a rule is touched, and what kept it silent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.matching import Match, Matcher
from monitor.core.model import Zone
from monitor.core.rules import Condition, Near, Rule, Score, Step
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


def test_in_the_body_what_a_cue_goes_with_stands_before_it() -> None:
    subject = rule(match=Condition(all=(("mill",),), within=3))
    assert touched(subject, "News", f"{FILLER}\n\n{FILLER}\n\nThe mill was asleep. At dawn drones hit it.")
    assert not touched(subject, "News", f"{FILLER}\n\n{FILLER}\n\nDrones hit the coast. The mill was asleep.")


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


# --- near ------------------------------------------------------------------------------------

NIGHT, LAND = term("night", en=["night"]), term("land", en=["Ruritania"])


def near(*groups: tuple[str, ...], words: int | None = None, sentences: int | None = None, within: int = 3) -> Rule:
    return rule(match=Condition(all=(("mill",),), within=within, near=(Near(groups, words, sentences),)))


@pytest.mark.parametrize(
    ("text", "close"),
    [
        ("A strike at night.", True),
        ("A strike at two in the night at the mill.", True),
        ("At night there was a strike.", True),
        ("A strike at one or two in the night.", False),
        ("It was night. A strike followed.", False),
        ("A strike came at noon and not by any means at night; by night a strike came.", True),
    ],
)
def test_near_counts_the_words_between_in_one_sentence(text: str, close: bool) -> None:
    assert touched(near(("hit",), ("night",), words=4), "The mill", text, NIGHT) is close


def test_all_items_of_near_stand_within_the_distance_together() -> None:
    subject = near(("hit",), ("night",), ("land",), words=3)
    assert touched(subject, "The mill", "A strike in Ruritania at night.", NIGHT, LAND)
    assert not touched(subject, "The mill", "A night in Ruritania, then and there a strike.", NIGHT, LAND)


def test_where_the_cue_is_an_item_of_near_it_is_this_cue_that_counts() -> None:
    text = "A strike on the mill. One more strike at night."
    found = match(near(("hit",), ("night",), words=2), "News", text, NIGHT)
    assert found is not None
    assert [passage.sentence for passage in found.passages] == [2]
    assert NIGHT.name in {hit.term for hit in found.passages[0].hits}, "what was near is evidence"


def test_what_is_near_may_stand_beside_any_cue_of_the_passage() -> None:
    subject = near(("land",), ("night",), words=2)
    assert touched(subject, "News", "Ruritania by night. The mill was hit.", NIGHT, LAND)
    found = match(subject, "News", "Ruritania slept that night well. Night fell. The mill was hit.", NIGHT, LAND)
    assert found is not None
    assert "near “hit” there are not" not in found.missed


@pytest.mark.parametrize(
    ("sentences", "text", "close"),
    [
        (1, "A strike at night.", True),
        (1, "It was night. A strike came.", False),
        (2, "It was night. A strike came.", True),
        (2, "It was night. All slept. A strike came.", False),
        (3, "It was night. All slept. A strike came.", True),
    ],
)
def test_near_counts_neighbouring_sentences(sentences: int, text: str, close: bool) -> None:
    subject = near(("hit",), ("night",), sentences=sentences)
    assert touched(subject, "The mill", text, NIGHT) is close


def test_for_near_the_title_is_a_neighbour_of_the_lead_and_never_in_the_same_sentence() -> None:
    text = "All was calm. People slept. A drone hit the mill."
    assert touched(near(("hit",), ("night",), sentences=2), "By night", text, NIGHT)
    assert not touched(near(("hit",), ("night",), sentences=1), "By night", text, NIGHT)


@pytest.mark.parametrize(
    ("subject", "missed"),
    [
        (near(("hit",), ("night",), words=2), "“hit” stands without night within 2 words"),
        (near(("hit",), ("night", "land"), sentences=1), "“hit” stands without night or land in its sentence"),
        (near(("hit",), ("night",), ("land",), sentences=2), "“hit” stands without night and land within 2 sentences"),
        (near(("land",), ("night",), words=0), "near “hit” there are not land and night within 0 words of one another"),
        (near(("land",), ("mill",), sentences=1), "near “hit” there are not land and mill in one sentence"),
    ],
)
def test_a_miss_says_what_is_too_far(subject: Rule, missed: str) -> None:
    text = "Night fell on Ruritania. Then a long time nothing. All saw it hit."
    found = match(subject, "The mill", text, NIGHT, LAND)
    assert found is not None
    assert found.missed == missed


def test_near_in_the_context_is_asked_of_title_lead_and_the_paragraph_of_the_cue() -> None:
    subject = rule(context=Condition(near=(Near((("land",), ("night",)), words=1),)))
    assert touched(subject, "Ruritania by night", "The mill was hit.", NIGHT, LAND)
    found = match(subject, "Ruritania", "The mill was hit one night.", NIGHT, LAND)
    assert found is not None
    assert found.missed == "title, lead and its paragraph do not have land and night within 1 word of one another"


def test_near_alone_is_a_condition() -> None:
    subject = rule(match=Condition(near=(Near((("mill",), ("hit",)), words=3),)), steps=())
    assert touched(subject, "News", "They hit the mill.")
    assert not touched(subject, "News", "They hit all that there was but the mill.")


@given(st.lists(st.sampled_from(["strike", "night", "Ruritania", "so"]), min_size=1, max_size=14), st.integers(0, 6))
def test_near_finds_what_trying_every_combination_finds(words: list[str], limit: int) -> None:
    places = {name: [n for n, word in enumerate(words) if word == name] for name in ("strike", "night", "Ruritania")}
    expected = any(
        max(a, b, c) - min(a, b, c) - 1 <= limit
        for a in places["strike"]
        for b in places["night"]
        for c in places["Ruritania"]
    )
    subject = near(("hit",), ("night",), ("land",), words=limit)
    assert touched(subject, "The mill", f"{' '.join(words)}.", NIGHT, LAND) is expected


# --- score, zones ----------------------------------------------------------------------------


def weighed(threshold: float, **weights: float) -> Condition:
    return Condition(score=Score(tuple(weights.items()), threshold))


def test_a_score_counts_each_term_of_the_passage_once() -> None:
    subject = rule(match=weighed(3, mill=2, night=1, labour=-3))
    assert touched(subject, "News", "A strike on the mill at night.", NIGHT)
    assert not touched(subject, "News", "A strike on the mill, the mill.", NIGHT)
    found = match(subject, "News", "A strike on the mill at night, the union said.", NIGHT)
    assert found is not None
    assert found.missed == "the score is 0 (mill +2, night +1, labour -3) and not 3 near “strike”"


def test_a_score_in_the_context_counts_title_lead_and_the_paragraph() -> None:
    subject = rule(context=weighed(2, night=1, land=1))
    assert touched(subject, "Ruritania", "The mill was hit. Night fell.", NIGHT, LAND)
    assert not touched(subject, "Ruritania", f"The mill was hit. {FILLER} {FILLER}\n\nNight fell.", NIGHT, LAND)


def test_a_score_alone_is_a_condition_and_needs_a_word_that_weighs_for_it() -> None:
    subject = rule(match=weighed(1, mill=2, labour=-1), steps=())
    assert touched(subject, "News", "The mill of the union.")
    assert match(subject, "News", "The union.") is None


@pytest.mark.parametrize(
    ("zones", "title", "hit"),
    [
        ((Zone.TITLE,), "Mill hit", True),
        ((Zone.TITLE,), "Mill stands", False),
        ((Zone.LEAD,), "Mill stands", True),
        ((Zone.LEAD, Zone.BODY), "Mill stands", True),
        ((Zone.BODY,), "Mill hit", False),
    ],
)
def test_a_cue_counts_in_the_parts_that_are_named(zones: tuple[Zone, ...], title: str, hit: bool) -> None:
    text = "The mill was hit." if title == "Mill stands" else "All is calm."
    assert touched(rule(match=Condition(all=(("mill",),), zones=zones)), title, text) is hit
    assert touched(rule(steps=(Step("hit", ("hit",), zones=zones),)), title, text) is hit


def test_a_miss_says_where_the_cue_stands_and_where_it_should() -> None:
    subject = rule(match=Condition(all=(("mill",),), zones=(Zone.TITLE, Zone.BODY)))
    found = match(subject, "News", "The mill was hit.")
    assert found is not None
    assert found.missed == "“hit” stands in the lead, not in title or body"


def test_a_step_may_be_told_in_one_part_and_another_step_anywhere() -> None:
    steps = (Step("calm", ("night",), zones=(Zone.TITLE,)), Step("hit", ("hit",)))
    found = match(rule(steps=steps), "News", "The mill was hit at night.", NIGHT)
    assert found is not None
    assert {passage.step.id for passage in found.passages} == {"hit"}


# --- rules do not meddle with one another ------------------------------------------------------


@given(st.permutations(range(4)))
def test_the_order_and_the_company_of_rules_change_no_match(order: list[int]) -> None:
    rules = [
        near(("hit",), ("night",), words=4),
        rule(id="scored", match=weighed(2, mill=1, night=1)),
        rule(id="titled", match=Condition(all=(("mill",),), zones=(Zone.TITLE,))),
        rule(id="labour", match=Condition(all=(("labour",),), none=("night",))),
    ]
    document = read("Mill hit", "Drones hit the mill at night. The union will strike at the mill.", "en")

    def found(*chosen: Rule) -> dict[str, tuple[object, str]]:
        matches = Matcher(rule_set(*chosen, terms=(*TERMS, NIGHT))).match(document)
        return {match.rule.id: (match.passages, match.missed) for match in matches}

    alone = {name: told for subject in rules for name, told in found(subject).items()}
    assert found(*(rules[number] for number in order)) == alone


@pytest.mark.parametrize(
    ("subject", "text", "missed"),
    [
        (
            rule(steps=(Step("hit", ("hit",), unless=("night",)),)),
            "The mill is old. The mill was struck by night.",
            "“strike” stands in sentence 2 together with “night”",
        ),
        (
            rule(match=Condition(all=(("mill",),), none=("land",))),
            "In Ruritania all was calm. The mill was hit.",
            "“hit” stands in sentence 2 near “Ruritania” (land) in sentence 1",
        ),
        (
            rule(match=Condition(all=(("mill",), ("land", "night")), within=2), steps=(Step("x", ("night", "land")),)),
            "The mill.",
            "no word of land or night",
        ),
    ],
)
def test_what_stands_in_the_way_is_told_with_its_word_and_its_place(subject: Rule, text: str, missed: str) -> None:
    found = match(subject, "News", text, NIGHT, LAND)
    assert found is not None
    assert found.missed == missed
