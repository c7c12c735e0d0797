"""What must hold for any text, held against the shipped rules."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.core.judge import Judge
from monitor.core.language import fold
from monitor.core.model import Article, Verdict, Zone
from monitor.core.rules import Condition, RuleSet, Step
from monitor.core.text import words_of
from monitor.judging import Desk, judge_article
from monitor.memory import MemoryLedger
from monitor.watchlists import load
from tests.making import NOON, TERMS, article, rule, rule_set, term

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


# --- unrelated articles ----------------------------------------------------------------------

HARBOUR = rule(
    id="harbour",
    match=Condition(all=(("harbour",),), within=2),
    steps=(Step("closed", ("close",)), Step("open", ("reopen",))),
)
MILLS_AND_HARBOURS = rule_set(
    rule(),
    HARBOUR,
    terms=(*TERMS, term("harbour", en=["harbour"]), term("close", en=["close"]), term("reopen", en=["reopen"])),
)
TOWNS = ("Norvik", "Salemburg", "Tarnowo", "Bexley")
mills = st.builds(
    "{} mill was hit by drones on {} March. Officials in {} confirmed it.".format,
    st.sampled_from(TOWNS),
    st.integers(1, 12),
    st.sampled_from(TOWNS),
)
harbours = st.builds(
    "{} harbour was {} on {} March, the port authority said.".format,
    st.sampled_from(TOWNS),
    st.sampled_from(("closed", "reopened")),
    st.integers(1, 12),
)
others = st.builds("A bakery in {} won {} prizes for its rye bread.".format, st.sampled_from(TOWNS), st.integers(2, 99))


@ANY
@given(st.data())
def test_the_order_of_unrelated_articles_changes_no_verdict(data: st.DataObject) -> None:
    """Articles on mills, on harbours and on neither, each kind in its own order, taken up in two orders."""
    kinds = [data.draw(st.lists(texts, min_size=1, max_size=4)) for texts in (mills, harbours, others)]
    told = {
        f"{kind}-{at}": article(text[:30], text, NOON + timedelta(hours=5 * at + kind), id=f"{kind}-{at}")
        for kind, found in enumerate(kinds)
        for at, text in enumerate(found)
    }
    by_kind = sorted(told)
    queues = {str(kind): iter(sorted(name for name in told if name[0] == str(kind))) for kind in range(3)}
    mixed = [next(queues[kind]) for kind in data.draw(st.permutations([name[0] for name in told]))]
    assert _verdicts(told, by_kind) == _verdicts(told, mixed)


def _verdicts(told: dict[str, Article], order: list[str]) -> dict[str, list[Verdict]]:
    desk, ledger = Desk(Judge(MILLS_AND_HARBOURS), {}), MemoryLedger()
    outcomes = {name: judge_article(told[name], desk, ledger, told[name].published) for name in order}
    return {name: [decision.verdict for decision in outcome.decisions] for name, outcome in sorted(outcomes.items())}


# --- hostile texts ---------------------------------------------------------------------------

HOSTILE = {
    "a word without end": "Ъ",
    "letters that endings are made of": "ами",
    "suffixes in a row": "larındakı",
    "only quotation marks": "«",
    "only straight ones": '"',
    "only apostrophes": "a'",
    "only figures": "7",
    "figures with commas": "1,000,",
    "only full stops": ".",
    "full stops and blanks": ". ",
    "combining marks": "a\u0301\u0301",
    "right to left": "\u202eabc ",
    "NULs": "SOCAR\x00hit ",
    "halves of characters": "\ud800",
    "emoji": "😀 ",
    "brackets": "[(",
    "hyphens": "A-",
    "one sentence": "word ",
    "cues in one sentence": "SOCAR depot hit ",
    "cues in sentences": "SOCAR depot hit in Ukraine by drones. ",
    "cues in paragraphs": "SOCAR depot hit in Ukraine.\n",
    "conditions": "if SOCAR depot hit may ",
    "speech without end": "«word word word word ",
    "quoted cues without end": "«SOCAR depot hit in Ukraine word ",
    "a review of everything": "from a to b ",
    "how it came": "how a ",
    "dates": "SOCAR depot hit on 8 August 2025. ",
    "amounts": "SOCAR sent $2 million aid to Ukraine. ",
    "names": "Ivan Petrov and Putin Trump ",
}
CHARACTERS = 5_000
LEAD = "SOCAR depot hit in Ukraine by drones, he said. "  # else most of the text is never looked at


def _calls(desk: Desk, text: str) -> int:
    """How many functions are called to judge it, what is loaded once apart."""
    count = 0

    def called(*_: object) -> None:
        nonlocal count
        count += 1

    counts = []
    for _ in range(2):
        count = 0
        sys.setprofile(called)
        try:
            judge_article(article("SOCAR depot hit", LEAD + text, id="hostile"), desk, MemoryLedger(), NOON)
        finally:
            sys.setprofile(None)
        counts.append(count)
    return min(counts)


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.timeout(120)
def test_the_work_grows_no_faster_than_the_text(desk: Desk, piece: str) -> None:
    text = piece * (CHARACTERS // len(piece))
    assert _calls(desk, 4 * text) <= 5 * _calls(desk, text)


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
@pytest.mark.timeout(60)
def test_a_hostile_text_of_a_hundred_and_fifty_kilobytes_ends(desk: Desk, piece: str) -> None:
    text = piece * (150_000 // len(piece))
    told = article("SOCAR depot hit " + text, LEAD + text, id="hostile")
    judge_article(told, desk, MemoryLedger(), NOON)


@ANY
@given(st.text(max_size=80) | st.lists(st.sampled_from(JUMBLE.split(" "))).map(" ".join), languages)
def test_normal_forms_are_normal(text: str, lang: str) -> None:
    """Folding what is folded changes nothing, and the words of a text are the words of its words."""
    assert fold(fold(text, lang), lang) == fold(text, lang)
    words = words_of(text)
    assert words_of(" ".join(words)) == words
