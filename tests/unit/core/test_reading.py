"""What counts as direct speech."""

from __future__ import annotations

import regex
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.reading import _speeches

# The same as one expression, which takes hours where nothing is ever closed.
PLAIN = regex.compile(r"[«„“\"](?:[^»”\"\s]+[ \t]+){3}[^»”\"\n]*[»”\"]")
PIECES = ["«", "„", "“", '"', "»", "”", "\n", " ", "\t", "\u00a0", "word ", "four words stand here ", "it's "]


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_speech_is_more_than_three_words_between_quotation_marks_of_one_paragraph(text: str) -> None:
    assert list(_speeches(text)) == [match.span() for match in PLAIN.finditer(text)]
