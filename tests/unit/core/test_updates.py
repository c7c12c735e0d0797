"""What a later report changes in a known event, told once, and alerted only where the rule asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from monitor.core.model import Article, Fact, RuleKind
from monitor.core.relevant import Question
from monitor.core.rules import Condition, QuantitySpec, Rule, Step
from monitor.judging import judge_article
from monitor.memory import MemoryLedger
from tests.making import NOON, Stream, article, rule, rule_set, term
from tests.making import written as message_of

HOURS = timedelta(hours=1)
WORDS = (
    term("mill", en=["mill"], ru=["мельница"], uk=["млин"], az=["dəyirman*"], tr=["değirmen*"]),
    term("hit", en=["hit", "strike", "attack"], ru=["ударить", "удар", "атаковать"], uk=["вдарити", "удар"],
         az=["vur*", "zərbə"], tr=["vur*", "saldır*"]),
    term("ban", en=["ban", "embargo"]), term("lift", en=["lift", "end"]), term("aid", en=["aid"], ru=["помощь"]),
)  # fmt: skip
Told = tuple[str, str, str]  # language, title, text

CLAIMED: dict[str, Told] = {
    "en": ("en", "Mill in Varna hit, channels claim", "Telegram channels claimed that drones hit the mill in Varna."),
    "ru": ("ru", "Удар по мельнице в Варне", "Ночью ударили по мельнице в Варне, утверждают блогеры."),
    "uk": ("uk", "Удар по млину у Варні", "Уночі стався удар по млину у Варні, стверджують блогери."),
    "az": ("az", "Varnada dəyirmana zərbə", "Moskva Varnada dəyirmana zərbə endirildiyini iddia edir."),
    "tr": ("tr", "Varna'da değirmen vuruldu", "Moskova, gece Varna'daki değirmenin vurulduğunu öne sürdü."),
}
OFFICIAL: dict[str, Told] = {
    "en": ("en", "Strike on mill in Varna", "The mill in Varna was hit overnight, the defence ministry said."),
    "ru": ("ru", "Удар по мельнице в Варне", "О ночном ударе по мельнице в Варне сообщили в министерстве."),
    "uk": ("uk", "Влада: удар по млину у Варні", "Міністерство підтвердило, що вночі стався удар по млину у Варні."),
    "az": ("az", "Varnada dəyirmana zərbə", "Nazirlik Varnada dəyirmana zərbə endirildiyini təsdiqləyib."),
    "tr": ("tr", "Varna'daki değirmene saldırı", "Bakanlık, gece Varna'daki değirmenin vurulduğunu açıkladı."),
}
DENIED: dict[str, Told] = {
    "en": ("en", "Navy denies hitting mill in Varna", "The navy denied that it had hit the mill in Varna."),
    "ru": ("ru", "Флот опроверг удар по мельнице", "Минобороны опровергло удар по мельнице в Варне."),
    "uk": ("uk", "Міністерство заперечує удар по млину", "Міністерство заперечує удар по млину у Варні."),
    "az": ("az", "Nazirlik dəyirmana zərbəni təkzib edib", "Nazirlik Varnada dəyirmana zərbəni təkzib edib."),
    "tr": ("tr", "Bakanlık değirmene saldırıyı yalanladı", "Bakanlık Varna'daki değirmene saldırıyı yalanladı."),
}
PLAIN: Told = ("en", "Drones hit mill in Varna", "Drones hit the mill in Varna overnight. Four people were injured.")
SIX: dict[str, Told] = {
    "en": ("en", "Mill in Varna still burns", "Six people were injured when drones hit the mill in Varna overnight."),
    "ru": ("ru", "Удар по мельнице в Варне", "Число пострадавших при ударе по мельнице в Варне выросло до шести."),
    "uk": ("uk", "Удар по млину у Варні", "До шести зросла кількість поранених унаслідок удару по млину у Варні."),
    "az": ("az", "Varnada dəyirmana zərbə", "Varnada dəyirmana zərbə nəticəsində yaralananların sayı 6-ya çatıb."),
    "tr": ("tr", "Varna'daki değirmene saldırı", "Varna'daki değirmene saldırıda yaralı sayısı 6'ya yükseldi."),
}


def stream(*rules: Rule, facts: Sequence[Fact] = ()) -> Stream:
    return Stream(rule_set(*(rules or (rule(updates=True),)), terms=WORDS), MemoryLedger(facts))


def written(told: Told, hours: int = 0) -> Article:
    lang, title, text = told
    return article(title, text, NOON + hours * HOURS, language=lang, id=f"{lang}-{hours}")


def changes(desk: Stream, *told: Told) -> list[str]:
    """Of each report, six hours apart: its verdict, `!` where it alerted, and what it changed."""
    found = []
    for number, piece in enumerate(told):
        outcome = desk.tell(written(piece, number * 6))
        verdict = outcome.decisions[0].verdict
        change = f" {verdict.previous} → {verdict.current}" if verdict.previous else ""
        found.append(f"{verdict.kind.value}{'!' if outcome.alerts else ''}{change}")
    return found


# --- on whose word ---------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "then"), [("en", "ru"), ("ru", "uk"), ("uk", "az"), ("az", "tr"), ("tr", "en")])
def test_what_one_side_claimed_is_confirmed_once(first: str, then: str) -> None:
    again = OFFICIAL["en" if then != "en" else "ru"]
    assert changes(stream(), CLAIMED[first], OFFICIAL[then], again, CLAIMED[then]) == [
        "new!", "followup! claimed by one side → officially confirmed", "followup", "followup",
    ]  # fmt: skip


def test_an_unnamed_source_is_confirmed_too_and_other_outlets_in_between_confirm_nothing() -> None:
    source = ("en", "Mill in Varna hit, source says", "Drones hit the mill in Varna, an unnamed source said.")
    retold = ("en", "Varna mill on fire", "The mill in Varna was hit by drones and burned all night.")
    assert changes(stream(), source, retold, OFFICIAL["uk"]) == [
        "new!", "followup", "followup! told by an unnamed source → officially confirmed",
    ]  # fmt: skip


def test_what_was_told_as_fact_is_not_confirmed() -> None:
    assert changes(stream(), PLAIN, OFFICIAL["en"]) == ["new!", "followup"]


@pytest.mark.parametrize(
    "text",
    [
        "Telegram channels showed the mill in Varna that was hit. The ministry has not confirmed it.",
        "The mill in Varna that was hit belongs to a bakery. The foreign ministry said that talks go on.",
        "The mill in Varna was hit, residents confirmed.",
    ],
)
def test_an_office_that_speaks_of_other_things_confirms_nothing(text: str) -> None:
    assert changes(stream(), CLAIMED["en"], ("en", "Mill in Varna", text)) == ["new!", "followup"]


@pytest.mark.parametrize("lang", DENIED)
def test_a_denial_is_told_once(lang: str) -> None:
    again = DENIED["tr" if lang == "en" else "en"]
    assert changes(stream(), PLAIN, DENIED[lang], again) == [
        "new!", "followup! reported → officially denied", "followup",
    ]  # fmt: skip


def test_a_denial_may_be_overtaken_by_a_confirmation() -> None:
    assert changes(stream(), PLAIN, DENIED["ru"], OFFICIAL["en"], DENIED["az"], OFFICIAL["uk"]) == [
        "new!", "followup! reported → officially denied", "followup! officially denied → officially confirmed",
        "followup", "followup",
    ]  # fmt: skip


def test_a_denial_on_a_higher_level_is_another() -> None:
    one_side = ("en", "Bloggers deny strike on mill", "Bloggers denied the strike on the mill in Varna.")
    assert changes(stream(), PLAIN, one_side, DENIED["ru"]) == [
        "new!", "followup! reported → denied by one side", "followup! reported → officially denied",
    ]  # fmt: skip


def test_a_denial_of_what_nobody_told_or_of_what_is_long_past_is_no_update() -> None:
    assert changes(stream(), DENIED["en"]) == ["known"]
    desk = stream(rule(updates=True))
    desk.tell(written(PLAIN))
    late = desk.tell(written(DENIED["en"], 24 * 30))
    assert (late.decisions[0].verdict.kind.value, late.alerts) == ("known", ())


def test_a_mere_not_denies_no_event() -> None:
    told = ("tr", "Varna'daki değirmen", "Varna'daki değirmen vurulmadı diyen yok; yangın sürüyor.")
    assert changes(stream(), PLAIN, told)[1] == "followup"


# --- figures, days, corrections ----------------------------------------------------------------


@pytest.mark.parametrize("lang", SIX)
def test_a_toll_that_rises_is_told_once_and_reads_alike_in_every_language(lang: str) -> None:
    again = SIX["ru" if lang == "en" else "en"]
    assert changes(stream(), PLAIN, SIX[lang], again, PLAIN) == [
        "new!", "followup! 4 injured → 6 injured", "followup", "followup",
    ]  # fmt: skip


def test_a_lower_toll_is_an_old_one_unless_the_text_corrects() -> None:
    fewer = ("en", "Mill in Varna hit", "Three people were injured when the mill in Varna was hit.")
    assert changes(stream(), PLAIN, fewer, SIX["en"]) == ["new!", "followup", "followup! 4 injured → 6 injured"]
    corrected = ("en", "Correction: three hurt at mill in Varna", fewer[2])
    assert changes(stream(), PLAIN, corrected) == ["new!", "followup! 4 injured → 3 injured"]


def test_the_dead_are_not_held_against_the_injured() -> None:
    dead = ("en", "Strike on mill in Varna", "Seven people were killed when drones hit the mill in Varna.")
    assert changes(stream(), PLAIN, dead) == ["new!", "followup"]


def test_a_sum_of_money_that_is_another_is_an_update_and_a_rounded_one_is_not() -> None:
    def damage(sum_: str) -> Told:
        return "en", "Mill in Varna", f"The strike that hit the mill in Varna did damage of {sum_}."

    assert changes(stream(), damage("$2 million"), damage("$1.95m"), damage("4 million dollars")) == [
        "new!", "followup", "followup! $1.95 million → $4 million",
    ]  # fmt: skip


def test_a_day_changes_only_where_the_text_corrects_it() -> None:
    monday = ("en", "Drones hit mill in Varna", "The mill in Varna was hit on Monday.")
    sunday = ("en", "Mill in Varna burns", "The mill in Varna was hit on Sunday.")
    assert changes(stream(), monday, sunday) == ["new!", "followup"]
    corrected = ("en", "Correction: mill in Varna was hit on Sunday", "Drones hit the mill in Varna on Sunday.")
    assert changes(stream(), monday, corrected, sunday) == [
        "new!", "followup! 2030-03-11 → 2030-03-10", "followup",
    ]  # fmt: skip


def test_a_correction_of_something_else_is_told_once() -> None:
    first = ("en", "Drones hit mill in Varna", "The mill in Varna was hit on Monday.")
    corrected = ("en", "Correction: strike on mill in Varna", "The mill, no bakery, was hit in Varna on Monday.")
    again = ("en", "Corrected: strike on mill in Varna", "Drones hit the mill in Varna on Monday.")
    assert changes(stream(), first, corrected, again) == [
        "new!", "followup! as first reported → corrected", "followup",
    ]  # fmt: skip


def test_two_changes_in_one_report_are_one_update() -> None:
    six = (
        "en",
        "Six hurt in strike on mill",
        "Six people were injured as the mill in Varna was hit, the ministry said.",
    )
    four = (
        "en",
        "Mill in Varna hit, channels claim",
        "Four people were injured as the mill was hit, bloggers claimed.",
    )
    assert changes(stream(), four, six)[1] == (
        "followup! claimed by one side; 4 injured → officially confirmed; 6 injured"
    )


# --- what never makes an update ----------------------------------------------------------------

PADDING = "\n\n".join(f"In the harbour the day was quiet, and {n} ships came and went as they do." for n in range(9))


def test_background_changes_nothing() -> None:
    desk = stream()
    desk.tell(written(CLAIMED["en"]))
    retold = (
        f"The mayor opened a bridge today.\n\n{PADDING}\n\nThe mill in Varna was hit on Tuesday, the ministry said."
    )
    assert changes(desk, ("en", "A bridge opens in Varna", retold)) == ["followup"]


@pytest.mark.parametrize(
    ("then", "older"), [(SIX["en"], PLAIN), (CLAIMED["en"], OFFICIAL["en"]), (PLAIN, DENIED["en"])]
)
def test_an_older_article_that_comes_late_changes_nothing(then: Told, older: Told) -> None:
    desk = stream()
    desk.tell(written(then, 6))
    outcome = judge_article(written(older), desk.desk, desk.ledger, NOON + 8 * HOURS)
    verdict = outcome.decisions[0].verdict
    assert (verdict.kind.value, verdict.previous, outcome.alerts) == ("followup", "", ())


def test_a_copy_changes_nothing() -> None:
    long = " ".join(f"The mill in Varna was hit and barn {n} burned down, a ministry spokesman said." for n in range(9))
    desk = stream()
    desk.tell(article("Mill in Varna hit", long, id="one"))
    copied = desk.tell(article("Correction: mill in Varna hit", long, NOON + HOURS, id="two"))
    assert (copied.decisions[0].verdict.previous, copied.alerts) == ("", ())


def test_a_rule_that_asks_for_no_updates_records_them_and_stays_silent() -> None:
    desk = stream(rule())
    assert changes(desk, CLAIMED["en"], OFFICIAL["ru"]) == [
        "new!", "followup claimed by one side → officially confirmed",
    ]  # fmt: skip
    decision = desk.tell(written(DENIED["en"], 12)).decisions[0]
    assert decision.reason == (
        "An update (officially confirmed → officially denied), but the rule does not ask for updates."
    )
    told = desk.ledger.facts(Question("mill", events=(decision.verdict.event,)), NOON + 12 * HOURS)
    assert told[-1].assertion.value == "denied"


def test_the_reason_of_an_update_says_what_and_why() -> None:
    desk = stream()
    desk.tell(written(CLAIMED["en"]))
    outcome = desk.tell(written(OFFICIAL["ru"], 6))
    verdict, alert = outcome.decisions[0].verdict, outcome.alerts[0]
    assert verdict.reason.startswith("update: only claimed by one side on 2030-03-12, now there is an official word (“")
    assert alert.key == f"mill:{verdict.event}:update:officially-confirmed"
    assert alert.is_update
    assert alert.headline.startswith("Update: Strike on a mill: claimed by one side → officially confirmed")
    told = message_of(alert).body
    assert "Changed: claimed by one side → officially confirmed\n" in told
    assert "Why an update: only claimed by one side on" in told


def test_updates_do_not_depend_on_articles_in_between_of_other_events() -> None:
    other = ("en", "Mill in Burgas hit", "The mill in Burgas was hit on 20 March, the ministry said.")
    desk = stream()
    desk.tell(written(CLAIMED["en"]))
    desk.tell(written(other, 24 * 9))
    assert "update" not in desk.tell(written(other, 24 * 9 + 1)).decisions[0].verdict.reason


# --- states and quantities ---------------------------------------------------------------------


def test_a_state_is_confirmed_and_where_it_has_no_word_for_it_denied() -> None:
    ban = rule(
        id="ban", kind=RuleKind.STATE, title="Ban", match=Condition(all=(("ban",),)), updates=True,
        steps=(Step("lifted", ("lift",)), Step("in_force", ())), initial="in_force",
    )  # fmt: skip
    told = [
        ("en", "Ban lifted, bloggers claim", "Bloggers claimed that the ban was lifted."),
        ("en", "Ban lifted", "The ban was lifted, the ministry said."),
        ("en", "Ministry denies ban was lifted", "The ministry denied that the ban was lifted."),
    ]
    assert changes(stream(ban), *told) == [
        "new! in force → lifted",
        "followup! claimed by one side → officially confirmed",
        "followup! officially confirmed → officially denied",
    ]


def test_a_sum_that_was_claimed_is_confirmed_and_its_change_reads_in_one_language() -> None:
    aid = rule(
        id="aid", kind=RuleKind.QUANTITY, title="Aid", match=Condition(all=(("aid",),)), steps=(), updates=True,
        quantity=QuantitySpec("money", (), (), 1000.0),
    )  # fmt: skip
    told = [
        ("en", "Aid of $2 million, source says", "Aid of $2 million goes north, an unnamed source said."),
        ("ru", "Помощь на 2 млн долларов", "Помощь на 2 млн долларов отправят на север, сообщили в министерстве."),
        ("ru", "Помощь на 4 млн долларов", "На север отправят помощь на 4 млн долларов."),
    ]
    assert changes(stream(aid), *told) == [
        "new!", "followup! told by an unnamed source → officially confirmed", "new! $2 million → $4 million",
    ]  # fmt: skip
