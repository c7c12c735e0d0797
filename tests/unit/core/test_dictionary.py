"""The sieve before the dictionaries says no only of words that are not there."""

from __future__ import annotations

from monitor.core.language.dictionary import Sieved

WORDS = {f"word{n}": f"lemma{n}" for n in range(2_000)}


def test_a_filled_sieve_lets_every_word_of_the_dictionary_through() -> None:
    sieved = Sieved(WORDS)
    for n in range(10_000):  # more look-ups than the sieve waits for
        sieved.get(f"strange{n}")
    assert sieved._sieve
    assert all(sieved.get(word) == lemma for word, lemma in WORDS.items())


def test_strange_words_get_the_default_before_and_after_it_is_filled() -> None:
    sieved = Sieved(WORDS)
    answers = {sieved.get(f"strange{n}", "none") for n in range(10_000)}
    assert sieved._sieve
    assert answers == {"none"}


def test_few_look_ups_never_fill_it() -> None:
    sieved = Sieved(WORDS)
    for n in range(len(WORDS) // 32):
        sieved.get(f"strange{n}")
    assert not sieved._sieve


def test_no_stem_of_a_listed_word_is_said_to_begin_none() -> None:
    words = {"Норвик": "Норвик", "мельничный": "мельничный", "чёрносотенный": "чёрносотенный", "п’ятниця": "п’ятниця"}
    sieved = Sieved(words | WORDS)
    for n in range(10_000):
        sieved.get(f"strange{n}")
    stems = ["норвик", "мельни", "мельничный", "черносотен", "п'ятниця", "мель"]
    assert all(sieved.may_begin(stem) for stem in stems)
    assert not any(sieved.may_begin(stem) for stem in ("балмекдор", "strangest", "норвежский"))
