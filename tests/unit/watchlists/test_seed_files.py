"""Seeds: from YAML to facts, and back without loss."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Assertion, Attribution, DateSpan, Fact, Figure, RuleKind
from monitor.core.rules import Condition, Rule, RuleSet, Step
from monitor.watchlists import Seed, dump_seed, load_seeds
from monitor.watchlists.seeds import read_seed
from monitor.watchlists.yamlfile import parse_document

RULES = RuleSet(
    (
        Rule("strikes", RuleKind.EVENT, "Strikes", Condition(), steps=(Step("struck", ()), Step("no", ()))),
        Rule("aid", RuleKind.QUANTITY, "Aid", Condition()),
    ),
    {},
)
TEXT = """\
version: 1
document:
  {id: depot-2025, outlet: A Paper, title: "Fire: the depot", date: 2025-08-12, language: en, url: https://a.example/1}
fingerprint: {signature: AQID}
facts:
  - rule: strikes
    step: struck
    date: 2025-08-08
    places: [Odesa]
    names: [SOCAR]
    figures: [{value: 4, unit: people}]
    assertion: reported
    attribution: official
    words: A depot was hit.
    event: odesa-depot
  - {rule: aid, words: Two million dollars., figures: [{value: 2e6, unit: USD, total: true, text: $2m}], date: 2025}
"""


def one(text: str) -> Seed:
    document = parse_document(text.encode(), "s.yaml")
    seed = read_seed(document, RULES, {})
    assert document.problems == []
    assert seed is not None
    return seed


def test_a_seed_becomes_facts_known_from_the_morning_of_its_date(tmp_path: Path) -> None:
    (tmp_path / "depot.yaml").write_text(TEXT)
    (seed,) = load_seeds(tmp_path, RULES)
    assert (seed.id, seed.source, seed.signature) == (
        "depot-2025",
        "seed:depot-2025",
        b"\1\2\3",
    )
    assert seed.facts == (
        Fact(
            key="seed:depot-2025:1",
            rule="strikes",
            kind=RuleKind.EVENT,
            step="struck",
            event="odesa-depot",
            recorded=datetime(2025, 8, 12, tzinfo=UTC),
            source="seed:depot-2025",
            words="A depot was hit.",
            when=DateSpan(date(2025, 8, 8), date(2025, 8, 8)),
            dated=True,
            names=frozenset({"SOCAR"}),
            places=frozenset({"Odesa"}),
            figures=(Figure(4.0, "people"),),
            assertion=Assertion.REPORTED,
            attribution=Attribution.OFFICIAL,
            language="en",
            outlet="A Paper",
            url="https://a.example/1",
        ),
        Fact(
            key="seed:depot-2025:2",
            rule="aid",
            kind=RuleKind.QUANTITY,
            step="",
            event="seed:depot-2025:2",
            recorded=datetime(2025, 8, 12, tzinfo=UTC),
            source="seed:depot-2025",
            words="Two million dollars.",
            when=DateSpan(date(2025, 1, 1), date(2025, 12, 31)),
            dated=True,
            figures=(Figure(2e6, "USD", True, "$2m"),),
            language="en",
            outlet="A Paper",
            url="https://a.example/1",
        ),
    )


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2025-08-08", date(2025, 8, 8), date(2025, 8, 8)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31)),
        ("2025", date(2025, 1, 1), date(2025, 12, 31)),
        ("'2025'", date(2025, 1, 1), date(2025, 12, 31)),
        ("9999", date(9999, 1, 1), date(9999, 12, 31)),
        ("{from: 2025-08-06, to: 2025-08-08}", date(2025, 8, 6), date(2025, 8, 8)),
    ],
)
def test_dates_may_be_a_day_a_month_a_year_or_a_range(written: str, first: date, last: date) -> None:
    seed = one(TEXT.replace("date: 2025}", f"date: {written}" + "}"))
    assert seed.facts[1].when == DateSpan(first, last)


def test_an_empty_directory_holds_no_seeds(tmp_path: Path) -> None:
    assert load_seeds(tmp_path, RULES) == ()


def test_a_written_seed_is_pleasant_to_edit() -> None:
    assert dump_seed(one(TEXT)) == (
        "version: 1\n"
        "document:\n"
        "  id: depot-2025\n"
        "  outlet: A Paper\n"
        "  title: 'Fire: the depot'\n"
        "  date: 2025-08-12\n"
        "  language: en\n"
        "  url: https://a.example/1\n"
        "fingerprint:\n"
        "  signature: AQID\n"
        "facts:\n"
        "  - rule: strikes\n"
        "    step: struck\n"
        "    date: 2025-08-08\n"
        "    places: [Odesa]\n"
        "    names: [SOCAR]\n"
        "    figures:\n"
        "      - {value: 4, unit: people}\n"
        "    assertion: reported\n"
        "    attribution: official\n"
        "    words: A depot was hit.\n"
        "    event: odesa-depot\n"
        "  - rule: aid\n"
        "    date: 2025\n"
        "    figures:\n"
        "      - {value: 2000000, unit: USD, total: true, text: $2m}\n"
        "    assertion: asserted\n"
        "    attribution: outlet\n"
        "    words: Two million dollars.\n"
    )


TRICKY = st.sampled_from(
    ["no", "1e5", "12:30", "2025-08-12", "null", "~", "- a", "#x", "a: b", " a ", "a\nb", "*a", "=", "0x1F"]
)
TEXTS = st.one_of(TRICKY, st.text(st.characters(codec="utf-8"), min_size=1, max_size=120))
DATES = st.one_of(
    st.dates().map(lambda day: DateSpan(day, day)),
    st.tuples(st.dates(), st.dates()).map(lambda pair: DateSpan(min(pair), max(pair))),
    st.sampled_from(
        [
            DateSpan(date(2024, 2, 1), date(2024, 2, 29)),
            DateSpan(date(2024, 12, 1), date(2024, 12, 31)),
            DateSpan(date(1, 1, 1), date(1, 12, 31)),
            DateSpan(date(9999, 1, 1), date(9999, 12, 31)),
        ]
    ),
)
FIGURES = st.builds(
    Figure, st.floats(allow_nan=False, allow_infinity=False), TEXTS, st.booleans(), st.one_of(st.just(""), TEXTS)
)


@st.composite
def seeds(draw: st.DrawFn) -> Seed:
    day = draw(st.dates())
    document = {"language": "en", "outlet": draw(TEXTS), "url": draw(st.one_of(st.just(""), TEXTS))}
    facts = []
    for number in range(1, draw(st.integers(0, 3)) + 1):
        key, when = f"seed:d:{number}", draw(st.one_of(st.none(), DATES))
        facts.append(
            Fact(
                key=key,
                rule="strikes",
                kind=RuleKind.EVENT,
                step=draw(st.sampled_from(["struck", "no"])),
                event=draw(st.one_of(st.just(key), TEXTS)),
                recorded=datetime(day.year, day.month, day.day, tzinfo=UTC),
                source="seed:d",
                words=draw(TEXTS),
                when=when,
                dated=when is not None,
                names=draw(st.frozensets(TEXTS, max_size=3)),
                places=draw(st.frozensets(TEXTS, max_size=3)),
                figures=tuple(draw(st.lists(FIGURES, max_size=2))),
                assertion=draw(st.sampled_from(Assertion)),
                attribution=draw(st.sampled_from(Attribution)),
                **document,
            )
        )
    return Seed(
        id="d",
        title=draw(TEXTS),
        date=day,
        note=draw(st.one_of(st.just(""), TEXTS)),
        signature=draw(st.binary(max_size=100)),
        facts=tuple(facts),
        file="s.yaml",
        **document,
    )


@given(seeds())
def test_any_seed_reads_back_as_it_was_written(seed: Seed) -> None:
    assert one(dump_seed(seed)) == seed
