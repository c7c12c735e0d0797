"""A small watchlist of the tests' own: one event rule for each of a few invented words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

WORDS = ("zorbium", "quaxite", "brindlewort", "flooping")


def watchlist(*words: str) -> str:
    """YAML: a rule `about-WORD` for each word, satisfied by the word beside an explosion."""
    terms = "".join(f"  {word}: {{any: [{word}]}}\n" for word in words)
    rules = "".join(
        f"  - id: about-{word}\n    kind: event\n    title: Explosion of {word}\n    severity: high\n"
        f"    match: {{all: [{word}, blast]}}\n"
        f"    steps:\n      - {{id: exploded, title: explosion, cues: [blast]}}\n"
        for word in words
    )
    return f"version: 1\nterms:\n  blast: {{en: [explosion, explode, blast]}}\n{terms}rules:\n{rules}"


_STORIES = {
    "zorbium": """An explosion of zorbium shook the harbour this morning, the fire service said. Nobody was hurt.

Crews from three districts kept the flames away from the grain stores until noon. Trains to the coast were held for
an hour while the smoke drifted inland, and the harbour master promised a report on who had signed for the cargo.""",
    "quaxite": """Residents of the upper town were woken by an explosion in a quaxite mine on the ridge.

Rescuers brought eleven miners to the surface by breakfast; the shaft has been closed for inspection. The company,
which bought the pit two years ago from a cooperative, says that gas sensors had been replaced in spring.""",
    "brindlewort": """A brindlewort drying plant was wrecked by an explosion overnight, leaving farmers without a buyer.

Insurers expect the bill to exceed that of the great hailstorm. Growers in the valley have already asked the ministry
whether contracts signed before the harvest still bind them, since most of the crop now rots in open sheds.""",
    "flooping": """The flooping championship ended early after an explosion in the fireworks tent behind the stands.

Organisers led eight thousand spectators out through the orchard gate. The final between the two leading clubs will be
played on neutral ground next month, and tickets stay valid, a spokeswoman for the league told reporters.""",
}


def story(word: str) -> tuple[str, str]:
    """Title and text of an article that is news for the word's rule and for no other."""
    return f"Explosion: the {word} affair", _STORIES[word]


QUIET = (
    "Library opens a reading room for sailors",
    "The town library opened a reading room for sailors today, with newspapers in nine languages and tea until "
    "ten.\n\nThe librarian, who once worked on a tug, said that the idea came from a guest who had read the same "
    "novel four times between two ports. Membership is free for anyone with a seaman's book.",
)


def write(
    folder: Path,
    *words: str,
    sources: Mapping[str, str],
    channels: Mapping[str, str],
    interval: str = "1m",
) -> tuple[Path, Path]:
    """Write watchlists with these words, sources (id → URL) and channel targets (name → URL); (watchlists, seeds)."""
    watchlists, seeds = folder / "watchlists", folder / "seeds"
    watchlists.mkdir(exist_ok=True)
    seeds.mkdir(exist_ok=True)
    (watchlists / "words.yaml").write_text(watchlist(*words))
    listed = "".join(
        f"  - {{id: {name}, url: '{url}', language: en, interval: {interval}}}\n" for name, url in sources.items()
    )
    (watchlists / "sources.yaml").write_text(f"version: 1\nsources:\n{listed or '  []'}")
    targets = "".join(f"      - {{name: {name}, url: '{url}'}}\n" for name, url in channels.items())
    (watchlists / "channels.yaml").write_text(
        f"version: 1\ndefault: [oncall]\nchannels:\n  oncall:\n    targets:\n{targets}"
    )
    return watchlists, seeds
