"""Patterns of terms: what they find, what is refused, and what becomes of one that takes too long."""

from __future__ import annotations

import sys

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.judge import Judge, judge
from monitor.core.matching import Matcher
from monitor.core.patterns import BadPattern, Patterns, check, literal
from monitor.core.rules import Condition, Term
from monitor.core.text import read
from monitor.memory import MemoryLedger
from tests.making import TERMS, article, rule, rule_set, term

SLOW = r"/(?:\p{Greek}{2}|\p{Greek}| )+$/"  # harmless, except on Greek
GREEK = "αβγδ " * 200 + "!"


def found(pattern: str, text: str, title: str = "", lang: str = "en") -> list[str]:
    hits, overdue = Patterns({"t": term("t", pattern)}).scan(read(title, text, lang))
    assert overdue == ()
    return [(text if hit.sentence else title)[hit.start : hit.end] for hit in hits]


@pytest.mark.parametrize(
    ("pattern", "text", "hits"),
    [
        (r"/No\. \d{3}/", "Decree No. 117 and No. 12.", ["No. 117"]),
        (r"/(?-i:US)/", "US envoys told us", ["US"]),
        (r"/AN-?\d+/", "An AN-26 and an An124.", ["AN-26", "An124"]),
        (r"/-2/", "An AN-26 fell.", ["26"]),
        (r"/oil.*fire/", "The oil is here. A fire is there.", []),
        (r"/oil[^,]*fire/", "The oil. The oil on fire. No fire.", ["oil on fire"]),
        (r"/^fire/", "Fire here. No fire. Fire there.", ["Fire", "Fire"]),
        (r"/№\s*\d/", "Указ № 5", ["5"]),
        (r"/№/", "Указ № 5", []),
        (r"/\w/", "A dog.", ["A", "dog"]),
    ],
)
def test_a_hit_is_the_words_that_a_pattern_touches_in_one_sentence(pattern: str, text: str, hits: list[str]) -> None:
    assert found(pattern, text) == hits


def test_a_pattern_is_held_against_the_title_and_not_against_what_is_set_aside() -> None:
    text = "Fire nr 1.\n\nRead also: Fire nr 2."
    hits, _ = Patterns({"t": term("t", r"/nr \d/")}).scan(read("Fire nr 3", text, "en"))
    assert [(hit.sentence, hit.first, hit.last) for hit in hits] == [(0, 1, 2), (1, 1, 2)]


def test_a_pattern_of_one_language_leaves_the_others_alone() -> None:
    subject = Patterns({"t": Term("t", {"ru": (r"/№ ?\d+/",), "any": ("/SOCAR-\\d/",)})})
    assert len(subject.scan(read("", "№ 12 и SOCAR-5", "ru"))[0]) == 2
    assert len(subject.scan(read("", "№ 12 and SOCAR-5", "uk"))[0]) == 1


def test_words_and_patterns_of_a_term_are_alternatives() -> None:
    subject = rule(match=Condition(all=(("depot",),)))
    depot = term("depot", en=["warehouse", r"/tank[- ]farms?/"])
    matcher = Matcher(rule_set(subject, terms=(*TERMS, depot)))
    for text in ("Drones hit the warehouse.", "Drones hit a tank-farm."):
        assert matcher.match(read("", text, "en"))[0].passages, text
    assert matcher.match(read("", "Drones hit a tank.", "en")) == []


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        ("/(a/", "no regular expression: missing )"),
        (r"/\p{Klingon}/", "no regular expression: unknown property"),
        ("/(fire)?/", "also matches nothing"),
        (r"/\b/", "also matches nothing"),
        ("/(?=a)|x/", "also matches nothing"),
        ("/./", "matches every word"),
        (r"/\w+/", "matches every word"),
        ("/(a+)+[xy]/", "takes too long"),
        (r"/(?:\w+ ?)+[!?]/", "takes too long"),
        (r"/(?:ab|a|b)+$/", "takes too long"),
        ("/(?R)/", "takes too long"),
        ("/(?:(?:(?:a{99}){99}){99}){99}/", "too many repeats"),
        (f"/{'a' * 301}/", "of 301 characters"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused(pattern: str, complaint: str) -> None:
    with pytest.raises(BadPattern, match=regex.escape(complaint)):
        check(pattern)


@pytest.mark.parametrize("pattern", [r"/\b[A-Z]{2}-\d{2,4}\b/", r"/\w+-\d{3}/", r"/\d+ [^.]*(?:missiles|drones)/"])
def test_an_ordinary_pattern_is_accepted(pattern: str) -> None:
    check(pattern)


# --- the time limit ----------------------------------------------------------------------------


def test_a_pattern_that_takes_too_long_is_not_found_and_the_other_words_are() -> None:
    check(SLOW)
    depot = Term("depot", {"any": ("warehouse", SLOW)}, "lists/a.yaml", 7)
    ruleset = rule_set(
        rule(match=Condition(all=(("depot",),))), rule(id="other"), terms=(*TERMS, depot, term("quick", "/warehou+se/"))
    )
    subject = article("Drones hit the warehouse", f"A strike on the mill.\n\n{GREEK}")
    judged = judge(Judge(ruleset).prepare(subject), MemoryLedger(), subject.published)
    assert {judgement.rule.id for judgement in judged.judgements} == {"mill", "other"}
    (note,) = judged.notes
    assert note.rules == ("mill",)
    assert note.words == (
        f"the pattern {SLOW} of depot (lists/a.yaml:7) took too long in sentence 2 and counts as not found"
    )


# --- the letters that every match must have ------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"/No\. \d{3}/", "no. "),
        ("/a+b?cd*e/", "a"),
        ("/(?:foo|bar) Baz/", " baz"),
        ("/foo|bar/", ""),
        ("/(?i)abc/", ""),
        (r"/\x41bcd/", ""),
        (r"/a\{b\|c/", "a{b|c"),
        ("/(a(b)c)+ defg/", " defg"),
        ("/(?P<x>a)bcd/", "bcd"),
        ("/foo{2,3}/", "fo"),
        ("/foo{e<=1}/", "fo"),
        ("/[]a]bc/", ""),
        ("/x[[:alpha:]]y/", ""),
        ("/İstanbul/", "istanbul"),
    ],
)
def test_the_literal_of_a_pattern(pattern: str, expected: str) -> None:
    assert literal(pattern) == expected


def test_letters_that_are_one_another_without_capitals_are_folded_alike() -> None:
    """Or an article would be passed over that has the word in capitals."""
    cased = [
        letter for letter in map(chr, range(sys.maxunicode + 1)) if letter.lower() != letter or letter.upper() != letter
    ]
    for letter in cased:
        others = {letter.lower(), letter.upper(), letter.swapcase(), letter.title(), letter.casefold(), *"iIıİsSſkKK"}
        for other in others:
            if len(other) == 1 and regex.fullmatch(regex.escape(letter), other, regex.IGNORECASE):
                assert literal(f"/{other}{other}/") == literal(f"/{letter}{letter}/"), (letter, other)


PIECES = st.sampled_from(
    [
        "a",
        "B",
        "ı",
        "İ",
        "я",
        "5",
        " ",
        ".",
        r"\.",
        r"\d",
        r"\w",
        "[ab]",
        "[^b]",
        "(?:ab|c)",
        "(a)",
        "?",
        "*",
        "+",
        "{2}",
        "|",
        "^",
        "$",
    ]
)


@given(st.lists(PIECES, min_size=1, max_size=8), st.text("aAbBcıIiİЯя5 .", max_size=12))
def test_what_matches_has_the_literal(pieces: list[str], text: str) -> None:
    source = "".join(pieces)
    try:
        expression = regex.compile(source, regex.IGNORECASE)
    except regex.error:
        return
    if expression.search(text):
        folded = literal("/" + regex.escape(text, special_only=True) + "/") if text else ""
        assert literal(f"/{source}/") in folded


@given(st.text("αβ x", max_size=60))
def test_a_pattern_never_reaches_over_the_end_of_a_sentence(text: str) -> None:
    document = read("", text, "en")
    for hit in Patterns({"t": term("t", r"/β\s*α|x[^y]*α/")}).scan(document)[0]:
        sentence = document.sentences[hit.sentence]
        assert sentence.start <= hit.start < hit.end <= sentence.end
