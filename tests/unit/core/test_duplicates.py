"""Copies of a text are known again; other texts, however close in matter, are not."""

from __future__ import annotations

import random
import struct
from itertools import product

import pytest

from monitor.core.duplicates import SAME, _all_words, _common_words, likeness, same_text, similarity

ENGLISH = """
The harbour master of Berezan closed the eastern basin on Thursday evening after divers found an unexploded device
under the grain pier. Two ships that had been loading maize were towed to the outer roads, and lorries were turned
back at the gate. The regional administration said that nobody was hurt and that sappers would work through the night.
It was the third such find since the spring, when a storm tore a number of old mines from their anchors. Owners of the
terminal put the cost of one idle day at 140,000 dollars and asked the insurers to send a surveyor. A spokeswoman for
the port workers' union complained that her members had learned of the danger from the radio. The ministry of
infrastructure promised a new set of rules for inspections, which are to be discussed with captains next week. Until
then, vessels with a draught of more than nine metres have to wait for a pilot. Farmers in the north of the region fear
that prices will slip further if the queue grows, because silos are full and the railway takes no more wagons. Traders
said they would move some cargoes to the Danube, where the water is low at this time of the year.
"""
ANOTHER = """
Sappers removed an unexploded device from under the grain pier in Berezan on Friday morning, and the eastern basin
opened again at noon. Police had cordoned off four streets for the time of the work. The captain of one of the two
waiting ships told reporters that he hoped to finish loading before the weekend. Experts believe that the mine was
carried to the coast by the spring storm; they recommend that the whole bay be searched with sonar. The terminal's
owners have not yet said how much they lost. In the town, people remembered how a similar find emptied the market
five years ago. Schoolchildren were given the day off, which most of them spent on the beach. The mayor thanked the
navy and said a small monument to the sappers would be put up on the embankment by the summer. The union repeated its
demand for a warning system with sirens and text messages, and the minister answered that money had been set aside.
"""
UKRAINIAN = """
Уночі на околиці Кам'янки спалахнув склад із будівельними матеріалами, вогонь перекинувся на дві сусідні майстерні.
Рятувальники приборкали полум'я лише під ранок, на місці працювали дев'ять бригад. За словами начальника управління,
ніхто не постраждав, бо сторож устиг вивести робітників. Збитки власник оцінив у сім мільйонів гривень. Причину пожежі
встановлює слідство, серед версій називають коротке замикання. Торік у цьому ж районі вже горів деревообробний цех,
після чого міська рада обіцяла перевірити всі гідранти. Мешканці довколишніх будинків скаржаться на їдкий дим і просять
привезти воду, адже водогін через гасіння вимкнули до вечора. Школу поблизу перевели на дистанційне навчання.
"""
AZERBAIJANI = """
Şəmkirdə yeni su anbarının tikintisi gözləniləndən iki ay tez başa çatıb, sınaqlar gələn həftə keçiriləcək. Layihənin
rəhbəri bildirib ki, anbar on dörd kəndin əkin sahələrini suvarma suyu ilə təmin edəcək. İşlərə doqquz milyon manat
xərclənib, onun üçdə birini yerli sahibkarlar ödəyib. Fermerlər ötən yay quraqlıq üzündən məhsulun yarısını itirmişdilər
və ümid edirlər ki, bu il vəziyyət dəyişəcək. Ekoloqlar isə çayın aşağı axarında suyun azalacağından narahatdır, onlar
müstəqil rəyin dərc olunmasını istəyirlər. İcra hakimiyyəti cavab verib ki, axın gecə-gündüz ölçülür və nəticələr hər
bazar ertəsi açıqlanacaq. Anbarın sahilində istirahət zonası və kiçik bir balıq təsərrüfatı da salınacaq.
"""
ORIGINALS = {"en": ENGLISH, "uk": UKRAINIAN, "az": AZERBAIJANI}


def _rewrite(text: str, share: float, run: int, seed: int) -> str:
    """Exchange, drop or add runs of `run` words until about `share` of the words have changed."""
    chance = random.Random(seed)
    words, out, place = text.split(), [], 0
    while place < len(words):
        if chance.random() >= share / run:
            out.append(words[place])
            place += 1
            continue
        kind = chance.random()
        if kind < 0.8:  # exchange, or drop
            place += run
        if kind < 0.6 or kind >= 0.8:
            out += [chance.choice(words)[::-1] for _ in range(run)]
    return " ".join(out)


def _same(left: str, right: str) -> bool:
    return same_text(likeness("One headline", left).signature, likeness("Another", right).signature)


@pytest.mark.parametrize("lang", ORIGINALS)
@pytest.mark.parametrize(("share", "run"), [(0.06, 1), (0.15, 2), (0.25, 4)])
def test_a_light_rewrite_is_a_copy_and_shares_a_band(lang: str, share: float, run: int) -> None:
    """Of ten rewrites nine at least are known again; each of those also meets the original in a band."""
    original = likeness("", ORIGINALS[lang])
    known = 0
    for seed in range(10):
        copy = likeness("Another headline", _rewrite(ORIGINALS[lang], share, run, seed))
        if same_text(original.signature, copy.signature):
            known += 1
            assert set(original.bands) & set(copy.bands)
    assert known >= 9


def test_a_reprint_cut_to_half_is_a_copy() -> None:
    """By its lead: the whole has only half in common."""
    words = ENGLISH.split()
    assert _same(ENGLISH, " ".join(words[: len(words) // 2]))
    assert _same(ENGLISH, _rewrite(" ".join(words[: len(words) // 2]), 0.1, 2, 1))


def test_a_reprint_with_another_lead_is_a_copy() -> None:
    """By the whole: a new first paragraph is put before it."""
    assert _same(
        ENGLISH, "Our correspondent on the coast sends word of a busy night in the port of Berezan. " + ENGLISH
    )


def test_another_report_of_the_same_matter_is_no_copy() -> None:
    a, b = likeness("", ENGLISH), likeness("", ANOTHER)
    assert not same_text(a.signature, b.signature)
    assert similarity(a.signature, b.signature) < SAME / 2


def test_case_diacritics_and_apostrophes_make_no_difference() -> None:
    plain = UKRAINIAN.replace("'", "’").upper()
    assert similarity(likeness("", UKRAINIAN).signature, likeness("", plain).signature) == 1.0
    dotless = AZERBAIJANI.replace("ı", "i").replace("İ", "I")
    assert similarity(likeness("", AZERBAIJANI).signature, likeness("", dotless).signature) == 1.0


def test_a_daily_bulletin_with_other_numbers_is_another_text() -> None:
    form = (
        "The state bank has set the official rates for {0}. A dollar is sold at {1}, one euro at {2}, one lari at {3}, "
        "one hryvnia at {4}. The rates hold for all banks and offices of exchange until the next session of the "
        "board. Reserves stood at {5} billion at the end of the month. The board meets again in ten days from now."
    )
    monday = form.format("2 June", "1.7000", "1.9312", "0.6211", "0.0409", "11.37")
    tuesday = form.format("3 June", "1.7105", "1.9288", "0.6187", "0.0414", "11.52")
    assert similarity(likeness("", monday).signature, likeness("", tuesday).signature) > SAME
    assert not _same(monday, tuesday)
    assert _same(monday, monday.replace("sold", "traded").replace("hold for", "bind"))


def test_short_texts_are_the_same_only_word_for_word() -> None:
    short = "Explosions were heard in Berezan tonight, the mayor said."
    assert _same(short, short.upper())
    assert not _same(short, short.replace("tonight", "today"))
    assert likeness("", short).bands == likeness("", short).bands != ()


def test_the_title_stands_in_for_a_missing_text() -> None:
    assert same_text(likeness("Port closed", "").signature, likeness("PORT CLOSED", " ").signature)


def test_nothing_is_like_an_empty_text() -> None:
    empty = likeness("", " \n")
    assert empty.bands == ()
    assert not same_text(empty.signature, likeness("", "").signature)
    assert not same_text(b"", b"")
    assert not same_text(empty.signature, likeness("", ENGLISH).signature)


def test_signatures_of_another_version_are_never_alike() -> None:
    signature = likeness("", ENGLISH).signature
    assert similarity(signature, bytes([signature[0] + 1]) + signature[1:]) == 0.0


def test_bands_fit_a_signed_64_bit_column() -> None:
    bands = likeness("", ENGLISH).bands
    assert all(-(2**63) <= band < 2**63 for band in bands)
    assert len(bands) == len(set(bands)) == 46


def test_signatures_are_stable_across_processes_and_releases() -> None:
    """Stored signatures stay good: if this changes, the version byte has to change with it."""
    found = likeness("", ENGLISH)
    assert (len(found.signature), found.signature[:12].hex(), found.bands[0]) == (
        804,
        "0101d100e2e7104705d2a800",
        -3693632439617114318,
    )


def test_similarity_is_the_share_of_equal_values_of_whole_or_lead() -> None:
    """Against counting them one by one."""
    layout = struct.Struct("<128I64I")
    texts = [*ORIGINALS.values(), ANOTHER, *(_rewrite(ENGLISH, share, 3, 1) for share in (0.1, 0.3, 0.6))]
    signatures = [likeness("", text).signature for text in texts]
    for a, b in product(signatures, signatures):
        left, right = layout.unpack_from(a, 4), layout.unpack_from(b, 4)
        equal = [x == y for x, y in zip(left, right, strict=True)]
        assert similarity(a, b) == pytest.approx(max(sum(equal[:128]) / 128, sum(equal[128:]) / 64))


def test_common_letters_give_the_same_words_as_all_letters() -> None:
    """Each character by itself, within a word, and before a combining mark."""
    characters = map(chr, (*range(1, 0x3000), *range(0xA640, 0xA700), *range(0xFB00, 0x10000)))
    texts = [text for c in characters for text in (c, f"a{c}ж", f"q{c}\u0301e")]
    differing = [text for text in texts if (words := _common_words(text)) and words != _all_words(text)]
    assert differing == []


@pytest.mark.parametrize("text", [ENGLISH, UKRAINIAN, AZERBAIJANI, AZERBAIJANI.upper().replace("I", "İ")])
def test_common_letters_suffice_for_usual_texts(text: str) -> None:
    assert _common_words(text) == _all_words(text) != []
