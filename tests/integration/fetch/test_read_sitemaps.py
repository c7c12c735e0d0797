"""Sitemaps as entries: what is taken over, what is refused, and where the limits are."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.model import Entry
from monitor.errors import UnreadableError
from monitor.fetch.sitemap import MOST_ENTRIES, MOST_UNPACKED, bundle, children, parse_sitemap

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
URL = "https://orm.example/news.xml"
NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
  xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url>
    <loc>https://orm.example/a?utm_source=sitemap</loc>
    <lastmod>2026-11-21T11:00:00Z</lastmod>
    <image:image><image:loc>https://orm.example/a.jpg</image:loc><image:title>The photo</image:title></image:image>
    <n:news>
      <n:publication><n:name>Orm</n:name><n:language>uk-UA</n:language></n:publication>
      <n:publication_date>2026-11-21T09:30:00+02:00</n:publication_date>
      <n:title>Пожежа &amp; дим над озером</n:title>
    </n:news>
  </url>
  <url><loc><![CDATA[ https://orm.example/b ]]></loc><lastmod>2026-11-20</lastmod></url>
</urlset>"""


def read(body: str | bytes, language: str = "ru") -> tuple[tuple[Entry, ...], str]:
    data = body.encode() if isinstance(body, str) else body
    return parse_sitemap(data, "application/xml", URL, "src", language, NOW)


def urlset(*urls: str) -> str:
    return f"<urlset>{''.join(f'<url>{url}</url>' for url in urls)}</urlset>"


def index(*sitemaps: tuple[str, str]) -> bytes:
    listed = (
        f"<sitemap><loc>{loc}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>" for loc, day in sitemaps
    )
    return f"<sitemapindex>{''.join(listed)}</sitemapindex>".encode()


def test_a_news_sitemap_gives_title_date_and_language_and_a_plain_entry_its_last_change():
    (first, second), warning = read(NEWS)
    assert warning == ""
    assert (first.title, first.language) == ("Пожежа & дим над озером", "uk")
    assert (first.published, first.published_raw) == (
        datetime(2026, 11, 21, 7, 30, tzinfo=UTC),
        "2026-11-21T09:30:00+02:00",
    )
    assert first.identity == "url:orm.example/a"
    assert (second.url, second.title, second.language) == ("https://orm.example/b", "", "ru")
    assert second.published_raw == "2026-11-20"


def test_the_names_of_elements_count_whatever_their_namespace():
    for changed in (
        NEWS.replace("sitemap-news/0.9", "sitemap-news/9.9"),
        NEWS.replace("www.sitemaps.org", "x.example"),
    ):
        assert [entry.title for entry in read(changed)[0]] == ["Пожежа & дим над озером", ""]


def test_an_address_is_one_article_and_its_title_is_kept():
    """Of a plain and a news entry for one address the one with the title stands."""
    twice = urlset(
        "<loc>https://orm.example/a/</loc><lastmod>2026-11-21</lastmod>",
        "<loc>http://orm.example/a#top</loc><news><title>The fire</title></news>",
        "<loc>https://orm.example/</loc>",
        "<loc>javascript:alert(1)</loc>",
    )
    (entry,), _ = read(twice)
    assert (entry.title, entry.keys) == ("The fire", ("url:orm.example/a",))


def test_the_newest_are_read_of_more_than_the_limit():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    urls = [
        f"<loc>/{number}</loc><lastmod>{(start + timedelta(hours=number)).isoformat()}</lastmod>"
        for number in range(MOST_ENTRIES + 5)
    ]
    entries, _ = read(urlset(*urls))
    assert len(entries) == MOST_ENTRIES
    assert (entries[0].url, entries[-1].url) == (f"https://orm.example/{MOST_ENTRIES + 4}", "https://orm.example/5")


def test_gzip_is_unpacked_whatever_the_header_says():
    assert read(gzip.compress(NEWS.encode()))[0] == read(NEWS)[0]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"),
        (b"hello", "no markup"),
        (b"<!doctype html><html><body>maintenance</body></html>", r"web page \(HTML\)"),
        (b"<rss><channel/></rss>", r"a feed \(<rss>\) instead of a sitemap: its kind is feed"),
        (b"<opml/>", "outermost element is <opml>"),
        (index(("/a.xml", "")), "an index of sitemaps"),
        (gzip.compress(b"<urlset/>")[:-9], "damaged gzip"),
        (gzip.compress(b"<urlset>" + b" " * MOST_UNPACKED), "unpacks to more than"),
        (b"<!DOCTYPE urlset [<!ENTITY a 'b'>]><urlset><url><loc>&a;</loc></url></urlset>", "hostile XML"),
        (b"<!DOCTYPE u SYSTEM 'file:///etc/passwd'><urlset/>", "hostile XML"),
        (b"<urlset>" + b"<a>" * 1_000_001, "hostile XML"),
        (b"\x00sitemaps\x00rest", "not XML"),
    ],
)
def test_what_is_no_sitemap_is_refused_in_words(body, words):
    with pytest.raises(UnreadableError, match=words):
        read(body)


def test_a_broken_sitemap_is_read_as_far_as_it_goes():
    (entry,), warning = read("<urlset><url><loc>https://orm.example/a?x=1&y=2</loc></url><url><loc>https://orm")
    assert entry.url == "https://orm.example/a?x=1&y=2"
    assert warning.startswith("malformed XML: ")
    assert "at line 1" in warning


def test_elements_nested_without_end_are_cut_off_and_not_followed():
    entries, warning = read("<urlset>" + "<a>" * 100_000)
    assert entries == ()
    assert "malformed XML" in warning


def test_an_empty_sitemap_says_so():
    assert read("<urlset></urlset>") == ((), "the sitemap lists nothing")
    assert read(urlset("<loc>https://orm.example/</loc>")) == ((), "the sitemap lists no page below the home page")


def listed(body: bytes, since: datetime | None = None, most: int = 3):
    return children(body, "", "https://orm.example/sitemap.xml", since, NOW, most)


def test_of_an_index_the_newest_by_date_are_followed():
    body = index(("/1.xml", "2026-11-19"), ("/2.xml", "2026-11-21"), ("https://other.example/3.xml", "2026-11-20"))
    assert listed(body, most=2) == (("https://orm.example/2.xml", "https://other.example/3.xml"), True)
    assert listed(body, since=datetime(2026, 11, 20, 12, tzinfo=UTC)) == (("https://orm.example/2.xml",), True)
    assert listed(body, since=NOW + timedelta(days=9)) == (("https://orm.example/2.xml",), True), "one is always read"


def test_without_dates_news_goes_first_and_then_the_highest_numbers():
    body = index(("/p-2.xml", ""), ("/p-10.xml", ""), ("/news.xml", ""), ("/p-9.xml", ""))
    addresses, dated = listed(body, since=NOW)
    assert addresses == tuple(f"https://orm.example/{name}.xml" for name in ("news", "p-10", "p-9"))
    assert not dated


def test_no_index_has_no_children_and_an_empty_one_is_unreadable():
    assert listed(NEWS.encode()) is None
    with pytest.raises(UnreadableError, match="lists no sitemap"):
        listed(index())


def test_a_bundle_is_read_as_one_and_tells_what_is_missing():
    inner = index(("/deep.xml", ""))
    entries, warning = read(
        bundle([NEWS.encode(), gzip.compress(urlset("<loc>/c</loc>").encode()), inner], ["gone: x"])
    )
    assert {entry.url for entry in entries} == {
        "https://orm.example/a?utm_source=sitemap",
        "https://orm.example/b",
        "https://orm.example/c",
    }
    assert warning == "gone: x; an index of sitemaps where a sitemap should be"
    with pytest.raises(UnreadableError, match="index of sitemaps"):
        read(bundle([inner], []))
