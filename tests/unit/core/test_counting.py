"""Things that have no unit of their own are counted by the rule's own words."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.figures import counted, figure_words
from monitor.core.model import Figure, RuleKind
from monitor.core.rules import Condition, QuantitySpec
from tests.making import NOON, Stream, article, rule, rule_set, term

DAY = timedelta(days=1)
HOMES = term(
    "homes",
    en=["home", "house"],
    ru=["дом"],
    uk=["будинок"],
    az=["ev", "mənzil"],
    tr=["konut", "ev"],
    ro=["casă", "case"],
)
BUILT = term("built", en=["build"], ru=["построить"], uk=["збудувати"], az=["tikil*"], tr=["inşa"], ro=["construi*"])
RULE = rule(
    id="homes",
    kind=RuleKind.QUANTITY,
    title="Homes built",
    match=Condition(all=(("homes",), ("built",))),
    steps=(),
    quantity=QuantitySpec("homes", minimum=2.0),
)


def homes() -> Stream:
    return Stream(rule_set(RULE, terms=(HOMES, BUILT)))


def values(sentence: str, lang: str = "en") -> list[float]:
    """The homes that the sentence counts."""
    outcome = homes().tell(article("Harbour news", sentence, language=lang))
    claims = (opinion.claim for judgement in outcome.judged.judgements for opinion in judgement.opinions)
    return [figure.value for claim in claims for figure in claim.figures if figure.unit == "homes"]


@pytest.mark.parametrize(
    ("lang", "sentence", "expected"),
    [
        ("en", "The city built 120 homes.", [120]),
        ("en", "The city built 120 new prefabricated homes in May.", [120]),
        ("en", "The city built two thousand houses and 1,400 summer homes.", [2000, 1400]),
        ("en", "The city built between 300 and 350 homes.", [300, 350]),
        ("en", "The city built hundreds of homes; 15 of the homes are empty.", []),
        ("ru", "Город построил 120 новых сборных домов.", [120]),
        ("ru", "Город построил 2,5 тысячи домов.", [2500]),
        ("uk", "Місто збудувало 21 новий будинок.", [21]),
        ("az", "Şəhərdə 120 yeni ev tikilib.", [120]),
        ("tr", "Kentte 1.200 yeni konut inşa edildi.", [1200]),
        ("ro", "Orașul a construit 120 de case.", [120]),
    ],
)
def test_a_number_right_before_the_word_counts_it(lang: str, sentence: str, expected: list[float]) -> None:
    assert sorted(values(sentence, lang)) == sorted(expected)


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "On 12 May homes were built."),
        ("en", "In 2025 new homes were built."),
        ("en", "The 40 people whose homes were built thanked the city."),
        ("en", "Some 40 people lost homes that others had built."),
        ("en", "After 12 fires homes were built anew."),
        ("en", "For 5 million dollars homes were built."),
        ("en", "It built 12, homes included."),
        ("ru", "12 мая дома построили заново."),
        ("ru", "После 12 пожаров дома построили заново."),
        ("uk", "У 2025 році будинки збудували."),
        ("tr", "Kentte 40 kişi ev inşa etti."),
    ],
)
def test_a_number_of_something_else_counts_nothing(lang: str, sentence: str) -> None:
    assert values(sentence, lang) == []


def test_each_number_is_news_once_in_whatever_language() -> None:
    desk = homes()
    assert desk.verdicts(article("120 homes built", "The city built 120 new homes.")) == {"homes": "new!"}
    again = article("Построены дома", "Город построил 120 сборных домов.", NOON + DAY, language="ru")
    assert desk.verdicts(again) == {"homes": "followup"}
    more = article("Konut", "Kentte 300 yeni konut inşa edildi.", NOON + 2 * DAY, language="tr")
    assert desk.verdicts(more) == {"homes": "new!"}


def test_what_is_counted_is_called_by_the_name_of_its_term() -> None:
    outcome = homes().tell(article("Homes", "The city built 1,200 homes."))
    assert outcome.decisions[0].verdict.current == "1,200 homes"
    assert figure_words(Figure(3, "fishing_boats")) == "3 fishing boats"


def test_fewer_than_the_minimum_are_no_news() -> None:
    assert homes().verdicts(article("A home", "The city built one new home.")) == {"homes": "known"}


@given(st.text(max_size=80), st.sampled_from(["en", "ru", "uk", "az", "tr", "ro", "hy", "ka", "de"]), st.data())
def test_any_text_is_counted_without_error(text: str, lang: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for found in counted(text, lang, (start, end), "homes"):
        assert found.figure.text == text[found.start : end]
