"""The demo's outlets and stories, read from `stories.yaml` beside this file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Literal

import yaml

from monitor.demo.dates import fill


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher of the demo. In the editions `fails_in` its feed answers 500."""

    id: str
    name: str
    language: str
    country: str
    publisher: str
    tier: int
    form: Literal["rss", "atom", "json"]
    encoding: str = "utf-8"
    fails_in: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """One article as written, dates not filled in.

    `labels` maps a rule to what a careful reader would decide (new, followup, known); rules that
    are not named must stay silent. `minutes` is how long it was there when its edition came out.
    `wall`: its page shows a consent form instead of the text.
    """

    id: str
    outlet: Outlet
    edition: int
    title: str
    summary: str
    text: str
    minutes: int = 0
    labels: Mapping[str, str] = field(default_factory=dict)
    shows: str = ""
    event: str = ""
    copy_of: str = ""
    wall: bool = False

    @property
    def language(self) -> str:
        return self.outlet.language

    def on(self, today: date) -> Told:
        """The story as it reads on that day."""
        title, summary, text = (fill(part, self.language, today) for part in (self.title, self.summary, self.text))
        return Told(self, title, summary, tuple(text.strip().split("\n\n")))


@dataclass(frozen=True, slots=True)
class Told:
    """A story with its dates in place."""

    story: Story
    title: str
    summary: str
    paragraphs: tuple[str, ...]


@cache
def load() -> tuple[tuple[Outlet, ...], tuple[Story, ...]]:
    """All outlets and stories, stories in order of appearance."""
    raw = yaml.safe_load((files("monitor.demo") / "stories.yaml").read_text(encoding="utf-8"))
    outlets = {item["id"]: Outlet(**{**item, "fails_in": tuple(item.get("fails_in", ()))}) for item in raw["outlets"]}
    texts = {item["id"]: item.get("text", "") for item in raw["stories"]}
    stories = [
        Story(**{**item, "outlet": outlets[item["outlet"]], "text": texts[item.get("copy_of", item["id"])]})
        for item in raw["stories"]
    ]
    return tuple(outlets.values()), tuple(stories)
