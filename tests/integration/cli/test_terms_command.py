"""`monitor terms show` over stored articles, and patterns as the commands tell of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.judge import Judge
from monitor.core.model import Article, Entry, Outcome, Polled, PollPlan, Source
from monitor.core.rules import RuleSet
from monitor.judging import Desk as Rules
from monitor.judging import judge_article
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from tests.integration.cli.conftest import Desk

NOW = datetime.now(UTC)
TERMS = """\
version: 1
terms:
  summit:
    any: [SOCAR]
    en: [summit, "/G-?20/"]
    ru: [саммит]
    az: [=SAMMİT]
"""
STORED = [
    ("en", 1, "The summit", "The summit of the G-20 is the last of the summits. SOCAR sent nobody to the G20."),
    ("ru", 2, "О саммите", "О саммите сообщили из Москвы. К саммиту готовятся уже давно, а после саммита решат."),
    ("en", 50, "An old summit", "This summit is long forgotten by all who were there at that time."),
]


@pytest.fixture
def stored(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A database with a few judged articles."""
    url = f"sqlite:///{desk.folder}/monitor.db"
    monkeypatch.setenv("MONITOR_DATABASE_URL", url)
    desk.write("watchlists/more.yaml", TERMS)
    assert desk.run("db", "upgrade").code == 0
    engine = create_engine(url)
    store, rules = SqlStore(engine), Rules(Judge(RuleSet((), {})), {})
    store.sync_sources([Source("orm", "https://orm.example/feed", "Orm")], NOW)
    for number, (lang, days, title, text) in enumerate(STORED):
        at = NOW - timedelta(days=days)
        article = Article(str(number), title, text, at, at, lang, "Orm")
        entry = Entry(article.id, (f"guid:orm:{article.id}",), article.url, title)
        store.record_polls(
            [(Polled("orm", NOW, Outcome.FRESH, (entry,), status=200), PollPlan(NOW, "rhythm"), frozenset())]
        )
        (pending,) = store.pending_entries(NOW, 10)
        store.save_article(pending.id, article)
        store.judging(lambda unit, article=article: judge_article(article, rules, unit, NOW))
    engine.dispose()
    return desk


def test_each_word_is_shown_with_the_forms_that_were_seen_and_how_often(stored: Desk) -> None:
    ran = stored.run("terms", "show", "summit")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "any",
        "  SOCAR  =  any form of socar",
        "    seen: en socar 1",
        "en",
        "  summit  =  any form of summit",
        "    seen: summit 2, summits 1",
        "  /G-?20/  =  what this pattern finds in a sentence",
        "    seen: g-20 1, g20 1",
        "ru",
        "  саммит  =  any form of саммит",
        "    seen: саммите 2, саммита 1, саммиту 1",
        "az",
        "  =SAMMİT  =  only sammit",
        "    seen: never",
    ]
    assert ran.complaints == ["monitor: seen in 2 articles of the last 30 days"]


def test_all_terms_are_shown_file_by_file_and_counted_together(stored: Desk) -> None:
    ran = stored.run("terms", "show", "--all")
    lines = ran.out.splitlines()
    assert lines[:3] == ["watchlists/ferries.yaml", "3: ferry", "en"]
    assert "watchlists/more.yaml" in lines
    assert lines[lines.index("3: summit") + 1 :] == stored.run("terms", "show", "summit").out.splitlines()
    assert ran.complaints == ["monitor: seen in 2 articles of the last 30 days"]
    data = stored.run("terms", "show", "--all", "--json").data
    assert set(data["terms"]) == {"ferry", "lake", "sink", "raise_up", "summit"}
    assert data["terms"]["summit"]["words"] == stored.run("terms", "show", "summit", "--json").data["words"]
    assert (data["terms"]["summit"]["watchlist"], data["terms"]["summit"]["line"]) == ("watchlists/more.yaml", 3)


def test_one_term_or_all_of_them_must_be_asked_for(stored: Desk) -> None:
    for words in ([], ["summit", "--all"], ["--all", "--try", "summits"]):
        assert stored.run("terms", "show", *words).code == 2


def test_the_days_bound_what_is_counted(stored: Desk) -> None:
    data = stored.run("terms", "show", "summit", "--days", "60", "--json").data
    assert (data["articles"], data["days"]) == (3, 60)
    assert data["words"]["en"]["summit"] == {
        "stands_for": "any form of summit",
        "seen": {"en": {"summit": 4, "summits": 1}},
    }
    ran = stored.run("terms", "show", "summit", "--days", "0")
    assert ran.code == 2


def test_without_articles_nothing_is_called_unseen(stored: Desk) -> None:
    (stored.folder / "monitor.db").unlink()
    assert stored.run("db", "upgrade").code == 0
    ran = stored.run("terms", "show", "summit")
    assert "seen" not in ran.out
    assert ran.complaints == ["monitor: seen in 0 articles of the last 30 days"]


def test_without_a_database_the_words_alone_are_shown(stored: Desk) -> None:
    (stored.folder / "monitor.db").unlink()
    ran = stored.run("terms", "show", "summit")
    assert ran.code == 0
    assert "  саммит  =  any form of саммит" in ran.out
    assert "seen" not in ran.out
    (complaint,) = ran.complaints
    assert complaint.startswith("monitor: nothing is counted: there is no database")
    assert not (stored.folder / "monitor.db").exists()
    assert stored.run("terms", "show", "summit", "--json").data["articles"] is None


def test_explain_says_that_a_pattern_took_too_long_and_for_which_rules_it_matters(desk: Desk) -> None:
    slow = r"/(?:\p{Greek}{2}|\p{Greek}| )+$/"
    desk.write("watchlists/more.yaml", f"version: 1\nterms:\n  greek: {{any: ['{slow}']}}\nrules:\n  - id: greek\n"
               "    kind: event\n    title: Greek\n    match: {all: [greek]}\n")  # fmt: skip
    desk.write("news.txt", f"Ferry sinks on Lake Orm\n\nA ferry sank on Lake Orm today.\n\n{'αβγδ ' * 200}!\n")
    ran = desk.run("explain", "news.txt")
    assert ran.code == 0
    told = f"the pattern {slow} of greek (watchlists/more.yaml:3) took too long in sentence 2 and counts as not found"
    assert f"  Left out: {told}; it matters to greek.\n" in ran.out
    assert "sinkings: NEW, ALERT (A ferry sinks on Lake Orm)" in ran.out
    assert "Left out" not in desk.run("explain", "news.txt", "--rule", "sinkings").out
    assert desk.run("explain", "news.txt", "--json").data["left_out"] == [{"words": told, "rules": ["greek"]}]


def test_a_form_is_tried_against_a_term_in_each_of_its_languages(desk: Desk) -> None:
    words = "ru: [судно, нефтебаза, =завтра, атаковать], en: [sink, ferr*], any: ['/K-\\d+/', ==AB]"
    desk.write("watchlists/more.yaml", f"version: 1\nterms:\n  ships: {{{words}}}\n")
    tries = ["суда", "нефтебазу", "суде", "завтра", "атакован", "sank", "Ferries", "K-19", "AB's"]
    ran = desk.run("terms", "show", "ships", *(part for word in tries for part in ("--try", word)))
    assert [line for line in ran.out.splitlines() if "not found" not in line or "суде" in line] == [
        "ru суда: found by судно (key судно, a form of two words)",
        "ru нефтебазу: found by нефтебаза (key нефтебаза, by the dictionary)",
        "ru суде: not found (its keys are суд or суде)",
        "en суде: not found (its keys are суде)",
        "ru завтра: found by =завтра (exactly завтра)",
        "ru атакован: found by атаковать (атакован is a form of this verb)",
        "en sank: found by sink (key sink, by the dictionary)",
        "en Ferries: found by ferr* (it begins with ferr)",
        "ru K-19: found by /K-\\d+/ (what the pattern finds)",
        "en K-19: found by /K-\\d+/ (what the pattern finds)",
        "ru AB's: found by ==AB (exactly AB)",
        "en AB's: found by ==AB (exactly AB)",
    ]
    (first,) = desk.run("terms", "show", "ships", "--try", "sank", "--json").data[1:]
    assert first == {"word": "sank", "language": "en", "by": "sink", "why": "key sink, by the dictionary"}
