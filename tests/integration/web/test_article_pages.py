"""Articles at the desk: found by their words, shown with what became of them, explained gate by gate."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.app.indexing import indexed
from monitor.core.model import Severity
from monitor.core.ourselves import own_alert
from monitor.core.routing import Routing
from monitor.judging import judge_article
from tests import desk as words_of_ours
from tests.contracts.ledger import HOUR, NOW, TARGETS, make_article
from tests.integration.web.conftest import Reader

XSS = '<script>alert(1)</script><img src=x onerror="alert(2)">'


@pytest.fixture
def file(site, newsroom):
    """Stores articles, judges them by the rules in force, and puts them into the index."""

    def store_all(*articles):
        desk = site.configuration().desk
        for article in articles:
            newsroom.save(article)
            site.store.judging(lambda unit, article=article: judge_article(article, desk, unit, article.published))
        while waiting := site.store.unindexed(10):
            site.store.index(indexed(waiting), NOW)

    return store_all


def story(word, name, **changes):
    title, text = words_of_ours.story(word)
    return make_article(name, title=title, text=text, **changes)


@pytest.fixture
def told(file):
    file(
        story("zorbium", "first", published=NOW - 3 * HOUR),
        replace(story("zorbium", "second", published=NOW - HOUR), title="Zorbium blast: what is known", outlet="Echo"),
        make_article("quiet", title=words_of_ours.QUIET[0], text=words_of_ours.QUIET[1], published=NOW - 2 * HOUR),
    )


async def test_the_list_says_in_a_line_what_became_of_each_article(reader: Reader, told) -> None:
    page = await reader.look("/articles")
    assert page.status == 200
    first, quiet, second = (page.words.index(words) for words in ("affair", "reading room", "what is known"))
    assert second < quiet < first, "the latest first"
    assert "touches no rule" in page.words
    assert page.words.count("about-zorbium :") == 2, "and why"
    between = page.words[second:quiet]
    assert "no alert" in between
    assert "alert" in page.words[first:]
    assert "no alert" not in page.words[first:]


async def test_from_the_list_one_finds_why_the_second_article_raised_no_alert(reader: Reader, told) -> None:
    page = await reader.look("/articles")
    assert "/articles/second/explain?rule=about-zorbium" in page.text
    why = await reader.look("/articles/second/explain?rule=about-zorbium")
    assert why.status == 200
    assert "It touches about-zorbium, but does not alert." in why.words
    assert "Held against" in why.words
    assert "No alert." in why.words
    assert "<mark>zorbium</mark>" in why.text
    assert "/articles/first" in why.text


async def test_an_article_that_alerts_is_explained_up_to_where_it_goes(reader: Reader, told) -> None:
    why = await reader.look("/articles/first/explain")
    assert "It alerts for about-zorbium." in why.words
    assert "It goes to oncall, as high" in why.words
    assert "Nothing is known yet for this rule." in why.words
    assert "judged otherwise" not in why.words


async def test_a_silent_rule_says_what_is_missing(reader: Reader, told) -> None:
    why = await reader.look("/articles/quiet/explain?rule=about-quaxite")
    assert "no word of quaxite, nor of blast" in why.words
    near = await reader.look("/articles/first/explain?rule=about-quaxite")
    assert "no word of quaxite" in near.words


async def test_to_explain_records_nothing(reader: Reader, site, told) -> None:
    before = site.views.counts()
    for name in ("first", "second", "quiet"):
        await reader.look(f"/articles/{name}/explain")
    assert site.views.counts() == before


async def test_the_explanation_says_when_rules_have_changed_since(reader: Reader, site, told, folder, in_force) -> None:
    words = folder / "watchlists" / "words.yaml"
    words.write_text(words.read_text().replace("zorbium: {any: [zorbium]}", "zorbium: {any: [nothing]}"))
    assert await in_force.reload()
    why = await reader.look("/articles/first/explain")
    assert "judged otherwise for: about-zorbium" in why.words


async def test_search_finds_other_forms_marks_them_and_filters(reader: Reader, told) -> None:
    page = await reader.look("/articles?q=explosions+zorbium")
    assert "<mark>Explosion</mark>" in page.text
    assert "affair" in page.words
    assert "reading room" not in page.words
    assert "reading room" in (await reader.look("/articles?verdict=none")).words
    assert "affair" not in (await reader.look("/articles?verdict=known")).words
    assert "affair" in (await reader.look("/articles?rule=about-zorbium&verdict=alert&order=best&q=zorbium")).words
    assert "Nothing was found." in (await reader.look("/articles?q=zeppelin")).words


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("q=-zorbium", "The search says only what should not occur: add a word that should."),
        ("q=" + "a+" * 40, "The search has more than 12 words: leave some out."),
        ("since=yesterday", "“yesterday” is no day: write it like 2026-03-01."),
    ],
)
async def test_a_bad_search_gets_a_sentence(reader: Reader, told, asked: str, said: str) -> None:
    page = await reader.look(f"/articles?{asked}")
    assert page.status == 400
    assert said in page.words


@pytest.mark.parametrize(
    "asked",
    ["q=%22", "q=%00", "q=(&verdict=bad", "q=a&before=x", "before=x~y", "before=9999999999999999999999", "language=xx",
     "q=OR", "until=0001-01-01", "since=9999-12-31", "until=9999-12-31", "q=a&before=-5", "before=2026-01-01~",
     "q=%EF%BF%BD%C3"],
)  # fmt: skip
async def test_no_search_breaks_the_page(reader: Reader, told, asked: str) -> None:
    assert (await reader.look(f"/articles?{asked}")).status in (200, 400)


async def test_pages_follow_one_another_with_and_without_words(reader: Reader, file) -> None:
    file(*(make_article(f"a{number:02}", published=NOW - timedelta(minutes=number // 2)) for number in range(30)))
    for start in ("/articles", "/articles?q=port"):
        seen, path = [], start
        while path:
            page = await reader.look(path)
            seen += [piece.split('"')[0] for piece in page.text.split('dir="auto"><a href="/articles/')[1:]]
            pager = page.text.partition('class="pager"')[2]
            path = pager.split('href="')[1].split('"')[0].replace("&amp;", "&") if pager else ""
        assert sorted(seen) == [f"a{number:02}" for number in range(30)]


async def test_an_article_shows_its_text_evidence_times_and_source(reader: Reader, told) -> None:
    page = await reader.look("/articles/first")
    assert "Crews from three districts" in page.words
    assert "<mark>" in page.text
    assert "Harbour" in page.words
    assert "It was not edited since it was read." in page.words
    assert "Zorbium blast: what is known" in page.words, "a copy of it"
    assert "No other article has this text." in (await reader.look("/articles/quiet")).words
    assert "/articles/first/explain" in page.text


async def test_an_edit_shows_what_it_changed(reader: Reader, site, newsroom, engine, file) -> None:
    first = make_article("a", text="The port is shut. Nobody was hurt.")
    file(first)
    with engine.connect() as connection:
        entry = connection.exec_driver_sql("SELECT id FROM entry WHERE article_id = 'a'").scalar_one()
    edited = replace(first, text="The port is open. Nobody was hurt.", version=2, why="another title", extracted_at=NOW)
    assert site.store.reread(entry, edited, NOW)
    page = await reader.look("/articles/a")
    assert "<del>The port is shut.</del>" in page.text
    assert "<ins>The port is open.</ins>" in page.text
    assert "waiting to be judged" in page.words


async def test_what_is_not_there_is_told_with_what_to_do(reader: Reader) -> None:
    for path in ("/articles/nobody", "/articles/nobody/explain"):
        page = await reader.look(path)
        assert page.status == 404
        assert "No such article is stored." in page.words


async def test_a_rule_that_is_not_in_force_is_told(reader: Reader, told) -> None:
    assert (await reader.look("/articles/first/explain?rule=nobody")).status == 404


async def test_no_markup_of_an_article_gets_through(reader: Reader, file) -> None:
    title, text = words_of_ours.story("zorbium")
    file(
        make_article("x", title=f"{XSS} {title}", text=f"{XSS} {text}\n\n{XSS}", outlet=XSS, url="javascript:alert(3)")
    )
    for path in ("/articles", "/articles?q=script", "/articles?q=zorbium+alert", "/articles/x", "/articles/x/explain",
                 "/articles?q=%3Cscript%3Ealert(1)%3C/script%3E"):  # fmt: skip
        page = await reader.look(path)
        assert page.status == 200
        assert "<script>alert" not in page.text
        assert page.text.count("<img") == 1  # our own sign
        assert "javascript:" not in page.text


async def test_a_text_that_was_never_judged_and_a_long_one_are_shown_in_bounds(reader: Reader, newsroom, site) -> None:
    newsroom.save(make_article("long", text="The explosion of zorbium went on and on. " * 20_000))
    site.store.mark_unjudgeable("long", "it took too long", NOW)
    page = await reader.look("/articles/long")
    assert "it took too long" in page.words
    assert len(page.text) < 150_000
    assert len((await reader.look("/articles/long/explain")).text) < 150_000


async def test_what_the_monitor_tells_of_itself_is_no_article(reader: Reader, site, told) -> None:
    alert = own_alert(
        "monitor:coverage", "Coverage", "k", Severity.HIGH, "Blind: x", "Nobody.", (), NOW, Routing((), "")
    )
    assert site.store.tell(alert, TARGETS, (), ())
    assert not site.store.unindexed(10)
    page = await reader.look("/articles")
    assert "Coverage" not in page.words
    assert "what is known" in page.words
