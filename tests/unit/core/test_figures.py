"""Numbers with units in base units, in the languages of the watchlists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.figures import figure_words, find_figures, same_figure
from monitor.core.model import Figure

GOLDEN = [
    # Money, however it is written.
    ("en", "a grant of $2m", [(2e6, "USD")]),
    ("en", "a grant of $2 million", [(2e6, "USD")]),
    ("en", "a grant of 2 million dollars", [(2e6, "USD")]),
    ("en", "a grant of two million dollars", [(2e6, "USD")]),
    ("en", "US$2mn in aid", [(2e6, "USD")]),
    ("en", "USD 2m in aid", [(2e6, "USD")]),
    ("en", "2 million US dollars", [(2e6, "USD")]),
    ("en", "a 52-million-dollar loan", [(52e6, "USD")]),
    ("en", "€3bn, £1.5 billion and 300,000 hryvnias", [(3e9, "EUR"), (1.5e9, "GBP"), (3e5, "UAH")]),
    ("en", "four and a half billion dollars", [(4.5e9, "USD")]),
    ("en", "half a million euros", [(5e5, "EUR")]),
    ("en", "a million manats", [(1e6, "AZN")]),
    # … with a half behind the number or behind its multiplier.
    ("en", "one and a half billion euros", [(1.5e9, "EUR")]),
    ("en", "a two-and-a-half-million-dollar grant", [(2.5e6, "USD")]),
    ("en", "a three million dollar grant", [(3e6, "USD")]),
    ("en", "a million and a half dollars", [(1.5e6, "USD")]),
    ("ru", "два с половиной миллиона долл. США", [(2.5e6, "USD")]),
    ("ru", "2 с половиной тысячи тонн", [(2500, "t")]),
    ("uk", "три з половиною мільйони доларів", [(3.5e6, "USD")]),
    ("az", "iki milyon yarım dollar, üç yarım milyon manat", [(2.5e6, "USD"), (3.5e6, "AZN")]),
    ("tr", "iki buçuk milyon dolar, 4 buçuk milyar avro", [(2.5e6, "USD"), (4.5e9, "EUR")]),
    ("ro", "două milioane și jumătate de dolari", [(2.5e6, "USD")]),
    ("ro", "un milion și jumătate de euro, jumătate de milion de lei", [(1.5e6, "EUR"), (5e5, "RON")]),
    ("hy", "երկուսուկես միլիոն դոլար", [(2.5e6, "USD")]),
    ("hy", "երեք միլիոն դոլար", [(3e6, "USD")]),
    ("ka", "ორნახევარი მილიონი დოლარი", [(2.5e6, "USD")]),
    ("ka", "სამ მილიონ დოლარს", [(3e6, "USD")]),
    ("ru", "2 млн долларов", [(2e6, "USD")]),
    ("ru", "два миллиона долларов США", [(2e6, "USD")]),
    ("ru", "около двух миллионов долларов", [(2e6, "USD")]),
    ("ru", "миллион долларов", [(1e6, "USD")]),
    ("ru", "полтора миллиарда рублей", [(1.5e9, "RUB")]),
    ("ru", "полмиллиона евро", [(5e5, "EUR")]),
    ("ru", "20 000 рублей", [(2e4, "RUB")]),
    ("ru", "$2 млн и 2 млн $", [(2e6, "USD"), (2e6, "USD")]),
    ("uk", "2 мільйони доларів", [(2e6, "USD")]),
    ("uk", "два мільйони євро на генератори", [(2e6, "EUR")]),
    ("uk", "дев’ятсот тисяч гривень", [(9e5, "UAH")]),
    ("az", "3,4 milyon dollarlıq yardım", [(3.4e6, "USD")]),
    ("az", "Paketin dəyəri 3,4 milyon dollardır.", [(3.4e6, "USD")]),
    ("az", "iki milyon ABŞ dolları", [(2e6, "USD")]),
    ("az", "yüz əlli manat", [(150, "AZN")]),
    ("tr", "2 milyon dolar", [(2e6, "USD")]),
    ("tr", "üç yüz bin avro", [(3e5, "EUR")]),
    ("tr", "5 milyar ABD doları", [(5e9, "USD")]),
    ("ro", "2 milioane de dolari", [(2e6, "USD")]),
    ("hy", "2 միլիոն դոլար", [(2e6, "USD")]),
    ("ka", "2 მილიონი დოლარი", [(2e6, "USD")]),
    # Numbers in parts, each on a smaller scale; hundreds follow thousands only, and a comma begins another number.
    ("tr", "1 milyon 243 bin riyal", [(1_243_000, "IRR")]),
    ("tr", "12 bin 450 kişi", [(12_450, "people")]),
    ("tr", "bin 200 kişi", [(1_200, "people")]),
    ("tr", "2 milyon, 500 bin dolar", [(5e5, "USD")]),
    ("tr", "2 milyon ve 500 bin dolar", [(2e6, "USD"), (5e5, "USD")]),
    ("tr", "5-6 bin 200 ton", [(5e3, "t"), (6200, "t")]),
    ("az", "1 milyon 192 min 300 manat", [(1_192_300, "AZN")]),
    ("az", "yüz otuz bir min iki yüz tümən", [(1_312_000, "IRR")]),
    ("ru", "1 млрд 250 млн 500 тыс. долларов", [(1_250_500_000, "USD")]),
    ("ru", "124 тыс. 300 рублей", [(124_300, "RUB")]),
    ("ru", "от 1 млн 200 тыс. до 1 млн 500 тыс. рублей", [(1.2e6, "RUB"), (1.5e6, "RUB")]),
    ("ru", "5 тыс. 300 000 рублей", [(3e5, "RUB")]),
    ("uk", "1 млн. 192 тис. 500 гривень", [(1_192_500, "UAH")]),
    ("en", "one thousand five hundred people", [(1500, "people")]),
    ("en", "1 million 250 thousand rials", [(1.25e6, "IRR")]),
    ("en", "$5k 300 people", [(5e3, "USD"), (300, "people")]),
    ("en", "5 million 300 people", [(300, "people")]),
    ("ro", "1 milion 250 de mii de lei", [(1.25e6, "RON")]),
    ("hy", "1 միլիոն 200 հազար դրամ", [(1.2e6, "AMD")]),
    ("ka", "1 მილიონი 200 ათასი ლარი", [(1.2e6, "GEL")]),
    # Rials and tomans, each ten rials.
    ("en", "119,800 tomans", [(1_198_000, "IRR")]),
    ("en", "5,000 Omani rials, 7,000 Saudi riyals", [(7e3, "SAR")]),
    ("ru", "131 200 туманов, 5 тыс. оманских риалов", [(1_312_000, "IRR")]),
    ("uk", "1,31 млн ріалів", [(1.31e6, "IRR")]),
    ("az", "742 min riyala", [(742e3, "IRR")]),
    ("tr", "140 milyon tümeni geçti; 3 tümen asker", [(1.4e9, "IRR")]),
    ("ro", "1,2 milioane de riali", [(1.2e6, "IRR")]),
    ("hy", "1 միլիոն ռիալ", [(1e6, "IRR")]),
    ("ka", "1 მილიონი რიალი", [(1e6, "IRR")]),
    # Oil by the day.
    (
        "en",
        "68,000 bpd, 400 kb/d, 1.2 mb/d, 1.2 million b/d",
        [(68e3, "bbl"), (4e5, "bbl"), (1.2e6, "bbl"), (1.2e6, "bbl")],
    ),
    ("ru", "68 тыс. барр./сут, 70 тыс. б/с", [(68e3, "bbl"), (70e3, "bbl")]),
    ("uk", "68 тис. б/д", [(68e3, "bbl")]),
    ("tr", "günlük 68 bin v/g, 70 bin varil/gün", [(68e3, "bbl"), (70e3, "bbl")]),
    ("az", "68 min b/g", [(68e3, "bbl")]),
    ("hy", "68 հազար բարել", [(68e3, "bbl")]),
    ("ka", "68 ათასი ბარელი", [(68e3, "bbl")]),
    # Areas, energy and speed are no lengths and no power.
    (
        "en",
        "50 km² burned, 3 sq km, 50 square kilometres, 300 hectares",
        [(50, "km2"), (3, "km2"), (50, "km2"), (300, "ha")],
    ),
    ("ru", "50 квадратных километров, 50 кв. км, 60 км/ч", [(50, "km2"), (50, "km2")]),
    ("uk", "50 квадратних кілометрів, 300 МВт·год", [(50, "km2"), (3e5, "kWh")]),
    ("ru", "300 МВт·ч, 300 МВт", [(3e5, "kWh"), (300, "MW")]),
    ("tr", "50 kilometrekare, 300 megavatsaat, 300 megavat", [(50, "km2"), (3e5, "kWh"), (300, "MW")]),
    ("az", "300 meqavat-saat, 300 meqavat", [(3e5, "kWh"), (300, "MW")]),
    ("en", "60,000 litres of fuel, 400 kg of uranium", [(6e4, "l"), (0.4, "t")]),
    ("ru", "400 килограммов урана", [(0.4, "t")]),
    ("ru", "12 млрд кубов газа, 5 млн т/год", [(12e9, "m3"), (5e6, "t")]),
    # Volumes, weights, lengths, power.
    ("en", "400 million cubic metres of gas", [(4e8, "m3")]),
    ("en", "1.6 bcm a year", [(1.6e9, "m3")]),
    ("ru", "1,6 млрд куб. м газа", [(1.6e9, "m3")]),
    ("ru", "400 млн кубометров", [(4e8, "m3")]),
    ("uk", "400 мільйонів кубометрів", [(4e8, "m3")]),
    ("az", "1 milyard kubmetr qaz", [(1e9, "m3")]),
    ("tr", "400 milyon metreküp gaz", [(4e8, "m3")]),
    ("en", "1.5 million barrels and 700 tonnes", [(1.5e6, "bbl"), (700, "t")]),
    ("ru", "утрачено около 700 тонн топлива", [(700, "t")]),
    ("en", "a 43-kilometre road, 300 MW, 3 GW", [(43, "km"), (300, "MW"), (3000, "MW")]),
    ("uk", "122-міліметрові снаряди", [(122, "mm")]),
    ("ru", "снаряды калибра 122-мм", [(122, "mm")]),
    ("tr", "155 mm'lik mermi", [(155, "mm")]),
    # People.
    ("en", "killing four and wounding 12.", [(4, "people"), (12, "people")]),
    ("en", "Three were injured, two workers died", [(3, "people"), (2, "people")]),
    ("ru", "погибли 38 человек, двое ранены", [(38, "people"), (2, "people")]),
    ("ru", "двадцать шесть пассажиров", [(26, "people")]),
    ("uk", "Одна людина загинула, четверо поранених", [(1, "people"), (4, "people")]),
    ("az", "üç nəfər xəsarət alıb, bir nəfər ölüb", [(3, "people"), (1, "people")]),
    ("az", "1.400 nəfər", [(1400, "people")]),
    ("tr", "1.400 kişi, iki yaralı", [(1400, "people"), (2, "people")]),
    ("tr", "yaklaşık bin işçi", [(1000, "people")]),
    ("hy", "38 մարդ", [(38, "people")]),
    # Weapons, shares.
    ("en", "twenty-five drones and two hundred and fifty shells", [(25, "drones"), (250, "shells")]),
    ("ru", "11 баллистических ракет и тридцать один беспилотник", [(11, "missiles"), (31, "drones")]),
    ("tr", "12 İHA, 3 balistik füze", [(12, "drones"), (3, "missiles")]),
    ("en", "20% or three per cent", [(20, "percent"), (3, "percent")]),
    ("tr", "yüzde 20, %35", [(20, "percent"), (35, "percent")]),
    ("az", "20 faiz", [(20, "percent")]),
    # Ranges and lists: every number is a figure.
    ("en", "two to three million dollars", [(2e6, "USD"), (3e6, "USD")]),
    ("en", "$2-3 million", [(2e6, "USD"), (3e6, "USD")]),
    ("en", "between $800,000 and $1 million", [(8e5, "USD"), (1e6, "USD")]),
    ("en", "122 and 155 mm shells", [(122, "mm"), (155, "mm")]),
    ("ru", "от 2 до 3 млн долларов", [(2e6, "USD"), (3e6, "USD")]),
]

NONE = [
    ("en", "On 8 August 2025, at 15:30, in paragraph 3 of resolution 242"),
    ("en", "In 2023 people asked for more"),
    ("en", "S-400 missiles and TB2 drones"),
    ("en", "a drone hit a tanker; the 46-year-old drove at 43 km/h"),
    ("en", "60 generators and 1,400 items"),
    ("ru", "в ночь на 16 сентября 2024 года, спустя двое суток"),
    ("uk", "у 2024 військові повідомили"),
    ("az", "iki milyonluq sərəncam, on iki həftə, bir dron"),
    ("tr", "2025 yılında on iki hafta"),
    ("en", "the figures for 2025\n\nPeople were not told"),
]


@pytest.mark.parametrize(("lang", "text", "figures"), GOLDEN)
def test_figures_are_read_in_base_units(lang: str, text: str, figures: list[tuple[float, str]]) -> None:
    found = find_figures(text, lang)
    assert [(round(f.figure.value, 6), f.figure.unit) for f in found] == figures
    assert all(text[f.start : f.end] == f.figure.text for f in found)


@pytest.mark.parametrize(("lang", "text"), NONE)
def test_dates_years_names_and_bare_numbers_are_no_figures(lang: str, text: str) -> None:
    assert find_figures(text, lang) == ()


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "worth 1.7 million manats ($1 million)"),
        ("uk", "на 1,7 млн манатів (близько мільйона доларів)"),
        ("ru", "на миллион долларов (порядка 1,7 млн манатов)"),
    ],
)
def test_a_sum_and_its_worth_in_another_currency_share_their_text(lang: str, text: str) -> None:
    figures = [found.figure for found in find_figures(text, lang)]
    assert {(figure.value, figure.unit) for figure in figures} == {(1.7e6, "AZN"), (1e6, "USD")}
    assert len({figure.text for figure in figures}) == 1


def test_an_unknown_language_is_read_as_english() -> None:
    assert [f.figure.value for f in find_figures("2 million dollars", "xx")] == [2e6]


def test_offsets_hold_after_letters_that_grow_in_lower_case() -> None:
    text = "İİİ İrəvan: 3 nəfər"
    (found,) = find_figures(text, "az")
    assert text[found.start : found.end] == "3 nəfər"


JUMBLE = """
2 3,4 1.400 20 000 $ €2 two half a and to - million млн миллион тысяч полтора пол сто milyon min bin yüz dollars
долларов куб. м % yüzde people человек nəfər killed killing двое mm us$ usd hundred 99999999999999999999
"""


@given(
    st.lists(st.sampled_from(JUMBLE.split()), max_size=12),
    st.sampled_from(["en", "ru", "uk", "az", "tr", "ro", "hy", "ka"]),
)
def test_any_jumble_is_read_in_order_without_overlap(words: list[str], lang: str) -> None:
    text = " ".join(words)
    found = find_figures(text, lang)
    edges = [edge for figure in found for edge in (figure.start, figure.end)]
    assert edges == sorted(edges)
    assert all(f.figure.value > 0 or "0" in f.figure.text for f in found)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (Figure(2e6, "USD"), Figure(2e6, "USD", total=True), True),
        (Figure(1.6e9, "m3"), Figure(1.62e9, "m3"), True),
        (Figure(2e6, "USD"), Figure(2.2e6, "USD"), False),
        (Figure(98e6, "t"), Figure(96.2e6, "t"), False),
        (Figure(455e3, "homes"), Figure(455_357, "homes"), True),
        (Figure(2e6, "USD"), Figure(2e6, "EUR"), False),
        (Figure(0, "people"), Figure(0, "people"), True),
    ],
)
def test_figures_are_the_same_within_two_percent_and_what_rounding_explains(a: Figure, b: Figure, same: bool) -> None:
    assert same_figure(a, b) is same
    assert same_figure(b, a) is same


def test_long_chains_of_numbers_are_cut_not_searched_for_ever() -> None:
    """Without a bound on the length of a number these take time in the square of their length."""
    for text in ("one " * 20_000, "111 " * 20_000, "1,111" * 20_000, "1-" * 40_000, "$" * 50_000):
        assert len(find_figures(text, "en")) < 20_000


@pytest.mark.parametrize(
    ("lang", "text", "words"),
    [
        ("en", "Four people were killed and six injured.", ["4 killed", "6 injured"]),
        ("en", "The death toll in Varna rose to 6.", ["6 killed"]),
        ("en", "Four people, among them a child, live there.", ["4 people"]),
        ("en", "$2.5 bn, 200 million cubic metres, 12 percent", ["$2.5 billion", "200 million m³", "12%"]),
        ("ru", "Погибли четыре человека, шестеро ранены.", ["4 killed", "6 injured"]),
        ("ru", "Число пострадавших выросло до шести. Это 5 млн рублей.", ["6 injured", "5 million RUB"]),
        ("uk", "До п'яти зросла кількість постраждалих.", ["5 injured"]),
        ("uk", "Кількість поранених зросла до 12 осіб.", ["12 injured"]),
        ("az", "4 nəfər ölüb, 6 nəfər yaralanıb.", ["4 killed", "6 injured"]),
        ("az", "Yaralıların sayı 6-ya çatıb.", ["6 injured"]),
        ("tr", "4 kişi öldü, 6 kişi gözaltına alındı.", ["4 killed", "6 detained"]),
        ("tr", "Yaralı sayısı 6'ya yükseldi.", ["6 injured"]),
    ],
)
def test_a_figure_reads_alike_in_every_language(lang: str, text: str, words: list[str]) -> None:
    assert [figure_words(found.figure) for found in find_figures(text, lang)] == words


def test_a_total_says_so() -> None:
    assert figure_words(Figure(52e6, "USD", total=True)) == "$52 million in total"
