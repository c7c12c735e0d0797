"""OPML both ways, and sources appended to a file that people wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.model import Source, SourceKind
from monitor.errors import ConfigurationError
from monitor.watchlists.listing import HEAD, append, as_line, free, line_of, objections, slug, sources_in, values_of
from monitor.watchlists.opml import read_opml, write_opml
from tests.optional import corpus

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
HERALD = Source(
    "herald", "https://herald.example/rss?a=1&b=2", "The “Herald” & Sons", language="hy", publisher="herald"
)
SOURCES = (
    replace(
        HERALD,
        country="AM",
        tier=1,
        interval=timedelta(minutes=15),
        min_interval=timedelta(minutes=3),
        max_interval=timedelta(minutes=15),
    ),
    replace(
        HERALD, id="herald-ru", url="https://herald.example/ru", name="Вестник: вечер", language="ru", country="AM"
    ),
    replace(
        HERALD, id="dock", url="https://dock.example/map.xml", kind=SourceKind.SITEMAP, publisher="dock", enabled=False
    ),
    replace(
        HERALD, id="pier", url="https://pier.example/", kind=SourceKind.PAGE, select=".n > a[href*='x']", country="GE"
    ),
    replace(HERALD, id="tg", url="https://t.me/s/orm_news", name="- 1e5", kind=SourceKind.TELEGRAM, publisher="orm"),
)


def written(tmp_path: Path, text: str | bytes, name: str = "list.opml") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def opml(body: str) -> str:
    return f'<?xml version="1.0"?>\n<opml version="2.0"><head/><body>\n{body}\n</body></opml>\n'


def by_id(sources: tuple[Source, ...]) -> dict[str, Source]:
    return {source.id: source for source in sources}


def problems(raised: pytest.ExceptionInfo[ConfigurationError], folder: Path) -> list[str]:
    return [str(problem).replace(f"{folder.as_posix()}/", "") for problem in raised.value.problems]


def test_nothing_is_lost_from_our_own_export_to_a_sources_file(tmp_path: Path) -> None:
    found = read_opml(written(tmp_path, write_opml(SOURCES, NOW)))
    assert (found.left_out, found.repeated) == ([], [])
    file = tmp_path / "sources.yaml"
    append(file, found.sources)
    assert by_id(sources_in(file)) == by_id(SOURCES)


def test_an_export_has_folders_for_countries_and_families_and_types_that_other_readers_know() -> None:
    text = write_opml(SOURCES, NOW)
    lines = [line.strip() for line in text.splitlines()]
    assert lines[4:6] == ['<outline text="AM">', '<outline text="herald">']
    assert lines[6].startswith('<outline type="rss" text="The “Herald” &amp; Sons"')
    assert 'xmlUrl="https://herald.example/rss?a=1&amp;b=2"' in lines[6]
    assert [line.split()[1] for line in lines if 'kind="page"' in line] == ['type="link"']
    assert "Sun, 22 Nov 2026 12:00:00 +0000" in text


printable = st.text(st.characters(exclude_categories=("C", "Z")) | st.just(" "), min_size=1)
names = printable.map(lambda text: " ".join(text.split())).filter(bool)


@given(name=names)
def test_any_name_is_written_as_yaml_that_reads_back_and_as_opml(tmp_path_factory, name: str) -> None:
    source = replace(HERALD, name=name)
    folder = tmp_path_factory.mktemp("written")
    append(folder / "sources.yaml", [values_of(source)])
    append(folder / "again.yaml", read_opml(written(folder, write_opml([source], NOW))).sources)
    assert sources_in(folder / "sources.yaml") == (source,) == sources_in(folder / "again.yaml")


def test_folders_give_country_and_publisher_where_they_mean_it(tmp_path: Path) -> None:
    body = """<outline text="AZ"><outline text="Dock &amp; Co">
      <outline type="rss" text="Dock" xmlUrl="https://dock.example/a" language="az-AZ"/>
      <outline type="rss" text="Dock two" xmlUrl="https://news.dock.example/b"/></outline></outline>
    <outline text="Ships"><outline type="atom" title="Pier" xmlURL=" feed://pier.example/a "/>
      <outline text="Порт" xmlUrl="https://www.port.example/a" category="/GE/news"/></outline>"""
    pier, port = "https://pier.example", "https://www.port.example"
    first, second, third, fourth = read_opml(written(tmp_path, opml(body))).sources
    dock = {"id": "dock", "url": "https://dock.example/a", "name": "Dock"}
    assert first == dock | {"language": "az", "country": "AZ", "publisher": "dock-co"}
    assert (second["country"], second["publisher"]) == ("AZ", "dock-co")
    assert third == {"id": "pier", "url": f"{pier.replace('https', 'http')}/a", "name": "Pier"}, (
        "subjects are no family"
    )
    assert fourth == {"id": "port-example", "url": f"{port}/a", "name": "Порт", "country": "GE"}


def test_ids_are_made_unique_and_an_address_that_is_listed_is_left_out_and_told(tmp_path: Path) -> None:
    body = "\n".join(
        f'<outline text="Dock" xmlUrl="{url}"/>'
        for url in ("https://a.example/", "https://b.example/", "http://www.a.example", "https://herald.example/ru/")
    )
    known = (replace(HERALD, id="dock-2", url="https://herald.example/ru"),)
    found = read_opml(written(tmp_path, opml(body)), known)
    assert [source["id"] for source in found.sources] == ["dock", "dock-3"]
    assert [problem.line for problem in found.repeated] == [5, 6]
    assert str(found.repeated[0]).endswith("“Dock” is left out: its address is listed already")


def test_what_cannot_be_a_source_is_left_out_with_its_line_and_the_rest_is_taken(tmp_path: Path) -> None:
    body = """<outline text="One" xmlUrl="ftp://a.example/x"/>
<outline text="Two" xmlUrl="https://u:hush@b.example/x"/>
<outline text="Three" xmlUrl=""/>
<outline text="Four" type="link" url="https://c.example/list.opml"/>
<outline text="Five" xmlUrl="https://d.example/x"/>"""
    path = written(tmp_path, opml(body))
    found = read_opml(path)
    assert [source["name"] for source in found.sources] == ["Five"]
    address = "expected an address that begins with http:// or https://"
    assert [str(problem).partition("list.opml:")[2] for problem in found.left_out] == [
        f"3:1: “One” is left out: {address}",
        "4:1: “Two” is left out: an address with a user name or password (sources must be public)",
        f"5:1: “Three” is left out: {address}",
        "6:1: “Four” is left out: it leads to a page or another list, not to a feed",
    ]
    assert "hush" not in str(found.left_out)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<rss/>", "list.opml:1:1: not OPML: its outermost element is <rss>"),
        (
            opml('<outline\n xmlUrl="https://a.example/?a=1&b=2"/>'),
            "list.opml:4:34: not well-formed XML: not well-formed (invalid token) (an & in an address is written",
        ),
        (
            "<opml>\n<body><outline></body></opml>",
            "list.opml:2:18: not well-formed XML: mismatched tag (a tag is not closed, or not the one that was opened)",
        ),
        ("<opml><body>", "list.opml:1:13: not well-formed XML: no element found (the file ends in the middle)"),
        (
            '<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><head><title>&x;</title></head></opml>',
            "list.opml:1:16: a document type is declared (OPML has none: delete <!DOCTYPE …>)",
        ),
        ("<opml>" + "<outline>" * 60, "list.opml:1:448: outlines are nested more than 50 deep"),
        (b"<?xml version='1.0' encoding='x-none'?><opml/>", "unknown encoding"),
    ],
)
def test_bad_opml_is_named_by_line(tmp_path: Path, text: str | bytes, expected: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        read_opml(written(tmp_path, text))
    (told,) = problems(raised, tmp_path)
    assert expected in told


def test_a_list_that_is_not_there_or_too_large_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        read_opml(tmp_path / "none.opml")
    with pytest.raises(ConfigurationError, match="larger than 5 MB"):
        read_opml(written(tmp_path, b" " * 5_000_001))


# --- appending -------------------------------------------------------------------------------

NEW = {"id": "new", "url": "https://new.example/rss", "name": "New: one, two"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            "# ours\nversion: 1\nsources: # all\n  # the first\n  - {id: a, url: https://a.example/}  # A\n# end",
            "  - {id: new",
        ),
        ("version: 1\nsources:\n- id: a\n  url: https://a.example/\n", "- {id: new"),
        ("sources:\n    - {id: a,\n       url: https://a.example/}\n", "    - {id: new"),
    ],
)
def test_sources_are_appended_below_the_others_and_every_letter_before_them_stays(tmp_path, text, line):
    text = text if "version" in text else f"version: 1\n{text}"
    path = written(tmp_path, text, "sources.yaml")
    path.chmod(0o640)
    append(path, [NEW])
    longer = path.read_text()
    assert longer.startswith(text)
    assert longer.splitlines()[-1] == f'{line}, url: https://new.example/rss, name: "New: one, two"}}'
    assert [source.id for source in sources_in(path)] == ["a", "new"]
    assert path.stat().st_mode & 0o777 == 0o640
    assert [found.name for found in tmp_path.iterdir()] == ["sources.yaml"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version: 1\nsources: []\n", "sources.yaml:2:1: nothing can be appended here"),
        ("version: 1\nsources: [{id: a, url: https://a.example/}]\n", "sources.yaml:2:1: nothing can be appended here"),
        (
            "sources:\n  - {id: a, url: https://a.example/}\nversion: 1\n",
            "sources.yaml:3:1: nothing can be appended here",
        ),
        (f"{HEAD}  - {{id: new, url: https://a.example/}}\n", "sources.yaml:4:10: the source id “new” is used twice"),
    ],
)
def test_a_file_that_cannot_be_continued_stays_as_it_is(tmp_path: Path, text: str, expected: str) -> None:
    path = written(tmp_path, text, "sources.yaml")
    with pytest.raises(ConfigurationError) as raised:
        append(path, [NEW])
    assert problems(raised, tmp_path)[0].startswith(expected)
    assert path.read_text() == text


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# - {id: a}\n- {id: a-b, url: https://x.example/}\n- {url: https://a.example/, id: a}\n", 3),
        ('- id: b\n  publisher: a\r\n- url: https://a.example/\r\n  id: "a"\r\n', 4),
        ("- {name: a, id: b}\n", 0),
        ("", 0),
    ],
)
def test_the_line_that_names_a_source_is_found(text: str, line: int) -> None:
    assert line_of(text, "a") == line


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    real = written(tmp_path, f"{HEAD}  - {{id: a, url: https://a.example/}}\n", "real.yaml")
    link = tmp_path / "sources.yaml"
    link.symlink_to(real)
    append(link, [NEW])
    assert link.is_symlink()
    assert len(sources_in(real)) == 2


def test_what_stands_there_anyway_is_not_written() -> None:
    plain = Source("a", "https://a.example/", "a", publisher="a")
    assert as_line(values_of(plain)) == "  - {id: a, url: https://a.example/, language: en, tier: 3}"


@pytest.mark.parametrize(("name", "expected"), [("Orm Herald (en)", "orm-herald-en"), ("Вестник 24", ""), ("—", "")])
def test_an_id_is_made_of_a_name_that_has_letters_for_one(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_a_long_id_stays_within_its_limit_when_it_is_numbered() -> None:
    taken = {"a" * 64}
    assert free("a" * 64, taken) == "a" * 62 + "-2"


def test_the_lists_that_others_wrote_are_read_or_named_by_line() -> None:
    for path in sorted(corpus("opml").rglob("*.xml")):
        if {"malformed", "rdf"} & {*path.parts} or path.name == "unknown-namespace.xml":
            with pytest.raises(ConfigurationError, match=r"\.xml:\d+:\d+: "):
                read_opml(path)
        else:
            assert not any(objections(source) for source in read_opml(path).sources), path
    assert len(read_opml(corpus("feedlist") / "region_feeds_all.opml").sources) == 158


def test_hostile_xml_is_never_opened_as_a_list() -> None:
    for path in sorted((corpus("security") / "xml").glob("*.xml")):
        with pytest.raises(ConfigurationError):
            read_opml(path)
