"""When an article counts as edited, and when its page is read again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.editing import (
    APART,
    MOST,
    NEW_DATE,
    NEW_WORDS,
    WITHIN,
    difference,
    gist,
    read_again_at,
    says_else,
    shown,
    signs_of_edits,
)
from monitor.core.model import Entry
from tests.making import NOON, article

ENTRY = Entry("id", ("id",), "https://x.example/1", "Three hurt", "A blast.", "text", published_raw="noon")
TEXT = "The mill burned for three hours and two of its workers were hurt.\n\nThe fire is out."


def signs(*pairs: tuple[Entry, Entry]) -> list[str]:
    return signs_of_edits([(shown(before), shown(now)) for before, now in pairs])


@pytest.mark.parametrize(
    ("change", "sign"),
    [
        ({}, ""),
        ({"title": "Five hurt"}, NEW_WORDS),
        ({"summary": "Two blasts."}, NEW_WORDS),
        ({"title": "THREE  hurt!"}, ""),  # trivia
        ({"published_raw": "one"}, NEW_DATE),
        ({"updated": "one"}, NEW_DATE),
        ({"content": "other"}, ""),  # full texts in feeds come with lists of links that change
        ({"author": "B"}, ""),
    ],
)
def test_other_words_and_other_dates_are_signs_of_an_edit(change, sign):
    assert signs((ENTRY, replace(ENTRY, **change))) == [sign]


def test_the_text_of_an_entry_without_a_page_is_among_its_words():
    before = replace(ENTRY, url=None)
    assert signs((before, replace(before, content="other"))) == [NEW_WORDS]


def test_a_feed_that_dates_everything_anew_says_nothing_by_it():
    again = replace(ENTRY, updated="later")
    assert signs(*[(ENTRY, again)] * 3) == [""] * 3
    assert signs(*[(ENTRY, again)] * 3, (ENTRY, ENTRY)) == [NEW_DATE] * 3 + [""]
    assert signs(*[(ENTRY, again)] * 3, (ENTRY, replace(again, title="Five hurt")))[3] == NEW_WORDS


def test_a_page_is_read_again_some_minutes_later_and_only_some_times():
    assert read_again_at(NOON, NOON, 0, NOON) == NOON + APART
    assert read_again_at(NOON, NOON, 0, NOON + 2 * APART) == NOON + 2 * APART
    assert read_again_at(NOON, NOON, MOST, NOON + 2 * APART) is None
    assert read_again_at(NOON, NOON, 0, NOON + WITHIN + timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    "text",
    [
        TEXT.upper(),
        TEXT.replace("\n\n", "\n"),
        TEXT.replace(".", " . "),
        f"Read: 1,204\n\n{TEXT}\n\nUpdated 12:40",
    ],
)
def test_trivia_is_no_edit(text):
    assert not says_else(article("Fire", TEXT), article("Fire", text))


@pytest.mark.parametrize(
    ("title", "text"),
    [("Fire put out", TEXT), ("Fire", TEXT.replace("two", "six")), ("Fire", TEXT + "\n\nA man was detained.")],
)
def test_other_words_are(title, text):
    assert says_else(article("Fire", TEXT), article(title, text))


def test_a_text_without_sentences_has_a_gist_all_the_same():
    assert gist("", "four words, no sentence") != gist("", "four others, no sentence")


def test_a_difference_is_told_by_title_and_sentence_and_is_none_where_only_blanks_differ():
    before = article("Mill burns", TEXT)
    assert difference(before, replace(before, text=TEXT.replace(" two ", "  two "))) == []
    assert difference(before, replace(before, title="Mill burnt"))[:3] == [
        "@@ -1,2 +1,2 @@",
        "-Mill burns",
        "+Mill burnt",
    ]
