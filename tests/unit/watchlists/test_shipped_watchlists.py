"""The files in `watchlists/` as shipped."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from monitor.core.alerts import Target
from monitor.core.model import Source
from monitor.watchlists.channels import read_channels
from monitor.watchlists.sources import read_sources
from monitor.watchlists.yamlfile import parse_document, read_document

DIRECTORY = Path(__file__).parents[3] / "watchlists"


@pytest.fixture(scope="module")
def sources() -> tuple[Source, ...]:
    document = read_document(DIRECTORY / "sources.yaml")
    found = read_sources(document)
    assert document.problems == []
    return found


def test_at_least_eighty_sources_cover_the_region(sources: tuple[Source, ...]) -> None:
    assert len(sources) >= 80
    countries = Counter(source.country for source in sources)
    for country in ("AZ", "UA", "RU", "AM", "GE", "TR", "RO", "MD", ""):
        assert countries[country] >= 2, country
    assert {source.language for source in sources} >= {"az", "uk", "ru", "hy", "ka", "tr", "ro", "en"}


def test_sources_of_one_broadcaster_are_one_family(sources: tuple[Source, ...]) -> None:
    assert {source.publisher for source in sources if "/api/z" in source.url} == {"rferl"}
    assert max(Counter(source.publisher for source in sources).values()) < len(sources) / 10


def test_no_tier_is_left_to_the_default(sources: tuple[Source, ...]) -> None:
    text = (DIRECTORY / "sources.yaml").read_text(encoding="utf-8")
    assert text.count(" tier: ") == text.count("publisher: ") == len(sources)


def test_a_fresh_clone_tells_the_console_and_asks_for_no_secret() -> None:
    document = read_document(DIRECTORY / "channels.yaml")
    channels = read_channels(document, {})
    assert (document.problems, channels.warnings) == ([], ())
    assert channels.targets == {"oncall": (Target("oncall", "console", "console://"),)}
    assert channels.default == ("oncall",)


def test_the_commented_examples_of_channels_are_right() -> None:
    text = (DIRECTORY / "channels.yaml").read_text(encoding="utf-8").replace("# - {", "- {")
    document = parse_document(text.encode(), "channels.yaml")
    channels = read_channels(document, {})
    assert document.problems == []
    assert len(channels.warnings) == 3
