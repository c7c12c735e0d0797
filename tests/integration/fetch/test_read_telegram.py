"""The public preview of a Telegram channel, as entries."""

from datetime import UTC, datetime

import pytest

from monitor.core.model import Entry
from monitor.errors import UnreadableError
from monitor.fetch.telegram import parse_telegram

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def post(number: int, words: str, *, more: str = "", kind: str = "", hour: int = 9) -> str:
    text = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{words}</div>' if words else ""
    return f"""<div class="tgme_widget_message_wrap js-widget_message_wrap">
<div class="tgme_widget_message js-widget_message {kind}" data-post="orm_news/{number}">
<div class="tgme_widget_message_author"><a class="tgme_widget_message_owner_name" href="https://t.me/orm_news">Orm</a></div>
{text}{more}
<div class="tgme_widget_message_footer"><span class="tgme_widget_message_views">1.2K</span>
<a class="tgme_widget_message_date" href="https://t.me/orm_news/{number}">
<time datetime="2026-11-21T0{hour}:15:00+00:00" class="time">09:15</time></a></div></div></div>"""


def preview(*posts: str) -> str:
    return (
        f'<html><body><section class="tgme_channel_history js-message_history">{"".join(posts)}</section></body></html>'
    )


def read(page: str) -> tuple[tuple[Entry, ...], str]:
    return parse_telegram(page.encode(), "text/html; charset=utf-8", "https://t.me/s/orm_news", "src", "uk", NOW)


def test_a_post_without_a_link_out_is_the_article_itself():
    (entry,), warning = read(preview(post(7, "<b>Пожежа на складі.</b><br/><br/>Рятувальники 🔥 працюють.")))
    assert warning == ""
    assert (entry.identity, entry.url) == ("guid:src:orm_news/7", "https://t.me/orm_news/7")
    assert entry.content == "Пожежа на складі.\n\nРятувальники 🔥 працюють."
    assert entry.title == "Пожежа на складі."
    assert entry.published == datetime(2026, 11, 21, 9, 15, tzinfo=UTC)
    assert (entry.author, entry.language) == ("Orm", "uk")
    assert "1.2K" not in entry.content


def test_a_post_that_leads_to_a_page_stands_for_it_and_keeps_its_words():
    linked = post(8, 'The harbour burns. <a href="https://orm.example/fire?utm_source=tg">Read on</a>')
    shown = post(
        9,
        "The ferry sank. https://orm.example/",
        more='<a class="tgme_widget_message_link_preview" href="https://orm.example/ferry"><div>Ferry</div></a>',
    )
    first, second = read(preview(linked, shown))[0]
    assert first.url == "https://orm.example/fire?utm_source=tg"
    assert first.keys == ("guid:src:orm_news/8", "url:orm.example/fire")
    assert first.content == "The harbour burns. Read on"
    assert second.url == "https://orm.example/ferry"


def test_links_below_every_post_to_other_networks_and_home_pages_lead_to_no_article():
    footer = ' <a href="https://orm.example/join">Join us</a> <a href="https://www.youtube.com/@orm">Video</a>'
    pages = read(preview(post(1, "One. " + footer), post(2, "Two. <a href='https://orm.example/'>Orm</a>" + footer)))
    assert [entry.url for entry in pages[0]] == ["https://t.me/orm_news/1", "https://t.me/orm_news/2"]


def test_posts_without_words_service_messages_and_quoted_posts_are_no_entries():
    reply = (
        '<a class="tgme_widget_message_reply"><div class="tgme_widget_message_text js-message_reply_text">Old</div></a>'
    )
    page = preview(post(1, ""), post(2, "Channel photo updated", kind="service_message"), post(3, "", more=reply))
    assert read(page) == ((), "")


def test_a_forwarded_post_names_where_it_came_from():
    more = '<div><a class="tgme_widget_message_forwarded_from_name" href="https://t.me/x/1">Harbour Office</a></div>'
    page = preview(post(4, "Ships wait.", more=more)).replace("tgme_widget_message_owner_name", "x")
    assert read(page)[0][0].author == "Harbour Office"


def test_a_channel_without_preview_is_unreadable_and_an_empty_one_says_so():
    with pytest.raises(UnreadableError, match="no public preview"):
        read("<html><body><div class='tgme_page'>You can contact @orm right away.</div></body></html>")
    assert read(preview()) == ((), "the channel has no posts")


def test_no_link_of_a_post_runs_a_script():
    page = preview(post(1, "Words <a href='javascript://orm.example/%0aalert(1)'>x</a>"))
    assert read(page)[0][0].url == "https://t.me/orm_news/1"
