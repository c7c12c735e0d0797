"""The files in `watchlists/` as shipped."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from monitor.core.alerts import Target
from monitor.core.matching import Matcher
from monitor.core.model import Source
from monitor.core.text import read
from monitor.watchlists import load
from monitor.watchlists.channels import read_channels
from monitor.watchlists.fields import LANGUAGES
from monitor.watchlists.sources import read_sources
from monitor.watchlists.yamlfile import parse_document, read_document

DIRECTORY = Path(__file__).parents[3] / "watchlists"


@pytest.fixture(scope="module")
def sources() -> tuple[Source, ...]:
    document = read_document(DIRECTORY / "sources.yaml")
    found = read_sources(document)
    assert document.problems == []
    return found


def test_at_least_eighty_sources_cover_the_region(sources: tuple[Source, ...]) -> None:
    assert len(sources) >= 80
    countries = Counter(source.country for source in sources)
    for country in ("AZ", "UA", "RU", "AM", "GE", "TR", "RO", "MD", ""):
        assert countries[country] >= 2, country
    assert {source.language for source in sources} >= {"az", "uk", "ru", "hy", "ka", "tr", "ro", "en"}


def test_sources_of_one_broadcaster_are_one_family(sources: tuple[Source, ...]) -> None:
    assert {source.publisher for source in sources if "/api/z" in source.url} == {"rferl"}
    assert max(Counter(source.publisher for source in sources).values()) < len(sources) / 10


def test_no_tier_is_left_to_the_default(sources: tuple[Source, ...]) -> None:
    text = (DIRECTORY / "sources.yaml").read_text(encoding="utf-8")
    assert text.count(" tier: ") == text.count("publisher: ") == len(sources)


def test_a_fresh_clone_tells_the_console_and_asks_for_no_secret() -> None:
    document = read_document(DIRECTORY / "channels.yaml")
    channels = read_channels(document, {})
    assert (document.problems, channels.warnings) == ([], ())
    assert channels.targets == {"oncall": (Target("oncall", "console", "console://"),)}
    assert channels.routes.channels == ("oncall",)


def test_the_commented_examples_of_channels_are_right() -> None:
    text = (DIRECTORY / "channels.yaml").read_text(encoding="utf-8").replace("# - {", "- {")
    document = parse_document(text.encode(), "channels.yaml")
    channels = read_channels(document, {})
    assert document.problems == []
    assert len(channels.warnings) == 3


# --- packs -----------------------------------------------------------------------------------

PACKS: dict[str, list[str]] = yaml.safe_load((DIRECTORY / "packs.yaml").read_text(encoding="utf-8"))["packs"]


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(load(DIRECTORY).ruleset)


def packs_in(matcher: Matcher, text: str, lang: str) -> set[str]:
    present = matcher.scan(read("", text, lang)).present
    return {name for name, terms in PACKS.items() if not present.isdisjoint(terms)}


def test_every_pack_has_words_in_every_language(matcher: Matcher) -> None:
    for name in PACKS:
        for lang in LANGUAGES:
            assert any(pattern.term in PACKS[name] for pattern in matcher.lexicon.patterns(lang)), (name, lang)


@pytest.mark.parametrize(
    ("lang", "text", "pack"),
    [
        ("en", "Warships joined a naval exercise off Poti.", "exercises"),
        ("ru", "На нефтебазе прошла учебная тревога.", "exercises"),
        ("uk", "У спільних військових навчаннях узяли участь три країни.", "exercises"),
        ("az", "Hərbi təlimlərdə üç ölkə iştirak edir.", "exercises"),
        ("tr", "Rafineride yangın tatbikatı yapıldı.", "exercises"),
        ("ro", "La rafinărie a avut loc un exercițiu de evacuare.", "exercises"),
        ("hy", "Երեք երկիր մասնակցեց զորավարժությանը։", "exercises"),
        ("ka", "სამხედრო წვრთნები ფოთში დაიწყო.", "exercises"),
        ("en", "A documentary film on the disaster opens in May.", "fiction"),
        ("ru", "Актёры сериала приехали в Одессу.", "fiction"),
        ("uk", "Кінофестиваль відкрився в Одесі.", "fiction"),
        ("ru", "Футболисты вышли в полуфинал.", "sport"),
        ("az", "Futbolçular yarımfinala çıxdı.", "sport"),
        ("tr", "Takım çeyrek finale çıktı.", "sport"),
        ("ka", "ფეხბურთელები თბილისში ჩავიდნენ.", "sport"),
        ("hy", "Ֆուտբոլիստները ժամանեցին Երևան։", "sport"),
        ("en", "Hundreds marked the tenth anniversary of the fire.", "anniversaries"),
        ("uk", "Минула третя річниця вторгнення.", "anniversaries"),
        ("tr", "Saldırının yıl dönümünde tören düzenlendi.", "anniversaries"),
        ("en", "The conductor passed away at the age of 91.", "obituaries"),
        ("ru", "Гороскоп на неделю: Овнам повезёт.", "horoscopes"),
        ("uk", "Синоптики попередили про зливи.", "weather"),
        ("ro", "Prognoza meteo pentru weekend.", "weather"),
        ("az", "Zavodda yeni vakansiyalar var.", "job_ads"),
    ],
)
def test_a_pack_finds_what_it_is_for(matcher: Matcher, lang: str, text: str, pack: str) -> None:
    assert packs_in(matcher, text, lang) == {pack}


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "SOCAR drills new wells; the game is over for the novel plan, the ministry, a striker at heart, said."),
        ("en", "The summit was held at the Olympic Stadium and ended with a drill into details of the talks."),
        ("en", "The ministers exercised restraint and filmed no scenario of an attack."),
        (
            "ru",
            "Учение церкви не запрещает переговоров, а сценарий атаки обсуждали игроки рынка, пока люди шли в убежища.",
        ),
        ("uk", "Навчання в школах почнеться вчасно, удар по складу підтвердили."),
        ("az", "Nazirlik pessimist ssenarini və kadrların təlimini müzakirə etdi."),
        ("ro", "Zborul (vol) a fost anulat, iar planul nu este un joc."),
        ("tr", "Saldırıda üç kişi hayatını kaybetti, genel yayın yönetmeni yazdı."),
        ("ka", "თავდასხმის შედეგად სამი ადამიანი გარდაიცვალა."),
    ],
)
def test_words_that_stand_in_real_reports_are_in_no_pack(matcher: Matcher, lang: str, text: str) -> None:
    assert packs_in(matcher, text, lang) == set()
