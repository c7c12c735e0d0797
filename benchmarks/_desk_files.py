"""The files of a large newsroom: the shipped rules, forty more, and many sources that a server of ours publishes."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from benchmarks._pages import ROOT
from benchmarks._prose import Prose

TOPICS = 40
_COUNTRIES = ("AZ", "AM", "GE", "RU", "UA", "TR", "KZ", "")
_LANGUAGES = ("en", "ru", "az", "tr")
_SEVERITIES = ("low", "medium", "medium", "high", "critical")


def write(folder: Path, addresses: Sequence[str]) -> tuple[Path, Path]:
    """Watchlists whose sources are at these addresses, and the shipped seeds; both folders."""
    watchlists, seeds = folder / "watchlists", folder / "seeds"
    watchlists.mkdir(parents=True, exist_ok=True)
    for name in ("caucasus", "war", "terms", "packs"):
        shutil.copy(ROOT / "watchlists" / f"{name}.yaml", watchlists)
    shutil.copytree(ROOT / "seeds", seeds, dirs_exist_ok=True)
    (watchlists / "topics.yaml").write_text(_topics(), encoding="utf-8")
    (watchlists / "channels.yaml").write_text(
        "version: 1\ndefault: [oncall]\nchannels:\n  oncall:\n    targets:\n"
        '      - {name: screen, url: "console://"}\n      - {name: printer, url: "console://"}\n'
    )
    # as short as can be: a file has at most a megabyte
    listed = "".join(
        f"- {{id: s{place}, url: '{address}', language: {_LANGUAGES[place % 4]}, interval: 30m"
        f"{f', country: {country}' if (country := _COUNTRIES[place % 8]) else ''}}}\n"
        for place, address in enumerate(addresses)
    )
    (watchlists / "sources.yaml").write_text(f"version: 1\nsources:\n{listed}")
    return watchlists, seeds


def _topics() -> str:
    prose = Prose(21)
    names = list(dict.fromkeys(prose.name("en").casefold() for _ in range(4 * TOPICS)))[:TOPICS]
    terms = "".join(f"  topic_{place}: {{any: [{name}]}}\n" for place, name in enumerate(names))
    rules = "".join(
        f"  - id: topic-{place}\n    kind: event\n    title: Fire at {name.capitalize()}\n"
        f"    severity: {_SEVERITIES[place % 5]}\n    match: {{all: [topic_{place}, burning]}}\n"
        f"    steps: [{{id: burnt, title: a fire, cues: [burning]}}]\n"
        for place, name in enumerate(names)
    )
    return f"version: 1\nterms:\n  burning: {{en: [fire, burn, blaze], ru: [пожар, гореть]}}\n{terms}rules:\n{rules}"
