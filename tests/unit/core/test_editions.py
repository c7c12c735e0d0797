"""What changed from one edition of the files to the next, in words."""

from __future__ import annotations

import pytest

from monitor.core.editions import Changes, Edition, Saved, announcement, changes
from tests.making import NOON

BEFORE = {
    "rule": {"gas": ("a", "1"), "war": ("b", "1")},
    "source": {"apa": ("s",)},
    "routes": {"routes": ("r",)},
}


def after(**sections: dict[str, tuple[str, ...]]) -> dict[str, dict[str, tuple[str, ...]]]:
    return BEFORE | sections


CASES: dict[str, tuple[dict, str, tuple[str, ...]]] = {
    "nothing that counts": (BEFORE, "comments and layout only", ()),
    "a new rule": (
        after(rule=BEFORE["rule"] | {"oil": ("c", "1")}),
        "+1 rule",
        ("Rule: new oil",),
    ),
    "one new, one gone, one edited": (
        after(rule={"oil": ("c", "1"), "war": ("x", "1")}),
        "+1 rule, −1, 1 edited",
        ("Rule: new oil; gone gas; edited war",),
    ),
    "what counts goes before wording": (
        after(rule={"gas": ("a", "2"), "war": ("x", "2")}),
        "1 rule edited, 1 reworded",
        ("Rule: edited war; reworded gas",),
    ),
    "several kinds": (
        after(source={"apa": ("s",), "tass": ("t",), "trt": ("u",)}, routes={"routes": ("q",)}),
        "+2 sources; routes edited",
        ("Source: new tass, trt", "Routes: edited routes"),
    ),
    "lists as the database gives them are the same": (after(source={"apa": ["s"]}), "comments and layout only", ()),
    "a kind that was not there before": (after(seed={"talks": ("s",)}), "+1 seed", ("Seed: new talks",)),
}


@pytest.mark.parametrize("case", CASES)
def test_each_kind_of_change_has_its_words(case: str) -> None:
    given, words, details = CASES[case]
    assert changes(BEFORE, given) == Changes(words, details)


def test_the_first_edition_tells_what_there_is() -> None:
    assert changes(None, BEFORE).words == "2 rules, 1 source"


def test_many_names_are_counted_not_listed() -> None:
    many = {f"r{number:02}": ("a",) for number in range(30)}
    [line] = changes({"source": {}}, {"source": many}).details
    assert line == "Source: new r00, r01, r02, r03, r04, r05, r06, r07 and 22 more"


def test_an_announcement_goes_to_its_channels_once_for_each_number() -> None:
    alert = announcement(Edition(42, NOON, "+1 rule", ("Rule: new oil",)), NOON, ("desk",))
    assert (alert.key, alert.channels) == ("monitor:edition:42", ("desk",))
    assert alert.headline == "Rules v42 live: +1 rule"
    assert [evidence.text for evidence in alert.evidence] == ["Rule: new oil"]


def test_an_announcement_names_who_saved_the_files_at_the_desk() -> None:
    saved = [Saved("watchlists/gas.yaml", "Ann", "too loud"), Saved("seeds/talks.yaml", "Ben", "")]
    alert = announcement(Edition(42, NOON, "2 edited", ("Rule: edited gas",)), NOON, ("desk",), saved)
    assert [evidence.text for evidence in alert.evidence] == [
        "Rule: edited gas",
        "watchlists/gas.yaml was saved at the desk by Ann: too loud",
        "seeds/talks.yaml was saved at the desk by Ben",
    ]
