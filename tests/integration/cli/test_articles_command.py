"""`monitor articles versions`: what an article said, and what became of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.app.indexing import indexed
from monitor.core.editing import NEW_WORDS
from monitor.core.model import Article, Entry, Outcome, Polled, PollPlan, Source
from monitor.store.engine import create_engine
from monitor.store.sql import SqlStore
from tests.integration.cli.conftest import Desk

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
URL = "https://herald.example/ferry"
FIRST = Article(
    "a1", "Ferry sinks", "A ferry sank. Two were hurt.\n\nDivers came.", NOW, NOW, url=URL, source_id="herald",
    extractor="trafilatura 2.3.1", extracted_at=NOW,
)  # fmt: skip
SECOND = replace(
    FIRST, version=2, text="A ferry sank. Seven were hurt.\n\nDivers came.", why=NEW_WORDS,
    extracted_at=NOW + timedelta(minutes=20),
)  # fmt: skip


@pytest.fixture
def edited(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    url = f"sqlite:///{desk.folder}/monitor.db"
    monkeypatch.setenv("MONITOR_DATABASE_URL", url)
    assert desk.run("db", "upgrade").code == 0
    engine = create_engine(url)
    store = SqlStore(engine)
    store.sync_sources([Source("herald", "https://herald.example/rss", "Herald")], NOW)
    entry = Entry("guid:1", ("guid:1", f"url:{URL}"), URL, "Ferry sinks")
    store.record_polls([(Polled("herald", NOW, Outcome.FRESH, (entry,), 200), PollPlan(NOW, ""), frozenset())])
    (pending,) = store.pending_entries(NOW, 10)
    assert store.save_article(pending.id, FIRST)
    assert store.reread(pending.id, SECOND, NOW)
    engine.dispose()
    return desk


def test_every_version_is_told_with_time_reason_extractor_and_what_changed(edited: Desk) -> None:
    ran = edited.run("articles", "versions", "a1")
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "a1: Ferry sinks",
        URL,
        "",
        "version 1: read 2026-11-02 12:00 UTC",
        "  trafilatura 2.3.1, 42 characters",
        "",
        f"version 2: read 2026-11-02 12:20 UTC, because {NEW_WORDS}",
        "  trafilatura 2.3.1, 44 characters",
        "  @@ -2,3 +2,3 @@",
        "   A ferry sank.",
        "  -Two were hurt.",
        "  +Seven were hurt.",
        "   Divers came.",
    ]


def test_an_article_is_found_by_its_address_and_json_has_the_texts(edited: Desk) -> None:
    data = edited.run("articles", "versions", URL, "--json").data
    assert (data["id"], [version["version"] for version in data["versions"]]) == ("a1", [1, 2])
    first, second = data["versions"]
    assert (first["text"], first["diff"], first["why"]) == (FIRST.text, [], "")
    assert (second["text"], second["why"]) == (SECOND.text, NEW_WORDS)
    assert "+Seven were hurt." in second["diff"]


def test_an_article_that_is_not_stored_is_told_in_words(edited: Desk) -> None:
    ran = edited.run("articles", "versions", "nobody")
    assert (ran.code, ran.out) == (2, "")
    assert ran.complaints == [
        "monitor: no article nobody is stored: give its id, or its address as the feed has it"
    ]  # fmt: skip


def test_a_long_difference_is_cut_for_people_and_whole_for_programs(edited: Desk) -> None:
    engine = create_engine(f"sqlite:///{edited.folder}/monitor.db")
    store = SqlStore(engine)
    added = " ".join(f"Boat {number} came." for number in range(60))
    assert store.reread(1, replace(SECOND, version=3, text=f"{SECOND.text} {added}"), NOW)
    engine.dispose()
    ran = edited.run("articles", "versions", "a1")
    assert ran.out.splitlines()[-1] == "  … and 22 lines more (--json has all)"
    assert len(edited.run("articles", "versions", "a1", "--json").data["versions"][2]["diff"]) == 62


@pytest.fixture
def found(edited: Desk) -> Desk:
    engine = create_engine(f"sqlite:///{edited.folder}/monitor.db")
    store = SqlStore(engine)
    store.mark_unjudgeable("a1", "", NOW)
    store.index(indexed(store.unindexed(10)), NOW)
    engine.dispose()
    return edited


def test_articles_are_found_by_any_form_with_what_became_of_them(found: Desk) -> None:
    ran = found.run("articles", "search", "ferries", "sink")
    assert ran.code == 0
    assert ran.out.splitlines()[1:] == [
        "a1: [Ferry] [sinks]",
        "  no outlet, 2026-11-02 12:00 UTC, en",
        "  A [ferry] [sank]. Seven were hurt. Divers came.",
        "  touches no rule",
    ]


def test_a_phrase_that_the_shell_took_out_of_its_quotes_stays_one(found: Desk) -> None:
    assert found.run("articles", "search", "ferry sank").out
    assert not found.run("articles", "search", "sank ferry").out
    assert "nothing was found" in found.run("articles", "search", "sank ferry").err


def test_what_was_found_is_also_told_as_data(found: Desk) -> None:
    (item,) = json.loads(found.run("articles", "search", "ferry", "--until", "2026-11-03", "--json").out)
    assert (item["id"], item["became"], item["snippet"][1]) == ("a1", [], {"text": "ferry", "hit": True})


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--language", "xx"), "--language: xx is none of"),
        (("--verdict", "xx"), "--verdict: xx is none of"),
        (("--", "-ferry"), "add a word that should"),
        (("ferry", "--since", "soon"), "is no ISO 8601 time"),
    ],
)
def test_a_search_that_asks_for_nothing_is_refused_with_a_sentence(
    found: Desk, asked: tuple[str, ...], said: str
) -> None:
    ran = found.run("articles", "search", *asked)
    assert ran.code == 2
    assert said in ran.err


def test_what_the_index_does_not_have_yet_is_told(edited: Desk) -> None:
    engine = create_engine(f"sqlite:///{edited.folder}/monitor.db")
    SqlStore(engine).mark_unjudgeable("a1", "", NOW)
    engine.dispose()
    assert "1 of the stored articles are not in the index yet" in edited.run("articles", "search", "ferry").err
