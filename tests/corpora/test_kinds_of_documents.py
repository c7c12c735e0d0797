"""Hostile XML, strings and pages that nobody here wrote, given to the readers of sitemaps, pages and channels."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

import pytest

from monitor.core.model import Entry, SourceKind
from monitor.errors import UnreadableError
from monitor.fetch.feeds import parse_source
from tests.optional import corpus

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
Reader = Callable[[bytes], tuple[tuple[Entry, ...], str]]


def reader(kind: SourceKind, select: str = "") -> Reader:
    def read(body: bytes) -> tuple[tuple[Entry, ...], str]:
        return parse_source(kind, select, body, "text/xml", "https://orm.example/x", "src", "en", NOW)

    return read


READERS = [
    pytest.param(reader(SourceKind.SITEMAP), id="sitemap"),
    pytest.param(reader(SourceKind.PAGE, "item, url, p a, div a"), id="page"),
    pytest.param(reader(SourceKind.TELEGRAM), id="telegram"),
]


@pytest.mark.parametrize("read", READERS)
def test_hostile_documents_are_read_or_refused_quickly_and_never_expanded(read: Reader) -> None:
    for path in sorted((corpus("security") / "xml").iterdir()):
        began = time.process_time()
        try:
            entries, _ = read(path.read_bytes())
        except UnreadableError:
            entries = ()
        assert time.process_time() - began < 5, path.name
        assert "root:" not in str(entries), path.name
        assert len(str(entries)) < 2_000_000, path.name


def test_what_declares_entities_is_refused_as_a_sitemap() -> None:
    for path in sorted((corpus("security") / "xml").glob("*")):
        if b"<!ENTITY" in path.read_bytes():
            with pytest.raises(UnreadableError):
                reader(SourceKind.SITEMAP)(path.read_bytes())


@pytest.mark.parametrize("read", READERS)
def test_feeds_and_pages_given_to_the_wrong_reader_never_break_it(read: Reader) -> None:
    paths = [*corpus("feeds").rglob("*.xml"), *corpus("pages").rglob("*.html")]
    assert paths
    for path in sorted(paths):
        try:
            entries, _ = read(path.read_bytes()[:300_000])
        except UnreadableError:
            continue
        for entry in entries:
            assert (entry.url or "").startswith(("http://", "https://")), path


def test_strings_made_to_run_as_scripts_leave_no_script_link() -> None:
    strings = [text for text in (corpus("security") / "xss_strings.txt").read_text().split("\n") if text]
    urls = "".join(f"<url><loc>{escape(text)}</loc></url>" for text in strings)
    links = "".join(f'<p class=n><a href="{escape(text)}">T {escape(text)}</a></p>' for text in strings)
    posts = "".join(
        f'<div class="tgme_widget_message" data-post="{own}"><div class="tgme_widget_message_text'
        f' js-message_text">w <a href="{escape(text)}">x</a></div></div>'
        for number, text in enumerate(strings)
        for own in (f"orm/{number}", escape(text))
    )
    for read, body in (
        (reader(SourceKind.SITEMAP), f"<urlset>{urls}</urlset>"),
        (reader(SourceKind.PAGE, ".n a"), links),
        (reader(SourceKind.TELEGRAM), posts),
    ):
        entries, _ = read(body.encode("utf-8", "replace"))
        assert entries
        assert all((entry.url or "").startswith(("http://", "https://")) for entry in entries)
