"""`monitor sources test|import|export`: what an outlet offers, over real HTTP, and lists of sources in files."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.integration.cli.conftest import SOURCES, Desk

LONG = "The harbour master spoke of the ferry at length. " * 9
OPML = """<?xml version="1.0"?>
<opml version="2.0"><body><outline text="GE">
  <outline text="Dock" type="rss" xmlUrl="https://dock.example/rss" language="ka"/>
  <outline text="Herald" type="rss" xmlUrl="https://herald.example/rss"/>
</outline></body></opml>
"""


@pytest.fixture
def desk(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("MONITOR_ALLOW_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("MONITOR_PER_HOST_GAP_SECONDS", "0")
    return desk


def rss(server: HTTPServer, path: str = "/rss", title: str = "Orm Herald", text: str = LONG) -> None:
    item = f"<item><title>Ferry</title><link>{server.url_for('/ferry')}</link><description>{text}</description></item>"
    feed = f"<rss version='2.0'><channel><title>{title}</title><language>az-AZ</language>{item}</channel></rss>"

    def answer(request: Request) -> Response:
        if request.headers.get("If-None-Match") == '"1"':
            return Response(status=304)
        return Response(feed, content_type="application/rss+xml", headers={"ETag": '"1"'})

    server.expect_request(path).respond_with_handler(answer)


@pytest.fixture
def no_robots(httpserver: HTTPServer) -> None:
    httpserver.expect_request("/robots.txt").respond_with_data("", status=404)


def says(server: HTTPServer, path: str, text: str, content_type: str = "text/html; charset=utf-8") -> str:
    server.expect_request(path).respond_with_data(text, content_type=content_type)
    return server.url_for(path)


def asked(server: HTTPServer) -> list[str]:
    return [request.path for request, _ in server.log]


@pytest.mark.usefixtures("no_robots")
def test_a_feed_tells_its_format_encoding_language_text_and_validators_and_its_line(desk, httpserver):
    rss(httpserver)
    says(httpserver, "/ferry", f"<html><title>Ferry</title><body><article><p>{LONG}</p></article></body></html>")
    url = httpserver.url_for("/rss")
    ran = desk.run("sources", "test", url)
    assert ran.code == 0
    assert "RSS 2.0, utf-8, language az, 1 of 1 with text of their own, ETag, answered with 304\n" in ran.out
    assert ran.out.endswith(f"for sources.yaml:\n  - {{id: orm-herald, url: {url}, name: Orm Herald, language: az}}\n")
    assert asked(httpserver) == ["/rss", "/rss", "/robots.txt", "/ferry"]


def test_the_line_can_be_pasted_and_a_source_that_is_listed_is_told(desk, httpserver):
    rss(httpserver)
    url = httpserver.url_for("/rss")
    line = desk.run("sources", "test", url).out.splitlines()[-1]
    desk.write("watchlists/sources.yaml", f"version: 1\nsources:\n{line}\n")
    assert desk.run("check").code == 0
    ran = desk.run("sources", "test", url)
    assert "{id: orm-herald-2," in ran.out
    assert ran.complaints[-1] == f"monitor: {url} is listed already, as orm-herald"


def test_a_web_page_offers_its_feeds_and_the_sitemaps_of_robots_txt(desk, httpserver):
    rss(httpserver, "/all.xml", "All news", text="short")
    link = "<link rel=alternate type=application/rss+xml href=/all.xml>"
    home = says(httpserver, "/", f"<html lang=uk><head>{link}<title>Orm Herald</title></head></html>")
    day = datetime.now(UTC).date().isoformat()
    news = f"<news:publication_date>{day}</news:publication_date><news:title>Ferry</news:title>"
    urls = f"<url><loc>/ferry</loc><news:news xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>{news}</news:news></url>"
    says(httpserver, "/n.xml", f"<urlset>{urls}</urlset>", "application/xml")
    says(
        httpserver,
        "/robots.txt",
        "User-agent: *\nDisallow: /x\nSitemap: /old.xml\nSitemap: //[\nsitemap:  /n.xml",
        "text/plain",
    )
    says(httpserver, "/old.xml", "gone", "text/plain")
    ran = desk.run("sources", "test", home)
    assert ran.code == 0
    feed, sitemap = httpserver.url_for("/all.xml"), httpserver.url_for("/n.xml")
    assert ran.out.splitlines()[:6] == [
        "a web page in uk; it offers:",
        f"  {feed}",
        "    1 entry, no date that can be read; RSS 2.0, utf-8, language az, 0 of 1 with text of their own, "
        "ETag, answered with 304",
        f"  {sitemap}",
        f"    1 entry, newest {day} 00:00 UTC; news sitemap, utf-8, language en, 0 of 1 with text of their own, "
        "neither ETag nor Last-Modified: sent whole each time",
        "for sources.yaml:",
    ]
    assert f"  - {{id: orm-herald, url: {sitemap}, name: Orm Herald, kind: sitemap, language: en}}" in ran.out
    assert len(asked(httpserver)) <= 14


def test_without_a_word_of_the_page_the_usual_addresses_are_tried_until_one_answers(desk, httpserver):
    home = says(httpserver, "/az/", "<html><body>Orm</body></html>")
    rss(httpserver, "/feed")
    ran = desk.run("sources", "test", home)
    assert (ran.code, httpserver.url_for("/feed") in ran.out) == (0, True)
    assert "/rss.xml" not in asked(httpserver)


def test_a_page_that_offers_nothing_fails_after_few_requests(desk, httpserver):
    links = "".join(f"<a href=/{number}.rss>feed</a>" for number in range(50))
    ran = desk.run("sources", "test", says(httpserver, "/", f"<html><body>{links}</body></html>"))
    assert (ran.code, ran.out) == (1, "")
    assert "it points to" in ran.complaints[0]
    assert len(asked(httpserver)) <= 14


def test_a_page_without_any_feed_says_so_in_one_line(desk, httpserver):
    url = says(httpserver, "/sick", "<html><body>Hello</body></html>")
    ran = desk.run("sources", "test", url)
    assert (ran.code, ran.out) == (1, "")
    (line,) = ran.complaints
    assert line.endswith(f"unreadable: {url}: a web page (HTML) instead of a feed; it points to no feed")


@pytest.mark.usefixtures("no_robots")
def test_a_page_is_tried_with_a_selector(desk, httpserver):
    says(httpserver, "/1", f"<html><title>Ferry</title><body><article><p>{LONG}</p></article></body></html>")
    url = says(
        httpserver, "/", "<title>Orm</title><a href=/menu>Menu</a><div class=n><h2><a href=/1>Ferry</a></h2></div>"
    )
    ran = desk.run("sources", "test", url, "--select", ".n h2 a", "--language", "uk")
    assert ran.code == 0, ran.err
    assert "page with a selector, utf-8" in ran.out
    assert f"{{id: orm, url: {url}, name: Orm, kind: page, select: .n h2 a, language: uk}}" in ran.out
    missing = desk.run("sources", "test", url, "--select", ".gone a")
    assert (missing.code, "finds no link" in missing.err) == (1, True)
    every = desk.run("sources", "test", url, "--select", "a")
    assert (every.code, "--select: the selector “a” takes every link" in every.err) == (2, True)


def test_an_index_of_sitemaps_is_followed(desk, httpserver):
    url = says(httpserver, "/map.xml", "<sitemapindex><sitemap><loc>/1.xml</loc></sitemap></sitemapindex>", "text/xml")
    says(httpserver, "/1.xml", "<urlset><url><loc>/ferry</loc></url></urlset>", "text/xml")
    ran = desk.run("sources", "test", url)
    assert "index of sitemaps, utf-8" in ran.out
    assert httpserver.url_for("/ferry") in ran.out


def test_a_list_is_printed_as_yaml_or_appended_and_says_what_it_left_out(desk):
    desk.write("list.opml", OPML)
    printed = desk.run("sources", "import", "list.opml")
    assert printed.code == 0
    assert printed.out == (
        "version: 1\nsources:\n"
        "  - {id: dock, url: https://dock.example/rss, name: Dock, language: ka, country: GE}\n"
        "  - {id: herald, url: https://herald.example/rss, name: Herald, country: GE}\n"
    )
    before = "# ours\n" + SOURCES.replace("URL", "https://herald.example/rss/")
    file = desk.write("watchlists/sources.yaml", before)
    ran = desk.run("sources", "import", "list.opml", "--into", "watchlists/sources.yaml")
    assert ran.code == 0
    assert ran.complaints == [
        "monitor: warning: list.opml:4:3: “Herald” is left out: its address is listed already",
        "monitor: 1 source taken over into watchlists/sources.yaml",
    ]
    assert file.read_text() == before + printed.out.splitlines()[2] + "\n"
    again = desk.run("sources", "import", "list.opml", "--into", "watchlists/sources.yaml")
    assert (again.code, again.complaints[-1]) == (0, "monitor: 0 sources taken over into watchlists/sources.yaml")


def test_what_is_no_feed_fails_and_what_is_no_opml_is_named_by_line(desk):
    desk.write("list.opml", OPML.replace("https://dock", "gopher://dock"))
    ran = desk.run("sources", "import", "list.opml")
    assert (ran.code, "list.opml:3:3: “Dock” is left out" in ran.err) == (1, True)
    desk.write("list.opml", "<opml>\n<body></opml>")
    bad = desk.run("sources", "import", "list.opml")
    assert (bad.code, bad.out) == (2, "")
    assert bad.complaints[0].startswith("monitor: list.opml:2:9: not well-formed XML: mismatched tag")
    empty = desk.write("list.opml", "<opml><body/></opml>")
    assert desk.run("sources", "import", empty.as_posix()).out == "version: 1\nsources: []\n"


def test_an_export_makes_the_same_sources_again(desk):
    desk.write("watchlists/sources.yaml", SOURCES.replace("URL", "https://herald.example/rss?a=1&b=2"))
    desk.write("list.opml", desk.run("sources", "export").out)
    (line,) = desk.run("sources", "import", "list.opml").out.splitlines()[2:]
    assert line == (
        "  - {id: orm-herald, url: https://herald.example/rss?a=1&b=2, name: Orm Herald, kind: feed, language: en, "
        "publisher: orm-herald, tier: 2, interval: 10m}"
    )
