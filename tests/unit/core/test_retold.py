"""What a clause that looks back tells is no news, however fresh its day: days are counted from it, or it says of what
one speaks. What somebody does by saying so is news, though it stands in quotation marks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.core.dates import is_attributive
from monitor.core.modality import counted_from
from monitor.core.rules import Step
from tests.making import NOON, TERMS, Stream, article, rule, rule_set, term

DAY = timedelta(days=1)
WORDS = (
    term(
        "mill", en=["mill"], ru=["мельница"], uk=["млин"], az=["dəyirman*"], tr=["değirmen*"], ro=["moar*"],
        hy=["ջրաղաց*"], ka=["წისქვილ*"],
    ),
    term(
        "hit", en=["hit", "strike"], ru=["удар", "повредить", "повреждённый"], uk=["атакувати", "удар"],
        az=["vurul*", "zərbə*"], tr=["vurul*", "saldırı*"], ro=["lovi*", "atac*"], hy=["հարված*", "վնասվ*"],
        ka=["თავდასხმ*", "დაზიან*"],
    ),
)  # fmt: skip


def mills(**changes: object) -> Stream:
    steps = (Step("struck", ("hit",)),)
    return Stream(rule_set(rule(steps=steps, **changes), terms=WORDS))


@pytest.mark.parametrize(
    ("lang", "marked", "known"),
    [
        ("en", "The tender was called three days after drones ^struck the mill.", True),
        ("en", "The tender was called two weeks after the ^strike.", True),
        ("en", "Three days after the tender, drones ^struck the mill.", False),
        ("ru", "Тендер объявлен через три дня после ^удара по мельнице.", True),
        ("ru", "Тендер объявлен спустя две недели после того, как мельницу ^повредили.", True),
        ("ru", "Через два дня после тендера мельнице нанесён ^удар.", False),
        ("uk", "Гроші надійшли за чотири дні після того, як млин ^атакували.", True),
        ("uk", "Через добу після тендеру дрони ^атакували млин.", False),
        ("az", "Tender dəyirmanın ^vurulmasından üç gün sonra elan olunub.", True),
        ("az", "Tenderdən üç gün sonra dəyirman ^vurulub.", False),
        ("tr", "İhale, değirmenin ^vurulmasından iki hafta sonra açıldı.", True),
        ("tr", "İhaleden iki gün sonra değirmen ^vuruldu.", False),
        ("ro", "Licitația a fost lansată la trei zile după ^atacul asupra morii.", True),
        ("ro", "La trei zile după licitație, dronele au ^lovit moara.", False),
        ("hy", "Մրցույթը հայտարարվել է ^հարվածից երեք օր անց։", True),
        ("hy", "Մրցույթից երեք օր անց ջրաղացին ^հարվածել են։", False),
        ("ka", "ტენდერი ^თავდასხმიდან სამი დღის შემდეგ გამოცხადდა.", True),
        ("ka", "ტენდერიდან სამი დღის შემდეგ წისქვილი ^დაზიანდა.", False),
    ],
)
def test_from_what_is_known_days_are_counted(lang: str, marked: str, known: bool) -> None:
    at = marked.index("^")
    assert counted_from(marked.replace("^", ""), lang, at, at + 6) is known


@pytest.mark.parametrize(
    ("lang", "marked", "so"),
    [
        ("en", "The mill, hit by ^drones on Friday, works again.", True),
        ("en", "The mill, which ^drones hit on Friday, works again.", True),
        ("en", "The mill works again, ^drones hit another.", False),
        ("ru", "Мельница, повреждённая ^дронами в пятницу, работает.", True),
        ("ru", "Заработала мельница, которую ^дроны повредили в пятницу.", True),
        ("ru", "Мельница стоит, её в пятницу повредили ^дроны.", False),
        ("uk", "Запрацював млин, який ^дрони атакували в п'ятницю.", True),
        ("uk", "Млин стоїть, у п'ятницю його атакували ^дрони.", False),
        ("az", "Cümə günü ^dronlarla vurulan dəyirman işləyir.", True),
        ("az", "Cümə günü ^dronlar dəyirmanı vurub.", False),
        ("tr", "Cuma günü ^dronlarla vurulan değirmen çalışıyor.", True),
        ("ro", "Moara, care a fost lovită de ^drone vineri, merge din nou.", True),
        ("ro", "Moara stă: vineri a fost lovită de ^drone.", False),
    ],
)
def test_a_clause_of_a_participle_or_a_pronoun_says_of_what_one_speaks(lang: str, marked: str, so: bool) -> None:
    at = marked.index("^")
    sentence = marked.replace("^", "")
    end = at + len(sentence[at:].split()[0].rstrip(".,"))
    assert is_attributive(sentence, lang, (at, end)) is so


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "The owners called a tender. It was signed three days after drones struck the mill on {}."),
        ("ru", "Владельцы объявили тендер. Мельница, повреждённая ударом {}, снова работает."),
        ("en", "The mill works again after the strike of {}."),
        ("ro", "Proprietarii au lansat o licitație. Moara fusese lovită de drone pe {}."),
        ("hy", "Սեփականատերերը մրցույթ են հայտարարել։ Ջրաղացը վնասվել էր {}։"),
    ],
)
def test_what_a_clause_looks_back_on_makes_no_alert_however_fresh_its_day(lang: str, text: str) -> None:
    day = {"en": "10 {}", "ru": "10 {}", "ro": "10 {}", "hy": "{} 10-ին"}[lang]
    month = {"en": "March", "ru": "марта", "ro": "martie", "hy": "մարտի"}[lang]
    published = NOON.replace(month=3, day=14)
    told = article("?", text.format(day.format(month)), published, language=lang)
    assert "new!" not in mills().verdicts(told).values()


def test_of_last_night_a_first_report_may_be_worded_as_an_attribute() -> None:
    told = article("Мельница закрыта", "Мельница, повреждённая вчера ударом дрона, закрыта.", language="ru")
    assert mills().verdicts(told) == {"mill": "new!"}


def test_what_is_done_by_saying_so_counts_in_direct_speech() -> None:
    words = (term("own_up", en=["our fault"]), *TERMS)
    text = "“We know what happened to the mill, and it was our fault,” the general said on Tuesday."
    for spoken, expected in ((True, "new!"), (False, "known")):
        steps = (Step("admitted", ("own_up",), spoken=spoken),)
        desk = Stream(rule_set(rule(steps=steps), terms=words))
        assert desk.verdicts(article("The mill", text)) == {"mill": expected}
