"""How a word in a watchlist finds words in a text."""

from __future__ import annotations

import pytest

from monitor.core.terms import Lexicon
from monitor.core.text import read
from tests.making import term


def found(word: str, text: str, lang: str = "en") -> list[str]:
    document = read("", text, lang)
    return [text[hit.start : hit.end] for hit in Lexicon({"t": term("t", **{lang: [word]})}).scan(document)]


@pytest.mark.parametrize(
    ("word", "lang", "text", "hits"),
    [
        ("strike", "en", "They struck. Strikes! A striker.", ["struck", "Strikes"]),
        ("санкция", "ru", "О санкциях и санкциям, но не санкционный", ["санкциях", "санкциям"]),
        ("нафтобаза", "uk", "на нафтобазі, нафтобазу", ["нафтобазі", "нафтобазу"]),
        ("embarqo", "az", "silah embarqosunun embarqonu", ["embarqosunun", "embarqonu"]),
        ("Bakü", "tr", "Bakü'de Bakü'nün", ["Bakü'de", "Bakü'nün"]),
        ("=AZAL", "en", "Azal and AZAL's and AZAL", ["Azal", "AZAL's", "AZAL"]),
        ("==EU", "en", "The EU’s plan, the EU's, EU, eu's", ["EU’s", "EU's", "EU"]),
        ("==AB", "tr", "AB'nin, AB’ye, ab'nin, ABD'nin", ["AB'nin", "AB’ye"]),
        ("the =EU", "en", "the EU's plan", ["the EU's"]),
        ("=EU's", "en", "the EU's plan, the EU", ["EU's"]),
        ("=AZAL", "az", "AZAL'ın təyyarəsi, AZALın", ["AZAL'ın"]),
        ("==US", "en", "US envoys told us", ["US"]),
        ("sanction*", "en", "sanctions sanctioned unsanctioned", ["sanctions", "sanctioned"]),
        ("fuel depot", "en", "a fuel depot, two fuel depots, fuel and depot", ["fuel depot", "fuel depots"]),
        ("lift ~3 ban", "en", "lifted its long ban; lifted a b c d ban", ["lifted its long ban"]),
        ("Trans-Balkan", "en", "the Trans-Balkan line and a Balkan one", ["Trans-Balkan"]),
        ("gas", "en", "gasoline", []),
        (
            "судно",
            "ru",
            "суда и судов, судам, судами, судах; судно",
            ["суда", "судов", "судам", "судами", "судах", "судно"],
        ),
        ("суд", "ru", "суда и судов, судам, судами, судах; судно", ["суда", "судов", "судам", "судами", "судах"]),
        (
            "екстрадувати",
            "uk",
            "екстрадував, екстрадують, екстрадовано, Екстрадованого, екстрадуватимуть, екстрадується; "
            "екстрадування, екстракт",
            ["екстрадував", "екстрадують", "екстрадовано", "Екстрадованого", "екстрадуватимуть", "екстрадується"],
        ),
        (
            "релоцировать",
            "ru",
            "релоцировал, релоцируют, релоцированы, релоцированного, релоцируются, релоцирующий; релоцирование, релока",
            ["релоцировал", "релоцируют", "релоцированы", "релоцированного", "релоцируются", "релоцирующий"],
        ),
        (
            "арестовать",
            "ru",
            "арестован, арестована, Арестованы, арестовали; арестование, арест; арестованный",
            ["арестован", "арестована", "Арестованы", "арестовали"],
        ),
        ("отменить", "ru", "отменён, отменены; отменный, отменно", ["отменён", "отменены"]),
        ("сбить", "ru", "сбит, сбиты, битый", ["сбит", "сбиты"]),
        ("захватить", "ru", "захвачен, похищен", ["захвачен"]),
        ("вывезти", "ru", "вывезен, вывезено", ["вывезен", "вывезено"]),
        ("снять", "ru", "снят, сняты", ["снят", "сняты"]),
        ("иметь", "ru", "имена, имен", []),
        ("стать", "ru", "стан, станы", []),
        ("обязать", "ru", "обязан", []),
        (
            "арестовать ~2 директор",
            "ru",
            "арестована вся директория; арестован бывший директор",
            [
                "арестован бывший директор",
            ],
        ),
        ("=атаковать", "ru", "атакован", []),
        (
            "затримати",
            "uk",
            "Затриманий, затримана, затриманих, затримано",
            [
                "Затриманий",
                "затримана",
                "затриманих",
                "затримано",
            ],
        ),
        ("засудити", "uk", "засуджені, засуджено; суджений", ["засуджені", "засуджено"]),
        ("захопити", "uk", "захоплених; захоплення", ["захоплених"]),
        ("закрити", "uk", "кордон закрито; закрите засідання", ["закрито"]),
        ("озброїти", "uk", "озброєні сили", []),
        ("Сербия", "ru", "Сербию и Сербией, в Сербии; сербы, серб", ["Сербию", "Сербией", "Сербии"]),
        ("Нигерия", "ru", "в Нигере и Нигером; в Нигерии, Нигерию", ["Нигерии", "Нигерию"]),
        ("Нигер", "ru", "в Нигере, Нигера; Нигерии", ["Нигере", "Нигера"]),
        ("Сирія", "uk", "у Сирії, Сирією; сирий", ["Сирії", "Сирією"]),
        ("cancel", "en", "cancelled, cancelling, canceled", ["cancelled", "cancelling", "canceled"]),
        ("leave", "en", "they left and leave; leaves", ["left", "leave", "leaves"]),
        ("win", "en", "who won", ["won"]),
        ("left", "en", "they leave", []),
        ("депортировать", "ru", "депортирован и депортировали; депортация", ["депортирован", "депортировали"]),
    ],
)
def test_words_find_their_forms_and_nothing_else(word: str, lang: str, text: str, hits: list[str]) -> None:
    assert found(word, text, lang) == hits


def test_words_under_any_hold_in_every_language() -> None:
    lexicon = Lexicon({"t": term("t", "SOCAR")})
    for lang, text in [("ru", "база SOCAR"), ("az", "SOCAR-ın bazası"), ("tr", "SOCAR'ın deposu"), ("ka", "SOCAR")]:
        assert len(lexicon.scan(read("", text, lang))) == 1, lang


def test_a_phrase_never_spans_two_sentences() -> None:
    assert found("fuel depot", "They ran out of fuel. Depot staff left.") == []
