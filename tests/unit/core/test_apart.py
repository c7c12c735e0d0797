"""Two events of one kind in two places, and one event told with another day or another name of its place."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.core.modality import says_again
from monitor.core.rules import Condition, SameEvent, Step
from tests.making import NOON, Stream, article, rule, rule_set, term

DAY = timedelta(days=1)
TERMS = (
    term("mill", en=["mill"], ru=["мельница"], uk=["млин"], az=["dəyirman"], tr=["değirmen"]),
    term("hit", en=["hit"], ru=["ударить", "попасть"], uk=["вдарити", "влучити"], az=["vurul*"], tr=["vurul*"]),
)
FIRST = {
    "en": ("Drones hit mill in Varna", "A mill in Varna was hit by drones on Tuesday, firefighters said."),
    "ru": ("Дроны попали в мельницу в Варне", "Во вторник дроны попали в мельницу в Варне, сообщили пожарные."),
    "az": ("Varnada dəyirman vurulub", "Martın 12-də Varnada dəyirman dronlarla vurulub."),
}
SECOND = {
    "en": ("Mill hit in Burgas", "The old mill in Burgas was hit by drones on Wednesday, the mayor told a radio."),
    "uk": ("Дрони влучили в млин у Бургасі", "У середу дрони влучили в старий млин у Бургасі, уточнив мер."),
    "tr": ("Değirmen vuruldu", "Çarşamba günü Burgas kentinde eski bir değirmen vuruldu."),
}


def mills() -> Stream:
    return Stream(rule_set(rule(match=Condition(all=(("mill",),), within=2)), terms=TERMS))


def verdict(first: tuple[str, str], second: tuple[str, str], days: int = 1) -> str:
    """What the second report is, after the first."""
    desk = mills()
    assert desk.verdicts(article(*first, language="")) == {"mill": "new!"}
    return desk.verdicts(article(*second, NOON + days * DAY, language=""))["mill"]


@pytest.mark.parametrize("first", FIRST.values(), ids=FIRST)
@pytest.mark.parametrize("second", SECOND.values(), ids=SECOND)
def test_two_places_on_two_days_are_two_events_in_any_language(first: tuple[str, str], second: tuple[str, str]) -> None:
    assert verdict(first, second) == "new!"


@pytest.mark.parametrize(
    "again",
    [
        ("Mill in Varna burns", "A mill in Varna was hit by drones on Wednesday, firefighters said."),
        ("Горит мельница в Варне", "В среду дроны попали в мельницу в Варне."),
        ("Varnadakı dəyirman vurulub", "Çərşənbə günü Varnada dəyirman vurulub."),
    ],
    ids=["en", "ru", "az"],
)
def test_the_same_place_with_a_date_off_by_one_is_the_same_event(again: tuple[str, str]) -> None:
    assert verdict(FIRST["en"], again) == "followup"


@pytest.mark.parametrize(
    "wider",
    [
        ("Mill hit", "On Wednesday a mill in the Varna region was hit by drones."),
        ("Mill hit", "On Wednesday a mill in the Dobrich region was hit by drones."),
        ("Попадание в мельницу", "В среду дроны попали в мельницу в Добричской области."),
        ("Dəyirman vurulub", "Çərşənbə günü Dobriç vilayətində dəyirman vurulub."),
    ],
)
def test_a_region_tells_no_other_place_than_a_town_that_may_lie_in_it(wider: tuple[str, str]) -> None:
    assert verdict(FIRST["en"], wider) == "followup"


def test_who_names_the_first_place_beside_another_one_tells_the_same_event() -> None:
    village = ("Mill hit", "A mill in Zornitsa, a village by Varna, was hit by drones on Wednesday.")
    assert verdict(FIRST["en"], village) == "followup"


def test_where_somebody_spoke_is_not_where_it_happened() -> None:
    told = ("Mill hit", "A mill was hit by drones on Wednesday, the minister said in Sofia.")
    assert verdict(FIRST["en"], told) == "followup"
    told = ("Попадание в мельницу", "В среду дроны попали в мельницу, сообщили в Софии.")
    assert verdict(FIRST["ru"], told) == "followup"


@pytest.mark.parametrize(
    "second",
    [
        ("Mill in Burgas hit", "A mill in Burgas was hit on Wednesday, a day after drones hit another in Varna."),
        (
            "Удар по мельнице",
            "В среду дроны вновь попали в мельницу: в Бургасе, накануне горела мельница в Варне.",
        ),
    ],
    ids=["en", "ru"],
)
def test_who_says_again_may_name_the_first_place_beside_the_second(second: tuple[str, str]) -> None:
    assert verdict(FIRST["en"], second) == "new!"


def test_again_in_another_place_needs_no_day() -> None:
    assert verdict(FIRST["ru"], ("Mill hit again", "Drones again hit a mill, this time in Burgas."), 0) == "new!"
    assert verdict(FIRST["ru"], ("Mill hit", "Drones hit a mill in Burgas."), 0) == "followup"


def test_where_names_tell_events_apart_a_shared_name_goes_before_the_place() -> None:
    same = SameEvent(by_name=True)
    desk = Stream(rule_set(rule(match=Condition(all=(("mill",),), within=2), same_event=same), terms=TERMS))
    desk.tell(article("Mill hit", "A mill of Orm Brothers in Varna was hit by drones on Tuesday."))
    told = article("Mill hit", "A mill of Orm Brothers in Burgas was hit by drones on Wednesday.", NOON + DAY)
    assert desk.verdicts(told) == {"mill": "followup"}
    other = article("Удар", "В четверг дроны попали в мельницу «Нова» в Сливене.", NOON + 2 * DAY, language="ru")
    assert desk.verdicts(other) == {"mill": "new!"}


AGAIN = {
    "en": ("The mill was hit for the second time.", "Another three people were hurt."),
    "ru": ("Дроны вновь ударили по порту.", "Ещё трое пострадали."),
    "uk": ("Місто вдруге за добу зазнало удару.", "Ще троє постраждали."),
    "az": ("Liman yenə vurulub.", "Daha üç nəfər yaralanıb."),
    "tr": ("Liman bir kez daha vuruldu.", "Üç kişi daha yaralandı."),
    "ro": ("Portul a fost lovit din nou.", "Alți trei oameni au fost răniți."),
}


@pytest.mark.parametrize(("lang", "again", "more"), [(lang, *texts) for lang, texts in AGAIN.items()], ids=AGAIN)
def test_another_event_is_told_from_more_people(lang: str, again: str, more: str) -> None:
    assert says_again(again, lang)
    assert not says_again(more, lang)


@pytest.mark.parametrize(
    ("lang", "first", "later"),
    [
        ("en", ("Locks shut", "The locks at Norvik were closed on Tuesday."), ("Locks", "The locks are still closed.")),
        (
            "ru",
            ("Шлюзы закрыты", "Во вторник закрыты шлюзы в Норвике."),
            ("Шлюзы закрыты", "Шлюзы третий день не работают: они закрыты."),
        ),
        ("az", ("Qapılar bağlanıb", "Martın 12-də qapılar bağlanıb."), ("Qapılar", "Qapılar hələ də bağlanıb qalır.")),
    ],
    ids=["en", "ru", "az"],
)
def test_what_goes_on_is_what_began_before(lang: str, first: tuple[str, str], later: tuple[str, str]) -> None:
    words = (
        term("lock", en=["lock"], ru=["шлюз"], az=["qapı"]),
        term("shut", en=["close"], ru=["закрыть", "закрыт"], az=["bağlan*"]),
    )
    subject = rule(id="locks", match=Condition(all=(("lock",),), within=2), steps=(Step("shut", ("shut",)),))
    desk = Stream(rule_set(subject, terms=words))
    assert desk.verdicts(article(*first, language=lang)) == {"locks": "new!"}
    assert desk.verdicts(article(*later, NOON + 3 * DAY, language=lang)) == {"locks": "followup"}
    if lang == "en":
        desk = Stream(rule_set(subject, terms=words))
        desk.tell(article(*first))
        assert desk.verdicts(article("Gates", "Upriver, locks were closed.", NOON + 3 * DAY)) == {"locks": "new!"}


def test_two_full_reports_of_two_days_that_share_no_name_are_two_events() -> None:
    desk = mills()
    desk.tell(article("Mill hit", "Mayor Dragan Petkov and engineer Stoyan Velev saw a mill hit on Tuesday."))
    later = article("Mill in Burgas hit", "On Wednesday drones hit a mill in Burgas.", NOON + DAY)
    assert desk.verdicts(later) == {"mill": "new!"}
