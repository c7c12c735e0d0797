"""The index of words on both databases: what is put in is found by any form of its words, the latest first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.app.indexing import indexed
from monitor.core.searching import parse
from monitor.core.text import read
from monitor.judging import fingerprint_of
from monitor.store import migrate, searching
from monitor.store.engine import reading, transaction
from monitor.store.searching import EACH_SECOND, Filters, find, first_number
from monitor.store.shown.articles import ArticlesShown
from tests.contracts.ledger import HOUR, NOW, make_alert, make_article, make_decision
from tests.integration.store.test_store_plans import bad_steps, listening

TEXTS = {
    "en": "The ports were reopened and the grain deal was signed.",
    "ru": "Порты открыли, зерновую сделку подписали.",
    "uk": "Порти відкрили, зернову угоду підписали.",
    "az": "Limanlar açıldı, Ukraynanın taxıl sazişi imzalandı.",
    "tr": "Limanlar açıldı, tahıl anlaşması İstanbul'da imzalandı.",
    "ka": "საქართველოს პორტები გაიხსნა.",
    "hy": "Հայաստանի նավահանգիստները բացվեցին։",
    "ro": "Porturile României au fost redeschise.",
}


@pytest.fixture
def shown(engine):
    return ArticlesShown(reading(engine))


@pytest.fixture
def file(store, newsroom):
    """Stores articles, judges them and puts them into the index."""

    def store_all(*articles, decisions=(), alerts=()):
        for article in articles:
            newsroom.save(article)
            print_ = fingerprint_of(f"article:{article.id}", read(article.title, article.text, article.language))
            told = [decision for decision in decisions if decision.verdict.article == article.id]
            rung = [(alert, ()) for alert in alerts if alert.article_id == article.id]
            store.judging(lambda unit, a=article, t=told, r=rung, p=print_: unit.record(a, t, [], r, p, NOW))
        while waiting := store.unindexed(10):
            store.index(indexed(waiting), NOW)

    return store_all


def ids(page):
    return [item.id for item in page.articles]


def search(shown, words, limit=30, **filters):
    return ids(shown.search(parse(words), Filters(**filters), limit))


def in_languages():
    return [
        make_article(lang, title=f"№ {number}", text=text, language=lang, published=NOW - number * HOUR)
        for number, (lang, text) in enumerate(TEXTS.items())
    ]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("port", ["en", "ro"]), ("reopen", ["en"]), ("сделка", ["ru"]), ("угода", ["uk"]), ("подписать", ["ru"]),
        ("liman", ["az", "tr"]), ("ukrayna", ["az"]), ("UKRAYNA", ["az"]), ("istanbul", ["tr"]), ("İSTANBUL", ["tr"]),
        ("საქართველო", ["ka"]), ("Հայաստան", ["hy"]), ("românia", ["ro"]),
        ("limanlar -ukrayna", ["tr"]), ("сделка OR угода", ["ru", "uk"]), ('"grain deals"', ["en"]),
        ('"deal grain"', []), ("grain ukrayna", []), ("zeppelin", []), ("порты", ["ru"]), ("порти", ["uk"]),
    ],
)  # fmt: skip
def test_each_language_is_found_by_any_form_of_its_words(shown, file, words, found):
    file(*in_languages())
    assert search(shown, words) == found


def test_filters_leave_what_they_say(shown, file):
    file(
        make_article("a", published=NOW - HOUR),
        make_article("b", published=NOW - 2 * HOUR, outlet="Baku Times", source_id="baku-times"),
        make_article("c", published=NOW - 3 * HOUR, language="ru", title="Порт", text="Порт закрыт."),
        decisions=[make_decision("a"), make_decision("b", rule="mill")],
        alerts=[make_alert("k", "a")],
    )
    assert search(shown, "", outlet="harbour post") == ["a", "c"]
    assert search(shown, "", outlet="baku-times") == ["b"]
    assert search(shown, "", language="ru") == ["c"]
    assert search(shown, "", rule="port") == ["a"]
    assert search(shown, "", verdict="new") == ["a", "b"]
    assert search(shown, "", verdict="alert") == ["a"]
    assert search(shown, "", verdict="none") == ["c"]
    assert search(shown, "", rule="mill", verdict="alert") == []
    assert search(shown, "", since=NOW - 2 * HOUR) == ["a", "b"]
    assert search(shown, "port", until=NOW - HOUR) == ["b"]
    (first, *_) = shown.search(None, Filters(verdict="alert")).articles
    assert [(became.rule, became.alerted, became.alert is not None) for became in first.became] == [
        ("port", True, True)
    ]


def test_an_article_is_found_by_its_country_and_a_rejected_one_as_well(shown, store, newsroom, file):
    file(make_article("a"))
    newsroom.save(make_article("b"))
    store.mark_unjudgeable("b", "it broke", NOW)
    file()
    assert search(shown, "", verdict="failed") == ["b"]
    assert search(shown, "", country="xx") == []


def test_pages_go_on_where_the_last_one_ended_also_within_one_second(shown, file):
    articles = [
        make_article(f"a{number:02}", published=NOW - timedelta(days=20 * (number // 15))) for number in range(40)
    ]
    file(*articles)
    seen, before = [], None
    while True:
        page = shown.search(parse("port"), Filters(), 7, before)
        seen += ids(page)
        if (before := page.before) is None:
            break
    assert sorted(seen) == [article.id for article in articles]
    published = {article.id: article.published for article in articles}
    assert [published[name] for name in seen] == sorted((published[name] for name in seen), reverse=True)


def test_an_edit_is_found_by_its_new_words_and_no_longer_by_the_old(engine, shown, store, newsroom, file):
    file(make_article("a", text="Zeppelins land."), make_article("b", text="Nothing else."))
    entry_id = _entry_of(engine, "a")
    edited = make_article("a", text="Airships land.", version=2, extracted_at=NOW)
    assert store.reread(entry_id, edited, NOW)
    assert search(shown, "zeppelin") == ["a"], "until the edit is judged the index has what stood before"
    file(edited)
    assert search(shown, "zeppelin") == []
    assert search(shown, "airship") == ["a"]
    assert search(shown, "nothing") == ["b"]


def _entry_of(engine, article_id):
    with transaction(engine) as connection:
        return connection.exec_driver_sql(f"SELECT id FROM entry WHERE article_id = '{article_id}'").scalar_one()


def test_an_article_that_changed_while_it_was_read_for_the_index_waits_for_its_turn(
    engine, store, newsroom, file, shown
):
    file()
    newsroom.save(make_article("a", text="Zeppelins land."))
    store.mark_unjudgeable("a", "", NOW)
    old = indexed(store.unindexed(10))
    assert store.reread(_entry_of(engine, "a"), make_article("a", text="Airships.", version=2, extracted_at=NOW), NOW)
    assert store.index(old, NOW) == 0
    file(make_article("a", text="Airships.", version=2))
    assert (search(shown, "zeppelin"), search(shown, "airship")) == ([], ["a"])


def test_what_waits_for_the_index_is_taken_the_latest_first(store, newsroom):
    for number in range(3):
        newsroom.save(make_article(f"a{number}", published=NOW - number * HOUR))
        store.mark_unjudgeable(f"a{number}", "x", NOW)
    newsroom.save(make_article("unjudged"))
    assert [item.id for item in store.unindexed(2)] == ["a0", "a1"]


def test_words_that_look_like_syntax_are_only_words(shown, file):
    file(make_article("a", title="AND NOT NEAR(x) \\' \" : * ^ lemmas", text="it's a {b} (c) 'd' \\ e' & | ! <-> f"))
    for words in (
        "AND",
        "NOT near",
        "lemmas:x",
        "it's",
        "a'b",
        "\\",
        "'; DROP TABLE article",
        "f:*",
        '"x) OR (y"',
        "!f",
        "a & b",
    ):
        shown.search(parse(words), Filters())
    assert search(shown, "NEAR") == ["a"]
    assert search(shown, "it's") == ["a"]


def test_a_search_stops_when_its_time_is_up_and_says_where(engine, shown, file):
    week = timedelta(days=7)
    file(*(make_article(f"a{number}", published=NOW - number * 4 * week) for number in range(6)))
    ticks = iter(range(1_000))
    with transaction(engine) as connection:
        found = find(connection, parse("port"), Filters(), 10, seconds=3.0, clock=lambda: next(ticks))
        assert not found.whole
        rest = find(connection, parse("port"), Filters(), 10, found.before)
    assert found.numbers + rest.numbers == sorted(found.numbers + rest.numbers, reverse=True)
    assert len(found.numbers + rest.numbers) == 6
    assert 0 < len(found.numbers) < 6


def test_the_best_of_the_latest_come_first(shown, file):
    file(
        make_article("late", title="Weather", text="Rain. " * 200 + "The grain was wet.", published=NOW),
        make_article("early", title="Grain deal signed", text="Grain is sold.", published=NOW - 5 * HOUR),
    )
    assert search(shown, "grain") == ["late", "early"]
    assert ids(shown.search(parse("grain"), Filters(), best=True)) == ["early", "late"]


def test_many_articles_of_one_second_get_numbers_of_their_own(engine, store, newsroom):
    many = 3 * 64
    for number in range(2):
        newsroom.save(make_article(f"a{number}"))
        store.mark_unjudgeable(f"a{number}", "x", NOW)
    taken = [{"number": first_number(NOW - HOUR) + step} for step in range(many)]
    with transaction(engine) as connection:
        connection.execute(searching.number_gone.insert(), taken)
    assert store.index(indexed(store.unindexed(10)), NOW) == 2
    with transaction(engine) as connection:
        numbers = sorted(connection.exec_driver_sql("SELECT number FROM article").scalars())
    assert numbers == [first_number(NOW - HOUR) + many, first_number(NOW - HOUR) + many + 1]
    assert EACH_SECOND > 1


def test_copies_are_told_of_an_article(shown, file):
    text = "The harbour master said that the port of the old town would be shut for a week after the storm. " * 5
    first = make_article("a", title="Port shut", text=text, published=NOW - 2 * HOUR)
    file(first, replace(first, id="b", url="https://harbour.example/b", published=NOW - HOUR))
    assert [copy.id for copy in shown.copies("a")] == ["b"]
    assert [copy.id for copy in shown.copies("b")] == ["a"]
    assert shown.copies("nobody") == []


def test_the_schema_has_no_drift_with_the_index_filled(engine, file):
    file(make_article("a"))
    assert migrate.drift(engine) == []


def test_pages_and_searches_read_no_table_that_grows_as_a_whole(engine, shown, store, file):
    file(make_article("a"), make_article("b"), decisions=[make_decision("a")])
    with listening(engine) as heard:
        shown.latest(10)
        shown.latest(10, (NOW, "x"))
        shown.search(parse("port"), Filters(rule="port"), 10)
        shown.copies("a")
        shown.unindexed()
        store.unindexed(10)
    bad = {statement: found for statement, values in heard if (found := bad_steps(engine, statement, values))}
    bad = {
        statement: steps
        for statement, steps in bad.items()
        if not all("ix_article_unindexed" in step for step in steps)
    }
    assert bad == {}
