"""Feeds, hostile XML and hostile addresses that nobody here wrote. Skipped where they are not at hand."""

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from monitor.core.model import Entry
from monitor.errors import FetchError, UnreadableError
from monitor.fetch.addresses import Guard
from monitor.fetch.dates import parse_date
from monitor.fetch.encoding import decode
from monitor.fetch.feeds import parse_feed
from monitor.fetch.http import Http, parse_url
from monitor.fetch.links import absolute
from monitor.fetch.plain import line
from monitor.fetch.quickfeed import read_quickly
from monitor.fetch.xmlfeed import read_slowly
from tests.optional import corpus

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def cases() -> list[dict[str, Any]]:
    return json.loads((corpus("feeds") / "index.json").read_text())  # type: ignore[no-any-return]


def read(case: dict[str, Any]) -> tuple[tuple[Entry, ...], str]:
    headers = {name.lower(): value for name, value in (case.get("http_headers") or {}).items()}
    base = (case.get("stated") or {}).get("base_url") or "https://feed.example/rss.xml"
    body = (corpus("feeds") / case["file"]).read_bytes()
    return parse_feed(body, headers.get("content-type", ""), base, "src", "en", NOW)


def left_out(warning: str) -> int:
    """Items with nothing to read, which we leave out and other readers count."""
    found = re.search(r"(\d+) of \d+ entr(?:y|ies) ha(?:s|ve) neither", warning)
    return int(found[1]) if found else 0


def test_every_feed_is_read_or_refused():
    for case in cases():
        try:
            entries, _ = read(case)
        except UnreadableError:
            continue
        for entry in entries:
            assert entry.identity == entry.keys[0], case["file"]
            assert entry.title, case["file"]
            assert entry.url is None or entry.url.startswith(("http://", "https://")), case["file"]
            assert entry.published is None or entry.published <= NOW, case["file"]
        assert len({entry.identity for entry in entries}) == len(entries), case["file"]


def test_the_number_of_entries_is_the_stated_one():
    right, wrong = 0, []
    for case in cases():
        stated, reference = (case.get("stated") or {}).get("entries"), (case.get("ref") or {}).get("entries")
        if reference is None or (isinstance(stated, int) and stated != reference):
            continue
        try:
            entries, warning = read(case)
            count = len(entries) + left_out(warning)
        except UnreadableError:
            count = 0
        if count == reference:
            right += 1
        else:
            wrong.append((case["file"], reference, count))
    assert right / (right + len(wrong)) >= 0.97, wrong


def agreement() -> Iterator[tuple[str, str, bool]]:
    """Suite, file with what was looked for, and whether we found it: all that the index states and feedparser
    finds too, and where nothing is stated what feedparser finds."""
    for case in cases():
        stated, reference = case.get("stated") or {}, case.get("ref") or {}
        if not reference.get("entries"):
            continue
        base = stated.get("base_url") or "https://feed.example/rss.xml"
        try:
            entries, warning = read(case)
        except UnreadableError:
            entries, warning = (), ""
        found: dict[str, Callable[[Any], Any]] = {
            "titles": lambda title: line(title or ""),
            "links": lambda link, base=base: absolute(link or "", base),
            "dates": lambda date: (date or "")[:19],
        }
        ours = {
            "titles": {entry.title for entry in entries},
            "links": {entry.url for entry in entries},
            "dates": {entry.published.isoformat()[:19] for entry in entries if entry.published},
        }
        if stated.get("entries", reference["entries"]) == reference["entries"]:
            yield case["suite"], f"{case['file']}: entries", len(entries) + left_out(warning) == reference["entries"]
        if left_out(warning):
            continue  # a date without anything to read is no entry
        for name, form in found.items():
            theirs = reference.get(name) or []
            for said, seen in zip(stated.get(name) or theirs, theirs, strict=False):
                if said and form(said) and form(said) == form(seen):
                    yield case["suite"], f"{case['file']}: {form(said)}", form(said) in ours[name]


def test_entries_titles_links_and_dates_are_those_that_the_index_and_feedparser_agree_on():
    suites: dict[str, list[tuple[str, bool]]] = {}
    for suite, what, right in agreement():
        suites.setdefault(suite, []).append((what, right))
    shares = {suite: sum(right for _, right in found) / len(found) for suite, found in suites.items()}
    print(*(f"{suite:16} {len(suites[suite]):4} {share:.3f}" for suite, share in shares.items()), sep="\n")
    wrong = [what for found in suites.values() for what, right in found if not right]
    assert len(wrong) <= 0.03 * sum(map(len, suites.values())), wrong
    assert min(shares.values()) >= 0.97, (shares, wrong)


def test_one_pass_finds_what_feedparser_finds_and_reads_most_feeds():
    quick = wrong = total = 0
    for case in cases():
        if (case.get("ref") or {}).get("entries") and not case["ref"]["bozo"]:
            text, _ = decode((corpus("feeds") / case["file"]).read_bytes(), "", "en")
            text = text.strip()
            drafts = read_quickly(text)
            total += 1
            quick += drafts is not None
            wrong += drafts is not None and drafts != read_slowly(text)[0]
    print(f"{quick} of {total} in one pass, {wrong} not as feedparser")
    assert wrong == 0
    assert quick >= 0.65 * total


def test_json_feeds_are_read():
    counted = {
        case["file"]: (case["stated"]["entries"], sum((len(read(case)[0]), left_out(read(case)[1]))))
        for case in cases()
        if case["kind"] == "jsonfeed" and isinstance((case.get("stated") or {}).get("entries"), int)
    }
    assert counted
    assert [file for file, (stated, got) in counted.items() if stated != got] == []


def test_titles_are_the_stated_ones():
    right = total = 0
    for case in cases():
        titles = (case.get("stated") or {}).get("titles") or []
        # Where the suite's own reader lost letters or left markup in, there is nothing to agree with.
        usable = [title for title in titles if title and not re.search(r"\ufffd|&#?\w+;|<", title)]
        try:
            found = {" ".join(entry.title.split()) for entry in read(case)[0]}
        except UnreadableError:
            found = set()
        total += len(usable)
        right += sum(" ".join(title.split()) in found for title in usable)
    assert right / total >= 0.97


def test_the_traps_of_the_region_are_seen_through():
    by_name = {Path(case["file"]).name: case for case in cases() if case["suite"] == "regional-traps"}
    for name, case in by_name.items():
        stated = case["stated"]
        if stated.get("error"):
            with pytest.raises(UnreadableError, match=re.escape(stated["autodiscovery"])):
                read(case)
            continue
        entries, _ = read(case)
        assert len(entries) >= stated.get("entries", stated.get("entries_min", 0)), name
        if "titles" in stated:
            assert [entry.title for entry in entries] == stated["titles"], name
        if "links" in stated:
            assert [entry.url for entry in entries] == stated["links"], name
        if "distinct_items" in stated:
            assert len({entry.identity for entry in entries}) == stated["distinct_items"], name


def test_dates_are_read_as_stated():
    right = total = 0
    for case in json.loads((corpus("feeds") / "dates.json").read_text()):
        if case["utc"] is None:
            continue  # what others refuse we may read: a time nobody relies on beats none
        found = parse_date(case["input"], "en", NOW)
        total += 1
        right += found is not None and case["utc"] in ("parseable", found.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert right / total >= 0.84


def test_hostile_xml_is_read_or_refused_quickly_and_never_expanded():
    for path in sorted((corpus("security") / "xml").iterdir()):
        if path.suffix == ".gz" or path.name == "manifest.json":
            continue
        began = time.process_time()
        try:
            entries, _ = parse_feed(path.read_bytes(), "text/xml", "https://feed.example/", "src", "en", NOW)
        except UnreadableError:
            entries = ()
        assert time.process_time() - began < 5, path.name
        text = "".join(entry.title + entry.summary + entry.content for entry in entries)
        assert len(text) < 2_000_000, path.name
        assert "root:" not in text, path.name


def test_the_harmless_doctype_is_still_read():
    body = (corpus("security") / "xml" / "own_rss_netscape_doctype_harmless.xml").read_bytes()
    assert parse_feed(body, "text/xml", "https://feed.example/", "src", "en", NOW)[0]


class Nowhere(AbstractResolver):
    """Knows no name: what is dialled can only be an address that stands in the URL itself."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        raise OSError(f"unknown {host}")

    async def close(self) -> None: ...


class Loopback(Nowhere):
    """Says that every name is this machine: what a rebinding name server does."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        return [ResolveResult(hostname=host, host="127.0.0.1", port=port, family=2, proto=0, flags=0)]


@pytest.mark.parametrize("resolver", [Nowhere, Loopback])
async def test_no_bad_address_is_dialled(resolver, monkeypatch):
    dialled: list[tuple[str, int]] = []
    refusal = Guard.refusal

    def recorded(self: Guard, host: str, port: int) -> str | None:
        why = refusal(self, host, port)
        if why is None:
            dialled.append((host, port))
        return why or "address 0 is not allowed (test: nothing at all is dialled)"

    monkeypatch.setattr(Guard, "refusal", recorded)
    for raw in (corpus("security") / "ssrf_bad_urls.txt").read_text().splitlines():
        url = re.sub(r"\\x([0-9a-fA-F]{2})", lambda found: chr(int(found[1], 16)), raw)
        url = url.replace("\\r", "\r").replace("\\n", "\n").replace("\\t", "\t")
        async with Http(user_agent="test", resolver=resolver(), min_gap=0.0) as http:
            with pytest.raises(FetchError):
                await http.get(url, timeout=5.0)
    # Of strictly parsed hosts in URLs made to confuse parsers, only public ones may be left.
    assert {host for host, _ in dialled} <= {"2.2.2.2", "1.1.1.1", "1.2.3.0", "8.8.8.8"}, dialled


def test_good_addresses_are_not_refused():
    for good in (corpus("security") / "ssrf_good_urls.txt").read_text().splitlines():
        url = parse_url(good.split(" ")[0])
        assert Guard().refusal("93.184.216.34", url.port or 0) is None, good


def test_strings_made_to_run_as_scripts_leave_no_script_link():
    strings = (corpus("security") / "xss_strings.txt").read_text().split("\n")
    items = "".join(f"<item><title>T{escape(text)}</title><link>{escape(text)}</link></item>" for text in strings)
    feed = f"<rss version='2.0'><channel>{items}</channel></rss>".encode("utf-8", "replace")
    entries, _ = parse_feed(feed, "", "https://feed.example/", "src", "en", NOW)
    assert len(entries) > 100
    assert all(entry.url is None or entry.url.startswith(("http://", "https://")) for entry in entries)
