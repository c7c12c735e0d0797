"""How the demo goes, held against what the newsroom meant each story to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from monitor.core.alerts import Alert, Decision
from monitor.core.model import Article, Polled, VerdictKind
from monitor.demo.newsroom import Newsroom
from monitor.demo.stories import Story


class Pass(Protocol):
    """What one whole pass did: sources polled, articles judged, what was decided, alerts made."""

    @property
    def polled(self) -> Sequence[Polled]: ...
    @property
    def articles(self) -> Sequence[Article]: ...
    @property
    def decisions(self) -> Sequence[Decision]: ...
    @property
    def alerts(self) -> Sequence[Alert]: ...


@dataclass(slots=True)
class Tally:
    """Counts over all passes.

    `alerted`, `missed` and `unexpected` are (rule, story) pairs; an event counts under the story
    that the newsroom meant to be its first report. `surprises` are verdicts other than the labels,
    in words: not each of them is a fault that a person on call would notice.
    """

    seconds: float = 0.0
    articles: int = 0
    summary_only: int = 0
    silent: int = 0  # articles that touch no rule
    verdicts: dict[VerdictKind, int] = field(default_factory=lambda: dict.fromkeys(VerdictKind, 0))
    alerted: list[tuple[str, str]] = field(default_factory=list)
    missed: list[tuple[str, str]] = field(default_factory=list)
    unexpected: list[tuple[str, str]] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)

    @property
    def as_meant(self) -> bool:
        """Every event that deserved an alert got one, and nothing else did."""
        return not self.missed and not self.unexpected

    def add(self, done: Pass, newsroom: Newsroom) -> None:
        """Count one pass."""
        touched = {decision.verdict.article for decision in done.decisions}
        self.articles += len(done.articles)
        self.summary_only += sum(article.summary_only for article in done.articles)
        self.silent += sum(article.id not in touched for article in done.articles)
        for decision in done.decisions:
            self.verdicts[decision.verdict.kind] += 1
        for alert in done.alerts:
            self._alert(alert.rule, newsroom.story_at(alert.article_url), newsroom.stories)
        for article in done.articles:
            story = newsroom.story_at(article.url)
            if story and not article.learn_only:
                self._compare(story, [d for d in done.decisions if d.verdict.article == article.id])

    def finish(self, stories: Sequence[Story], seconds: float) -> None:
        """After the last pass: what should have been alerted and was not."""
        due = {(rule, story.id) for story in stories for rule, label in story.labels.items() if label == "new"}
        self.missed = sorted(due - set(self.alerted))
        self.seconds = seconds

    def _alert(self, rule: str, story: Story | None, stories: Sequence[Story]) -> None:
        """An alert is right when it is the first about an event that deserves one, whichever report gave it."""
        event = story.event if story else ""
        first = next((s.id for s in stories if event and s.event == event and s.labels.get(rule) == "new"), None)
        if first and (rule, first) not in self.alerted:
            self.alerted.append((rule, first))
        else:
            self.unexpected.append((rule, story.id if story else "unknown"))

    def _compare(self, story: Story, decisions: Sequence[Decision]) -> None:
        got = {decision.verdict.rule: str(decision.verdict.kind) for decision in decisions}
        self.surprises += [
            f"{story.id}: {rule} is {got.get(rule, 'silent')}, meant as {story.labels.get(rule, 'silent')}"
            for rule in sorted(got.keys() | story.labels.keys())
            if got.get(rule) != story.labels.get(rule)
        ]
