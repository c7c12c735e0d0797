"""Scores of a replay against a labelled stream. Knows nothing of the monitor: it compares two lists.

A stream is a list of articles in order of publication, each with labels: rule → {"label": "new",
"followup" or "known"; "event" for the first two}. A rule that is not named must stay silent. A
label with "ambiguous" is left out of every count: careful people disagree on it. A label with "step" says which
step or state its event is; where labels do not, that is not compared.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Labelled = Mapping[str, Any]  # one article of a stream
Alerted = frozenset[tuple[str, str]]  # article id and rule id of every alert
Steps = Mapping[tuple[str, str], str]  # the step that each of them names


@dataclass(frozen=True, slots=True)
class Case:
    """One alert, or one event that got none: where it stands in the stream."""

    article: str
    rule: str
    language: str
    event: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """Every event and every alert, in its drawer.

    `found` and `missed` are events, by their first report; `first` are those alerted at that
    report. `right` are alerts that were the first for their event, `repeats` further ones,
    `false` alerts on what the labels call known, or do not name.
    """

    found: tuple[Case, ...] = ()
    missed: tuple[Case, ...] = ()
    first: tuple[Case, ...] = ()
    right: tuple[Case, ...] = ()
    repeats: tuple[Case, ...] = ()
    false: tuple[Case, ...] = ()

    @property
    def events(self) -> int:
        return len(self.found) + len(self.missed)

    @property
    def alerts(self) -> int:
        return len(self.right) + len(self.repeats) + len(self.false)

    @property
    def recall(self) -> float:
        """Share of the events that were alerted; 1 where there are none."""
        return len(self.found) / self.events if self.events else 1.0

    @property
    def precision(self) -> float:
        """Share of the alerts that were right; 1 where there are none, for silence tells nothing false."""
        return len(self.right) / self.alerts if self.alerts else 1.0

    @property
    def f1(self) -> float:
        both = self.recall + self.precision
        return 2 * self.recall * self.precision / both if both else 0.0

    @property
    def repeats_per_event(self) -> float:
        return len(self.repeats) / self.events if self.events else 0.0

    def part(self, *, rule: str = "", language: str = "") -> Score:
        """Only what belongs to one rule, or one language; an event has the language of its first report."""

        def keep(case: Case) -> bool:
            return rule in ("", case.rule) and language in ("", case.language)

        drawers = (getattr(self, drawer) for drawer in self.__slots__)
        return Score(*(tuple(filter(keep, cases)) for cases in drawers))


def read(path: Path) -> list[Labelled]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def score(articles: Sequence[Labelled], alerted: Alerted) -> Score:
    """Go through the stream once: the first alert for an event is right, the next is a repeat."""
    reports: dict[tuple[str, str], Case] = {}  # rule and event → first report
    alerted_at: dict[tuple[str, str], str] = {}
    right, repeats, false = [], [], []
    for article in articles:
        labels = article["labels"]
        for rule in sorted(labels.keys() | {rule for name, rule in alerted if name == article["id"]}):
            label = labels.get(rule, {"label": "silent"})
            if label.get("ambiguous"):
                continue
            event = label["event"] if label["label"] in ("new", "followup") else ""
            case = Case(article["id"], rule, article.get("lang", ""), event)
            if event:
                reports.setdefault((rule, event), case)
            if (article["id"], rule) not in alerted:
                continue
            if not event:
                false.append(case)
            elif (rule, event) in alerted_at:
                repeats.append(case)
            else:
                alerted_at[rule, event] = article["id"]
                right.append(case)
    found = [case for key, case in reports.items() if key in alerted_at]
    missed = [case for key, case in reports.items() if key not in alerted_at]
    first = [case for key, case in reports.items() if alerted_at.get(key) == case.article]
    return Score(*map(tuple, (found, missed, first, right, repeats, false)))


@dataclass(frozen=True, slots=True)
class WrongStep:
    """An alert that was the first for its event and named another step than the labels."""

    case: Case
    step: str
    expected: str


def wrong_steps(articles: Sequence[Labelled], told: Steps) -> tuple[list[WrongStep], int]:
    """The right alerts that name a wrong step, and how many there are whose step the labels tell. No part of recall."""
    expected = {
        (rule, label["event"]): label["step"]
        for article in articles
        for rule, label in article["labels"].items()
        if "step" in label
    }
    right = [case for case in score(articles, frozenset(told)).right if (case.rule, case.event) in expected]
    compared = [WrongStep(case, told[case.article, case.rule], expected[case.rule, case.event]) for case in right]
    return [one for one in compared if one.step != one.expected], len(compared)


def together(scores: Iterable[Score]) -> Score:
    """Several streams as one."""
    scores = tuple(scores)
    return Score(*(tuple(case for part in scores for case in getattr(part, drawer)) for drawer in Score.__slots__))


# --- yardsticks ------------------------------------------------------------------------------

SILENCE: Alerted = frozenset()


def every_match(articles: Iterable[Labelled]) -> Alerted:
    """An alert on everything that touches a rule, as people labelled it: a perfect matcher without a memory."""
    return frozenset((article["id"], rule) for article in articles for rule in article["labels"])


# --- tables ----------------------------------------------------------------------------------

_ROW = "{:<20} {:>6} {:>7} {:>7} {:>9} {:>6} {:>8} {:>6}"
_HEAD = _ROW.format("", "events", "recall", "alerts", "precision", "F1", "repeats", "false")


def table(articles: Sequence[Labelled], alerted: Alerted) -> str:
    """Scores for each rule and each language, of all, and of the two yardsticks."""
    total = score(articles, alerted)
    rules = sorted({rule for article in articles for rule in article["labels"]} | {rule for _, rule in alerted})
    languages = sorted({article.get("lang", "") for article in articles})
    lines = [_HEAD]
    lines += [_row(rule, total.part(rule=rule)) for rule in rules]
    lines += [_row(lang, total.part(language=lang)) for lang in languages]
    lines.append(_row("all", total))
    lines.append(_row("(silence)", score(articles, SILENCE)))
    lines.append(_row("(every match)", score(articles, every_match(articles))))
    return "\n".join(lines)


def mistakes(total: Score) -> str:
    """Each miss and each wrong alert on a line."""
    return "\n".join(
        f"{drawer:<8} {case.article:<12} {case.language:<3} {case.rule} {case.event}".rstrip()
        for drawer in ("missed", "repeats", "false")
        for case in getattr(total, drawer)
    )


def steps_line(wrong: Sequence[WrongStep], compared: int) -> str:
    """How many, and each on a line below; empty where no label tells a step."""
    lines = [f"wrong steps: {len(wrong)} of {compared}"] if compared else []
    lines += [
        f"step     {one.case.article:<12} {one.case.language:<3} {one.case.rule} {one.case.event}: "
        f"{one.step or 'none'} instead of {one.expected}"
        for one in wrong
    ]
    return "\n".join(lines)


def _row(name: str, part: Score) -> str:
    return _ROW.format(
        name,
        part.events,
        f"{part.recall:.3f}",
        part.alerts,
        f"{part.precision:.3f}",
        f"{part.f1:.3f}",
        len(part.repeats),
        len(part.false),
    )
