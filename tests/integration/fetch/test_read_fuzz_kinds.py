"""Whatever bytes come, the readers of sitemaps, pages and channels give entries or refuse in words."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import SourceKind
from monitor.errors import UnreadableError
from monitor.fetch.feeds import parse_source
from monitor.fetch.looking import look

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PIECES = (
    "<urlset>", "</urlset>", "<url>", "</url>", "<loc>", "</loc>", "https://a.example/1", "<lastmod>", "2026-13-99",
    "<news:news>", "<title>", "<![CDATA[", "]]>", "<!DOCTYPE x [", "<!ENTITY a 'b'>", "]>", "&a;", "&",
    "<sitemapindex>", "<sitemap>", "\x00sitemaps\x00", "\x1f\x8b", "<a href=/1 class=n>", "</a>", "<time datetime='x'>",
    "<base href='//['>",
    "<section class=tgme_channel_history>", "<div class='tgme_widget_message' data-post='a/1'>", "<br>", "</div>",
    "<div class='tgme_widget_message_text js-message_text'>", "words", "İğ",
    "<a href='http://[::1'>", "{", '"items":', "<html", "<rss>",
)  # fmt: skip
bodies = st.lists(st.sampled_from(PIECES) | st.text(max_size=8), max_size=30).map("".join).map(str.encode) | st.binary()


@given(
    body=bodies, kind=st.sampled_from(SourceKind), content_type=st.sampled_from(["", "text/html; charset=utf-16", "x"])
)
def test_any_bytes_are_read_or_refused(body: bytes, kind: SourceKind, content_type: str) -> None:
    try:
        entries, warning = parse_source(kind, "a.n", body, content_type, "https://orm.example/", "s", "uk", NOW)
    except UnreadableError:
        return
    assert isinstance(warning, str)
    assert len({entry.identity for entry in entries}) == len(entries)
    assert all(entry.published is None or entry.published <= NOW for entry in entries)
    if kind is not SourceKind.FEED:
        assert all(entry.url and entry.url.startswith(("http://", "https://")) for entry in entries)


@given(body=bodies, content_type=st.sampled_from(["", "application/json", "text/html"]))
def test_any_bytes_can_be_looked_at(body: bytes, content_type: str) -> None:
    try:
        kind, *told, feeds = look(body, content_type, "https://orm.example/", "en")
    except UnreadableError:
        return
    assert kind == "" or SourceKind(kind)
    assert all(isinstance(word, str) for word in told)
    assert all(feed.startswith(("http://", "https://")) for feed in feeds)
