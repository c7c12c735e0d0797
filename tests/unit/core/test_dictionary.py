"""A dictionary under folded words says what simplemma says under the words as they are written."""

from __future__ import annotations

from itertools import islice

import pytest
from simplemma.strategies import DefaultDictionaryFactory

from monitor.core.language.dictionary import LISTED, dictionary
from monitor.core.language.folding import fold


@pytest.mark.parametrize("lang", LISTED)
def test_every_word_in_small_letters_has_its_own_lemma(lang: str) -> None:
    words = DefaultDictionaryFactory().get_dictionary(lang)
    some = [word for word in islice(words, 0, None, 97) if fold(word, lang) == word]
    assert len(some) > 500
    assert {word: dictionary(lang).lemma(word) for word in some} == {word: fold(words[word], lang) for word in some}


def test_a_name_is_found_as_a_name_before_the_common_word_that_is_written_alike() -> None:
    russian = dictionary("ru")
    assert (russian.name("путина"), russian.lemma("путина")) == ("путин", "путина")
    assert russian.name("стол") is None


def test_ё_is_found_without_its_dots() -> None:
    assert dictionary("ru").lemma("еж") == "еж"
    assert dictionary("ru").lemma("самолетом") == "самолет"


def test_what_no_word_begins_with_is_told_from_the_stems_of_words() -> None:
    russian = dictionary("ru")
    assert all(russian.begins(stem) for stem in ("мельн", "мельничн", "мельничный", "московск"))
    assert not any(russian.begins(stem) for stem in ("балмекдор", "мельничныймельн"))


@pytest.mark.parametrize("word", ["\0", "2\x000", "мель\0ник", "^", ""])
def test_what_is_no_word_has_no_lemma(word: str) -> None:
    for lang in ("en", "ru"):
        assert (dictionary(lang).lemma(word), dictionary(lang).name(word)) == (None, None)


def test_abbreviations_are_no_words_in_small_letters() -> None:
    assert dictionary("en").lemma("nasa") is None
