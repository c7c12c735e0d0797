"""What must hold for any text, held against the shipped rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.core.judge import Judge
from monitor.core.model import Zone
from monitor.core.rules import RuleSet
from monitor.judging import Desk, judge_article
from monitor.memory import MemoryLedger
from monitor.watchlists import load
from tests.making import NOON, article

SHIPPED = Path(__file__).resolve().parents[3] / "watchlists"

# Words that make rules fire, and what breaks readers of text.
JUMBLE = (
    "SOCAR depot Odesa drones hit overnight Azerbaijan lifts embargo arms Ukraine Baku Aliyev $2 million aid Russia "
    "talks Trump Putin met scheduled cancelled denied may on Monday 8 August 2025 yesterday «Спутник» задержан в Баку "
    "нафтобаза дрони вдарили Azərbaycan silah embarqosu ləğv edildi Ermenistan barış antlaşması imzalandı AZAL crash "
    "filed suit . ! ? , — “ ” « » ( \n\n \u202e \u0301 İ ı 😀 \x00 999999999999 1/0 … Read also: Photo:"
)
texts = st.lists(st.sampled_from(JUMBLE.split(" ")), min_size=1, max_size=60).map(" ".join)
languages = st.sampled_from(["en", "ru", "uk", "az", "tr", "hy", "ka", "ro", "xx", ""])
ANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def shipped() -> RuleSet:
    return load(SHIPPED).ruleset


@pytest.fixture(scope="module")
def desk(shipped: RuleSet) -> Desk:
    return Desk(Judge(shipped), {})


@ANY
@given(title=texts, text=texts, lang=languages)
def test_any_text_is_judged_and_its_evidence_is_where_it_says(desk: Desk, title: str, text: str, lang: str) -> None:
    told = article(title, text, language=lang)
    for decision in judge_article(told, desk, MemoryLedger(), NOON).decisions:
        assert decision.verdict.reason
        assert 0 <= decision.verdict.score <= 1
        for piece in decision.verdict.evidence:
            source = told.title if piece.zone is Zone.TITLE else told.text
            assert source[piece.start : piece.end] == piece.text


@ANY
@given(title=texts, text=texts, hours=st.integers(0, 24 * 60))
def test_an_exact_copy_never_alerts(desk: Desk, title: str, text: str, hours: int) -> None:
    ledger = MemoryLedger()
    first = article(title, text, id="one")
    judge_article(first, desk, ledger, NOON)
    later = NOON + timedelta(hours=hours)
    copy = replace(first, id="two", published=later, first_seen=later, outlet="Other", url="https://other.example/")
    assert not judge_article(copy, desk, ledger, later).alerts


@ANY
@given(title=texts, text=texts)
def test_another_rule_changes_no_verdict_of_the_others(shipped: RuleSet, title: str, text: str) -> None:
    told = article(title, text)
    fewer = replace(shipped, rules=shipped.rules[:-1])
    one = judge_article(told, Desk(Judge(fewer), {}), MemoryLedger(), NOON).decisions
    other = judge_article(told, Desk(Judge(shipped), {}), MemoryLedger(), NOON).decisions
    kept = {rule.id for rule in fewer.rules}
    assert one == tuple(decision for decision in other if decision.verdict.rule in kept)


@pytest.mark.parametrize(
    "text",
    ["SOCAR hit " * 20_000, "«" * 100_000, "a." * 60_000, "8 August " * 15_000, "$2 million " * 10_000, "Ъ" * 150_000],
)
@pytest.mark.timeout(60)
def test_hostile_texts_of_a_hundred_kilobytes_end(desk: Desk, text: str) -> None:
    judge_article(article("SOCAR depot hit in Ukraine", text), desk, MemoryLedger(), NOON)
