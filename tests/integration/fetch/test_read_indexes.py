"""Web pages that list articles, as entries: which links, which titles, which dates."""

from datetime import UTC, datetime

import pytest

from monitor.core.model import Entry
from monitor.errors import UnreadableError
from monitor.fetch.index import MOST_ENTRIES, parse_index

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
CARDS = """<html><head><base href="/az/"><meta charset="windows-1251"></head><body>
<nav class="menu"><a href="/sport">Sport</a></nav>
<div class="list">
  <article class="card">
    <a href="siyaset">Politics</a>
    <a href="/news/1?utm_source=main&amp;id=7"><img src="x.jpg"></a>
    <h2><a href="/news/1?id=7">Yanğın <b>Bakı</b>da söndürülüb</a></h2>
    <footer><time datetime="2026-11-21T14:05:00+04:00">14:05</time></footer>
  </article>
  <article class="card">
    <a href="news/2" class="whole"><time>20.11.2026 18:30</time><h3>Second story</h3><p>With a lead below it.</p></a>
  </article>
  <article class="card"><a href="news/3">Third story, without a date</a></article>
</div><aside><time datetime="2020-01-01">long ago</time></aside></body></html>"""


def read(body: str, select: str, url: str = "https://orm.example/az") -> tuple[tuple[Entry, ...], str]:
    return parse_index(body.encode(), "text/html; charset=utf-8", url, select, "src", "az", NOW)


def test_elements_that_hold_one_article_each_give_its_link_title_and_date():
    entries, warning = read(CARDS, "article.card")
    assert [(entry.url, entry.title) for entry in entries] == [
        ("https://orm.example/news/1?id=7", "Yanğın Bakıda söndürülüb"),
        ("https://orm.example/az/news/2", "Second story"),
        ("https://orm.example/az/news/3", "Third story, without a date"),
    ]
    assert [entry.published for entry in entries] == [
        datetime(2026, 11, 21, 10, 5, tzinfo=UTC),
        datetime(2026, 11, 20, 14, 30, tzinfo=UTC),  # the clock of the page's language
        None,
    ]
    assert warning == ""
    assert entries[0].keys == ("url:orm.example/news/1?id=7",)


def test_links_themselves_can_be_selected_and_one_article_is_one_entry():
    entries, _ = read(CARDS, ".list a[href*='news']")
    assert [entry.title for entry in entries] == [
        "Yanğın Bakıda söndürülüb",
        "Second story",
        "Third story, without a date",
    ]
    assert entries[0].published == datetime(2026, 11, 21, 10, 5, tzinfo=UTC)


def test_the_time_of_another_article_is_not_taken():
    page = "<ul class='n'><li><a href='/1'>One</a></li><li><a href='/2'>Two</a> <time>2026-11-20</time></li></ul>"
    entries, _ = read(page, ".n a")
    assert [entry.published_raw for entry in entries] == ["", "2026-11-20"]


def test_a_link_without_words_has_its_label_or_is_left_out_and_told():
    other = "<a href=/2><img></a><a href='mailto:x@y.example'>m</a>"
    page = f"<div class=n><a href=/1 title='Label of one'><img></a>{other}</div>"
    (entry,), warning = read(page, ".n a")
    assert (entry.title, warning) == ("Label of one", "1 of 2 links has no text")


def test_links_to_the_page_itself_and_to_no_web_page_are_no_articles():
    page = "<div class=n><a href='#top'>Up</a><a href='/'>Home</a><a href='javascript:x()'>x</a><a>none</a></div>"
    with pytest.raises(UnreadableError, match="only links that lead to no article"):
        read(page, ".n a")


def test_a_selector_that_finds_nothing_makes_the_source_fail():
    with pytest.raises(UnreadableError, match=r"“\.gone a” finds no link: the page may have been rebuilt"):
        read(CARDS, ".gone a")
    challenge = "<html><title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x.js'></script></html>"
    with pytest.raises(UnreadableError, match="challenge"):
        read(challenge, ".gone a")


def test_a_base_that_is_no_address_is_none():
    entries, _ = read("<base href='//['><div class=n><a href=/1>One</a></div>", ".n a")
    assert [entry.url for entry in entries] == ["https://orm.example/1"]


@pytest.mark.parametrize("body", ["", " \n", "\x00"])
def test_an_empty_answer_is_told(body):
    with pytest.raises(UnreadableError):
        read(body, ".n a")


def test_a_bad_selector_is_told_in_words():
    with pytest.raises(UnreadableError, match="not a CSS selector"):
        read(CARDS, ".n >")


def test_the_number_of_entries_has_a_limit():
    page = (
        f"<div class=n>{''.join(f'<a href=/{number}>Story {number}</a>' for number in range(MOST_ENTRIES + 9))}</div>"
    )
    assert len(read(page, ".n a")[0]) == MOST_ENTRIES
