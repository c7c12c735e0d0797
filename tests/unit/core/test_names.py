"""One key for a name in every alphabet and case; other keys for other names."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.names import canonical, find_names, is_located, is_wide, same_name

# Each line is one name as languages write it, with the language after a colon.
SAME = [
    "Картавых:ru Kartavykh:en Kartavıx:az",
    "Mamedov:en Məmmədov:az Мамедов:ru Mammadov:en Mammadov: Memmedov:tr Мамедов:uk",
    "Aliyev:en Əliyev:az Алиев:ru Алієв:uk Aliyev:tr Ալիև:hy ალიევი:ka",
    "Odesa:en Odessa:en Одеса:uk Одесса:ru Odessa:az",
    "Zelensky:en Zelenskyy:en Зеленский:ru Зеленський:uk Zelenski:az Zelenskiy:tr",
    "Yerevan:en Ереван:ru İrəvan:az Єреван:uk Երևան:hy Erivan:tr",
    "Baku:en Bakı:az Баку:ru Bakü:tr",
    "Witkoff:en Уиткофф:ru Виткофф:ru Віткофф:uk Vitkoff:az",
    "Trump:en Трамп:ru Tramp:az",
    "Azerbaijan:en Азербайджан:ru Azərbaycan:az Azerbaycan:tr Azərbaycan:",
    "Pashinyan:en Пашинян:ru Paşinyan:az Փաշինյան:hy ფაშინიანი:ka",
    "Moscow:en Москва:ru Moskva:az Moskova:tr",
    "Kyiv:en Kiev:en Киев:ru Київ:uk Kiyev:az",
    "Kharkiv:en Харків:uk Харьков:ru Xarkov:az Harkov:tr",
    "Heydar:en Heydər:az Гейдар:ru Haydar:tr",
    "Quliyev:az Гулиев:ru Guliyev:en Кулиев:ru",
    "Karabakh:en Qarabağ:az Карабах:ru Karabağ:tr",
    "Nakhchivan:en Naxçıvan:az Нахичевань:ru Nahçıvan:tr",
    "Jafarov:en Cəfərov:az Джафаров:ru Caferov:tr",
    "Erdogan:en Erdoğan:tr Эрдоган:ru Ərdoğan:az",
    "Hajiyev:en Hacıyev:az Гаджиев:ru",
    "Washington:en Вашингтон:ru Vaşinqton:az",
    "Chisinau:en Chișinău:ro Кишинёв:ru",
    "Ali:en Əli:az Али:ru",
    "SOCAR:en СОКАР:ru SOCAR:az SOCAR:tr",
    "ICAO:en ИКАО:ru ІКАО:uk ICAO:az",
]
DIFFERENT = "Həsənov:az Hüseynov:az Baku:en Batumi:en Iran:en Iraq:en Ali:en Isa:en Kars:en Kursk:en Odesa:en Izmail:en"


def _keys(line: str) -> list[str]:
    return [canonical(*pair.split(":")) for pair in line.split()]


@pytest.mark.parametrize("line", SAME)
def test_a_name_has_one_key_in_every_alphabet(line: str) -> None:
    assert len(set(_keys(line))) == 1
    assert all(key.isascii() and key.islower() for key in _keys(line))


def test_different_names_have_different_keys_and_are_not_taken_for_each_other() -> None:
    keys = [*_keys(DIFFERENT), *(_keys(line)[0] for line in SAME)]
    for a, b in itertools.combinations(dict.fromkeys(keys), 2):
        assert not same_name(a, b), (a, b)
    assert len({*_keys(DIFFERENT)}) == len(DIFFERENT.split())


def test_a_full_name_is_canonical_word_for_word() -> None:
    assert canonical("İlham Əliyev", "az") == canonical("Ильхам Алиев", "ru") == canonical("Ilham Aliyev", "en")
    assert canonical("--- 42") == ""


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("Зеленский", "Зеленского", True),  # a case form
        ("Мамедов", "Мамедовым", True),
        ("Gazprom", "Газпром", True),
        ("Rauf Məmmədov", "Мамедов", True),  # the last word of a full name counts
        ("Rauf Məmmədov", "Рауф Мамедов", True),
        ("Rauf Məmmədov", "Рашид Мамедов", False),
        ("Berezivka", "Berezovka", True),
        ("Kartavykh", "Kartavyk", True),
        ("Stepanakert", "Stepanavan", False),
        ("Baku", "Bakal", False),
        ("", "", False),
    ],
)
def test_keys_are_compared_loosely_the_longer_they_are(a: str, b: str, same: bool) -> None:
    assert same_name(canonical(a), canonical(b)) is same
    assert same_name(canonical(b), canonical(a)) is same


ARTICLES = [
    (
        "en",
        "Azerbaijan Lifts Arms Embargo On Ukraine\n\nPresident Ilham Aliyev met Zelensky's envoy in Odesa on Friday. "
        'The ship "Akhmat" sank. Aliyev said Russian drones hit SOCAR. Talks failed.',
        ["Ilham", "Aliyev", "Zelensky's", "Odesa", "Akhmat", "Aliyev", "SOCAR"],
    ),
    (
        "ru",
        "В Воронеже задержан Рауф Мамедов, владелец рынка «Южный двор». Мамедова отпустили. Адвокат доволен. "
        "ГНКАР пишет в ИКАО. Вчера в Одессе горел склад.",
        ["Воронеже", "Рауф", "Мамедов", "Южный двор", "Мамедова", "ГНКАР", "ИКАО", "Одессе"],
    ),
    (
        "uk",
        "Президент Зеленський зустрівся з Алієвим в Одесі. Зеленського чекали. Пожежа на складі SOCAR згасла.",
        ["Зеленський", "Алієвим", "Одесі", "Зеленського", "SOCAR"],
    ),
    (
        "az",
        "Bu gün Voronejdə saxlanılan Rauf Məmmədov azad edilib. Məmmədovun vəkili Bakıdan gəlib. Bina SOCAR-ındır.",
        ["Voronejdə", "Rauf", "Məmmədov", "Məmmədovun", "Bakıdan", "SOCAR"],
    ),
    (
        "tr",
        "Dün Alaska'da Trump-Putin görüşmesi yapıldı. Görüşme SOCAR'ın deposunu da ele aldı.",
        ["Alaska'da", "Trump", "Putin", "SOCAR'ın"],
    ),
]


@pytest.mark.parametrize(("lang", "text", "names"), ARTICLES, ids=[row[0] for row in ARTICLES])
def test_names_are_found_and_ordinary_words_at_the_head_of_sentences_are_not(
    lang: str, text: str, names: list[str]
) -> None:
    found = find_names(text, lang)
    assert [name.text for name in found] == names
    assert all(text[name.start : name.end] == name.text for name in found)


def test_case_endings_are_gone_from_the_keys_of_found_names() -> None:
    keys = {lang: {name.key for name in find_names(text, lang)} for lang, text, _ in ARTICLES}
    assert {canonical("Мамедов"), canonical("Одесса"), canonical("Воронеж")} <= keys["ru"]
    assert {canonical("Зеленський"), canonical("Алієв"), canonical("Одеса")} <= keys["uk"]
    assert {canonical("Məmmədov"), canonical("Bakı"), canonical("Voronej"), "sokar"} <= keys["az"]
    assert {canonical("Alaska"), "sokar"} <= keys["tr"]
    assert canonical("Zelensky") in keys["en"]


def test_a_headline_in_capitals_proves_no_name() -> None:
    assert find_names("UKRAINE TALKS FAIL AGAIN IN GENEVA\n\nThe talks failed on Friday.", "en") == ()


@given(st.text(max_size=80), st.sampled_from(["", "en", "ru", "uk", "az", "tr", "ro", "hy", "ka"]))
def test_any_text_is_read_without_error(text: str, lang: str) -> None:
    assert all(text[name.start : name.end] == name.text for name in find_names(text, lang))
    assert canonical(text, lang).isascii()


PLACES = {
    "en": ("Drones hit a mill in the southern port city of Varna, Ann Orr said in Sofia.", "varn"),
    "ru": ("Дроны попали в мельницу в портовом городе Варна, заявил мэр в Софии.", "varn"),
    "uk": ("Дрони влучили в млин у місті Варна, повідомив мер у Софії.", "varn"),
    "az": ("Dronlar Varna limanında dəyirmanı vurub, mer Sofiyada bildirib.", "varn"),
    "tr": ("Dronlar Varna kentinde değirmeni vurdu, belediye başkanı Sofya'da açıkladı.", "varn"),
}


@pytest.mark.parametrize(("lang", "text", "place"), [(lang, *row) for lang, row in PLACES.items()], ids=PLACES)
def test_a_place_is_where_it_happened_and_not_where_somebody_spoke(lang: str, text: str, place: str) -> None:
    assert {name.key for name in find_names(text, lang) if is_located(text, name, lang)} == {place}


WIDE = {
    "en": "Drones hit a mill in the Dobrich region.",
    "ru": "Дроны попали в мельницу в Добричской области.",
    "uk": "Дрони влучили в млин на Одещині.",
    "az": "Dronlar Dobriç vilayətində dəyirmanı vurub.",
    "tr": "Dronlar Dobriç ilinde değirmeni vurdu.",
}


@pytest.mark.parametrize(("lang", "text"), WIDE.items(), ids=WIDE)
def test_a_region_is_known_by_the_word_beside_it(lang: str, text: str) -> None:
    assert [is_wide(text, name) for name in find_names(text, lang)] == [True]
    assert not is_wide("A mill in Varna.", find_names("A mill in Varna.", "en")[0])
