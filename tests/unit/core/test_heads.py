"""What `Heads` rules out has none of the keys."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import pytest
from simplemma.strategies import DefaultDictionaryFactory

from monitor.core import language
from monitor.core.language import Heads
from monitor.core.language.az import IRREGULAR, STEMS
from monitor.core.language.dictionary import LISTED
from monitor.core.language.endings import TABLES

EVERY = 997  # of the words of a dictionary; every fourth takes twenty minutes, and was tried once
ENDINGS = {
    **{lang: ("", *table.endings, *table.guarded) for lang, table in TABLES.items()},
    "ru": ("", "ами", "ов", "ировали", "ованный"),
    "uk": ("", "ами", "ці", "ів", "ували", "ований"),
    "az": ("", "lar", "lərin", "ğa", "yə", "ib", "ında", "'nin", "ların", "edilib"),
    "tr": ("", "lar", "lerin", "ğa", "ında", "'nin", "ıyor", "larını", "dı"),
}


def words(lang: str) -> Iterator[str]:
    """Words as they may stand in a text: those of a dictionary and those with endings that it does not list."""
    known = DefaultDictionaryFactory().get_dictionary(lang) if lang in LISTED else sorted(STEMS | IRREGULAR.keys())
    some = list(islice(known, 0, None, EVERY if lang in LISTED else 1))
    for number, word in enumerate(some):
        ending = ENDINGS[lang][number % len(ENDINGS[lang])]
        for form in (word, word + ending, word[:3] + ending, word[:5] + ending):
            yield from (form, form.capitalize(), form.upper(), f"'{form}", form.replace("a", "â"))


@pytest.mark.parametrize("lang", language.LANGUAGES)
def test_no_word_is_ruled_out_that_has_the_key(lang: str) -> None:
    tried = {word for word in words(lang) if "-" not in word}
    assert len(tried) > 1000
    heads: dict[str, Heads] = {}
    wrong = [
        (word, key)
        for word in tried
        for key in language.keys(word, lang)
        if not heads.setdefault(key, Heads([key], lang)).may_have(word, language.fold(word, lang))
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("lang", "key", "word"),
    [
        ("en", "go", "went"),
        ("ru", "писать", "пишут"),
        ("uk", "лити", "ллє"),
        ("az", "et", "edib"),
        ("tr", "kap", "kabı"),
    ],
)
def test_irregular_forms_are_not_ruled_out(lang: str, key: str, word: str) -> None:
    assert key in language.keys(word, lang)
    assert Heads([key], lang).may_have(word, word)


def test_what_begins_otherwise_is_ruled_out() -> None:
    heads = Heads(["strike", "sanction"], "en")
    assert [word for word in ("minister", "sand", "state", "strikes", "struck") if heads.may_have(word, word)] == [
        "strikes",
        "struck",
    ]
