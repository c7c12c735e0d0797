"""What is read from the bytes of a feed, good, bad and hostile."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.model import Entry
from monitor.errors import UnreadableError
from monitor.fetch.dates import parse_date
from monitor.fetch.encoding import decode
from monitor.fetch.feeds import parse_feed
from monitor.fetch.links import absolute, canonical
from monitor.fetch.plain import beginning, line, plain

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
URL = "https://news.example/rss/all.xml"


def read(body: bytes | str, content_type: str = "", language: str = "en") -> tuple[tuple[Entry, ...], str]:
    data = body.encode() if isinstance(body, str) else body
    return parse_feed(data, content_type, URL, "src", language, NOW)


def rss(*items: str, head: str = "") -> str:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'{head}<rss version="2.0"><channel><title>News</title>{body}</channel></rss>'


def one(item: str, language: str = "en") -> Entry:
    (entry,), _ = read(rss(item), language=language)
    return entry


def test_an_rss_item_is_read_whole():
    entry = one(
        "<title>Depot hit</title><link>/1</link><guid>g1</guid><pubDate>Fri, 20 Nov 2026 10:00:00 +0400</pubDate>"
        "<description>&lt;p&gt;First.&lt;/p&gt;&lt;p&gt;Second.&lt;/p&gt;</description><author>A. B.</author>",
        "az",
    )
    assert entry == Entry(
        identity="guid:src:g1",
        keys=("guid:src:g1", "url:news.example/1"),
        url="https://news.example/1",
        title="Depot hit",
        summary="First.\n\nSecond.",
        published=datetime(2026, 11, 20, 6, 0, tzinfo=UTC),
        published_raw="Fri, 20 Nov 2026 10:00:00 +0400",
        author="A. B.",
        language="az",
    )


def test_atom_is_read():
    (entry,), warning = read(
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>N</title><entry><id>tag:1</id>'
        '<title type="html">A &amp;amp; B</title><link href="https://a.example/x"/><updated>2026-11-20T10:00:00+03:00</updated>'
        '<content type="html">&lt;p&gt;Long text&lt;/p&gt;</content></entry></feed>'
    )
    assert (entry.title, entry.content or entry.summary, warning) == ("A & B", "Long text", "")
    assert entry.published == datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def test_json_feed_is_read():
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {"id": 7, "url": "/7", "title": "T", "content_html": "<p>x</p>", "authors": [{"name": "N"}]},
            {"id": "8", "external_url": "https://b.example/8", "content_text": "Only text. More.", "date_published": 5},
            "rubbish",
        ],
    }
    entries, _ = read(json.dumps(feed), "application/feed+json")
    assert [entry.title for entry in entries] == ["T", "Only text. More."]
    assert entries[0].keys == ("guid:src:7", "url:news.example/7")
    assert (entries[0].content, entries[0].author, entries[1].published) == ("x", "N", None)


@pytest.mark.parametrize(
    "body", ["{", "[]", "{}", '{"items": 1}', "[" * 100_000, '{"a":' * 100_000, '{"items": [' + "9" * 5000]
)
def test_json_that_is_no_feed_is_unreadable(body):
    with pytest.raises(UnreadableError):
        read(body, "application/json")


@pytest.mark.parametrize("body", [b"", b"  \n ", b"\xef\xbb\xbf", b"\xff\xfe", b"\0\0\0"])
def test_an_empty_answer_is_unreadable(body):
    with pytest.raises(UnreadableError, match="empty"):
        read(body)


def test_a_web_page_instead_of_a_feed_names_the_feeds_it_points_to():
    page = (
        "<!DOCTYPE html><html><head><link rel='alternate' type='application/rss+xml' href='/rss.xml'>"
        "<link rel='alternate' hreflang='ru' href='/ru'></head><body><a href='/feed/'>x</a></body></html>"
    )
    with pytest.raises(UnreadableError, match=r"HTML.* points to https://news\.example/rss\.xml$"):
        read(page, "text/xml")
    with pytest.raises(UnreadableError, match=r"points to https://news\.example/feed/$"):
        read("<html><body><a href='/feed/'>RSS</a><a href='/feedback'>mail</a></body></html>")
    with pytest.raises(UnreadableError, match="no feed"):
        read("<html><body>Welcome</body></html>")


@pytest.mark.parametrize("base", ["//[", "javascript:x", ""])
def test_a_page_whose_base_is_no_address_still_names_its_feeds(base):
    page = f"<html><head><base href='{base}'><link rel=alternate type='application/rss+xml' href='/r'></head></html>"
    with pytest.raises(UnreadableError, match=r"points to https://news\.example/r$"):
        read(page)


@pytest.mark.parametrize(
    "body",
    [
        "Hello, world",
        "<urlset></urlset>",
        "<?xml version='1.0'?>",
        "<opml><body/></opml>",
        "%PDF-1.7",
        "<rss",
        "\x89PNG",
    ],
)
def test_what_is_no_feed_is_unreadable(body):
    with pytest.raises(UnreadableError):
        read(body)


def test_a_feed_without_items_is_empty_not_broken():
    assert read(rss()) == ((), "the feed has no entries")


@pytest.mark.parametrize("end", [*range(1, 65, 9), pytest.param(73, id="behind its guid")])
def test_of_an_item_in_which_the_feed_breaks_off_nothing_is_read_before_its_guid_is_whole(end):
    """Half of it would pass for another, new one: a title without its guid, a link without its last letters."""
    items = [
        f"<item><title>Title {n}</title><link>http://a.example/{n}</link><guid>g-{n}</guid></item>" for n in (1, 2)
    ]
    whole = f"<rss version='2.0'><channel>{''.join(items)}</channel></rss>"
    cut = whole[: whole.index("<item><title>Title 2") + len("<item>") + end]
    assert [entry.title for entry in read(cut)[0]] == (["Title 1", "Title 2"] if end == 73 else ["Title 1"])


def test_a_feed_that_breaks_off_within_its_first_item_is_unreadable_and_says_so():
    cut = "<rss version='2.0'><channel><title>C</title><item><title>Title 1</title><guid>g-1</guid"
    with pytest.raises(UnreadableError, match="breaks off within an item"):
        read(cut)


def test_of_a_named_item_in_which_the_feed_breaks_off_no_half_link_is_read():
    cut = "<rss version='2.0'><channel><item><title>T</title><guid>g-1</guid><link>http://a.example/1"
    assert read(cut)[0][0].keys == ("guid:src:g-1",)


def test_a_truncated_feed_gives_what_is_there_and_a_warning():
    entries, warning = read(rss("<title>One</title><guid>1</guid>", "<title>Two</title>")[:-30])
    assert entries[0].title == "One"
    assert "malformed XML" in warning or "breaks off" in warning


@pytest.mark.parametrize(
    "title",
    [
        "A&#160;&amp;nbsp;“B”",
        "<![CDATA[A &nbsp; “B”]]>",
        "&lt;![CDATA[A “B”]]&gt;",
        "<![CDATA[<![CDATA[A “B”]]]]><![CDATA[>]]>",
        "<![CDATA[<b>A</b> &ldquo;B&rdquo;]]>",
        "A&nbsp;&ldquo;B&rdquo;",
        "  A\n  “B”\x08 ",
    ],
)
def test_titles_are_plain_text_however_they_are_wrapped(title):
    assert one(f"<title>{title}</title>").title == "A “B”"


def test_a_title_keeps_signs_that_only_look_like_markup():
    assert one("<title>5 &lt; 6 and R&amp;D</title>").title == "5 < 6 and R&D"
    assert line("x <3 y & z") == "x <3 y & z"


@pytest.mark.parametrize("reference", ["&#xD800;", "&#0;", "&#x110000;", "&#99999999999;"])
def test_references_to_characters_that_do_not_exist_break_nothing(reference):
    for end in ("", "<unclosed>"):  # the strict and the tolerant parser
        assert one(f"<title>A {reference} B</title>{end}").title == "A \ufffd B"


def test_no_script_or_markup_is_left_in_the_text():
    text = plain(
        "<p>One<script>alert(1)</script></p><!--><img src=x onerror=alert(1)>--><p>Two</p>&lt;p&gt;Three&lt;/p&gt;"
    )
    assert "<" not in text.replace("-->", "")
    assert "alert(1)</script" not in text


def test_an_item_without_title_takes_the_start_of_its_text():
    assert one("<description>The siren sounds in Kharkiv. Go to the shelter.</description>").title == (
        "The siren sounds in Kharkiv."
    )
    assert beginning("word " * 60).endswith("…")
    assert len(beginning("word " * 60)) <= 121


def test_an_item_with_nothing_to_read_is_left_out_with_a_warning():
    entries, warning = read(rss("<title>One</title>", "<guid>2</guid>", "<title> </title>"))
    assert [entry.title for entry in entries] == ["One"]
    assert "2 of 3 entries" in warning


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("/a/1", "https://news.example/a/1"),
        ("a/1", "https://news.example/rss/a/1"),
        ("//other.example/1", "https://other.example/1"),
        (" https://x.example/a b\n", "https://x.example/a%20b"),
        ("javascript:alert(1)", None),
        ("mailto:a@b.example", None),
        ("http://[bad", None),
    ],
)
def test_links_are_absolute_web_addresses_or_none(link, url):
    assert absolute(link, URL) == url
    assert one(f"<title>T</title><link>{link}</link>").url == url


def test_the_links_of_one_article_have_one_form():
    forms = {
        canonical(url)
        for url in (
            "https://News.example/a/1",
            "http://news.example:80/a/1/",
            "https://news.example:443/a/1?utm_source=rss&utm_medium=x#comments",
            "https://news.example/a/1?fbclid=abc&from=rss",
            "https://news.example/%61/1?",
        )
    }
    assert forms == {"news.example/a/1"}
    assert canonical("https://news.example/a?id=1") != canonical("https://news.example/a?id=2")
    assert canonical("https://news.example/") is None
    assert canonical("https://[2A00::1]:8443/a") == "[2a00::1]:8443/a"
    assert canonical("https://пример.рф。/a") == canonical("https://пример.рф/a")
    assert canonical("https://пример.рф/лента") == "xn--e1afmkfd.xn--p1ai/%D0%BB%D0%B5%D0%BD%D1%82%D0%B0"


def test_a_guid_that_is_no_address_is_no_link():
    assert one("<title>T</title><guid>12345</guid>").url is None
    assert one("<title>T</title><guid>https://a.example/1</guid>").url == "https://a.example/1"
    assert one('<title>T</title><guid isPermaLink="false">https://a.example/1</guid>').url is None


@given(st.text(max_size=60), st.text(max_size=40))
def test_the_one_form_of_a_link_is_its_own(path, query):
    once = canonical(f"https://news.example/{path}?{query}")
    assert once is None or canonical(f"http://{once}") == once


@given(st.text("abc/.-_~!@:;,=+$&'()*#AZ09", max_size=30))
def test_a_link_that_is_plain_already_has_the_form_of_one_that_is_worked_out(path):
    assert canonical(f"https://news.example/{path}") == canonical(f"HTTPS://news.example/{path}")


@given(st.text(st.sampled_from("ab .,;!\n\t\r\x00\x1f\u200b\xa0жə]>"), max_size=40))
def test_text_without_entities_reads_like_text_with_one(text):
    assert plain(f"{text}A") == plain(f"{text}&#65;")


def test_a_guid_on_every_item_names_none_of_them():
    entries, _ = read(rss(*(f"<title>T{n}</title><link>/{n}</link><guid>same</guid>" for n in range(3))))
    assert [entry.keys for entry in entries] == [(f"url:news.example/{n}",) for n in range(3)]


def test_a_link_on_every_item_names_none_of_them():
    entries, _ = read(rss(*(f"<title>T{n}</title><link>/live</link><guid>{n}</guid>" for n in range(3))))
    assert [entry.keys for entry in entries] == [(f"guid:src:{n}",) for n in range(3)]


def test_one_guid_and_one_link_on_every_item_still_lose_no_item():
    entries, _ = read(rss(*(f"<title>T{n}</title><link>/live</link><guid>same</guid>" for n in range(3))))
    assert len({entry.identity for entry in entries}) == 3


def test_an_item_listed_twice_is_one_entry():
    item = "<title>T</title><link>/1</link><guid>1</guid>"
    assert len(read(rss(item, item))[0]) == 1


def test_without_guid_and_link_the_text_names_an_item_on_its_day():
    def key(title: str, date: str) -> str:
        return one(f"<title>{title}</title><pubDate>{date}</pubDate>").identity

    morning = key("Depot hit", "Fri, 20 Nov 2026 08:00:00 GMT")
    assert morning.startswith("text:")
    assert key("DEPOT  hit!", "Fri, 20 Nov 2026 09:00:00 GMT") == morning
    assert key("Depot hit", "Thu, 19 Nov 2026 08:00:00 GMT") != morning
    assert key("Terminal hit", "Fri, 20 Nov 2026 08:00:00 GMT") != morning


def test_a_guid_of_any_length_makes_a_short_key():
    assert len(one(f"<title>T</title><guid>{'g' * 5000}</guid>").identity) < 400


@pytest.mark.parametrize(
    ("raw", "language", "utc"),
    [
        ("Fri, 20 Nov 2026 14:30:00 +0400", "en", "2026-11-20T10:30"),
        ("Fri, 20 Nov 2026 14:30:00 +04", "en", "2026-11-20T10:30"),
        ("Fri, 20 Nov 2026 14:30:00 GMT+0300", "en", "2026-11-20T11:30"),
        ("Fri, 20 Nov 2026 14:30:00 MSK", "en", "2026-11-20T11:30"),
        ("Fri, 20 Jun 2025 14:30:00 EEST", "en", "2025-06-20T11:30"),
        ("Fri, 20 Nov 2026 14:30:00 EET", "en", "2026-11-20T12:30"),
        ("Fri, 20 Nov 2026 14:30:00 AZT", "en", "2026-11-20T10:30"),
        ("Fri, 20 Nov 2026 14:30:00 Europe/Kyiv", "en", "2026-11-20T12:30"),
        ("2026-11-20T14:30:00Z", "az", "2026-11-20T14:30"),
        ("2026-11-20T14:30:00.123+03:00", "az", "2026-11-20T11:30"),
        ("2026-11-20 14:30", "uk", "2026-11-20T12:30"),
        ("20 ноября 2026, 14:30", "ru", "2026-11-20T11:30"),
        ("пт, 20 листопада 2026 - 14:30", "uk", "2026-11-20T12:30"),
        ("20 noyabr 2026 14:30", "az", "2026-11-20T10:30"),
        ("20 İyul 2026 14:30", "az", "2026-07-20T10:30"),
        ("20 Kasım 2026 14:30", "tr", "2026-11-20T11:30"),
        ("20 noiembrie 2026 14:30", "ro", "2026-11-20T12:30"),
        ("20 նոյեմբերի 2026 14:30", "hy", "2026-11-20T10:30"),
        ("20 ნოემბერი 2026 14:30", "ka", "2026-11-20T10:30"),
        ("20.11.2026 14:30", "ru", "2026-11-20T11:30"),
        ("Nov 20, 2026 2:30 PM EST", "en", "2026-11-20T19:30"),
        ("1755500000", "en", "2025-08-18T06:53"),
        ("Fri, 20 Nov 2026 14:30:00 GMT+4", "en", "2026-11-20T10:30"),
        ("Fri, 20 Nov 2026 14:30:00 UTC+03", "en", "2026-11-20T11:30"),
        ("Fri, 20 Nov 2026 14:30:00 GET", "en", "2026-11-20T10:30"),
        ("Fri, 20 Nov 2026 14:30:00 AMT", "en", "2026-11-20T10:30"),
        ("Fri, 20 Nov 2026 14:30:00 TRT", "en", "2026-11-20T11:30"),
        ("Fri, 20 Nov 2026 14:30:00 +0400 (GET)", "en", "2026-11-20T10:30"),
        ("Fri, 20 Nov 26 14:30:00 +0300", "en", "2026-11-20T11:30"),
        ("Fri Nov 20 14:30:00 MSK 2026", "en", "2026-11-20T11:30"),
        ("Friday, 20-Nov-26 14:30:00 GMT", "en", "2026-11-20T14:30"),
        ("20261120T143000Z", "ru", "2026-11-20T14:30"),
        ("20261120T1430+0400", "en", "2026-11-20T10:30"),
        ("2026-11-20T14:30:00+04:00[Asia/Baku]", "en", "2026-11-20T10:30"),
        ("2026-11-20 14:30:00 +0300 MSK", "en", "2026-11-20T11:30"),
        ("20.11.2026", "ru", "2026-11-19T21:00"),
        ("20.11.26 14:30", "ru", "2026-11-20T11:30"),
        ("20.11.2026 14.30", "az", "2026-11-20T10:30"),
        ("14:30 20.11.2026", "uk", "2026-11-20T12:30"),
        ("20.11.2026, 14:30 (МСК)", "en", "2026-11-20T11:30"),
        ("20/11/2026 14:30:05", "tr", "2026-11-20T11:30"),
        ("20 нояб. 2026 г. 14:30", "ru", "2026-11-20T11:30"),
        ("14:30, 20 НОЯБРЯ 2026", "ru", "2026-11-20T11:30"),
        ("Noyabr 20, 2026 14:30", "az", "2026-11-20T10:30"),
        ("Cum, 20 Kas 2026 14:30:00 +0300", "tr", "2026-11-20T11:30"),
        ("Sat, 01 Jan 2099 00:00:00 GMT", "en", "2026-11-21T12:00"),
        ("Sun, 22 Nov 2026 00:00:00 GMT", "en", "2026-11-21T12:00"),
    ],
)
def test_dates_are_read_in_the_forms_of_the_region_and_never_lie_ahead(raw, language, utc):
    found = parse_date(raw, language, NOW)
    assert found is not None
    assert found.isoformat()[:16] == utc


MONTHS = {
    "en": "January February March April May June July August September October November December",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "az": "yanvar fevral mart aprel may iyun iyul avqust sentyabr oktyabr noyabr dekabr",
    "tr": "Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık",
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie",
    "hy": "հունվարի փետրվարի մարտի ապրիլի մայիսի հունիսի հուլիսի օգոստոսի սեպտեմբերի հոկտեմբերի նոյեմբերի դեկտեմբերի",
    "ka": "იანვარი თებერვალი მარტი აპრილი მაისი ივნისი ივლისი აგვისტო სექტემბერი ოქტომბერი ნოემბერი დეკემბერი",
}


@pytest.mark.parametrize("language", MONTHS)
def test_every_month_is_known_by_its_name_in_any_case(language):
    for number, name in enumerate(MONTHS[language].split(), 1):
        for written in (name, name.capitalize(), name.upper()):
            found = parse_date(f"5 {written} 2025, 12:00 +0000", language, NOW)
            assert found == datetime(2025, number, 5, 12, 0, tzinfo=UTC), written


@given(
    st.tuples(st.integers(0, 33), st.sampled_from(["Jan", "Jun", "Sep", "Dec", "Mon", "Foo"]), st.integers(1899, 2027)),
    st.tuples(st.integers(0, 25), st.integers(0, 61), st.integers(0, 61)),
    st.sampled_from(["GMT", "UTC", "+0000", "-0130", "+0400", "+1430", "-1200", "+1500", "+0060", "MSK"]),
    st.sampled_from(("", "Fri, ", "Fri ")),
)
def test_a_date_in_the_usual_form_is_the_same_moment_in_any_other_way(day, time, zone, weekday):
    date, month, year = day
    written = f"{date} {month} {year} {time[0]:02}:{time[1]:02}:{time[2]:02} {zone}"
    assert parse_date(weekday + written, "en", NOW) == parse_date(written.replace(" ", "  "), "en", NOW)


@pytest.mark.parametrize(
    "raw",
    [
        "Thu, 01 Jan 1970 00:00:00 +0000",
        "0000-00-00 00:00:00",
        "20 ноября, 14:30",
        "",
        "yesterday",
        "invalid",
        "Sun, 99 Jun 2009 12:00:00 GMT",
        "2013-xx-27",
        "32.13.2026",
        "1",
    ],
)
def test_a_date_that_cannot_be_read_is_none_and_its_words_are_kept(raw):
    assert parse_date(raw, "en", NOW) is None
    entry = one(f"<title>T</title><pubDate>{raw}</pubDate>")
    assert (entry.published, entry.published_raw) == (None, raw)


@given(st.text(max_size=60))
def test_no_date_string_breaks_the_reader(raw):
    found = parse_date(raw, "az", NOW)
    assert found is None or (found <= NOW and found.tzinfo is not None)


TITLE = "Взрыв на складе в Сумгаите: есть погибшие, сообщили власти"


@pytest.mark.parametrize(
    ("encoding", "declared", "content_type", "language"),
    [
        ("windows-1251", "windows-1251", "", "en"),
        ("windows-1251", "utf-8", "", "ru"),
        ("windows-1251", "utf-8", "text/xml; charset=utf-8", "en"),
        ("windows-1251", "", "application/xml; charset=windows-1251", "en"),
        ("koi8-r", "koi8-r", "", "en"),
        ("koi8-r", "", "", "ru"),
        ("utf-8", "windows-1251", "", "ru"),
        ("utf-8", "", "text/xml; charset=iso-8859-1", "en"),
        ("utf-8", "no-such-set", "", "en"),
        ("utf-16", "utf-16", "", "en"),
        ("utf-16-le", "", "", "en"),
        ("utf-16-be", "utf-16", "text/xml; charset=utf-8", "en"),
        ("utf-16-le", "utf-8", "", "en"),
        ("utf-32", "utf-32", "", "en"),
        ("utf-8-sig", "", "", "en"),
        ("utf-8-sig", "windows-1251", "text/xml; charset=windows-1251", "ru"),
        ("windows-1251", "utf-8", "text/xml; charset=iso-8859-1", "ru"),
        ("windows-1251", "windows-1251", "text/xml; charset=utf-8", "en"),
        ("koi8-r", "koi8-r", "text/xml; charset=windows-1251", "en"),
        ("utf-8", "iso-8859-1", "text/html; charset=iso-8859-1", "az"),
    ],
)
def test_text_is_right_whatever_the_label_says(encoding, declared, content_type, language):
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    (entry,), _ = read(rss(f"<title>{TITLE}</title>", head=head).encode(encoding), content_type, language)
    assert entry.title == TITLE


def test_turkish_bytes_under_a_wrong_label_are_read_as_turkish():
    (entry,), warning = read(rss("<title>İstanbul’da deprem şüphesi</title>").encode("cp1254"), "", "tr")
    assert entry.title == "İstanbul’da deprem şüphesi"
    assert "cp1254" in warning


def test_one_bad_byte_is_one_bad_character():
    body = rss(f"<title>{TITLE}</title>", head='<?xml version="1.0" encoding="utf-8"?>').encode()
    (entry,), warning = read(body.replace("власти".encode(), b"\xff" + "власти".encode()))
    assert entry.title == TITLE.replace("власти", "\ufffdвласти")
    assert "not valid UTF-8" in warning


@pytest.mark.parametrize("place", range(0, 26, 5))
@pytest.mark.parametrize("stray", [b"\xff", b"\x80", b"\xd0", b"\xe2\x80"])
def test_a_stray_byte_anywhere_leaves_all_other_letters_right(place, stray):
    first, rest = TITLE[:place], TITLE[place:]
    body = rss(f"<title>{first}^{rest}</title>", f"<title>2 {TITLE}</title>").encode().replace(b"^", stray)
    entries, warning = read(body, "text/xml; charset=utf-8", "ru")
    assert entries[0].title.replace("\ufffd", "") == TITLE
    assert entries[1].title == f"2 {TITLE}"
    assert "not valid UTF-8" in warning


def test_a_feed_cut_within_a_letter_loses_that_letter_only():
    whole = rss(f"<title>{TITLE}</title>", f"<title>{TITLE}").encode()
    entries, _ = read(whole[: whole.rindex("власти".encode()) + 3], "", "ru")
    assert entries[0].title == TITLE


@pytest.mark.parametrize("encoding", ["windows-1251", "koi8-r"])
@pytest.mark.parametrize("others", [1, 3, 12])
def test_one_title_in_another_encoding_is_that_title_and_not_the_whole_feed(encoding, others):
    own = [f"<title>{number} {TITLE}</title>" for number in range(others)]
    body = rss("<title>^</title>", *own).encode().replace(b"^", "Пожар в порту, есть раненые".encode(encoding))
    entries, warning = read(body, "text/xml; charset=utf-8", "ru")
    assert [entry.title for entry in entries][1:] == [f"{number} {TITLE}" for number in range(others)]
    words = sum(word in entries[0].title.split() for word in ("Пожар", "порту,", "есть", "раненые"))
    assert words == 4
    assert "UTF-8" in warning


@given(st.text(alphabet="абвгдАЯіəşğ ışİ“—a1", min_size=1), st.binary(max_size=3), st.integers(0, 50))
def test_damage_to_a_text_in_utf8_never_turns_it_into_another_alphabet(text, stray, place):
    whole = (text + " " + TITLE).encode()
    decoded, _ = decode(whole[:place] + stray + whole[place:], "", "tr")
    assert TITLE[30:] in decoded


HOSTILE = {
    "nested entities": '<!DOCTYPE r [<!ENTITY a "xx"><!ENTITY b "&a;&a;">]>' + rss("<title>&b;</title>"),
    "a long entity": f'<!DOCTYPE r [<!ENTITY a "{"x" * 5000}">]>' + rss("<title>&a;</title>"),
    "a local file": '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + rss("<title>&a;</title>"),
    "a local file, in broken XML": '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + rss("<title>&a;</b>"),
    "many attributes": "<rss " + " ".join(f"a{n}='1'" for n in range(1000)) + "><channel/></rss>",
    "deep nesting": "<rss><channel>" + "<a>" * 5000 + "</a>" * 5000 + "</channel></rss>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_turned_away(name):
    with pytest.raises(UnreadableError, match="hostile XML"):
        read(HOSTILE[name])


def test_a_harmless_doctype_is_read():
    entries, _ = read('<!DOCTYPE rss [<!ENTITY nbsp "&#160;">]>' + rss("<title>A&nbsp;B</title>"))
    assert entries[0].title == "A B"


@pytest.mark.parametrize("path", ["/etc/passwd", "/dev/zero", "file:///etc/passwd"])
def test_a_body_that_is_a_path_is_text_and_nothing_is_opened(path):
    with pytest.raises(UnreadableError, match="not a feed"):
        read(path)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_feed_is_read_or_refused_and_never_breaks_the_reader(data):
    good = rss(
        "<title><![CDATA[A &amp; B]]></title><link>/1</link><guid>1</guid><pubDate>20 Nov 2026 10:00 GMT</pubDate>",
        "<title>İki</title><description>&lt;p&gt;x&lt;/p&gt;</description>",
        head='<?xml version="1.0" encoding="utf-8"?>',
    ).encode()
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 30)))
    damaged = good[:start] + data.draw(st.binary(max_size=20)) + good[end:]
    try:
        entries, _ = read(damaged)
    except UnreadableError:
        return
    assert all(entry.title and entry.identity == entry.keys[0] for entry in entries)
