"""The newsroom's dates read as a native would write them."""

from datetime import date, timedelta

import pytest

from monitor.demo.dates import MONTHS, WEEKDAYS, day, fill, on_day

AUGUST_8 = date(2025, 8, 8)  # a Friday


@pytest.mark.parametrize(
    ("language", "plain", "on"),
    [
        ("en", "8 August", "on 8 August"),
        ("ru", "8 августа", "8 августа"),
        ("uk", "8 серпня", "8 серпня"),
        ("az", "8 avqust", "avqustun 8-də"),
        ("tr", "8 Ağustos", "8 Ağustos'ta"),
    ],
)
def test_a_day_stands_in_the_case_its_language_asks_for(language: str, plain: str, on: str) -> None:
    assert day(AUGUST_8, language) == plain
    assert on_day(AUGUST_8, language) == on


@pytest.mark.parametrize(
    ("number", "ending"),
    [(1, "1-də"), (6, "6-da"), (9, "9-da"), (10, "10-da"), (16, "16-da"), (20, "20-də"), (30, "30-da")],
)
def test_the_azerbaijani_ending_follows_the_spoken_number(number: int, ending: str) -> None:
    assert on_day(date(2025, 11, number), "az") == f"noyabrın {ending}"


@pytest.mark.parametrize(
    ("month", "words"), [(4, "1 Nisan'da"), (9, "1 Eylül'de"), (11, "1 Kasım'da"), (12, "1 Aralık'ta")]
)
def test_the_turkish_ending_follows_the_month(month: int, words: str) -> None:
    assert on_day(date(2025, month, 1), "tr") == words


def test_every_language_has_twelve_months_and_seven_days() -> None:
    assert {language: len(names.split()) for language, names in MONTHS.items()} == dict.fromkeys(MONTHS, 12)
    assert {language: len(names.split("|")) for language, names in WEEKDAYS.items()} == dict.fromkeys(MONTHS, 7)


def test_placeholders_count_from_today() -> None:
    text = "{weekday:0}, {day:-1}, {on:+24}"
    assert fill(text, "en", AUGUST_8) == "Friday, 7 August, on 1 September"
    assert fill("{weekday:+2}", "ru", AUGUST_8) == "в воскресенье"


@pytest.mark.parametrize("language", sorted(MONTHS))
def test_every_day_of_a_year_can_be_written(language: str) -> None:
    for number in range(366):
        words = fill("{day:0}|{on:0}|{weekday:0}", language, date(2028, 1, 1) + timedelta(days=number))
        assert "{" not in words
        assert all(words.split("|"))
